"""Optimising and predicting on a real database: what is read, what is refused, what is told."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event
from temporalio.testing import ActivityEnvironment

from activities.planning.activities import PlanningActivities
from domain.ids import TerritoryId
from domain.messages import PlanRequest, Predicted, PredictRequest
from domain.people import Role
from domain.policy import PlanningSettings
from domain.vocabulary import BookingState, PinKind, ReservationState, VisitState
from domain.world import LastSeen, Point, SkillHeld, Span
from models import tables as t
from models.repositories.planning import load_world
from models.session import Database
from scheduler.budget import Budget
from scheduler.plan import Plan
from scheduler.problem import Problem
from tests.builders import NOW, a_booking_row, a_reservation, a_territory, an_engineer, at, save, stock
from tests.integration.planning.field import (
    T1,
    InlineSolver,
    StraightTravel,
    a_field,
    a_shift,
    ask,
    every,
    occupying,
    optimise,
    plan_and_publish,
    run,
    set_booking,
    set_state,
)

# --- the world --------------------------------------------------------------------------------------------------


async def test_the_world_is_what_the_record_says(database: Database) -> None:
    await a_field(database)
    await save(
        database,
        a_shift("E1", 24, 33, break_earliest=at(28), break_latest=at(29), break_minutes=30),
        t.EngineerSkill(engineer_id="E1", skill="gas", level=3, expires_on=NOW.date()),
        t.EngineerTool(engineer_id="E1", tool="ladder"),
        t.Absence(engineer_id="E1", starts_at=at(1), ends_at=at(2), reported_at=NOW),
        stock("VAN-E1", "P1", 5, reserved=2),
        stock("W1", "P1", 3),
    )
    visit = await ask(
        database, 1, preferred_engineer_id="E1", excluded_engineers=["E2"], parts=[{"sku": "P1", "quantity": 2}],
        windows=[{"start": at(1).isoformat(), "end": at(3).isoformat()}], latest_sla_end=at(30), on_site_due=at(4),
    )  # fmt: skip
    await save(database, a_booking_row(f"{visit}-B1", window_start=at(2), window_end=at(4)))
    await save(database, a_reservation(f"{visit}-B1-P1", quantity=2))
    async with database.reading() as session:
        world = await load_world(session, T1, NOW, PlanningSettings())
    first, second = world.engineers
    assert world.horizon_end == at(2 * 24 + 15)
    assert first.home == Point(53.56, 10.02)
    assert first.skills == {"gas": SkillHeld(3, at(15))}
    assert (first.tools, first.absences, first.van) == ({"ladder"}, (Span(at(1), at(2)),), {"P1": 3})
    assert [(duty.start, duty.end, duty.pause is not None) for duty in first.duties] == [
        (at(0), at(9), False), (at(24), at(33), True),
    ]  # fmt: skip
    assert (second.id, second.van, second.last_seen) == ("E2", {}, None)
    (asked,) = world.visits
    assert (asked.id, asked.version, asked.preferred, asked.excluded) == (visit, 0, "E1", {"E2"})
    assert (asked.resolve_due, asked.on_site_due, asked.point) == (at(30), at(4), Point(53.55, 10.0))
    assert (asked.needs.duration, len(asked.needs.windows)) == (timedelta(hours=1), 1)
    assert asked.booking is not None
    assert asked.booking.is_movable
    assert [(held.sku, held.quantity, held.state) for held in asked.booking.held] == [("P1", 2, ReservationState.HELD)]
    (house,) = world.warehouses
    assert (house.opening, house.stock) == (None, {"P1": 3})


async def test_the_place_of_the_last_visit_and_what_a_person_chose_are_known(database: Database) -> None:
    await a_field(database)
    done = await ask(database, 1, where=(53.6, 10.1), state=VisitState.DONE)
    chosen = await ask(database, 2)
    await save(
        database,
        a_booking_row(f"{done}-B1", "E1", 0, state=BookingState.DONE),
        a_booking_row(f"{chosen}-B1", "E1", 3, made_by_role=Role.DISPATCHER, pin=PinKind.BOTH),
    )
    async with database.reading() as session:
        world = await load_world(session, T1, at(1.5), PlanningSettings())
    assert world.engineers[0].last_seen == LastSeen(Point(53.6, 10.1), at(1))
    assert [(v.id, v.booking.pin) for v in world.visits if v.booking] == [(chosen, PinKind.BOTH)]


async def test_a_booking_of_another_territory_takes_its_engineers_time(database: Database) -> None:
    await a_field(database)
    await save(database, a_territory("T2"), an_engineer("E9", "T2"))
    lent = await ask(database, 1, territory_id="T2")
    await save(database, a_booking_row(f"{lent}-B1", "E1"))
    async with database.reading() as session:
        here = await load_world(session, T1, NOW, PlanningSettings())
        there = await load_world(session, TerritoryId("T2"), NOW, PlanningSettings())
    assert [(v.id, v.is_foreign) for v in here.visits] == [(lent, True)]
    assert [(v.id, v.is_foreign) for v in there.visits] == [(lent, False)]


async def test_the_number_of_queries_does_not_grow_with_the_territory(database: Database) -> None:
    await a_field(database)
    few = await _count_queries(database)
    for number in range(1, 8):
        visit = await ask(database, number)
        await save(database, a_booking_row(f"{visit}-B1", "E1", 2 * number))
        await save(database, a_shift("E2", 24 * number, 24 * number + 8))
    assert await _count_queries(database) == few


async def _count_queries(database: Database) -> int:
    counted: list[str] = []

    def note(_1: object, _2: object, statement: str, *_: object) -> None:
        counted.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    async with database.reading() as session:
        await load_world(session, T1, NOW, PlanningSettings())
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)
    return len(counted)


# --- optimising -------------------------------------------------------------------------------------------------


async def test_a_territory_says_how_it_plans(database: Database, planning: PlanningActivities) -> None:
    await save(database, a_territory("T7", policy={"planning": {"max_moves": 3, "gather": 30}}))
    terms = await run(planning.planning_terms, TerritoryId("T7"))
    assert (terms.gather, terms.retry_after, terms.max_moves) == (timedelta(seconds=30), timedelta(hours=1), 3)


async def test_with_nothing_to_place_no_solver_is_started(
    database: Database, planning: PlanningActivities, solver: InlineSolver
) -> None:
    await a_field(database)
    visit = await ask(database, state=VisitState.CONFIRMED)
    await save(database, a_booking_row(f"{visit}-B1", state=BookingState.CONFIRMED))
    made = await optimise(planning)
    assert (made.added, made.moved, made.unassigned, made.open_visits) == (0, 0, 0, 1)
    assert solver.engines == []


async def test_the_baseline_dispatcher_takes_the_same_way(
    database: Database, planning: PlanningActivities, solver: InlineSolver
) -> None:
    await a_field(database)
    async with database.transaction() as session:
        (await session.get_one(t.Territory, "T1")).policy = {"planning": {"engine": "first_come"}}
    await ask(database)
    assert len((await plan_and_publish(planning)).changes) == 1
    assert solver.engines == ["first_come"]
    assert [plan.engine for plan in await every(database, t.Plan)] == ["first_come"]


async def test_a_plan_that_breaks_a_rule_is_never_stored(
    database: Database, planning: PlanningActivities, solver: InlineSolver
) -> None:
    await a_field(database)
    old = await ask(database, 1, on_site_due=at(1))
    await save(database, a_booking_row(f"{old}-B1", "E1", 6))
    await ask(database, 2)
    solver.spoil = _an_hour_earlier
    made = await optimise(planning)
    assert (made.added, made.moved) == (1, 0)
    assert solver.engines == ["callout", "first_come"]
    (plan,) = await every(database, t.Plan)
    assert plan.engine == "first_come"
    assert plan.plan["draft"]["refused"]


def _an_hour_earlier(found: Plan) -> Plan:
    stops = [
        replace(route, stops=tuple(replace(s, start=s.start - 3600, end=s.end - 3600) for s in route.stops))
        for route in found.routes
    ]
    return replace(found, routes=tuple(stops))


class EndlessSolver:
    """Searches until it is told to stop."""

    def __init__(self) -> None:
        self.started, self.stopped = asyncio.Event(), False

    async def solve(self, problem: Problem, budget: Budget, engine: str) -> Plan:
        self.started.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            self.stopped = True
            raise
        raise AssertionError("nobody stopped the search")


async def test_a_long_search_heartbeats_and_cancelling_it_stops_the_solver(database: Database) -> None:
    await a_field(database)
    await ask(database)
    solver = EndlessSolver()
    planning = PlanningActivities(database, solver, StraightTravel())
    environment, beats = ActivityEnvironment(), list[tuple[object, ...]]()
    environment.on_heartbeat = lambda *details: beats.append(details)
    work = asyncio.create_task(environment.run(planning.optimise, PlanRequest(T1, 1, NOW, "a test")))
    await solver.started.wait()
    await asyncio.sleep(2.2)
    environment.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert solver.stopped
    assert len(beats) in {2, 3}
    assert await every(database, t.Plan) == []


async def test_an_unknown_territory_is_a_clear_error(database: Database, planning: PlanningActivities) -> None:
    with pytest.raises(Exception, match="no territory 'T1'"):
        await optimise(planning)


# --- predicting ---------------------------------------------------------------------------------------------------


async def test_a_delay_is_predicted_stored_and_told_once(database: Database, planning: PlanningActivities) -> None:
    await a_field(database)
    late, then = await ask(database, 1), await ask(database, 2)
    await save(database, a_booking_row(f"{late}-B1", "E1", 0.5), a_booking_row(f"{then}-B1", "E1", 2))
    await set_state(database, late, state=VisitState.ON_SITE, departed_at=at(0.2), arrived_at=at(1.5))
    await set_booking(database, late, BookingState.STARTED)
    facts = (await run(planning.repredict, PredictRequest(T1, at(1.6)))).predictions
    assert facts == (
        Predicted(late, at(1.5), at(2.5)),
        Predicted(then, at(2.5), at(3.5)),
    )
    stored = (await occupying(database))[then]
    assert (stored.arrival, stored.predicted_arrival) == (at(2), at(2.5))
    assert (await run(planning.repredict, PredictRequest(T1, at(1.65)))).predictions == ()


async def test_publishing_tells_what_its_changes_mean_for_the_others(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    promised = await ask(database, 1, state=VisitState.CONFIRMED)
    await save(database, a_booking_row(f"{promised}-B1", "E1", 0.1, state=BookingState.CONFIRMED))
    await ask(database, 2)
    outcome = await plan_and_publish(planning, hours=0.5)
    assert [fact.visit_id for fact in outcome.predictions] == [promised]
    assert [change.visit_id for change in outcome.changes] == ["C-2-V1"]
