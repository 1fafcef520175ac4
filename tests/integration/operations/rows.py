"""Cases as their workflows would have recorded them."""

from datetime import timedelta
from typing import Any

from domain import sla
from domain.calendars import ALWAYS
from domain.case import CaseProgress
from domain.clock import Clock, ClockName, ClockTerms
from domain.vocabulary import CaseState
from models.repositories import case_record
from models.session import Database
from tests.builders import NOW, a_case, a_case_change, a_case_row, at, save


def a_clock(name: ClockName, due: float, *, warns: float = 0.75, started: float = -100, **changes: Any) -> Clock:
    """A clock that began 100 hours ago and breaks so many hours from ``NOW``."""
    target = timedelta(hours=due - started)
    return Clock(ClockTerms(name, target, ALWAYS, warns), at(started), **changes)


async def record(
    database: Database, case_id: str, *clocks: Clock, written: float = -90, row: Any = None, **progress: Any
) -> CaseProgress:
    """A case, written at some hour before ``NOW`` and not since."""
    await save(database, a_case_row(case_id, **{"opened_at": at(-100), **(row or {})}))
    given = {"state": CaseState.VISITING, "clocks": {clock.terms.name: clock for clock in clocks}, **progress}
    case = a_case(case_id, opened_at=at(-100), **given)
    async with database.transaction() as session:
        await case_record.record(session, a_case_change(case, "k1", at(written)))
    return case


def worst(case: CaseProgress) -> str:
    """What the domain says of the case at ``NOW``."""
    return sla.worst_state(case.clocks.values(), NOW)
