"""The figures of a run, for one dispatcher: pure functions of the record."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.clock import ClockName
from domain.sla import SlaState
from domain.vocabulary import CaseState, Outcome, VisitState
from simulation.days import Day
from simulation.records import CaseRecord, RunRecords, VisitRecord

NOTHING = timedelta(0)
_BROKEN = frozenset({SlaState.MISSED, SlaState.BREACHED})


@dataclass(frozen=True)
class Kept:
    """How many promises of one clock were kept, of those that are decided; ``open`` ones still run."""

    kept: int = 0
    decided: int = 0
    open: int = 0

    @property
    def share(self) -> float | None:
        """0 to 1; None before the first is decided."""
        return self.kept / self.decided if self.decided else None


@dataclass(frozen=True)
class Figures:
    """What a run came to. Hours are hours of virtual time.

    Attributes:
        first_time_fixes: Cases that one visit solved and that were not reopened.
        visited: Cases with at least one finished visit.
        hours_to_resolve: Mean from the first contact to the end of the work; None without a resolved case.
        satisfaction: Mean answer, 1 to 5; None without an answer.
    """

    cases: int
    archived: int
    cancelled: int
    open: int
    promises: dict[ClockName, Kept]
    first_time_fixes: int
    visited: int
    visits: int
    visits_cancelled: int
    travel_hours: float
    overtime_hours: float
    idle_hours: float
    work_hours: float
    replans: int
    bookings_moved: int
    hours_to_resolve: float | None
    satisfaction: float | None
    answers: int

    @property
    def kept(self) -> Kept:
        """All promises together."""
        every = self.promises.values()
        return Kept(sum(k.kept for k in every), sum(k.decided for k in every), sum(k.open for k in every))

    @property
    def first_time_fix_share(self) -> float | None:
        """0 to 1; None before the first visit is over."""
        return self.first_time_fixes / self.visited if self.visited else None


def figures(records: RunRecords, days: Sequence[Day], idle_from: datetime, idle_to: datetime) -> Figures:
    """Work the figures out.

    Args:
        records: What happened.
        days: The same visits as days of engineers.
        idle_from: Idle time counts in shifts that begin from here.
        idle_to: Up to, not including, here: with the last requests long done, waiting says nothing.
    """
    cases, visits = records.cases, records.visits
    states = Counter(case.state for case in cases)
    finished = [v for v in visits if v.state is VisitState.DONE]
    resolved = [case.resolved_at - case.opened_at for case in cases if case.resolved_at]
    answers = [case.satisfaction for case in cases if case.satisfaction is not None]
    counted = [day for day in days if idle_from <= day.shift.start < idle_to]
    return Figures(
        cases=len(cases),
        archived=states[CaseState.ARCHIVED],
        cancelled=states[CaseState.CANCELLED],
        open=sum(n for state, n in states.items() if not state.is_final),
        promises={name: promises_kept(cases, name) for name in ClockName},
        first_time_fixes=first_time_fixes(cases, finished),
        visited=len({v.case_id for v in finished}),
        visits=len(finished),
        visits_cancelled=sum(v.state is VisitState.CANCELLED for v in visits),
        travel_hours=_hours(sum((day.travel for day in days), NOTHING)),
        overtime_hours=_hours(sum((day.overtime for day in days), NOTHING)),
        idle_hours=_hours(sum((day.idle for day in counted), NOTHING)),
        work_hours=_hours(sum((day.work for day in days), NOTHING)),
        replans=records.planning.published,
        bookings_moved=records.planning.bookings_moved,
        hours_to_resolve=_hours(sum(resolved, NOTHING)) / len(resolved) if resolved else None,
        satisfaction=sum(answers) / len(answers) if answers else None,
        answers=len(answers),
    )


def promises_kept(cases: Sequence[CaseRecord], name: ClockName) -> Kept:
    """How one clock's promises stand; a breached one counts as broken while its case is still open."""
    states = Counter(case.clocks[name] for case in cases if name in case.clocks)
    kept = states[SlaState.KEPT]
    decided = kept + sum(states[state] for state in _BROKEN)
    return Kept(kept, decided, sum(states.values()) - decided)


def first_time_fixes(cases: Sequence[CaseRecord], finished: Sequence[VisitRecord]) -> int:
    """Cases that their first visit solved and that were never reopened."""
    reopened = {case.id for case in cases if case.reopened}
    firsts = [v for v in finished if v.number == 1 and v.outcome is Outcome.FIXED]
    return sum(v.case_id not in reopened for v in firsts)


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600
