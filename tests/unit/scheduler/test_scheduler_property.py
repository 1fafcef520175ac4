"""Random small problems with every feature: the checker accepts every plan of every engine."""

import pytest

from scheduler.check import check
from scheduler.plan import ReasonCode
from scheduler.policy import HardRule, SchedulingPolicy
from tests.unit.scheduler.builders import solve
from tests.unit.scheduler.random_problems import random_policy, random_problem


@pytest.mark.parametrize("engine", ["callout", "routing", "insertion", "first_come"])
@pytest.mark.parametrize("first", range(0, 60, 10))
def test_the_checker_accepts_every_plan(first: int, engine: str) -> None:
    for seed in range(first, first + 10):
        problem, policy = random_problem(seed), random_policy(seed)
        result = solve(problem, policy, engine)
        assert check(problem, result, policy) == (), f"seed {seed}"


@pytest.mark.parametrize("rule", list(HardRule))
def test_the_checker_accepts_every_plan_with_a_rule_switched_off(rule: HardRule) -> None:
    policy = SchedulingPolicy(rules=frozenset(HardRule) - {rule})
    for seed in range(60, 66):
        problem = random_problem(seed)
        for engine in ("callout", "routing", "first_come"):
            assert check(problem, solve(problem, policy, engine), policy) == (), f"seed {seed} {engine}"


def test_the_routing_engine_never_costs_more_than_insertion_and_less_than_the_baseline_on_the_whole() -> None:
    routing, baseline = 0, 0
    for seed in range(100, 115):
        problem = random_problem(seed)
        cost = solve(problem).cost
        assert cost <= solve(problem, engine="insertion").cost, f"seed {seed}"
        routing, baseline = routing + cost, baseline + solve(problem, engine="first_come").cost
    assert routing < baseline


def test_no_engine_of_ours_leaves_out_a_visit_that_would_still_fit() -> None:
    for seed in range(120, 140):
        for engine in ("callout", "routing", "insertion"):
            for item in solve(random_problem(seed), engine=engine).unassigned:
                codes = {reason.code for reason in item.reasons}
                assert ReasonCode.POSSIBLE not in codes, f"seed {seed} {engine} {item.visit_id}"
