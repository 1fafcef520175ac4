"""What a finished visit used: stock goes down, serial numbers are marked, the rest is given back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import InvalidInputError, StockError
from domain.ids import EngineerId, van_of
from domain.parts import PartUsed
from domain.vocabulary import ReservationState
from models import tables as t
from models.repositories import parts

_GONE = {t.SerialState.USED: "was used already", t.SerialState.WRITTEN_OFF: "was written off"}


@dataclass
class _Left:
    """A reservation with the units that were not used of it yet."""

    row: t.Reservation
    units: int = field(init=False)

    def __post_init__(self) -> None:
        self.units = self.row.quantity


async def consume(session: AsyncSession, booking: t.Booking, used: Sequence[PartUsed], now: datetime) -> int:
    """Settle the parts of a booking: what was used is taken from what it held, then from the engineer's van.

    Returns:
        What the used parts cost, in cents.

    Raises:
        StockError: More was used than was held and the van has; or a unit with this serial number is not there.
        InvalidInputError: There is no such part, or its serial number is missing.
    """
    held = [_Left(row) for row in await parts.active_reservations(session, [booking.id])]
    moves = parts.StockMoves(now)
    for left in held:
        moves.hold((left.row.location_id, left.row.sku), -left.row.quantity, booking.visit_id)
    cents = 0
    for line, use in enumerate(used):
        part = await _checked(session, use, f"report.parts_used[{line}]")
        cents += part.price_cents * use.quantity
        await _take(session, booking, use, held, moves)
    await moves.write(session)
    touched = [left.row for left in held if left.units < left.row.quantity]
    await parts.end_reservations(session, touched, ReservationState.CONSUMED, now)
    await parts.end_reservations(session, [e.row for e in held if e.row not in touched], ReservationState.RELEASED, now)
    return cents


async def _checked(session: AsyncSession, use: PartUsed, field_name: str) -> t.Part:
    part = await session.get(t.Part, use.sku)
    if part is None:
        raise InvalidInputError(f"{field_name}.sku", f"there is no part {use.sku!r}")
    if use.quantity < 1:
        raise InvalidInputError(f"{field_name}.quantity", "must be 1 or more")
    if part.serialised and not use.serial:
        raise InvalidInputError(f"{field_name}.serial", f"units of {use.sku} have serial numbers; name the one used")
    if use.serial and not part.serialised:
        raise InvalidInputError(f"{field_name}.serial", f"units of {use.sku} have no serial numbers")
    if use.serial and use.quantity != 1:
        raise InvalidInputError(f"{field_name}.quantity", "must be 1 for a unit with a serial number")
    return part


async def _take(
    session: AsyncSession, booking: t.Booking, use: PartUsed, held: list[_Left], moves: parts.StockMoves
) -> None:
    van = van_of(EngineerId(booking.engineer_id))
    place = None
    if use.serial:
        unit = await _unit(session, booking, use)
        place = unit.location_id
        unit.state, unit.location_id, unit.used_in = t.SerialState.USED, None, booking.visit_id
    needed = use.quantity
    for left in held:
        if left.row.sku == use.sku and place in {None, left.row.location_id}:
            units = min(needed, left.units)
            left.units -= units
            needed -= units
            moves.take((left.row.location_id, use.sku), units, booking.visit_id)
    if needed and place not in {None, van}:
        raise StockError(
            f"Unit {use.serial} of {use.sku} lies at {place}, which holds none for this visit. Check the number.",
            sku=use.sku,
            serial=use.serial,
        )
    if needed:
        moves.take((van, use.sku), needed, booking.visit_id)


async def _unit(session: AsyncSession, booking: t.Booking, use: PartUsed) -> t.SerialNumber:
    unit = await session.get(t.SerialNumber, (use.sku, use.serial), with_for_update=True)
    if unit is None or unit.state is not t.SerialState.IN_STOCK:
        why = "is not known" if unit is None else _GONE[unit.state]
        raise StockError(f"Unit {use.serial} of {use.sku} {why}. Check the number.", sku=use.sku, serial=use.serial)
    held = t.ReservationSerial
    other = (
        select(col(t.Reservation.visit_id))
        .join(held, col(held.reservation_id) == col(t.Reservation.id))
        .where(col(held.sku) == use.sku, col(held.serial) == use.serial, col(held.active))
        .where(col(t.Reservation.visit_id) != booking.visit_id)
    )
    if (visit := await session.scalar(other)) is not None:
        raise StockError(
            f"Unit {use.serial} of {use.sku} is held for visit {visit}. Take another one.", sku=use.sku, visit=visit
        )
    return unit
