"""Reads what happened in a run from the record, for one dispatcher at a time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from domain.clock import ClockName
from domain.ids import CaseId, EngineerId, TerritoryId, VisitId
from domain.sla import SlaState
from domain.vocabulary import BookingState, Severity, VisitState
from domain.world import Point
from models import tables as t
from simulation.records import CaseRecord, PlanningRecord, RunRecords, ShiftRecord, VisitRecord


@dataclass(frozen=True)
class Tally:
    """A dispatcher's run at a glance, for the live display."""

    cases: dict[str, int]
    kept: int
    broken: int
    visits_done: int
    plans: int


async def tally(session: AsyncSession, territory: TerritoryId) -> Tally:
    """Counts for the live display."""
    case, visit, plan = t.Case, t.Visit, t.Plan
    cases = select(col(case.state), func.count()).where(col(case.territory_id) == territory).group_by(col(case.state))
    clocks = (
        select(col(t.SlaClock.state), func.count())
        .join(case, col(case.id) == col(t.SlaClock.case_id))
        .where(col(case.territory_id) == territory)
        .group_by(col(t.SlaClock.state))
    )
    states = {state: number for state, number in await session.execute(clocks)}  # noqa: C416 - rows are no pairs
    done = select(func.count()).where(col(visit.territory_id) == territory, col(visit.state) == VisitState.DONE)
    plans = select(func.count()).where(col(plan.territory_id) == territory, col(plan.published_at).is_not(None))
    return Tally(
        cases={state.value: number for state, number in await session.execute(cases)},
        kept=states.get(SlaState.KEPT, 0),
        broken=states.get(SlaState.MISSED, 0) + states.get(SlaState.BREACHED, 0),
        visits_done=await session.scalar(done) or 0,
        plans=await session.scalar(plans) or 0,
    )


async def records(session: AsyncSession, territory: TerritoryId) -> RunRecords:
    """Everything that the report about one dispatcher needs."""
    return RunRecords(
        cases=tuple(await _cases(session, territory)),
        visits=tuple(await _visits(session, territory)),
        shifts=tuple(await _shifts(session, territory)),
        planning=await _planning(session, territory),
    )


async def _cases(session: AsyncSession, territory: TerritoryId) -> list[CaseRecord]:
    case, clock = t.Case, t.SlaClock
    rows = list(
        await session.scalars(select(case).where(col(case.territory_id) == territory).order_by(col(case.opened_at)))
    )
    clocks: dict[str, list[t.SlaClock]] = defaultdict(list)
    asked = select(clock).join(case, col(case.id) == col(clock.case_id)).where(col(case.territory_id) == territory)
    for found in await session.scalars(asked):
        clocks[found.case_id].append(found)
    reasons = await _why_open(session, [row for row in rows if not row.state.is_final])
    return [_case(row, clocks[row.id], reasons.get(row.id, "")) for row in rows]


def _case(row: t.Case, clocks: Iterable[t.SlaClock], reason: str) -> CaseRecord:
    by_name = {clock.name: clock for clock in clocks}
    resolve = by_name.get(ClockName.RESOLVE)
    return CaseRecord(
        id=CaseId(row.id),
        state=row.state,
        severity=row.severity or Severity.MEDIUM,
        opened_at=row.opened_at,
        clocks={name: clock.state for name, clock in by_name.items()},
        resolved_at=resolve.stopped_at if resolve else None,
        reopened=row.reopened,
        satisfaction=row.satisfaction,
        next_step=row.next_step or "",
        responsible=row.responsible.value,
        due=row.due_at,
        reason=reason,
    )


async def _why_open(session: AsyncSession, rows: list[t.Case]) -> dict[str, str]:
    """Why each open case is open: what its visit waits for, else what the case itself waits for."""
    visit, booking = t.Visit, t.Booking
    asked = (
        select(visit, booking)
        .outerjoin(booking, (col(booking.visit_id) == col(visit.id)) & col(booking.state).in_(t.OCCUPYING))
        .where(col(visit.id).in_([row.open_visit_id for row in rows if row.open_visit_id]))
    )
    found = {row.case_id: (row, booked) for row, booked in await session.execute(asked)}
    unplanned = await _unassigned(session, [row.id for row, booked in found.values() if booked is None])
    return {
        row.id: _why(*found[row.id], unplanned)
        if row.id in found
        else f"waits for the {row.responsible.value.replace('_', ' ')}"
        for row in rows
    }


def _why(visit: t.Visit, booking: t.Booking | None, unplanned: dict[str, str]) -> str:
    if booking is None:
        return f"{visit.id} is without a place: {unplanned.get(visit.id, 'the next plan decides')}"
    state = visit.state.value.replace("_", " ")
    return f"{visit.id} is {state}: {booking.engineer_id} on {booking.arrival:%Y-%m-%d %H:%M} UTC"


async def _unassigned(session: AsyncSession, visits: list[str]) -> dict[str, str]:
    row, plan = t.UnassignedVisit, t.Plan
    asked = (
        select(row)
        .join(plan, col(plan.id) == col(row.plan_id))
        .where(col(row.visit_id).in_(visits))
        .order_by(col(plan.number))
    )
    return {left.visit_id: _sentence(left.reasons) for left in await session.scalars(asked)}


def _sentence(reasons: list[dict[str, Any]]) -> str:
    said = [str(reason.get("sentence") or reason.get("text") or reason.get("code") or "") for reason in reasons]
    return "; ".join(filter(None, said)) or "no place was found"


async def _visits(session: AsyncSession, territory: TerritoryId) -> list[VisitRecord]:
    visit, booking, site = t.Visit, t.Booking, t.Site
    taken = [state for state in BookingState if state is not BookingState.RELEASED]
    asked = (
        select(visit, site, col(booking.engineer_id))
        .join(site, col(site.id) == col(visit.site_id))
        .outerjoin(booking, (col(booking.visit_id) == col(visit.id)) & col(booking.state).in_(taken))
        .where(col(visit.territory_id) == territory)
        .order_by(col(visit.id))
    )
    return [
        VisitRecord(
            id=VisitId(row.id),
            case_id=CaseId(row.case_id),
            number=row.number,
            state=row.state,
            site=Point(place.latitude, place.longitude),
            engineer=EngineerId(engineer) if engineer else None,
            departed_at=row.departed_at,
            arrived_at=row.arrived_at,
            finished_at=row.finished_at,
            outcome=row.outcome,
        )
        for row, place, engineer in await session.execute(asked)
    ]


async def _shifts(session: AsyncSession, territory: TerritoryId) -> list[ShiftRecord]:
    shift, person = t.Shift, t.Engineer
    asked = (
        select(shift, person)
        .join(person, col(person.id) == col(shift.engineer_id))
        .where(col(person.territory_id) == territory)
        .order_by(col(shift.starts_at), col(shift.engineer_id))
    )
    return [
        ShiftRecord(
            engineer=EngineerId(row.engineer_id),
            name=who.name,
            home=Point(who.home_latitude, who.home_longitude),
            start=row.starts_at,
            end=row.ends_at,
            pause_seconds=60 * row.break_minutes,
        )
        for row, who in await session.execute(asked)
    ]


async def _planning(session: AsyncSession, territory: TerritoryId) -> PlanningRecord:
    plan, visit = t.Plan, t.Visit
    old, new = aliased(t.Booking), aliased(t.Booking)
    published = select(func.count()).where(col(plan.territory_id) == territory, col(plan.published_at).is_not(None))
    made = (
        select(func.count())
        .select_from(t.Booking)
        .join(visit, col(visit.id) == col(t.Booking.visit_id))
        .where(col(visit.territory_id) == territory)
    )
    # A booking that a plan moves ends in the very transaction that makes the next one.
    moved = (
        select(func.count())
        .select_from(old)
        .join(new, (col(new.visit_id) == col(old.visit_id)) & (col(new.number) == col(old.number) + 1))
        .join(visit, col(visit.id) == col(old.visit_id))
        .where(
            col(visit.territory_id) == territory,
            col(old.state) == BookingState.RELEASED,
            col(new.made_at) == col(old.ended_at),
        )
    )
    return PlanningRecord(
        published=await session.scalar(published) or 0,
        bookings_made=await session.scalar(made) or 0,
        bookings_moved=await session.scalar(moved) or 0,
    )
