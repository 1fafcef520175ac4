"""Messages over HTTP: what was told."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.access import Action, Resource, allow
from api.asking import Outer
from domain.registration import check_case_id
from domain.vocabulary import MessageState
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
