"""Customers' links, as staff make and end them."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.access import Action, Resource, allow
from api.asking import Outer, Who
from api.linking import NewLink
from api.schemas import Strict
from domain.customer_link import LONGEST_VALIDITY, USUAL_VALIDITY
from domain.ids import LinkId
from domain.people import Role
from domain.registration import check_case_id
from models.repositories.links import LinkLine

router = APIRouter(tags=["links"])


class NewLinkIn(Strict):
    """How long the link lasts."""

    days: Annotated[int, Field(ge=1, le=LONGEST_VALIDITY.days)] = USUAL_VALIDITY.days


@router.post("/cases/{case_id}/links", status_code=201, dependencies=allow(Resource.LINK, Action.MAKE))
async def make_link(outer: Outer, who: Who, case_id: str, body: NewLinkIn | None = None) -> NewLink:
    """Make a link. The token is shown this once: hand it to the customer as ``/link#`` and the token."""
    validity = timedelta(days=(body or NewLinkIn()).days)
    return await outer.links.make(check_case_id(case_id), who.actor(Role.AGENT), validity)


@router.get("/cases/{case_id}/links", dependencies=allow(Resource.LINK, Action.VIEW))
async def list_links(outer: Outer, case_id: str) -> list[LinkLine]:
    """A case's links, those that messages carry included; never their tokens."""
    return await outer.links.of_case(check_case_id(case_id))


@router.delete("/links/{link_id}", dependencies=allow(Resource.LINK, Action.REVOKE))
async def revoke_link(outer: Outer, who: Who, link_id: str) -> LinkLine:
    """End a link at once."""
    return await outer.links.revoke(LinkId(link_id), who.actor(Role.AGENT))
