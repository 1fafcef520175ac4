"""Webhooks, and the calls that are made of them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.because import BecauseCode
from domain.errors import NotFoundError
from domain.people import Actor
from domain.vocabulary import MessageState
from models import tables as t

TEST_TOPIC = "test"


@dataclass(frozen=True)
class WebhookLine:
    """A webhook in a list, without its secret."""

    id: str
    url: str
    topics: list[str]
    active: bool
    made_at: datetime
    made_by: str


@dataclass(frozen=True)
class CallLine:
    """One call, and the last answer to it."""

    id: int
    topic: str
    event_id: int | None
    state: str
    attempts: int
    last_status: int | None
    last_answer: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Call:
    """A call that is to be made: whom, and what it tells. No contact data is part of an event."""

    url: str
    secret: str
    document: dict[str, Any]


async def make(session: AsyncSession, url: str, topics: list[str], by: Actor, now: datetime) -> tuple[WebhookLine, str]:
    """A new webhook, and its secret."""
    row = t.Webhook(
        id=f"WH-{secrets.token_hex(8)}",
        url=url,
        secret=secrets.token_urlsafe(32),
        topics=topics,
        made_at=now,
        made_by=f"{by.role}:{by.id}",
    )
    session.add(row)
    await session.flush()
    return _line(row), row.secret


async def change(
    session: AsyncSession, webhook_id: str, url: str | None, topics: list[str] | None, active: bool | None
) -> WebhookLine:
    """Change what is given; None leaves it.

    Raises:
        NotFoundError: There is none with this id.
    """
    row = await _require(session, webhook_id)
    row.url = row.url if url is None else url
    row.topics = row.topics if topics is None else topics
    row.active = row.active if active is None else active
    return _line(row)


async def all_of_them(session: AsyncSession) -> list[WebhookLine]:
    """Every webhook, in the order in which they were made."""
    return [_line(row) for row in await session.scalars(select(t.Webhook).order_by(col(t.Webhook.made_at)))]


async def calls(session: AsyncSession, webhook_id: str, before: int | None, limit: int) -> list[CallLine]:
    """A webhook's calls, the newest first; ``before`` is the id of the last one that is known.

    Raises:
        NotFoundError: There is no such webhook.
    """
    await _require(session, webhook_id)
    row = t.WebhookDelivery
    asked = select(row).where(col(row.webhook_id) == webhook_id).order_by(col(row.id).desc()).limit(limit)
    if before is not None:
        asked = asked.where(col(row.id) < before)
    return [_call(found) for found in await session.scalars(asked)]


async def queue_test(session: AsyncSession, webhook_id: str, now: datetime) -> CallLine:
    """Queue a call that tells of nothing.

    Raises:
        NotFoundError: There is no such webhook.
    """
    await _require(session, webhook_id)
    row = t.WebhookDelivery(
        webhook_id=webhook_id, topic=TEST_TOPIC, state=MessageState.QUEUED, created_at=now, updated_at=now
    )
    session.add(row)
    await session.flush()
    return _call(row)


async def begin(session: AsyncSession, number: int, now: datetime) -> Call | None:
    """Take up a call for one more attempt; None when it is settled, or its webhook was switched off.

    Raises:
        NotFoundError: There is no such call.
    """
    row = await session.get(t.WebhookDelivery, number, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError("webhook delivery", str(number))
    if row.state not in {MessageState.QUEUED, MessageState.SENDING}:
        return None
    hook = await session.get_one(t.Webhook, row.webhook_id)
    if not hook.active and row.topic != TEST_TOPIC:
        row.state, row.last_answer, row.updated_at = MessageState.UNDELIVERABLE, "The webhook is switched off.", now
        return None
    row.state, row.attempts, row.updated_at = MessageState.SENDING, row.attempts + 1, now
    event = await session.get(t.CaseEvent, row.event_id) if row.event_id else None
    return Call(hook.url, hook.secret, {"id": f"{row.webhook_id}-{row.id}", "topic": row.topic, **_event(event, now)})


async def settle(
    session: AsyncSession, number: int, state: MessageState, now: datetime, status: int | None, answer: str
) -> None:
    """Write down what became of an attempt."""
    row = await session.get_one(t.WebhookDelivery, number, with_for_update=True, populate_existing=True)
    if row.state is MessageState.SENT:
        return
    row.state, row.last_status, row.last_answer, row.updated_at = state, status, answer.replace("\x00", ""), now


async def give_up(session: AsyncSession, number: int, now: datetime) -> None:
    """Every attempt failed; the last answer stays to be read."""
    row = await session.get_one(t.WebhookDelivery, number, with_for_update=True, populate_existing=True)
    if row.state is not MessageState.SENT:
        row.state, row.updated_at = MessageState.FAILED, now


def _event(event: t.CaseEvent | None, now: datetime) -> dict[str, Any]:
    if event is None:
        return {"at": now.isoformat(), "case_id": None, "visit_id": None, "data": {}}
    return {
        "event_id": event.id,
        "at": event.at.isoformat(),
        "case_id": event.case_id,
        "visit_id": event.visit_id,
        "actor": {"role": event.actor_role, "id": event.actor_id},
        "data": without_free_text(event.data),
    }


FREE_TEXT = {"text", "note", "comment", "reason"}
"""What people typed may hold anything, names and phones too; other systems ask the API for it."""


def without_free_text(data: Mapping[str, Any]) -> dict[str, Any]:
    """An event's data as another system may have them."""
    kept = {name: value for name, value in data.items() if name not in FREE_TEXT}
    if "because" in kept:
        kept["because"] = [one for one in kept["because"] if one["code"] != BecauseCode.WORDS]
    return kept


async def _require(session: AsyncSession, webhook_id: str) -> t.Webhook:
    row = await session.get(t.Webhook, webhook_id)
    if row is None:
        raise NotFoundError("webhook", webhook_id)
    return row


def _line(row: t.Webhook) -> WebhookLine:
    return WebhookLine(row.id, row.url, row.topics, row.active, row.made_at, row.made_by)


def _call(row: t.WebhookDelivery) -> CallLine:
    return CallLine(
        id=row.id or 0,
        topic=row.topic,
        event_id=row.event_id,
        state=row.state,
        attempts=row.attempts,
        last_status=row.last_status,
        last_answer=row.last_answer,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
