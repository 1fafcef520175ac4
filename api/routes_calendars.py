"""Plans for other programs over HTTP."""

from typing import Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse

from api.access import Action, Anyone, Resource, allow
from api.asking import EveryOuter, Outer, Who
from api.calendars import NewFeed
from domain.people import Role

router = APIRouter(tags=["calendars"])
open_router = APIRouter(tags=["calendars"], dependencies=[Depends(Anyone())])
ICS = "text/calendar; charset=utf-8"


@router.get(
    "/engineers/{engineer_id}/calendar.ics", response_class=Response, dependencies=allow(Resource.ENGINEER, Action.VIEW)
)
async def show_calendar(outer: Outer, engineer_id: str) -> Response:
    """An engineer's visits as iCalendar."""
    return _ics(await outer.calendars.of_engineer(engineer_id))


@router.post("/engineers/{engineer_id}/calendar", status_code=201, dependencies=allow(Resource.CALENDAR, Action.SHARE))
async def make_feed(outer: Outer, who: Who, engineer_id: str) -> NewFeed:
    """Make a secret address for a calendar program, which cannot send a token; the address before stops working."""
    return await outer.calendars.rotate(engineer_id, who.actor(Role.DISPATCHER))


@router.delete(
    "/engineers/{engineer_id}/calendar", status_code=204, dependencies=allow(Resource.CALENDAR, Action.SHARE)
)
async def end_feed(outer: Outer, engineer_id: str) -> None:
    """Close that address."""
    await outer.calendars.end(engineer_id)


@router.get(
    "/territories/{territory_id}/plan.geojson", response_class=Response, dependencies=allow(Resource.PLAN, Action.VIEW)
)
async def show_map(outer: Outer, territory_id: str) -> Response:
    """The published plan for a map."""
    found: dict[str, Any] = await outer.calendars.map_of(territory_id)
    return JSONResponse(found, media_type="application/geo+json")


@open_router.get("/feeds/{secret}/calendar.ics", response_class=Response)
async def show_feed(outer: EveryOuter, secret: str) -> Response:
    """An engineer's visits, for who knows the secret address."""
    return _ics(await outer.calendars.of_feed(secret))


def _ics(text: str) -> Response:
    return Response(text, media_type=ICS, headers={"Cache-Control": "private, max-age=300"})
