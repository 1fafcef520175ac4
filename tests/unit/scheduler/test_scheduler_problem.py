"""The problem and the plan: validation and storage."""

import json
from dataclasses import replace
from typing import Any

import pytest

from scheduler import codec
from scheduler.budget import Budget
from scheduler.errors import ProblemError
from scheduler.plan import Plan
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Position, Problem, matrix
from scheduler.solve import plan
from scheduler.validation import validate
from tests.unit.scheduler.builders import (
    After,
    Pin,
    PinKind,
    Skill,
    Window,
    a_problem,
    a_shift,
    a_visit,
    a_warehouse,
    an_engineer,
    solve,
)
from tests.unit.scheduler.random_problems import random_problem

WRONG: list[tuple[str, tuple[Any, ...]]] = [
    ("visits[V0].duration", (a_visit(duration=-1),)),
    ("visits[V0].durations[E0]", (a_visit(durations={"E0": -1}),)),
    ("visits[V0].place", (a_visit(place=12),)),
    ("visits[V0].earliest", (a_visit(earliest=-1),)),
    ("visits[V0].priority", (a_visit(priority=6),)),
    ("visits[V0].late_cost_per_minute", (a_visit(late_cost_per_minute=-1),)),
    ("visits[V0].windows[0]", (a_visit(windows=(Window(5, 4),)),)),
    ("visits[V0].skills[gas]", (a_visit(skills={"gas": 0}),)),
    ("visits[V0].parts[A]", (a_visit(parts={"A": 0}),)),
    ("visits[V0].shipped[B]", (a_visit(shipped={"B": 1}),)),
    ("visits[V0]", (a_visit(), a_visit())),
    ("visits[V0].pin.engineer", (a_visit(pin=Pin(PinKind.RESOURCE, "nobody")),)),
    ("visits[V0].pin.engineer", (a_visit(pin=Pin(PinKind.BOTH, start=5)),)),
    ("visits[V0].pin.start", (a_visit(pin=Pin(PinKind.TIME)),)),
    ("visits[V0].pin.end", (a_visit(pin=Pin(PinKind.RANGE, start=5)),)),
    ("visits[V0].pin.end", (a_visit(pin=Pin(PinKind.RANGE, start=5, end=4)),)),
    ("engineers[E0]", (an_engineer(), an_engineer())),
    ("engineers[E0].skills[gas]", (an_engineer(skills={"gas": Skill(0)}),)),
    ("engineers[E0].van[A]", (an_engineer(van={"A": -1}),)),
    ("engineers[E0].cost_per_hour", (an_engineer(cost_per_hour=-1),)),
    ("engineers[E0].position.place", (an_engineer(position=Position(99, 0)),)),
    ("engineers[E0].shifts[0].end", (an_engineer("E0", a_shift(9, 8)),)),
    ("engineers[E0].shifts[0].start_place", (an_engineer("E0", a_shift(start_place=-1)),)),
    ("engineers[E0].shifts", (an_engineer("E0", a_shift(8, 16, overtime_limit=9000), a_shift(18, 20)),)),
    ("warehouses[W0].stock[A]", (a_warehouse(stock={"A": -1}),)),
    ("warehouses[W0].handling", (a_warehouse(handling=-1),)),
]


@pytest.mark.parametrize(("field", "things"), WRONG, ids=[field for field, _ in WRONG])
def test_a_problem_that_makes_no_sense_is_refused_by_field(field: str, things: tuple[Any, ...]) -> None:
    with pytest.raises(ProblemError) as caught:
        validate(a_problem(*things))
    assert caught.value.field == field
    assert caught.value.rule


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([[0, 1]], "must be square"),
        ([[0, 1], [2]], "must be square"),
        ([[0, -1], [1, 0]], "must be between 0 and 2**31 - 1"),
        ([[0.5]], "must hold whole numbers"),
    ],
)
def test_a_matrix_that_makes_no_sense_is_refused(rows: Any, rule: str) -> None:
    with pytest.raises(ProblemError) as caught:
        matrix(rows)
    assert caught.value.rule == rule


COUPLED: list[tuple[str, tuple[Any, ...]]] = [
    ("visits[V0].after[0].visit", (a_visit(after=(After("V9"),)),)),
    ("visits[V0].after[0].delay", (a_visit(after=(After("V1", -1),)), a_visit("V1"))),
    ("visits[V0].after", (a_visit(after=(After("V0"),)),)),
    ("visits[V1].after", (a_visit(), a_visit("V1", after=(After("V2"),)), a_visit("V2", after=(After("V1"),)))),
    ("visits[V0].after", (a_visit(group="G", after=(After("V1"),)), a_visit("V1", group="G"))),
    (
        "visits[V0].after",
        (a_visit(group="G", after=(After("V2"),)), a_visit("V1", group="G"), a_visit("V2", after=(After("V1"),))),
    ),
    ("visits[V0].group", (a_visit(group="G"), a_visit("V1"))),
    ("visits[V0].group", tuple(a_visit(f"V{i}", group="G") for i in range(4))),
    ("visits[V0].group", (a_visit(group="G"), a_visit("V1", 2, group="G"))),
]


@pytest.mark.parametrize(("field", "things"), COUPLED)
def test_visits_that_depend_on_each_other_without_sense_are_refused_by_field(
    field: str, things: tuple[Any, ...]
) -> None:
    with pytest.raises(ProblemError) as caught:
        validate(a_problem(*things))
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("percents", "field"),
    [
        ((100,) * 23, "travel_percent_by_hour"),
        ((100,) * 23 + (9,), "travel_percent_by_hour[23]"),
        ((1001,) + (100,) * 23, "travel_percent_by_hour[0]"),
    ],
)
def test_hours_that_make_no_sense_are_refused_by_field(percents: tuple[int, ...], field: str) -> None:
    with pytest.raises(ProblemError) as caught:
        validate(replace(a_problem(), travel_percent_by_hour=percents))
    assert caught.value.field == field


def test_a_matrix_of_the_wrong_size_or_with_a_way_from_a_place_to_itself_is_refused() -> None:
    small, loop = matrix([[0]]), matrix([[0, 1], [1, 7]])
    for travel, rule in ((small, "must be 2 x 2"), (loop, "must be 0 from a place to itself")):
        with pytest.raises(ProblemError) as caught:
            validate(Problem(2, travel, matrix([[0, 1], [1, 0]]), (), ()))
        assert (caught.value.field, caught.value.rule) == ("travel", rule)


@pytest.mark.parametrize("seed", range(10))
def test_a_problem_and_its_plan_survive_storage_as_json(seed: int) -> None:
    problem = random_problem(seed)
    assert Problem.from_json(json.loads(json.dumps(problem.to_json()))) == problem
    result = solve(problem, engine="first_come")
    assert Plan.from_json(json.loads(json.dumps(result.to_json()))) == result


def test_every_rule_survives_storage_as_json_and_older_problems_are_still_read() -> None:
    group = [a_visit(f"V{i}", group="G", durations={"E0": 60}, after=(After("V9", 5),)) for i in range(2)]
    house = a_warehouse(tools=frozenset({"ladder"}))
    problem = replace(a_problem(an_engineer(), house, *group, a_visit("V9")), travel_percent_by_hour=(100,) * 24)
    data = json.loads(json.dumps(problem.to_json()))
    assert Problem.from_json(data) == problem
    del data["travel_percent_by_hour"], data["warehouses"][0]["tools"]
    for visit in data["visits"]:
        for name in ("group", "durations", "after"):
            visit.pop(name, None)
    old = Problem.from_json(data)
    assert (old.travel_percent_by_hour, old.warehouses[0].tools) == ((), frozenset())
    assert {(visit.group, visit.after, len(visit.durations)) for visit in old.visits} == {(None, (), 0)}


def test_a_stored_policy_of_before_pays_neither_working_time_nor_fairness() -> None:
    data = codec.to_json_object(SchedulingPolicy())
    for name in ("working_percent", "fairness_percent"):
        del data[name]
    assert codec.from_json_object(SchedulingPolicy, data) == SchedulingPolicy()


def test_stored_json_with_a_wrong_field_is_refused_by_name() -> None:
    data = a_problem(a_visit()).to_json()
    data["visits"][0]["duration"] = "long"
    with pytest.raises(ProblemError) as caught:
        Problem.from_json(data)
    assert (caught.value.field, caught.value.rule) == ("Problem.visits[0].duration", "must be a whole number")
    with pytest.raises(ProblemError, match="is not a known field"):
        Problem.from_json({**a_problem().to_json(), "colour": "red"})


def test_an_empty_problem_gives_an_empty_optimal_plan() -> None:
    result = solve(a_problem())
    assert (result.routes, result.unassigned, result.cost, result.status, result.bound) == ((), (), 0, "optimal", 0)


@pytest.mark.parametrize(
    ("budget", "engine", "field"),
    [
        (Budget(seconds=0), "routing", "budget.seconds"),
        (Budget(iterations=0), "routing", "budget.iterations"),
        (Budget(), "magic", "engine"),
    ],
)
def test_a_budget_or_engine_that_makes_no_sense_is_refused(budget: Budget, engine: str, field: str) -> None:
    with pytest.raises(ProblemError) as caught:
        plan(a_problem(), None, budget, engine)
    assert caught.value.field == field


def test_problems_with_different_travel_times_are_not_equal() -> None:
    problem = a_problem(a_visit())
    assert replace(problem, travel=matrix(problem.travel * 2)) != problem
    assert replace(problem, horizon=problem.horizon) == problem
