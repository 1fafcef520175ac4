"""The engine as a whole: anytime, stoppable, repeatable, and honest about how good a plan is."""

import time
from dataclasses import replace
from itertools import count

import pytest

from scheduler.budget import Budget
from scheduler.check import check
from scheduler.errors import ProblemError
from scheduler.plan import PlanStatus
from scheduler.policy import SchedulingPolicy
from scheduler.solve import plan
from tests.unit.scheduler.builders import solve
from tests.unit.scheduler.random_problems import random_policy, random_problem, territory


def test_it_is_never_dearer_than_insertion_and_cheaper_than_the_routing_library_on_the_whole() -> None:
    ours, library = 0, 0
    for seed in range(100, 130):
        problem, policy = random_problem(seed), random_policy(seed)
        cost = solve(problem, policy, "callout").cost
        assert cost <= solve(problem, policy, "insertion").cost, f"seed {seed}"
        ours, library = ours + cost, library + solve(problem, policy, "routing").cost
    assert ours <= library


def test_a_bound_is_never_above_any_plan_that_is_known() -> None:
    bounds = 0
    for seed in range(50):
        problem = random_problem(seed)
        found = plan(problem, budget=Budget(seconds=0.4, seed=seed))
        if found.bound is not None:
            bounds += 1
            assert found.bound <= min(found.cost, solve(problem, engine="routing").cost), f"seed {seed}"
            assert (found.status is PlanStatus.OPTIMAL) == (found.bound == found.cost), f"seed {seed}"
    assert bounds > 3


def test_no_bound_is_claimed_where_pricing_does_not_know_a_rule() -> None:
    problem = territory(12, 4, 1)
    fair = plan(problem, SchedulingPolicy(fairness_percent=50), Budget(seconds=0.5))
    assert fair.bound is None
    crew = (replace(e, shifts=tuple(replace(shift, longest=28_800) for shift in e.shifts)) for e in problem.engineers)
    assert plan(replace(problem, engineers=tuple(crew)), budget=Budget(seconds=0.5)).bound is None
    assert plan(problem, budget=Budget(seconds=2.0)).bound is not None


@pytest.mark.parametrize("workers", [1, 2])
def test_the_same_seed_and_steps_give_the_same_plan(workers: int) -> None:
    problem = territory(40, 8, 2)
    budget = Budget(seconds=60, iterations=400, seed=5, workers=workers)
    first, second = (plan(problem, budget=budget) for _ in range(2))
    assert (first.routes, first.unassigned, first.cost) == (second.routes, second.unassigned, second.cost)
    assert check(problem, first) == ()


def test_a_budget_that_is_over_before_the_first_step_still_places_what_fits() -> None:
    problem = territory(12, 4, 1)
    found = plan(problem, budget=Budget(seconds=1e-6, iterations=20))
    assert check(problem, found) == ()
    assert sum(len(route.stops) for route in found.routes) > 0
    assert len(found.unassigned) == len(solve(problem, engine="insertion").unassigned)


def test_who_stops_it_gets_the_best_plan_so_far() -> None:
    problem, asked, began = territory(60, 12, 1), count(), time.monotonic()
    found = plan(problem, budget=Budget(seconds=120), stop=lambda: next(asked) >= 30)
    assert found.status is PlanStatus.CANCELLED
    assert found.assignments
    assert check(problem, found) == ()
    assert time.monotonic() - began < 60


def test_it_begins_from_what_was_published_and_from_a_warm_start() -> None:
    problem = territory(40, 8, 1)
    good = plan(problem, budget=Budget(seconds=30, iterations=3000))
    again = plan(problem, budget=Budget(seconds=30, iterations=1), warm_start=good)
    assert again.cost <= good.cost


def test_a_warm_start_that_breaks_a_rule_by_now_is_kept_only_as_far_as_it_may_be() -> None:
    problem = territory(30, 6, 1)
    good = plan(problem, budget=Budget(seconds=30, iterations=1000))
    moved = next(iter(good.assignments.values()))
    visits = tuple(
        replace(v, excluded=frozenset([moved.engineer])) if v.id == moved.visit_id else v for v in problem.visits
    )
    changed = replace(problem, visits=visits, engineers=tuple(replace(e, van={}) for e in problem.engineers))
    assert check(changed, plan(changed, budget=Budget(seconds=30, iterations=50), warm_start=good)) == ()


def test_the_number_of_workers_must_make_sense() -> None:
    with pytest.raises(ProblemError, match=r"budget\.workers"):
        plan(territory(1, 1, 1), budget=Budget(workers=0))
