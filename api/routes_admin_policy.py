"""The company's policy over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Response
from pydantic import Field

from api.access import Action, Resource, allow
from api.admin_document import tagged
from api.admin_policy import PolicyPreview, PolicyScreen
from api.asking import VERSIONED, App, Id, IfMatch, Who
from api.changing import by, unlimited
from api.schemas import GivenReason, Strict
from models.repositories.administration import ChangeLine

router = APIRouter(prefix="/admin/policy", tags=["administration"])


class PolicyIn(Strict):
    """A policy and why it changes."""

    policy: Annotated[dict[str, Any], Field(description="The whole document, as GET answers it.")]
    reason: GivenReason


@router.get("", dependencies=allow(Resource.POLICY, Action.VIEW))
async def show_policy(app: App, response: Response) -> PolicyScreen:
    """The policy with its JSON schema and its version, which is the ETag."""
    return tagged(await app.administration.policy.show(), response)


@router.get("/changes", dependencies=allow(Resource.POLICY, Action.VIEW))
async def list_policy_changes(app: App) -> list[ChangeLine]:
    """Who changed what, when and why; the newest first."""
    return await app.administration.policy.history()


@router.post("/preview", dependencies=allow(Resource.POLICY, Action.VIEW))
async def preview_policy(app: App, body: Annotated[dict[str, Any], Body()]) -> PolicyPreview:
    """How the cases that are open now would stand under another policy. Nothing is stored."""
    return await app.administration.policy.preview(body)


@router.put("", responses=VERSIONED, dependencies=allow(Resource.POLICY, Action.EDIT))
async def change_policy(
    app: App, id_: Id, who: Who, body: PolicyIn, response: Response, seen: IfMatch = None
) -> PolicyScreen:
    """Replace the policy; needs ``If-Match``. Cases that are open keep what they were promised."""
    unlimited(who)
    changed = await app.administration.policy.change(body.policy, seen, by(who, id_, body.reason))
    return tagged(changed, response)
