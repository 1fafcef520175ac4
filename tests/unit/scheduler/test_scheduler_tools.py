"""Tools that a warehouse lends to whoever calls there."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from scheduler.build import state_from_plan
from scheduler.check import CheckRule, check
from scheduler.facts import Facts
from scheduler.plan import Plan, ReasonCode, StopKind
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem, Warehouse
from tests.unit.scheduler.builders import (
    HOUR,
    Pin,
    PinKind,
    Window,
    a_problem,
    a_visit,
    a_warehouse,
    an_engineer,
    solve,
    starts,
    with_stop,
)

LADDER = frozenset({"ladder"})
BOTH = frozenset({"ladder", "meter"})
ENGINES = ["callout", "routing", "insertion", "first_come"]


def a_lender(name: str = "W0", place: int = 4, tools: frozenset[str] = LADDER) -> Warehouse:
    return a_warehouse(name, place, tools=tools, handling=300)


def planned(problem: Problem, engine: str = "routing") -> Plan:
    result = solve(problem, engine=engine)
    assert check(problem, result) == ()
    return result


@pytest.mark.parametrize("engine", ENGINES)
def test_missing_tools_are_borrowed_on_the_way(engine: str) -> None:
    result = planned(a_problem(an_engineer(), a_lender(), a_visit(place=2, tools=LADDER)), engine)
    stop = next(stop for stop in result.routes[0].stops if stop.kind is StopKind.WAREHOUSE)
    assert (stop.start, stop.end, stop.tools) == (8 * HOUR + 2400, 8 * HOUR + 2700, LADDER)
    assert starts(result)["V0"] == ("E0", 8 * HOUR + 2700 + 1200)


def test_borrowed_tools_serve_the_rest_of_the_route() -> None:
    visits = [a_visit(f"V{i}", place=5 + i, tools=LADDER) for i in range(3)]
    result = planned(a_problem(an_engineer(), a_lender(), *visits))
    assert len(result.assignments) == 3
    assert [stop.tools for stop in result.routes[0].stops if stop.kind is StopKind.WAREHOUSE] == [LADDER]


def test_an_engineer_with_the_tools_goes_straight() -> None:
    result = planned(a_problem(an_engineer(tools=LADDER), a_lender(), a_visit(place=2, tools=LADDER)))
    assert all(stop.kind is not StopKind.WAREHOUSE for stop in result.routes[0].stops)


def test_only_what_is_missing_must_be_lent_and_all_of_it_by_one_warehouse() -> None:
    visit = a_visit(place=2, tools=BOTH)
    houses = [a_lender(), a_lender("W1", 6, frozenset({"meter"}))]
    assert len(planned(a_problem(an_engineer(tools=frozenset({"meter"})), *houses, visit)).assignments) == 1
    left_out = planned(a_problem(an_engineer(), *houses, visit)).unassigned
    assert [reason.code for reason in left_out[0].reasons] == [ReasonCode.TOOLS]
    assert len(planned(a_problem(an_engineer(), a_lender(tools=BOTH), visit)).assignments) == 1


@pytest.mark.parametrize(("last", "served"), [(8 * HOUR + 2700 + 1200, 1), (8 * HOUR + 2700 + 1199, 0)])
def test_tools_that_cannot_be_fetched_in_time_keep_the_visit_out(last: int, served: int) -> None:
    visit = a_visit(place=2, tools=LADDER, windows=(Window(0, last),))
    result = planned(a_problem(an_engineer(), a_lender(), visit))
    assert len(result.assignments) == served
    if not served:
        assert result.unassigned[0].reasons[0].sentence == "One engineer lacks tools (ladder not lent in time)."


def test_tools_and_parts_come_from_one_stop_where_that_is_possible() -> None:
    house = a_warehouse(place=4, stock={"A": 1}, tools=LADDER)
    other = a_lender("W1", 3)
    result = planned(a_problem(an_engineer(), house, other, a_visit(place=5, tools=LADDER, parts={"A": 1})))
    stops = [stop for stop in result.routes[0].stops if stop.kind is StopKind.WAREHOUSE]
    assert [(stop.warehouse_id, stop.parts, stop.tools) for stop in stops] == [("W0", {"A": 1}, LADDER)]


def test_a_pinned_engineer_needs_no_loan() -> None:
    visit = a_visit(place=2, tools=LADDER, pin=Pin(PinKind.RESOURCE, "E0"))
    result = planned(a_problem(an_engineer(), a_lender(), visit))
    assert all(stop.kind is not StopKind.WAREHOUSE for stop in result.routes[0].stops)


PROBLEM = a_problem(
    an_engineer(), a_lender(), a_visit("V0", place=5, tools=LADDER), a_visit("V1", windows=(Window(0, 8 * HOUR + 600),))
)


@pytest.mark.parametrize(
    ("what", "damage"),
    [
        ("not lent", lambda: (PROBLEM, with_stop(planned(PROBLEM), StopKind.WAREHOUSE, tools=frozenset()))),
        ("not to be had", lambda: (replace(PROBLEM, warehouses=(a_lender(tools=BOTH - LADDER),)), planned(PROBLEM))),
        ("another tool", lambda: (_with_tools(BOTH, frozenset()), planned(PROBLEM))),
        ("too late", lambda: (_with_tools(LADDER, LADDER), planned(PROBLEM))),
    ],
)
def test_the_checker_sees_a_wrong_loan(what: str, damage: Callable[[], tuple[Problem, Plan]]) -> None:
    problem, plan = damage()
    assert {violation.rule for violation in check(problem, plan)} == {CheckRule.TOOLS}


def _with_tools(*tools: frozenset[str]) -> Problem:
    visits = tuple(replace(visit, tools=needed) for visit, needed in zip(PROBLEM.visits, tools, strict=True))
    return replace(PROBLEM, visits=visits)


def test_a_plan_with_a_loan_is_read_back_as_it_was() -> None:
    problem = a_problem(an_engineer(), a_lender(), a_visit(place=2, tools=LADDER))
    result = planned(problem)
    facts = Facts(problem, SchedulingPolicy())
    state = state_from_plan(facts, result)
    assert (state.cost, state.routes) == (result.cost, [(-1, 0)])
    assert state.remove(0)
    assert state.routes == [()]
