"""Views that people keep."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import InvalidInputError, NotFoundError
from models import tables as t

MOST = 50


@dataclass(frozen=True)
class View:
    """A name for filters; ``query`` holds the list's query parameters."""

    name: str
    query: dict[str, Any]
    saved_at: datetime


async def views(session: AsyncSession, owner: str) -> list[View]:
    """Somebody's views by name."""
    row = t.SavedView
    asked = select(row).where(col(row.owner) == owner).order_by(col(row.name))
    return [View(view.name, view.query, view.saved_at) for view in await session.scalars(asked)]


async def save(session: AsyncSession, owner: str, view: View) -> View:
    """Keep a view; one of the same name is replaced.

    Raises:
        InvalidInputError: The owner has too many already.
    """
    row = t.SavedView
    others = select(func.count()).where(col(row.owner) == owner, col(row.name) != view.name)
    if (await session.scalar(others) or 0) >= MOST:
        raise InvalidInputError("name", f"you keep {MOST} views already: delete one first")
    values = {"query": view.query, "saved_at": view.saved_at}
    written = insert(row).values(owner=owner, name=view.name, **values)
    await session.execute(written.on_conflict_do_update(index_elements=["owner", "name"], set_=values))
    return view


async def forget(session: AsyncSession, owner: str, name: str) -> None:
    """Delete a view.

    Raises:
        NotFoundError: There is none of this name.
    """
    row = t.SavedView
    gone = delete(row).where(col(row.owner) == owner, col(row.name) == name).returning(col(row.name))
    if await session.scalar(gone) is None:
        raise NotFoundError("view", name)
