"""A clock's record: what was promised, and the moves that people and workflows make with it.

Every move returns a new clock. What follows from the record at a given moment is in ``domain.sla``.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.calendars import Calendar, to_utc
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


class PauseReason(StrEnum):
    """Why time does not count for a while."""

    WAITING_FOR_CUSTOMER = "waiting_for_customer"
    SITE_CLOSED = "site_closed"
    WAITING_FOR_PART = "waiting_for_part"


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


# --- moves: each returns the clock after the move -----------------------------------------------------------


def start(terms: ClockTerms, at: datetime) -> Clock:
    """A clock that begins to run."""
    return Clock(terms=terms, started_at=at)


def pause(clock: Clock, reason: PauseReason, at: datetime) -> Clock:
    """Time does not count from ``at`` on, which may lie in the past (entered late).

    Raises:
        ClockError: The clock is stopped, is already paused for this reason, or had not started at ``at``.
    """
    at = to_utc(at)
    if clock.stopped_at is not None:
        raise ClockError(clock.terms.name, "pause", "it is stopped")
    if at < clock.started_at:
        raise ClockError(clock.terms.name, "pause", "it had not started then")
    if is_paused(clock, reason):
        raise ClockError(clock.terms.name, "pause", f"it is already paused for {reason}")
    return replace(clock, pauses=(*clock.pauses, Pause(reason, at)))


def resume(clock: Clock, reason: PauseReason | None, at: datetime) -> Clock:
    """End the open pause with this reason (None: every open pause); ``at`` may lie in the past (entered late).

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


def retarget(clock: Clock, terms: ClockTerms) -> Clock:
    """Other terms for a clock that has not been stopped; what it used stays used, counted by the new calendar.

    A stopped clock stays as it is: a promise is judged by the terms under which it was met.

    Raises:
        ClockError: The terms are those of another clock.
    """
    if terms.name is not clock.terms.name:
        raise ClockError(clock.terms.name, "change its terms", f"these are the terms of {terms.name}")
    return clock if clock.stopped_at is not None else replace(clock, terms=terms)


def is_paused(clock: Clock, reason: PauseReason) -> bool:
    """Whether a pause with this reason is open."""
    return any(p.reason is reason and p.end is None for p in clock.pauses)


def _keep_utc(thing: object, *fields: str) -> None:
    """Normalise the moments of a frozen value: Python compares two moments of one zone by their wall clock."""
    for name in fields:
        moment = getattr(thing, name)
        if moment is not None:
            object.__setattr__(thing, name, to_utc(moment))
