"""What stock keepers do with stock: move it to another location, write it off, correct it by what was counted."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import InvalidInputError, StockError
from domain.ids import TerritoryId
from domain.messages import (
    BookingChanged,
    Command,
    CountRequest,
    EventData,
    EventDraft,
    StockKept,
    TransferRequest,
    WriteOffRequest,
)
from domain.vocabulary import MovementKind
from models import tables as t
from models.repositories import commands, events, movements, parts, stock_held, stock_units
from models.repositories.commands import CommandKey
from models.repositories.parts import Place
from models.repositories.stock_held import Holders

MOVE_THEM = "Transfer fewer, or have a dispatcher move these visits first."
LET_GO = "Check the number, or let these visits give their parts up: they are planned anew then."
SET_OUT = "Their engineers have set out, or the parts were sent: they end with the visits. Check the number."


async def transfer(session: AsyncSession, asked: TransferRequest) -> StockKept:
    """Move units to another location; those that visits hold stay. The second time it changes nothing.

    Raises:
        NotFoundError: There is no such location or part.
        InvalidInputError: Quantity, serial numbers or goal do not fit.
        StockError: There are fewer units, or a named one does not lie there.
        StockReservedError: Visits hold them.
    """
    key = _key(asked.transfer.command, asked.transfer.location, "transfer_stock")
    return await commands.once(session, key, asked.now, StockKept, lambda: _transfer(session, asked, key))


async def write_off(session: AsyncSession, asked: WriteOffRequest) -> StockKept:
    """Units are broken, lost or expired. The second time it changes nothing. Raises as ``transfer``."""
    key = _key(asked.write_off.command, asked.write_off.location, "write_off_stock")
    return await commands.once(session, key, asked.now, StockKept, lambda: _write_off(session, asked, key))


async def count(session: AsyncSession, asked: CountRequest) -> StockKept:
    """Set what lies at a location to what was counted, and list the difference. The second time it changes nothing.

    Raises:
        NotFoundError: There is no such location or part.
        InvalidInputError: The number or the serial numbers do not fit.
        StockError: A named unit lies elsewhere, was used, or was sent to a visit.
        StockReservedError: Visits hold what is not there.
    """
    key = _key(asked.count.command, asked.count.location, "count_stock")
    return await commands.once(session, key, asked.now, StockKept, lambda: _count(session, asked, key))


async def _transfer(session: AsyncSession, asked: TransferRequest, key: CommandKey) -> StockKept:
    given = asked.transfer
    if given.to == given.location:
        raise InvalidInputError("to", "is where the units lie already; choose another location")
    part = await _settled(session, given.location, given.sku)
    await parts.require_in_use(session, await parts.stock_location(session, given.to), "to")
    parts.check_units(part, given.quantity, given.serials)
    units = await stock_units.lying_at(session, given.location, given.sku, given.serials)
    here, there = (given.location, given.sku), (given.to, given.sku)
    await _make_line(session, there)
    lines = await parts.lock_stock(session, [here, there])
    holders = Holders(here, asked.territory, MOVE_THEM)
    source = await _free(session, lines.get(here), holders, given.quantity, given.serials)
    goal = lines[there]
    source.on_hand -= given.quantity
    goal.on_hand += given.quantity
    for unit in units:
        unit.location_id = given.to
    await session.flush()
    at, by = _moment(given.command, asked.now), given.command.actor
    away = movements.by_person(
        here, MovementKind.TRANSFERRED, -given.quantity, source.on_hand, by, at,
        other=given.to, serials=given.serials, note=given.note,
    )  # fmt: skip
    back = {"location_id": given.to, "units": given.quantity, "on_hand": goal.on_hand}
    await movements.append(session, [away, away | back | {"other_location_id": given.location}])
    data: EventData = {"location": given.location, "to": given.to, "sku": given.sku, "quantity": given.quantity}
    await events.append(session, key, [EventDraft("stock_transferred", at, by, data)], asked.now)
    return StockKept(await stock_held.planners(session, [given.location, given.to]))


async def _write_off(session: AsyncSession, asked: WriteOffRequest, key: CommandKey) -> StockKept:
    given = asked.write_off
    if not given.note.strip():
        raise InvalidInputError("note", "say what happened")
    part = await _settled(session, given.location, given.sku)
    parts.check_units(part, given.quantity, given.serials)
    units = await stock_units.lying_at(session, given.location, given.sku, given.serials)
    here = (given.location, given.sku)
    lost: tuple[BookingChanged, ...] = ()
    if given.release:
        short = given.quantity - await stock_held.free_at(session, here)
        lost = await stock_held.let_go(session, here, short, given.serials, key, given.command, asked.now)
    lines = await parts.lock_stock(session, [here])
    holders = Holders(here, asked.territory, SET_OUT if given.release else LET_GO)
    line = await _free(session, lines.get(here), holders, given.quantity, given.serials)
    line.on_hand -= given.quantity
    stock_units.write_off(units)
    await session.flush()
    at, by = _moment(given.command, asked.now), given.command.actor
    listed = movements.by_person(
        here, MovementKind.WRITTEN_OFF, -given.quantity, line.on_hand, by, at,
        serials=given.serials, note=given.note, reason=given.reason,
    )  # fmt: skip
    await movements.append(session, [listed])
    data: EventData = {
        "location": given.location, "sku": given.sku, "quantity": given.quantity, "reason": given.reason.value,
    }  # fmt: skip
    await events.append(session, key, [EventDraft("stock_written_off", at, by, data)], asked.now)
    return await _kept(session, given.location, lost)


async def _count(session: AsyncSession, asked: CountRequest, key: CommandKey) -> StockKept:
    given = asked.count
    if given.counted < 0:
        raise InvalidInputError("counted", "must be 0 or more")
    part = await _settled(session, given.location, given.sku)
    parts.check_serials(part, given.counted, given.serials)
    here = (given.location, given.sku)
    found = await stock_units.compared(session, given.location, part, given.serials)
    lost: tuple[BookingChanged, ...] = ()
    if given.release:
        short = await stock_held.held_at(session, here) - given.counted
        lost = await stock_held.let_go(session, here, short, found.missing, key, given.command, asked.now)
    if given.counted:
        await _make_line(session, here)
    line = (await parts.lock_stock(session, [here])).get(here)
    before = line.on_hand if line else 0
    after = given.counted + await stock_held.sent_from(session, here)
    holders = Holders(here, asked.territory, SET_OUT if given.release else LET_GO)
    if line and after < line.reserved:
        raise await holders.error(session, before - line.reserved)
    await holders.require_unheld(session, found.missing)
    if line:
        line.on_hand = after
    await found.settle(session, given.location, given.sku)
    await session.flush()
    at, by = _moment(given.command, asked.now), given.command.actor
    listed = movements.by_person(
        here, MovementKind.COUNTED, after - before, after, by, at,
        serials=found.differences, note=given.note, counted=given.counted,
    )  # fmt: skip
    await movements.append(session, [listed])
    data: EventData = {
        "location": given.location, "sku": given.sku, "counted": given.counted, "difference": after - before,
    }  # fmt: skip
    await events.append(session, key, [EventDraft("stock_counted", at, by, data)], asked.now)
    is_as_recorded = after == before and not found.differences
    return StockKept() if is_as_recorded else await _kept(session, given.location, lost)


# --- together ------------------------------------------------------------------------------------------------


def _key(command: Command, location: str, activity: str) -> CommandKey:
    """Not the territory's, which a warehouse may change between a command and its repetition."""
    return CommandKey(f"stock/{location}", command.id, activity)


def _moment(command: Command, now: datetime) -> datetime:
    return command.at or now


async def _settled(session: AsyncSession, location: str, sku: str) -> t.Part:
    """A part that stays as it is, at a location that is in use."""
    place = await parts.stock_location(session, location)
    part = await parts.settled_part(session, sku)
    await parts.require_in_use(session, place, "location")
    return part


async def _make_line(session: AsyncSession, place: Place) -> None:
    """A stock line to lock. It is made before anything is locked: of two that make it the second waits here."""
    row = insert(t.Stock).values(location_id=place[0], sku=place[1], on_hand=0, reserved=0)
    await session.execute(row.on_conflict_do_nothing())


async def _free(
    session: AsyncSession, line: t.Stock | None, holders: Holders, quantity: int, serials: Sequence[str]
) -> t.Stock:
    """The stock line, if so many units, and the named ones among them, are free."""
    location, sku = holders.place
    free = line.on_hand - line.reserved if line else 0
    if line is None or line.on_hand < quantity:
        there = line.on_hand if line else 0
        raise StockError(
            f"{location} has {there} of {sku}, not {quantity}. Check the number, or count them.",
            sku=sku,
            location=location,
            free=free,
        )
    if free < quantity:
        raise await holders.error(session, free)
    await holders.require_unheld(session, serials)
    return line


async def _kept(session: AsyncSession, location: str, lost: tuple[BookingChanged, ...]) -> StockKept:
    planners: set[TerritoryId] = {*await stock_held.planners(session, [location])}
    planners |= {*await stock_held.territories_of(session, [change.visit_id for change in lost])}
    return StockKept(tuple(sorted(planners)), lost)
