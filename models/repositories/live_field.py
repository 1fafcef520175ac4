"""What is going on now in the field: engineers, parts on their way, and parts that have run out."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.ids import EngineerId, LocationId, ReservationId, Sku, TerritoryId, VisitId
from domain.vocabulary import BookingState, ReservationState
from domain.world import Point
from models import tables as t


@dataclass(frozen=True)
class LiveShift:
    """One shift, early, late or standby."""

    start: datetime
    end: datetime
    kind: str


@dataclass(frozen=True)
class LiveEngineer:
    """An engineer: home, shifts around now, where the last visit ended, what is in the van and free to use."""

    id: EngineerId
    territory: TerritoryId
    home: Point
    shifts: tuple[LiveShift, ...] = ()
    last_place: Point | None = None
    last_finish: datetime | None = None
    van: Mapping[Sku, int] = field(default_factory=dict)
    serials: Mapping[Sku, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LiveShipment:
    """A part on its way to a visit."""

    reservation: ReservationId
    visit: VisitId
    ready_at: datetime


@dataclass(frozen=True)
class Shortage:
    """A part of which a location has no free unit left. ``territory`` is whose stock it is."""

    location: LocationId
    territory: TerritoryId
    sku: Sku
    is_van: bool = False
    serialised: bool = False


async def engineers_around(session: AsyncSession, start: datetime, end: datetime) -> list[LiveEngineer]:
    """Every active engineer with the shifts that overlap a stretch, by id."""
    row = t.Engineer
    people = list(await session.scalars(select(row).where(col(row.active)).order_by(col(row.id))))
    shifts: dict[str, list[LiveShift]] = defaultdict(list)
    asked = select(t.Shift).where(col(t.Shift.ends_at) > start, col(t.Shift.starts_at) < end)
    for shift in await session.scalars(asked.order_by(col(t.Shift.starts_at))):
        shifts[shift.engineer_id].append(LiveShift(shift.starts_at, shift.ends_at, shift.kind))
    last, vans, serials = await _last_places(session), await _vans(session), await _van_serials(session)
    return [
        LiveEngineer(
            id=EngineerId(person.id),
            territory=TerritoryId(person.territory_id),
            home=Point(person.home_latitude, person.home_longitude),
            shifts=tuple(shifts[person.id]),
            last_place=last[person.id][0] if person.id in last else None,
            last_finish=last[person.id][1] if person.id in last else None,
            van=vans[person.id],
            serials=serials[person.id],
        )
        for person in people
    ]


async def shipments(session: AsyncSession) -> list[LiveShipment]:
    """Every part that was sent and has not arrived, the next one first."""
    row = t.Reservation
    asked = select(row).where(col(row.state) == ReservationState.SHIPPED, col(row.ready_at).is_not(None))
    return [
        LiveShipment(ReservationId(part.id), VisitId(part.visit_id), part.ready_at)
        for part in await session.scalars(asked.order_by(col(row.ready_at), col(row.id)))
        if part.ready_at is not None
    ]


async def shortages(session: AsyncSession) -> list[Shortage]:
    """Every stock line without a free unit that may be filled up: neither warehouse nor part is retired.

    A warehouse that serves all belongs to the first territory.
    """
    stock, place = t.Stock, t.StockLocation
    first = select(func.min(col(t.Territory.id))).scalar_subquery()
    owner = func.coalesce(col(t.Engineer.territory_id), col(t.Warehouse.territory_id), first)
    asked = (
        select(col(stock.location_id), owner, col(stock.sku), col(place.kind), col(t.Part.serialised))
        .join(place, col(place.id) == col(stock.location_id))
        .join(t.Part, col(t.Part.sku) == col(stock.sku))
        .outerjoin(t.Engineer, col(t.Engineer.id) == col(place.engineer_id))
        .outerjoin(t.Warehouse, col(t.Warehouse.id) == col(place.warehouse_id))
        .where(col(stock.on_hand) == col(stock.reserved), col(t.Part.active), col(t.Warehouse.active).is_not(False))
        .order_by(col(stock.location_id), col(stock.sku))
    )
    return [
        Shortage(LocationId(location), TerritoryId(area), Sku(sku), kind is t.LocationKind.VAN, serialised)
        for location, area, sku, kind, serialised in await session.execute(asked)
    ]


async def _last_places(session: AsyncSession) -> dict[str, tuple[Point, datetime]]:
    booking = t.Booking
    asked = (
        select(col(booking.engineer_id), col(booking.finish), col(t.Site.latitude), col(t.Site.longitude))
        .join(t.Visit, col(t.Visit.id) == col(booking.visit_id))
        .join(t.Site, col(t.Site.id) == col(t.Visit.site_id))
        .where(col(booking.state) == BookingState.DONE)
        .order_by(col(booking.engineer_id), col(booking.finish).desc())
        .ext(distinct_on(col(booking.engineer_id)))
    )
    return {
        engineer: (Point(latitude, longitude), finish)
        for engineer, finish, latitude, longitude in await session.execute(asked)
    }


async def _vans(session: AsyncSession) -> dict[str | None, dict[Sku, int]]:
    stock, place = t.Stock, t.StockLocation
    found: dict[str | None, dict[Sku, int]] = defaultdict(dict)
    free = col(stock.on_hand) - col(stock.reserved)
    asked = (
        select(col(place.engineer_id), col(stock.sku), free)
        .join(place, col(place.id) == col(stock.location_id))
        .where(col(place.kind) == t.LocationKind.VAN, free > 0)
    )
    for engineer, sku, units in await session.execute(asked):
        found[engineer][Sku(sku)] = units
    return found


async def _van_serials(session: AsyncSession) -> dict[str | None, dict[Sku, str]]:
    unit, held, place = t.SerialNumber, t.ReservationSerial, t.StockLocation
    found: dict[str | None, dict[Sku, str]] = defaultdict(dict)
    taken = select(held).where(col(held.sku) == col(unit.sku), col(held.serial) == col(unit.serial), col(held.active))
    asked = (
        select(col(place.engineer_id), col(unit.sku), func.min(col(unit.serial)))
        .join(place, col(place.id) == col(unit.location_id))
        .where(col(place.kind) == t.LocationKind.VAN, ~taken.exists())
        .group_by(col(place.engineer_id), col(unit.sku))
    )
    for engineer, sku, serial in await session.execute(asked):
        found[engineer][Sku(sku)] = serial
    return found
