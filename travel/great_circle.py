"""Travel times without a map: great-circle distance, a factor for winding roads, and a speed by hour."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from geopy.distance import EARTH_RADIUS, great_circle
from numpy.typing import NDArray

from domain.errors import InvalidInputError
from travel.points import Point, validate_point, validate_points
from travel.times import Leg, TravelMatrix

EARTH_RADIUS_M = EARTH_RADIUS * 1000
"""Mean earth radius, 6,371,008.8 m (IUGG), taken from geopy so that both ways of computing agree."""

CIRCUITY = 1.3
"""Road length over straight length. Published values: about 1.2 in cities (Newell 1980; O'Sullivan 1996: 1.21 to 1.23),
1.26 for South Korea as a whole and 1.22 to 1.44 for its provinces (Kim et al. 2015, J. Korean Soc. Agric. Eng. 57(4)).
1.3 is between city and country, on the careful side for a city."""

CITY_SPEED_KMH = 30.0
"""Door to door by van in a large city, parking included: an assumption to be replaced by a company's own figures."""

RUSH_HOUR_FACTOR = 0.75
"""Share of the free speed that is left at 7-9 and 16-19 o'clock, likewise an assumption."""

RUSH_HOURS = (7, 8, 16, 17, 18)


def default_speeds() -> dict[int, float]:
    """km/h for each hour of the day."""
    return {hour: CITY_SPEED_KMH * (RUSH_HOUR_FACTOR if hour in RUSH_HOURS else 1.0) for hour in range(24)}


@dataclass(frozen=True)
class GreatCircleTravel:
    """Great circle times circuity, at the speed of the hour. Needs no server and no map.

    Attributes:
        circuity: road length over straight length, at least 1.
        speed_by_hour: km/h for each hour 0..23, above 0.

    Raises:
        InvalidInputError: a figure is out of its range.
    """

    circuity: float = CIRCUITY
    speed_by_hour: Mapping[int, float] = field(default_factory=default_speeds)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.circuity) and self.circuity >= 1):
            raise InvalidInputError("circuity", "must be at least 1")
        if sorted(self.speed_by_hour) != list(range(24)):
            raise InvalidInputError("speed_by_hour", "must have every hour from 0 to 23")
        for hour, speed in self.speed_by_hour.items():
            if not (math.isfinite(speed) and speed > 0):
                raise InvalidInputError(f"speed_by_hour[{hour}]", "must be above 0")

    def matrix(self, points: Sequence[Point], hour: int) -> TravelMatrix:
        """All legs between the points, in one vectorised pass; seconds and metres are rounded up.

        Raises:
            CoordinateError: a point cannot be a site.
            InvalidInputError: there is no such hour.
        """
        validate_points(points)
        metres = _haversine(points) * self.circuity
        seconds = metres * (3.6 / self._speed(hour))
        return TravelMatrix(_round_up(seconds), _round_up(metres))

    def leg(self, origin: Point, destination: Point, hour: int) -> Leg:
        """One leg, rounded up as in ``matrix``.

        Raises:
            CoordinateError: a point cannot be a site.
            InvalidInputError: there is no such hour.
        """
        a, b = validate_point(origin, "origin"), validate_point(destination, "destination")
        metres = great_circle((a.lat, a.lon), (b.lat, b.lon)).meters * self.circuity
        seconds = metres * 3.6 / self._speed(hour)
        return Leg(math.ceil(round(seconds, 3)), math.ceil(round(metres, 3)))

    def _speed(self, hour: int) -> float:
        if hour not in self.speed_by_hour:
            raise InvalidInputError("hour", "must be from 0 to 23")
        return self.speed_by_hour[hour]


def _haversine(points: Sequence[Point]) -> NDArray[np.float64]:
    """Great-circle metres between all pairs. Haversine formula: Sinnott, Sky & Telescope 68 (1984), p. 159."""
    lat = np.radians(np.array([point.lat for point in points], dtype=np.float64))
    lon = np.radians(np.array([point.lon for point in points], dtype=np.float64))
    half_lat = np.sin((lat[:, None] - lat[None, :]) / 2) ** 2
    half_lon = np.sin((lon[:, None] - lon[None, :]) / 2) ** 2
    half = half_lat + np.cos(lat)[:, None] * np.cos(lat)[None, :] * half_lon
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1))))


def _round_up(values: NDArray[np.float64]) -> NDArray[np.int32]:
    """Whole numbers, up; a thousandth is taken for noise of the arithmetic."""
    out: NDArray[np.int32] = np.ceil(np.round(values, 3)).astype(np.int32)
    return out
