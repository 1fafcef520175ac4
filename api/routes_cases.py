"""Cases over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Response

from api.access import Action, Resource, allow
from api.asking import App, Id, Who, command
from api.opening import Opened, open_case, registrar
from api.schemas import CASE_COMMANDS, CommandIn, NewCase
from domain.ids import CaseId
from domain.messages import Receipt
from domain.people import Role
from domain.registration import check_case_id
from domain.sla import SlaState
from domain.vocabulary import CaseKind, CaseState, Severity
from models.repositories.events import TimelineEntry
from models.screens.cases import CaseFilter, CasePage, CaseScreen

router = APIRouter(tags=["cases"])

USUAL = {"answer_quote": Role.CUSTOMER, "confirm": Role.CUSTOMER, "settle": Role.OPERATIONS}
"""Who gives a command when nobody is named; otherwise an agent."""


@router.post("/cases", status_code=201, dependencies=allow(Resource.CASE, Action.OPEN))
async def open_a_case(app: App, id_: Id, who: Who, body: NewCase, response: Response) -> Opened:
    """Open a case. 202: it is safe, but no worker has registered it yet."""
    actor = who.actor(registrar(body.channel))
    opened = await open_case(
        app.commands, app.queries, body.to_domain(), id_, actor, allow_incomplete=body.allow_incomplete
    )
    response.headers["Location"] = f"/api/cases/{opened.case_id}"
    if opened.state == CaseState.REGISTERING and not opened.problems:
        response.status_code = 202
    return opened


@router.get("/cases", dependencies=allow(Resource.CASE, Action.VIEW))
async def list_cases(
    app: App,
    state: Annotated[list[CaseState], Query()] = [],  # noqa: B006 - FastAPI copies it
    severity: Annotated[list[Severity], Query()] = [],  # noqa: B006
    kind: Annotated[list[CaseKind], Query()] = [],  # noqa: B006
    sla: Annotated[list[SlaState], Query()] = [],  # noqa: B006
    territory: str | None = None,
    customer: str | None = None,
    open_only: Annotated[bool, Query(alias="open")] = False,
    overdue: bool = False,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CasePage:
    """A page of cases, the newest first; ``next_cursor`` leads to the next one."""
    wanted = CaseFilter(
        states=tuple(state),
        severities=tuple(severity),
        kinds=tuple(kind),
        sla_states=tuple(sla),
        territory=territory,
        customer=customer,
        open_only=open_only,
    )
    return await app.queries.cases(wanted, cursor, limit, overdue=overdue)


@router.get("/cases/{case_id}", dependencies=allow(Resource.CASE, Action.VIEW))
async def show_case(app: App, case_id: str) -> CaseScreen:
    """One case: next step, promises, visits. The contact is masked."""
    return await app.queries.case(check_case_id(case_id))


@router.get("/cases/{case_id}/timeline", dependencies=allow(Resource.CASE, Action.VIEW))
async def show_timeline(
    app: App,
    case_id: str,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> list[TimelineEntry]:
    """What happened, in the order in which it was recorded; ``after`` is the last id that is known."""
    return await app.queries.timeline(check_case_id(case_id), after, limit)


def _add_command(name: str, kind: type[CommandIn]) -> None:
    async def carry_out(app: App, id_: Id, who: Who, case_id: str, body: Annotated[Any, Body()]) -> Receipt:
        known: CaseId = check_case_id(case_id)
        head = command(id_, who, USUAL.get(name, Role.AGENT), body.at)
        return await app.commands.case(known, name, body.message(head))

    carry_out.__annotations__["body"] = kind
    carry_out.__doc__ = kind.__doc__
    router.post(
        f"/cases/{{case_id}}/{name}",
        name=name,
        operation_id=f"case_{name}",
        dependencies=allow(Resource.CASE, Action(name)),
    )(carry_out)


for _name, _kind in CASE_COMMANDS.items():
    _add_command(_name, _kind)
