"""The contact of a case in clear, for whom that is business; every access is recorded."""

from fastapi import APIRouter

from api.access import Action, Resource, allow
from api.asking import App, Id, Who
from api.schemas import GivenReason, Strict, example
from domain.people import Role
from domain.registration import check_case_id
from models.screens.cases import ContactLine

router = APIRouter(tags=["cases"])


class UnmaskIn(Strict):
    """Why somebody needs the contact; it goes into the audit, so it names no person."""

    model_config = example(reason="Calling back about the appointment")
    reason: GivenReason


@router.post("/cases/{case_id}/contact", dependencies=allow(Resource.CONTACT, Action.UNMASK))
async def show_contact(app: App, id_: Id, who: Who, case_id: str, body: UnmaskIn) -> ContactLine:
    """The contact in clear. The timeline then says who saw it and why, never what."""
    return await app.queries.contact(check_case_id(case_id), who.actor(Role.AGENT), body.reason, id_)
