"""What changed, as it changes: server-sent events."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from starlette.responses import StreamingResponse

from api.access import Action, Resource, allow
from api.asking import App, Who
from api.feed import Interest, parse_position

router = APIRouter(tags=["changes"])

EXAMPLE = """id: 8123-4711
event: change
data: {"topic": "visit", "id": "C-100042-V1", "territory": "T1", "case_id": "C-100042"}

"""
ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "A stream that does not end.", "content": {"text/event-stream": {"example": EXAMPLE}}}
}


@router.get(
    "/changes",
    response_class=StreamingResponse,
    responses=ANSWER,
    dependencies=allow(Resource.CHANGES, Action.VIEW),
)
async def follow_changes(
    app: App,
    who: Who,
    territory: Annotated[list[str], Query(max_length=100)] = [],  # noqa: B006 - FastAPI copies it
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID")] = None,
) -> StreamingResponse:
    """Every change within reach from now on, or from ``Last-Event-ID`` on. `ready`, `reset`: look at everything once.

    The stream ends after some minutes, so that who may not listen any more does not: come back with the last id.
    """
    if last_event_id is not None:
        parse_position(last_event_id)
    interest = Interest.of(who.reach, territory)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = app.feed.events(last_event_id, interest)
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)
