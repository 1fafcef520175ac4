"""The case desk over HTTP."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.access import Action, Resource, actions, allow
from api.asking import App, Who
from api.queries import masked
from api.schemas import Short, Strict, Text, example
from domain.registration import check_case_id
from models.screens.desk import Desk, Permitted, Timeline
from models.screens.similar import Check, Hint, Sought

router = APIRouter(tags=["desk"])


class CheckIn(Strict):
    """What is known of a case that is about to be opened; the more, the better the answer."""

    model_config = example(product_model="WP-08", serial="A-4711", symptom="No heat", error_code="E31")
    installed_product_id: Short = ""
    product_model: Short = ""
    serial: Short = ""
    symptom: Text = ""
    error_code: Short = ""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None


@router.post("/cases/check", dependencies=allow(Resource.CASE, Action.OPEN))
async def check_case(app: App, body: CheckIn) -> Check:
    """Open cases that may be the same, closed ones whose fault may be back, and what helped before; opens nothing."""
    return await app.queries.desk.check(Sought(**body.model_dump()))


@router.get("/cases/{case_id}/desk", dependencies=allow(Resource.CASE, Action.VIEW))
async def show_desk(app: App, who: Who, case_id: str) -> Desk:
    """Everything about a case on one screen, with the commands that the caller may give. The contact is masked."""
    of_case, of_visit = (actions(who.caller, what) for what in (Resource.CASE, Resource.VISIT))
    # Splitting is done on the board, where its consequence is shown first.
    permitted = Permitted(of_case, (of_visit - {Action.SPLIT}) | (of_case & {Action.CHOOSE_SLOT}))
    found = await app.queries.desk.desk(check_case_id(case_id), permitted)
    return replace(found, case=masked(found.case))


@router.get("/cases/{case_id}/events", dependencies=allow(Resource.CASE, Action.VIEW))
async def list_events(
    app: App,
    case_id: str,
    kind: Annotated[list[str], Query(max_length=10)] = [],  # noqa: B006 - FastAPI copies it
    cursor: Annotated[str | None, Query(max_length=20)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Timeline:
    """What happened, the newest first; a plan change says what moved and why. ``kind``: case, plan, visit, …"""
    return await app.queries.desk.timeline(check_case_id(case_id), kind, cursor, limit)


@router.get("/cases/{case_id}/hints", dependencies=allow(Resource.CASE, Action.VIEW))
async def list_hints(app: App, case_id: str, limit: Annotated[int, Query(ge=1, le=20)] = 5) -> list[Hint]:
    """What helped in closed cases of the same model with the same error code or symptom."""
    return await app.queries.desk.hints(check_case_id(case_id), limit)
