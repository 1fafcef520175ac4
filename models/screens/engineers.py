"""Engineers: who is meant, and one's day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import NotFoundError
from domain.vocabulary import BookingState
from models import tables as t
from models.reach import EVERYTHING, Reach
from models.repositories.territories import territory
from models.screens.plans import StopLine, stops

SHOWN = [state for state in BookingState if state is not BookingState.RELEASED]


@dataclass(frozen=True)
class EngineerName:
    """An engineer in a list."""

    id: str
    name: str
    territory: str


@dataclass(frozen=True)
class ShiftLine:
    """A stretch of work."""

    start: datetime
    end: datetime
    break_earliest: datetime | None
    break_minutes: int


@dataclass(frozen=True)
class AbsenceLine:
    """A stretch in which the engineer is away."""

    start: datetime
    end: datetime
    kind: str


@dataclass(frozen=True)
class EngineerDay:
    """An engineer's local day: shifts, absences, visits in order."""

    engineer: EngineerName
    day: date
    time_zone: str
    skills: dict[str, int]
    shifts: list[ShiftLine]
    absences: list[AbsenceLine]
    stops: list[StopLine]


async def engineers_called(session: AsyncSession, text: str, reach: Reach = EVERYTHING) -> list[EngineerName]:
    """The engineer with this id, or those whose name contains the text; capitals do not matter."""
    row = t.Engineer
    same_id = func.lower(col(row.id)) == text.lower()
    exact = (await session.scalars(select(row).where(same_id, reach.engineers))).one_or_none()
    if exact is not None:
        return [_name(exact)]
    like = select(row).where(col(row.name).icontains(text, autoescape=True), col(row.active), reach.engineers)
    found = [_name(engineer) for engineer in await session.scalars(like.order_by(col(row.name)).limit(20))]
    same = [engineer for engineer in found if engineer.name.casefold() == text.casefold()]
    return same or found


async def engineer(session: AsyncSession, engineer_id: str) -> t.Engineer:
    """One engineer.

    Raises:
        NotFoundError: There is none with this id.
    """
    row = await session.get(t.Engineer, engineer_id)
    if row is None:
        raise NotFoundError("engineer", engineer_id)
    return row


async def engineer_day(session: AsyncSession, engineer_id: str, day: date | None, now: datetime) -> EngineerDay:
    """An engineer's day, local to the territory.

    Args:
        day: None means today.

    Raises:
        NotFoundError: There is no such engineer.
    """
    row = await engineer(session, engineer_id)
    zone_name = (await territory(session, row.territory_id)).time_zone
    zone = ZoneInfo(zone_name)
    day = day or now.astimezone(zone).date()
    start = datetime.combine(day, time(0), tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone)
    skills = await session.scalars(select(t.EngineerSkill).where(col(t.EngineerSkill.engineer_id) == engineer_id))
    return EngineerDay(
        engineer=_name(row),
        day=day,
        time_zone=zone_name,
        skills={s.skill: s.level for s in skills if s.expires_on is None or s.expires_on >= day},
        shifts=await _shifts(session, engineer_id, start, end),
        absences=await _absences(session, engineer_id, start, end),
        stops=await stops(session, [engineer_id], SHOWN, start, end),
    )


def _name(row: t.Engineer) -> EngineerName:
    return EngineerName(row.id, row.name, row.territory_id)


async def _shifts(session: AsyncSession, engineer_id: str, start: datetime, end: datetime) -> list[ShiftLine]:
    row = t.Shift
    asked = (
        select(row)
        .where(col(row.engineer_id) == engineer_id, col(row.ends_at) > start, col(row.starts_at) < end)
        .order_by(col(row.starts_at))
    )
    return [ShiftLine(s.starts_at, s.ends_at, s.break_earliest, s.break_minutes) for s in await session.scalars(asked)]


async def _absences(session: AsyncSession, engineer_id: str, start: datetime, end: datetime) -> list[AbsenceLine]:
    row = t.Absence
    asked = (
        select(row)
        .where(col(row.engineer_id) == engineer_id, or_(col(row.ends_at) > start), col(row.starts_at) < end)
        .order_by(col(row.starts_at))
    )
    return [AbsenceLine(a.starts_at, a.ends_at, a.kind) for a in await session.scalars(asked)]
