"""Operations over HTTP: the list by when it hurts, its counts, figures, ageing repairs, charts, saved views."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import StreamingResponse

from api.access import Action, Resource, allow
from api.asking import App, Who
from api.case_filters import CaseFilters, Filtered, Paged
from api.csv_lists import streamed
from domain.people import Role
from models.repositories.saved_views import View
from models.screens.operations.ageing import WaitingPage
from models.screens.operations.cases import OperationsPage
from models.screens.operations.charts import Charts
from models.screens.operations.counts import Counts
from models.screens.operations.figures import Figures

router = APIRouter(tags=["operations"])

Territories = Annotated[list[str], Query(max_length=50)]
Zone = Annotated[str | None, Query(max_length=60, description="Whose days are meant; by default the territories' own.")]
Name = Annotated[str, Path(min_length=1, max_length=60, pattern=r"^[^/\x00-\x1f]+$")]

CASE_COLUMNS = (
    "id", "sla", "clock", "hurts_at", "seconds_to_go", "cause_kind", "cause_sentence", "state", "next_step",
    "responsible", "due_at", "overdue", "age_seconds", "opened_at", "closed_at", "kind", "severity", "territory",
    "product_model", "symptom", "neighbourhood",
)  # fmt: skip
WAITING_COLUMNS = ("waits_for", "since", "seconds", "why", "who", "from", *(f"case_{name}" for name in CASE_COLUMNS))


@router.get("/operations/cases", dependencies=allow(Resource.OPERATIONS, Action.VIEW))
async def list_cases(app: App, asked: Paged) -> OperationsPage:
    """A page of cases by when they hurt; ``next_cursor`` leads to the next one, seen from the same moment."""
    return await app.queries.operations.cases(asked.query(), asked.sort, asked.cursor, asked.limit)


@router.get(
    "/operations/cases.csv", response_class=StreamingResponse, dependencies=allow(Resource.OPERATIONS, Action.VIEW)
)
async def export_cases(app: App, asked: Filtered) -> StreamingResponse:
    """The whole list as CSV."""
    return await streamed("cases", CASE_COLUMNS, app.queries.operations.every_case(asked.query(), asked.sort))


@router.get("/operations/counts", dependencies=allow(Resource.OPERATIONS, Action.VIEW))
async def count_cases(app: App, asked: Filtered) -> Counts:
    """How many cases each choice of each filter would show, the others being as they are."""
    return await app.queries.operations.counts(asked.query())


@router.get("/operations", dependencies=allow(Resource.OPERATIONS, Action.VIEW))
async def show_figures(app: App, territory: Territories = [], zone: Zone = None) -> Figures:  # noqa: B006
    """The five figures, what they were a day earlier, and the filters that list their cases."""
    return await app.queries.operations.figures(tuple(territory), zone)


@router.get("/operations/ageing", dependencies=allow(Resource.OPERATIONS, Action.VIEW))
async def list_waiting(app: App, asked: Paged) -> WaitingPage:
    """Repairs that wait for a part, the customer or the depot, the longest waiting first."""
    return await app.queries.operations.ageing(asked.query(), asked.cursor, asked.limit)


@router.get(
    "/operations/ageing.csv", response_class=StreamingResponse, dependencies=allow(Resource.OPERATIONS, Action.VIEW)
)
async def export_waiting(app: App, asked: Filtered) -> StreamingResponse:
    """All waiting repairs as CSV."""
    return await streamed("waiting", WAITING_COLUMNS, app.queries.operations.everything_waiting(asked.query()))


@router.get("/operations/charts", dependencies=allow(Resource.OPERATIONS, Action.VIEW))
async def show_charts(
    app: App,
    territory: Territories = [],  # noqa: B006 - FastAPI copies it
    zone: Zone = None,
    days: Annotated[int, Query(ge=1, le=92)] = 14,
) -> Charts:
    """Promises, first-time fixes, backlog, travel, load, faults; each bar with the filters that list its cases."""
    return await app.queries.operations.charts(tuple(territory), zone, days)


@router.get("/operations/views", dependencies=allow(Resource.OPERATIONS, Action.VIEW))
async def list_views(app: App, who: Who) -> list[View]:
    """The caller's saved views."""
    return await app.queries.operations.views(who.actor(Role.OPERATIONS))


@router.put("/operations/views/{name}", dependencies=allow(Resource.OPERATIONS, Action.VIEW))
async def save_view(app: App, who: Who, name: Name, body: CaseFilters) -> View:
    """Keep the filters under a name; the view of the same name is replaced."""
    query = body.model_dump(mode="json", exclude_defaults=True)
    return await app.queries.operations.save_view(who.actor(Role.OPERATIONS), name.strip(), query)


@router.delete("/operations/views/{name}", status_code=204, dependencies=allow(Resource.OPERATIONS, Action.VIEW))
async def forget_view(app: App, who: Who, name: Name) -> None:
    """Delete a saved view."""
    await app.queries.operations.forget_view(who.actor(Role.OPERATIONS), name.strip())
