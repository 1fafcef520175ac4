"""The company's settings of its messages over HTTP."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Response
from pydantic import Field

from activities.notify.words import Written
from api.access import Action, Resource, allow
from api.admin_document import tagged
from api.admin_messages import MessageScreen
from api.asking import VERSIONED, App, Id, IfMatch, Who
from api.changing import by, unlimited
from api.schemas import Strict
from domain.occasions import Occasion
from models.repositories.administration import ChangeLine

router = APIRouter(prefix="/settings/messages", tags=["administration"])
Document = Annotated[dict[str, Any], Body(description="The settings, as GET answers them.")]


class PreviewIn(Strict):
    """Settings to try out, and the message to show."""

    settings: Annotated[dict[str, Any], Field(description="The settings, as GET answers them.")]
    language: Literal["en", "zh-CN"]
    occasion: Occasion


@router.get("", dependencies=allow(Resource.MESSAGE_SETTINGS, Action.VIEW))
async def show_message_settings(app: App, response: Response) -> MessageScreen:
    """Name, quiet hours, own words, and the texts that count without any; the version is the ETag."""
    return tagged(await app.administration.messages.show(), response)


@router.get("/changes", dependencies=allow(Resource.MESSAGE_SETTINGS, Action.VIEW))
async def list_message_setting_changes(app: App) -> list[ChangeLine]:
    """Who changed what, and when; the newest first."""
    return await app.administration.messages.history()


@router.post("/preview", dependencies=allow(Resource.MESSAGE_SETTINGS, Action.VIEW))
async def preview_message(app: App, body: PreviewIn) -> Written:
    """A message by these settings, with made-up facts. Nothing is stored or sent."""
    return await app.administration.messages.preview(body.settings, body.language, body.occasion)


@router.put("", responses=VERSIONED, dependencies=allow(Resource.MESSAGE_SETTINGS, Action.CHANGE))
async def change_message_settings(
    app: App, id_: Id, who: Who, body: Document, response: Response, seen: IfMatch = None
) -> MessageScreen:
    """Replace the settings; needs ``If-Match``. Words may use the names that belong to their occasion."""
    unlimited(who)
    return tagged(await app.administration.messages.change(body, seen, by(who, id_)), response)
