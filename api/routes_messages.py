"""Messages over HTTP: what was told, and the company's settings."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query

from api.access import Action, Resource, allow
from api.asking import Outer, Who
from domain.message_settings import MessageSettings
from domain.people import Role
from domain.registration import check_case_id
from domain.vocabulary import MessageState
from models.repositories.message_settings import checked
from models.screens.messages import MessageLine, MessagePage

router = APIRouter(tags=["messages"])


@router.get("/cases/{case_id}/messages", dependencies=allow(Resource.MESSAGE, Action.VIEW))
async def list_of_case(outer: Outer, case_id: str) -> list[MessageLine]:
    """What was told of a case, the newest first. ``reason`` says why something was not sent."""
    return await outer.messages.of_case(check_case_id(case_id))


@router.get("/messages", dependencies=allow(Resource.MESSAGE, Action.VIEW))
async def list_messages(
    outer: Outer,
    state: Annotated[list[MessageState], Query()] = [],  # noqa: B006 - FastAPI copies it
    cursor: Annotated[int | None, Query(ge=1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> MessagePage:
    """A page of messages, the newest first."""
    return await outer.messages.page(state, cursor, limit)


@router.post("/messages/{number}/resend", dependencies=allow(Resource.MESSAGE, Action.RESEND))
async def send_again(outer: Outer, number: int) -> MessageLine:
    """Send a message again that failed or could not be delivered."""
    return await outer.messages.send_again(number)


@router.get("/settings/messages", dependencies=allow(Resource.MESSAGE_SETTINGS, Action.VIEW))
async def show_settings(outer: Outer) -> MessageSettings:
    """Name, quiet hours, own words."""
    return await outer.messages.settings()


@router.put("/settings/messages", dependencies=allow(Resource.MESSAGE_SETTINGS, Action.CHANGE))
async def change_settings(outer: Outer, who: Who, body: Annotated[dict[str, Any], Body()]) -> MessageSettings:
    """Replace the settings; words may use the names that belong to their occasion."""
    return await outer.messages.change_settings(checked(body), who.actor(Role.ADMIN))
