"""Messages as staff see them: what was told when, and what became of it; never to which address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import NotFoundError, WrongStateError
from domain.vocabulary import MessageState
from models import tables as t
from models.reach import EVERYTHING, Reach


@dataclass(frozen=True)
class MessageLine:
    """A message in a list. ``recipient`` is a reference, such as ``contact:CO-1`` or ``role:team_lead``."""

    id: int
    case_id: str
    visit_id: str | None
    occasion: str
    recipient: str
    language: str
    channel: str
    state: str
    reason: str
    reference: str
    attempts: int
    not_before: datetime
    created_at: datetime
    sent_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True)
class MessagePage:
    """Messages, the newest first; ``next_cursor`` leads to the next page."""

    items: list[MessageLine]
    next_cursor: str | None


async def of_case(session: AsyncSession, case_id: str) -> list[MessageLine]:
    """A case's messages, the newest first."""
    row = t.Message
    asked = select(row).where(col(row.case_id) == case_id).order_by(col(row.id).desc()).limit(500)
    return [_line(found) for found in await session.scalars(asked)]


async def page(
    session: AsyncSession, states: list[MessageState], before: int | None, limit: int, reach: Reach = EVERYTHING
) -> MessagePage:
    """Messages of cases within reach in these states (none: any), the newest first.

    Args:
        before: The id of the last one that is known.
    """
    row = t.Message
    asked = select(row).order_by(col(row.id).desc()).limit(limit + 1)
    if not reach.is_everything:
        asked = asked.join(t.Case, col(t.Case.id) == col(row.case_id)).where(reach.cases)
    if states:
        asked = asked.where(col(row.state).in_(states))
    if before is not None:
        asked = asked.where(col(row.id) < before)
    found = [_line(message) for message in await session.scalars(asked)]
    more = len(found) > limit
    return MessagePage(found[:limit], str(found[limit - 1].id) if more else None)


async def send_again(session: AsyncSession, number: int, now: datetime, reach: Reach = EVERYTHING) -> MessageLine:
    """Queue a message again that was not delivered.

    Raises:
        NotFoundError: There is none with this id.
        WrongStateError: It was sent, or it is on its way.
    """
    row = await session.get(t.Message, number, with_for_update=True)
    if row is None or not await reach.sees_case(session, row.case_id):
        raise NotFoundError("message", str(number))
    if row.state not in {MessageState.FAILED, MessageState.UNDELIVERABLE}:
        raise WrongStateError("message", str(number), row.state, "resend", "failed or undeliverable")
    row.state, row.reason, row.attempts, row.round = MessageState.QUEUED, "", 0, row.round + 1
    row.handed_at, row.not_before, row.updated_at = None, now, now
    return _line(row)


async def by_state(session: AsyncSession) -> dict[str, int]:
    """How many messages are in each state."""
    row = t.Message
    asked = select(col(row.state), func.count()).group_by(col(row.state))
    found = {str(state): count for state, count in await session.execute(asked)}
    return {state.value: found.get(state.value, 0) for state in MessageState}


def _line(row: t.Message) -> MessageLine:
    return MessageLine(
        id=row.id or 0,
        case_id=row.case_id,
        visit_id=row.visit_id,
        occasion=row.occasion,
        recipient=row.recipient,
        language=row.language,
        channel=row.channel,
        state=row.state,
        reason=row.reason,
        reference=row.reference,
        attempts=row.attempts,
        not_before=row.not_before,
        created_at=row.created_at,
        sent_at=row.sent_at,
        updated_at=row.updated_at,
    )
