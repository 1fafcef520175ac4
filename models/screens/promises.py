"""The promises of open cases with everything that happened to them, for asking what another policy would mean."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.calendars import ALWAYS
from domain.clock import Clock, ClockTerms, Pause, Stop
from domain.registration import Classification
from domain.vocabulary import CaseState, Warranty
from models import tables as t

FINAL = [state for state in CaseState if state.is_final]


@dataclass(frozen=True)
class RunningPromises:
    """An open, classified case. Its clocks carry the recorded target and no calendar: terms are put upon them."""

    case_id: str
    territory_id: str | None
    given: Classification
    warranty: Warranty
    clocks: tuple[Clock, ...]


async def running(session: AsyncSession) -> list[RunningPromises]:
    """Every open case that is classified, with its clocks that still run."""
    row = t.Case
    asked = select(row).where(
        col(row.state).not_in(FINAL),
        col(row.kind).is_not(None),
        col(row.severity).is_not(None),
        col(row.category).is_not(None),
    )
    cases = list(await session.scalars(asked.order_by(col(row.id))))
    clocks = await _clocks(session)
    return [
        RunningPromises(
            case.id, case.territory_id, Classification(case.kind, case.category, case.severity), case.warranty, found
        )
        for case in cases
        if (found := tuple(clocks.get(case.id, ()))) and case.kind and case.category and case.severity
    ]


async def _clocks(session: AsyncSession) -> dict[str, list[Clock]]:
    row, pause = t.SlaClock, t.ClockPause
    pauses: dict[tuple[str, str], list[Pause]] = defaultdict(list)
    ran = select(col(row.case_id)).where(col(row.stopped_at).is_(None))
    asked = select(pause).where(col(pause.case_id).in_(ran)).order_by(col(pause.case_id), col(pause.position))
    for halt in await session.scalars(asked):
        pauses[halt.case_id, halt.clock].append(Pause(halt.reason, halt.started_at, halt.ended_at))
    clocks: dict[str, list[Clock]] = defaultdict(list)
    for each in await session.scalars(select(row).where(col(row.stopped_at).is_(None))):
        clocks[each.case_id].append(_clock(each, tuple(pauses[each.case_id, each.name])))
    return clocks


def _clock(row: t.SlaClock, pauses: tuple[Pause, ...]) -> Clock:
    terms = ClockTerms(row.name, timedelta(seconds=row.target_seconds), ALWAYS, remedy=row.remedy)
    stops = tuple(Stop(datetime.fromisoformat(s["start"]), datetime.fromisoformat(s["end"])) for s in row.stops)
    return Clock(terms, row.started_at, pauses, None, row.predicted, stops)
