"""Whatever the world looks like: the problem makes sense, its facts are feasible, and a draft never double-books."""

from datetime import datetime
from itertools import pairwise

import pytest

from activities.planning.builder import Built
from activities.planning.drafting import Round, draft_of
from domain.draft import PlanDraft
from domain.ids import EngineerId, VisitId
from domain.world import World
from scheduler.budget import Budget
from scheduler.check import check
from scheduler.plan import Plan
from scheduler.solve import plan
from scheduler.validation import validate
from tests.unit.planning.random_worlds import a_random_world
from tests.unit.planning.world_builders import MINUTE, built

THIS = Round(1, "test", 5 * MINUTE)


def answer(made: Built, engine: str = "first_come") -> Plan:
    return plan(made.problem, budget=Budget(seconds=5, iterations=5), engine=engine)


@pytest.mark.parametrize("hold", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_a_random_world_can_be_planned_with_every_fact_in_its_place(seed: int, hold: bool) -> None:
    world = a_random_world(seed)
    made = built(world, hold=hold)
    validate(made.problem)
    found = answer(made)
    assert check(made.problem, found) == ()
    pins = {visit.id: visit.pin for visit in made.problem.visits if visit.pin}
    assert pins.keys() <= made.kept
    shifts = {engineer.id: engineer.shifts for engineer in made.problem.engineers}
    for id_, pin in pins.items():
        placed = found.assignments[id_]
        assert placed.engineer == pin.engineer
        # An engine may take the break first where that costs nothing; nothing else delays a fact.
        has_break = shifts[placed.engineer][placed.shift_index].break_ is not None
        assert placed.arrival == pin.start or has_break
    _is_complete(world, made, draft_of(world, made, found, THIS))


@pytest.mark.parametrize("seed", range(100, 106))
def test_the_routing_engine_finds_the_facts_feasible_too(seed: int) -> None:
    world = a_random_world(seed)
    made = built(world)
    found = answer(made, "routing")
    assert check(made.problem, found) == ()
    assert not made.kept & {item.visit_id for item in found.unassigned}
    _is_complete(world, made, draft_of(world, made, found, THIS))


def _is_complete(world: World, made: Built, draft: PlanDraft) -> None:
    """Every visit is started, a fact, placed, left where it is, or left out; and nobody is in two places."""
    placed = {booking.visit for booking in draft.bookings}
    out = {item.visit for item in draft.left_out}
    started = {visit.id for visit in world.visits if visit.has_started}
    stay = {v.id for v in world.visits if v.booking} - placed - out - started
    assert not placed & out
    assert not (placed | out) & (made.kept | started)
    assert placed | out | started | stay == {visit.id for visit in world.visits}
    assert draft.kept == len(stay)
    assert {item.visit for item in draft.taken_off} == out & {v.id for v in world.visits if v.booking}
    for engineer in world.engineers:
        for before, after in pairwise(sorted(_spans(world, draft, engineer.id, placed | out))):
            assert before[1] <= after[0]


def _spans(
    world: World, draft: PlanDraft, engineer: EngineerId, changed: set[VisitId]
) -> list[tuple[datetime, datetime]]:
    standing = [v.booking for v in world.visits if v.booking and v.id not in changed]
    old = [(b.arrival, b.finish) for b in standing if b.engineer == engineer]
    return old + [(b.arrival, b.finish) for b in draft.bookings if b.engineer == engineer]
