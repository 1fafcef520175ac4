"""A route in time: when it ends at the earliest, what comes too late, and the least time it can take.

Used by the judges; works for whole numbers and for fractions alike, and knows nothing of the scheduler.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Time = TypeVar("Time", int, float)


TOLERANCE = 1e-6
"""By so much fractions may disagree; whole numbers never do."""


@dataclass(frozen=True)
class Halt(Generic[Time]):
    """Somewhere on a route: entered from ``opens`` to ``closes``, both included, left after ``service``.

    Attributes:
        way: the travel that leads here.
    """

    name: str
    way: Time
    opens: Time
    closes: Time
    service: Time


@dataclass(frozen=True)
class Walk(Generic[Time]):
    """What came of it.

    Attributes:
        end: back home at the earliest.
        late: the halts that are reached after they close, when everything begins as early as it can.
        spell: least time from leaving to coming back, over all starts.
    """

    end: Time
    late: tuple[str, ...]
    spell: Time

    @property
    def leave(self) -> Time:
        """The latest start with which the route still ends at the earliest."""
        return self.end - self.spell


def walk(opens: Time, closes: Time, halts: Sequence[Halt[Time]], home: Time) -> Walk[Time]:
    """Walk a route that may not begin before ``opens`` nor end after ``closes``; ``home`` is the last way.

    The latest start that lets everything be reached in time gives the least spell, since a later start only ever
    takes waiting away (Savelsbergh 1992).
    """
    latest, way = closes, home
    for halt in reversed(halts):
        latest, way = min(latest - way - halt.service, halt.closes), halt.way
    leave = max(opens, latest - way)
    late: list[str] = []
    end = _end(opens, halts, home, late)
    return Walk(end, tuple(late), _end(leave, halts, home, []) - leave)


def _end(leave: Time, halts: Sequence[Halt[Time]], home: Time, late: list[str]) -> Time:
    now = leave
    for halt in halts:
        now = max(now + halt.way, halt.opens)
        if now > halt.closes + TOLERANCE:
            late.append(halt.name)
        now += halt.service
    return now + home
