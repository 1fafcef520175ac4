"""Bookings of visits: the current one, releasing it, and what its visit makes of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import OutOfOrderError
from domain.ids import BookingId, EngineerId
from domain.parts import ReservationFact
from domain.registration import ArrivalWindow
from domain.visit import Booking
from domain.vocabulary import BookingState, VisitState
from models import tables as t
from models.repositories import parts

STATE_OF = {
    VisitState.BOOKED: BookingState.PLANNED,
    VisitState.OFFERED: BookingState.OFFERED,
    VisitState.CONFIRMED: BookingState.CONFIRMED,
    VisitState.EN_ROUTE: BookingState.STARTED,
    VisitState.ON_SITE: BookingState.STARTED,
    VisitState.DONE: BookingState.DONE,
}
"""What a booking is while its visit is in a state. In the other states a visit has none."""


async def current(session: AsyncSession, visit_id: str) -> t.Booking | None:
    """The booking that occupies a visit, locked."""
    row = t.Booking
    asked = select(row).where(col(row.visit_id) == visit_id, col(row.state).in_(t.OCCUPYING)).with_for_update()
    return await session.scalar(asked.execution_options(populate_existing=True))


async def require_order(session: AsyncSession, visit: t.Visit, arrival: datetime, finish: datetime) -> None:
    """Go on only if a part of a split job would come before its second part, or after its first.

    Raises:
        OutOfOrderError: It would not.
    """
    first = await current(session, visit.after_visit_id) if visit.after_visit_id else None
    if first is not None and arrival < first.finish:
        raise OutOfOrderError(visit.id, first.visit_id)
    asked = select(col(t.Visit.id)).where(col(t.Visit.after_visit_id) == visit.id)
    id_ = await session.scalar(asked)
    second = await current(session, id_) if id_ else None
    if second is not None and second.arrival < finish:
        raise OutOfOrderError(second.visit_id, visit.id)


async def next_number(session: AsyncSession, visit_id: str) -> int:
    """The number of the visit's next booking, counted over its whole life; hold the visit's lock."""
    last = await session.scalar(select(func.max(col(t.Booking.number))).where(col(t.Booking.visit_id) == visit_id))
    return (last or 0) + 1


async def release(session: AsyncSession, bookings: Iterable[t.Booking], reason: str, now: datetime) -> None:
    """Take visits off the plan, and give back the parts that were held for them."""
    released = list(bookings)
    for booking in released:
        booking.state, booking.ended_at, booking.end_reason = BookingState.RELEASED, now, reason
    await session.flush()
    await parts.release(session, [booking.id for booking in released], now)


async def not_started_between(
    session: AsyncSession, engineer_id: str, start: datetime, end: datetime
) -> list[t.Booking]:
    """An engineer's bookings that overlap a stretch, the way to the site included, and were not set out for."""
    row = t.Booking
    waiting = [state for state in t.OCCUPYING if state is not BookingState.STARTED]
    departure = col(row.arrival) - func.make_interval(0, 0, 0, 0, 0, 0, col(row.travel_seconds))
    asked = (
        select(row)
        .where(col(row.engineer_id) == engineer_id, col(row.state).in_(waiting))
        .where(departure < end, col(row.finish) > start)
        .order_by(col(row.visit_id))
    )
    return list(await session.scalars(asked.execution_options(populate_existing=True)))


def to_domain(row: t.Booking, held: tuple[ReservationFact, ...]) -> Booking:
    """A booking as workflows know it."""
    window = None
    if row.window_start is not None and row.window_end is not None:
        window = ArrivalWindow(row.window_start, row.window_end)
    return Booking(
        id=BookingId(row.id),
        engineer=EngineerId(row.engineer_id),
        arrival=row.arrival,
        finish=row.finish,
        travel=timedelta(seconds=row.travel_seconds),
        window=window,
        reservations=held,
    )
