"""Stock and reservations: hold, give back, use up, take in. Every change keeps counts and rows in step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import NotFoundError, StockError
from domain.ids import LocationId, ReservationId, Sku
from domain.parts import ReservationFact
from domain.vocabulary import PartSource, ReservationState
from models import tables as t

Place = tuple[str, str]
"""A stock line: location and sku."""


@dataclass
class StockMoves:
    """Changes of stock, gathered so that they are checked and written together, in one order for everybody."""

    on_hand: dict[Place, int] = field(default_factory=dict)
    reserved: dict[Place, int] = field(default_factory=dict)

    def take(self, place: Place, units: int) -> None:
        """Units leave a location."""
        self.on_hand[place] = self.on_hand.get(place, 0) - units

    def hold(self, place: Place, units: int) -> None:
        """Units are held for a visit; negative: are free again."""
        self.reserved[place] = self.reserved.get(place, 0) + units

    async def write(self, session: AsyncSession) -> None:
        """Change the stock, if there is enough.

        Raises:
            StockError: A location has less than is taken or held; nothing was changed then.
        """
        places = sorted({*self.on_hand, *self.reserved})
        if not places:
            return
        asked = select(t.Stock).where(tuple_(col(t.Stock.location_id), col(t.Stock.sku)).in_(places))
        asked = asked.order_by(col(t.Stock.location_id), col(t.Stock.sku)).with_for_update()
        rows = await session.scalars(asked.execution_options(populate_existing=True))
        lines = {(row.location_id, row.sku): row for row in rows}
        for place in places:
            line = lines.get(place)
            on_hand = (line.on_hand if line else 0) + self.on_hand.get(place, 0)
            reserved = (line.reserved if line else 0) + self.reserved.get(place, 0)
            if line is None or reserved < 0 or on_hand < reserved:
                free = line.on_hand - line.reserved if line else 0
                raise not_enough(place[1], place[0], free)
        for place, line in lines.items():
            line.on_hand += self.on_hand.get(place, 0)
            line.reserved += self.reserved.get(place, 0)
        await session.flush()


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
    moves = StockMoves()
    for fact in facts:
        moves.hold((fact.location, fact.sku), fact.quantity)
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
    moves = StockMoves()
    for reservation in held:
        moves.hold((reservation.location_id, reservation.sku), -reservation.quantity)
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


async def free_stock(session: AsyncSession, locations: Iterable[str], sku: str) -> dict[str, int]:
    """Units that no booking holds, by location; locations without any are left out."""
    row = t.Stock
    free = col(row.on_hand) - col(row.reserved)
    asked = select(col(row.location_id), free).where(
        col(row.location_id).in_(list(locations)), col(row.sku) == sku, free > 0
    )
    return {str(location): int(units) for location, units in await session.execute(asked)}


async def add_stock(session: AsyncSession, location: str, sku: str, units: int) -> None:
    """Units come in."""
    row = insert(t.Stock).values(location_id=location, sku=sku, on_hand=units, reserved=0)
    more = {"on_hand": col(t.Stock.on_hand) + units}
    await session.execute(row.on_conflict_do_update(index_elements=["location_id", "sku"], set_=more))


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
