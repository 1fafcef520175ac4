"""Which commands an activity has carried out already."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import tables as t
from models.documents import from_json, to_json
from models.repositories.rows import table_of

T = TypeVar("T")
_COMMANDS = table_of(t.HandledCommand)
_CLAIM = insert(_COMMANDS).on_conflict_do_nothing().returning(_COMMANDS.c.activity)


@dataclass(frozen=True)
class CommandKey:
    """What makes a command the same command: who asked, which command, and which activity carries it out."""

    workflow_id: str
    command_id: str
    activity: str


async def begin(session: AsyncSession, key: CommandKey, now: datetime) -> bool:
    """Whether the command is new. Of two transactions at the same time the second waits for the first."""
    row = {
        "workflow_id": key.workflow_id,
        "command_id": key.command_id,
        "activity": key.activity,
        "handled_at": now,
    }
    return await session.scalar(_CLAIM, row) is not None


async def keep_answer(session: AsyncSession, key: CommandKey, answer: Any) -> None:
    """Remember what a command was answered, as a JSON document."""
    await session.execute(update(t.HandledCommand).where(*_is(key)).values(answer=answer))


async def answer_of(session: AsyncSession, key: CommandKey) -> Any:
    """What a command was answered; None without an answer."""
    return await session.scalar(select(col(t.HandledCommand.answer)).where(*_is(key)))


async def forget(session: AsyncSession, key: CommandKey) -> None:
    """Let a command be new again, because nothing came of it."""
    await session.execute(delete(t.HandledCommand).where(*_is(key)))


async def once(
    session: AsyncSession, key: CommandKey, now: datetime, kind: type[T], act: Callable[[], Awaitable[T]]
) -> T:
    """Carry out a command, or answer a repeated one as the first time.

    Args:
        kind: The type of the answer.
        act: What the command does, within the session's transaction.
    """
    if not await begin(session, key, now):
        return from_json(kind, await answer_of(session, key))
    answer = await act()
    await keep_answer(session, key, to_json(kind, answer))
    return answer


def _is(key: CommandKey) -> tuple[Any, ...]:
    row = t.HandledCommand
    return (
        col(row.workflow_id) == key.workflow_id,
        col(row.command_id) == key.command_id,
        col(row.activity) == key.activity,
    )
