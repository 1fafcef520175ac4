"""Plans for other programs: an engineer's calendar, a territory's map."""

import copy
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from api.ical import calendar, geojson
from domain.errors import CalloutError
from domain.people import Actor
from models.reach import EVERYTHING, Reach
from models.repositories import feeds
from models.screens import engineers, plans
from models.session import Database, Session

BACK, AHEAD = timedelta(days=14), timedelta(days=60)


class NoFeedError(CalloutError):
    """The secret opens no calendar (any more)."""

    code = "not_found"
    http_status = 404

    def __init__(self) -> None:
        super().__init__("There is no such calendar, or not any more. Make a new address for it.")


@dataclass(frozen=True)
class NewFeed:
    """An engineer's feed. The path is shown only now; whoever knows it reads the calendar."""

    engineer_id: str
    path: str


class Calendars:
    """Holds the record."""

    def __init__(self, database: Database, now: Callable[[], Awaitable[datetime]]) -> None:
        self._database = database
        self._now = now
        self._reach = EVERYTHING

    def within(self, reach: Reach) -> "Calendars":
        """The same for a caller who does not see everything."""
        limited = copy.copy(self)
        limited._reach = reach  # noqa: SLF001 - a copy of its own kind
        return limited

    async def of_engineer(self, engineer_id: str) -> str:
        """An engineer's calendar.

        Raises:
            NotFoundError: There is no such engineer.
        """
        now = await self._now()
        async with self._database.reading() as session:
            await self._reach.require_engineer(session, engineer_id)
            return await _calendar(session, engineer_id, now)

    async def of_feed(self, secret: str) -> str:
        """The calendar that a secret opens.

        Raises:
            NoFeedError: It opens none.
        """
        now = await self._now()
        async with self._database.reading() as session:
            engineer_id = await feeds.engineer_of(session, secret)
            if engineer_id is None:
                raise NoFeedError
            return await _calendar(session, engineer_id, now)

    async def rotate(self, engineer_id: str, by: Actor) -> NewFeed:
        """A new secret path; the one before is closed.

        Raises:
            NotFoundError: There is no such engineer.
        """
        now = await self._now()
        async with self._database.transaction() as session:
            await self._reach.require_engineer(session, engineer_id)
            await engineers.engineer(session, engineer_id)
            secret = await feeds.rotate(session, engineer_id, by, now)
        return NewFeed(engineer_id, f"/api/feeds/{secret}/calendar.ics")

    async def end(self, engineer_id: str) -> None:
        """Close an engineer's feed."""
        async with self._database.transaction() as session:
            await self._reach.require_engineer(session, engineer_id)
            await feeds.end(session, engineer_id)

    async def map_of(self, territory_id: str) -> dict[str, Any]:
        """A territory's published plan as GeoJSON.

        Raises:
            NotFoundError: There is no such territory.
        """
        async with self._database.reading() as session:
            await self._reach.require_territory(session, territory_id)
            return geojson(await plans.territory_plan(session, territory_id))


async def _calendar(session: Session, engineer_id: str, now: datetime) -> str:
    row = await engineers.engineer(session, engineer_id)
    stops = await plans.stops(session, [engineer_id], engineers.SHOWN, now - BACK, now + AHEAD)
    return calendar(row.name, stops, now)
