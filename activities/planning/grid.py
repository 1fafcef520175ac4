"""The scheduler's whole seconds and place numbers, and the moments and places that they stand for.

The one place where aware datetimes become seconds and back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from domain.world import Point, World
from scheduler.problem import Matrix
from scheduler.units import Place, Seconds

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Timeline:
    """Seconds since ``origin``, which is second 0 of a problem and itself a whole second."""

    origin: datetime

    def after(self, moment: datetime) -> Seconds:
        """The first whole second at or after a moment; for what may not be earlier."""
        return -((self.origin - moment) // SECOND)

    def before(self, moment: datetime) -> Seconds:
        """The last whole second at or before a moment; for what may not be later."""
        return (moment - self.origin) // SECOND

    def moment(self, seconds: Seconds) -> datetime:
        """The moment of a second."""
        return self.origin + seconds * SECOND


def timeline_from(now: datetime) -> Timeline:
    """A timeline whose origin is the whole second that has just begun."""
    return Timeline(now.replace(microsecond=0))


def whole(span: timedelta) -> Seconds:
    """A length of time in whole seconds, rounded up."""
    return -(-span // SECOND)


@dataclass(frozen=True)
class Ways:
    """How long it takes, and how far it is, between every two of some places.

    Attributes:
        points: The places, numbered as in the matrices.
        seconds: Travel time, ``len(points)`` squared.
        metres: Distance, likewise.
    """

    points: tuple[Point, ...]
    seconds: Matrix
    metres: Matrix
    _numbers: dict[Point, Place] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_numbers", {point: number for number, point in enumerate(self.points)})

    def place(self, point: Point) -> Place:
        """The number of a place."""
        return self._numbers[point]

    def covers(self, points: Iterable[Point]) -> bool:
        """Whether every one of some places is known here."""
        return all(point in self._numbers for point in points)

    def among(self, points: Sequence[Point]) -> "Ways":
        """The same between some of the places, numbered anew in this order."""
        kept = [self.place(point) for point in points]
        chosen = np.ix_(kept, kept)
        return Ways(tuple(points), self.seconds[chosen], self.metres[chosen])

    def between(self, start: Place, end: Place) -> Seconds:
        """Travel time between two numbered places; none from a place to itself."""
        return 0 if start == end else int(self.seconds[start, end])

    def way(self, start: Point, end: Point) -> timedelta:
        """Travel time between two places."""
        return self.between(self.place(start), self.place(end)) * SECOND


def points_of(world: World) -> tuple[Point, ...]:
    """Every place that a problem made from this world can mention, in a fixed order."""
    return tuple(sorted(set(_mentioned(world))))


def _mentioned(world: World) -> Iterable[Point]:
    for engineer in world.engineers:
        yield engineer.home
        if engineer.last_seen is not None:
            yield engineer.last_seen.point
        for duty in engineer.duties:
            yield from (duty.start_point, duty.end_point)
    yield from (visit.point for visit in world.visits)
    yield from (warehouse.point for warehouse in world.warehouses)
