"""Parts that come into a stock location."""

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import InvalidInputError, NotFoundError
from domain.messages import EventDraft, ReceiveStock, StockRequest
from models import tables as t
from models.repositories import commands, events, parts


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
    place = await session.get(t.StockLocation, receipt.location)
    if place is None:
        raise NotFoundError("stock location", receipt.location)
    part = await parts.part(session, receipt.sku)
    await _check_in_use(session, place, part)
    await _check(session, receipt, part)
    await parts.add_stock(session, receipt.location, receipt.sku, receipt.quantity)
    session.add_all(
        t.SerialNumber(sku=receipt.sku, serial=serial, state=t.SerialState.IN_STOCK, location_id=receipt.location)
        for serial in receipt.serials
    )
    data: dict[str, str | int | float | bool | None] = {
        "location": receipt.location,
        "sku": receipt.sku,
        "quantity": receipt.quantity,
    }
    event = EventDraft("stock_received", receipt.command.at or now, receipt.command.actor, data)
    await events.append(session, key, [event], now)


async def _check_in_use(session: AsyncSession, place: t.StockLocation, part: t.Part) -> None:
    """Neither is retired, nor will be before this transaction ends: whoever retires one locks its row."""
    await session.refresh(part, with_for_update={"read": True})
    if not part.active:
        raise InvalidInputError("sku", f"part {part.sku} is retired; take it into use again, or check the number")
    if place.warehouse_id is None:
        return
    house = await session.get_one(t.Warehouse, place.warehouse_id, with_for_update={"read": True})
    if not house.active:
        raise InvalidInputError("location", f"warehouse {house.id} is retired; choose another one")


async def _check(session: AsyncSession, receipt: ReceiveStock, part: t.Part) -> None:
    if receipt.quantity < 1:
        raise InvalidInputError("quantity", "must be 1 or more")
    if not part.serialised:
        if receipt.serials:
            raise InvalidInputError("serials", f"units of {part.sku} have no serial numbers")
        return
    if len(receipt.serials) != receipt.quantity or not all(receipt.serials):
        raise InvalidInputError("serials", f"name the serial number of each of the {receipt.quantity} units")
    if len(set(receipt.serials)) != len(receipt.serials):
        raise InvalidInputError("serials", "the same serial number is named twice")
    row = t.SerialNumber
    named = [(part.sku, serial) for serial in receipt.serials]
    known = await session.scalar(
        select(col(row.serial)).where(tuple_(col(row.sku), col(row.serial)).in_(named)).order_by(col(row.serial))
    )
    if known is not None:
        raise InvalidInputError("serials", f"unit {known} of {part.sku} came in already")
