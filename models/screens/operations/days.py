"""Days as people count them, in one time zone."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import InvalidInputError
from models import tables as t
from models.screens.operations.filters import Span

A_DAY = timedelta(days=1)


async def zone_of(session: AsyncSession, named: str | None, territories: tuple[str, ...]) -> ZoneInfo:
    """The zone that is named, else the one in which most of these territories (of all, if none is given) lie.

    Raises:
        InvalidInputError: There is no such zone.
    """
    if named is None:
        row = t.Territory
        asked = select(col(row.time_zone)).where(col(row.active))
        if territories:
            asked = asked.where(col(row.id).in_(territories))
        asked = asked.group_by(col(row.time_zone)).order_by(func.count().desc(), col(row.time_zone)).limit(1)
        named = await session.scalar(asked) or "UTC"
    try:
        return ZoneInfo(named)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidInputError("zone", f"there is no time zone {named!r}") from error


def midnight(now: datetime, zone: ZoneInfo, days_ago: int = 0) -> datetime:
    """The beginning of today, or of a day before it."""
    day = now.astimezone(zone).date() - timedelta(days=days_ago)
    return datetime.combine(day, time(0), tzinfo=zone)


def day_of(start: datetime) -> Span:
    """The day that begins at a midnight."""
    return Span(start, datetime.combine(start.date() + A_DAY, time(0), tzinfo=start.tzinfo))
