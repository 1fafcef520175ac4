"""After a disturbance few bookings of a published day move, and without one none does."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from benchmarks.stability_day import published_day, situation
from benchmarks.stability_judge import Asked, Row, judged
from benchmarks.stability_left import Kind, PublishedDay, Situation
from scheduler.budget import Budget
from scheduler.plan import Plan
from scheduler.policy import SchedulingPolicy
from scheduler.solve import plan
from tests.unit.scheduler.builders import (
    HOUR,
    Break,
    Pin,
    PinKind,
    Position,
    a_problem,
    a_shift,
    a_visit,
    an_engineer,
    solve,
    starts,
)

DISTURBED = [kind for kind in Kind if kind is not Kind.NOTHING]
FREE = replace(SchedulingPolicy(), moved_engineer=0, moved_minute=0)


@cache
def a_published_day(number: int) -> PublishedDay:
    return published_day("36x5x2:scarcity=0:promises=0.6:skills=4", number, Budget(600, 2000))


@cache
def replanned(number: int, kind: Kind, policy: str) -> tuple[Situation, Plan]:
    left = situation(a_published_day(number), kind)
    rules = FREE if policy == "free" else SchedulingPolicy()
    return left, plan(left.problem, rules, Budget(600, 500), warm_start=left.kept)


def bookings_of(left: Situation, made: Plan) -> Iterator[tuple[str, str, int]]:
    return ((id_, made.assignments[id_].engineer, made.assignments[id_].arrival) for id_ in sorted(left.bookings))


def a_row(number: int, kind: Kind, policy: str) -> Row:
    left, made = replanned(number, kind, policy)
    return judged("", 0, policy, left, Asked(left.problem, FREE if policy == "free" else SchedulingPolicy()), made)


@pytest.mark.parametrize("begin", ["with what is left of the plan", "with what was published"])
def test_an_undisturbed_day_keeps_every_booking_to_the_second(begin: str) -> None:
    left = situation(a_published_day(110), Kind.NOTHING)
    kept = left.kept if begin == "with what is left of the plan" else None
    made = plan(left.problem, SchedulingPolicy(), Budget(600, 500), warm_start=kept)
    published = [(id_, booking.engineer, booking.start) for id_, booking in sorted(left.bookings.items())]
    assert len(published) > 20
    assert list(bookings_of(left, made)) == published


@pytest.mark.parametrize("kind", DISTURBED)
def test_after_a_disturbance_no_offered_booking_moves(kind: Kind) -> None:
    left, made = replanned(110, kind, "default")
    pins = {visit.id: visit.pin for visit in left.problem.visits if visit.pin is not None}
    assert pins or kind is Kind.ILL_DAY
    for id_, pin in pins.items():
        assert pin.start is not None
        assert made.assignments[id_].engineer == pin.engineer
        assert made.assignments[id_].arrival == pin.start or kind is Kind.OVERRUN


def test_few_bookings_move_where_replans_that_do_not_care_move_many() -> None:
    calm, free = ([a_row(n, kind, policy) for n in (110, 112) for kind in DISTURBED] for policy in ("default", "free"))
    assert not any(row.violations for row in (*calm, *free))
    assert sum(len(row.left_out) for row in calm) <= sum(len(row.left_out) for row in free)
    assert sum(row.moved for row in free) >= 10
    assert sum(row.moved for row in calm) <= sum(row.moved for row in free) // 2


@pytest.mark.parametrize("kind", [Kind.ILL_REST, Kind.ILL_DAY])
def test_who_is_ill_is_given_nothing_more_today(kind: Kind) -> None:
    left, made = replanned(110, kind, "default")
    (ill,) = {left.bookings[id_].engineer for id_ in left.forced}
    assert all(a.arrival >= 86_400 for a in made.assignments.values() if a.engineer == ill)


@pytest.mark.parametrize("engine", ["callout", "insertion"])
def test_a_break_that_can_wait_makes_no_pinned_visit_late(engine: str) -> None:
    shift = a_shift(break_=Break(11 * HOUR, 13 * HOUR, HOUR // 2))
    at_once = a_visit("V0", place=1, pin=Pin(PinKind.BOTH, "E0", start=11 * HOUR + 900))
    later = a_visit("V1", place=2, pin=Pin(PinKind.BOTH, "E0", start=14 * HOUR))
    engineer = an_engineer("E0", shift, position=Position(0, 11 * HOUR))
    made = solve(a_problem(engineer, at_once, later), engine=engine)
    assert starts(made) == {"V0": ("E0", 11 * HOUR + 900), "V1": ("E0", 14 * HOUR)}
