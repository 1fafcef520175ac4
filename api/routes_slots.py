"""Slot offers over HTTP: what is free, hold it, choose it."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import AwareDatetime, StringConstraints

from api.access import Action, Resource, allow
from api.asking import App, Id, Who, command
from api.schemas import CommandIn, NeedsIn, Strict, example
from api.slot_desk import Hold, Offers
from domain.messages import Receipt
from domain.people import Role
from domain.registration import ArrivalWindow, check_case_id

router = APIRouter(tags=["slots"])


class AskIn(Strict):
    """What the visit would need, where that is not known from the case or differs."""

    model_config = example(needs={"minutes": 90, "skills": {"refrigerant": 2}})
    needs: NeedsIn


class HoldIn(Strict):
    """One of the windows that were offered."""

    model_config = example(start="2026-03-02T09:00:00+01:00", end="2026-03-02T11:00:00+01:00")
    start: AwareDatetime
    end: AwareDatetime
    needs: NeedsIn | None = None


class ChooseIn(CommandIn):
    """The window that is held."""

    model_config = example(hold="api:4f1c")
    hold: Annotated[str, StringConstraints(min_length=1, max_length=120)]


@router.get("/cases/{case_id}/slots", dependencies=allow(Resource.SLOT, Action.VIEW))
async def list_slots(app: App, case_id: str) -> Offers:
    """Arrival windows that can be kept, by the day, for what the case is known to need."""
    return await app.queries.slots.offers(check_case_id(case_id))


@router.post("/cases/{case_id}/slots", dependencies=allow(Resource.SLOT, Action.VIEW))
async def ask_for_slots(app: App, case_id: str, body: AskIn) -> Offers:
    """Arrival windows that can be kept for a visit with these needs; nothing is held."""
    return await app.queries.slots.offers(check_case_id(case_id), body.needs.to_domain())


@router.post("/cases/{case_id}/slots/hold", status_code=201, dependencies=allow(Resource.SLOT, Action.HOLD))
async def hold_slot(app: App, id_: Id, who: Who, case_id: str, body: HoldIn) -> Hold:
    """Keep a window while the customer decides; 409 with what is free when it cannot be kept."""
    window = ArrivalWindow(body.start, body.end)
    needs = body.needs.to_domain() if body.needs else None
    by = who.actor(Role.AGENT)
    return await app.queries.slots.hold(check_case_id(case_id), window, needs, id_, f"{by.role}:{by.id}")


@router.post("/cases/{case_id}/slots/choose", dependencies=allow(Resource.CASE, Action.CHOOSE_SLOT))
async def choose_slot(app: App, id_: Id, who: Who, case_id: str, body: ChooseIn) -> Receipt:
    """Make the held window the visit's arrival window; 409 with what is free when the hold has expired."""
    head = command(id_, who, Role.AGENT, body.at)
    return await app.queries.slots.choose(app.commands, check_case_id(case_id), body.hold, head)
