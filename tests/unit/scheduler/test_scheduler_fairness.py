"""A fair load: the same share of each shift filled, as far as that is worth its cost."""

import pytest

from scheduler.check import CheckRule, check
from scheduler.plan import Objective, Plan
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem
from tests.unit.scheduler.builders import HOUR, a_problem, a_shift, a_visit, a_warehouse, an_engineer, solve, starts

FAIR = SchedulingPolicy(fairness_percent=100)


def planned(problem: Problem, policy: SchedulingPolicy = FAIR) -> Plan:
    result = solve(problem, policy)
    assert check(problem, result, policy) == ()
    return result


def two_visits(place: int = 0) -> Problem:
    return a_problem(*(an_engineer(f"E{i}") for i in range(2)), *(a_visit(f"V{i}", place) for i in range(2)))


@pytest.mark.parametrize("percent", [100, 50])
def test_the_load_costs_the_square_of_travel_and_work_over_the_shift(percent: int) -> None:
    house = a_warehouse(place=1, stock={"A": 1}, handling=300)
    problem = a_problem(an_engineer(), house, a_visit(place=2, parts={"A": 1}, earliest=12 * HOUR))
    busy = 1200 + 300 + HOUR + 1200
    score = planned(problem, SchedulingPolicy(fairness_percent=percent)).score
    assert score[Objective.FAIRNESS] == busy * busy * percent // (100 * 8 * HOUR)


def test_the_work_is_shared_where_that_costs_less_than_the_way() -> None:
    assert len({who for who, _ in starts(planned(two_visits())).values()}) == 2
    one = (2 * HOUR) ** 2 // (8 * HOUR)
    assert planned(two_visits()).score[Objective.FAIRNESS] == one // 2


def test_a_long_way_for_a_fair_load_is_not_worth_it() -> None:
    far = two_visits(place=4)
    assert len({who for who, _ in starts(planned(far)).values()}) == 1
    dear = planned(far, SchedulingPolicy(fairness_percent=10_000, travel_percent=10))
    assert len({who for who, _ in starts(dear).values()}) == 2


def test_a_longer_shift_gets_more() -> None:
    crew = [an_engineer("half", a_shift(8, 12)), an_engineer("full", a_shift(8, 16))]
    visits = [a_visit(f"V{i}", place=0) for i in range(6)]
    taken = [who for who, _ in starts(planned(a_problem(*crew, *visits))).values()]
    assert (taken.count("half"), taken.count("full")) == (2, 4)


def test_without_the_weight_the_load_costs_nothing() -> None:
    assert planned(two_visits(), SchedulingPolicy()).score[Objective.FAIRNESS] == 0


def test_the_checker_counts_the_load_from_the_stops() -> None:
    result = planned(two_visits())
    found = check(two_visits(), result, SchedulingPolicy(fairness_percent=200))
    assert [(v.rule, v.sentence) for v in found] == [
        (CheckRule.SCORE, "The fairness cost is 1800, the plan says 900."),
        (CheckRule.SCORE, "The cost is 1800, the plan says 900."),
    ]
