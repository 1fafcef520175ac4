"""What lies where, what must be picked, what is on its way, what came and went, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from api.access import Action, Resource, allow
from api.asking import App, Id, Who, command
from api.csv_lists import streamed
from api.schemas_stock import CountIn, TransferIn, WriteOffIn
from domain.messages import Receipt
from domain.people import Role
from domain.vocabulary import MovementKind
from models.screens.movements import MovementFilter, MovementPage
from models.screens.stock import HeldPage, LocationPage, StockPage

router = APIRouter(tags=["stock"])

Location = Annotated[str | None, Query(max_length=60, pattern=r"^[^\x00]*$", description="Of this location alone.")]
Text = Annotated[
    str | None, Query(max_length=100, pattern=r"^[^\x00]*$", description="A part of the part's number or name.")
]
Kinds = Annotated[list[MovementKind], Query(alias="kind", description="Of these kinds alone; may be repeated.")]
COLUMNS = ("location", "location_name", "kind", "sku", "name", "on_hand", "reserved", "free", "sent")
MOVEMENT_COLUMNS = (
    "at", "kind", "location", "location_name", "sku", "name", "units", "held", "on_hand", "counted", "other_location",
    "visit_id", "reason", "note", "serials", "actor_role", "actor_id",
)  # fmt: skip


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
    return await streamed("stock", COLUMNS, app.queries.stock.everything(location, text))


@router.get("/stock/picks", dependencies=allow(Resource.STOCK, Action.VIEW))
async def list_picks(app: App) -> HeldPage:
    """Parts that are held for the visits of today and tomorrow, by engineer and arrival."""
    return await app.queries.stock.to_pick()


@router.get("/stock/expected", dependencies=allow(Resource.STOCK, Action.VIEW))
async def list_expected(app: App) -> HeldPage:
    """Parts that are sent to their visits and are not there yet, the longest due first."""
    return await app.queries.stock.expected()


@router.get("/stock/movements", dependencies=allow(Resource.STOCK, Action.VIEW))
async def list_movements(
    app: App,
    location: Location = None,
    text: Text = None,
    kinds: Kinds = [],  # noqa: B006 - FastAPI reads it and makes a new list for each request
    cursor: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> MovementPage:
    """A page of every change of stock, the newest first; ``next_cursor`` leads to the next one."""
    return await app.queries.stock.movements(MovementFilter(location, text, kinds), cursor, limit)


@router.get("/stock/movements.csv", response_class=StreamingResponse, dependencies=allow(Resource.STOCK, Action.VIEW))
async def export_movements(
    app: App,
    location: Location = None,
    text: Text = None,
    kinds: Kinds = [],  # noqa: B006 - as above
) -> StreamingResponse:
    """The whole list as CSV."""
    pages = app.queries.stock.every_movement(MovementFilter(location, text, kinds))
    return await streamed("stock-movements", MOVEMENT_COLUMNS, pages)


@router.post("/stock/transfers", dependencies=allow(Resource.STOCK, Action.TRANSFER))
async def transfer_stock(app: App, id_: Id, who: Who, body: TransferIn) -> Receipt:
    """Move units to another warehouse or van; those that are held for visits stay."""
    territory = await app.queries.stock.territory_of(body.location)
    await app.queries.stock.require_location(body.to)
    message = body.message(command(id_, who, Role.STOCK_KEEPER))
    return await app.commands.territory(territory, "transfer_stock", message)


@router.post("/stock/write-offs", dependencies=allow(Resource.STOCK, Action.WRITE_OFF))
async def write_off_stock(app: App, id_: Id, who: Who, body: WriteOffIn) -> Receipt:
    """Units are broken, lost or expired. Held ones only with ``release``: their visits are planned again."""
    territory = await app.queries.stock.territory_of(body.location)
    message = body.message(command(id_, who, Role.STOCK_KEEPER))
    return await app.commands.territory(territory, "write_off_stock", message)


@router.post("/stock/counts", dependencies=allow(Resource.STOCK, Action.COUNT))
async def count_stock(app: App, id_: Id, who: Who, body: CountIn) -> Receipt:
    """Set what lies there to what was counted. Fewer than visits hold only with ``release``."""
    territory = await app.queries.stock.territory_of(body.location)
    message = body.message(command(id_, who, Role.STOCK_KEEPER))
    return await app.commands.territory(territory, "count_stock", message)
