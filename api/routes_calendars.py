"""Plans for other programs over HTTP."""

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from api.asking import Outer, Who
from api.calendars import NewFeed
from domain.people import Actor, Role

router = APIRouter(tags=["calendars"])
open_router = APIRouter(tags=["calendars"])
ICS = "text/calendar; charset=utf-8"


@router.get("/engineers/{engineer_id}/calendar.ics", response_class=Response)
async def show_calendar(outer: Outer, engineer_id: str) -> Response:
    """An engineer's visits as iCalendar."""
    return _ics(await outer.calendars.of_engineer(engineer_id))


@router.post("/engineers/{engineer_id}/calendar", status_code=201)
async def make_feed(outer: Outer, who: Who, engineer_id: str) -> NewFeed:
    """Make a secret address for a calendar program, which cannot send a token; the address before stops working."""
    return await outer.calendars.rotate(engineer_id, who or Actor(Role.DISPATCHER, "api"))


@router.delete("/engineers/{engineer_id}/calendar", status_code=204)
async def end_feed(outer: Outer, engineer_id: str) -> None:
    """Close that address."""
    await outer.calendars.end(engineer_id)


@router.get("/territories/{territory_id}/plan.geojson", response_class=Response)
async def show_map(outer: Outer, territory_id: str) -> Response:
    """The published plan for a map."""
    found: dict[str, Any] = await outer.calendars.map_of(territory_id)
    return JSONResponse(found, media_type="application/geo+json")


@open_router.get("/feeds/{secret}/calendar.ics", response_class=Response)
async def show_feed(outer: Outer, secret: str) -> Response:
    """An engineer's visits, for who knows the secret address."""
    return _ics(await outer.calendars.of_feed(secret))


def _ics(text: str) -> Response:
    return Response(text, media_type=ICS, headers={"Cache-Control": "private, max-age=300"})
