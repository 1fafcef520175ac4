"""Insert mode, rule by rule: whom an offer names, when, for how much, and why there is none."""

from dataclasses import replace
from typing import Any

import pytest

from scheduler.errors import ProblemError
from scheduler.insert import Choice, Inserter, Offer, Ways, warm_up
from scheduler.insert_places import leeway, price_places
from scheduler.plan import ReasonCode
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Engineer, Problem, Visit, Window
from tests.unit.scheduler.builders import (
    DAY,
    HOUR,
    LEG,
    After,
    Break,
    Pin,
    PinKind,
    Published,
    Skill,
    a_problem,
    a_shift,
    a_visit,
    a_warehouse,
    an_engineer,
    solve,
)

POLICY = SchedulingPolicy()
MORNING, NOON, NIGHT = Window(8 * HOUR, 10 * HOUR), Window(11 * HOUR, 13 * HOUR), Window(20 * HOUR, 22 * HOUR)


def an_inserter(*things: Any, policy: SchedulingPolicy = POLICY) -> Inserter:
    problem = a_problem(*things)
    return Inserter(problem, policy, solve(problem, policy))


def at(name: str, place: int, **fields: Any) -> Engineer:
    return an_engineer(name, a_shift(start_place=place, end_place=place), **fields)


def told(offers: tuple[Offer, ...]) -> list[tuple[str, int, int]]:
    return [(offer.engineer, offer.shift_index, offer.extra_cost) for offer in offers]


def ways(place: int, places: int = 12) -> Ways:
    """The ways of a place on the line."""
    steps = [abs(place - other) for other in range(places)]
    return Ways(
        [LEG * n for n in steps], [LEG * n for n in steps], [5000 * n for n in steps], [5000 * n for n in steps]
    )


def test_shifts_are_ranked_by_what_the_visit_would_cost_more() -> None:
    two_days = an_engineer("A", a_shift(), a_shift(32, 40))
    inserter = an_inserter(two_days, at("B", 6), a_visit("V0", place=2, windows=(Window(34 * HOUR, 34 * HOUR),)))
    offers = inserter.rank(a_visit("new", place=3))
    assert told(offers) == [("A", 1, 1200), ("A", 0, 3600), ("B", 0, 3600)]
    assert offers[0].extra_travel == 1200
    assert offers[0].sentence == "A would cost +1200: +20 min of travel."


def test_only_as_many_are_offered_as_are_asked_for() -> None:
    inserter = an_inserter(*(at(f"E{n}", n) for n in range(5)))
    assert told(inserter.rank(a_visit("new", place=3), most=2)) == [("E3", 0, 0), ("E2", 0, 1200)]


def test_a_visit_at_a_place_that_is_new_brings_its_ways() -> None:
    inserter = an_inserter(at("A", 2), at("B", 9))
    assert told(inserter.rank(a_visit("new", place=0), ways(7))) == [("B", 0, 2400), ("A", 0, 6000)]
    assert told(inserter.rank(a_visit("new", place=0), ways(3))) == [("A", 0, 1200), ("B", 0, 7200)]
    assert told(inserter.rank(a_visit("new", place=9))) == [("B", 0, 0), ("A", 0, 8400)]


def test_a_new_place_between_two_visits_costs_nothing_on_the_way() -> None:
    inserter = an_inserter(an_engineer("A"), a_visit("V0", place=2), a_visit("V1", place=6))
    assert told(inserter.rank(a_visit("new", place=0), ways(4))) == [("A", 0, 0)]


def test_lateness_of_the_visit_and_of_others_is_told_and_paid_for() -> None:
    due = a_visit("V0", place=1, latest_sla_end=10 * HOUR, late_cost_per_minute=10, windows=(Window(0, 10 * HOUR),))
    inserter = an_inserter(an_engineer("A", max_visits_per_shift=2), due)
    visit = a_visit("new", place=1, latest_sla_end=9 * HOUR, late_cost_per_minute=1)
    [offer] = inserter.rank(visit)
    assert (offer.extra_cost, offer.late, offer.others_late) == (70, 70 * 60, 0)
    assert offer.sentence == "A would cost +70: +0 min of travel, 70 min after the promise."
    [offer] = inserter.rank(replace(visit, late_cost_per_minute=100))
    assert (offer.extra_cost, offer.late, offer.others_late) == (1000 + 100, 600, 600)
    assert offer.sentence.endswith("10 min after the promise, others 10 min later than promised.")


def test_the_start_may_slip_until_others_or_the_shift_would_suffer() -> None:
    inserter = an_inserter(an_engineer("A"), a_visit("V0", place=1, windows=(Window(10 * HOUR, 11 * HOUR),)))
    [offer] = inserter.rank(a_visit("new", place=1))
    assert offer.arrival == 8 * HOUR + 600
    assert offer.possible == Window(8 * HOUR + 600, 10 * HOUR)
    assert offer.window == Window(8 * HOUR + 600, 10 * HOUR)
    [offer] = inserter.rank(a_visit("new", place=1), width=HOUR)
    assert offer.window == Window(8 * HOUR + 600, 9 * HOUR + 600)


def test_the_start_may_not_slip_over_a_moment_that_the_break_needs() -> None:
    pause = Break(11 * HOUR, 11 * HOUR, HOUR)
    inserter = an_inserter(an_engineer("A", a_shift(break_=pause)))
    [offer] = inserter.rank(a_visit("new", place=1))
    assert offer.possible == Window(8 * HOUR + 600, 10 * HOUR)
    [choice] = inserter.offers(a_visit("new", place=1), [Window(11 * HOUR, 14 * HOUR)])
    assert choice.offer is not None
    assert choice.offer.possible == Window(12 * HOUR, 16 * HOUR - HOUR - LEG)


def test_the_start_may_not_slip_so_far_that_a_break_is_needed_and_does_not_fit() -> None:
    inserter = an_inserter(an_engineer("A", a_shift(break_=Break(15 * HOUR, 15 * HOUR + 1800, HOUR))))
    [offer] = inserter.rank(a_visit("new", place=1))
    assert offer.possible == Window(8 * HOUR + LEG, 14 * HOUR + 1200)


def test_the_start_may_not_slip_so_far_that_another_comes_in_a_window_after_its_promise() -> None:
    windows = (Window(10 * HOUR, 10 * HOUR + 1800), Window(14 * HOUR, 15 * HOUR))
    other = a_visit("V0", place=1, windows=windows, latest_sla_end=12 * HOUR, late_cost_per_minute=1)
    [offer] = an_inserter(an_engineer("A"), other).rank(a_visit("new", place=1, windows=(MORNING,)))
    assert offer.possible == Window(8 * HOUR + LEG, 9 * HOUR + 1800)


def test_the_start_may_slip_from_a_window_into_one_that_touches_it() -> None:
    windows = (Window(8 * HOUR, 9 * HOUR), Window(9 * HOUR, 10 * HOUR), Window(11 * HOUR, 12 * HOUR))
    [offer] = an_inserter(an_engineer("A")).rank(a_visit("new", place=1, windows=windows))
    assert offer.possible == Window(8 * HOUR + LEG, 10 * HOUR)


def test_the_start_may_slip_as_far_as_somebody_elsewhere_can_wait() -> None:
    first = a_visit("V0", place=1, required=frozenset({"A"}))
    second = a_visit("V1", place=1, required=frozenset({"B"}), windows=(Window(11 * HOUR, 11 * HOUR),))
    inserter = an_inserter(an_engineer("A"), an_engineer("B"), first, replace(second, after=(After("V0"),)))
    visit = a_visit("new", place=1, required=frozenset({"A"}), windows=(Window(8 * HOUR, 9 * HOUR + 600),))
    [offer] = inserter.rank(visit)
    assert offer.insertion.items == (2, 0)
    assert offer.possible == Window(8 * HOUR + LEG, 9 * HOUR)
    waiting = a_visit("V2", place=1, required=frozenset({"A"}), after=(After("V0", HOUR),))
    [offer] = an_inserter(an_engineer("A"), first, waiting).rank(visit)
    assert offer.possible == Window(8 * HOUR + LEG, 8 * HOUR + LEG)


def test_each_window_has_the_cheapest_engineer_who_can_come_then() -> None:
    held = a_visit("V0", place=3, windows=(Window(8 * HOUR + 1200, 8 * HOUR + 1200),), duration=4 * HOUR)
    inserter = an_inserter(at("near", 3), at("far", 9), replace(held, required=frozenset({"near"})))
    choices = inserter.offers(a_visit("new", place=3), [MORNING, NOON, NIGHT])
    assert [choice.offer and (choice.offer.engineer, choice.offer.extra_cost) for choice in choices] == [
        ("far", 7200),
        ("near", 0),
        None,
    ]
    assert [choice.offer.window for choice in choices[:2]] == [MORNING, NOON]
    assert choices[1].offer.arrival == 12 * HOUR + 1200


def why(inserter: Inserter, visit: Visit, window: Window = MORNING) -> tuple[ReasonCode, str]:
    [choice] = inserter.offers(visit, [window])
    assert choice == Choice(window, None, choice.reason)
    return choice.reason.code, choice.reason.sentence


def test_a_window_without_an_offer_has_a_reason() -> None:
    busy = a_visit("V0", duration=7 * HOUR, windows=(Window(8 * HOUR, 9 * HOUR),))
    inserter = an_inserter(an_engineer("A"), busy)
    assert why(inserter, a_visit("new"), NIGHT) == (
        ReasonCode.SHIFT,
        "None of the 1 able engineers works then.",
    )
    assert why(inserter, a_visit("new")) == (
        ReasonCode.TIME,
        "1 able engineers work then, but none can come and still keep all other visits and the shift.",
    )
    assert why(inserter, a_visit("new", windows=(NOON,))) == (ReasonCode.WINDOW, "The visit may not start then.")
    assert why(inserter, a_visit("new", parts={"A": 1})) == (
        ReasonCode.PARTS,
        "None of the able engineers (1) can get the parts.",
    )
    assert why(inserter, a_visit("new", skills={"gas": 1})) == (
        ReasonCode.SKILL,
        "No engineer can do it: one engineer short of a skill.",
    )
    full = an_inserter(an_engineer("A", max_visits_per_shift=1), a_visit("V0"))
    assert why(full, a_visit("new")) == (
        ReasonCode.MAX_VISITS,
        "All able engineers who work then (1) already have the most visits agreed.",
    )


def test_skills_certificates_tools_and_exclusions_hold() -> None:
    crew = (
        an_engineer("low", skills={"gas": Skill(1)}),
        an_engineer("ends", skills={"gas": Skill(2, 10 * HOUR)}),
        an_engineer("bare", skills={"gas": Skill(2)}),
        an_engineer("out", skills={"gas": Skill(2)}, tools=frozenset({"ladder"})),
        an_engineer("fit", skills={"gas": Skill(2)}, tools=frozenset({"ladder"})),
    )
    visit = a_visit("new", skills={"gas": 2}, tools=frozenset({"ladder"}), excluded=frozenset({"out"}))
    assert [offer.engineer for offer in an_inserter(*crew).rank(visit)] == ["fit"]


def test_parts_come_from_the_van_or_are_fetched_and_are_not_there_twice() -> None:
    house = a_warehouse(place=4, stock={"A": 1}, handling=600)
    crew = (at("van", 9, van={"A": 1}), at("near", 3))
    inserter = an_inserter(*crew, house)
    offers = inserter.rank(a_visit("new", place=3, parts={"A": 1}))
    assert told(offers) == [("near", 0, 1200), ("van", 0, 7200)]
    assert offers[0].sentence == "near would cost +1200: +20 min of travel, a call at W0."
    taken = an_inserter(*crew, house, a_visit("V0", place=3, parts={"A": 1}, required=frozenset({"near"})))
    assert told(taken.rank(a_visit("new", place=3, parts={"A": 1}))) == [("van", 0, 7200)]
    assert taken.rank(a_visit("new", place=3, parts={"B": 1})) == ()


def test_a_warehouse_that_is_called_at_anyway_is_called_at_earlier() -> None:
    house = a_warehouse(place=4, stock={"A": 2})
    early = a_visit("V0", place=1, windows=(Window(11 * HOUR, 11 * HOUR),))
    late = a_visit("V1", place=5, parts={"A": 1}, windows=(Window(12 * HOUR, 15 * HOUR),))
    inserter = an_inserter(an_engineer("A"), house, early, late)
    [offer] = inserter.rank(a_visit("new", place=1, parts={"A": 1}, windows=(Window(10 * HOUR, 10 * HOUR),)))
    assert offer.insertion.items == (-1, 2, 0, 1)
    assert offer.extra_travel == 6 * LEG


def test_others_wait_for_their_shipped_parts() -> None:
    other = a_visit("V0", parts={"A": 1}, shipped={"A": 12 * HOUR}, latest_sla_end=13 * HOUR, late_cost_per_minute=10)
    [choice] = an_inserter(an_engineer("A"), other).offers(a_visit("new"), [Window(12 * HOUR, 12 * HOUR)])
    assert choice.offer is not None
    assert (choice.offer.extra_cost, choice.offer.others_late) == (600, HOUR)


def test_a_shipped_part_is_waited_for() -> None:
    inserter = an_inserter(an_engineer("A"))
    [offer] = inserter.rank(a_visit("new", parts={"A": 1}, shipped={"A": 12 * HOUR}))
    assert offer.arrival == 12 * HOUR
    assert offer.possible.start == 12 * HOUR


def test_a_planned_visit_can_be_asked_about_again_with_other_times() -> None:
    visit = a_visit("V0", place=3, windows=(MORNING,), published=Published("A", 9 * HOUR))
    inserter = an_inserter(at("A", 3), at("B", 5), visit)
    [stays, goes] = inserter.rank(visit)
    assert (stays.engineer, stays.arrival, stays.extra_cost) == ("A", 9 * HOUR, 0)
    assert goes.extra_cost == 2400 + POLICY.moved_engineer
    moved = inserter.offers(replace(visit, windows=()), [NOON])[0].offer
    assert (moved.engineer, moved.arrival) == ("A", 11 * HOUR)
    assert moved.extra_cost == 120 * POLICY.moved_minute
    assert inserter.rank(visit) == (stays, goes)


def test_a_planned_visit_can_be_asked_about_at_another_place() -> None:
    visit = a_visit("V0", place=3)
    inserter = an_inserter(at("A", 3), visit)
    assert told(inserter.rank(visit, ways(5))) == [("A", 0, 2400)]
    assert told(inserter.rank(replace(visit, place=4))) == [("A", 0, 1200)]


def test_a_question_leaves_nothing_behind() -> None:
    planned = a_visit("V0", place=3, windows=(MORNING,))
    inserter = an_inserter(at("A", 3), at("B", 5), planned)
    plain = a_visit("new", place=3, windows=(MORNING,), duration=2 * HOUR)
    before = inserter.rank(plain)
    for other in (planned, replace(plain, durations={"A": 60}), replace(plain, after=(After("V0"),))):
        inserter.rank(other)
        assert inserter.rank(plain) == before
    inserter.rank(plain, ways(9))
    assert inserter.rank(plain) == before


def test_a_pinned_visit_is_offered_where_it_is_pinned() -> None:
    pinned = a_visit("new", place=1, pin=Pin(PinKind.BOTH, "B", 10 * HOUR))
    [offer] = an_inserter(an_engineer("A"), an_engineer("B", a_shift(), a_shift(32, 40))).rank(pinned)
    assert (offer.engineer, offer.shift_index, offer.arrival) == ("B", 0, 10 * HOUR)
    assert offer.possible == Window(10 * HOUR, 10 * HOUR)


def test_a_visit_that_waits_for_another_comes_after_it() -> None:
    first = a_visit("V0", place=1, windows=(Window(9 * HOUR, 9 * HOUR),), required=frozenset({"A"}))
    inserter = an_inserter(an_engineer("A"), an_engineer("B"), first)
    offers = inserter.rank(a_visit("new", place=1, after=(After("V0", HOUR),)))
    assert [(o.engineer, o.arrival, o.extra_cost) for o in offers] == [("A", 11 * HOUR, 0), ("B", 11 * HOUR, 1200)]
    assert inserter.rank(a_visit("free", place=1))[0].arrival == 10 * HOUR


def test_a_visit_of_a_group_starts_with_the_others_by_another_engineer() -> None:
    pair = [a_visit(f"V{n}", place=1, group="G", windows=(Window(9 * HOUR, 10 * HOUR),)) for n in range(2)]
    inserter = an_inserter(*(an_engineer(name) for name in "ABC"), *pair)
    third = replace(pair[0], id="V2")
    [offer] = inserter.rank(third)
    assert (offer.engineer, offer.arrival) == ("C", 9 * HOUR)
    assert why(inserter, third, NIGHT)[0] is ReasonCode.WINDOW


def test_a_visit_that_waits_for_one_that_is_left_out_cannot_be_offered() -> None:
    never = a_visit("V0", skills={"gas": 1})
    visit = a_visit("new", after=(After("V0"),))
    assert why(an_inserter(an_engineer("A"), never), visit) == (ReasonCode.ORDER, "It depends on V0, not planned.")


def test_visits_that_others_wait_for_do_not_move_too_late() -> None:
    first = a_visit("V0", place=1, required=frozenset({"A"}), windows=(Window(8 * HOUR, 12 * HOUR),))
    second = a_visit("V1", place=1, required=frozenset({"B"}), windows=(Window(10 * HOUR, 10 * HOUR),))
    second = replace(second, after=(After("V0"),))
    inserter = an_inserter(an_engineer("A"), an_engineer("B"), first, second)
    offers = {offer.engineer: offer for offer in inserter.rank(a_visit("new", place=1, duration=2 * HOUR))}
    assert offers["A"].insertion.items == (0, 2)
    assert offers["A"].arrival >= 9 * HOUR + 600


@pytest.mark.parametrize(
    ("visit", "to", "field"),
    [
        (a_visit("new", place=12), None, "visit.place"),
        (a_visit("new", duration=-1), None, "visits[new].duration"),
        (a_visit("new", pin=Pin(PinKind.RESOURCE, "nobody")), None, "visits[new].pin.engineer"),
        (a_visit("new", after=(After("V7"),)), None, "visits[new].after[0].visit"),
        (a_visit("new"), ways(3, places=11), "ways.travel_to"),
        (a_visit("new"), replace(ways(3), distance_from=[-1] * 12), "ways.distance_from"),
        (a_visit("V0", group="G"), None, "visit"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(visit: Visit, to: Ways | None, field: str) -> None:
    inserter = an_inserter(an_engineer("A"), a_visit("V0"))
    with pytest.raises(ProblemError) as error:
        inserter.rank(visit, to)
    assert error.value.field == field
    assert len(inserter.rank(a_visit("next"))) == 1


def test_an_empty_problem_has_no_offers() -> None:
    problem: Problem = a_problem()
    inserter = Inserter(problem, POLICY, solve(problem))
    assert inserter.rank(a_visit("new")) == ()
    assert why(inserter, a_visit("new"), Window(0, DAY)) == (ReasonCode.SHIFT, "There are no shifts.")


def test_warming_up_leaves_nothing_to_compile() -> None:
    warm_up()
    compiled = len(price_places.signatures), len(leeway.signatures)
    assert compiled == (1, 1)
    an_inserter(an_engineer("A"), a_warehouse()).rank(a_visit("new"), ways(3))
    assert (len(price_places.signatures), len(leeway.signatures)) == compiled
