"""The smallest change of each kind, with exact amounts and the dispatcher's sentence."""

from dataclasses import replace
from typing import Any

import pytest

from scheduler.build import state_from_plan
from scheduler.change import Change, ChangeKind
from scheduler.errors import ProblemError
from scheduler.facts import Facts
from scheduler.plan import Plan
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem
from scheduler.reasons import explain
from scheduler.what_if import apply, plan_with
from tests.unit.scheduler.builders import (
    DAY,
    HOUR,
    Pin,
    PinKind,
    Skill,
    Window,
    a_problem,
    a_shift,
    a_visit,
    a_warehouse,
    an_engineer,
    solve,
)

POLICY = SchedulingPolicy()


def changes(problem: Problem, visit_id: str = "V0") -> dict[ChangeKind, Change]:
    """By kind; each gives a plan that serves the visit."""
    result = solve(problem)
    found = next(item for item in result.unassigned if item.visit_id == visit_id).changes
    for change in found:
        made = plan_with(change, problem, POLICY, result)
        assert made is not None
        assert visit_id in made.assignments
    return {change.kind: change for change in found}


def test_an_engineer_works_as_much_longer_as_the_work_needs() -> None:
    found = changes(a_problem(an_engineer(), a_visit(duration=8 * HOUR)))
    assert list(found) == [ChangeKind.LONGER]
    change = found[ChangeKind.LONGER]
    assert (change.engineer, change.shift_index, change.amount, change.start) == ("E0", 0, 1200, 8 * HOUR + 600)
    assert change.sentence == "It fits if E0 works 20 min longer."


def test_of_two_engineers_the_one_who_needs_less_is_named() -> None:
    near = an_engineer("near", a_shift(start_place=2, end_place=2))
    found = changes(a_problem(an_engineer("far"), near, a_visit(place=3, duration=8 * HOUR)))
    assert (found[ChangeKind.LONGER].engineer, found[ChangeKind.LONGER].amount) == ("near", 1200)


def test_nobody_is_asked_to_work_more_than_three_hours_longer_nor_into_the_next_shift() -> None:
    assert changes(a_problem(an_engineer(), a_visit(place=0, duration=11 * HOUR))).keys() == {ChangeKind.LONGER}
    assert changes(a_problem(an_engineer(), a_visit(place=0, duration=11 * HOUR + 60))) == {}
    split = an_engineer("E0", a_shift(8, 12), a_shift(13, 14))
    assert changes(a_problem(split, a_visit(place=0, duration=5 * HOUR + 60))) == {}


def test_the_customer_accepts_a_later_start_by_the_least_amount() -> None:
    found = changes(a_problem(an_engineer(), a_visit(windows=(Window(7 * HOUR, 8 * HOUR),))))
    change = found[ChangeKind.LATER]
    assert (change.amount, change.window, change.start) == (600, Window(7 * HOUR, 8 * HOUR + 600), 8 * HOUR + 600)
    assert change.sentence == "It fits if the customer accepts a start 10 min later."


def test_the_customer_accepts_an_earlier_start_by_the_least_amount() -> None:
    found = changes(a_problem(an_engineer(), a_visit(windows=(Window(15 * HOUR, 17 * HOUR),))))
    change = found[ChangeKind.EARLIER]
    assert (change.amount, change.window) == (600, Window(15 * HOUR - 600, 17 * HOUR))
    assert change.sentence == "It fits if the customer accepts a start 10 min earlier."
    assert found[ChangeKind.LONGER].amount == 600


def test_a_pinned_time_is_moved_by_the_least_amount() -> None:
    problem = a_problem(an_engineer(), a_visit(pin=Pin(PinKind.TIME, start=8 * HOUR)))
    found = changes(problem)
    assert found[ChangeKind.LATER].window == Window(8 * HOUR, 8 * HOUR + 600)
    assert apply(found[ChangeKind.LATER], problem).visits[0].pin == Pin(PinKind.RANGE, None, 8 * HOUR, 8 * HOUR + 600)
    assert found[ChangeKind.UNPIN].sentence == "It fits if its pin is taken off: E0 could come."


def test_a_pin_is_taken_off_where_its_engineer_is_away() -> None:
    away = replace(an_engineer("away"), shifts=())
    found = changes(a_problem(away, an_engineer(), a_visit(pin=Pin(PinKind.RESOURCE, "away"))))
    assert {kind: change.engineer for kind, change in found.items()} == {ChangeKind.UNPIN: "E0"}


def test_a_part_is_there_at_the_latest_moment_that_will_do() -> None:
    problem = a_problem(an_engineer(), a_warehouse(stock={"A": 1}), a_visit(parts={"A": 2}))
    found = changes(problem)
    sent = found[ChangeKind.SENT]
    assert (sent.names, sent.amount, sent.until) == ({"A": 2}, 2, 15 * HOUR - 600)
    assert sent.sentence == "It fits if 2 x A are there within 14 h 50 min."
    stocked = found[ChangeKind.STOCKED]
    assert (stocked.names, stocked.amount, stocked.warehouse) == ({"A": 1}, 1, "W0")
    assert stocked.sentence == "It fits if W0 has 1 x A more."


def test_only_the_part_that_is_nowhere_is_asked_for() -> None:
    house = a_warehouse(stock={"B": 1})
    found = changes(a_problem(an_engineer(), house, a_visit(parts={"A": 1, "B": 1})))
    assert found[ChangeKind.SENT].names == {"A": 1}
    assert found[ChangeKind.STOCKED].names == {"A": 1}


def test_a_visit_of_less_weight_is_given_up_and_the_least_of_them() -> None:
    pinned = a_visit("pinned", place=0, duration=2 * HOUR, pin=Pin(PinKind.RESOURCE, "E0"), priority=1)
    rest = [a_visit(name, place=0, duration=3 * HOUR, priority=n) for name, n in (("four", 4), ("three", 3))]
    problem = a_problem(an_engineer(), pinned, *rest, a_visit(place=1, duration=2 * HOUR, priority=3))
    found = changes(problem)
    change = found[ChangeKind.GIVE_UP]
    assert (change.other, change.engineer, change.sentence) == ("three", "E0", "It fits if three is given up.")


def test_a_visit_of_more_weight_is_never_given_up() -> None:
    rest = [a_visit(name, place=0, duration=4 * HOUR, priority=5) for name in ("V1", "V2")]
    found = changes(a_problem(an_engineer(), *rest, a_visit(place=0, duration=4 * HOUR, priority=4)))
    assert found == {}


def test_a_visit_that_fits_elsewhere_is_moved() -> None:
    crew = [an_engineer("able", skills={"gas": Skill(1)}), an_engineer("other")]
    first = a_visit("first", place=0, duration=8 * HOUR, priority=5)
    problem = a_problem(*crew, first, a_visit(place=0, skills={"gas": 1}, priority=1))
    with_first = solve(replace(problem, visits=(replace(first, required=frozenset({"able"})), problem.visits[1])))
    (move, *_) = as_planned(problem, with_first)
    assert (move.kind, move.other, move.other_engineer, move.other_start) == (
        ChangeKind.MOVE,
        "first",
        "other",
        8 * HOUR,
    )
    assert move.sentence == "It fits if first is moved to other."


def as_planned(problem: Problem, plan: Plan) -> tuple[Change, ...]:
    """The changes for the only visit that a given plan of a problem leaves out."""
    state = state_from_plan(Facts(problem, POLICY), plan)
    (item,) = explain(state)
    return item.changes


CASES: list[tuple[ChangeKind, dict[str, Any], dict[str, Any], int, str]] = [
    (ChangeKind.SKILL, {"skills": {"gas": Skill(1)}}, {"skills": {"gas": 3}}, 2, "E0 had gas at level 3"),
    (ChangeKind.SKILL, {}, {"skills": {"gas": 2}}, 2, "E0 had gas at level 2"),
    (
        ChangeKind.CERTIFICATE,
        {"skills": {"gas": Skill(1, 15 * HOUR)}},
        {"skills": {"gas": 1}},
        HOUR,
        "E0's certificates (gas) lasted 1 h longer",
    ),
    (ChangeKind.TOOLS, {"tools": frozenset("a")}, {"tools": frozenset("ab")}, 1, "E0 gets b"),
    (ChangeKind.ALLOW, {}, {"excluded": frozenset({"E0"})}, 1, "E0 may come"),
    (ChangeKind.ALLOW, {}, {"required": frozenset({"gone"})}, 1, "E0 may come"),
    (ChangeKind.MORE_VISITS, {"max_visits_per_shift": 0}, {}, 1, "E0 does 1 visit(s) more than agreed"),
]


@pytest.mark.parametrize(("kind", "engineer", "visit", "amount", "sentence"), CASES)
def test_what_an_engineer_lacks_is_named_with_how_much(
    kind: ChangeKind, engineer: dict[str, Any], visit: dict[str, Any], amount: int, sentence: str
) -> None:
    found = changes(a_problem(an_engineer(**engineer), a_visit(**visit)))
    assert list(found) == [kind]
    assert (found[kind].amount, found[kind].sentence) == (amount, f"It fits if {sentence}.")


def test_what_several_changes_together_would_need_is_not_offered() -> None:
    unable = an_engineer("E0", tools=frozenset())
    assert changes(a_problem(unable, a_visit(skills={"gas": 1}, tools=frozenset({"ladder"})))) == {}


def test_a_plan_with_its_changes_survives_json() -> None:
    result = solve(a_problem(an_engineer(), a_visit(windows=(Window(7 * HOUR, 8 * HOUR),))))
    assert result.unassigned[0].changes
    assert Plan.from_json(result.to_json()) == result


def test_only_the_most_urgent_visits_are_explained_in_full() -> None:
    problem = a_problem(an_engineer(), *(a_visit(f"V{i}", skills={"gas": 1}, priority=i) for i in (1, 2, 3)))
    state = state_from_plan(Facts(problem, POLICY), solve(problem))
    assert {item.visit_id: bool(item.changes) for item in explain(state, in_full=2)} == {
        "V3": True,
        "V2": True,
        "V1": False,
    }


@pytest.mark.parametrize(
    "change",
    [
        Change(ChangeKind.LONGER, "V0", "nobody", 0),
        Change(ChangeKind.GIVE_UP, "V0", "E0", 0, other="V9"),
        Change(ChangeKind.STOCKED, "V0", "E0", 0, warehouse="W9"),
        Change(ChangeKind.UNPIN, "V9", "E0", 0),
    ],
)
def test_a_change_about_somebody_unknown_is_refused(change: Change) -> None:
    problem = a_problem(an_engineer(), a_visit(skills={"gas": 1}))
    with pytest.raises(ProblemError, match="change"):
        plan_with(change, problem, POLICY, solve(problem))


def test_a_change_that_does_not_help_gives_no_plan() -> None:
    problem = a_problem(an_engineer(), a_visit(skills={"gas": 1}))
    change = Change(ChangeKind.LONGER, "V0", "E0", 0, amount=DAY)
    assert plan_with(change, problem, POLICY, solve(problem)) is None
