"""Plans in parts keep every rule of the whole problem."""

from dataclasses import replace

import numpy as np
import pytest

from scheduler.budget import Budget
from scheduler.check import CheckRule, check
from scheduler.errors import ProblemError
from scheduler.large import LargeProblem, Step, plan_large
from scheduler.large_check import check_large
from scheduler.plan import Objective, Plan, PlanStatus, ReasonCode
from scheduler.problem import After, Pin, PinKind
from tests.unit.scheduler.large_builders import TINY, Table, large_of, on_a_line
from tests.unit.scheduler.random_problems import random_policy, random_problem


def small(big: LargeProblem, steps: int = 40, seed: int = 0, workers: int = 1) -> Plan:
    return plan_large(big, budget=Budget(600.0, steps, seed, workers), shares=TINY)


@pytest.mark.parametrize("seed", range(60))
def test_whatever_the_problem_has_the_whole_plan_passes_the_checker_of_whole_problems(seed):
    problem, policy = random_problem(seed), random_policy(seed)
    big = large_of(problem, seed)
    plan = plan_large(big, policy, Budget(600.0, 40, seed), shares=TINY)
    assert check(problem, plan, policy) == ()
    assert check_large(big, plan, policy) == ()


def test_the_same_seed_gives_the_same_plan_however_many_processes_there_are():
    big = on_a_line([(n * 5.0, "it") for n in range(6)], [(n * 1.1, "it") for n in range(40)], stock=25)
    alone, together = small(big), small(big, workers=2)
    assert (alone.routes, alone.score) == (together.routes, together.score)


def test_neighbouring_parts_take_over_what_one_part_cannot_do():
    """All visits are nearest to the first engineer, whose day holds eight of them."""
    big = on_a_line([(0, "it"), (20, "it"), (40, "it")], [(n / 10, "it") for n in range(20)])
    assert small(big).unassigned == ()


def test_visits_go_to_engineers_who_are_able_even_if_they_are_far():
    big = on_a_line([(0, "it"), (1, "it"), (60, "gas")], [(0, "gas"), (1, "it"), (2, "gas")])
    given = small(big).assignments
    assert [given[f"V{n}"].engineer for n in (0, 2)] == ["E2", "E2"]


def test_parts_share_the_warehouse_and_together_take_no_more_than_there_is():
    big = on_a_line([(n, "it") for n in range(6)], [(n / 5, "it") for n in range(30)], stock=17)
    plan = small(big)
    assert len(plan.assignments) == 17
    assert check_large(big, plan) == ()
    assert {item.reasons[0].code for item in plan.unassigned} == {ReasonCode.PARTS}


def test_groups_and_orders_stay_together_over_parts():
    big = on_a_line([(n * 4.0, "it") for n in range(6)], [(n, "it") for n in range(18)], days=2)
    visits = list(big.visits)
    for n in (0, 6, 12):
        visits[n] = replace(visits[n], group=f"G{n}")
        visits[n + 1] = replace(visits[n + 1], group=f"G{n}", place=visits[n].place)
        visits[n + 3] = replace(visits[n + 3], after=(After(f"V{(n + 8) % 18}", 600),))
    big = replace(big, visits=tuple(visits))
    plan = small(big)
    assert plan.unassigned == ()
    assert check_large(big, plan) == ()


def test_no_matrix_holds_more_than_one_part():
    problem = random_problem(7)
    big = large_of(replace(problem, visits=problem.visits[:9]), 7)
    small(big)
    ways = 2 * sum(len(engineer.shifts) for engineer in big.engineers) + len(big.warehouses)
    assert isinstance(big.roads, Table)
    assert 0 < big.roads.most <= 3 * 6 + ways


def test_repairs_only_make_a_plan_cheaper():
    big = on_a_line([(n * 3.0, "it") for n in range(5)], [(n * n % 31, "it") for n in range(60)], days=2)
    costs = [
        plan_large(big, budget=Budget(600.0, 5), shares=replace(TINY, counted=rounds)).cost for rounds in (0, 1, 2, 4)
    ]
    # Each number of rounds anneals in its own way; none may end above the plan without repairs.
    assert max(costs) == costs[0]
    assert costs[0] > costs[-1]


def test_who_stops_it_gets_what_is_planned_so_far_and_a_reason_for_the_rest():
    big = on_a_line([(n * 5.0, "it") for n in range(6)], [(n * 1.0, "it") for n in range(30)])
    steps: list[Step] = []
    plan = plan_large(big, budget=Budget(600.0, 20), shares=TINY, on_step=steps.append, stop=lambda: len(steps) >= 2)
    assert (len(steps), plan.status) == (2, PlanStatus.CANCELLED)
    assert (steps[-1].round, steps[-1].done) == (0, 2)
    assert 0 < len(plan.assignments) < 30
    assert check_large(big, plan) == ()


def test_without_engineers_every_visit_is_left_out_for_that():
    plan = small(on_a_line([], [(1, "it"), (2, "it")]))
    assert [(item.visit_id, item.reasons[0].code) for item in plan.unassigned] == [
        ("V0", ReasonCode.SHIFT),
        ("V1", ReasonCode.SHIFT),
    ]


def test_an_empty_problem_gives_an_empty_plan():
    plan = small(on_a_line([(1, "it")], []))
    assert (plan.routes, plan.unassigned, plan.cost, plan.status) == ((), (), 0, PlanStatus.OPTIMAL)


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda big: replace(big, points=big.points[:2]), "visits[V0].place"),
        (lambda big: replace(big, points=np.full((4, 2), np.nan)), "points"),
        (lambda big: replace(big, visits=big.visits * 2), "visits[V0]"),
        (lambda big: _with_visit(big, pin=Pin(PinKind.RESOURCE, "nobody")), "visits[V0].pin.engineer"),
        (lambda big: _with_visit(big, after=(After("V9"),)), "visits[V0].after[0].visit"),
        (lambda big: _with_visit(big, duration=-1), "visits[V0].duration"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(spoil, field):
    with pytest.raises(ProblemError) as caught:
        small(spoil(on_a_line([(0, "it")], [(1, "it"), (2, "it")])))
    assert caught.value.field == field


def _with_visit(big: LargeProblem, **changes: object) -> LargeProblem:
    return replace(big, visits=(replace(big.visits[0], **changes), *big.visits[1:]))


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        (lambda plan: replace(plan, routes=plan.routes[1:]), CheckRule.COMPLETE),
        (lambda plan: replace(plan, routes=(*plan.routes, plan.routes[0])), CheckRule.COMPLETE),
        (lambda plan: replace(plan, cost=plan.cost + 1), CheckRule.SCORE),
        (lambda plan: replace(plan, score=plan.score | {Objective.TRAVEL: 0}), CheckRule.SCORE),
        (lambda plan: replace(plan, routes=(_later(plan.routes[0]), *plan.routes[1:])), CheckRule.TRAVEL),
    ],
)
def test_the_check_finds_what_is_wrong(damage, rule):
    big = on_a_line([(n * 5.0, "it") for n in range(4)], [(n * 1.0, "it") for n in range(12)])
    assert rule in {violation.rule for violation in check_large(big, damage(small(big)))}


def _later(route):
    """The way home takes a second less than it does."""
    *rest, last = route.stops
    return replace(route, stops=(*rest, replace(last, end=last.end - 1)))


def test_the_check_finds_a_warehouse_that_two_parts_overdraw():
    big = on_a_line([(n, "it") for n in range(4)], [(n / 5, "it") for n in range(12)], stock=12)
    plan = small(big)
    poorer = replace(big, warehouses=(replace(big.warehouses[0], stock={"P": 11}),))
    assert plan.unassigned == ()
    assert CheckRule.STOCK in {violation.rule for violation in check_large(poorer, plan)}
