"""Open visits as the planner sees them, with their bookings and the parts that those hold."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.case import VisitNeeds
from domain.ids import BookingId, CaseId, EngineerId, LocationId, ReservationId, Sku, TerritoryId, VisitId
from domain.parts import PartNeed
from domain.registration import ArrivalWindow
from domain.vocabulary import VisitState
from domain.world import BookingFact, Held, OpenVisit, Point
from models import tables as t
from models.documents import from_json

OPEN = [state for state in VisitState if not state.is_final]


async def open_visits(session: AsyncSession, territory_id: TerritoryId, engineers: list[EngineerId]) -> list[OpenVisit]:
    visit, booking = t.Visit, t.Booking
    occupies = and_(col(booking.visit_id) == col(visit.id), col(booking.state).in_(t.OCCUPYING))
    ours = and_(col(visit.territory_id) == territory_id, col(visit.state).in_(OPEN))
    asked = (
        select(visit, booking, col(t.Site.latitude), col(t.Site.longitude))
        .join(t.Site, col(t.Site.id) == col(visit.site_id))
        .outerjoin(booking, occupies)
        .where(or_(ours, col(booking.engineer_id).in_(engineers)))
        .order_by(col(visit.id))
    )
    rows = (await session.execute(asked)).all()
    held = await _held(session, [row[1].id for row in rows if row[1] is not None])
    return [_visit(*row, territory_id, held) for row in rows]


def _visit(
    visit: t.Visit,
    booking: t.Booking | None,
    latitude: float,
    longitude: float,
    territory_id: TerritoryId,
    held: Mapping[str, list[Held]],
) -> OpenVisit:
    return OpenVisit(
        id=VisitId(visit.id),
        case_id=CaseId(visit.case_id),
        version=visit.version,
        state=visit.state,
        severity=visit.severity,
        point=Point(latitude, longitude),
        requested=visit.requested_at,
        needs=VisitNeeds(
            duration=timedelta(seconds=visit.duration_seconds),
            skills=visit.skills,
            tools=tuple(visit.tools),
            parts=from_json(tuple[PartNeed, ...], visit.parts),
            windows=from_json(tuple[ArrivalWindow, ...], visit.windows),
        ),
        on_site_due=visit.on_site_due,
        resolve_due=visit.latest_sla_end,
        earliest=visit.earliest,
        booking=_booking(booking, tuple(held.get(booking.id, ()))) if booking is not None else None,
        preferred=EngineerId(visit.preferred_engineer_id) if visit.preferred_engineer_id else None,
        excluded=frozenset(EngineerId(id_) for id_ in visit.excluded_engineers),
        departed=visit.departed_at,
        arrived=visit.arrived_at,
        after=VisitId(visit.after_visit_id) if visit.after_visit_id else None,
        is_foreign=visit.territory_id != territory_id,
    )


def _booking(row: t.Booking, held: tuple[Held, ...]) -> BookingFact:
    window = None
    if row.window_start is not None and row.window_end is not None:
        window = ArrivalWindow(row.window_start, row.window_end)
    return BookingFact(
        id=BookingId(row.id),
        state=row.state,
        engineer=EngineerId(row.engineer_id),
        arrival=row.arrival,
        finish=row.finish,
        travel=timedelta(seconds=row.travel_seconds),
        predicted_arrival=row.predicted_arrival,
        predicted_finish=row.predicted_finish,
        window=window,
        held=held,
        pin=row.pin,
    )


async def _held(session: AsyncSession, bookings: list[str]) -> dict[str, list[Held]]:
    row = t.Reservation
    asked = select(row).where(col(row.booking_id).in_(bookings), col(row.state).in_(t.ACTIVE)).order_by(col(row.id))
    found: dict[str, list[Held]] = defaultdict(list)
    for held in await session.scalars(asked):
        found[held.booking_id].append(
            Held(
                ReservationId(held.id),
                Sku(held.sku),
                held.quantity,
                held.source,
                LocationId(held.location_id),
                held.state,
                held.ready_at,
            )
        )
    return found
