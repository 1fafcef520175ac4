"""The world of one territory, as its planner needs it: a fixed number of queries, however much there is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.calendars import Calendar, open_intervals
from domain.case import VisitNeeds
from domain.ids import (
    BookingId,
    CaseId,
    EngineerId,
    LocationId,
    ReservationId,
    Sku,
    TerritoryId,
    VisitId,
    van_of,
)
from domain.parts import PartNeed
from domain.people import Role
from domain.policy import PlanningSettings
from domain.registration import ArrivalWindow
from domain.vocabulary import BookingState, VisitState
from domain.world import (
    BookingFact,
    BreakRule,
    Duty,
    EngineerState,
    Held,
    LastSeen,
    OpenVisit,
    Point,
    SkillHeld,
    Span,
    WarehouseState,
    World,
)
from models import tables as t
from models.documents import from_json
from models.repositories.policies import service_policy
from models.repositories.territories import opening_hours, territory

OPEN = [state for state in VisitState if not state.is_final]
LOOK_BACK = timedelta(hours=16)
"""Shifts that ended, and visits that were finished, this long ago may still say where an engineer is."""


async def planning_settings(session: AsyncSession, territory_id: TerritoryId) -> PlanningSettings:
    """What the territory's policy says about planning.

    Raises:
        NotFoundError: There is no such territory.
    """
    return (await service_policy(session, territory_id)).planning


async def load_world(
    session: AsyncSession, territory_id: TerritoryId, now: datetime, settings: PlanningSettings
) -> World:
    """The territory at one moment.

    Args:
        session: Best one that sees one consistent state.
        territory_id: Which territory.
        now: The (virtual) present.
        settings: How far ahead is planned.

    Raises:
        NotFoundError: There is no such territory.
    """
    area = await territory(session, territory_id)
    zone = ZoneInfo(area.time_zone)
    horizon_end = _local_midnight(now, zone, settings.horizon_days)
    engineers = await _engineers(session, territory_id, now, horizon_end, zone)
    visits = await _visits(session, territory_id, list(engineers))
    houses = await _warehouses(session, territory_id, now, horizon_end)
    stock = await _free_stock(session, [*houses, *(van_of(id_) for id_ in engineers)])
    return World(
        territory=territory_id,
        now=now,
        horizon_end=horizon_end,
        engineers=tuple(EngineerState(**fields, van=stock[van_of(id_)]) for id_, fields in engineers.items()),
        visits=tuple(visits),
        warehouses=tuple(WarehouseState(**fields, stock=stock[id_]) for id_, fields in houses.items()),
    )


def _local_midnight(now: datetime, zone: ZoneInfo, days: int) -> datetime:
    """The end of the last of so many local days, today included."""
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


# --- engineers -----------------------------------------------------------------------------------------------


async def _engineers(
    session: AsyncSession, territory_id: TerritoryId, now: datetime, until: datetime, zone: ZoneInfo
) -> dict[EngineerId, dict[str, Any]]:
    """Fields of each engineer's state, all but the van."""
    row = t.Engineer
    asked = select(row).where(col(row.territory_id) == territory_id, col(row.active)).order_by(col(row.id))
    people = {EngineerId(person.id): person for person in await session.scalars(asked)}
    ids = list(people)
    skills = await _skills(session, ids, zone)
    tools = _grouped(
        await _rows(session, select(t.EngineerTool).where(col(t.EngineerTool.engineer_id).in_(ids))), "engineer_id"
    )
    shifts = _grouped(await _rows(session, _shifts(ids, now, until)), "engineer_id")
    absences = _grouped(await _rows(session, _absences(ids, now, until)), "engineer_id")
    seen = await _last_seen(session, ids, now)
    return {
        id_: {
            "id": id_,
            "home": (home := Point(person.home_latitude, person.home_longitude)),
            "duties": tuple(_duty(shift, home) for shift in shifts[id_]),
            "absences": tuple(Span(away.starts_at, away.ends_at) for away in absences[id_]),
            "skills": skills[id_],
            "tools": frozenset(tool.tool for tool in tools[id_]),
            "last_seen": seen.get(id_),
            "max_visits": person.max_visits,
            "cents_per_hour": person.cost_per_hour_cents,
            "cents_per_km": person.cost_per_km_cents,
        }
        for id_, person in people.items()
    }


def _shifts(ids: list[EngineerId], now: datetime, until: datetime) -> Select[Any]:
    row = t.Shift
    return (
        select(row)
        .where(col(row.engineer_id).in_(ids), col(row.ends_at) > now - LOOK_BACK, col(row.starts_at) < until)
        .order_by(col(row.starts_at))
    )


def _absences(ids: list[EngineerId], now: datetime, until: datetime) -> Select[Any]:
    row = t.Absence
    return (
        select(row)
        .where(col(row.engineer_id).in_(ids), col(row.ends_at) > now - LOOK_BACK, col(row.starts_at) < until)
        .order_by(col(row.starts_at))
    )


def _duty(shift: t.Shift, home: Point) -> Duty:
    pause = None
    if shift.break_earliest is not None and shift.break_latest is not None and shift.break_minutes:
        pause = BreakRule(shift.break_earliest, shift.break_latest, timedelta(minutes=shift.break_minutes))
    return Duty(
        start=shift.starts_at,
        end=shift.ends_at,
        start_point=_point(shift.start_latitude, shift.start_longitude) or home,
        end_point=_point(shift.end_latitude, shift.end_longitude) or home,
        overtime=timedelta(minutes=shift.overtime_minutes),
        pause=pause,
    )


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else Point(latitude, longitude)


async def _skills(session: AsyncSession, ids: list[EngineerId], zone: ZoneInfo) -> dict[str, dict[str, SkillHeld]]:
    found: dict[str, dict[str, SkillHeld]] = defaultdict(dict)
    for held in await _rows(session, select(t.EngineerSkill).where(col(t.EngineerSkill.engineer_id).in_(ids))):
        ends = held.expires_on and datetime.combine(held.expires_on + timedelta(days=1), time(0), tzinfo=zone)
        found[held.engineer_id][held.skill] = SkillHeld(held.level, ends)
    return found


async def _last_seen(session: AsyncSession, ids: list[EngineerId], now: datetime) -> dict[EngineerId, LastSeen]:
    booking = t.Booking
    asked = (
        select(col(booking.engineer_id), col(booking.finish), col(t.Site.latitude), col(t.Site.longitude))
        .join(t.Visit, col(t.Visit.id) == col(booking.visit_id))
        .join(t.Site, col(t.Site.id) == col(t.Visit.site_id))
        .where(
            col(booking.engineer_id).in_(ids),
            col(booking.state) == BookingState.DONE,
            col(booking.arrival) > now - LOOK_BACK,
            col(booking.finish) <= now,
        )
        .order_by(col(booking.engineer_id), col(booking.finish).desc())
        .ext(distinct_on(col(booking.engineer_id)))
    )
    return {
        EngineerId(engineer): LastSeen(Point(latitude, longitude), finish)
        for engineer, finish, latitude, longitude in await session.execute(asked)
    }


# --- visits --------------------------------------------------------------------------------------------------


async def _visits(session: AsyncSession, territory_id: TerritoryId, engineers: list[EngineerId]) -> list[OpenVisit]:
    visit, booking = t.Visit, t.Booking
    occupies = and_(col(booking.visit_id) == col(visit.id), col(booking.state).in_(t.OCCUPYING))
    ours = and_(col(visit.territory_id) == territory_id, col(visit.state).in_(OPEN))
    asked = (
        select(visit, booking, col(t.Site.latitude), col(t.Site.longitude))
        .join(t.Site, col(t.Site.id) == col(visit.site_id))
        .outerjoin(booking, occupies)
        .where(or_(ours, col(booking.engineer_id).in_(engineers)))
        .order_by(col(visit.id))
    )
    rows = (await session.execute(asked)).all()
    held = await _held(session, [row[1].id for row in rows if row[1] is not None])
    return [_visit(*row, territory_id, held) for row in rows]


def _visit(
    visit: t.Visit,
    booking: t.Booking | None,
    latitude: float,
    longitude: float,
    territory_id: TerritoryId,
    held: Mapping[str, list[Held]],
) -> OpenVisit:
    return OpenVisit(
        id=VisitId(visit.id),
        case_id=CaseId(visit.case_id),
        version=visit.version,
        state=visit.state,
        severity=visit.severity,
        point=Point(latitude, longitude),
        requested=visit.requested_at,
        needs=VisitNeeds(
            duration=timedelta(seconds=visit.duration_seconds),
            skills=visit.skills,
            tools=tuple(visit.tools),
            parts=from_json(tuple[PartNeed, ...], visit.parts),
            windows=from_json(tuple[ArrivalWindow, ...], visit.windows),
        ),
        on_site_due=visit.on_site_due,
        resolve_due=visit.latest_sla_end,
        earliest=visit.earliest,
        booking=_booking(booking, tuple(held.get(booking.id, ()))) if booking is not None else None,
        preferred=EngineerId(visit.preferred_engineer_id) if visit.preferred_engineer_id else None,
        excluded=frozenset(EngineerId(id_) for id_ in visit.excluded_engineers),
        departed=visit.departed_at,
        arrived=visit.arrived_at,
        is_foreign=visit.territory_id != territory_id,
    )


def _booking(row: t.Booking, held: tuple[Held, ...]) -> BookingFact:
    window = None
    if row.window_start is not None and row.window_end is not None:
        window = ArrivalWindow(row.window_start, row.window_end)
    return BookingFact(
        id=BookingId(row.id),
        state=row.state,
        engineer=EngineerId(row.engineer_id),
        arrival=row.arrival,
        finish=row.finish,
        travel=timedelta(seconds=row.travel_seconds),
        predicted_arrival=row.predicted_arrival,
        predicted_finish=row.predicted_finish,
        window=window,
        held=held,
        by_person=row.plan_id is None and row.made_by_role is not Role.SYSTEM,
    )


async def _held(session: AsyncSession, bookings: list[str]) -> dict[str, list[Held]]:
    row = t.Reservation
    asked = select(row).where(col(row.booking_id).in_(bookings), col(row.state).in_(t.ACTIVE)).order_by(col(row.id))
    found: dict[str, list[Held]] = defaultdict(list)
    for held in await session.scalars(asked):
        found[held.booking_id].append(
            Held(
                ReservationId(held.id),
                Sku(held.sku),
                held.quantity,
                held.source,
                LocationId(held.location_id),
                held.state,
                held.ready_at,
            )
        )
    return found


# --- stock ---------------------------------------------------------------------------------------------------


async def _warehouses(
    session: AsyncSession, territory_id: TerritoryId, now: datetime, until: datetime
) -> dict[LocationId, dict[str, Any]]:
    """Fields of each warehouse that serves the territory, all but the stock."""
    row = t.Warehouse
    serves = or_(col(row.territory_id).is_(None), col(row.territory_id) == territory_id)
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


async def _rows(session: AsyncSession, asked: Select[Any]) -> list[Any]:
    return list(await session.scalars(asked))


def _grouped(rows: Iterable[Any], key: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found
