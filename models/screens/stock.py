"""What the stock keeper works from: places, what lies there, what must be picked, what is on its way."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, ScalarSelect, Select, and_, cast, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import InvalidInputError, NotFoundError
from domain.vocabulary import PartSource, ReservationState
from models import tables as t
from models.reach import Reach
from models.repositories.stock_held import SENT

DAYS = 2
"""Parts are picked for today and tomorrow."""
_TWO_ZONES = timedelta(days=1)
"""No zone's midnight is further from another's."""


@dataclass(frozen=True)
class LocationLine:
    """A warehouse, or an engineer's van, which has the engineer's name and no place of its own.

    Attributes:
        territory: The territory that it serves; None serves all.
        opening_hours: As a territory's business hours, local there; empty means always.
    """

    id: str
    kind: t.LocationKind
    name: str
    territory: str | None
    time_zone: str
    latitude: float | None
    longitude: float | None
    opening_hours: list[dict[str, Any]]


@dataclass(frozen=True)
class LocationPage:
    """Every location within reach: warehouses, then vans."""

    items: list[LocationLine]


@dataclass(frozen=True)
class StockLine:
    """A part at a location.

    Attributes:
        free: Units that are held for no visit.
        sent: Held units that are on their way to their visits: they are on record here, and do not lie here.
    """

    location: str
    location_name: str
    kind: t.LocationKind
    sku: str
    name: str
    on_hand: int
    reserved: int
    free: int
    sent: int
    serialised: bool


@dataclass(frozen=True)
class StockPage:
    """A page by location and part; ``next_cursor`` is None on the last one."""

    items: list[StockLine]
    next_cursor: str | None


@dataclass(frozen=True)
class HeldPart:
    """Units that are held for a visit.

    Attributes:
        arrival: When the engineer is to be at the customer's.
        time_zone: The territory's.
        ready_at: When the part is to be there; None when it lies there.
        late: It should be there by now, and is not.
    """

    reservation_id: str
    visit_id: str
    case_id: str
    engineer_id: str
    engineer: str
    location: str
    location_name: str
    sku: str
    name: str
    quantity: int
    source: PartSource
    state: ReservationState
    arrival: datetime
    time_zone: str
    ready_at: datetime | None
    late: bool


@dataclass(frozen=True)
class HeldPage:
    """Parts that are held for visits."""

    items: list[HeldPart]


async def locations(session: AsyncSession, reach: Reach) -> LocationPage:
    """Every location within reach: warehouses, then vans, by name."""
    place = t.StockLocation
    asked = (
        _placed(select(place, t.Warehouse, t.Engineer, col(t.Territory.time_zone)))
        .outerjoin(t.Territory, col(t.Territory.id) == col(t.Engineer.territory_id))
        .where(_within(reach))
        .order_by(col(t.Warehouse.name), col(t.Engineer.name), col(place.id))
    )
    return LocationPage([_location(*row) for row in await session.execute(asked)])


async def require_location(session: AsyncSession, reach: Reach, location_id: str) -> None:
    """Go on only if the location is within reach.

    Raises:
        NotFoundError: It is not, or does not exist.
    """
    asked = _placed(select(col(t.StockLocation.id))).where(col(t.StockLocation.id) == location_id, _within(reach))
    if await session.scalar(asked) is None:
        raise NotFoundError("stock location", location_id)


async def stock(
    session: AsyncSession, reach: Reach, location: str | None, text: str | None, cursor: str | None, limit: int
) -> StockPage:
    """A page of what lies where.

    Args:
        location: Of this location alone; one out of reach has nothing.
        text: A part of the part's number or name.

    Raises:
        InvalidInputError: The cursor was not made here.
    """
    lot, part, place = t.Stock, t.Part, t.StockLocation
    asked = (
        _placed(
            select(lot, part, col(place.kind), place_name(), _sent())
            .select_from(lot)
            .join(place, col(place.id) == col(lot.location_id))
            .join(part, col(part.sku) == col(lot.sku))
        )
        .where(_within(reach))
        .order_by(col(lot.location_id), col(lot.sku))
        .limit(limit + 1)
    )
    if location:
        asked = asked.where(col(lot.location_id) == location)
    if text:
        asked = asked.where(
            or_(col(part.sku).icontains(text, autoescape=True), col(part.name).icontains(text, autoescape=True))
        )
    if cursor:
        asked = asked.where(tuple_(col(lot.location_id), col(lot.sku)) > tuple_(*_from_cursor(cursor)))
    found = [
        StockLine(
            location=row.location_id,
            location_name=at,
            kind=kind,
            sku=row.sku,
            name=what.name,
            on_hand=row.on_hand,
            reserved=row.reserved,
            free=row.on_hand - row.reserved,
            sent=int(sent),
            serialised=what.serialised,
        )
        for row, what, kind, at, sent in await session.execute(asked)
    ]
    page = found[:limit]
    return StockPage(page, _to_cursor(page[-1]) if len(found) > limit else None)


async def to_pick(session: AsyncSession, reach: Reach, now: datetime) -> HeldPage:
    """What the visits of today and tomorrow need, by engineer and arrival. Days are the territory's own."""
    arrival, zone = col(t.Booking.arrival), col(t.Territory.time_zone)
    day, today = cast(func.timezone(zone, arrival), Date), cast(func.timezone(zone, now), Date)
    soon = and_(
        arrival.between(now - _TWO_ZONES, now + timedelta(days=DAYS) + _TWO_ZONES), day >= today, day < today + DAYS
    )
    asked = _held(reach).where(soon).order_by(col(t.Engineer.name), arrival, col(t.Reservation.id))
    return HeldPage([_part(now, *row) for row in await session.execute(asked)])


async def expected(session: AsyncSession, reach: Reach, now: datetime) -> HeldPage:
    """Parts that are sent to their visits and are not there yet, the longest due first."""
    row = t.Reservation
    awaited = and_(
        col(row.source) == PartSource.SHIPMENT, col(row.state).in_((ReservationState.HELD, ReservationState.SHIPPED))
    )
    asked = _held(reach).where(awaited).order_by(col(row.ready_at).nulls_last(), col(row.id))
    return HeldPage([_part(now, *found) for found in await session.execute(asked)])


def _held(reach: Reach) -> Select[*tuple[Any, ...]]:
    """Active reservations of bookings that still stand, for visits within reach."""
    row, place = t.Reservation, t.StockLocation
    warehouse_or_van = func.coalesce(col(t.Warehouse.name), col(place.id))
    return (
        select(row, t.Booking, col(t.Visit.case_id), col(t.Engineer.name), warehouse_or_van, t.Part, t.Territory)
        .join(t.Booking, col(t.Booking.id) == col(row.booking_id))
        .join(t.Visit, col(t.Visit.id) == col(row.visit_id))
        .join(t.Territory, col(t.Territory.id) == col(t.Visit.territory_id))
        .join(t.Engineer, col(t.Engineer.id) == col(t.Booking.engineer_id))
        .join(t.Part, col(t.Part.sku) == col(row.sku))
        .join(place, col(place.id) == col(row.location_id))
        .outerjoin(t.Warehouse, col(t.Warehouse.id) == col(place.warehouse_id))
        .where(col(row.state).in_(t.ACTIVE), col(t.Booking.state).in_(t.OCCUPYING), reach.visits)
    )


def _part(
    now: datetime,
    row: t.Reservation,
    booking: t.Booking,
    case_id: str,
    engineer: str,
    place: str,
    part: t.Part,
    area: t.Territory,
) -> HeldPart:
    awaited = row.source is PartSource.SHIPMENT and row.state is not ReservationState.READY
    return HeldPart(
        reservation_id=row.id,
        visit_id=row.visit_id,
        case_id=case_id,
        engineer_id=booking.engineer_id,
        engineer=engineer,
        location=row.location_id,
        location_name=place,
        sku=row.sku,
        name=part.name,
        quantity=row.quantity,
        source=row.source,
        state=row.state,
        arrival=booking.arrival,
        time_zone=area.time_zone,
        ready_at=row.ready_at,
        late=awaited and row.ready_at is not None and row.ready_at < now,
    )


def _placed(asked: Select[*tuple[Any, ...]]) -> Select[Any]:
    place = t.StockLocation
    return asked.outerjoin(t.Warehouse, col(t.Warehouse.id) == col(place.warehouse_id)).outerjoin(
        t.Engineer, col(t.Engineer.id) == col(place.engineer_id)
    )


def _within(reach: Reach) -> ColumnElement[bool]:
    """Locations within reach. A retired warehouse is empty and is none any more."""
    place = t.StockLocation
    return or_(
        and_(col(place.warehouse_id).is_not(None), col(t.Warehouse.active), reach.warehouses),
        and_(col(place.engineer_id).is_not(None), reach.engineers),
    )


def _sent() -> ScalarSelect[int]:
    row, lot = t.Reservation, t.Stock
    here = and_(col(row.location_id) == col(lot.location_id), col(row.sku) == col(lot.sku), SENT)
    return select(func.coalesce(func.sum(col(row.quantity)), 0)).where(here).correlate(lot).scalar_subquery()


def place_name() -> ColumnElement[str]:
    """A warehouse's name, or whose van it is."""
    return func.coalesce(col(t.Warehouse.name), col(t.Engineer.name))


def _location(
    place: t.StockLocation, warehouse: t.Warehouse | None, engineer: t.Engineer | None, zone: str | None
) -> LocationLine:
    if warehouse is not None:
        where, hours = (warehouse.latitude, warehouse.longitude), warehouse.opening_hours
        area = warehouse.territory_id
        return LocationLine(place.id, place.kind, warehouse.name, area, warehouse.time_zone, *where, hours)
    assert engineer is not None, "a location is a warehouse or a van"  # noqa: S101 - the database's own rule
    return LocationLine(place.id, place.kind, engineer.name, engineer.territory_id, zone or "UTC", None, None, [])


def _to_cursor(last: StockLine) -> str:
    return base64.urlsafe_b64encode(json.dumps([last.location, last.sku]).encode()).decode()


def _from_cursor(cursor: str) -> tuple[str, str]:
    try:
        location, sku = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, TypeError, binascii.Error) as error:
        raise InvalidInputError("cursor", "must be the next_cursor of the page before") from error
    if not (isinstance(location, str) and isinstance(sku, str)) or "\0" in location + sku:
        raise InvalidInputError("cursor", "must be the next_cursor of the page before")
    return location, sku
