"""Whether everything is well."""

from fastapi import APIRouter, Depends

from api.access import Action, Anyone, Resource, allow
from api.asking import App, Everything
from api.queries import Status

open_router = APIRouter(tags=["health"], dependencies=[Depends(Anyone())])
router = APIRouter(tags=["status"])


@open_router.get("/health/live")
async def is_alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@open_router.get("/health/ready")
async def is_ready(app: Everything) -> dict[str, str]:
    """The record and Temporal answer, too."""
    await app.queries.check_record()
    await app.commands.check_temporal()
    return {"status": "ok"}


@router.get("/status", dependencies=allow(Resource.STATUS, Action.VIEW))
async def show_status(app: App) -> Status:
    """Virtual time, cases by state and promise, open visits, what is unplanned, the last plans."""
    return await app.queries.status()
