"""Visits over HTTP: the engineer's five commands, and a dispatcher's move."""

from typing import Annotated, Any

from fastapi import APIRouter, Body

from api.access import Action, Resource, allow
from api.asking import App, Id, Who, command
from api.forms import check_visit_id
from api.queries import Why
from api.schemas import VISIT_COMMANDS, CommandIn, MoveIn
from domain.ids import EngineerId
from domain.messages import MoveVisit, Receipt
from domain.people import Role
from models.screens.visits import VisitScreen

router = APIRouter(tags=["visits"])


@router.get("/visits/{visit_id}", dependencies=allow(Resource.VISIT, Action.VIEW))
async def show_visit(app: App, visit_id: str) -> VisitScreen:
    """One visit: what it needs, who comes when, what became of it."""
    return await app.queries.visit(check_visit_id(visit_id))


@router.get("/visits/{visit_id}/why", dependencies=allow(Resource.VISIT, Action.VIEW))
async def explain_visit(app: App, visit_id: str) -> Why:
    """Why the visit is where it is, or why nobody can take it."""
    return await app.queries.why(check_visit_id(visit_id))


@router.post("/visits/{visit_id}/move", dependencies=allow(Resource.VISIT, Action.MOVE))
async def move_visit(app: App, id_: Id, who: Who, visit_id: str, body: MoveIn) -> Receipt:
    """A person moves a booking; the reason goes into the audit."""
    visit = check_visit_id(visit_id)
    head = command(id_, who, Role.DISPATCHER)
    territory = await app.queries.territory_of_visit(visit)
    await app.queries.territory_of_engineer(body.engineer)  # nobody out of the caller's reach
    message = MoveVisit(head, visit, EngineerId(body.engineer), body.arrival, body.reason)
    return await app.commands.territory(territory, "move_visit", message)


def _add_command(name: str, kind: type[CommandIn]) -> None:
    async def carry_out(app: App, id_: Id, who: Who, visit_id: str, body: Annotated[Any, Body()]) -> Receipt:
        visit = check_visit_id(visit_id)
        return await app.commands.visit(visit, name, body.message(command(id_, who, Role.ENGINEER, body.at)))

    carry_out.__annotations__["body"] = kind
    carry_out.__doc__ = kind.__doc__
    router.post(
        f"/visits/{{visit_id}}/{name}",
        name=name,
        operation_id=f"visit_{name}",
        dependencies=allow(Resource.VISIT, Action(name)),
    )(carry_out)


for _name, _kind in VISIT_COMMANDS.items():
    _add_command(_name, _kind)
