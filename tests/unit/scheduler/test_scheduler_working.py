"""Working time that is paid for: from leaving to coming home, and routes leave as late as they can."""

import random
from typing import Any

import pytest

from scheduler.check import CheckRule, check
from scheduler.facts import Facts
from scheduler.plan import Objective, Plan, StopKind
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem
from scheduler.timing import time_route
from tests.unit.scheduler.builders import (
    HOUR,
    Break,
    Pin,
    PinKind,
    Position,
    Published,
    Window,
    a_problem,
    a_shift,
    a_visit,
    a_warehouse,
    an_engineer,
    solve,
    starts,
    with_stop,
)

PAID = SchedulingPolicy(working_percent=100)
NOON = Window(12 * HOUR, 12 * HOUR)


def planned(problem: Problem, policy: SchedulingPolicy = PAID) -> Plan:
    result = solve(problem, policy)
    assert check(problem, result, policy) == ()
    return result


def before_noon(**fields: Any) -> Any:
    return a_visit(windows=(Window(0, 11 * HOUR),), **fields)


def at_noon(**fields: Any) -> Any:
    return a_visit("noon", place=2, windows=(NOON,), **fields)


def test_working_time_costs_from_leaving_to_coming_home() -> None:
    result = planned(a_problem(an_engineer(cost_per_hour=7200), a_visit(place=3)), SchedulingPolicy(working_percent=50))
    assert result.score[Objective.WORKING] == 1800 + HOUR + 1800
    assert result.cost == result.score[Objective.TRAVEL] + result.score[Objective.WORKING]


def test_working_time_is_free_unless_the_policy_says_so() -> None:
    result = planned(a_problem(an_engineer(), before_noon(), at_noon()), SchedulingPolicy())
    assert result.score[Objective.WORKING] == 0
    assert starts(result)["V0"][1] == 8 * HOUR + 600


def test_a_route_leaves_as_late_as_it_can_without_ending_later() -> None:
    result = planned(a_problem(an_engineer(), before_noon(), at_noon()))
    assert starts(result) == {"V0": ("E0", 11 * HOUR - 600), "noon": ("E0", 12 * HOUR)}
    assert result.routes[0].stops[0].start == 11 * HOUR - 1200
    assert result.score[Objective.WORKING] == 600 + HOUR + 600 + HOUR + 1200
    assert all(stop.kind is not StopKind.WAIT for stop in result.routes[0].stops)


def test_a_warehouse_stop_moves_with_the_departure() -> None:
    house = a_warehouse(place=1, stock={"A": 1}, handling=300)
    result = planned(a_problem(an_engineer(), house, at_noon(parts={"A": 1})))
    assert result.routes[0].stops[0].start == 12 * HOUR - 1500


def test_nobody_is_late_or_moved_for_a_later_departure_that_saves_less() -> None:
    late = a_visit(latest_sla_end=10 * HOUR, late_cost_per_minute=100)
    result = planned(a_problem(an_engineer(), late, at_noon()))
    assert starts(result)["V0"][1] == 9 * HOUR
    assert (result.score[Objective.LATENESS], result.score[Objective.WORKING]) == (0, 12 * HOUR + 4800 - 9 * HOUR + 600)
    told = a_visit(published=Published("E0", 9 * HOUR + 600))
    assert starts(
        planned(a_problem(an_engineer(), told, at_noon()), SchedulingPolicy(working_percent=20, moved_minute=50))
    )["V0"] == (
        "E0",
        9 * HOUR + 600,
    )


def test_a_promise_is_broken_for_a_later_departure_that_saves_more() -> None:
    late = a_visit(latest_sla_end=10 * HOUR, late_cost_per_minute=1)
    result = planned(a_problem(an_engineer(), late, at_noon()))
    assert starts(result)["V0"][1] == 11 * HOUR - 600
    assert result.score[Objective.LATENESS] == 110


def test_a_break_before_leaving_falls_away_when_its_window_is_over_by_then() -> None:
    shift = a_shift(break_=Break(10 * HOUR, 11 * HOUR, 1800))
    problem = a_problem(an_engineer("E0", shift), at_noon())
    result = planned(problem)
    assert [stop.kind for stop in result.routes[0].stops] == ["travel", "visit", "travel"]
    assert result.score[Objective.WORKING] == 1200 + HOUR + 1200


def test_a_break_in_the_middle_stays_and_is_paid() -> None:
    shift = a_shift(break_=Break(10 * HOUR + 1800, 11 * HOUR, 1800))
    result = planned(a_problem(an_engineer("E0", shift), before_noon(), at_noon()))
    assert starts(result)["V0"][1] == 10 * HOUR
    assert result.score[Objective.WORKING] == 600 + 2 * HOUR + HOUR + 1200


def test_a_pinned_visit_that_is_late_is_not_made_later() -> None:
    busy = an_engineer(position=Position(1, 9 * HOUR))
    pinned = a_visit(pin=Pin(PinKind.BOTH, "E0", 8 * HOUR + 1800))
    assert starts(planned(a_problem(busy, pinned, at_noon())))["V0"][1] == 9 * HOUR


def test_a_break_that_makes_late_for_a_pin_is_not_dropped_for_a_later_departure() -> None:
    pause = Break(10 * HOUR, 10 * HOUR + 600, 1800)
    busy = an_engineer("E0", a_shift(break_=pause), position=Position(0, 10 * HOUR))
    late = a_visit("late", place=0, pin=Pin(PinKind.BOTH, "E0", 10 * HOUR), duration=2 * HOUR)
    result = planned(a_problem(busy, late))
    assert starts(result)["late"] == ("E0", 10 * HOUR + 1800)
    assert [stop.kind for stop in result.routes[0].stops] == ["break", "visit"]


def test_the_checker_counts_working_time_from_the_stops() -> None:
    problem = a_problem(an_engineer(), before_noon(), at_noon())
    result = planned(problem)
    early = with_stop(result, StopKind.TRAVEL, start=11 * HOUR - 1201)
    assert CheckRule.TRAVEL in {violation.rule for violation in check(problem, early, PAID)}
    assert next(v.sentence for v in check(problem, result, SchedulingPolicy(working_percent=101))) == (
        f"The working cost is {9600 * 101 // 100}, the plan says 9600."
    )


@pytest.mark.parametrize("seed", range(20))
def test_no_departure_gives_a_shorter_route_than_the_compact_one(seed: int) -> None:
    rng = random.Random(seed)
    visits = [
        a_visit(
            f"V{i}",
            rng.randrange(6),
            duration=rng.choice([600, 1800]),
            windows=(Window(begin := (9 + i) * HOUR + 60 * rng.randrange(60), begin + 60 * rng.randrange(120)),),
        )
        for i in range(3)
    ]
    problem = a_problem(an_engineer(cost_per_hour=HOUR), *visits)
    facts = Facts(problem, SchedulingPolicy(working_percent=100, travel_percent=0))
    timed = time_route(facts, facts.slots[0], [0, 1, 2], {})
    lengths = [n for leave in range(8 * HOUR, 16 * HOUR, 60) if (n := _length(visits, leave)) is not None]
    assert (None if timed is None else timed.cost) == min(lengths, default=None)


def _length(visits: list[Any], leave: int) -> int | None:
    """Seconds from leaving to coming home on the line world."""
    now, place = leave, 0
    for visit in visits:
        now = max(now + 600 * abs(visit.place - place), visit.windows[0].start)
        if now > visit.windows[0].end:
            return None
        now, place = now + visit.duration, visit.place
    now += 600 * place
    return now - leave if now <= 16 * HOUR else None
