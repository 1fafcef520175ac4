"""The answer to a command whose workflow has ended: what it did then, or why it can do nothing now."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import CalloutError, NotFoundError, UnavailableError, WrongStateError
from domain.messages import Receipt
from models import tables as t

_KINDS: dict[str, Any] = {"case": t.Case, "visit": t.Visit}


async def receipt_after_end(session: AsyncSession, workflow_id: str, command_id: str) -> Receipt:
    """Where the case or visit stands, if its workflow carried the command out before it ended.

    Raises:
        NotFoundError: There is no such case or visit.
        WrongStateError: It is over, and the command came too late.
        UnavailableError: It is not over, but its workflow does not run.
    """
    what, _, key = workflow_id.partition("/")
    if what not in _KINDS:
        raise UnavailableError(f"The workflow {workflow_id} does not run at the moment. Try again shortly.")
    row = await session.get(_KINDS[what], key)
    if row is None:
        raise NotFoundError(what, key)
    if await was_carried_out(session, workflow_id, command_id):
        version = row.progress_version if what == "visit" else row.version
        return Receipt(row.id, row.state, version, row.next_step or "", row.responsible, row.due_at)
    raise _too_late(what, row)


def _too_late(what: str, row: Any) -> CalloutError:
    if row.state.is_final:
        return WrongStateError(what, row.id, row.state, "any command", "still open")
    return UnavailableError(f"The workflow of {what} {row.id} does not run at the moment. Try again shortly.")


async def was_carried_out(session: AsyncSession, workflow_id: str, command_id: str) -> bool:
    """Whether a workflow has carried a command out."""
    row = t.CaseEvent
    asked = select(col(row.id)).where(col(row.workflow_id) == workflow_id, col(row.command_id) == command_id).limit(1)
    return await session.scalar(asked) is not None
