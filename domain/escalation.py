"""The escalation ladder: whom a thing that nobody did in time reaches, and when; and the remedy owed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.calendars import to_utc
from domain.errors import InvalidInputError
from domain.sla import Clock, SlaState, state


class Rung(StrEnum):
    """Who is told, from the person in charge upwards."""

    OWNER = "owner"
    TEAM_LEAD = "team_lead"
    MANAGER = "manager"
    DIRECTOR = "director"


@dataclass(frozen=True)
class EscalationStep:
    """One rung and how long after the one before it (the first: after the due time) it is reached.

    Raises:
        InvalidInputError: The delay is negative.
    """

    rung: Rung
    delay: timedelta

    def __post_init__(self) -> None:
        if self.delay < timedelta(0):
            raise InvalidInputError("delay", "must not be negative")


@dataclass(frozen=True)
class Ladder:
    """The rungs in the order in which they are reached; empty when nobody is told."""

    steps: tuple[EscalationStep, ...] = ()


def escalation_times(ladder: Ladder, from_: datetime) -> tuple[tuple[datetime, Rung], ...]:
    """When each rung is reached, in UTC, if the thing that was due at ``from_`` stays undone.

    Delays are real time, also outside business hours.
    """
    moment = to_utc(from_)
    times = []
    for step in ladder.steps:
        moment += step.delay
        times.append((moment, step.rung))
    return tuple(times)


def rung_at(ladder: Ladder, from_: datetime, now: datetime) -> Rung | None:
    """The highest rung reached at ``now``; None before the first."""
    now = to_utc(now)
    return next((rung for at, rung in reversed(escalation_times(ladder, from_)) if at <= now), None)


def next_escalation(ladder: Ladder, from_: datetime, now: datetime) -> tuple[datetime, Rung] | None:
    """The next rung that is reached strictly after ``now``, and when; None on top of the ladder.

    Of several rungs at the same moment it is the highest.
    """
    now = to_utc(now)
    times = escalation_times(ladder, from_)
    moment = next((at for at, _ in times if at > now), None)
    return None if moment is None else next(step for step in reversed(times) if step[0] == moment)


def remedy_for(clock: Clock, now: datetime) -> str | None:
    """What the customer is owed for a broken promise, met late or still open; None when nothing is."""
    broken = state(clock, now) in {SlaState.BREACHED, SlaState.MISSED}
    return clock.terms.remedy if broken and clock.terms.remedy else None
