"""Days by the clock: what was set out for stays, what is accepted is kept, and nobody knows the future."""

import math
from pathlib import Path

import pytest

from benchmarks.dynamic import DynamicDay, Outcome, in_whole_units, simulate
from benchmarks.field import Field, insert
from benchmarks.residual import ACCEPTED, residual, warm_plan
from benchmarks.trsp import DEPOT, Trsp, read_trsp
from scheduler.problem import Shift
from scheduler.solve import Budget, plan
from tests.unit.benchmarks.texts import TRSP


@pytest.fixture
def instance(tmp_path: Path) -> Trsp:
    path = tmp_path / "TINY.txt"
    path.write_text(TRSP)
    return in_whole_units(read_trsp(path))


def test_greedy_insertion_adds_a_call_at_the_depot_where_one_is_needed(instance: Trsp) -> None:
    assert insert(Field(instance), {}, "R2") == {"T1": ("R2",)}
    # Depot, R3 and then R2 takes 50; every other order takes longer.
    assert insert(Field(instance), {"T1": ("R2",)}, "R3") == {"T1": (DEPOT, "R3", "R2")}


def test_a_technician_leaves_home_so_as_not_to_wait(instance: Trsp) -> None:
    field = Field(instance)
    field.follow({"T1": ("R2",)})
    field.advance(10.0)
    waiting = field.crews["T1"]
    field.advance(10.5)
    under_way = field.crews["T1"]
    assert waiting.steps == ()
    assert [(step.node.name, step.departs, step.starts) for step in under_way.steps] == [("R2", 10.0, 20.0)]
    assert field.crews["T1"].technician.parts == (0,)


def test_who_has_set_out_goes_on_from_where_the_work_ends(instance: Trsp) -> None:
    field = Field(instance)
    field.follow({"T1": ("R2",)})
    field.advance(12.0)
    problem, policy = residual(field, [], ["R3"])
    assert problem.engineers[0].shifts == (Shift(250_000, 1_000_000, 3 - 1, 1),)
    assert problem.engineers[0].van == {}
    assert [visit.id for visit in problem.visits] == ["R3"]
    assert policy.unserved[ACCEPTED] == 10 * policy.unserved[3]


def test_orders_are_a_plan_that_an_engine_can_begin_from(instance: Trsp) -> None:
    field = Field(instance)
    problem, policy = residual(field, ["R2", "R3"], [])
    start = warm_plan(field, {"T1": (DEPOT, "R3", "R2")})
    made = plan(problem, policy, Budget(0.2), "insertion", start)
    assert (made.cost, made.unassigned) == (500_000, ())


def test_a_request_that_comes_too_late_is_rejected(instance: Trsp) -> None:
    # From R2 by way of the depot and R3 home takes 43.3, and home is where the technician must be at 100.
    in_time = DynamicDay("TINY", instance, {"R3": 56.0})
    assert simulate(in_time, None, "insertion", 0.2, 1).rejected == ()
    too_late = DynamicDay("TINY", instance, {"R3": 57.0})
    assert simulate(too_late, None, "insertion", 0.2, 1) == Outcome(25.0, ("R3",), ())


@pytest.mark.parametrize("engine", [None, "insertion"])
def test_a_day_is_lived_without_breaking_a_rule(engine: str | None, instance: Trsp) -> None:
    outcome = simulate(DynamicDay("TINY", instance, {"R3": 5.0}), engine, "insertion", 0.2, 1)
    assert outcome == Outcome(50.0, (), ())


def test_an_order_that_cannot_be_done_has_no_length(instance: Trsp) -> None:
    field = Field(instance)
    assert field.length(field.crews["T1"], ("R3",)) is None
    assert field.total({"T1": ("R3",)}) == math.inf
