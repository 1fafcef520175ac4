"""The audit: append what happened, read a case's timeline."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.because import Because
from domain.messages import EventDraft
from models import tables as t
from models.documents import to_json
from models.repositories import outbox
from models.repositories.commands import CommandKey
from models.repositories.rows import table_of

_APPEND = insert(table_of(t.CaseEvent))


@dataclass(frozen=True)
class TimelineEntry:
    """One event as it is read. ``recorded_at`` is later than ``at`` for what was sent late."""

    id: int
    kind: str
    at: datetime
    recorded_at: datetime
    actor_role: str
    actor_id: str
    case_id: str | None = None
    visit_id: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


async def append(
    session: AsyncSession,
    key: CommandKey,
    drafts: Sequence[EventDraft],
    now: datetime,
    *,
    case_id: str | None = None,
    visit_id: str | None = None,
    first: int = 0,
) -> None:
    """Add a command's events in their order, and queue what people and other systems are told of them.

    Args:
        key: The command; it may have written each ``seq`` only once.
        first: The first event's ``seq``, for a command that appends more than once.
    """
    rows = [
        {
            "case_id": case_id,
            "visit_id": visit_id,
            "workflow_id": key.workflow_id,
            "command_id": key.command_id,
            "seq": seq,
            "kind": draft.kind,
            "at": draft.at,
            "recorded_at": now,
            "actor_role": draft.actor.role,
            "actor_id": draft.actor.id,
            "data": {**draft.data, **because_data(draft.because)},
        }
        for seq, draft in enumerate(drafts, start=first)
    ]
    if rows:
        await session.execute(_APPEND, rows)
        await outbox.tell(session, key.workflow_id, key.command_id, drafts, now, case_id, visit_id, first)


def because_data(because: tuple[Because, ...]) -> dict[str, Any]:
    """What an event's data hold beside its reason in English."""
    return {"because": to_json(tuple[Because, ...], because)} if because else {}


async def timeline(session: AsyncSession, case_id: str, *, after: int = 0, limit: int = 500) -> list[TimelineEntry]:
    """A case's events, those of its visits included, in the order in which they were recorded.

    Args:
        after: Only events with a higher id, to page on.
        limit: At most this many.
    """
    row = t.CaseEvent
    asked = select(row).where(col(row.case_id) == case_id, col(row.id) > after).order_by(col(row.id)).limit(limit)
    return [_entry(event) for event in await session.scalars(asked)]


def _entry(event: t.CaseEvent) -> TimelineEntry:
    return TimelineEntry(
        id=event.id or 0,
        kind=event.kind,
        at=event.at,
        recorded_at=event.recorded_at,
        actor_role=event.actor_role,
        actor_id=event.actor_id,
        case_id=event.case_id,
        visit_id=event.visit_id,
        data=event.data,
    )
