"""Compiled timing and the compiled search agree with the exact timing, whatever is on the route."""

import random

import numpy as np
import pytest

from scheduler.arrays import arrays_of
from scheduler.budget import Budget
from scheduler.check import check
from scheduler.clockwork import latest_start, route_cost
from scheduler.facts import Facts
from scheduler.handover import state_of
from scheduler.packed import tables_of
from scheduler.policy import SchedulingPolicy
from scheduler.search import Search
from scheduler.solve import plan_of
from scheduler.solved import Solved
from scheduler.tables import FIXED, IMPOSSIBLE, READY, WINDOW_FROM, WINDOW_TO
from scheduler.timing import time_route
from tests.unit.scheduler.random_problems import random_problem

POLICIES = {
    "default": SchedulingPolicy(),
    "working time": SchedulingPolicy(working_percent=80),
    "fair": SchedulingPolicy(fairness_percent=30, overtime_percent=300),
}


def a_route(rng: random.Random, facts: Facts, slot: int) -> list[int]:
    """Some visits that may go to a slot and some warehouses, in any order."""
    able = [v for v in range(len(facts.timings)) if slot in facts.allowed[v]]
    items = rng.sample(able, min(len(able), rng.randint(1, 4)))
    houses = range(len(facts.problem.warehouses))
    items += [-1 - w for w in rng.sample(houses, rng.randint(0, len(houses)))]
    rng.shuffle(items)
    return items


@pytest.mark.parametrize("name", POLICIES)
def test_compiled_timing_costs_every_route_as_exact_timing_does(name: str) -> None:
    compared = impossible = 0
    for seed in range(150):
        rng = random.Random(seed)
        problem = random_problem(seed)
        facts = Facts(problem, POLICIES[name])
        if facts.coupling.visits or not facts.slots:
            continue
        tables = tables_of(arrays_of(facts), 20)
        for slot in facts.slots:
            items = a_route(rng, facts, slot.index)
            ready = {v: rng.randint(6, 20) * 3600 for v in items if v >= 0 and rng.random() < 0.1}
            exact = time_route(facts, slot, items, ready)
            tables.node[:, READY] = 0
            for v, moment in ready.items():
                tables.node[v, READY] = moment
            row = [item if item >= 0 else len(facts.timings) - 1 - item for item in items]
            tables.items[-1, : len(row)] = row
            cost = route_cost(slot.index, len(tables.items) - 1, len(row), tables.address)
            if exact is None:
                impossible += 1
                assert cost >= IMPOSSIBLE, (seed, slot.index, items)
            elif items:
                compared += 1
                assert cost == exact.cost, (seed, slot.index, items)
    assert compared > 100
    assert impossible > 20


@pytest.mark.parametrize("name", POLICIES)
def test_what_the_search_believes_of_its_plan_is_true(name: str) -> None:
    for seed in range(60):
        problem = random_problem(seed)
        facts = Facts(problem, POLICIES[name])
        if facts.coupling.visits:
            continue
        arrays = arrays_of(facts)
        search = Search(arrays, seed)
        search.step(300, 500.0)
        assert search.cost == search.score[0], seed
        state = state_of(facts, search, arrays.skus)
        assert state.cost == search.best_cost, seed
        plan = plan_of(Solved(state), "callout", Budget(), 0.0)
        assert check(problem, plan, POLICIES[name]) == (), seed


def test_the_latest_start_may_be_in_a_window_that_holds_another_one() -> None:
    node = np.zeros((1, FIXED + 1), np.int64)
    node[0, WINDOW_FROM], node[0, WINDOW_TO] = 0, 2
    window = np.array([[0, 100], [50, 60]])
    assert [latest_start(0, bound, node, window) for bound in (40, 80, 120)] == [40, 80, 100]


def test_the_same_seed_gives_the_same_plan() -> None:
    arrays = arrays_of(Facts(random_problem(7), SchedulingPolicy()))
    plans = []
    for _ in range(2):
        search = Search(arrays, 3)
        search.step(400, 300.0)
        plans.append((search.best_cost, search.best))
    assert plans[0] == plans[1]
