"""What every source of travel times offers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from domain.errors import InvalidInputError

IntMatrix = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Coordinate:
    """A place in degrees (WGS 84).

    Raises:
        InvalidInputError: Not a place on earth.
    """

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.latitude) and -90 <= self.latitude <= 90):
            raise InvalidInputError("latitude", f"must lie in -90..90, not {self.latitude}")
        if not (math.isfinite(self.longitude) and -180 <= self.longitude <= 180):
            raise InvalidInputError("longitude", f"must lie in -180..180, not {self.longitude}")


@dataclass(frozen=True)
class Matrix:
    """Ways between every two of n places.

    Attributes:
        seconds: Travel time, n x n whole seconds, 0 on the diagonal.
        metres: Road distance, n x n whole metres, 0 on the diagonal.
    """

    seconds: IntMatrix
    metres: IntMatrix


class TravelTimes(Protocol):
    """A source of travel times."""

    def matrix(self, places: Sequence[Coordinate], hour: int = 12) -> Matrix:
        """Ways between every two places when one leaves at an hour (0 to 23, local time)."""
