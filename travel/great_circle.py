"""Travel times without a map: great circle, times how much longer roads are, divided by a usual speed."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from geopy.distance import EARTH_RADIUS

from domain.errors import InvalidInputError
from travel.times import Coordinate, Matrix

CIRCUITY = 1.3
"""Road distance over great circle in cities: 1.2 to 1.4 in most (Boeing 2019, "Urban spatial order"; Levinson and
El-Geneidy 2009, "The minimum circuity frontier and the journey to work")."""

CITY_KMH = 30.0
"""Door-to-door speed in a large European city by day, parking included (between 20 and 40 in traffic indexes)."""

RUSH_KMH = 24.0
NIGHT_KMH = 40.0
SPEED_BY_HOUR = tuple(
    RUSH_KMH if hour in {7, 8, 16, 17, 18} else NIGHT_KMH if hour < 6 or hour >= 21 else CITY_KMH for hour in range(24)
)
"""Kilometres an hour for each hour of the day."""


class GreatCircleTravel:
    """Great circle x circuity / speed of the hour, in one vectorised pass.

    Args:
        circuity: Road over great circle, 1 or more.
        speed_by_hour: 24 speeds in km/h, above 0.

    Raises:
        InvalidInputError: A factor or a speed is out of range.
    """

    def __init__(self, circuity: float = CIRCUITY, speed_by_hour: Sequence[float] = SPEED_BY_HOUR) -> None:
        if circuity < 1:
            raise InvalidInputError("circuity", "must be 1 or more: roads are never shorter than the great circle")
        if len(speed_by_hour) != 24 or min(speed_by_hour) <= 0:
            raise InvalidInputError("speed_by_hour", "must be 24 speeds above 0 km/h")
        self._circuity = circuity
        self._speed_by_hour = tuple(speed_by_hour)

    def matrix(self, places: Sequence[Coordinate], hour: int = 12) -> Matrix:
        """Ways between every two places for somebody who leaves at ``hour`` (0 to 23, local time)."""
        if not 0 <= hour < 24:
            raise InvalidInputError("hour", "must lie in 0..23")
        metres = _great_circle_metres(places) * self._circuity
        seconds = metres / (self._speed_by_hour[hour] / 3.6)
        return Matrix(np.ceil(seconds).astype(np.int32), np.rint(metres).astype(np.int32))


def _great_circle_metres(places: Sequence[Coordinate]) -> npt.NDArray[np.float64]:
    """The haversine formula over all pairs, with geopy's mean earth radius."""
    latitudes = np.radians([place.latitude for place in places])
    longitudes = np.radians([place.longitude for place in places])
    half_lat = np.sin((latitudes[:, None] - latitudes[None, :]) / 2)
    half_lon = np.sin((longitudes[:, None] - longitudes[None, :]) / 2)
    chord = half_lat**2 + np.cos(latitudes)[:, None] * np.cos(latitudes)[None, :] * half_lon**2
    angle: npt.NDArray[np.float64] = 2 * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))
    return np.asarray(angle * EARTH_RADIUS * 1000, dtype=np.float64)
