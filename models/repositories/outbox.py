"""The outbox: what an event makes worth telling, written in the event's own transaction.

So nothing is told that did not happen, nothing that happened is forgotten, and a repeated command tells nothing twice
(docs/adr/0012-messages.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import any_, bindparam, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.messages import EventDraft
from domain.occasions import PROMISED, Notice, Occasion, notices
from domain.vocabulary import MessageState
from models import tables as t
from models.repositories import message_settings
from models.repositories.rows import table_of

_MESSAGES, _CALLS, _EVENTS, _HOOKS = (
    table_of(t.Message),
    table_of(t.WebhookDelivery),
    table_of(t.CaseEvent),
    table_of(t.Webhook),
)
_CALL_WEBHOOKS = (
    insert(_CALLS)
    .from_select(
        ["webhook_id", "event_id", "topic", "state", "attempts", "last_answer", "created_at", "updated_at"],
        select(
            _HOOKS.c.id,
            _EVENTS.c.id,
            _EVENTS.c.kind,
            literal(MessageState.QUEUED.value),
            literal(0),
            literal(""),
            bindparam("now", type_=_CALLS.c.created_at.type),
            bindparam("now", type_=_CALLS.c.created_at.type),
        ).where(
            _EVENTS.c.workflow_id == bindparam("workflow"),
            _EVENTS.c.command_id == bindparam("command"),
            _EVENTS.c.seq >= bindparam("first"),
            _HOOKS.c.active,
            or_(func.cardinality(_HOOKS.c.topics) == 0, _EVENTS.c.kind == any_(_HOOKS.c.topics)),
        ),
    )
    .on_conflict_do_nothing()
)


@dataclass(frozen=True)
class _Recipient:
    ref: str
    language: str
    time_zone: str


async def tell(
    session: AsyncSession,
    workflow_id: str,
    command_id: str,
    drafts: Sequence[EventDraft],
    now: datetime,
    case_id: str | None,
    visit_id: str | None,
    first: int = 0,
) -> None:
    """Queue a message for every notice of these events, and a call for every webhook that wants to hear of them."""
    await session.execute(_CALL_WEBHOOKS, {"now": now, "workflow": workflow_id, "command": command_id, "first": first})
    found = [notice for draft in drafts for notice in notices(draft, command_id, visit_id)] if case_id else []
    if case_id and found:
        await _queue(session, found, case_id, visit_id, now)


async def _queue(session: AsyncSession, found: list[Notice], case_id: str, visit_id: str | None, now: datetime) -> None:
    settings = await message_settings.load(session)
    customer: _Recipient | None = None
    for notice in found:
        occasion = notice.occasion
        if notice.role is None and visit_id and (notice.takes_back or occasion is Occasion.VISIT_BOOKED):
            before = await _last_said(session, visit_id)
            if notice.takes_back and before not in PROMISED:
                continue
            if occasion is Occasion.VISIT_BOOKED and before is not None:
                occasion = Occasion.VISIT_MOVED
        if occasion in settings.silent:
            continue
        if notice.role is None:
            customer = customer or await _customer(session, case_id)
            to = customer
        else:
            to = _Recipient(f"role:{notice.role}", settings.staff_language, "UTC")
        row = {
            "case_id": case_id,
            "visit_id": visit_id,
            "occasion": occasion.value,
            "key": notice.key,
            "recipient": to.ref,
            "language": to.language,
            "channel": "",
            "state": MessageState.QUEUED,
            "reason": "",
            "reference": "",
            "attempts": 0,
            "round": 1,
            "not_before": now if notice.urgent else settings.not_before(now, to.time_zone),
            "created_at": now,
            "updated_at": now,
            "about": notice.subject,
        }
        await session.execute(insert(_MESSAGES).on_conflict_do_nothing(), row)


async def _last_said(session: AsyncSession, visit_id: str) -> Occasion | None:
    """The last thing that the customer was told of a visit's time."""
    about = (*PROMISED, Occasion.VISIT_UNPLANNED, Occasion.VISIT_CANCELLED)
    row = t.Message
    asked = (
        select(col(row.occasion))
        .where(col(row.visit_id) == visit_id, col(row.occasion).in_([o.value for o in about]))
        .order_by(col(row.id).desc())
        .limit(1)
    )
    last = await session.scalar(asked)
    return Occasion(last) if last else None


async def _customer(session: AsyncSession, case_id: str) -> _Recipient:
    row = await session.get(t.Case, case_id)
    area = await session.get(t.Territory, row.territory_id) if row and row.territory_id else None
    person = await _person(session, row) if row else None
    return _Recipient(
        f"contact:{person.id}" if person else "contact:",
        person.language if person else "en",
        area.time_zone if area else "UTC",
    )


async def _person(session: AsyncSession, row: t.Case) -> t.Contact | None:
    if row.contact_id:
        return await session.get(t.Contact, row.contact_id)
    asked = select(t.Contact).where(col(t.Contact.customer_id) == row.customer_id).order_by(col(t.Contact.id)).limit(1)
    return (await session.scalars(asked)).one_or_none()


# --- handing over --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """Something that waits to be taken over; ``round`` tells a repetition from the first time."""

    number: int
    round: int


async def waiting_messages(session: AsyncSession, now: datetime, limit: int) -> list[Waiting]:
    """Messages whose time has come, the oldest first."""
    row = t.Message
    asked = (
        select(col(row.id), col(row.round))
        .where(col(row.state) == MessageState.QUEUED, col(row.handed_at).is_(None), col(row.not_before) <= now)
        .order_by(col(row.not_before), col(row.id))
        .limit(limit)
    )
    return [Waiting(number or 0, again) for number, again in await session.execute(asked)]


async def waiting_calls(session: AsyncSession, limit: int) -> list[Waiting]:
    """Calls of webhooks that nobody has taken over, the oldest first."""
    row = t.WebhookDelivery
    asked = (
        select(col(row.id))
        .where(col(row.state) == MessageState.QUEUED, col(row.handed_at).is_(None))
        .order_by(col(row.id))
        .limit(limit)
    )
    return [Waiting(number or 0, 1) for number in await session.scalars(asked)]


async def handed_over(session: AsyncSession, kind: Any, numbers: list[int], now: datetime) -> None:
    """Note that workflows have taken these over."""
    await session.execute(update(kind).where(col(kind.id).in_(numbers)).values(handed_at=now, updated_at=now))


async def nobody_can_send(session: AsyncSession, now: datetime, limit: int) -> int:
    """Settle messages whose time has come while no channel is configured; returns how many there were."""
    numbers = [waiting.number for waiting in await waiting_messages(session, now, limit)]
    settled = {"state": MessageState.UNDELIVERABLE, "reason": "no_channel", "handed_at": now, "updated_at": now}
    await session.execute(update(t.Message).where(col(t.Message.id).in_(numbers)).values(**settled))
    return len(numbers)
