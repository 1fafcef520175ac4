"""Each reason is true: what it names is what keeps the visit out, and without it the visit is served."""

from dataclasses import replace
from typing import Any

import pytest

from scheduler.facts import Facts
from scheduler.plan import Plan, Reason, ReasonCode
from scheduler.policy import SchedulingPolicy
from scheduler.reasons import explain
from scheduler.state import State
from tests.unit.scheduler.builders import (
    DAY,
    HOUR,
    Break,
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
from tests.unit.scheduler.random_problems import random_problem


def reasons(result: Plan, visit_id: str = "V0") -> dict[ReasonCode, Reason]:
    left_out = {item.visit_id: item.reasons for item in result.unassigned}
    return {reason.code: reason for reason in left_out[visit_id]}


CASES: list[tuple[str, ReasonCode, tuple[Any, ...], tuple[Any, ...]]] = [
    (
        "skill",
        ReasonCode.SKILL,
        (an_engineer(skills={"gas": Skill(1)}), a_visit(skills={"gas": 3})),
        (an_engineer(skills={"gas": Skill(3)}), a_visit(skills={"gas": 3})),
    ),
    (
        "certificate",
        ReasonCode.CERTIFICATE,
        (an_engineer(skills={"gas": Skill(1, HOUR)}), a_visit(skills={"gas": 1})),
        (an_engineer(skills={"gas": Skill(1, DAY)}), a_visit(skills={"gas": 1})),
    ),
    (
        "tools",
        ReasonCode.TOOLS,
        (an_engineer(), a_visit(tools=frozenset({"ladder"}))),
        (an_engineer(tools=frozenset({"ladder"})), a_visit(tools=frozenset({"ladder"}))),
    ),
    (
        "excluded",
        ReasonCode.EXCLUDED,
        (an_engineer(), a_visit(excluded=frozenset({"E0"}))),
        (an_engineer(), a_visit()),
    ),
    (
        "window",
        ReasonCode.WINDOW,
        (an_engineer(), a_visit(windows=(Window(0, 8 * HOUR),))),
        (an_engineer(), a_visit(windows=(Window(0, 8 * HOUR + 600),))),
    ),
    (
        "end of the shift",
        ReasonCode.WINDOW,
        (an_engineer(), a_visit(duration=8 * HOUR - 1199)),
        (an_engineer(), a_visit(duration=8 * HOUR - 1200)),
    ),
    (
        "parts",
        ReasonCode.PARTS,
        (an_engineer(van={"A": 1}), a_warehouse(stock={"A": 1}), a_visit(parts={"A": 2})),
        (an_engineer(van={"A": 1}), a_warehouse(stock={"A": 2}), a_visit(parts={"A": 2})),
    ),
    (
        "shipped too late",
        ReasonCode.PARTS,
        (an_engineer(), a_visit(parts={"A": 1}, shipped={"A": 30 * HOUR})),
        (an_engineer(), a_visit(parts={"A": 1}, shipped={"A": 10 * HOUR})),
    ),
    (
        "most visits",
        ReasonCode.MAX_VISITS,
        (an_engineer(max_visits_per_shift=1), a_visit("V9", priority=5), a_visit()),
        (an_engineer(max_visits_per_shift=2), a_visit("V9", priority=5), a_visit()),
    ),
]


@pytest.mark.parametrize(("what", "code", "before", "after"), CASES, ids=[case[0] for case in CASES])
def test_the_reason_is_named_and_without_it_the_visit_is_served(
    what: str, code: ReasonCode, before: tuple[Any, ...], after: tuple[Any, ...]
) -> None:
    found = reasons(solve(a_problem(*before)))
    assert list(found) == [code]
    assert found[code].count == 1
    assert "V0" in solve(a_problem(*after)).assignments


def test_a_missing_skill_names_the_nearest_engineer_and_the_gap() -> None:
    crew = [an_engineer(f"L{level}", skills={"gas": Skill(level)}) for level in (1, 3, 2)]
    found = reasons(solve(a_problem(*crew, a_visit(skills={"gas": 5}))))[ReasonCode.SKILL]
    assert (found.count, found.nearest, found.shortfall) == (3, "L3", 2)
    assert found.sentence == "3 engineers lack a skill (gas); nearest is L3, short of 2 level(s)."


def test_a_missed_window_says_by_how_much() -> None:
    found = reasons(solve(a_problem(an_engineer(), a_visit(place=3, windows=(Window(0, 8 * HOUR),)))))
    assert (found[ReasonCode.WINDOW].nearest, found[ReasonCode.WINDOW].shortfall) == ("E0", 1800)


def test_a_part_that_another_visit_takes_names_it() -> None:
    first = a_visit("first", parts={"A": 1}, priority=5)
    problem = a_problem(an_engineer(van={"A": 1}), first, a_visit(parts={"A": 1}))
    found = reasons(solve(problem))[ReasonCode.PARTS]
    assert (found.visits, found.shortfall) == (("first",), 1)
    assert found.sentence == "One engineer cannot get the parts in time (A); taken for first; none can be shipped."


def test_a_shipped_part_says_until_when() -> None:
    problem = a_problem(an_engineer(), a_visit(parts={"A": 1}, shipped={"A": 30 * HOUR}))
    assert reasons(solve(problem))[ReasonCode.PARTS].until == 30 * HOUR


def test_visits_of_higher_priority_that_hold_the_place_are_named_and_do_hold_it() -> None:
    visits = [
        a_visit("first", place=0, duration=4 * HOUR, priority=5),
        a_visit("second", place=0, duration=4 * HOUR, priority=4),
        a_visit("V0", place=0, duration=4 * HOUR, priority=2),
    ]
    found = reasons(solve(a_problem(an_engineer(), *visits)))[ReasonCode.PUSHED_OUT]
    assert set(found.visits) == {"first", "second"}
    for name in found.visits:
        rest = [visit for visit in visits if visit.id != name]
        assert "V0" in solve(a_problem(an_engineer(), *rest)).assignments


def test_where_no_single_visit_holds_the_place_it_is_said_that_time_is_short() -> None:
    visits = [a_visit(f"V{i}", place=0, duration=HOUR, priority=5) for i in range(1, 9)]
    big = a_visit("V0", place=0, duration=8 * HOUR, priority=1)
    assert list(reasons(solve(a_problem(an_engineer(), big, *visits)))) == [ReasonCode.TIME]


def test_a_visit_pinned_to_an_engineer_who_is_away_says_so() -> None:
    away = replace(an_engineer("away"), shifts=())
    problem = a_problem(away, an_engineer(), a_visit(pin=Pin(PinKind.RESOURCE, "away")))
    found = reasons(solve(problem))
    assert {code: reason.count for code, reason in found.items()} == {ReasonCode.SHIFT: 1, ReasonCode.PIN: 1}


def test_without_engineers_the_reason_is_that_there_are_none() -> None:
    assert list(reasons(solve(a_problem(a_visit())))) == [ReasonCode.SHIFT]


def test_different_engineers_fail_for_different_reasons_and_all_are_counted() -> None:
    crew = [
        an_engineer("skilled", a_shift(8, 9), skills={"gas": Skill(1)}),
        an_engineer("unskilled"),
        an_engineer("excluded"),
    ]
    visit = a_visit(skills={"gas": 1}, place=9, excluded=frozenset({"excluded"}))
    counts = {code: reason.count for code, reason in reasons(solve(a_problem(*crew, visit))).items()}
    assert counts == {ReasonCode.WINDOW: 1, ReasonCode.SKILL: 1, ReasonCode.EXCLUDED: 1}


def test_an_engineer_with_several_shifts_is_told_shift_by_shift() -> None:
    two_days = an_engineer("E0", a_shift(8, 9), a_shift(32, 40))
    busy = a_visit("V9", place=0, duration=8 * HOUR, earliest=DAY, priority=5)
    found = reasons(solve(a_problem(two_days, busy, a_visit(duration=2 * HOUR))))
    assert {code: reason.count for code, reason in found.items()} == {ReasonCode.PUSHED_OUT: 1, ReasonCode.WINDOW: 1}


def test_the_shifts_are_counted_and_so_are_their_engineers() -> None:
    late = [an_engineer(name, a_shift(12, 20), a_shift(36, 44)) for name in ("E0", "E1")]
    found = reasons(solve(a_problem(*late, a_visit(windows=(Window(0, 12 * HOUR),)))))[ReasonCode.WINDOW]
    assert found.count == 4
    assert found.sentence == (
        "2 engineers (on 4 shifts) cannot be there at an agreed time and end the shift in time; "
        "E0 would be there 10 min late."
    )


def test_a_window_that_is_over_before_the_work_may_start_is_said_to_be_closed() -> None:
    problem = a_problem(an_engineer(), a_visit(windows=(Window(0, 9 * HOUR),), earliest=10 * HOUR))
    found = reasons(solve(problem))[ReasonCode.WINDOW]
    assert (found.sentence, found.shortfall) == ("No agreed time is left after the earliest start.", None)


def test_a_break_that_alone_is_in_the_way_is_named() -> None:
    pause = Break(11 * HOUR, 12 * HOUR, HOUR)
    found = reasons(solve(a_problem(an_engineer("E0", a_shift(8, 16, break_=pause)), a_visit(duration=7 * HOUR))))
    assert found[ReasonCode.WINDOW].sentence.endswith("; E0 could without the break.")


def test_a_part_that_nobody_has_is_not_said_to_be_shipped_late() -> None:
    visit = a_visit(parts={"A": 1, "B": 1}, shipped={"A": 9 * HOUR})
    found = reasons(solve(a_problem(an_engineer(), visit)))[ReasonCode.PARTS]
    assert (found.shortfall, found.until, found.visits) == (2, None, ())
    assert found.sentence == (
        "One engineer cannot get the parts in time (A, B); nobody holds enough of them; not all can be shipped."
    )


def test_a_part_that_is_too_far_to_fetch_is_not_said_to_be_missing() -> None:
    house = a_warehouse(place=11, stock={"A": 1})
    visit = a_visit(parts={"A": 1}, windows=(Window(8 * HOUR, 9 * HOUR),))
    found = reasons(solve(a_problem(an_engineer(), house, visit)))[ReasonCode.PARTS]
    assert found.sentence == (
        "One engineer cannot get the parts in time (A); fetching them takes too long; none can be shipped."
    )


def test_a_van_part_that_is_taken_is_the_reason_although_a_late_shipment_exists() -> None:
    first = a_visit("first", parts={"A": 1}, priority=5)
    visit = a_visit(parts={"A": 1}, shipped={"A": 30 * HOUR})
    found = reasons(solve(a_problem(an_engineer(van={"A": 1}), first, visit)))
    assert list(found) == [ReasonCode.PARTS]
    assert found[ReasonCode.PARTS].visits == ("first",)


def test_time_that_is_short_says_how_much_and_for_whom() -> None:
    visits = [a_visit(f"V{i}", place=0, duration=HOUR, priority=5) for i in range(1, 9)]
    big = a_visit("V0", place=0, duration=3 * HOUR, priority=1)
    found = reasons(solve(a_problem(an_engineer(), big, *visits)))[ReasonCode.TIME]
    assert (found.nearest, found.shortfall) == ("E0", 3 * HOUR)
    assert found.sentence == "One engineer has no time left between other visits; E0 is 3 h short."


def test_a_visit_that_would_still_fit_is_said_to() -> None:
    problem = a_problem(an_engineer(), a_visit())
    (item,) = explain(State(Facts(problem, SchedulingPolicy())))
    assert [(reason.code, reason.count) for reason in item.reasons] == [(ReasonCode.POSSIBLE, 1)]
    assert item.reasons[0].sentence == "E0 could still take it: this plan can be improved."
    assert item.changes == ()


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_nothing_that_would_fit_is_left_out(seed: int) -> None:
    for item in solve(random_problem(seed)).unassigned:
        assert all(reason.code is not ReasonCode.POSSIBLE for reason in item.reasons)
