"""The baseline dispatcher serves in the order of requests and never moves anything."""

from scheduler.check import check
from scheduler.plan import Plan, StopKind
from scheduler.problem import Problem
from tests.unit.scheduler.builders import (
    HOUR,
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


def dispatched(problem: Problem) -> Plan:
    result = solve(problem, engine="first_come")
    assert check(problem, result) == ()
    return result


def test_visits_are_served_in_the_order_in_which_they_were_asked_for() -> None:
    problem = a_problem(an_engineer(), a_visit("late", place=1, requested=60), a_visit("early", place=5, requested=0))
    result = starts(dispatched(problem))
    assert result["early"] == ("E0", 8 * HOUR + 3000)
    assert result["late"] == ("E0", 8 * HOUR + 3000 + HOUR + 2400)


def test_a_tie_goes_by_the_visits_id() -> None:
    result = starts(dispatched(a_problem(an_engineer(), a_visit("b", place=1), a_visit("a", place=2))))
    assert result["a"][1] < result["b"][1]


def test_the_nearest_of_the_free_engineers_is_sent() -> None:
    near, far = an_engineer("near", a_shift(start_place=4)), an_engineer("far")
    assert starts(dispatched(a_problem(far, near, a_visit(place=5))))["V0"][0] == "near"


def test_the_first_who_is_free_is_sent_even_from_far_away() -> None:
    near = an_engineer("near", a_shift(10, 18, start_place=5))
    assert starts(dispatched(a_problem(near, an_engineer("far"), a_visit(place=5))))["V0"][0] == "far"


def test_nobody_sets_out_before_the_visit_was_asked_for() -> None:
    result = dispatched(a_problem(an_engineer(), a_visit(requested=10 * HOUR)))
    assert starts(result)["V0"][1] == 10 * HOUR + 600


def test_the_skill_counts_and_the_window_is_waited_for() -> None:
    crew = [an_engineer("plain"), an_engineer("gas", skills={"gas": Skill(1)})]
    visit = a_visit(skills={"gas": 1}, windows=(Window(11 * HOUR, 12 * HOUR),))
    assert starts(dispatched(a_problem(*crew, visit)))["V0"] == ("gas", 11 * HOUR)


def test_an_engineer_without_the_part_goes_by_the_warehouse_first() -> None:
    house = a_warehouse(place=4, stock={"A": 1}, handling=300)
    result = dispatched(a_problem(an_engineer(), house, a_visit(place=1, parts={"A": 1})))
    assert [stop.kind for stop in result.routes[0].stops] == ["travel", "warehouse", "travel", "visit", "travel"]
    assert starts(result)["V0"][1] == 8 * HOUR + 2400 + 300 + 1800
    assert result.routes[0].stops[1].kind is StopKind.WAREHOUSE


def test_what_was_published_stays_and_new_visits_queue_behind_it() -> None:
    booked = a_visit("booked", place=3, published=Published("E0", 11 * HOUR), requested=9)
    result = starts(dispatched(a_problem(an_engineer(), booked, a_visit("new", place=1, requested=0))))
    assert result == {"booked": ("E0", 11 * HOUR), "new": ("E0", 12 * HOUR + 1200)}
