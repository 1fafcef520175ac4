"""What administrators change, written with its audit in one transaction, and never over somebody else's change."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.differences import differences
from domain.errors import CalloutError
from domain.ids import CommandId
from domain.people import Actor
from models import tables as t


class VersionMissingError(CalloutError):
    """The caller does not say what it has seen."""

    code = "version_missing"
    http_status = 428

    def __init__(self) -> None:
        super().__init__("Say which version the change is based on: send the ETag that you have seen as If-Match.")


class VersionChangedError(CalloutError):
    """Somebody changed it since the caller looked."""

    code = "version_changed"
    http_status = 412

    def __init__(self, what: str, last: "ChangeLine | None") -> None:
        who = f" by {last.actor_id} at {last.at:%Y-%m-%d %H:%M} UTC" if last else ""
        super().__init__(
            f"{what} was changed{who} after you opened it. Nothing of yours was saved. Look at what it is now, "
            "then decide again.",
            changed_by=last.actor_id if last else "",
            changed_at=last.at.isoformat() if last else "",
            reason=last.reason if last else "",
            changed=sorted(last.after.keys() | last.before.keys()) if last else [],
        )


class RepeatedSecretError(CalloutError):
    """The same command came again, and its answer held a secret that is kept nowhere."""

    code = "secret_not_shown_again"
    http_status = 409

    def __init__(self) -> None:
        super().__init__("This was done already, and what it showed is not kept. Make a new one.")


@dataclass(frozen=True)
class By:
    """Who changes something, by which command, and why."""

    actor: Actor
    command_id: CommandId
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class ChangeLine:
    """One change, as the audit shows it. ``before`` and ``after`` hold what differs, by dotted path."""

    id: int
    subject: str
    kind: str
    at: datetime
    actor_role: str
    actor_id: str
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]


async def is_done(session: AsyncSession, by: By) -> bool:
    """Whether this very command was carried out before."""
    row = t.AdminChange
    return await session.scalar(select(col(row.id)).where(col(row.command_id) == by.command_id)) is not None


async def write_down(
    session: AsyncSession, subject: str, kind: str, by: By, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Add a change to the audit, in the transaction that makes it."""
    old, new = differences(before, after)
    row = t.AdminChange(
        subject=subject,
        kind=kind,
        command_id=by.command_id,
        at=by.at,
        actor_role=by.actor.role,
        actor_id=by.actor.id,
        reason=by.reason,
        before=old,
        after=new,
    )
    session.add(row)
    await session.flush()


def kind_of(was_active: bool, is_active: bool) -> str:
    """The kind of a change of what can be retired."""
    if was_active == is_active:
        return "changed"
    return "enabled" if is_active else "disabled"


async def history(session: AsyncSession, subject: str, limit: int = 50) -> list[ChangeLine]:
    """What was changed, the newest first."""
    row = t.AdminChange
    asked = select(row).where(col(row.subject) == subject).order_by(col(row.id).desc()).limit(limit)
    return [_line(found) for found in await session.scalars(asked)]


async def require_version(session: AsyncSession, what: str, subject: str, given: str | None, current: str) -> None:
    """Go on only if the caller has seen the current version.

    Args:
        what: The thing's name at the beginning of a sentence.
        given: The header ``If-Match``.
        current: The present ETag; its row is locked, so it stays.

    Raises:
        VersionMissingError: Nothing was given.
        VersionChangedError: Another one was given.
    """
    if given is None:
        raise VersionMissingError
    if current not in {tag.strip().removeprefix("W/") for tag in given.split(",")}:
        raise VersionChangedError(what, next(iter(await history(session, subject, 1)), None))


def etag_of(document: Mapping[str, Any]) -> str:
    """A version that follows from what is shown alone, for things that do not count their changes."""
    canonical = json.dumps(document, sort_keys=True, default=str, ensure_ascii=False)
    return f'"{hashlib.sha256(canonical.encode()).hexdigest()[:20]}"'


def _line(row: t.AdminChange) -> ChangeLine:
    return ChangeLine(
        row.id or 0, row.subject, row.kind, row.at, row.actor_role, row.actor_id, row.reason, row.before, row.after
    )
