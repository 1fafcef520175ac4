"""Short ways to look at the record."""

from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlmodel import col

from models import tables as t
from models.columns import Row
from models.session import Database

R = TypeVar("R", bound=Row)


async def get(database: Database, kind: type[R], key: Any) -> R:
    async with database.reading() as session:
        return await session.get_one(kind, key)


async def count(database: Database, kind: type[Row]) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(kind)) or 0


async def events(database: Database) -> list[str]:
    """The kinds of all events in their order."""
    async with database.reading() as session:
        return list(await session.scalars(select(col(t.CaseEvent.kind)).order_by(col(t.CaseEvent.id))))


async def stock_of(database: Database, location: str, sku: str = "P1") -> tuple[int, int]:
    """Units on hand, and reserved ones among them."""
    line = await get(database, t.Stock, (location, sku))
    return line.on_hand, line.reserved
