"""Webhooks over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from api.access import Action, Resource, allow
from api.asking import Outer, Who
from api.schemas import Strict, example
from api.webhooks import NewWebhook
from domain.people import Role
from models.repositories.webhooks import CallLine, WebhookLine

router = APIRouter(tags=["webhooks"])
Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]
Topics = Annotated[list[Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]], Field(max_length=100)]


class WebhookIn(Strict):
    """A webhook; no topics means all."""

    model_config = example(url="https://erp.example.com/callout", topics=["registered", "visit_done"])
    url: Url
    topics: Topics = Field(default_factory=list)


class WebhookChangeIn(Strict):
    """What is to change."""

    url: Url | None = None
    topics: Topics | None = None
    active: bool | None = None


@router.post("/webhooks", status_code=201, dependencies=allow(Resource.WEBHOOK, Action.CHANGE))
async def make_webhook(outer: Outer, who: Who, body: WebhookIn) -> NewWebhook:
    """Tell another system of events. ``Callout-Signature`` is ``sha256=`` and HMAC-SHA256 of ``timestamp.body``."""
    return await outer.webhooks.make(body.url, body.topics, who.actor(Role.ADMIN))


@router.get("/webhooks", dependencies=allow(Resource.WEBHOOK, Action.VIEW))
async def list_webhooks(outer: Outer) -> list[WebhookLine]:
    """Every webhook; never its secret."""
    return await outer.webhooks.all_of_them()


@router.patch("/webhooks/{webhook_id}", dependencies=allow(Resource.WEBHOOK, Action.CHANGE))
async def change_webhook(outer: Outer, webhook_id: str, body: WebhookChangeIn) -> WebhookLine:
    """Change URL or topics, or switch it off and on."""
    return await outer.webhooks.change(webhook_id, body.url, body.topics, body.active)


@router.get("/webhooks/{webhook_id}/calls", dependencies=allow(Resource.WEBHOOK, Action.VIEW))
async def list_calls(
    outer: Outer,
    webhook_id: str,
    before: Annotated[int | None, Query(ge=1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[CallLine]:
    """The log: each call with its attempts and the last answer, the newest first."""
    return await outer.webhooks.calls(webhook_id, before, limit)


@router.post("/webhooks/{webhook_id}/test", status_code=202, dependencies=allow(Resource.WEBHOOK, Action.CHANGE))
async def test_webhook(outer: Outer, webhook_id: str) -> CallLine:
    """Queue a call with the topic ``test``; look into the log for the answer."""
    return await outer.webhooks.test(webhook_id)
