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

from domain.calendars import Calendar, add, elapsed, open_intervals, to_utc
from domain.errors import CalloutError, InvalidInputError

NOTHING = timedelta(0)


class ClockError(CalloutError):
    """The move does not fit what the clock already did."""

    code = "wrong_clock_move"
    http_status = 409

    def __init__(self, clock: "ClockName", move: str, why: str) -> None:
        super().__init__(f"The {clock} clock cannot {move}: {why}.", clock=clock.value, move=move, why=why)
        self.clock = clock
        self.move = move


class ClockName(StrEnum):
    """What a clock waits for: a person's answer, an engineer's acceptance, arrival, the work done."""

    RESPOND = "respond"
    DISPATCH = "dispatch"
    ON_SITE = "on_site"
    RESOLVE = "resolve"


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


class PauseReason(StrEnum):
    """Why time does not count for a while."""

    WAITING_FOR_CUSTOMER = "waiting_for_customer"
    SITE_CLOSED = "site_closed"
    WAITING_FOR_PART = "waiting_for_part"


class LedgerKind(StrEnum):
    """What a stretch of a clock's life was."""

    RUNNING = "running"
    PAUSED = "paused"
    CLOSED = "closed"
    STOPPED = "stopped"


@dataclass(frozen=True)
class ClockTerms:
    """What was promised.

    Attributes:
        name: Which of the four clocks.
        target: Open time of ``calendar`` after which the promise is broken; positive.
        calendar: When time counts.
        warn_fraction: The part of the target after which the clock warns; above 0, at most 1.
        remedy: What the customer gets for a broken promise; may be empty.

    Raises:
        InvalidInputError: The target or the warning fraction is out of range.
    """

    name: ClockName
    target: timedelta
    calendar: Calendar
    warn_fraction: float = 0.75
    remedy: str = ""

    def __post_init__(self) -> None:
        if self.target <= NOTHING:
            raise InvalidInputError("target", "must be positive")
        if not 0 < self.warn_fraction <= 1:
            raise InvalidInputError("warn_fraction", "must be above 0 and at most 1")


@dataclass(frozen=True)
class Pause:
    """A stretch that does not count, and why; open as long as ``end`` is None. Moments are kept in UTC."""

    reason: PauseReason
    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        _keep_utc(self, "start", "end")
        if self.end is not None and self.end < self.start:
            raise InvalidInputError("end", "must not be before start")


@dataclass(frozen=True)
class Stop:
    """A stretch between a stop and the reopening that took it back. Moments are kept in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        _keep_utc(self, "start", "end")
        if self.end < self.start:
            raise InvalidInputError("end", "must not be before start")


@dataclass(frozen=True)
class Clock:
    """One promise to one customer and what happened to it. Moments are kept in UTC.

    Attributes:
        terms: What was promised.
        started_at: When time began to count.
        pauses: Every pause, also overlapping ones; the clock runs only when none is open.
        stopped_at: When the promise was met, early or late; None while it is not.
        predicted: When the current plan expects that; None when there is no prediction.
        stops: Earlier stops that a reopening took back.
    """

    terms: ClockTerms
    started_at: datetime
    pauses: tuple[Pause, ...] = ()
    stopped_at: datetime | None = None
    predicted: datetime | None = None
    stops: tuple[Stop, ...] = ()

    def __post_init__(self) -> None:
        _keep_utc(self, "started_at", "stopped_at", "predicted")


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


# --- moves: each returns the clock after the move -----------------------------------------------------------


def start(terms: ClockTerms, at: datetime) -> Clock:
    """A clock that begins to run."""
    return Clock(terms=terms, started_at=at)


def pause(clock: Clock, at: datetime, reason: PauseReason) -> Clock:
    """Time does not count from ``at`` on, which may lie in the past (entered late).

    Raises:
        ClockError: The clock is stopped, is already paused for this reason, or had not started at ``at``.
    """
    at = to_utc(at)
    if clock.stopped_at is not None:
        raise ClockError(clock.terms.name, "pause", "it is stopped")
    if at < clock.started_at:
        raise ClockError(clock.terms.name, "pause", "it had not started then")
    if any(p.reason is reason and p.end is None for p in clock.pauses):
        raise ClockError(clock.terms.name, "pause", f"it is already paused for {reason}")
    return replace(clock, pauses=(*clock.pauses, Pause(reason, at)))


def resume(clock: Clock, at: datetime, reason: PauseReason | None = None) -> Clock:
    """End the open pause with this reason, or every open pause; ``at`` may lie in the past (entered late).

    The clock runs again when no other pause is open.

    Raises:
        ClockError: No such pause is open, or it began after ``at``.
    """
    at = to_utc(at)
    ending = [p for p in clock.pauses if p.end is None and reason in {None, p.reason}]
    if not ending:
        raise ClockError(clock.terms.name, "resume", f"it is not paused{f' for {reason}' if reason else ''}")
    if any(at < p.start for p in ending):
        raise ClockError(clock.terms.name, "resume", "the pause began later")
    return replace(clock, pauses=tuple(replace(p, end=at) if p in ending else p for p in clock.pauses))


def stop(clock: Clock, at: datetime) -> Clock:
    """The promise was met at ``at``, in time or late; open pauses end and the prediction is dropped.

    Raises:
        ClockError: It is already stopped, or was not running yet (or again, after a reopening) at ``at``.
    """
    at = to_utc(at)
    if clock.stopped_at is not None:
        raise ClockError(clock.terms.name, "stop", "it is already stopped")
    if at < max([clock.started_at, *(s.end for s in clock.stops)]):
        raise ClockError(clock.terms.name, "stop", "it did not run then")
    pauses = tuple(replace(p, end=max(p.start, at)) if p.end is None else p for p in clock.pauses)
    return replace(clock, pauses=pauses, stopped_at=at, predicted=None)


def reopen(clock: Clock, at: datetime) -> Clock:
    """The promise was not met after all: the clock goes on from ``at`` with what it had used.

    The time between the stop and ``at`` does not count.

    Raises:
        ClockError: It is not stopped, or was stopped after ``at``.
    """
    at = to_utc(at)
    if clock.stopped_at is None:
        raise ClockError(clock.terms.name, "reopen", "it is not stopped")
    if at < clock.stopped_at:
        raise ClockError(clock.terms.name, "reopen", "it was stopped later")
    return replace(clock, stopped_at=None, stops=(*clock.stops, Stop(clock.stopped_at, at)))


def predict(clock: Clock, at: datetime | None) -> Clock:
    """The plan now expects the promise to be met at ``at`` (None: expects nothing); a stopped clock stays."""
    return clock if clock.stopped_at is not None else replace(clock, predicted=at)


# --- questions: each is a function of the clock and the moment asked about ----------------------------------


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
    if is_paused(clock, now):
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


def is_paused(clock: Clock, now: datetime) -> bool:
    """Whether a pause is open at ``now`` and the clock is not stopped."""
    now = to_utc(now)
    return _met_at(clock, now) is None and any(_covers(p, now) for p in clock.pauses)


def next_moment(clock: Clock, now: datetime) -> datetime | None:
    """The next time, strictly after ``now``, at which the clock's state changes by itself.

    That is the warning, the breach, or the edge of a pause whose end is already known. None when only a
    person's move can change it.
    """
    now = to_utc(now)
    if _met_at(clock, now) is not None:
        return None
    due = _reached(clock, clock.terms.target)
    if due is not None and due <= now:
        return None
    warns = _reached(clock, clock.terms.target * clock.terms.warn_fraction)
    edges = [edge for p in clock.pauses for edge in (p.start, p.end)]
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
    return None if moment is not None and moment > now and is_paused(clock, now) else moment


def _covers(halt: Pause | Stop, moment: datetime) -> bool:
    return halt.start <= moment and (halt.end is None or moment < halt.end)


def _met_at(clock: Clock, now: datetime) -> datetime | None:
    """When the promise was met as far as was known at ``now``: a reopening counts only from its own moment."""
    if clock.stopped_at is not None and clock.stopped_at <= now:
        return clock.stopped_at
    return next((s.start for s in clock.stops if _covers(s, now)), None)


def _end(clock: Clock, now: datetime) -> datetime:
    now = to_utc(now)
    return now if clock.stopped_at is None else min(now, clock.stopped_at)


def _keep_utc(thing: object, *fields: str) -> None:
    """Normalise the moments of a frozen value: Python compares two moments of one zone by their wall clock."""
    for name in fields:
        moment = getattr(thing, name)
        if moment is not None:
            object.__setattr__(thing, name, to_utc(moment))
