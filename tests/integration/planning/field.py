"""A territory in the record, what it is asked, and stand-ins for the solver's process and the roads."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import select
from sqlmodel import col
from temporalio.testing import ActivityEnvironment

from activities.planning.activities import PlanningActivities
from activities.planning.grid import Ways
from domain.ids import PlanId, TerritoryId
from domain.messages import PlanOutcome, PlanRequest, PublishOutcome, PublishRequest
from domain.vocabulary import BookingState
from domain.world import Point
from models import tables as t
from models.session import Database
from scheduler.budget import Budget
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.solve import plan
from tests.builders import NOW, a_case_row, a_company, a_site, a_visit_row, at, save

T = TypeVar("T")
T1 = TerritoryId("T1")
METRES_PER_DEGREE = 111_000
METRES_PER_SECOND = 10


class InlineSolver:
    """Solves in this process, quickly and always alike."""

    def __init__(self) -> None:
        self.engines: list[str] = []
        self.spoil: Callable[[Plan], Plan] = lambda found: found
        """Applied to the first answer."""

    async def solve(self, problem: Problem, budget: Budget, engine: str) -> Plan:
        self.engines.append(engine)
        # The steps end it: on a busy machine loading the compiled code alone may take longer than the seconds.
        found = plan(problem, budget=Budget(10 * budget.seconds, iterations=20), engine=engine)
        return self.spoil(found) if len(self.engines) == 1 else found


class StraightTravel:
    """Straight roads on a flat map."""

    async def ways(self, points: Sequence[Point]) -> Ways:
        places = np.array([(p.latitude, p.longitude) for p in points], dtype=float).reshape(-1, 2)
        gaps = places[:, None, :] - places[None, :, :]
        metres = np.rint(np.hypot(gaps[..., 0], gaps[..., 1]) * METRES_PER_DEGREE)
        return Ways(tuple(points), np.ceil(metres / METRES_PER_SECOND).astype(np.int32), metres.astype(np.int32))


def a_shift(engineer: str = "E1", start: float = 0, end: float = 9, **changes: Any) -> t.Shift:
    given = {"engineer_id": engineer, "starts_at": at(start), "ends_at": at(end), "overtime_minutes": 60}
    return t.Shift(**given | changes)


async def a_field(database: Database) -> None:
    """The company of the builders, with both engineers at work from 8 to 17."""
    await save(database, *a_company(), a_shift("E1"), a_shift("E2"))


async def ask(database: Database, number: int = 1, where: tuple[float, float] = (53.55, 10.0), **changes: Any) -> str:
    """A visit that somebody asks for; its id."""
    site, case = f"SI-X{number}", f"C-{number}"
    visit = f"{case}-V1"
    await save(
        database,
        a_site(site, latitude=where[0], longitude=where[1]),
        a_case_row(case, site_id=site),
        a_visit_row(visit, site_id=site, **changes),
    )
    return visit


async def run(activity: Callable[[Any], Awaitable[T]], argument: object) -> T:
    """Run an activity as a worker would."""
    outcome: T = await ActivityEnvironment().run(activity, argument)
    return outcome


async def optimise(planning: PlanningActivities, number: int = 1, hours: float = 0, hold: bool = False) -> PlanOutcome:
    return await run(planning.optimise, PlanRequest(T1, number, at(hours), "a test", hold=hold))


async def publish(planning: PlanningActivities, plan_id: PlanId, hours: float = 0) -> PublishOutcome:
    return await run(planning.publish, PublishRequest(T1, plan_id, at(hours)))


async def plan_and_publish(planning: PlanningActivities, number: int = 1, hours: float = 0) -> PublishOutcome:
    made = await optimise(planning, number, hours)
    return await publish(planning, made.plan_id, hours)


async def occupying(database: Database) -> dict[str, t.Booking]:
    """The current booking of each visit."""
    async with database.reading() as session:
        asked = select(t.Booking).where(col(t.Booking.state).in_(t.OCCUPYING))
        return {booking.visit_id: booking for booking in await session.scalars(asked)}


async def every(database: Database, table: type[T]) -> list[T]:
    """All rows of a table."""
    async with database.reading() as session:
        return list(await session.scalars(select(table)))


async def set_state(database: Database, visit: str, **changes: Any) -> None:
    """What a visit's workflow would have recorded meanwhile."""
    async with database.transaction() as session:
        row = await session.get_one(t.Visit, visit)
        for name, value in changes.items():
            setattr(row, name, value)
        row.version += 1


async def set_booking(database: Database, visit: str, state: BookingState, **changes: Any) -> None:
    """Bring a visit's booking to another state."""
    booking = (await occupying(database))[visit]
    async with database.transaction() as session:
        row = await session.get_one(t.Booking, booking.id)
        row.state = state
        for name, value in changes.items():
            setattr(row, name, value)


__all__ = [
    "NOW", "T1", "InlineSolver", "StraightTravel", "a_field", "a_shift", "ask", "every", "occupying", "optimise",
    "plan_and_publish", "publish", "run", "set_booking", "set_state",
]  # fmt: skip
