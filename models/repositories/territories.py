"""Territories: which one serves a place, and its business hours."""

import math
from collections.abc import Sequence
from datetime import time

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.calendars import OpeningHours
from domain.errors import NotFoundError
from models import tables as t

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


async def territory(session: AsyncSession, territory_id: str) -> t.Territory:
    """One territory.

    Raises:
        NotFoundError: There is none with this id.
    """
    found = await session.get(t.Territory, territory_id)
    if found is None:
        raise NotFoundError("territory", territory_id)
    return found


async def locked_territory(session: AsyncSession, territory_id: str) -> t.Territory:
    """One territory; nobody else changes it until the transaction ends.

    Raises:
        NotFoundError: There is none with this id.
    """
    found = await session.get(t.Territory, territory_id, with_for_update=True)
    if found is None:
        raise NotFoundError("territory", territory_id)
    return found


async def territories(session: AsyncSession) -> list[t.Territory]:
    """Every active territory, by id."""
    asked = select(t.Territory).where(col(t.Territory.active)).order_by(col(t.Territory.id))
    return list(await session.scalars(asked))


async def serving(session: AsyncSession, latitude: float, longitude: float) -> str | None:
    """The territory whose area contains a place; of several the one with the nearest centre, None without one."""
    containing = [
        (distance_km(area.latitude, area.longitude, latitude, longitude), area.id)
        for area in await territories(session)
        if contains(area, latitude, longitude)
    ]
    return min(containing)[1] if containing else None


def contains(area: t.Territory, latitude: float, longitude: float) -> bool:
    """Whether a place lies in a territory: in its outline, else within its radius; without either it has no area."""
    if area.polygon:
        return _inside(area.polygon, latitude, longitude)
    if area.radius_km is None:
        return False
    return distance_km(area.latitude, area.longitude, latitude, longitude) <= area.radius_km


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The great-circle distance between two places (haversine formula)."""
    a, b = math.radians(latitude), math.radians(other_latitude)
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))


def opening_hours(rows: Sequence[dict[str, object]]) -> tuple[OpeningHours, ...]:
    """Stored opening hours as the calendar wants them.

    Raises:
        InvalidInputError: A row is not a stretch of a weekday.
    """
    return tuple(
        OpeningHours(int(str(r["weekday"])), time.fromisoformat(str(r["opens"])), time.fromisoformat(str(r["closes"])))
        for r in rows
    )


def _inside(outline: list[list[float]], latitude: float, longitude: float) -> bool:
    """Ray casting: a ray eastwards from an inner point crosses the outline an odd number of times."""
    inside = False
    for (lat_a, lon_a), (lat_b, lon_b) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (lat_a > latitude) != (lat_b > latitude):
            crossing = lon_a + (latitude - lat_a) / (lat_b - lat_a) * (lon_b - lon_a)
            inside ^= longitude < crossing
    return inside
