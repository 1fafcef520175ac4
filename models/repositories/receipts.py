"""Parts that come into a stock location."""

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import InvalidInputError
from domain.messages import EventDraft, ReceiveStock, StockRequest
from domain.vocabulary import MovementKind
from models import tables as t
from models.repositories import commands, events, movements, parts


async def receive(session: AsyncSession, asked: StockRequest) -> None:
    """Add units to a location; serialised parts with their numbers.

    Raises:
        NotFoundError: There is no such location or part.
        InvalidInputError: The quantity, or the serial numbers, do not fit, or the location or the part is retired.
    """
    receipt, now = asked.receipt, asked.now
    key = commands.CommandKey(f"territory/{asked.territory}", receipt.command.id, "receive_stock")
    if not await commands.begin(session, key, now):
        return
    place = await parts.stock_location(session, receipt.location)
    part = await parts.settled_part(session, receipt.sku)
    if not part.active:
        raise InvalidInputError("sku", f"part {part.sku} is retired; take it into use again, or check the number")
    await parts.require_in_use(session, place, "location")
    await _check(session, receipt, part)
    on_hand = await parts.add_stock(session, receipt.location, receipt.sku, receipt.quantity)
    session.add_all(
        t.SerialNumber(sku=receipt.sku, serial=serial, state=t.SerialState.IN_STOCK, location_id=receipt.location)
        for serial in receipt.serials
    )
    data: dict[str, str | int | float | bool | None] = {
        "location": receipt.location,
        "sku": receipt.sku,
        "quantity": receipt.quantity,
    }
    at, actor, line = receipt.command.at or now, receipt.command.actor, (receipt.location, receipt.sku)
    came = movements.by_person(
        line, MovementKind.RECEIVED, receipt.quantity, on_hand, actor, at, serials=receipt.serials
    )
    await movements.append(session, [came])
    await events.append(session, key, [EventDraft("stock_received", at, actor, data)], now)


async def _check(session: AsyncSession, receipt: ReceiveStock, part: t.Part) -> None:
    parts.check_units(part, receipt.quantity, receipt.serials)
    row = t.SerialNumber
    named = [(part.sku, serial) for serial in receipt.serials]
    known = await session.scalar(
        select(col(row.serial)).where(tuple_(col(row.sku), col(row.serial)).in_(named)).order_by(col(row.serial))
    )
    if known is not None:
        raise InvalidInputError("serials", f"unit {known} of {part.sku} came in already")
