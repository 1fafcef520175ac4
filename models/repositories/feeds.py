"""The secret paths of engineers' calendars."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.people import Actor
from models import tables as t


async def rotate(session: AsyncSession, engineer_id: str, by: Actor, now: datetime) -> str:
    """A new secret for an engineer's calendar; the one before opens nothing any more."""
    secret = secrets.token_urlsafe(32)
    values = {"secret_sha256": _hash(secret), "made_at": now, "made_by": f"{by.role}:{by.id}"}
    row = insert(t.CalendarFeed).values(engineer_id=engineer_id, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["engineer_id"], set_=values))
    return secret


async def end(session: AsyncSession, engineer_id: str) -> None:
    """Close an engineer's feed."""
    await session.execute(delete(t.CalendarFeed).where(col(t.CalendarFeed.engineer_id) == engineer_id))


async def engineer_of(session: AsyncSession, secret: str) -> str | None:
    """Whose calendar a secret opens."""
    row = t.CalendarFeed
    asked = select(col(row.engineer_id)).where(col(row.secret_sha256) == _hash(secret))
    found: str | None = await session.scalar(asked)
    return found


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
