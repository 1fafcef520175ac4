"""Why this engineer: the next best and what each would cost more."""

from typing import Any

import pytest

from scheduler.errors import ProblemError
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Engineer
from scheduler.why import why
from tests.unit.scheduler.builders import (
    HOUR,
    Skill,
    a_problem,
    a_shift,
    a_visit,
    a_warehouse,
    an_engineer,
    solve,
)

POLICY = SchedulingPolicy()


def at(name: str, place: int, **fields: Any) -> Engineer:
    return an_engineer(name, a_shift(start_place=place, end_place=place), **fields)


def test_the_next_best_three_are_ranked_by_what_they_would_cost_more() -> None:
    crew = [at(f"P{place}", place) for place in (9, 5, 7, 3, 11)]
    problem = a_problem(*crew, a_visit(place=4))
    answer = why(problem, POLICY, solve(problem), "V0")
    assert answer.engineer in {"P5", "P3"}
    other = "P3" if answer.engineer == "P5" else "P5"
    assert [(a.engineer, a.extra_cost, a.extra_travel) for a in answer.alternatives] == [
        (other, 0, 0),
        ("P7", 2400, 2400),
        ("P9", 4800, 4800),
    ]
    assert answer.considered == 5
    assert answer.sentence == f"{answer.engineer} is the cheapest of 5 able engineers in this plan."


def test_what_an_alternative_would_cost_more_is_what_the_plan_would_cost_with_it() -> None:
    house = a_warehouse(place=6, stock={"A": 1}, handling=60)
    crew = [at("van", 5, van={"A": 1}), at("none", 3)]
    other = a_visit("V1", place=7, required=frozenset({"van"}))
    problem = a_problem(*crew, house, a_visit("V0", place=4, parts={"A": 1}), other)
    result = solve(problem)
    found = why(problem, POLICY, result, "V0").alternatives[0]
    forced = a_visit("V0", place=4, parts={"A": 1}, required=frozenset({"none"}))
    assert found.engineer == "none"
    assert solve(a_problem(*crew, house, forced, other)).cost == result.cost + found.extra_cost


def test_lateness_and_preferences_of_an_alternative_are_told() -> None:
    late = an_engineer("late", a_shift(12, 20))
    visit = a_visit(latest_sla_end=10 * HOUR, late_cost_per_minute=10, preferred=frozenset({"first"}))
    problem = a_problem(an_engineer("first"), late, visit)
    found = why(problem, POLICY, solve(problem), "V0").alternatives[0]
    assert found.late == 3 * HOUR + 600
    assert found.extra_cost == 190 * 10 + 1000
    assert found.sentence == ("late would cost +2900: +0 min of travel, 190 min after the promise, is not preferred.")


def test_the_only_able_engineer_needs_no_comparison() -> None:
    problem = a_problem(an_engineer("A", skills={"gas": Skill(1)}), an_engineer("B"), a_visit(skills={"gas": 1}))
    answer = why(problem, POLICY, solve(problem), "V0")
    assert (answer.alternatives, answer.sentence) == ((), "A is the only engineer who can do it.")


def test_a_visit_that_is_not_assigned_is_refused() -> None:
    problem = a_problem(a_visit())
    with pytest.raises(ProblemError, match="is not assigned in this plan"):
        why(problem, POLICY, solve(problem), "V0")
