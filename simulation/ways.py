"""How long ways take in a simulated town."""

import math
from datetime import datetime, timedelta

from domain.world import Point

EARTH_KM = 6371.0088
CIRCUITY = 1.35
KM_PER_HOUR = 28.0


def travel_time(start: Point, end: Point, at: datetime) -> timedelta:
    """The usual time of a way: the great circle, longer by the streets, at the speed of a town."""
    del at
    return timedelta(hours=great_circle_km(start, end) * CIRCUITY / KM_PER_HOUR)


def great_circle_km(start: Point, end: Point) -> float:
    """The distance between two places on a sphere (haversine)."""
    a, b = math.radians(start.latitude), math.radians(end.latitude)
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(end.longitude - start.longitude) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))
