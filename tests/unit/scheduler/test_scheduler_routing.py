"""What the routing engine does with each rule and objective, on the line world."""

from dataclasses import replace

import pytest

from scheduler.check import check
from scheduler.plan import Objective, PartSource, Plan, SourceKind, StopKind
from scheduler.policy import ALL_RULES, HardRule, SchedulingPolicy
from scheduler.problem import Position, Problem
from tests.unit.scheduler.builders import (
    DAY,
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
    starts,
)


def planned(problem: Problem, policy: SchedulingPolicy | None = None) -> Plan:
    """A plan that the checker accepts."""
    result = solve(problem, policy)
    assert check(problem, result, policy) == ()
    return result


def without(rule: HardRule) -> SchedulingPolicy:
    return SchedulingPolicy(rules=ALL_RULES - {rule})


def test_a_single_visit_is_reached_straight_from_home() -> None:
    result = planned(a_problem(an_engineer(), a_visit(place=3)))
    kinds = [(stop.kind, stop.start, stop.end) for stop in result.routes[0].stops]
    begin = 8 * HOUR
    assert kinds == [
        (StopKind.TRAVEL, begin, begin + 1800),
        (StopKind.VISIT, begin + 1800, begin + 1800 + HOUR),
        (StopKind.TRAVEL, begin + 1800 + HOUR, begin + 3600 + HOUR),
    ]
    assert result.score[Objective.TRAVEL] == 3600
    assert result.cost == 3600


def test_a_visit_goes_to_the_engineer_with_the_skill_and_level() -> None:
    near = an_engineer("near", skills={"gas": Skill(1)})
    far = an_engineer("far", a_shift(start_place=9, end_place=9), skills={"gas": Skill(2)})
    problem = a_problem(near, far, a_visit(skills={"gas": 2}))
    assert starts(planned(problem))["V0"][0] == "far"
    assert starts(planned(problem, without(HardRule.SKILLS)))["V0"][0] == "near"


def test_a_certificate_must_last_to_the_end_of_the_shift() -> None:
    two_days = (a_shift(8, 16), a_shift(32, 40))
    problem = a_problem(an_engineer("E0", *two_days, skills={"gas": Skill(1, 16 * HOUR)}), a_visit(skills={"gas": 1}))
    assert starts(planned(problem))["V0"] == ("E0", 8 * HOUR + 600)
    later = replace(problem, visits=(a_visit(skills={"gas": 1}, earliest=DAY),))
    assert planned(later).assignments == {}
    assert starts(planned(later, without(HardRule.CERTIFICATES)))["V0"][1] == 32 * HOUR + 600


def test_tools_are_needed() -> None:
    problem = a_problem(an_engineer(tools=frozenset({"meter"})), a_visit(tools=frozenset({"meter", "ladder"})))
    assert planned(problem).assignments == {}
    assert len(planned(problem, without(HardRule.TOOLS)).assignments) == 1


@pytest.mark.parametrize("engine", ["routing", "insertion", "first_come"])
def test_the_learned_duration_of_an_engineer_replaces_the_usual_one(engine: str) -> None:
    learned = a_visit("V0", durations={"E0": 600, "other": 60}, latest_sla_end=8 * HOUR + 1140, late_cost_per_minute=7)
    result = solve(a_problem(an_engineer(), learned, a_visit("V1", required=frozenset({"E0"}))), engine=engine)
    assert check(a_problem(an_engineer(), learned, a_visit("V1", required=frozenset({"E0"}))), result) == ()
    assert starts(result) == {"V0": ("E0", 8 * HOUR + 600), "V1": ("E0", 8 * HOUR + 1200)}
    assert result.assignments["V0"].finish == 8 * HOUR + 1200
    assert result.score[Objective.LATENESS] == 7


def test_a_visit_goes_to_the_engineer_whose_shift_is_long_enough_for_the_learned_duration() -> None:
    slow, quick = an_engineer("slow"), an_engineer("quick", a_shift(start_place=9, end_place=9))
    long = a_visit(duration=9 * HOUR, durations={"quick": 3 * HOUR})
    assert starts(planned(a_problem(slow, quick, long)))["V0"][0] == "quick"
    assert planned(a_problem(slow, quick, replace(long, durations={"quick": 7 * HOUR}))).assignments == {}


@pytest.mark.parametrize(("first", "expected"), [(9, 9 * HOUR), (7, 13 * HOUR)])
def test_a_visit_starts_in_one_of_its_windows(first: int, expected: int) -> None:
    windows = (Window(13 * HOUR, 14 * HOUR), Window(first * HOUR, first * HOUR + 600))
    assert starts(planned(a_problem(an_engineer(), a_visit(windows=windows))))["V0"][1] == expected


def test_both_ends_of_a_window_are_included() -> None:
    arrival = 8 * HOUR + 600
    assert len(planned(a_problem(an_engineer(), a_visit(windows=(Window(0, arrival),)))).assignments) == 1
    assert len(planned(a_problem(an_engineer(), a_visit(windows=(Window(0, arrival - 1),)))).assignments) == 0


def test_work_does_not_start_before_the_earliest_moment() -> None:
    assert starts(planned(a_problem(an_engineer(), a_visit(earliest=11 * HOUR))))["V0"][1] == 11 * HOUR


def test_the_break_is_taken_in_its_window_and_never_during_work() -> None:
    pause = Break(11 * HOUR, 12 * HOUR, 1800)
    visits = [a_visit(f"V{i}", place=0, duration=2 * HOUR) for i in range(3)]
    result = planned(a_problem(an_engineer("E0", a_shift(break_=pause)), *visits))
    taken = [stop for stop in result.routes[0].stops if stop.kind is StopKind.BREAK]
    assert [(stop.start, stop.end) for stop in taken] == [(12 * HOUR, 12 * HOUR + 1800)]
    assert sorted(start for _, start in starts(result).values()) == [8 * HOUR, 10 * HOUR, 12 * HOUR + 1800]


def test_a_break_can_interrupt_a_long_way() -> None:
    pause = Break(8 * HOUR + 600, 8 * HOUR + 700, 300)
    result = planned(a_problem(an_engineer("E0", a_shift(break_=pause)), a_visit(place=3)))
    kinds = [stop.kind for stop in result.routes[0].stops]
    assert kinds == ["travel", "break", "travel", "visit", "travel"]
    assert starts(result)["V0"][1] == 8 * HOUR + 1800 + 300


def test_a_route_that_is_over_before_the_break_needs_none() -> None:
    pause = Break(11 * HOUR, 12 * HOUR, 1800)
    result = planned(a_problem(an_engineer("E0", a_shift(break_=pause)), a_visit()))
    assert all(stop.kind is not StopKind.BREAK for stop in result.routes[0].stops)


def test_overtime_is_used_up_to_its_limit_and_paid() -> None:
    visits = [a_visit(f"V{i}", place=0, duration=4 * HOUR) for i in range(3)]
    result = planned(a_problem(an_engineer("E0", a_shift(8, 16, overtime_limit=4 * HOUR)), *visits))
    assert len(result.assignments) == 3
    assert result.score[Objective.OVERTIME] == 4 * HOUR * 3600 * 150 // 360_000
    short = planned(a_problem(an_engineer("E0", a_shift(8, 16, overtime_limit=4 * HOUR - 1)), *visits))
    assert len(short.assignments) == 2


def test_a_late_promise_is_a_cost_and_no_reason_to_drop() -> None:
    late = a_visit(latest_sla_end=HOUR, late_cost_per_minute=1_000_000, priority=1)
    result = planned(a_problem(an_engineer(), late))
    finish = 8 * HOUR + 600 + HOUR
    assert result.unassigned == ()
    assert result.score[Objective.LATENESS] == (finish - HOUR) // 60 * 1_000_000


def test_the_more_urgent_promise_is_kept_first() -> None:
    first = a_visit("dear", place=2, latest_sla_end=10 * HOUR, late_cost_per_minute=100)
    second = a_visit("cheap", place=1, latest_sla_end=10 * HOUR, late_cost_per_minute=10)
    assert starts(planned(a_problem(an_engineer(), first, second)))["dear"][1] == 8 * HOUR + 1200


def test_when_not_all_fit_the_higher_priority_is_served() -> None:
    visits = [a_visit(f"P{p}", place=0, duration=7 * HOUR, priority=p) for p in (2, 5, 3)]
    result = planned(a_problem(an_engineer(), *visits))
    assert list(result.assignments) == ["P5"]


def test_a_mandatory_visit_goes_before_every_priority() -> None:
    must = a_visit("must", place=0, duration=7 * HOUR, priority=1, mandatory=True)
    urgent = a_visit("urgent", place=0, duration=7 * HOUR, priority=5)
    assert list(planned(a_problem(an_engineer(), must, urgent)).assignments) == ["must"]


def test_a_resource_pin_holds_against_distance_and_skill() -> None:
    near, far = an_engineer("near"), an_engineer("far", a_shift(start_place=9, end_place=9))
    visit = a_visit(pin=Pin(PinKind.RESOURCE, "far"), skills={"gas": 3})
    assert starts(planned(a_problem(near, far, visit)))["V0"][0] == "far"


def test_a_time_pin_holds_against_the_windows() -> None:
    visit = a_visit(pin=Pin(PinKind.TIME, start=11 * HOUR + 7), windows=(Window(0, 9 * HOUR),))
    assert starts(planned(a_problem(an_engineer(), visit)))["V0"][1] == 11 * HOUR + 7


def test_a_pin_of_engineer_and_time_holds_against_a_dearer_plan() -> None:
    far = an_engineer("far", a_shift(start_place=9, end_place=9))
    visit = a_visit(pin=Pin(PinKind.BOTH, "far", 13 * HOUR))
    assert starts(planned(a_problem(an_engineer("near"), far, visit)))["V0"] == ("far", 13 * HOUR)


def test_a_range_pin_leaves_the_start_free_within_the_range() -> None:
    visit = a_visit(pin=Pin(PinKind.RANGE, "E0", 9 * HOUR, 10 * HOUR))
    other = a_visit("V1", place=1, pin=Pin(PinKind.BOTH, "E0", 8 * HOUR + 2400))
    assert starts(planned(a_problem(an_engineer(), visit, other)))["V0"][1] == 8 * HOUR + 2400 + HOUR


def test_a_pinned_visit_stays_when_its_engineer_is_late_for_it() -> None:
    busy = an_engineer(position=Position(1, 10 * HOUR))
    visit = a_visit(pin=Pin(PinKind.BOTH, "E0", 9 * HOUR + 1800))
    next_one = a_visit("V1", pin=Pin(PinKind.BOTH, "E0", 10 * HOUR + 1800))
    free = a_visit("V2", priority=5)
    assert starts(planned(a_problem(busy, visit, next_one, free))) == {
        "V0": ("E0", 10 * HOUR),
        "V1": ("E0", 11 * HOUR),
        "V2": ("E0", 12 * HOUR),
    }


def test_pinned_visits_stay_when_a_more_urgent_one_comes() -> None:
    pinned = a_visit("pinned", place=0, duration=7 * HOUR, priority=1, pin=Pin(PinKind.RESOURCE, "E0"))
    urgent = a_visit("urgent", place=0, duration=7 * HOUR, priority=5, mandatory=True)
    assert list(planned(a_problem(an_engineer(), urgent, pinned)).assignments) == ["pinned"]


def test_required_and_excluded_engineers_are_respected() -> None:
    crew = [an_engineer(name) for name in ("A", "B", "C")]
    only_b = a_visit("V0", required=frozenset({"B"}))
    not_a = a_visit("V1", excluded=frozenset({"A", "B"}))
    result = starts(planned(a_problem(*crew, only_b, not_a)))
    assert (result["V0"][0], result["V1"][0]) == ("B", "C")


def test_the_preferred_engineer_is_worth_a_short_detour_but_not_a_long_one() -> None:
    near = an_engineer("near")
    policy = SchedulingPolicy(not_preferred=1000)
    for place, expected in ((2, "friend"), (9, "near")):
        friend = an_engineer("friend", a_shift(start_place=place, end_place=place))
        result = planned(a_problem(near, friend, a_visit(place=1, preferred=frozenset({"friend"}))), policy)
        assert starts(result)["V0"][0] == expected


def test_the_least_over_qualified_engineer_is_taken() -> None:
    crew = [an_engineer(f"L{level}", skills={"gas": Skill(level)}) for level in (3, 1, 2)]
    assert starts(planned(a_problem(*crew, a_visit(skills={"gas": 1}))))["V0"][0] == "L1"


def test_a_published_booking_stays_when_another_plan_would_save_little() -> None:
    here = an_engineer("here", a_shift(start_place=1, end_place=1))
    booked = a_visit(place=1, published=Published("there", 10 * HOUR))
    problem = a_problem(here, an_engineer("there", cost_per_hour=HOUR // 2), booked)
    result = planned(problem)
    assert starts(result)["V0"] == ("there", 10 * HOUR)
    assert result.score[Objective.DISRUPTION] == 0


def test_a_published_booking_moves_when_its_engineer_is_gone_and_the_cost_says_by_how_much() -> None:
    booked = a_visit(place=1, published=Published("gone", 10 * HOUR))
    result = planned(a_problem(an_engineer("left", a_shift(12, 20)), booked))
    assert starts(result)["V0"] == ("left", 12 * HOUR + 600)
    assert result.score[Objective.DISRUPTION] == 1_000 + 130 * 5


def test_a_part_in_the_van_needs_no_detour() -> None:
    problem = a_problem(an_engineer(van={"A": 1}), a_warehouse(stock={"A": 5}), a_visit(parts={"A": 1}))
    result = planned(problem)
    assert result.assignments["V0"].sources == {"A": PartSource(SourceKind.VAN)}
    assert result.score[Objective.TRAVEL] == 1200


def test_a_part_is_fetched_by_a_warehouse_stop_on_the_way() -> None:
    house = a_warehouse(place=4, stock={"A": 2}, handling=300, opening=(Window(9 * HOUR, 17 * HOUR),))
    result = planned(a_problem(an_engineer(), house, a_visit(parts={"A": 2})))
    assert result.assignments["V0"].sources == {"A": PartSource(SourceKind.WAREHOUSE, "W0")}
    stop = next(stop for stop in result.routes[0].stops if stop.kind is StopKind.WAREHOUSE)
    assert (stop.start, stop.end, stop.parts) == (9 * HOUR, 9 * HOUR + 300, {"A": 2})
    assert starts(result)["V0"][1] == 9 * HOUR + 300 + 1800


def test_one_warehouse_stop_serves_several_visits() -> None:
    house = a_warehouse(place=4, stock={"A": 1, "B": 1}, handling=300)
    visits = [a_visit("V0", place=5, parts={"A": 1}), a_visit("V1", place=6, parts={"B": 1})]
    result = planned(a_problem(an_engineer(), house, *visits))
    stops = [stop.parts for stop in result.routes[0].stops if stop.kind is StopKind.WAREHOUSE]
    assert stops == [{"A": 1, "B": 1}]


def test_scarce_stock_goes_to_the_more_urgent_visit() -> None:
    house = a_warehouse(stock={"A": 1})
    visits = [a_visit("low", parts={"A": 1}, priority=2), a_visit("high", place=9, parts={"A": 1}, priority=4)]
    result = planned(a_problem(an_engineer("E0"), an_engineer("E1"), house, *visits))
    assert list(result.assignments) == ["high"]


def test_scarce_van_stock_is_used_once_over_all_shifts() -> None:
    crew = an_engineer("E0", a_shift(8, 16), a_shift(32, 40), van={"A": 1})
    result = planned(a_problem(crew, a_visit("V0", parts={"A": 1}), a_visit("V1", parts={"A": 1}, priority=5)))
    assert list(result.assignments) == ["V1"]


def test_a_visit_gives_a_part_to_another_that_can_get_it_nowhere_else() -> None:
    skilled = an_engineer("skilled", van={"A": 1}, skills={"gas": Skill(1)})
    plain = an_engineer("plain", a_shift(start_place=9, end_place=9), van={"A": 1})
    easy = a_visit("easy", parts={"A": 1}, priority=5)
    hard = a_visit("hard", parts={"A": 1}, skills={"gas": 1}, priority=1)
    result = starts(planned(a_problem(skilled, plain, easy, hard)))
    assert (result["easy"][0], result["hard"][0]) == ("plain", "skilled")


def test_a_shipped_part_gives_an_earliest_start() -> None:
    result = planned(a_problem(an_engineer(), a_visit(parts={"A": 1}, shipped={"A": 13 * HOUR})))
    assert starts(result)["V0"][1] == 13 * HOUR
    assert result.assignments["V0"].sources == {"A": PartSource(SourceKind.SHIPPED)}


def test_parts_play_no_role_when_the_rule_is_off() -> None:
    problem = a_problem(an_engineer(), a_visit(parts={"A": 1}))
    assert planned(problem).assignments == {}
    assert len(planned(problem, without(HardRule.PARTS)).assignments) == 1


def test_an_engineer_does_no_more_visits_a_shift_than_agreed() -> None:
    visits = [a_visit(f"V{i}", duration=60) for i in range(3)]
    crew = an_engineer(max_visits_per_shift=2)
    assert len(planned(a_problem(crew, *visits)).assignments) == 2
    assert len(planned(a_problem(crew, *visits), without(HardRule.MAX_VISITS)).assignments) == 3


def test_an_engineer_at_work_starts_where_and_when_the_work_ends() -> None:
    busy = an_engineer(position=Position(5, 11 * HOUR))
    result = planned(a_problem(busy, a_visit(place=6)))
    assert starts(result)["V0"][1] == 11 * HOUR + 600


def test_a_shift_that_is_over_is_not_used() -> None:
    busy = an_engineer("E0", a_shift(8, 16), a_shift(32, 40), position=Position(5, 16 * HOUR))
    assert starts(planned(a_problem(busy, a_visit())))["V0"][1] == 32 * HOUR + 600


def test_the_same_seed_and_iterations_give_the_same_plan() -> None:
    visits = [a_visit(f"V{i}", place=i % 11 + 1, duration=1500) for i in range(14)]
    problem = a_problem(an_engineer("E0"), an_engineer("E1"), *visits)
    first, second = solve(problem), solve(problem)
    assert replace(first, seconds=0.0) == replace(second, seconds=0.0)


def test_a_warm_start_is_kept_when_nothing_better_is_found() -> None:
    visits = [a_visit(f"V{i}", place=i + 1) for i in range(4)]
    problem = a_problem(an_engineer("E0"), an_engineer("E1"), *visits)
    first = solve(problem)
    again = solve(problem, warm_start=first)
    assert again.cost <= first.cost
    assert check(problem, again) == ()


def test_a_warm_start_of_another_day_does_no_harm() -> None:
    old = solve(a_problem(an_engineer("gone"), a_visit("old")))
    problem = a_problem(an_engineer("E0"), a_visit("new"))
    assert list(solve(problem, warm_start=old).assignments) == ["new"]


def test_insertion_alone_also_serves_everything_it_can() -> None:
    visits = [a_visit(f"V{i}", place=i + 1) for i in range(6)]
    problem = a_problem(an_engineer("E0"), an_engineer("E1"), *visits)
    result = solve(problem, engine="insertion")
    assert (len(result.assignments), check(problem, result)) == (6, ())
