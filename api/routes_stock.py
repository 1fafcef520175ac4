"""What lies where, what must be picked, what is on its way, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from api.access import Action, Resource, allow
from api.asking import App
from api.csv_lists import streamed
from models.screens.stock import HeldPage, LocationPage, StockPage

router = APIRouter(tags=["stock"])

Location = Annotated[str | None, Query(max_length=60, pattern=r"^[^\x00]*$", description="Of this location alone.")]
Text = Annotated[
    str | None, Query(max_length=100, pattern=r"^[^\x00]*$", description="A part of the part's number or name.")
]
COLUMNS = ("location", "location_name", "kind", "sku", "name", "on_hand", "reserved", "free")


@router.get("/stock/locations", dependencies=allow(Resource.STOCK, Action.VIEW))
async def list_locations(app: App) -> LocationPage:
    """Warehouses, with their place and opening hours, and engineers' vans."""
    return await app.queries.stock.locations()


@router.get("/stock", dependencies=allow(Resource.STOCK, Action.VIEW))
async def list_stock(
    app: App,
    location: Location = None,
    text: Text = None,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> StockPage:
    """A page of what lies where; ``next_cursor`` leads to the next one."""
    return await app.queries.stock.page(location, text, cursor, limit)


@router.get("/stock.csv", response_class=StreamingResponse, dependencies=allow(Resource.STOCK, Action.VIEW))
async def export_stock(app: App, location: Location = None, text: Text = None) -> StreamingResponse:
    """The whole list as CSV."""
    return streamed("stock", COLUMNS, app.queries.stock.everything(location, text))


@router.get("/stock/picks", dependencies=allow(Resource.STOCK, Action.VIEW))
async def list_picks(app: App) -> HeldPage:
    """Parts that are held for the visits of today and tomorrow, by engineer and arrival."""
    return await app.queries.stock.to_pick()


@router.get("/stock/expected", dependencies=allow(Resource.STOCK, Action.VIEW))
async def list_expected(app: App) -> HeldPage:
    """Parts that are sent to their visits and are not there yet, the longest due first."""
    return await app.queries.stock.expected()
