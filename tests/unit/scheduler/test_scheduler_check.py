"""The checker accepts a good plan and names each rule that a damaged one breaks."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from scheduler.check import CheckRule, check
from scheduler.plan import Objective, PartSource, Plan, Reason, ReasonCode, SourceKind, StopKind, Unassigned
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Engineer, Position, Problem, Visit, Warehouse
from tests.unit.scheduler.builders import (
    HOUR,
    Break,
    Pin,
    PinKind,
    Published,
    Skill,
    Window,
    a_problem,
    a_shift,
    a_visit,
    a_warehouse,
    an_engineer,
    solve,
    with_stop,
)

NOON = Break(12 * HOUR, 13 * HOUR, 1800)


def a_full_problem() -> Problem:
    """One engineer with a break and a warehouse stop, three visits with parts from three sources."""
    return a_problem(
        an_engineer("E0", a_shift(8, 17, break_=NOON, overtime_limit=HOUR), van={"A": 1}, max_visits_per_shift=3),
        a_warehouse(place=2, stock={"B": 1}, handling=300, opening=(Window(8 * HOUR, 9 * HOUR),)),
        a_visit("V0", place=3, parts={"A": 1}, windows=(Window(9 * HOUR, 11 * HOUR),)),
        a_visit("V1", place=4, parts={"B": 1}, published=Published("E0", 11 * HOUR)),
        a_visit("V2", place=5, parts={"C": 1}, shipped={"C": 14 * HOUR}, skills={}),
    )


PROBLEM = a_full_problem()
PLAN = solve(PROBLEM)


def with_visit(**fields: Any) -> Problem:
    first, *rest = PROBLEM.visits
    return replace(PROBLEM, visits=(replace(first, **fields), *rest))


def with_engineer(**fields: Any) -> Problem:
    return replace(PROBLEM, engineers=(replace(PROBLEM.engineers[0], **fields),))


def with_shift(**fields: Any) -> Problem:
    return with_engineer(shifts=(replace(PROBLEM.engineers[0].shifts[0], **fields),))


def broken(problem: Problem, plan: Plan, policy: SchedulingPolicy | None = None) -> set[CheckRule]:
    return {violation.rule for violation in check(problem, plan, policy)}


def test_a_plan_with_break_warehouse_and_parts_is_accepted() -> None:
    kinds = {stop.kind for stop in PLAN.routes[0].stops}
    assert kinds >= {StopKind.TRAVEL, StopKind.WAREHOUSE, StopKind.BREAK, StopKind.VISIT}
    assert {source.kind for found in PLAN.assignments.values() for source in found.sources.values()} == set(SourceKind)
    assert check(PROBLEM, PLAN) == ()


DAMAGED_PROBLEMS: list[tuple[str, CheckRule, Callable[[], Problem]]] = [
    ("skill", CheckRule.SKILL, lambda: with_visit(skills={"gas": 1})),
    ("tools", CheckRule.TOOLS, lambda: with_visit(tools=frozenset({"ladder"}))),
    ("excluded", CheckRule.ENGINEER, lambda: with_visit(excluded=frozenset({"E0"}))),
    ("required", CheckRule.ENGINEER, lambda: with_visit(required=frozenset({"E1"}))),
    ("window", CheckRule.WINDOW, lambda: with_visit(windows=(Window(0, HOUR), Window(20 * HOUR, 21 * HOUR)))),
    ("earliest", CheckRule.WINDOW, lambda: with_visit(earliest=16 * HOUR)),
    ("duration", CheckRule.DURATION, lambda: with_visit(duration=HOUR + 1)),
    ("learned duration", CheckRule.DURATION, lambda: with_visit(durations={"E0": HOUR - 1})),
    ("place of a visit", CheckRule.PLACE, lambda: with_visit(place=7)),
    ("pin to a time", CheckRule.PIN, lambda: with_visit(pin=Pin(PinKind.TIME, start=HOUR))),
    ("pin to a later time", CheckRule.PIN, lambda: with_visit(pin=Pin(PinKind.TIME, start=20 * HOUR))),
    ("pin to a range", CheckRule.PIN, lambda: with_visit(pin=Pin(PinKind.RANGE, "E0", 20 * HOUR, 21 * HOUR))),
    ("pin to another", CheckRule.PIN, lambda: with_visit(pin=Pin(PinKind.RESOURCE, "E1"))),
    ("shift start", CheckRule.SHIFT, lambda: with_shift(start=9 * HOUR)),
    ("position", CheckRule.SHIFT, lambda: with_engineer(position=Position(0, 9 * HOUR))),
    ("shift over", CheckRule.SHIFT, lambda: with_engineer(position=Position(0, 18 * HOUR))),
    ("overtime limit", CheckRule.OVERTIME, lambda: with_shift(end=13 * HOUR, overtime_limit=60)),
    ("start place", CheckRule.TRAVEL, lambda: with_shift(start_place=9)),
    ("end place", CheckRule.TRAVEL, lambda: with_shift(end_place=9)),
    ("travel time", CheckRule.TRAVEL, lambda: replace(PROBLEM, travel=PROBLEM.travel * 2)),
    ("break gone", CheckRule.BREAK, lambda: with_shift(break_=None)),
    ("break later", CheckRule.BREAK, lambda: with_shift(break_=Break(14 * HOUR, 15 * HOUR, 1800))),
    ("break longer", CheckRule.BREAK, lambda: with_shift(break_=Break(12 * HOUR, 13 * HOUR, 1801))),
    ("visits a shift", CheckRule.MAX_VISITS, lambda: with_engineer(max_visits_per_shift=2)),
    ("van stock", CheckRule.STOCK, lambda: with_engineer(van={"A": 0})),
    ("more units", CheckRule.STOCK, lambda: with_visit(parts={"A": 2})),
    ("another part", CheckRule.PARTS, lambda: with_visit(parts={"A": 1, "Z": 1})),
    ("unknown visit", CheckRule.COMPLETE, lambda: replace(PROBLEM, visits=PROBLEM.visits[1:])),
    ("forgotten visit", CheckRule.COMPLETE, lambda: replace(PROBLEM, visits=(*PROBLEM.visits, a_visit("V9")))),
    ("unknown engineer", CheckRule.SHIFT, lambda: replace(PROBLEM, engineers=(an_engineer("other"),))),
    ("warehouse stock", CheckRule.STOCK, lambda: replace(PROBLEM, warehouses=(_house(stock={"B": 0}),))),
    ("opening", CheckRule.OPENING, lambda: replace(PROBLEM, warehouses=(_house(opening=(Window(0, 1),)),))),
    ("handling", CheckRule.DURATION, lambda: replace(PROBLEM, warehouses=(_house(handling=301),))),
    ("lateness", CheckRule.SCORE, lambda: with_visit(latest_sla_end=HOUR, late_cost_per_minute=1)),
    ("preferred", CheckRule.SCORE, lambda: with_visit(preferred=frozenset({"E1"}))),
    ("moved", CheckRule.SCORE, lambda: with_visit(published=Published("E1", 9 * HOUR))),
    ("rates", CheckRule.SCORE, lambda: with_engineer(cost_per_hour=1)),
    ("distance", CheckRule.SCORE, lambda: with_engineer(cost_per_km=100)),
]


def _house(**fields: Any) -> Warehouse:
    return replace(PROBLEM.warehouses[0], **fields)


@pytest.mark.parametrize(("what", "rule", "damage"), DAMAGED_PROBLEMS, ids=[name for name, _, _ in DAMAGED_PROBLEMS])
def test_a_plan_for_other_facts_is_refused_by_rule(what: str, rule: CheckRule, damage: Callable[[], Problem]) -> None:
    assert rule in broken(damage(), PLAN)


SHIPPED = PartSource(SourceKind.SHIPPED)
_REASON = Reason(ReasonCode.TIME, "No time.", 1)

DAMAGED_PLANS: list[tuple[str, CheckRule, Callable[[], Plan]]] = [
    ("gap", CheckRule.CONTINUITY, lambda: with_stop(PLAN, StopKind.WAREHOUSE, end=9 * HOUR)),
    ("backwards", CheckRule.CONTINUITY, lambda: with_stop(PLAN, StopKind.WAREHOUSE, end=0)),
    ("elsewhere", CheckRule.PLACE, lambda: with_stop(PLAN, StopKind.VISIT, place=9)),
    ("no warehouse", CheckRule.PLACE, lambda: with_stop(PLAN, StopKind.WAREHOUSE, warehouse_id="W9")),
    ("wait as a visit", CheckRule.PLACE, lambda: with_stop(PLAN, StopKind.TRAVEL, visit_id="V0")),
    ("nothing picked up", CheckRule.PARTS, lambda: with_stop(PLAN, StopKind.WAREHOUSE, parts={})),
    ("too much picked up", CheckRule.STOCK, lambda: with_stop(PLAN, StopKind.WAREHOUSE, parts={"B": 2})),
    ("wrong score", CheckRule.SCORE, lambda: replace(PLAN, score={**PLAN.score, Objective.TRAVEL: 0})),
    ("wrong cost", CheckRule.SCORE, lambda: replace(PLAN, cost=PLAN.cost + 1)),
    ("bound above cost", CheckRule.SCORE, lambda: replace(PLAN, bound=PLAN.cost + 1)),
    ("twice", CheckRule.COMPLETE, lambda: replace(PLAN, routes=PLAN.routes * 2)),
    ("empty route", CheckRule.SHIFT, lambda: replace(PLAN, routes=(replace(PLAN.routes[0], stops=()),))),
    ("no such shift", CheckRule.SHIFT, lambda: replace(PLAN, routes=(replace(PLAN.routes[0], shift_index=1),))),
    ("assigned and left out", CheckRule.COMPLETE, lambda: replace(PLAN, unassigned=(Unassigned("V0", (_REASON,)),))),
    ("left out without a reason", CheckRule.COMPLETE, lambda: replace(PLAN, unassigned=(Unassigned("V0", ()),))),
    ("shipped what is not", CheckRule.PARTS, lambda: with_stop(PLAN, StopKind.VISIT, sources={"A": SHIPPED})),
    ("no source", CheckRule.PARTS, lambda: with_stop(PLAN, StopKind.VISIT, sources={})),
]


@pytest.mark.parametrize(("what", "rule", "damage"), DAMAGED_PLANS, ids=[name for name, _, _ in DAMAGED_PLANS])
def test_a_damaged_plan_is_refused_by_rule(what: str, rule: CheckRule, damage: Callable[[], Plan]) -> None:
    assert rule in broken(PROBLEM, damage())


def test_a_shipped_part_that_comes_after_the_start_is_seen() -> None:
    late = replace(PROBLEM.visits[2], shipped={"C": PLAN.assignments["V2"].arrival + 1})
    assert broken(replace(PROBLEM, visits=(*PROBLEM.visits[:2], late)), PLAN) == {CheckRule.PARTS}


def test_a_certificate_that_ends_before_the_shift_is_seen() -> None:
    def crew(expires: int) -> Engineer:
        return an_engineer(skills={"gas": Skill(1, expires)})

    visit: Visit = a_visit(skills={"gas": 1})
    good = solve(a_problem(crew(16 * HOUR), visit))
    assert check(a_problem(crew(16 * HOUR), visit), good) == ()
    assert broken(a_problem(crew(16 * HOUR - 1), visit), good) == {CheckRule.CERTIFICATE}


def test_a_missing_break_is_seen() -> None:
    visits = [a_visit(f"V{i}", place=0, duration=3 * HOUR) for i in range(2)]
    good = solve(a_problem(an_engineer(), *visits))
    assert broken(a_problem(an_engineer("E0", a_shift(break_=Break(10 * HOUR, 11 * HOUR, 60))), *visits), good) == {
        CheckRule.BREAK
    }


def test_a_rule_that_is_off_is_not_checked() -> None:
    off = SchedulingPolicy(rules=frozenset())
    problem = replace(with_visit(skills={"gas": 1}, tools=frozenset({"x"})), warehouses=PROBLEM.warehouses)
    assert broken(problem, PLAN, off) == set()


def test_leaving_too_late_for_a_pin_is_seen() -> None:
    problem = a_problem(an_engineer(), a_visit(pin=Pin(PinKind.BOTH, "E0", 10 * HOUR)))
    earlier = replace(problem, visits=(a_visit(pin=Pin(PinKind.BOTH, "E0", 10 * HOUR - 1)),))
    for percents in ((), (100,) * 24):
        facts = replace(earlier, travel_percent_by_hour=percents)
        assert broken(facts, solve(problem)) == {CheckRule.PIN}


def test_being_late_for_a_pin_without_need_is_seen() -> None:
    visit = a_visit(pin=Pin(PinKind.BOTH, "E0", 8 * HOUR + 600))
    other = a_visit("V1", place=1)
    good = solve(a_problem(an_engineer(), visit, other))
    assert check(a_problem(an_engineer(), visit, other), good) == ()
    free_first = solve(a_problem(an_engineer(), replace(visit, pin=Pin(PinKind.BOTH, "E0", 10 * HOUR)), other))
    assert broken(a_problem(an_engineer(), visit, other), free_first) == {CheckRule.PIN}
