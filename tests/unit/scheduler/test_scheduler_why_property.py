"""On random plans each next best engineer can take the visit for exactly what is said, and nobody else can."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from scheduler.build import state_from_plan
from scheduler.check import check
from scheduler.facts import Facts
from scheduler.plan import Plan, PlanStatus, Reason, ReasonCode, Route, Unassigned
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem
from scheduler.to_plan import routes_of, score_of
from scheduler.why import Alternative, Why, why
from tests.unit.scheduler.brute_force import fits, plans_with, usable_shifts, without
from tests.unit.scheduler.builders import solve
from tests.unit.scheduler.random_problems import plain_problem

POLICY = SchedulingPolicy()


def answers(first: int, count: int) -> Iterator[tuple[int, Problem, Plan, Why]]:
    for seed in range(first, first + count):
        problem = plain_problem(seed)
        plan = solve(problem, engine="insertion")
        for visit_id in plan.assignments:
            yield seed, problem, plan, why(problem, POLICY, plan, visit_id, most=99)


def planned_anew(problem: Problem, plan: Plan, visit_id: str, other: Alternative) -> Plan:
    """The cheapest of all plans that brute force finds with the visit in the other engineer's shifts."""
    _, rest = without(problem, plan, visit_id)
    facts, out = Facts(problem, POLICY), replace(rest, unassigned=(*rest.unassigned, left_out(visit_id)))
    found = []
    for shift in usable_shifts(problem, other.engineer):
        for made in plans_with(problem, out, visit_id, other.engineer, shift):
            state = state_from_plan(facts, made)
            score = score_of(state)
            found.append(replace(made, routes=routes_of(state), score=score, cost=sum(score.values()), bound=None))
    return min(found, key=lambda made: made.cost)


def left_out(visit_id: str) -> Unassigned:
    return Unassigned(visit_id, (Reason(ReasonCode.TIME, "Taken out to be planned anew.", 1),))


@pytest.mark.parametrize("first", range(0, 60, 10))
def test_each_alternative_is_a_plan_that_costs_as_much_more_as_is_said(first: int) -> None:
    for seed, problem, plan, answer in answers(first, 10):
        assert list(answer.alternatives) == sorted(answer.alternatives, key=lambda other: other.extra_cost)
        for other in answer.alternatives:
            made = replace(planned_anew(problem, plan, answer.visit_id, other), status=PlanStatus.FEASIBLE)
            assert check(problem, made) == (), f"seed {seed} {answer.visit_id} {other}"
            assert made.cost - plan.cost == other.extra_cost, f"seed {seed} {answer.visit_id} {other}"
            assert driven(made.routes) - driven(plan.routes) == other.extra_travel


def driven(routes: tuple[Route, ...]) -> int:
    return sum(stop.end - stop.start for route in routes for stop in route.stops if stop.kind == "travel")


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_nobody_who_could_take_it_is_left_unsaid(first: int) -> None:
    for seed, problem, plan, answer in answers(first, 20):
        named = {other.engineer for other in answer.alternatives} | {answer.engineer}
        _, rest = without(problem, plan, answer.visit_id)
        out = replace(rest, unassigned=(*rest.unassigned, left_out(answer.visit_id)))
        for engineer in (e.id for e in problem.engineers if e.id not in named):
            shifts = usable_shifts(problem, engineer)
            does = any(fits(problem, out, answer.visit_id, engineer, k) for k in shifts)
            assert not does, f"seed {seed} {answer.visit_id} {engineer}"
