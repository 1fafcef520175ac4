"""The world of one territory, as its planner needs it: a fixed number of queries, however much there is."""

from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.calendars import Calendar, open_intervals
from domain.holding import with_holds
from domain.ids import CaseId, LocationId, Sku, TerritoryId, van_of
from domain.policy import PlanningSettings
from domain.world import EngineerState, Point, Span, WarehouseState, World
from models import tables as t
from models.repositories import holds
from models.repositories.planning_engineers import engineer_fields
from models.repositories.planning_visits import open_visits
from models.repositories.policies import service_policy
from models.repositories.territories import opening_hours, territory


async def planning_settings(session: AsyncSession, territory_id: TerritoryId) -> PlanningSettings:
    """What the territory's policy says about planning.

    Raises:
        NotFoundError: There is no such territory.
    """
    return (await service_policy(session, territory_id)).planning


async def load_world(
    session: AsyncSession,
    territory_id: TerritoryId,
    now: datetime,
    settings: PlanningSettings,
    asking: CaseId | None = None,
) -> World:
    """The territory at one moment.

    Args:
        session: Best one that sees one consistent state.
        territory_id: Which territory.
        now: The (virtual) present.
        settings: How far ahead is planned.
        asking: A case whose own hold does not count, because it asks what is free.

    Raises:
        NotFoundError: There is no such territory.
    """
    area = await territory(session, territory_id)
    zone = ZoneInfo(area.time_zone)
    horizon_end = _local_midnight(now, zone, settings.horizon_days)
    engineers = await engineer_fields(session, territory_id, now, horizon_end, zone)
    visits = await open_visits(session, territory_id, list(engineers))
    held = await holds.live(session, territory_id, now, asking)
    houses = await _warehouses(session, territory_id, now, horizon_end)
    stock = await _free_stock(session, [*houses, *(van_of(id_) for id_ in engineers)])
    return World(
        territory=territory_id,
        now=now,
        horizon_end=horizon_end,
        engineers=tuple(EngineerState(**fields, van=stock[van_of(id_)]) for id_, fields in engineers.items()),
        visits=with_holds(visits, held),
        warehouses=tuple(WarehouseState(**fields, stock=stock[id_]) for id_, fields in houses.items()),
    )


def _local_midnight(now: datetime, zone: ZoneInfo, days: int) -> datetime:
    """The end of the last of so many local days, today included."""
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


async def _warehouses(
    session: AsyncSession, territory_id: TerritoryId, now: datetime, until: datetime
) -> dict[LocationId, dict[str, Any]]:
    """Fields of each warehouse that serves the territory, all but the stock. Retired ones serve nobody."""
    row = t.Warehouse
    serves = and_(col(row.active), or_(col(row.territory_id).is_(None), col(row.territory_id) == territory_id))
    return {
        LocationId(house.id): {
            "id": LocationId(house.id),
            "point": Point(house.latitude, house.longitude),
            "opening": _opening(house, now, until),
            "handling": timedelta(minutes=house.handling_minutes),
        }
        for house in await session.scalars(select(row).where(serves).order_by(col(row.id)))
    }


def _opening(house: t.Warehouse, now: datetime, until: datetime) -> tuple[Span, ...] | None:
    if not house.opening_hours:
        return None
    hours = Calendar(name=house.id, time_zone=house.time_zone, hours=opening_hours(house.opening_hours))
    return tuple(Span(start, end) for start, end in open_intervals(hours, now, until))


async def _free_stock(session: AsyncSession, locations: list[LocationId]) -> dict[LocationId, dict[Sku, int]]:
    """Units that no booking holds, by location and part."""
    row = t.Stock
    free = col(row.on_hand) - col(row.reserved)
    asked = select(col(row.location_id), col(row.sku), free).where(col(row.location_id).in_(locations), free > 0)
    found: dict[LocationId, dict[Sku, int]] = defaultdict(dict)
    for location, sku, units in await session.execute(asked):
        found[LocationId(location)][Sku(sku)] = units
    return found
