"""Territories as administrators see and change them: where they are."""

from dataclasses import dataclass
from typing import Any

from domain.errors import InvalidInputError
from models import tables as t
from models.reach import Reach
from models.repositories import administration, territories
from models.repositories.administration import By, etag_of
from models.session import Database

Place = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True)
class Area:
    """Where a territory is. The outline counts where there is one, else the circle.

    Attributes:
        radius_km: Of the circle around the centre; None without one.
        polygon: At least three corners in order; None without an outline.
    """

    latitude: float
    longitude: float
    radius_km: float | None
    polygon: tuple[Place, ...] | None


@dataclass(frozen=True)
class TerritoryArea:
    """A territory on the map. ``etag`` is what If-Match needs."""

    id: str
    name: str
    city: str
    area: Area
    etag: str


class TerritoryDesk:
    """Holds the record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def areas(self, reach: Reach) -> list[TerritoryArea]:
        """Every active territory within reach, by id."""
        async with self._database.reading() as session:
            found = await territories.territories(session)
        return [_shown(row) for row in found if reach.territory in {None, row.id}]

    async def change(self, territory_id: str, area: Area, seen: str | None, by: By) -> TerritoryArea:
        """Draw a territory anew. Cases keep the territory that they were given; new ones go by it.

        Raises:
            NotFoundError: There is no such territory.
            InvalidInputError: The outline crosses itself.
            VersionMissingError, VersionChangedError: The caller has not seen the present state.
        """
        if area.polygon is not None and _crosses_itself(area.polygon):
            raise InvalidInputError("polygon", "must not cross itself: move the corner that is out of order")
        async with self._database.transaction() as session:
            row = await territories.locked_territory(session, territory_id)
            if await administration.is_done(session, by):
                return _shown(row)
            before, subject = _plain(row), f"territory:{territory_id}"
            await administration.require_version(session, "This territory", subject, seen, etag_of(before))
            row.latitude, row.longitude, row.radius_km = area.latitude, area.longitude, area.radius_km
            row.polygon = [list(corner) for corner in area.polygon] if area.polygon else None
            await administration.write_down(session, subject, "changed", by, before, _plain(row))
            return _shown(row)


def _shown(row: t.Territory) -> TerritoryArea:
    polygon = tuple((corner[0], corner[1]) for corner in row.polygon) if row.polygon else None
    area = Area(row.latitude, row.longitude, row.radius_km, polygon)
    return TerritoryArea(row.id, row.name, row.city, area, etag_of(_plain(row)))


def _plain(row: t.Territory) -> dict[str, Any]:
    return {
        "latitude": row.latitude,
        "longitude": row.longitude,
        "radius_km": row.radius_km,
        "polygon": row.polygon,
    }


def _crosses_itself(corners: tuple[Place, ...]) -> bool:
    """Whether two sides that do not touch at a corner cross; degrees are flat enough for the size of a territory."""
    sides = list(zip(corners, (*corners[1:], corners[0]), strict=True))
    last = len(sides) - 1
    return any(
        _cross(*sides[i], *sides[j])
        for i in range(len(sides))
        for j in range(i + 2, len(sides))
        if not (i == 0 and j == last)
    )


def _cross(a: Place, b: Place, c: Place, d: Place) -> bool:
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def _turn(a: Place, b: Place, c: Place) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
