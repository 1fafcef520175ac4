"""What visits hold of a stock line: who they are, what of it was sent, and how they give it up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.because import Because, BecauseCode
from domain.errors import StockReservedError, named
from domain.ids import BookingId, CaseId, TerritoryId, VisitId
from domain.messages import BookingChanged, Command, EventDraft
from domain.vocabulary import BookingState, PartSource, ReservationState
from models import tables as t
from models.repositories import bookings, events
from models.repositories.changes_by_people import locked_visit
from models.repositories.commands import CommandKey
from models.repositories.parts import Place
from models.repositories.rows import among

_ROW = t.Reservation
SENT = and_(
    col(_ROW.source) == PartSource.SHIPMENT, col(_ROW.state).in_((ReservationState.SHIPPED, ReservationState.READY))
)
"""Reservations whose units are on record where they came from, and do not lie there any more."""
WITHOUT_PARTS = Because(BecauseCode.PARTS_GONE)


@dataclass(frozen=True)
class Holders:
    """The visits that hold units of a stock line, for those who are in their way.

    Attributes:
        territory: Whose visits are named; of others only the number is told.
        remedy: What to do about it, as a sentence.
    """

    place: Place
    territory: TerritoryId
    remedy: str

    async def error(self, session: AsyncSession, free: int) -> StockReservedError:
        """The error that names them."""
        asked = (
            select(col(t.Visit.id), col(t.Visit.territory_id))
            .join(_ROW, col(_ROW.visit_id) == col(t.Visit.id))
            .where(*_active(self.place))
            .distinct()
            .order_by(col(t.Visit.id))
        )
        found = (await session.execute(asked)).all()
        return self._error(free, [(visit, area) for visit, area in found])

    async def require_unheld(self, session: AsyncSession, serials: Sequence[str]) -> None:
        """Go on only if no visit holds one of these units.

        Raises:
            StockReservedError: One does.
        """
        unit = t.ReservationSerial
        asked = (
            select(col(t.Visit.id), col(t.Visit.territory_id))
            .join(_ROW, col(_ROW.visit_id) == col(t.Visit.id))
            .join(unit, col(unit.reservation_id) == col(_ROW.id))
            .where(col(unit.sku) == self.place[1], among(col(unit.serial), serials), col(unit.active))
            .distinct()
            .order_by(col(t.Visit.id))
        )
        found = [(visit, area) for visit, area in await session.execute(asked)] if serials else []
        if found:
            raise self._error(await free_at(session, self.place), found)

    def _error(self, free: int, found: Sequence[tuple[str, str | None]]) -> StockReservedError:
        ours = [visit for visit, area in found if area == self.territory]
        others = len(found) - len(ours)
        words = ([named(ours)] if ours else []) + ([f"{others} of other territories"] if others else [])
        location, sku = self.place
        return StockReservedError(sku, location, free, " and ".join(words) or "visits", self.remedy)


async def free_at(session: AsyncSession, place: Place) -> int:
    """Units that no visit holds."""
    line = await session.get(t.Stock, place, populate_existing=True)
    return line.on_hand - line.reserved if line else 0


async def held_at(session: AsyncSession, place: Place) -> int:
    """Units that visits hold and that lie there."""
    return await _sum(session, *_active(place), ~SENT)


async def sent_from(session: AsyncSession, place: Place) -> int:
    """Units that are on record there and were sent to visits."""
    return await _sum(session, *_active(place), SENT)


async def planners(session: AsyncSession, locations: Iterable[str]) -> tuple[TerritoryId, ...]:
    """The territories whose plans may count on what lies at some locations."""
    place, house, engineer, area = t.StockLocation, t.Warehouse, t.Engineer, t.Territory
    for_all = and_(col(house.id).is_not(None), col(house.territory_id).is_(None))
    serves = or_(for_all, col(house.territory_id) == col(area.id), col(engineer.territory_id) == col(area.id))
    asked = (
        select(col(area.id))
        .select_from(place)
        .outerjoin(house, col(house.id) == col(place.warehouse_id))
        .outerjoin(engineer, col(engineer.id) == col(place.engineer_id))
        .join(area, serves)
        .where(among(col(place.id), locations), col(area.active))
        .distinct()
        .order_by(col(area.id))
    )
    return tuple(TerritoryId(id_) for id_ in await session.scalars(asked))


async def territories_of(session: AsyncSession, visits: Iterable[str]) -> list[TerritoryId]:
    """Where visits are planned."""
    asked = select(col(t.Visit.territory_id)).where(among(col(t.Visit.id), visits)).distinct()
    return [TerritoryId(area) for area in await session.scalars(asked) if area]


async def let_go(
    session: AsyncSession,
    place: Place,
    short: int,
    serials: Sequence[str],
    key: CommandKey,
    command: Command,
    now: datetime,
) -> tuple[BookingChanged, ...]:
    """Take visits off the plan that hold units which are not there: the least urgent first, of these the latest.

    Visits that an engineer has set out for, and parts that were sent, stay as they are.

    Args:
        short: How many units have to be free beyond those that are.
        serials: Units that no visit may hold.
    """
    given_up = await _chosen(session, place, short, serials)
    # A visit is locked before its booking, as everywhere; what it is booked for may have changed by then.
    visits = {visit_id: await locked_visit(session, visit_id) for visit_id in sorted(set(given_up.values()))}
    freed = []
    for booking_id, visit_id in sorted(given_up.items(), key=lambda item: item[1]):
        booking = await bookings.current(session, visit_id)
        if booking is not None and booking.id == booking_id and booking.state is not BookingState.STARTED:
            freed.append((visits[visit_id], booking))
    await bookings.release(session, [booking for _, booking in freed], WITHOUT_PARTS.sentence, now)
    told = []
    for seq, (visit, booking) in enumerate(freed, start=1):
        visit.version += 1
        data = {"booking_id": booking.id, "reason": WITHOUT_PARTS.sentence}
        event = EventDraft("booking_released", command.at or now, command.actor, data, (WITHOUT_PARTS,))
        await events.append(session, key, [event], now, case_id=visit.case_id, visit_id=visit.id, first=seq)
        told.append(
            BookingChanged(
                VisitId(visit.id),
                None,
                WITHOUT_PARTS.sentence,
                case_id=CaseId(visit.case_id),
                released=BookingId(booking.id),
                because=(WITHOUT_PARTS,),
            )
        )
    await session.flush()
    return tuple(told)


async def _chosen(session: AsyncSession, place: Place, short: int, serials: Sequence[str]) -> dict[str, str]:
    """Bookings that give their parts up, with their visits."""
    booking, unit = t.Booking, t.ReservationSerial
    waiting = [state for state in t.OCCUPYING if state is not BookingState.STARTED]
    named_one = select(unit).where(
        col(unit.reservation_id) == col(_ROW.id), col(unit.active), among(col(unit.serial), serials)
    )
    asked = (
        select(col(booking.id), col(booking.visit_id), col(_ROW.quantity), named_one.exists())
        .join(booking, col(booking.id) == col(_ROW.booking_id))
        .join(t.Visit, col(t.Visit.id) == col(booking.visit_id))
        .where(*_active(place), ~SENT, col(booking.state).in_(waiting))
        .order_by(named_one.exists().desc(), col(t.Visit.priority), col(booking.arrival).desc(), col(booking.id))
    )
    chosen: dict[str, str] = {}
    for booking_id, visit_id, quantity, must in await session.execute(asked):
        if must or short > 0:
            chosen[booking_id] = visit_id
            short -= quantity
    return chosen


def _active(place: Place) -> tuple[ColumnElement[bool], ...]:
    return col(_ROW.location_id) == place[0], col(_ROW.sku) == place[1], col(_ROW.state).in_(t.ACTIVE)


async def _sum(session: AsyncSession, *where: ColumnElement[bool]) -> int:
    asked = select(func.coalesce(func.sum(col(_ROW.quantity)), 0)).where(*where)
    return int(await session.scalar(asked) or 0)
