"""Warehouses over HTTP, as administrators see and change them."""

from datetime import time
from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, Field, StringConstraints

from api.access import Action, Resource, allow
from api.admin_warehouses import Stretch, WarehouseDraft, WarehouseLine
from api.asking import VERSIONED, App, Id, IfMatch, Who
from api.changing import by, unlimited
from api.routes_admin_territories import Latitude, Longitude
from api.schemas import Strict, example
from models.repositories.administration import ChangeLine

router = APIRouter(prefix="/admin/warehouses", tags=["administration"])
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Reference = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Number = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$"),
    Field(description="Letters, digits, dots and dashes; those of vans begin with ``VAN-``."),
]


def _whole_minutes(value: time) -> time:
    if value.tzinfo is not None or value.second or value.microsecond:
        raise ValueError("must be a local time in whole minutes, such as 07:30")
    return value


def _no_van(value: str) -> str:
    if value.upper().startswith("VAN-"):
        raise ValueError("must not begin with VAN-: vans are called so")
    return value


Minute = Annotated[time, AfterValidator(_whole_minutes), Field(description="Local time, such as 07:30.")]


class StretchIn(Strict):
    """Open on a weekday (0 is Monday) from then to then; closing at 00:00 is midnight at the end of the day."""

    model_config = example(weekday=0, opens="07:00", closes="18:00")
    weekday: Annotated[int, Field(ge=0, le=6)]
    opens: Minute
    closes: Minute


class WarehouseIn(Strict):
    """A warehouse. Without a territory it serves all; without opening hours it is open around the clock."""

    model_config = example(
        name="North", territory_id=None, time_zone="Europe/Berlin", latitude=53.6, longitude=10.1,
        opening_hours=[{"weekday": 0, "opens": "07:00", "closes": "18:00"}], handling_minutes=10, active=True,
    )  # fmt: skip
    name: Name
    territory_id: Reference | None = None
    time_zone: Reference
    latitude: Latitude
    longitude: Longitude
    opening_hours: Annotated[tuple[StretchIn, ...], Field(max_length=70)] = ()
    handling_minutes: Annotated[int, Field(ge=0, le=240)] = 10
    active: bool = True

    def to_draft(self) -> WarehouseDraft:
        """As the administration takes it."""
        hours = tuple(Stretch(each.weekday, each.opens, each.closes) for each in self.opening_hours)
        given = self.model_dump(exclude={"id", "opening_hours"})
        return WarehouseDraft(**given, opening_hours=hours)


class NewWarehouseIn(WarehouseIn):
    """A new warehouse. Its id stands in lists and on labels, and stays."""

    model_config = example(
        id="WH-NORTH", name="North", time_zone="Europe/Berlin", latitude=53.6, longitude=10.1,
        opening_hours=[{"weekday": 0, "opens": "07:00", "closes": "18:00"}],
    )  # fmt: skip
    id: Annotated[Number, AfterValidator(_no_van)]


@router.get("", dependencies=allow(Resource.WAREHOUSE, Action.VIEW))
async def list_warehouses(app: App, who: Who) -> list[WarehouseLine]:
    """Warehouses with place and opening hours, retired ones included."""
    return await app.administration.warehouses.warehouses(who.reach)


@router.post("", status_code=201, dependencies=allow(Resource.WAREHOUSE, Action.EDIT))
async def add_warehouse(app: App, id_: Id, who: Who, body: NewWarehouseIn) -> WarehouseLine:
    """Add a warehouse."""
    unlimited(who)
    return await app.administration.warehouses.add(body.id, body.to_draft(), by(who, id_))


@router.put("/{warehouse_id}", responses=VERSIONED, dependencies=allow(Resource.WAREHOUSE, Action.EDIT))
async def change_warehouse(
    app: App, id_: Id, who: Who, warehouse_id: str, body: WarehouseIn, seen: IfMatch = None
) -> WarehouseLine:
    """Change a warehouse, or retire an empty one; needs ``If-Match``. The next plan goes by it."""
    unlimited(who)
    return await app.administration.warehouses.change(warehouse_id, body.to_draft(), seen, by(who, id_))


@router.get("/{warehouse_id}/changes", dependencies=allow(Resource.WAREHOUSE, Action.VIEW))
async def list_warehouse_changes(app: App, who: Who, warehouse_id: str) -> list[ChangeLine]:
    """Who changed what of a warehouse; the newest first."""
    return await app.administration.warehouses.history(warehouse_id, who.reach)
