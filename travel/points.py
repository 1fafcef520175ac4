"""Places as latitude and longitude, validated once."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from travel.errors import CoordinateError


@dataclass(frozen=True)
class Point:
    """A place in WGS 84 degrees.

    Attributes:
        lat: latitude, -90..90.
        lon: longitude, -180..180.
    """

    lat: float
    lon: float


def validate_point(point: Point, field: str = "point") -> Point:
    """Refuse what cannot be a site.

    0/0 is in the Atlantic and in practice always a missing position.

    Returns:
        The point itself.

    Raises:
        CoordinateError: ``field`` names what is wrong, ``rule`` how it must be.
    """
    for name, value, limit in (("lat", point.lat, 90), ("lon", point.lon, 180)):
        if not math.isfinite(value):
            raise CoordinateError(f"{field}.{name}", "must be a number")
        if abs(value) > limit:
            raise CoordinateError(f"{field}.{name}", f"must be from -{limit} to {limit}")
    if point.lat == 0 and point.lon == 0:
        raise CoordinateError(field, "is 0/0, which means that the position is missing")
    return point


def validate_points(points: Sequence[Point]) -> None:
    """Refuse the first point that cannot be a site, by its position in the sequence.

    Raises:
        CoordinateError: as ``validate_point``; ``field`` starts with ``points[i]``.
    """
    for i, point in enumerate(points):
        validate_point(point, f"points[{i}]")
