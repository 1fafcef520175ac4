"""The territories that somebody may choose from."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import tables as t
from models.reach import EVERYTHING, Reach


@dataclass(frozen=True)
class TerritoryLine:
    """A territory in a list; times in it are told in its zone."""

    id: str
    name: str
    time_zone: str


@dataclass(frozen=True)
class TerritoryPage:
    """Every territory: a company has few, so there is no further page."""

    items: list[TerritoryLine]
    next_cursor: str | None = None


async def territory_page(session: AsyncSession, reach: Reach = EVERYTHING) -> TerritoryPage:
    """Every active territory within reach, by name."""
    row = t.Territory
    asked = select(col(row.id), col(row.name), col(row.time_zone)).where(col(row.active), reach.territories)
    found = await session.execute(asked.order_by(col(row.name), col(row.id)))
    return TerritoryPage([TerritoryLine(*line) for line in found])
