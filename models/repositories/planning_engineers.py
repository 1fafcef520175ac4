"""Engineers as the planner sees them: skills, tools, shifts, absences, and where they finished last."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.ids import EngineerId, TerritoryId
from domain.vocabulary import BookingState
from domain.world import BreakRule, Duty, LastSeen, Point, SkillHeld, Span
from models import tables as t

LOOK_BACK = timedelta(hours=16)
"""Shifts that ended, and visits that were finished, this long ago may still say where an engineer is."""


async def engineer_fields(
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


async def _rows(session: AsyncSession, asked: Select[Any]) -> list[Any]:
    return list(await session.scalars(asked))


def _grouped(rows: Iterable[Any], key: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found
