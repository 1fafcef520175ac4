"""The whole company in figures."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.vocabulary import CaseState, VisitState
from models import tables as t
from models.reach import EVERYTHING, Reach
from models.screens.plans import PlanLine, last_plans, without_place


@dataclass(frozen=True)
class Overview:
    """Counts. ``sla`` and ``overdue`` count open cases, ``open_visits`` by state, ``unplanned`` by territory."""

    cases: dict[str, int]
    sla: dict[str, int]
    overdue: int
    open_visits: dict[str, int]
    unplanned: dict[str, int]
    last_plans: list[PlanLine]
    engineers: int


async def overview(session: AsyncSession, now: datetime, reach: Reach = EVERYTHING) -> Overview:
    """What is within reach at a (virtual) moment."""
    case, visit = t.Case, t.Visit
    open_case = reach.cases & col(case.state).not_in([state for state in CaseState if state.is_final])
    open_visit = reach.visits & col(visit.state).not_in([state for state in VisitState if state.is_final])
    by_state = select(col(case.state), func.count()).where(reach.cases).group_by(col(case.state))
    by_sla = select(col(case.sla_state), func.count()).where(open_case).group_by(col(case.sla_state))
    late = select(func.count()).select_from(case).where(open_case, col(case.due_at) < now)
    visits = select(col(visit.state), func.count()).where(open_visit).group_by(col(visit.state))
    unplanned = (
        select(col(visit.territory_id), func.count())
        .where(without_place(), reach.visits)
        .group_by(col(visit.territory_id))
    )
    people = select(func.count()).select_from(t.Engineer).where(col(t.Engineer.active), reach.engineers)
    return Overview(
        cases={str(state): count for state, count in await session.execute(by_state)},
        sla={str(state): count for state, count in await session.execute(by_sla)},
        overdue=await session.scalar(late) or 0,
        open_visits={str(state): count for state, count in await session.execute(visits)},
        unplanned={str(area): count for area, count in await session.execute(unplanned)},
        last_plans=await last_plans(session, reach),
        engineers=await session.scalar(people) or 0,
    )
