"""The company's checklists over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Response

from api.access import Action, Resource, allow
from api.admin_checklists import ChecklistPreview, ChecklistScreen
from api.admin_document import tagged
from api.asking import VERSIONED, App, Id, IfMatch, Who
from api.changing import by, unlimited
from models.repositories.administration import ChangeLine

router = APIRouter(prefix="/settings/checklists", tags=["administration"])
Document = Annotated[dict[str, Any], Body(description="The checklists, as GET answers them.")]


@router.get("", dependencies=allow(Resource.CHECKLIST, Action.VIEW))
async def show_checklists(app: App, response: Response) -> ChecklistScreen:
    """Every checklist with the visits that it is for; the version is the ETag."""
    return tagged(await app.administration.checklists.show(), response)


@router.get("/changes", dependencies=allow(Resource.CHECKLIST, Action.VIEW))
async def list_checklist_changes(app: App) -> list[ChangeLine]:
    """Who changed what, and when; the newest first."""
    return await app.administration.checklists.history()


@router.post("/preview", dependencies=allow(Resource.CHECKLIST, Action.VIEW))
async def preview_checklists(app: App, body: Document) -> ChecklistPreview:
    """How many visits ahead would carry each of these lists. Nothing is stored."""
    return await app.administration.checklists.preview(body)


@router.put("", responses=VERSIONED, dependencies=allow(Resource.CHECKLIST, Action.EDIT))
async def change_checklists(
    app: App, id_: Id, who: Who, body: Document, response: Response, seen: IfMatch = None
) -> ChecklistScreen:
    """Replace the checklists; needs ``If-Match``. Visits whose work has begun keep the list that they began with."""
    unlimited(who)
    return tagged(await app.administration.checklists.change(body, seen, by(who, id_)), response)
