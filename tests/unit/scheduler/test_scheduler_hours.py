"""Travel times that depend on the hour."""

import math
import random
from dataclasses import replace

import pytest

from scheduler.check import CheckRule, check
from scheduler.hours import UNIT, Hours
from scheduler.plan import Objective, Plan, ReasonCode, StopKind
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem
from tests.unit.scheduler.builders import (
    DAY,
    HOUR,
    Break,
    Window,
    a_problem,
    a_shift,
    a_visit,
    an_engineer,
    solve,
    starts,
)

ENGINES = ["callout", "routing", "insertion", "first_come"]


def percents(**by_hour: int) -> tuple[int, ...]:
    """100 everywhere but in the named hours: ``h8=200``."""
    return tuple(by_hour.get(f"h{hour}", 100) for hour in range(24))


def at_hours(problem: Problem, **by_hour: int) -> Problem:
    return replace(problem, travel_percent_by_hour=percents(**by_hour))


def planned(problem: Problem, engine: str = "routing", policy: SchedulingPolicy | None = None) -> Plan:
    result = solve(problem, policy, engine)
    assert check(problem, result, policy) == ()
    return result


@pytest.mark.parametrize("engine", ENGINES)
def test_a_slow_hour_makes_the_way_longer(engine: str) -> None:
    problem = a_problem(an_engineer(), a_visit())
    assert starts(planned(at_hours(problem, h8=200), engine))["V0"][1] == 8 * HOUR + 1200
    assert starts(planned(at_hours(problem, h8=50), engine))["V0"][1] == 8 * HOUR + 300
    assert planned(at_hours(problem, h8=200), engine).score[Objective.TRAVEL] == 1200


def test_the_speed_changes_on_the_way() -> None:
    problem = a_problem(an_engineer("E0", a_shift(8, 16)), a_visit(place=8))
    result = planned(at_hours(problem, h9=200))
    assert starts(result)["V0"][1] == 9 * HOUR + 2 * (8 * 600 - HOUR)


def test_the_next_day_has_the_same_hours() -> None:
    problem = a_problem(an_engineer("E0", a_shift(32, 40)), a_visit())
    assert starts(planned(at_hours(problem, h8=200)))["V0"][1] == DAY + 8 * HOUR + 1200


@pytest.mark.parametrize(("last", "served"), [(8 * HOUR + 1200, True), (8 * HOUR + 1199, False)])
def test_a_window_that_is_missed_in_a_slow_hour_keeps_the_visit_out(last: int, served: bool) -> None:
    result = planned(at_hours(a_problem(an_engineer(), a_visit(windows=(Window(0, last),))), h8=200))
    assert ("V0" in result.assignments) is served
    if not served:
        (reason,) = result.unassigned[0].reasons
        assert (reason.code, reason.shortfall) == (ReasonCode.WINDOW, 1)


def test_a_break_on_the_way_stops_the_way_only() -> None:
    pause = Break(8 * HOUR + 600, 8 * HOUR + 700, 3000)
    problem = a_problem(an_engineer("E0", a_shift(break_=pause)), a_visit(place=2))
    result = planned(at_hours(problem, h8=200))
    assert [(s.kind, s.start - 8 * HOUR, s.end - 8 * HOUR) for s in result.routes[0].stops[:4]] == [
        (StopKind.TRAVEL, 0, 600),
        (StopKind.BREAK, 600, 3600),
        (StopKind.TRAVEL, 3600, 4500),
        (StopKind.VISIT, 4500, 8100),
    ]


def test_paid_working_time_leaves_when_the_roads_allow_it() -> None:
    noon = a_visit(place=2, windows=(Window(12 * HOUR, 12 * HOUR),))
    result = planned(
        at_hours(a_problem(an_engineer(), noon), h11=300, h13=300), policy=SchedulingPolicy(working_percent=100)
    )
    assert result.routes[0].stops[0].start == 12 * HOUR - 3600
    assert result.score[Objective.WORKING] == 3600 + HOUR + 3600
    assert result.score[Objective.TRAVEL] == 2400


def test_the_checker_drives_by_its_own_clock() -> None:
    problem = a_problem(an_engineer(), a_visit())
    for by_hour in ({"h8": 101}, {"h8": 99}, {"h9": 101}, {"h9": 99}):
        assert {v.rule for v in check(at_hours(problem, **by_hour), planned(problem))} == {CheckRule.TRAVEL}
    assert check(at_hours(problem, h7=300, h11=300), planned(problem)) == ()


def _by_seconds(percent: tuple[int, ...], leaves: int, leg: int) -> int:
    left, now = leg * UNIT, leaves
    while left > 0:
        left -= math.ceil(UNIT * 100 / percent[now // HOUR % len(percent)])
        now += 1
    return now


@pytest.mark.parametrize("seed", range(10))
def test_arrivals_are_those_of_driving_second_by_second_and_can_be_turned_round(seed: int) -> None:
    rng = random.Random(seed)
    percent = tuple(rng.randint(10, 300) for _ in range(24))
    hours = Hours(percent)
    for _ in range(20):
        leaves, leg = rng.randrange(2 * DAY), rng.randrange(4000)
        arrives = hours.arrival(leaves, leg)
        assert arrives == _by_seconds(percent, leaves, leg)
        assert hours.arrival(leaves + 1, leg) >= arrives
        latest = hours.latest(arrives, leg)
        assert hours.arrival(latest, leg) <= arrives < hours.arrival(latest + 1, leg)


@pytest.mark.parametrize("seed", range(10))
def test_an_interrupted_way_can_be_turned_round(seed: int) -> None:
    rng = random.Random(seed)
    hours = Hours(tuple(rng.randint(10, 300) for _ in range(24)))
    for _ in range(20):
        pause = rng.randrange(DAY, 2 * DAY)
        resume, leg = pause + rng.randrange(4000), rng.randrange(4000)
        arrives = hours.interrupted(pause - rng.randrange(2000), pause, resume, leg)
        latest = hours.latest_interrupted(arrives, pause, resume, leg)
        assert hours.interrupted(latest, pause, resume, leg) <= arrives
        assert latest == pause or hours.interrupted(latest + 1, pause, resume, leg) > arrives


def test_a_hundred_percent_is_the_matrix() -> None:
    hours = Hours((100,) * 24)
    assert (hours.arrival(12345, 678), hours.latest(13023, 678)) == (13023, 12345)
