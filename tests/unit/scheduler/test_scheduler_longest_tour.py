"""The longest tour: from leaving to coming back, and no tour leaves later than it has to."""

import random
from dataclasses import replace
from typing import Any

import pytest

from scheduler.arrays import arrays_of
from scheduler.budget import Budget
from scheduler.change import ChangeKind
from scheduler.check import CheckRule, check
from scheduler.errors import ProblemError
from scheduler.facts import Facts
from scheduler.handover import state_of
from scheduler.insert import Inserter
from scheduler.plan import Plan, ReasonCode, StopKind
from scheduler.policy import ALL_RULES, HardRule, SchedulingPolicy
from scheduler.problem import Problem, Shift
from scheduler.search import Search
from scheduler.solve import ENGINES, plan_of
from scheduler.solved import Solved
from scheduler.timing import time_route
from scheduler.validation import validate
from scheduler.what_if import apply, plan_with
from tests.unit.scheduler.builders import (
    HOUR,
    LEG,
    Break,
    Pin,
    PinKind,
    Window,
    a_problem,
    a_shift,
    a_visit,
    a_warehouse,
    an_engineer,
    solve,
    starts,
)
from tests.unit.scheduler.random_problems import territory

POLICY = SchedulingPolicy()
WITHOUT = SchedulingPolicy(rules=ALL_RULES - {HardRule.LONGEST_TOUR})


def out_for(hours: float, **fields: Any) -> Any:
    """An engineer who may be out for so many hours."""
    return an_engineer("E0", a_shift(longest=round(hours * HOUR), **fields))


def at(hour: float, name: str = "V0", until: float | None = None, **fields: Any) -> Any:
    """An hour of work next door that starts at an hour, or until another one."""
    last = hour if until is None else until
    return a_visit(name, windows=(Window(round(hour * HOUR), round(last * HOUR)),), **fields)


def planned(problem: Problem, policy: SchedulingPolicy = POLICY, engine: str = "callout") -> Plan:
    result = solve(problem, policy, engine)
    assert check(problem, result, policy) == ()
    return result


def tour(plan: Plan) -> tuple[int, int]:
    [route] = plan.routes
    return route.stops[0].start, route.stops[-1].end


def test_a_limit_below_zero_is_refused() -> None:
    with pytest.raises(ProblemError, match=r"engineers\[E0\]\.shifts\[0\]\.longest: must not be negative"):
        validate(a_problem(out_for(-1)))


def test_the_limit_is_part_of_a_problem_in_json() -> None:
    problem = a_problem(out_for(3), an_engineer("E1"))
    data = problem.to_json()
    assert [shift.get("longest") for engineer in data["engineers"] for shift in engineer["shifts"]] == [3 * HOUR, None]
    assert Problem.from_json(data) == problem


@pytest.mark.parametrize("engine", ["callout", "routing", "insertion"])
def test_a_tour_begins_as_late_as_it_has_to_and_no_later(engine: str) -> None:
    early, noon = at(8, "early", until=11), at(12, "noon")
    assert starts(planned(a_problem(out_for(8), early, noon), engine=engine))["early"] == ("E0", 8 * HOUR + LEG)
    result = planned(a_problem(out_for(3), early, noon), engine=engine)
    assert tour(result) == (10 * HOUR + LEG, 13 * HOUR + LEG)
    assert starts(result)["early"] == ("E0", 10 * HOUR + 2 * LEG)


def test_who_is_sent_first_does_not_wait_at_home_for_who_asks_later() -> None:
    result = planned(a_problem(out_for(3), at(8, "early", until=11), at(12, "noon")), engine="first_come")
    assert starts(result) == {"early": ("E0", 8 * HOUR + LEG)}


@pytest.mark.parametrize("engine", ENGINES)
def test_what_would_take_too_long_is_left_out(engine: str) -> None:
    assert len(planned(a_problem(out_for(3.4), at(9), at(11, "V1")), engine=engine).assignments) == 2
    assert len(planned(a_problem(out_for(3.3), at(9), at(11, "V1")), engine=engine).assignments) == 1


def test_the_rule_can_be_switched_off() -> None:
    problem = a_problem(out_for(1), at(9), at(11, "V1"))
    assert len(planned(problem, WITHOUT).assignments) == 2
    assert planned(problem).assignments == {}


def test_the_checker_finds_a_tour_that_is_too_long() -> None:
    problem = a_problem(out_for(3), at(9), at(11, "V1"))
    [found] = check(problem, solve(problem, WITHOUT))
    assert (found.rule, found.who) == (CheckRule.LONGEST_TOUR, "E0/0")
    assert found.sentence == f"Is out for {3 * HOUR + 2 * LEG} s, at most {3 * HOUR} are agreed."


def test_a_tour_moves_to_a_later_window_where_that_makes_it_shorter() -> None:
    windows = (Window(8 * HOUR, 9 * HOUR), Window(12 * HOUR, 13 * HOUR))
    first = a_visit("first", windows=windows)
    second = a_visit("second", windows=(Window(10 * HOUR, 11 * HOUR), Window(14 * HOUR, 14 * HOUR)))
    pair = out_for(8), first, second, at(15, "third")
    left, back = tour(planned(a_problem(replace(pair[0], shifts=(a_shift(8, 18),)), *pair[1:])))
    assert back - left > 5 * HOUR  # in whatever order: all cost the same
    result = planned(a_problem(replace(pair[0], shifts=(a_shift(8, 18, longest=5 * HOUR),)), *pair[1:]))
    assert starts(result) == {
        "first": ("E0", 12 * HOUR),
        "second": ("E0", 14 * HOUR),
        "third": ("E0", 15 * HOUR),
    }


def test_the_break_counts_and_falls_away_for_who_leaves_after_it() -> None:
    pause = Break(9 * HOUR, 10 * HOUR, HOUR)
    crew = out_for(3, break_=pause)
    assert planned(a_problem(crew, at(8.5, until=9), at(11, "V1"))).assignments.keys() < {"V0", "V1"}
    result = planned(a_problem(crew, a_visit("V0"), a_visit("V1")))
    assert tour(result) == (10 * HOUR + 1, 12 * HOUR + 2 * LEG + 1)
    assert all(stop.kind is not StopKind.BREAK for route in result.routes for stop in route.stops)


def test_nobody_is_late_for_a_pin_because_the_tour_began_late() -> None:
    pinned = a_visit("pinned", place=3, pin=Pin(PinKind.BOTH, "E0", 8 * HOUR))
    problem = a_problem(out_for(8), pinned, at(14, "V1"))
    assert starts(planned(problem))["pinned"] == ("E0", 8 * HOUR + 3 * LEG)
    result = planned(a_problem(out_for(5), pinned, at(14, "V1")))
    assert starts(result) == {"pinned": ("E0", 8 * HOUR + 3 * LEG)}


def test_a_visit_too_far_for_any_tour_says_by_how_much() -> None:
    [item] = planned(a_problem(out_for(2), a_visit(place=6))).unassigned
    [reason] = item.reasons
    assert (reason.code, reason.nearest, reason.shortfall) == (ReasonCode.LONGEST_TOUR, "E0", HOUR)
    assert reason.sentence == "One engineer would be out longer than agreed for it alone; E0 would be out 1 h too long."
    [change] = item.changes
    assert (change.kind, change.amount) == (ChangeKind.LONGER_TOUR, HOUR)
    assert change.sentence == "It fits if E0 is out for 1 h longer than agreed."


def test_the_smallest_longer_tour_lets_a_visit_in_beside_others() -> None:
    problem = a_problem(out_for(3), at(9, mandatory=True), at(11, "V1"))
    result = planned(problem)
    [item] = result.unassigned
    assert (item.reasons[0].code, item.reasons[0].visits) == (ReasonCode.PUSHED_OUT, ("V0",))
    [change] = [change for change in item.changes if change.kind is ChangeKind.LONGER_TOUR]
    assert (change.visit_id, change.amount, change.start) == ("V1", 1200, 11 * HOUR)
    made = plan_with(change, problem, POLICY, result)
    assert made is not None
    assert made.assignments.keys() == {"V0", "V1"}
    assert check(apply(change, problem), made) == ()


def test_the_start_may_slip_as_far_as_the_tour_can_move() -> None:
    problem = a_problem(out_for(2))
    [offer] = Inserter(problem, POLICY, solve(problem)).rank(a_visit("new"))
    assert offer.possible == Window(8 * HOUR + LEG, 15 * HOUR - LEG)
    problem = a_problem(out_for(4), at(10, "V0", until=11))
    [offer] = Inserter(problem, POLICY, solve(problem)).rank(a_visit("new"))
    assert offer.arrival == 8 * HOUR + LEG
    assert offer.possible == Window(8 * HOUR + LEG, 10 * HOUR)


def _out(shifts: tuple[Shift, ...], hours: float) -> tuple[Shift, ...]:
    return tuple(replace(shift, longest=round(hours * HOUR), break_=None) for shift in shifts)


@pytest.mark.parametrize("policy", [POLICY, SchedulingPolicy(working_percent=50, fairness_percent=50)])
def test_where_stretches_join_the_search_keeps_the_limit_and_knows_its_costs(policy: SchedulingPolicy) -> None:
    for seed in range(6):
        full, rng = territory(40, 6, 1, seed), random.Random(seed)
        problem = replace(
            full,
            engineers=tuple(replace(e, shifts=_out(e.shifts, rng.choice([3, 5, 7]))) for e in full.engineers),
            visits=tuple(replace(v, latest_sla_end=None, late_cost_per_minute=0) for v in full.visits),
        )
        facts = Facts(problem, policy)
        arrays = arrays_of(facts)
        assert arrays.plain
        search = Search(arrays, seed)
        search.step(400, 300.0)
        state = state_of(facts, search, arrays.skus)
        assert state.cost == search.best_cost, seed
        assert check(problem, plan_of(Solved(state), "callout", Budget(), 0.0), policy) == (), seed
        tours = [(timed.end - timed.departure, facts.slots[s].longest) for s, timed in enumerate(state.timed) if timed]
        assert max(longest - seconds for seconds, longest in tours) < 2 * HOUR, seed


def test_one_order_of_stops_can_be_too_long_and_another_not() -> None:
    facts = Facts(a_problem(out_for(3), a_visit("near", place=1), a_visit("far", place=3), a_warehouse()), POLICY)
    timed = time_route(facts, facts.slots[0], [0, 1], {})
    assert timed is not None
    assert (timed.departure, timed.end) == (8 * HOUR, 11 * HOUR)
    assert time_route(facts, facts.slots[0], [-1, 0, 1], {}) is None
    assert time_route(facts, facts.slots[0], [0, -1, 1], {}) is not None
