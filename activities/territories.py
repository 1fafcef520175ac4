"""Activities behind what people change about a territory's plan."""

from datetime import timedelta

from temporalio import activity

from activities.errors import typed_errors
from domain.messages import AbsenceRequest, Bookings, MoveRequest, PinRequest
from models import tables as t
from models.repositories import changes_by_people, commands, engineers, moves
from models.repositories.territories import distance_km
from models.session import Database, Session

DETOUR = 1.3
"""How much longer roads are than the straight line."""
KM_PER_HOUR = 30
"""City traffic. The next prediction replaces this estimate by the planner's travel times."""


class TerritoryActivities:
    """Holds the record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn
    @typed_errors
    async def record_absence(self, asked: AbsenceRequest) -> Bookings:
        """Note an absence and release the bookings of that time. Key: (territory workflow, command)."""
        key = commands.CommandKey(f"territory/{asked.territory}", asked.absence.command.id, "record_absence")
        async with self._database.transaction() as session:
            return await commands.once(
                session, key, asked.now, Bookings, lambda: changes_by_people.record_absence(session, asked, key)
            )

    @activity.defn
    @typed_errors
    async def move_visit(self, asked: MoveRequest) -> Bookings:
        """Move a visit as a person wants it. Key: (territory workflow, command)."""
        key = commands.CommandKey(f"territory/{asked.territory}", asked.move.command.id, "move_visit")

        async def move() -> Bookings:
            travel = await _way_from_home(session, asked)
            return await changes_by_people.move_visit(session, asked, key, travel)

        async with self._database.transaction() as session:
            return await commands.once(session, key, asked.now, Bookings, move)

    @activity.defn
    @typed_errors
    async def pin_visit(self, asked: PinRequest) -> Bookings:
        """Fix what planning may not change about a booking. Key: (territory workflow, command)."""
        key = commands.CommandKey(f"territory/{asked.territory}", asked.pin.command.id, "pin_visit")

        async def pin() -> Bookings:
            await moves.pin_visit(session, asked, key)
            return Bookings()

        async with self._database.transaction() as session:
            return await commands.once(session, key, asked.now, Bookings, pin)


async def _way_from_home(session: Session, asked: MoveRequest) -> timedelta:
    person = await engineers.engineer(session, asked.move.engineer)
    visit = await changes_by_people.locked_visit(session, asked.move.visit_id)
    site = await session.get_one(t.Site, visit.site_id)
    km = distance_km(person.home_latitude, person.home_longitude, site.latitude, site.longitude)
    return timedelta(seconds=round(km * DETOUR / KM_PER_HOUR * 3600))
