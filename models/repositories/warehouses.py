"""Warehouses, as administrators change them."""

from collections.abc import Sequence

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import InvalidInputError, NotFoundError
from models import tables as t
from models.reach import Reach


async def warehouses(session: AsyncSession, reach: Reach) -> list[tuple[t.Warehouse, int]]:
    """Every warehouse within reach by name, retired ones included, with the units that lie there."""
    row = t.Warehouse
    asked = select(row, _units()).where(reach.warehouses).order_by(col(row.name), col(row.id))
    return [(house, int(units)) for house, units in await session.execute(asked)]


async def locked_warehouse(session: AsyncSession, warehouse_id: str) -> t.Warehouse:
    """One warehouse; nothing comes in, and nobody else changes it, until the transaction ends.

    Raises:
        NotFoundError: There is none with this id.
    """
    found = await session.get(t.Warehouse, warehouse_id, with_for_update=True)
    if found is None:
        raise NotFoundError("warehouse", warehouse_id)
    return found


async def require_warehouse(session: AsyncSession, reach: Reach, warehouse_id: str) -> None:
    """Go on only if the warehouse is within reach.

    Raises:
        NotFoundError: It is not, or does not exist.
    """
    row = t.Warehouse
    asked = select(col(row.id)).where(col(row.id) == warehouse_id, reach.warehouses)
    if await session.scalar(asked) is None:
        raise NotFoundError("warehouse", warehouse_id)


async def add(session: AsyncSession, house: t.Warehouse) -> None:
    """Add a warehouse and its stock location.

    Raises:
        InvalidInputError: The id is taken, whatever the case of its letters, or there is no such territory.
    """
    place = t.StockLocation
    taken = await session.scalar(select(col(place.id)).where(func.lower(col(place.id)) == house.id.lower()))
    if taken is not None:
        raise InvalidInputError("id", f"{taken!r} is there already; choose another number", why="taken")
    await require_territory(session, house.territory_id)
    session.add(house)
    await session.flush()
    session.add(place(id=house.id, kind=t.LocationKind.WAREHOUSE, warehouse_id=house.id))
    await session.flush()


async def require_territory(session: AsyncSession, territory_id: str | None) -> None:
    """Go on only if the territory that a warehouse serves exists.

    Raises:
        InvalidInputError: It does not.
    """
    if territory_id is not None and await session.get(t.Territory, territory_id) is None:
        raise InvalidInputError("territory_id", f"there is no territory {territory_id!r}")


async def units_left(session: AsyncSession, warehouse_id: str) -> dict[str, int]:
    """Units that lie in a warehouse, held ones included, by part."""
    row = t.Stock
    asked = select(col(row.sku), col(row.on_hand)).where(col(row.location_id) == warehouse_id, col(row.on_hand) > 0)
    return {line.sku: line.on_hand for line in await session.execute(asked.order_by(col(row.sku)))}


async def held_outside(session: AsyncSession, warehouse_id: str, territory_id: str) -> Sequence[str]:
    """Visits of other territories for which parts are held in a warehouse."""
    row, visit = t.Reservation, t.Visit
    asked = (
        select(col(visit.id))
        .join(row, col(row.visit_id) == col(visit.id))
        .where(
            col(row.location_id) == warehouse_id,
            col(row.state).in_(t.ACTIVE),
            col(visit.territory_id) != territory_id,
        )
        .distinct()
        .order_by(col(visit.id))
    )
    return list(await session.scalars(asked))


def _units() -> ScalarSelect[int]:
    row = t.Stock
    here = select(func.coalesce(func.sum(col(row.on_hand)), 0)).where(col(row.location_id) == col(t.Warehouse.id))
    return here.scalar_subquery()
