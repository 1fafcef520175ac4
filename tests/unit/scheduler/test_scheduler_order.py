"""Visits that wait for others."""

import time
from dataclasses import replace
from typing import Any

import pytest

from scheduler.build import state_from_orders, state_from_plan
from scheduler.check import CheckRule, check
from scheduler.facts import Facts
from scheduler.improve import reinsert_coupled
from scheduler.plan import Plan, Reason, ReasonCode
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem
from scheduler.state import State
from tests.unit.scheduler.builders import (
    HOUR,
    After,
    Break,
    Window,
    a_problem,
    a_shift,
    a_visit,
    an_engineer,
    solve,
    starts,
    with_stop,
)

ENGINES = ["callout", "routing", "insertion", "first_come"]


def after(visit: str, delay: int = 0) -> tuple[After, ...]:
    return (After(visit, delay),)


def only(name: str) -> frozenset[str]:
    return frozenset({name})


def planned(problem: Problem, engine: str = "routing", policy: SchedulingPolicy | None = None) -> Plan:
    result = solve(problem, policy, engine)
    assert check(problem, result, policy) == ()
    return result


def reasons(result: Plan, visit_id: str) -> list[Reason]:
    return next(list(item.reasons) for item in result.unassigned if item.visit_id == visit_id)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_visit_starts_the_delay_after_the_end_of_the_other_one(engine: str) -> None:
    first = a_visit("first", place=3, required=only("E0"), priority=1)
    second = a_visit("second", place=1, required=only("E1"), after=after("first", 900), priority=5)
    result = planned(a_problem(an_engineer("E0"), an_engineer("E1"), second, first), engine)
    finish = 8 * HOUR + 1800 + HOUR
    assert starts(result) == {"first": ("E0", finish - HOUR), "second": ("E1", finish + 900)}


@pytest.mark.parametrize("engine", ENGINES)
def test_one_engineer_does_both_in_their_order_although_the_other_way_round_is_shorter(engine: str) -> None:
    day = (Window(8 * HOUR, 12 * HOUR),)
    far, near = a_visit("far", place=6, windows=day), a_visit("near", place=1, after=after("far"), windows=day)
    result = planned(a_problem(an_engineer(), near, far), engine)
    assert starts(result) == {"far": ("E0", 9 * HOUR), "near": ("E0", 10 * HOUR + 3000)}


def test_the_delay_within_a_route_is_used_for_another_visit() -> None:
    first, second = a_visit("first"), a_visit("second", after=after("first", HOUR + 1800))
    result = planned(a_problem(an_engineer(), first, second, a_visit("between", latest_sla_end=11 * HOUR)))
    assert starts(result)["second"][1] - starts(result)["first"][1] - HOUR == HOUR + 1800


def test_a_break_within_the_delay_counts_as_part_of_it() -> None:
    pause = Break(9 * HOUR + 600, 10 * HOUR, 1800)
    first = a_visit("first", windows=(Window(8 * HOUR + 600, 8 * HOUR + 600),))
    second = a_visit("second", after=after("first", HOUR))
    result = planned(a_problem(an_engineer("E0", a_shift(break_=pause)), first, second))
    assert starts(result)["second"][1] == 10 * HOUR + 600


def test_paid_working_time_moves_both_and_keeps_the_delay() -> None:
    first, second = a_visit("first"), a_visit("second", after=after("first", 600), windows=(Window(*[12 * HOUR] * 2),))
    policy = SchedulingPolicy(working_percent=100)
    result = planned(a_problem(an_engineer(), first, second), policy=policy)
    assert starts(result)["first"][1] == 11 * HOUR - 600


def test_a_chain_is_planned_link_by_link() -> None:
    crew = [an_engineer(f"E{i}") for i in range(3)]
    chain = [
        a_visit("c", required=only("E2"), after=after("b", HOUR), priority=5),
        a_visit("b", required=only("E1"), after=after("a", HOUR), priority=4),
        a_visit("a", required=only("E0")),
    ]
    begin = 8 * HOUR + 600
    assert {name: start for name, (_, start) in starts(planned(a_problem(*crew, *chain))).items()} == {
        "a": begin,
        "b": begin + 2 * HOUR,
        "c": begin + 4 * HOUR,
    }


def test_a_visit_is_left_out_with_the_one_it_waits_for_and_says_so() -> None:
    result = planned(a_problem(an_engineer(), a_visit("first", skills={"gas": 1}), a_visit(after=after("first"))))
    assert result.assignments == {}
    (found,) = reasons(result, "V0")
    assert (found.code, found.visits) == (ReasonCode.ORDER, ("first",))
    assert found.sentence == (
        "One engineer would have to wait for first, which this plan leaves out or which ends too late."
    )


@pytest.mark.parametrize(("last", "served"), [(10 * HOUR, True), (10 * HOUR - 1, False)])
def test_the_window_of_a_waiting_visit_holds(last: int, served: bool) -> None:
    first = a_visit("first", place=0, duration=2 * HOUR, required=only("E0"))
    second = a_visit("second", required=only("E1"), after=after("first"), windows=(Window(0, last),))
    result = planned(a_problem(an_engineer("E0"), an_engineer("E1"), first, second))
    assert ("second" in result.assignments) is served
    if not served:
        codes = {reason.code: reason.visits for reason in reasons(result, "second")}
        assert codes == {ReasonCode.ORDER: ("first",), ReasonCode.EXCLUDED: ()}


def a_pair() -> Problem:
    first = a_visit("first", required=only("E0"))
    second = a_visit("second", required=only("E1"), after=after("first", 900))
    return a_problem(an_engineer("E0"), an_engineer("E1"), first, second, a_visit("third", place=2))


def test_the_checker_sees_a_delay_that_is_too_short_and_a_visit_that_waits_for_nothing() -> None:
    problem, result = a_pair(), planned(a_pair())
    longer = replace(problem.visits[1], after=after("first", 901))
    found = check(replace(problem, visits=(problem.visits[0], longer, problem.visits[2])), result)
    assert [(v.rule, v.who, v.sentence) for v in found] == [
        (CheckRule.ORDER, "second", "Starts 900 s after the end of first, 901 s are needed.")
    ]
    gone = replace(result, routes=tuple(route for route in result.routes if "first" not in route.visit_ids))
    assert (CheckRule.ORDER, "second") in {(v.rule, v.who) for v in check(problem, gone)}


def _state(problem: Problem) -> State:
    facts = Facts(problem, SchedulingPolicy())
    state = State(facts)
    state.insert_all(range(len(problem.visits)))
    return state


def test_taking_a_visit_out_takes_what_waits_for_it_out() -> None:
    state = _state(a_pair())
    assert state.remove(0)
    assert [state.slot_of[v] is None for v in range(3)] == [True, True, False]
    other = _state(a_pair())
    assert other.remove(1)
    assert [other.slot_of[v] is None for v in range(3)] == [False, True, False]


def test_an_insertion_before_a_visit_does_not_push_it_past_the_start_of_what_waits_for_it() -> None:
    state = _state(a_pair())
    late = state.start_of(1)
    assert [found.timed.starts for found in state.insertions(2, 0, [0])] == []
    assert state.remove(2)
    assert list(state.insertions(2, 0, [0])) == []
    assert state.start_of(1) == late


def test_a_waiting_visit_alone_has_no_place() -> None:
    problem = a_pair()
    state = State(Facts(problem, SchedulingPolicy()))
    assert state.best_insertion(1) is None
    assert state.insert(1)
    assert state.slot_of[0] is not None


def test_a_plan_with_an_order_is_read_back_as_it_was() -> None:
    result = planned(a_pair())
    assert state_from_plan(Facts(a_pair(), SchedulingPolicy()), result).cost == result.cost


def test_a_chain_is_moved_as_a_whole_to_where_it_is_cheaper() -> None:
    near = an_engineer("near", a_shift(start_place=9, end_place=9))
    visits: list[Any] = [a_visit("first", 9), a_visit("second", 9, after=after("first", 600))]
    problem = a_problem(an_engineer("far"), near, *visits)
    facts = Facts(problem, SchedulingPolicy())
    state = state_from_orders(facts, {0: [0, 1]})
    assert state.slot_of == [0, 0]
    reinsert_coupled(state, time.monotonic() + 10)
    assert (state.slot_of, state.cost) == ([1, 1], 0)


def test_a_plan_whose_order_was_swapped_is_refused() -> None:
    problem = a_problem(an_engineer(), a_visit("first"), a_visit("second", after=after("first")))
    result = planned(problem)
    swapped = with_stop(result, next(s.kind for s in result.routes[0].stops if s.visit_id), visit_id="second")
    assert CheckRule.ORDER in {v.rule for v in check(problem, swapped)}


def test_a_visit_is_done_early_enough_for_the_one_that_waits_for_it() -> None:
    shifts = (a_shift(8, 16), a_shift(32, 40))
    busy = a_visit("busy", place=0, duration=7 * HOUR, windows=(Window(8 * HOUR, 8 * HOUR),), required=only("E0"))
    tomorrow = a_visit("tomorrow", place=4, earliest=24 * HOUR, required=only("E0"))
    first = a_visit("first", place=4, required=frozenset({"E0", "E1"}))
    second = a_visit("second", place=4, after=after("first"), windows=(Window(0, 14 * HOUR),), required=only("E1"))
    far = an_engineer("E1", *shifts, cost_per_hour=2 * HOUR)
    result = planned(a_problem(an_engineer("E0", *shifts), far, busy, tomorrow, first, second), "insertion")
    assert starts(result)["first"] == ("E1", 8 * HOUR + 2400)
    assert starts(result)["second"] == ("E1", 9 * HOUR + 2400)


def test_a_promise_of_the_waiting_visit_is_kept_in_mind() -> None:
    shifts = (a_shift(8, 16), a_shift(32, 40))
    first = a_visit("first", place=4)
    second = a_visit("second", place=4, after=after("first"), latest_sla_end=12 * HOUR, late_cost_per_minute=10)
    tomorrow = a_visit("tomorrow", place=4, earliest=24 * HOUR, priority=5)
    result = planned(a_problem(an_engineer("E0", *shifts), tomorrow, first, second), "insertion")
    assert starts(result)["second"] == ("E0", 9 * HOUR + 2400)
