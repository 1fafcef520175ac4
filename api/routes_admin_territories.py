"""Territories' areas over HTTP."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.access import Action, Resource, allow
from api.admin_territories import Area, TerritoryArea
from api.asking import VERSIONED, App, Id, IfMatch, Who
from api.changing import by, unlimited
from api.schemas import Strict

router = APIRouter(prefix="/admin/territories", tags=["administration"])
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class AreaIn(Strict):
    """Where a territory is; corners are latitude and longitude in degrees."""

    latitude: Latitude
    longitude: Longitude
    radius_km: Annotated[float, Field(gt=0, le=2_000)] | None = None
    polygon: Annotated[list[tuple[Latitude, Longitude]], Field(min_length=3, max_length=500)] | None = None

    def to_area(self) -> Area:
        """As the administration takes it."""
        polygon = tuple(self.polygon) if self.polygon else None
        return Area(self.latitude, self.longitude, self.radius_km, polygon)


@router.get("", dependencies=allow(Resource.TERRITORY, Action.VIEW))
async def list_areas(app: App, who: Who) -> list[TerritoryArea]:
    """Where each territory is."""
    return await app.administration.territories.areas(who.reach)


@router.put("/{territory_id}", responses=VERSIONED, dependencies=allow(Resource.TERRITORY, Action.EDIT))
async def change_area(
    app: App, id_: Id, who: Who, territory_id: str, body: AreaIn, seen: IfMatch = None
) -> TerritoryArea:
    """Draw a territory anew; needs ``If-Match``."""
    unlimited(who)
    return await app.administration.territories.change(territory_id, body.to_area(), seen, by(who, id_))
