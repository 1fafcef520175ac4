"""Plans, engineers and stock over HTTP."""

from datetime import date

from fastapi import APIRouter

from api.access import Action, Resource, allow
from api.asking import App, Id, Who, command
from api.schemas import AbsenceIn, StockIn
from domain.errors import InvalidInputError
from domain.ids import EngineerId, LocationId, PlanId, Sku, TerritoryId
from domain.messages import PublishDraft, Receipt, ReceiveStock, ReportAbsence
from domain.people import Role
from models.screens.engineers import EngineerDay
from models.screens.plans import PlanScreen, TerritoryPlan
from models.screens.territories import TerritoryPage

router = APIRouter(tags=["plans"])


@router.get("/territories", dependencies=allow(Resource.PLAN, Action.VIEW))
async def list_territories(app: App) -> TerritoryPage:
    """The territories that the caller may look at."""
    return await app.queries.territory_page()


@router.get("/territories/{territory_id}/plan", dependencies=allow(Resource.PLAN, Action.VIEW))
async def show_territory_plan(app: App, territory_id: str) -> TerritoryPlan:
    """The published plan: every engineer's route, every visit without a place and why."""
    return await app.queries.territory_plan(territory_id)


@router.get("/plans/{plan_id}", dependencies=allow(Resource.PLAN, Action.VIEW))
async def show_plan(app: App, plan_id: str) -> PlanScreen:
    """One optimisation: its figures, its routes, what it left out."""
    return await app.queries.plan(plan_id)


@router.post("/plans/{plan_id}/publish", dependencies=allow(Resource.PLAN, Action.PUBLISH))
async def publish_plan(app: App, id_: Id, who: Who, plan_id: str) -> Receipt:
    """Publish a draft that waited for a dispatcher; what changed meanwhile is left alone."""
    territory = await app.queries.territory_of_plan(plan_id)
    message = PublishDraft(command(id_, who, Role.DISPATCHER), PlanId(plan_id))
    return await app.commands.territory(territory, "publish_draft", message)


@router.get("/engineers/{engineer_id}/day", dependencies=allow(Resource.ENGINEER, Action.VIEW))
async def show_day(app: App, engineer_id: str, day: date | None = None) -> EngineerDay:
    """An engineer's day in the territory's local time; today when no day is named."""
    return await app.queries.engineer_day(engineer_id, day)


@router.post("/engineers/{engineer_id}/absences", dependencies=allow(Resource.ABSENCE, Action.REPORT))
async def report_absence(app: App, id_: Id, who: Who, engineer_id: str, body: AbsenceIn) -> Receipt:
    """An engineer is away; the bookings in that time are planned anew."""
    if body.start >= body.end:
        raise InvalidInputError("end", "must be later than start")
    territory = await app.queries.territory_of_engineer(engineer_id)
    head = command(id_, who, Role.DISPATCHER)
    message = ReportAbsence(head, EngineerId(engineer_id), body.start, body.end, body.kind)
    return await app.commands.territory(territory, "report_absence", message)


@router.post("/stock/receipts", dependencies=allow(Resource.STOCK, Action.RECEIVE))
async def receive_stock(app: App, id_: Id, who: Who, body: StockIn) -> Receipt:
    """Parts came into a warehouse or a van."""
    if body.serials and len(set(body.serials)) != body.quantity:
        raise InvalidInputError("serials", "must name each unit once, or none")
    if body.territory not in await app.queries.territories():
        raise InvalidInputError("territory", f"there is no territory {body.territory!r}")
    await app.queries.stock.require_location(body.location)
    head = command(id_, who, Role.STOCK_KEEPER)
    message = ReceiveStock(head, LocationId(body.location), Sku(body.sku), body.quantity, body.serials)
    return await app.commands.territory(TerritoryId(body.territory), "receive_stock", message)
