"""What the planner needs to know about roads, whoever answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from travel.points import Point


@dataclass(frozen=True, eq=False)
class TravelMatrix:
    """Every leg between some points, in their order.

    Attributes:
        seconds: int32, n x n, 0 on the diagonal.
        metres: int32, n x n, 0 on the diagonal.
    """

    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]


@dataclass(frozen=True)
class Leg:
    """One way from a place to another."""

    seconds: int
    metres: int


class TravelTimes(Protocol):
    """Travel times between points when leaving at an hour of the day."""

    def matrix(self, points: Sequence[Point], hour: int) -> TravelMatrix:
        """All legs between the points.

        Args:
            points: n places; none gives empty matrices.
            hour: local hour of the day, 0..23.

        Raises:
            CoordinateError: a point cannot be a site.
        """
        ...

    def leg(self, origin: Point, destination: Point, hour: int) -> Leg:
        """One leg, for example of an engineer who sets out now.

        Raises:
            CoordinateError: a point cannot be a site.
        """
        ...
