"""A plan in the making keeps every hard rule at every moment."""

import random
import time

import pytest

from scheduler.budget import Budget
from scheduler.build import state_from_plan
from scheduler.check import check
from scheduler.facts import Facts
from scheduler.improve import reinsert, reinsert_coupled
from scheduler.solve import plan_of
from scheduler.solved import Solved
from scheduler.state import State
from tests.unit.scheduler.random_problems import random_policy, random_problem


@pytest.mark.parametrize("first", range(300, 340, 10))
def test_no_step_breaks_a_rule(first: int) -> None:
    for seed in range(first, first + 10):
        problem, policy = random_problem(seed), random_policy(seed)
        if not problem.visits:
            continue
        rng = random.Random(seed)
        state = State(Facts(problem, policy))
        for step in range(12):
            v = rng.randrange(len(problem.visits))
            match rng.randrange(3):
                case 0:
                    state.insert(v)
                case 1:
                    state.remove(v)
                case _:
                    reinsert(state, v)
            found = plan_of(Solved(state), "insertion", Budget(), time.monotonic())
            assert check(problem, found, policy) == (), f"seed {seed} step {step}"


@pytest.mark.parametrize("first", range(340, 380, 10))
def test_a_plan_that_is_read_back_costs_no_more_and_gets_no_dearer(first: int) -> None:
    for seed in range(first, first + 10):
        problem, policy = random_problem(seed), random_policy(seed)
        facts = Facts(problem, policy)
        state = State(facts)
        state.insert_all(state.unassigned)
        found = plan_of(Solved(state), "insertion", Budget(), time.monotonic())
        again = state_from_plan(facts, found)
        assert again.cost <= found.cost, f"seed {seed}"
        cost = again.cost
        reinsert_coupled(again, time.monotonic() + 10)
        assert again.cost <= cost, f"seed {seed}"
        assert check(problem, plan_of(Solved(again), "insertion", Budget(), time.monotonic()), policy) == (), (
            f"seed {seed}"
        )
