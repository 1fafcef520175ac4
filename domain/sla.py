"""SLA clocks: four promises per case as pure functions of time.

A clock is what was recorded (started, paused, stopped, reopened, predicted); everything else follows from it
and from the moment that is asked about. Time counts while the calendar is open, no pause is open and the
clock is not stopped.

The boundary is exact. A clock that still runs at the very moment its target is used up has breached; one that
is stopped at that moment has kept its promise.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from domain.calendars import add, elapsed, open_intervals, to_utc
from domain.clock import (
    Clock,
    ClockError,
    ClockName,
    ClockTerms,
    Pause,
    PauseReason,
    Stop,
    is_paused,
    pause,
    predict,
    reopen,
    resume,
    retarget,
    start,
    stop,
)

__all__ = [
    "Clock", "ClockError", "ClockName", "ClockTerms", "LedgerEntry", "LedgerKind", "Pause", "PauseReason",
    "SlaState", "Stop", "due_at", "is_paused", "ledger", "next_moment", "overdue", "pause", "predict",
    "remaining", "reopen", "resume", "retarget", "start", "state", "stop", "used", "warn_at", "worst_state",
]  # fmt: skip

NOTHING = timedelta(0)


class SlaState(StrEnum):
    """Where a clock stands. ``KEPT`` and ``MISSED``: stopped, in time or too late."""

    NONE = "none"
    RUNNING = "running"
    WARNING = "warning"
    JEOPARDY = "jeopardy"
    BREACHED = "breached"
    PAUSED = "paused"
    KEPT = "kept"
    MISSED = "missed"


class LedgerKind(StrEnum):
    """What a stretch of a clock's life was."""

    RUNNING = "running"
    PAUSED = "paused"
    CLOSED = "closed"
    STOPPED = "stopped"


@dataclass(frozen=True)
class LedgerEntry:
    """One stretch of a clock's life.

    Attributes:
        start: Its first moment, in UTC.
        end: The moment after it.
        kind: Only ``RUNNING`` time counts.
        reasons: Why it was paused, sorted; several pauses may be open at once. Empty for the other kinds.
    """

    start: datetime
    end: datetime
    kind: LedgerKind
    reasons: tuple[PauseReason, ...] = ()

    @property
    def reason(self) -> str:
        """The reasons as one text, empty when the clock was not paused."""
        return ", ".join(self.reasons)


def used(clock: Clock, now: datetime) -> timedelta:
    """The open, unpaused time that has counted until ``now`` or the stop."""
    return sum((elapsed(clock.terms.calendar, a, b) for a, b in _counting(clock, _end(clock, now))), NOTHING)


def remaining(clock: Clock, now: datetime) -> timedelta:
    """What is left of the target; zero when it is used up."""
    return max(NOTHING, clock.terms.target - used(clock, now))


def overdue(clock: Clock, now: datetime) -> timedelta:
    """Open time beyond the target; zero while it is not used up.

    Closed hours do not count here either: a promise broken at closing time is not overdue until opening time.
    """
    return max(NOTHING, used(clock, now) - clock.terms.target)


def due_at(clock: Clock, now: datetime) -> datetime | None:
    """The moment at which the target is or was used up; for a stopped clock, would have been.

    None while a pause leaves it open: the target moves as long as the pause lasts.
    """
    return _reached_at(clock, now, clock.terms.target)


def warn_at(clock: Clock, now: datetime) -> datetime | None:
    """The moment of the warning; None while a pause leaves it open."""
    return _reached_at(clock, now, clock.terms.target * clock.terms.warn_fraction)


def state(clock: Clock | None, now: datetime) -> SlaState:
    """Where the clock stands at ``now``.

    A breach wins over a pause, a pause over jeopardy (predicted later than due), jeopardy over a warning.
    ``NONE`` without a clock and before its start.
    """
    now = to_utc(now)
    if clock is None or now < clock.started_at:
        return SlaState.NONE
    due = _reached(clock, clock.terms.target)
    met = _met_at(clock, now)
    if met is not None:
        return SlaState.KEPT if due is None or met <= due else SlaState.MISSED
    if due is not None and due <= now:
        return SlaState.BREACHED
    if _paused_at(clock, now):
        return SlaState.PAUSED
    if clock.predicted is not None and due is not None and clock.predicted > due:
        return SlaState.JEOPARDY
    warns = warn_at(clock, now)
    return SlaState.WARNING if warns is not None and warns <= now else SlaState.RUNNING


URGENCY = (
    SlaState.BREACHED,
    SlaState.JEOPARDY,
    SlaState.WARNING,
    SlaState.RUNNING,
    SlaState.PAUSED,
    SlaState.MISSED,
    SlaState.KEPT,
    SlaState.NONE,
)


def worst_state(clocks: Iterable[Clock], now: datetime) -> SlaState:
    """The one state that stands for a whole case: what still needs somebody comes before what is over."""
    return min((state(clock, now) for clock in clocks), key=URGENCY.index, default=SlaState.NONE)


def next_moment(clock: Clock, now: datetime) -> datetime | None:
    """The next time, strictly after ``now``, at which the clock's state changes by itself.

    That is the warning, the breach, or the edge of a pause that is already known. None when only a person's
    move can change it.
    """
    now = to_utc(now)
    if _met_at(clock, now) is not None:
        return None
    due = _reached(clock, clock.terms.target)
    if due is not None and due <= now:
        return None
    warns = _reached(clock, clock.terms.target * clock.terms.warn_fraction)
    edges = [clock.started_at, *(edge for p in clock.pauses for edge in (p.start, p.end))]
    return min((m for m in (warns, due, *edges) if m is not None and m > now), default=None)


def ledger(clock: Clock, now: datetime) -> tuple[LedgerEntry, ...]:
    """What every moment from the start to the stop (or ``now``) was, without holes or overlaps.

    A stretch that is several things at once is stopped before paused before closed. Empty before the start.
    """
    end = _end(clock, now)
    entries: list[LedgerEntry] = []
    for entry in _pieces(clock, end):
        last = entries[-1] if entries else None
        if last is not None and (last.kind, last.reasons) == (entry.kind, entry.reasons):
            entries[-1] = replace(last, end=entry.end)
        else:
            entries.append(entry)
    return tuple(entries)


# --- the timeline behind the questions ----------------------------------------------------------------------


def _pieces(clock: Clock, end: datetime) -> Iterator[LedgerEntry]:
    """The ledger cut at every edge of a pause, a stop or an opening time."""
    begin = clock.started_at
    opened = list(open_intervals(clock.terms.calendar, begin, end))
    halts: list[Pause | Stop] = [*clock.stops, *clock.pauses]
    edges = {begin, end, *(e for pair in opened for e in pair), *(h.start for h in halts)}
    edges |= {h.end for h in halts if h.end is not None}
    upcoming = iter(opened)
    current = next(upcoming, None)
    for a, b in pairwise(sorted(e for e in edges if begin <= e <= end)):
        while current is not None and current[1] <= a:
            current = next(upcoming, None)
        reasons = tuple(sorted({p.reason for p in clock.pauses if _covers(p, a)}))
        if any(_covers(s, a) for s in clock.stops):
            yield LedgerEntry(a, b, LedgerKind.STOPPED)
        elif reasons:
            yield LedgerEntry(a, b, LedgerKind.PAUSED, reasons)
        elif current is not None and current[0] <= a:
            yield LedgerEntry(a, b, LedgerKind.RUNNING)
        else:
            yield LedgerEntry(a, b, LedgerKind.CLOSED)


def _halts(clock: Clock) -> list[tuple[datetime, datetime | None]]:
    """Pauses and taken-back stops as one list of disjoint stretches, in order."""
    merged: list[tuple[datetime, datetime | None]] = []
    halts: list[Pause | Stop] = [*clock.pauses, *clock.stops]
    for halt in sorted(halts, key=lambda h: h.start):
        if not merged or (merged[-1][1] is not None and merged[-1][1] < halt.start):
            merged.append((halt.start, halt.end))
            continue
        begun, until = merged[-1]
        merged[-1] = (begun, None if until is None or halt.end is None else max(until, halt.end))
    return merged


def _counting(clock: Clock, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The stretches until ``end`` outside every pause and stop; some may be empty."""
    cursor = clock.started_at
    for begun, until in _halts(clock):
        yield cursor, min(begun, end)
        if until is None:
            return
        cursor = max(cursor, until)
    yield cursor, end


def _reached(clock: Clock, amount: timedelta) -> datetime | None:
    """When ``amount`` has counted if nobody does anything; None if an open pause prevents it."""
    calendar = clock.terms.calendar
    cursor, left = clock.started_at, amount
    for begun, until in _halts(clock):
        counted = elapsed(calendar, cursor, begun)
        if counted >= left:
            break
        if until is None:
            return None
        cursor, left = max(cursor, until), left - counted
    return add(calendar, cursor, left)


def _reached_at(clock: Clock, now: datetime, amount: timedelta) -> datetime | None:
    moment = _reached(clock, amount)
    now = to_utc(now)
    return None if moment is not None and moment > now and _paused_at(clock, now) else moment


def _covers(halt: Pause | Stop, moment: datetime) -> bool:
    return halt.start <= moment and (halt.end is None or moment < halt.end)


def _paused_at(clock: Clock, now: datetime) -> bool:
    return _met_at(clock, now) is None and any(_covers(p, now) for p in clock.pauses)


def _met_at(clock: Clock, now: datetime) -> datetime | None:
    """When the promise was met as far as was known at ``now``: a reopening counts only from its own moment."""
    if clock.stopped_at is not None and clock.stopped_at <= now:
        return clock.stopped_at
    return next((s.start for s in clock.stops if _covers(s, now)), None)


def _end(clock: Clock, now: datetime) -> datetime:
    now = to_utc(now)
    return now if clock.stopped_at is None else min(now, clock.stopped_at)
