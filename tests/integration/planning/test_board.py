"""The dispatcher's board on a real record."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter
from sqlalchemy import text

from activities.planning.activities import PlanningActivities
from domain.clock import ClockName
from domain.promise import StopPromise
from domain.vocabulary import BookingState, PinKind, VisitState
from models import tables as t
from models.screens import changes
from models.screens.board import board
from models.screens.board_lines import Board
from models.session import Database
from scheduler.warm_up import warm_up
from tests.builders import an_engineer, at, save, stock
from tests.integration.planning.field import (
    a_field,
    a_shift,
    ask,
    optimise,
    plan_and_publish,
    publish,
    set_booking,
    set_state,
)


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    """Loading compiled code takes longer than the solver may think about these small days."""
    warm_up()


def a_clock_row(case: str, name: ClockName = ClockName.RESOLVE, due: float = 48) -> t.SlaClock:
    return t.SlaClock(
        case_id=case, name=name, target_seconds=3600, calendar="always", started_at=at(0), warn_at=at(due * 0.75),
        due_at=at(due), state="running", stops=[],
    )  # fmt: skip


async def shown(database: Database, hours: float = 0) -> Board:
    async with database.reading() as session:
        return await board(session, "T1", at(hours), at(-8), at(40))


async def test_a_published_plan_with_its_break_its_parts_and_its_promise(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    await save(database, stock("W1", "P1", 5))
    pause = {"break_earliest": at(3), "break_latest": at(5), "break_minutes": 30}
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM shift"))
    await save(database, a_shift("E1", **pause))
    long = {"duration_seconds": 2 * 3600}
    visits = [await ask(database, n, **long) for n in (1, 2)]
    fetched = await ask(database, 3, parts=[{"sku": "P1", "quantity": 2}])
    await save(database, a_clock_row("C-1"), a_clock_row("C-2", due=0.5))
    await plan_and_publish(planning)
    found = await shown(database)
    stops = {stop.visit_id: stop for stop in found.stops}
    assert stops.keys() == {*visits, fetched}
    assert stops[visits[0]].sla.state is StopPromise.KEPT
    assert stops[visits[1]].sla.state is StopPromise.JEOPARDY
    assert [(p.sku, p.quantity, p.location) for p in stops[fetched].parts] == [("P1", 2, "W1")]
    assert [(w.warehouse_id, w.parts[0].quantity) for w in found.warehouse_stops] == [("W1", 2)]
    [shift] = found.engineers[0].shifts
    assert shift.break_is_planned
    assert shift.break_start is not None
    assert at(3) <= shift.break_start <= at(5)
    assert all(
        s.finish <= shift.break_start or s.arrival >= shift.break_start + timedelta(minutes=30) for s in found.stops
    )
    assert found.engineers[0].load is not None
    assert 0.5 < found.engineers[0].load < 1
    assert found.last_plan is not None
    assert found.draft is None


async def test_what_the_plan_says_is_not_shown_where_the_bookings_say_something_else(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    await save(database, stock("W1", "P1", 5))
    fetched = await ask(database, 1, parts=[{"sku": "P1", "quantity": 2}])
    await plan_and_publish(planning)
    assert (await shown(database)).warehouse_stops
    await set_booking(database, fetched, BookingState.PLANNED, arrival=at(7), finish=at(8), predicted_arrival=None)
    assert not (await shown(database)).warehouse_stops


async def test_what_is_fixed_says_why(database: Database, planning: PlanningActivities) -> None:
    await a_field(database)
    visits = [await ask(database, n) for n in (1, 2, 3)]
    await plan_and_publish(planning)
    await set_booking(database, visits[1], BookingState.CONFIRMED)
    await set_booking(database, visits[2], BookingState.PLANNED, pin=PinKind.BOTH)
    found = {stop.visit_id: (stop.movable, stop.fixed_because) for stop in (await shown(database)).stops}
    assert found == {visits[0]: (True, None), visits[1]: (False, "confirmed"), visits[2]: (False, "pinned")}


async def test_what_has_no_place_says_why(database: Database, planning: PlanningActivities) -> None:
    await a_field(database)
    visit = await ask(database, 1, skills={"gas": 2})
    await plan_and_publish(planning)
    [waiting] = (await shown(database)).unplanned
    assert (waiting.visit_id, waiting.minutes, waiting.skills) == (visit, 60, {"gas": 2})
    [reason] = waiting.reasons
    assert (reason.code, reason.count, reason.nearest, reason.lacking) == ("skill", 2, "E1", {"gas": 2})
    assert reason.people == {"E1": "Engineer E1"}
    assert "gas" in reason.sentence


async def test_a_plan_that_was_held_back_is_offered(database: Database, planning: PlanningActivities) -> None:
    await a_field(database)
    await ask(database, 1)
    held = await optimise(planning, 1)
    await publish(planning, (await optimise(planning, 2, hold=True)).plan_id)
    found = (await shown(database)).held_plan
    assert found is not None
    assert (found.id, found.differences) == (held.plan_id, 1)
    await plan_and_publish(planning, 3)
    assert (await shown(database)).held_plan is None


async def test_an_empty_territory_has_an_empty_board(database: Database) -> None:
    await save(database, t.Territory(id="T1", name="T", city="H", country="DE", time_zone="Europe/Berlin", latitude=53,
                                     longitude=10, business_hours=[]))  # fmt: skip
    found = await shown(database)
    assert (found.engineers, found.stops, found.unplanned, found.last_plan) == ([], [], [], None)


async def test_the_wire_names_of_the_span_are_from_and_to(database: Database) -> None:
    await a_field(database)
    document: dict[str, Any] = TypeAdapter(Board).dump_python(await shown(database), mode="json", by_alias=True)
    assert (document["from"], document["to"]) == ("2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z")


async def test_the_version_changes_with_everything_that_is_shown_and_with_nothing_else(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    await save(database, t.Territory(id="T2", name="T", city="H", country="DE", time_zone="Europe/Berlin", latitude=53,
                                     longitude=10, business_hours=[]))  # fmt: skip
    visit = await ask(database, 1)
    seen = [await version(database)]

    async def changed() -> bool:
        seen.append(await version(database))
        return seen[-1] not in seen[:-1]

    await plan_and_publish(planning)
    assert await changed()
    await set_state(database, visit, state=VisitState.BOOKED)
    assert await changed()
    await save(database, t.Absence(engineer_id="E1", starts_at=at(1), ends_at=at(2), reported_at=at(0)))
    assert await changed()
    await save(database, a_shift("E2", 24, 33))
    assert await changed()
    await save(database, an_engineer("E9", "T2"))
    assert not await changed()


async def version(database: Database) -> str:
    async with database.reading() as session:
        return await changes.version(session, "T1")
