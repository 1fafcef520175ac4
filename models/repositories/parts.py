"""Stock and reservations: hold, give back, use up, take in. Every change keeps counts and rows in step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import InvalidInputError, NotFoundError, StockError
from domain.ids import LocationId, ReservationId, Sku
from domain.parts import ReservationFact
from domain.vocabulary import PartSource, ReservationState
from models import tables as t
from models.repositories import movements

Place = tuple[str, str]
"""A stock line: location and sku."""


@dataclass
class StockMoves:
    """What visits change of the stock, gathered so that it is checked and written together, in one order for everybody.

    Attributes:
        now: When it happens.
        changes: By how much units, and held units, change for a visit.
    """

    now: datetime
    changes: dict[tuple[Place, str], tuple[int, int]] = field(default_factory=dict)

    def take(self, place: Place, units: int, visit_id: str) -> None:
        """A visit uses units up."""
        self._change(place, visit_id, -units, 0)

    def hold(self, place: Place, units: int, visit_id: str) -> None:
        """Units are held for a visit; negative: are free again."""
        self._change(place, visit_id, 0, units)

    async def write(self, session: AsyncSession) -> None:
        """Change the stock, if there is enough, and list the changes.

        Raises:
            StockError: A location has less than is taken or held; nothing was changed then.
        """
        lines = await lock_stock(session, (place for place, _ in self.changes))
        for place in sorted({place for place, _ in self.changes}):
            units, held = (sum(parts) for parts in zip(*self._at(place), strict=True))
            line = lines.get(place)
            if line is None or line.reserved + held < 0 or line.on_hand + units < line.reserved + held:
                raise not_enough(place[1], place[0], line.on_hand - line.reserved if line else 0)
        listed = []
        for (place, visit_id), (units, held) in sorted(self.changes.items()):
            line = lines[place]
            line.on_hand += units
            line.reserved += held
            if units or held:
                listed.append(movements.by_visit(place, visit_id, units, held, line.on_hand, self.now))
        await session.flush()
        await movements.append(session, listed)

    def _change(self, place: Place, visit_id: str, units: int, held: int) -> None:
        before = self.changes.get((place, visit_id), (0, 0))
        self.changes[place, visit_id] = (before[0] + units, before[1] + held)

    def _at(self, place: Place) -> list[tuple[int, int]]:
        return [change for (where, _), change in self.changes.items() if where == place]


async def lock_stock(session: AsyncSession, places: Iterable[Place]) -> dict[Place, t.Stock]:
    """The stock lines that there are, locked until the transaction ends, in one order for everybody."""
    wanted, row = sorted(set(places)), t.Stock
    if not wanted:
        return {}
    asked = select(row).where(tuple_(col(row.location_id), col(row.sku)).in_(wanted))
    asked = asked.order_by(col(row.location_id), col(row.sku)).with_for_update()
    found = await session.scalars(asked.execution_options(populate_existing=True))
    return {(line.location_id, line.sku): line for line in found}


def not_enough(sku: str, location: str, free: int) -> StockError:
    """The error that names the part and the place."""
    return StockError(
        f"There is not enough stock of {sku} at {location}: {free} free. Order the part or name another source.",
        sku=sku,
        location=location,
        free=free,
    )


async def reserve(
    session: AsyncSession,
    facts: Sequence[ReservationFact],
    booking_id: str,
    visit_id: str,
    now: datetime,
    states: dict[ReservationId, ReservationState] | None = None,
) -> None:
    """Hold parts for a booking; units of serialised parts are picked where the location knows their numbers.

    Args:
        states: For parts that are under way already; the others are ``HELD``.

    Raises:
        StockError: A location has not enough free units.
    """  # fmt: skip
    moves = StockMoves(now)
    for fact in facts:
        moves.hold((fact.location, fact.sku), fact.quantity, visit_id)
        session.add(
            t.Reservation(
                id=fact.id,
                booking_id=booking_id,
                visit_id=visit_id,
                location_id=fact.location,
                sku=fact.sku,
                quantity=fact.quantity,
                source=fact.source,
                state=(states or {}).get(fact.id, ReservationState.HELD),
                ready_at=fact.ready_at,
                made_at=now,
            )
        )
    await moves.write(session)
    await session.flush()
    for fact in facts:
        session.add_all(
            t.ReservationSerial(reservation_id=fact.id, sku=fact.sku, serial=serial)
            for serial in await free_serials(session, fact.location, fact.sku, fact.quantity)
        )
    await session.flush()


async def release(session: AsyncSession, booking_ids: Iterable[str], now: datetime) -> None:
    """Give back every part that these bookings still hold."""
    held = await active_reservations(session, booking_ids)
    moves = StockMoves(now)
    for reservation in held:
        moves.hold((reservation.location_id, reservation.sku), -reservation.quantity, reservation.visit_id)
    await moves.write(session)
    await end_reservations(session, held, ReservationState.RELEASED, now)


async def active_reservations(session: AsyncSession, booking_ids: Iterable[str]) -> list[t.Reservation]:
    """What bookings hold, locked, in the order of the ids."""
    row = t.Reservation
    asked = select(row).where(col(row.booking_id).in_(list(booking_ids)), col(row.state).in_(t.ACTIVE))
    asked = asked.order_by(col(row.id)).with_for_update()
    return list(await session.scalars(asked.execution_options(populate_existing=True)))


async def end_reservations(
    session: AsyncSession, reservations: Iterable[t.Reservation], state: ReservationState, now: datetime
) -> None:
    """Mark reservations as over; their units may be held again. The stock itself is the caller's matter."""
    ended = list(reservations)
    for reservation in ended:
        reservation.state, reservation.ended_at = state, now
    row = t.ReservationSerial
    await session.execute(update(row).where(col(row.reservation_id).in_([r.id for r in ended])).values(active=False))
    await session.flush()


async def facts_of(session: AsyncSession, booking_id: str) -> tuple[ReservationFact, ...]:
    """What a booking holds, as workflows know it."""
    return tuple(fact_of(row) for row in await active_reservations(session, [booking_id]))


def fact_of(row: t.Reservation) -> ReservationFact:
    """A reservation as workflows know it."""
    return ReservationFact(
        ReservationId(row.id),
        Sku(row.sku),
        row.quantity,
        PartSource(row.source),
        LocationId(row.location_id),
        row.ready_at,
    )


async def free_serials(session: AsyncSession, location: str, sku: str, limit: int) -> list[str]:
    """Serial numbers of units at a location that no reservation holds, in their order."""
    unit, held = t.SerialNumber, t.ReservationSerial
    taken = select(col(held.serial)).where(col(held.sku) == col(unit.sku), col(held.active))
    asked = (
        select(col(unit.serial))
        .where(col(unit.location_id) == location, col(unit.sku) == sku, col(unit.serial).not_in(taken))
        .order_by(col(unit.serial))
        .limit(limit)
    )
    return list(await session.scalars(asked))


async def part(session: AsyncSession, sku: str) -> t.Part:
    """One part.

    Raises:
        NotFoundError: There is none with this number.
    """
    found = await session.get(t.Part, sku)
    if found is None:
        raise NotFoundError("part", sku)
    return found


async def settled_part(session: AsyncSession, sku: str) -> t.Part:
    """One part, which nobody retires or changes before this transaction ends: that would lock its row.

    Raises:
        NotFoundError: There is none with this number.
    """
    found = await part(session, sku)
    await session.refresh(found, with_for_update={"read": True})
    return found


async def stock_location(session: AsyncSession, location: str) -> t.StockLocation:
    """One warehouse or van.

    Raises:
        NotFoundError: There is none with this id.
    """
    found = await session.get(t.StockLocation, location)
    if found is None:
        raise NotFoundError("stock location", location)
    return found


async def require_in_use(session: AsyncSession, place: t.StockLocation, field_name: str) -> None:
    """Go on only if the location is no retired warehouse; nor will it be before this transaction ends.

    Raises:
        InvalidInputError: It is.
    """
    if place.warehouse_id is None:
        return
    house = await session.get_one(t.Warehouse, place.warehouse_id, with_for_update={"read": True})
    if not house.active:
        raise InvalidInputError(field_name, f"warehouse {house.id} is retired; choose another one")


def check_units(part: t.Part, quantity: int, serials: Sequence[str]) -> None:
    """Go on only if somebody named at least one unit, and the serial number of each where units have one.

    Raises:
        InvalidInputError: A number is wrong.
    """
    if quantity < 1:
        raise InvalidInputError("quantity", "must be 1 or more")
    check_serials(part, quantity, serials)


def check_serials(part: t.Part, quantity: int, serials: Sequence[str]) -> None:
    """Go on only if each of so many units is named by its serial number, or has none. Raises as ``check_units``."""
    if not part.serialised:
        if serials:
            raise InvalidInputError("serials", f"units of {part.sku} have no serial numbers")
        return
    if len(serials) != quantity or not all(serials):
        raise InvalidInputError("serials", f"name the serial number of each of the {quantity} units")
    if len(set(serials)) != len(serials):
        raise InvalidInputError("serials", "the same serial number is named twice")


async def free_stock(session: AsyncSession, locations: Iterable[str], sku: str) -> dict[str, int]:
    """Units that no booking holds, by location; locations without any are left out."""
    row = t.Stock
    free = col(row.on_hand) - col(row.reserved)
    asked = select(col(row.location_id), free).where(
        col(row.location_id).in_(list(locations)), col(row.sku) == sku, free > 0
    )
    return {str(location): int(units) for location, units in await session.execute(asked)}


async def add_stock(session: AsyncSession, location: str, sku: str, units: int) -> int:
    """Units come in. Returns what lies there now; the line stays locked until the transaction ends."""
    row = insert(t.Stock).values(location_id=location, sku=sku, on_hand=units, reserved=0)
    more = {"on_hand": col(t.Stock.on_hand) + units}
    added = row.on_conflict_do_update(index_elements=["location_id", "sku"], set_=more)
    return (await session.execute(added.returning(col(t.Stock.on_hand)))).scalar_one()


async def warehouses_of(session: AsyncSession, territory_id: str) -> list[str]:
    """The warehouses that serve a territory, as stock locations; retired ones serve nobody."""
    row = t.Warehouse
    serves = col(row.territory_id).is_(None) | (col(row.territory_id) == territory_id)
    asked = (
        select(col(t.StockLocation.id))
        .join(row, col(row.id) == col(t.StockLocation.warehouse_id))
        .where(serves, col(row.active))
        .order_by(col(t.StockLocation.id))
    )
    return list(await session.scalars(asked))
