"""Visits that start together with different engineers."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from scheduler.build import state_from_orders, state_from_plan
from scheduler.check import CheckRule, check
from scheduler.coupling import coupled
from scheduler.facts import Facts
from scheduler.improve import reinsert_coupled
from scheduler.plan import Plan, ReasonCode, Stop, StopKind
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem, Visit
from scheduler.state import State
from scheduler.why import why
from tests.unit.scheduler.builders import (
    HOUR,
    After,
    Pin,
    PinKind,
    Position,
    Published,
    Skill,
    Window,
    a_problem,
    a_shift,
    a_visit,
    a_warehouse,
    an_engineer,
    solve,
    starts,
)

ENGINES = ["callout", "routing", "insertion", "first_come"]
POLICY = SchedulingPolicy()


def member(name: str, place: int = 3, **fields: Any) -> Visit:
    return a_visit(name, place, **{"group": "G", **fields})


def planned(problem: Problem, engine: str = "routing", policy: SchedulingPolicy | None = None) -> Plan:
    result = solve(problem, policy, engine)
    assert check(problem, result, policy) == ()
    return result


@pytest.mark.parametrize("engine", ENGINES)
def test_a_group_starts_together_when_the_last_engineer_is_there(engine: str) -> None:
    crew = [an_engineer("near", a_shift(start_place=3)), an_engineer("far")]
    result = starts(planned(a_problem(*crew, member("a"), member("b")), engine))
    assert {who for who, _ in result.values()} == {"near", "far"}
    assert {start for _, start in result.values()} == {8 * HOUR + 1800}


@pytest.mark.parametrize("engine", ENGINES)
def test_three_engineers_with_different_skills_meet_where_all_have_time(engine: str) -> None:
    crew = [an_engineer(f"E{i}", skills={f"s{i}": Skill(1)}) for i in range(3)]
    group = [member(f"m{i}", skills={f"s{i}": 1}, duration=HOUR * (i + 1)) for i in range(3)]
    busy = a_visit("busy", place=0, duration=3 * HOUR, skills={"s1": 1}, windows=(Window(8 * HOUR, 8 * HOUR),))
    result = starts(planned(a_problem(*crew, *group, replace(busy, requested=0)), engine))
    assert len(result) == 4
    assert {result[f"m{i}"] for i in range(3)} == {(f"E{i}", 11 * HOUR + 1800) for i in range(3)}


def test_the_windows_of_all_members_hold() -> None:
    windows = (Window(9 * HOUR, 10 * HOUR), Window(14 * HOUR, 15 * HOUR))
    crew = [an_engineer("E0"), an_engineer("E1")]
    late = member("b", windows=(Window(11 * HOUR, 14 * HOUR),))
    result = starts(planned(a_problem(*crew, member("a", windows=windows), late)))
    assert {start for _, start in result.values()} == {14 * HOUR}
    too_early = member("b", windows=(Window(11 * HOUR, 14 * HOUR - 1),))
    left_out = planned(a_problem(*crew, member("a", windows=windows), too_early))
    assert left_out.assignments == {}
    assert {reason.code for item in left_out.unassigned for reason in item.reasons} == {ReasonCode.GROUP}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_group_is_left_out_as_a_whole_and_says_why(engine: str) -> None:
    result = planned(a_problem(an_engineer(), member("a"), member("b")), engine)
    assert result.assignments == {}
    reason = result.unassigned[0].reasons[0]
    assert (reason.code, reason.visits, reason.count) == (ReasonCode.GROUP, ("b",), 1)
    assert reason.sentence == (
        "One engineer could come, but no moment was found that suits b as well, which must start with it."
    )


def test_scarce_stock_is_not_promised_to_two_members() -> None:
    house = a_warehouse(place=2, stock={"A": 1})
    crew = [an_engineer("E0"), an_engineer("E1")]
    assert planned(a_problem(*crew, house, *(member(n, parts={"A": 1}) for n in "ab"))).assignments == {}
    enough = replace(house, stock={"A": 2})
    assert len(planned(a_problem(*crew, enough, *(member(n, parts={"A": 1}) for n in "ab"))).assignments) == 2


def test_a_pinned_group_keeps_its_moment_and_engineers() -> None:
    crew = [an_engineer(f"E{i}") for i in range(3)]
    group = [member(n, pin=Pin(PinKind.BOTH, who, 11 * HOUR)) for n, who in (("a", "E2"), ("b", "E1"))]
    result = starts(planned(a_problem(*crew, *group, *(a_visit(f"V{i}", i + 1) for i in range(4)))))
    assert (result["a"], result["b"], len(result)) == (("E2", 11 * HOUR), ("E1", 11 * HOUR), 6)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_pinned_group_waits_for_the_engineer_who_is_late(engine: str) -> None:
    crew = [an_engineer("E0"), an_engineer("E1", position=Position(3, 11 * HOUR + 600))]
    group = [member(n, pin=Pin(PinKind.BOTH, who, 11 * HOUR)) for n, who in (("a", "E0"), ("b", "E1"))]
    problem = a_problem(*crew, *group, a_visit("other", 2, required=frozenset({"E0"})))
    result = planned(problem, engine)
    late = 11 * HOUR + 600
    assert (starts(result)["a"], starts(result)["b"]) == (("E0", late), ("E1", late))
    assert state_from_plan(Facts(problem, POLICY), result).cost <= result.cost
    punctual = replace(problem, engineers=(crew[0], replace(crew[1], position=Position(3, 11 * HOUR))))
    waiting = Stop(StopKind.WAIT, 11 * HOUR, late, 3)
    routes = tuple(
        replace(route, stops=(waiting, *route.stops)) if route.engineer == "E1" else route for route in result.routes
    )
    found = check(punctual, replace(result, routes=routes))
    assert {(v.rule, v.who) for v in found} == {(CheckRule.PIN, "a"), (CheckRule.PIN, "b")}


def test_nobody_is_late_for_a_pin_for_the_sake_of_a_group_without_pins() -> None:
    crew = [an_engineer("E0"), an_engineer("E1", position=Position(3, 11 * HOUR + 600))]
    group = [member("a", pin=Pin(PinKind.BOTH, "E0", 11 * HOUR)), member("b", required=frozenset({"E1"}))]
    assert planned(a_problem(*crew, *group)).assignments == {}


def test_a_published_group_stays() -> None:
    crew = [an_engineer(f"E{i}") for i in range(3)]
    group = [member(n, published=Published(who, 11 * HOUR)) for n, who in (("a", "E2"), ("b", "E1"))]
    result = planned(a_problem(*crew, *group))
    assert starts(result) == {"a": ("E2", 11 * HOUR), "b": ("E1", 11 * HOUR)}


def test_a_group_waits_for_a_visit_and_another_visit_for_the_group() -> None:
    crew = [an_engineer(f"E{i}") for i in range(2)]
    first = a_visit("first", place=3)
    group = [member("a", after=(After("first", 600),)), member("b")]
    last = a_visit("last", place=3, after=(After("b"),), priority=5)
    result = starts(planned(a_problem(*crew, last, *group, first)))
    begin = 8 * HOUR + 1800 + HOUR + 600
    assert {result[n][1] for n in "ab"} == {begin}
    assert result["last"][1] == begin + HOUR


def test_paid_working_time_keeps_the_common_start() -> None:
    policy = SchedulingPolicy(working_percent=100)
    crew = [an_engineer("E0"), an_engineer("E1")]
    noon = a_visit("noon", windows=(Window(12 * HOUR, 12 * HOUR),), required=frozenset({"E0"}))
    planned(a_problem(*crew, member("a"), member("b"), noon), policy=policy)


def a_pair() -> Problem:
    return a_problem(an_engineer("E0"), an_engineer("E1"), member("a"), member("b"), a_visit("alone", 1))


def _apart() -> Plan:
    """What is planned if the two do not belong together and one is asked for later."""
    first, second, alone = a_pair().visits
    loose = (replace(first, group=None), replace(second, group=None, earliest=10 * HOUR), alone)
    return planned(replace(a_pair(), visits=loose))


def _without_b(result: Plan) -> Plan:
    return replace(result, routes=tuple(route for route in result.routes if "b" not in route.visit_ids))


def _same_engineer(result: Plan) -> Plan:
    return replace(result, routes=tuple(replace(route, engineer="E0") for route in result.routes))


DAMAGES: list[tuple[str, str, Callable[[], tuple[Problem, Plan]]]] = [
    ("torn", "Only 1 of 2 visits of group G are planned.", lambda: (a_pair(), _without_b(planned(a_pair())))),
    (
        "apart",
        "The visits of group G do not start together.",
        lambda: (a_pair(), _apart()),
    ),
    ("one", "An engineer has two visits of group G.", lambda: (a_pair(), _same_engineer(planned(a_pair())))),
]


@pytest.mark.parametrize(("what", "sentence", "damage"), DAMAGES, ids=[name for name, _, _ in DAMAGES])
def test_the_checker_sees_a_damaged_group(what: str, sentence: str, damage: Callable[[], tuple[Problem, Plan]]) -> None:
    assert (CheckRule.GROUP, sentence) in {(v.rule, v.sentence) for v in check(*damage())}


def test_taking_one_member_out_takes_the_group_out() -> None:
    state = State(Facts(a_pair(), POLICY))
    state.insert_all(range(3))
    assert state.remove(1)
    assert [slot is None for slot in state.slot_of] == [True, True, False]
    assert state.best_insertion(0) is None
    assert state.insert(0)
    assert None not in state.slot_of


def test_a_later_insertion_does_not_move_a_member() -> None:
    state = State(Facts(a_pair(), POLICY))
    state.insert_all([0, 1])
    start = state.start_of(0)
    state.insert_all([2])
    assert (state.start_of(0), state.start_of(1)) == (start, start)


def test_a_plan_with_a_group_is_read_back_as_it_was() -> None:
    problem = a_pair()
    result = planned(problem)
    state = state_from_plan(Facts(problem, POLICY), result)
    assert (state.cost, state.start_of(0)) == (result.cost, state.start_of(1))
    assert planned(problem).cost <= solve(problem, warm_start=result).cost


def test_a_group_is_moved_as_a_whole_to_where_it_is_cheaper() -> None:
    crew = [an_engineer(f"far{i}") for i in range(2)]
    crew += [an_engineer(f"near{i}", a_shift(start_place=3, end_place=3)) for i in range(2)]
    facts = Facts(a_problem(*crew, member("a"), member("b")), POLICY)
    state = state_from_orders(facts, {0: [0], 1: [1]})
    assert state.slot_of == [0, 1]
    reinsert_coupled(state, time.monotonic() + 10)
    assert (sorted(state.slot_of, key=str), state.cost) == ([2, 3], 0)


def test_why_this_engineer_compares_with_those_who_could_come_at_that_moment() -> None:
    crew = [an_engineer("E0"), an_engineer("E1"), an_engineer("far", a_shift(start_place=9, end_place=9))]
    problem = a_problem(*crew, member("a", earliest=10 * HOUR), member("b", earliest=10 * HOUR))
    answer = why(problem, POLICY, planned(problem), "a")
    assert [(a.engineer, a.extra_travel) for a in answer.alternatives] == [("far", 2 * 6 * 600 - 2 * 3 * 600)]


def test_visits_in_a_group_or_an_order_are_coupled() -> None:
    problem = a_problem(member("a"), a_visit("x"), member("b"), a_visit("y", after=(After("z"),)), a_visit("z"))
    assert coupled(problem) == {0, 2, 3, 4}
