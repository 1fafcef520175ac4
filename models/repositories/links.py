"""Customers' links: made, looked up, revoked."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.customer_link import LinkRefusedError, LinkToken
from domain.errors import NotFoundError
from domain.ids import CaseId, LinkId
from domain.people import SYSTEM, Actor
from models import tables as t
from models.repositories.rows import take_turns


@dataclass(frozen=True)
class LinkLine:
    """A link in a list. ``state``: ``active``, ``expired`` or ``revoked``."""

    id: str
    case_id: str
    made_at: datetime
    made_by: str
    expires_at: datetime
    revoked_at: datetime | None
    state: str


async def make(session: AsyncSession, case_id: CaseId, by: Actor, now: datetime, validity: timedelta) -> t.CustomerLink:
    """A new link to a case.

    Raises:
        NotFoundError: There is no such case.
    """
    if await session.get(t.Case, case_id) is None:
        raise NotFoundError("case", case_id)
    row = t.CustomerLink(
        id=f"L-{secrets.token_hex(12)}",
        case_id=case_id,
        made_at=now,
        made_by_role=by.role,
        made_by=by.id,
        # Tokens carry whole seconds.
        expires_at=(now + validity).replace(microsecond=0),
    )
    session.add(row)
    await session.flush()
    return row


async def for_messages(
    session: AsyncSession, case_id: CaseId, now: datetime, validity: timedelta, at_least: timedelta
) -> t.CustomerLink:
    """The link that messages of a case carry: the last one sent while it still lasts ``at_least``, or a new one."""
    await take_turns(session, f"link of {case_id}")
    row = t.CustomerLink
    asked = (
        select(row)
        .where(
            col(row.case_id) == case_id,
            col(row.made_by_role) == SYSTEM.role,
            col(row.revoked_at).is_(None),
            col(row.expires_at) >= now + at_least,
        )
        .order_by(col(row.expires_at).desc())
        .limit(1)
    )
    known = (await session.scalars(asked)).one_or_none()
    return known or await make(session, case_id, SYSTEM, now, validity)


async def opened_by(session: AsyncSession, token: LinkToken, now: datetime) -> t.CustomerLink:
    """The link behind a token whose signature is good.

    Raises:
        LinkRefusedError: It is unknown, revoked or expired.
    """
    row = await session.get(t.CustomerLink, token.link_id)
    if row is None or row.revoked_at is not None or row.expires_at != token.expires_at or row.expires_at <= now:
        raise LinkRefusedError
    return row


async def of_case(session: AsyncSession, case_id: CaseId, now: datetime) -> list[LinkLine]:
    """A case's links, the newest first."""
    row = t.CustomerLink
    asked = select(row).where(col(row.case_id) == case_id).order_by(col(row.made_at).desc(), col(row.id))
    return [_line(found, now) for found in await session.scalars(asked)]


async def revoke(session: AsyncSession, link_id: LinkId, by: Actor, now: datetime) -> LinkLine:
    """End a link; one that has ended stays as it is.

    Raises:
        NotFoundError: There is none with this id.
    """
    row = await session.get(t.CustomerLink, link_id, with_for_update=True)
    if row is None:
        raise NotFoundError("link", link_id)
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = now, f"{by.role}:{by.id}"
    return _line(row, now)


def _line(row: t.CustomerLink, now: datetime) -> LinkLine:
    state = "revoked" if row.revoked_at else "expired" if row.expires_at <= now else "active"
    made_by = f"{row.made_by_role}:{row.made_by}"
    return LinkLine(row.id, row.case_id, row.made_at, made_by, row.expires_at, row.revoked_at, state)
