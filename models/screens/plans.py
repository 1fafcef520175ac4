"""The published plan of a territory, single plans, and why a visit is where it is."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.because import Because
from domain.errors import NotFoundError
from domain.vocabulary import VisitState
from models import tables as t
from models.reach import EVERYTHING, Reach
from models.repositories.territories import territory
from models.screens.reasons import ReasonLine, reason_lines, stored_because, stored_reasons
from models.screens.visits import BookingLine, booking_line


@dataclass(frozen=True)
class StopLine:
    """A visit on an engineer's route."""

    visit_id: str
    case_id: str
    visit_state: str
    severity: str
    symptom: str
    neighbourhood: str
    latitude: float
    longitude: float
    booking: BookingLine
    resolve_due: datetime | None


@dataclass(frozen=True)
class RouteLine:
    """An engineer's visits in the order of the plan."""

    engineer_id: str
    engineer: str
    stops: list[StopLine] = field(default_factory=list)


@dataclass(frozen=True)
class UnplannedLine:
    """A visit without a place, with the reasons that the last plan found; none before the first plan."""

    visit_id: str
    case_id: str
    severity: str
    symptom: str
    requested_at: datetime
    resolve_due: datetime | None
    reasons: list[ReasonLine]


@dataclass(frozen=True)
class PlanLine:
    """One optimisation in figures."""

    id: str
    territory: str
    number: int
    state: str
    reason: str
    because: tuple[Because, ...]
    engine: str
    cost: int
    seconds: float
    created_at: datetime
    published_at: datetime | None
    unassigned: int


@dataclass(frozen=True)
class TerritoryPlan:
    """What is published: every engineer's route from now on, and every visit without a place."""

    territory: str
    name: str
    time_zone: str
    last_plan: PlanLine | None
    routes: list[RouteLine]
    unplanned: list[UnplannedLine]


@dataclass(frozen=True)
class PlanScreen:
    """One plan with its documents."""

    plan: PlanLine
    score: dict[str, Any]
    document: dict[str, Any]
    unassigned: list[dict[str, Any]]


async def territory_plan(session: AsyncSession, territory_id: str) -> TerritoryPlan:
    """The published plan as it stands.

    Raises:
        NotFoundError: There is no such territory.
    """
    area = await territory(session, territory_id)
    return TerritoryPlan(
        territory=area.id,
        name=area.name,
        time_zone=area.time_zone,
        last_plan=await newest_plan(session, territory_id),
        routes=await _routes(session, territory_id),
        unplanned=await unplanned(session, territory_id),
    )


async def plan(session: AsyncSession, plan_id: str) -> PlanScreen:
    """One plan.

    Raises:
        NotFoundError: There is none with this id.
    """
    row = await session.get(t.Plan, plan_id)
    if row is None:
        raise NotFoundError("plan", plan_id)
    asked = select(t.UnassignedVisit).where(col(t.UnassignedVisit.plan_id) == plan_id)
    left_out = [{"visit_id": r.visit_id, "reasons": r.reasons} for r in await session.scalars(asked)]
    return PlanScreen(await _line(session, row), row.score, row.plan, left_out)


@dataclass(frozen=True)
class Documents:
    """What a plan was made from, and the scheduler's answer; None when there was nothing to place.

    Attributes:
        origin: The moment that is second 0 of both.
    """

    problem: dict[str, Any]
    solution: dict[str, Any] | None
    origin: datetime


async def documents(session: AsyncSession, plan_id: str) -> Documents | None:
    """A plan's documents; None when there is no such plan."""
    row = await session.get(t.Plan, plan_id)
    return Documents(row.problem, row.plan.get("solution"), row.horizon_start) if row else None


async def last_plans(session: AsyncSession, reach: Reach = EVERYTHING) -> list[PlanLine]:
    """The newest plan of every territory within reach."""
    row = t.Plan
    asked = select(row).where(reach.plans).ext(distinct_on(col(row.territory_id)))
    asked = asked.order_by(col(row.territory_id), col(row.number).desc())
    return [await _line(session, found) for found in await session.scalars(asked)]


async def unplanned(session: AsyncSession, territory_id: str) -> list[UnplannedLine]:
    """Visits that wait for a place, the most urgent first, with the reasons that the last plan found."""
    visit = t.Visit
    asked = (
        select(visit, col(t.Case.symptom))
        .join(t.Case, col(t.Case.id) == col(visit.case_id))
        .where(col(visit.territory_id) == territory_id, without_place())
        .order_by(col(visit.priority).desc(), col(visit.requested_at))
    )
    rows = (await session.execute(asked)).all()
    reasons = await reasons_of(session, [row[0].id for row in rows])
    return [
        UnplannedLine(v.id, v.case_id, v.severity, symptom, v.requested_at, v.latest_sla_end, reasons.get(v.id, []))
        for v, symptom in rows
    ]


def without_place() -> ColumnElement[bool]:
    """Whether a visit waits for a place: no booking was published that its workflow has not heard of yet."""
    taken = select(col(t.Booking.id)).where(
        col(t.Booking.visit_id) == col(t.Visit.id), col(t.Booking.state).in_(t.OCCUPYING)
    )
    return and_(col(t.Visit.state) == VisitState.REQUESTED, ~taken.exists())


async def reasons_of(session: AsyncSession, visit_ids: list[str]) -> dict[str, list[ReasonLine]]:
    """Why the newest plan that left each of these visits out did so."""
    row = t.UnassignedVisit
    asked = (
        select(col(row.visit_id), col(row.reasons))
        .join(t.Plan, col(t.Plan.id) == col(row.plan_id))
        .where(col(row.visit_id).in_(visit_ids))
        .ext(distinct_on(col(row.visit_id)))
        .order_by(col(row.visit_id), col(t.Plan.number).desc())
    )
    stored = {str(visit_id): stored_reasons(reasons) for visit_id, reasons in await session.execute(asked)}
    return await reason_lines(session, stored)


async def territory_ids(session: AsyncSession, reach: Reach = EVERYTHING) -> list[str]:
    """Every active territory within reach, by id."""
    asked = select(col(t.Territory.id)).where(col(t.Territory.active), reach.territories).order_by(col(t.Territory.id))
    return list(await session.scalars(asked))


async def newest_plan(session: AsyncSession, territory_id: str) -> PlanLine | None:
    """A territory's newest plan, draft or published; None before the first."""
    row = t.Plan
    asked = select(row).where(col(row.territory_id) == territory_id).order_by(col(row.number).desc()).limit(1)
    found = (await session.scalars(asked)).one_or_none()
    return await _line(session, found) if found else None


async def _line(session: AsyncSession, row: t.Plan) -> PlanLine:
    asked = select(col(t.UnassignedVisit.visit_id)).where(col(t.UnassignedVisit.plan_id) == row.id)
    left_out = len((await session.scalars(asked)).all())
    return PlanLine(
        id=row.id,
        territory=row.territory_id,
        number=row.number,
        state=row.state,
        reason=row.reason,
        because=stored_because(row.plan.get("draft")),
        engine=row.engine,
        cost=row.cost,
        seconds=row.seconds,
        created_at=row.created_at,
        published_at=row.published_at,
        unassigned=left_out,
    )


async def _routes(session: AsyncSession, territory_id: str) -> list[RouteLine]:
    people = select(t.Engineer).where(col(t.Engineer.territory_id) == territory_id, col(t.Engineer.active))
    engineers = {row.id: row for row in await session.scalars(people.order_by(col(t.Engineer.id)))}
    routes = {id_: RouteLine(id_, row.name) for id_, row in engineers.items()}
    for stop in await stops(session, list(routes), t.OCCUPYING):
        routes[stop.booking.engineer_id].stops.append(stop)
    return list(routes.values())


async def stops(
    session: AsyncSession,
    engineers: list[str],
    states: Any,
    start: datetime | None = None,
    end: datetime | None = None,
) -> list[StopLine]:
    """Engineers' bookings in the order of their arrival, those that touch ``[start, end)`` if that is given."""
    booking, visit = t.Booking, t.Visit
    asked = (
        select(booking, visit, t.Engineer, t.Case, t.Site)
        .join(visit, col(visit.id) == col(booking.visit_id))
        .join(t.Engineer, col(t.Engineer.id) == col(booking.engineer_id))
        .join(t.Case, col(t.Case.id) == col(visit.case_id))
        .join(t.Site, col(t.Site.id) == col(visit.site_id))
        .where(col(booking.engineer_id).in_(engineers), col(booking.state).in_(states))
        .order_by(col(booking.arrival), col(booking.id))
    )
    if start is not None:
        asked = asked.where(col(booking.finish) > start)
    if end is not None:
        asked = asked.where(col(booking.arrival) < end)
    return [
        StopLine(
            visit_id=v.id,
            case_id=v.case_id,
            visit_state=v.state,
            severity=v.severity,
            symptom=c.symptom,
            neighbourhood=s.neighbourhood,
            latitude=s.latitude,
            longitude=s.longitude,
            booking=booking_line(b, e),
            resolve_due=v.latest_sla_end,
        )
        for b, v, e, c, s in await session.execute(asked)
    ]
