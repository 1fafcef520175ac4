"""What a stop makes of its case's promises: kept, in jeopardy, or broken already. Pure functions of time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.clock import ClockName


class StopPromise(StrEnum):
    """Where the promises of a visit stand, the best first."""

    NONE = "none"
    KEPT = "kept"
    WARNING = "warning"
    JEOPARDY = "jeopardy"
    BREACHED = "breached"


@dataclass(frozen=True)
class Promise:
    """One clock as the record has it; no due time while a pause leaves it open."""

    name: ClockName
    due_at: datetime | None
    warn_at: datetime | None = None
    stopped_at: datetime | None = None


@dataclass(frozen=True)
class SlaOfStop:
    """The worst of a visit's promises, and when that one is due."""

    state: StopPromise
    due_at: datetime | None


ORDER = list(StopPromise)


def sla_of_stop(
    promises: Iterable[Promise], now: datetime, arrival: datetime | None = None, finish: datetime | None = None
) -> SlaOfStop:
    """What becomes of a visit's promises.

    Args:
        promises: Of its case.
        now: The (virtual) present.
        arrival, finish: When the work is expected to begin and to be over; None without a place on the plan.
    """
    expected = {ClockName.ON_SITE: arrival, ClockName.RESOLVE: finish}
    found = [_sla(p, now, expected.get(p.name)) for p in promises if p.name is not ClockName.RESPOND]
    return max(found, key=_badness, default=SlaOfStop(StopPromise.NONE, None))


def _sla(promise: Promise, now: datetime, expected: datetime | None) -> SlaOfStop:
    due = promise.due_at
    if due is None:
        return SlaOfStop(StopPromise.NONE, None)
    if promise.stopped_at is not None:
        return SlaOfStop(StopPromise.KEPT if promise.stopped_at <= due else StopPromise.BREACHED, due)
    if due <= now:
        return SlaOfStop(StopPromise.BREACHED, due)
    if expected is not None and expected > due:
        return SlaOfStop(StopPromise.JEOPARDY, due)
    warned = promise.warn_at is not None and promise.warn_at <= now
    return SlaOfStop(StopPromise.WARNING if warned else StopPromise.KEPT, due)


def _badness(sla: SlaOfStop) -> tuple[int, float]:
    """The worse, and of the same the one that is due first."""
    return ORDER.index(sla.state), -sla.due_at.timestamp() if sla.due_at else float("-inf")
