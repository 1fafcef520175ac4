"""Visits as lists and as one screen, with the booking that counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import NotFoundError
from models import tables as t
from models.screens import checklists
from models.screens.checklists import AnsweredChecklist


@dataclass(frozen=True)
class BookingLine:
    """A booking: who comes when."""

    id: str
    state: str
    engineer_id: str
    engineer: str
    arrival: datetime
    finish: datetime
    travel_seconds: int
    predicted_arrival: datetime | None
    predicted_finish: datetime | None
    plan_id: str | None
    made_by: str
    reason: str


@dataclass(frozen=True)
class VisitLine:
    """A visit in a list.

    Attributes:
        after_visit_id: The first part of the job that this visit is the second part of.
    """

    id: str
    case_id: str
    number: int
    state: str
    severity: str
    territory: str
    next_step: str | None
    responsible: str
    due_at: datetime | None
    outcome: str | None
    requested_at: datetime
    booking: BookingLine | None
    after_visit_id: str | None = None


@dataclass(frozen=True)
class ReservationLine:
    """Units of a part that are held for a visit."""

    id: str
    sku: str
    quantity: int
    source: str
    location: str
    state: str
    ready_at: datetime | None


@dataclass(frozen=True)
class VisitScreen:
    """One visit with what it needs and what became of it."""

    visit: VisitLine
    symptom: str
    product_model: str | None
    neighbourhood: str
    latitude: float
    longitude: float
    minutes: int
    skills: dict[str, int]
    tools: list[str]
    parts: list[dict[str, Any]]
    windows: list[dict[str, Any]]
    reservations: list[ReservationLine]
    preferred_engineer_id: str | None
    excluded_engineers: list[str]
    offers: int
    offered_at: datetime | None
    accepted_at: datetime | None
    departed_at: datetime | None
    arrived_at: datetime | None
    finished_at: datetime | None
    dispatch_due: datetime | None
    on_site_due: datetime | None
    resolve_due: datetime | None
    report: dict[str, Any] | None
    checklist: AnsweredChecklist | None
    version: int


async def visits_of_case(session: AsyncSession, case_id: str) -> list[VisitLine]:
    """A case's visits, the first one first."""
    asked = _with_booking().where(col(t.Visit.case_id) == case_id).order_by(col(t.Visit.number))
    return [visit_line(*row) for row in await session.execute(asked)]


async def visit(session: AsyncSession, visit_id: str) -> VisitScreen:
    """One visit.

    Raises:
        NotFoundError: There is none with this id.
    """
    row = (await session.execute(_with_booking().where(col(t.Visit.id) == visit_id))).one_or_none()
    if row is None:
        raise NotFoundError("visit", visit_id)
    line, visit_row = visit_line(*row), row[0]
    case_row = await session.get_one(t.Case, visit_row.case_id)
    site = await session.get_one(t.Site, visit_row.site_id)
    return VisitScreen(
        visit=line,
        symptom=case_row.symptom,
        product_model=case_row.product_model_code,
        neighbourhood=site.neighbourhood,
        latitude=site.latitude,
        longitude=site.longitude,
        minutes=visit_row.duration_seconds // 60,
        skills=visit_row.skills,
        tools=visit_row.tools,
        parts=visit_row.parts,
        windows=visit_row.windows,
        reservations=await _reservations(session, visit_id),
        preferred_engineer_id=visit_row.preferred_engineer_id,
        excluded_engineers=visit_row.excluded_engineers,
        offers=visit_row.offers,
        offered_at=visit_row.offered_at,
        accepted_at=visit_row.accepted_at,
        departed_at=visit_row.departed_at,
        arrived_at=visit_row.arrived_at,
        finished_at=visit_row.finished_at,
        dispatch_due=visit_row.dispatch_due,
        on_site_due=visit_row.on_site_due,
        resolve_due=visit_row.latest_sla_end,
        report=visit_row.report,
        checklist=(await checklists.answered(session, [visit_id])).get(visit_id),
        version=visit_row.version,
    )


def _with_booking() -> Any:
    """Visits with the booking that occupies, or else the one that was worked."""
    booking = t.Booking
    current = (
        select(col(booking.id))
        .where(col(booking.visit_id) == col(t.Visit.id), col(booking.state) != "released")
        .order_by(col(booking.number).desc())
        .limit(1)
        .correlate(t.Visit)
        .scalar_subquery()
    )
    return (
        select(t.Visit, booking, t.Engineer)
        .outerjoin(booking, and_(col(booking.visit_id) == col(t.Visit.id), col(booking.id) == current))
        .outerjoin(t.Engineer, col(t.Engineer.id) == col(booking.engineer_id))
    )


def visit_line(row: t.Visit, booking: t.Booking | None, engineer: t.Engineer | None) -> VisitLine:
    """A visit in a list."""
    return VisitLine(
        id=row.id,
        case_id=row.case_id,
        number=row.number,
        state=row.state,
        severity=row.severity,
        territory=row.territory_id,
        next_step=row.next_step,
        responsible=row.responsible,
        due_at=row.due_at,
        outcome=row.outcome,
        requested_at=row.requested_at,
        booking=booking_line(booking, engineer) if booking and engineer else None,
        after_visit_id=row.after_visit_id,
    )


def booking_line(row: t.Booking, engineer: t.Engineer) -> BookingLine:
    """A booking with its engineer's name."""
    return BookingLine(
        id=row.id,
        state=row.state,
        engineer_id=row.engineer_id,
        engineer=engineer.name,
        arrival=row.arrival,
        finish=row.finish,
        travel_seconds=row.travel_seconds,
        predicted_arrival=row.predicted_arrival,
        predicted_finish=row.predicted_finish,
        plan_id=row.plan_id,
        made_by=f"{row.made_by_role}:{row.made_by}",
        reason=row.reason,
    )


async def _reservations(session: AsyncSession, visit_id: str) -> list[ReservationLine]:
    row = t.Reservation
    asked = select(row).where(col(row.visit_id) == visit_id, col(row.state) != "released").order_by(col(row.id))
    return [
        ReservationLine(r.id, r.sku, r.quantity, r.source, r.location_id, r.state, r.ready_at)
        for r in await session.scalars(asked)
    ]
