"""What a person's moves would do, before they are made."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from activities.planning.moves import Consequence, Ground, Move, Spot, ground_of
from activities.planning.moving import consequence
from domain.ids import EngineerId, VisitId
from domain.policy import PlanningSettings
from domain.vocabulary import BookingState, PartSource, PinKind
from domain.world import OpenVisit, World
from tests.unit.planning.world_builders import (
    a_booked_visit,
    a_duty,
    a_pause,
    a_visit,
    a_warehouse,
    a_window,
    a_world,
    an_engineer,
    at,
    held,
    needs,
    ways_of,
)

TWO = (an_engineer("E1"), an_engineer("E2"))


def ground(world: World) -> Ground:
    return ground_of(world, ways_of(world), PlanningSettings(), ZoneInfo("UTC"))


def to(visit: str, clock: str, engineer: str = "E1") -> Move:
    return Move(VisitId(visit), Spot(EngineerId(engineer), at(clock)))


def off(visit: str) -> Move:
    return Move(VisitId(visit), None)


def asked(world: World, *moves: Move, draft: tuple[Move, ...] = ()) -> Consequence:
    return consequence(ground(world), draft, moves)


def planned(id_: str, where: float, start: str, **changes: Any) -> OpenVisit:
    return a_booked_visit(id_, where, start, BookingState.PLANNED, **changes)


def rules(found: Consequence) -> list[tuple[str, str | None]]:
    return [(broken.rule, broken.visit_id) for broken in found.broken]


def test_a_visit_put_into_an_empty_day_costs_its_way_there_and_back() -> None:
    found = asked(a_world(a_visit("V1", 30)), to("V1", "10:00"))
    assert found.allowed
    assert (found.travel_change_seconds, found.overtime_change_seconds) == (3600, 0)
    assert found.cost_change_cents == 3600 * 4000 // 3600 + 60 * 40
    [route] = found.routes
    assert [(s.visit_id, s.arrival, s.finish) for s in route.stops] == [("V1", at("10:00"), at("11:00"))]


def test_no_move_changes_nothing() -> None:
    world = a_world(planned("V1", 10, "09:00"))
    found = asked(world, to("V1", "09:00"))
    assert found == Consequence(allowed=True)


def test_what_comes_after_is_pushed_and_what_has_room_stays() -> None:
    world = a_world(
        planned("V1", 10, "09:00"), planned("V2", 10, "10:00"), planned("V3", 10, "14:00"), a_visit("V9", 10)
    )
    found = asked(world, to("V9", "09:30"))
    assert found.allowed
    assert [(o.visit_id, o.from_arrival, o.to_arrival) for o in found.others] == [("V2", at("10:00"), at("11:00"))]
    [route] = found.routes
    assert [(s.visit_id, s.arrival) for s in route.stops] == [
        ("V1", at("09:00")), ("V9", at("10:00")), ("V2", at("11:00")), ("V3", at("14:00")),
    ]  # fmt: skip


@pytest.mark.parametrize("state", [BookingState.OFFERED, BookingState.CONFIRMED])
def test_pushing_what_somebody_was_promised_breaks_a_rule(state: BookingState) -> None:
    world = a_world(a_booked_visit("V1", 10, "10:00", state), a_visit("V9", 10))
    found = asked(world, to("V9", "09:30"))
    assert rules(found) == [("pin", "V1")]
    assert found.broken[0].sentence == f"V1 is {state.value} for Mon 10:00 and would begin at Mon 10:30."


def test_pushing_what_is_pinned_breaks_a_rule() -> None:
    pinned = planned("V1", 10, "10:00")
    assert pinned.booking is not None
    pinned = replace(pinned, booking=replace(pinned.booking, pin=PinKind.TIME))
    assert rules(asked(a_world(pinned, a_visit("V9", 10)), to("V9", "09:30"))) == [("pin", "V1")]


def test_a_move_between_engineers_touches_both_routes() -> None:
    world = a_world(planned("V1", 30, "09:00"), planned("V2", 30, "11:00"), engineers=TWO)
    found = asked(world, to("V1", "09:00", "E2"))
    assert {route.engineer_id for route in found.routes} == {"E1", "E2"}
    assert found.travel_change_seconds == 3600
    assert found.cost_change_cents == 3600 * 4000 // 3600 + 60 * 40 + 1000  # another engineer than was published


def test_each_rule_that_the_move_breaks_is_named() -> None:
    able = an_engineer("E1", duties=(a_duty(pause=a_pause()),))
    cases: list[tuple[OpenVisit, str, str]] = [
        (a_visit("V9", 10, needs=needs(60, {"boiler": 1})), "10:00", "skill"),
        (a_visit("V9", 10, needs=needs(60, windows=(a_window("12:00", "13:00"),))), "09:00", "window"),
        (a_visit("V9", 10, excluded=frozenset({EngineerId("E1")})), "10:00", "engineer"),
        (a_visit("V9", 10, needs=needs(60, parts={"P1": 1})), "10:00", "parts"),
        (a_visit("V9", 10, needs=needs(300)), "14:00", "overtime"),
        (a_visit("V9", 10), "23:00", "shift"),
    ]
    for visit, clock, rule in cases:
        found = asked(a_world(visit, engineers=(able,)), to("V9", clock))
        assert [broken.rule for broken in found.broken] == [rule], visit
        assert found.broken[0].sentence.endswith(".")
        assert not found.allowed


def test_what_was_broken_before_does_not_count_against_the_move() -> None:
    late = planned("V1", 10, "09:00", needs=needs(60, windows=(a_window("12:00", "13:00"),)))
    found = asked(a_world(late, a_visit("V9", 10)), to("V9", "14:00"))
    assert found.allowed


def test_a_started_visit_and_a_stranger_cannot_be_moved() -> None:
    started = a_booked_visit("V1", 10, "08:00", BookingState.STARTED, departed=at("07:50"))
    found = asked(a_world(started), to("V1", "12:00"), to("V7", "12:00"))
    assert rules(found) == [("started", "V1"), ("visit", "V7")]


def test_promises_that_the_move_loses_and_saves_are_named() -> None:
    world = a_world(
        planned("V1", 10, "09:00", resolve_due=at("10:30")),
        a_visit("V9", 10, resolve_due=at("11:00")),
    )
    found = asked(world, to("V9", "08:50"))
    assert [(kept.visit_id, kept.late_seconds) for kept in found.promises_saved] == [("V9", None)]
    assert [(kept.visit_id, kept.late_seconds) for kept in found.promises_lost] == [("V1", 20 * 60)]


def test_taking_off_frees_the_way() -> None:
    found = asked(a_world(planned("V1", 30, "09:00", resolve_due=at("11:00"))), off("V1"))
    assert (found.travel_change_seconds, found.allowed) == (-3600, True)
    assert [(kept.visit_id, kept.late_seconds) for kept in found.promises_lost] == [("V1", None)]


def test_the_draft_is_the_ground_and_not_part_of_the_answer() -> None:
    world = a_world(planned("V1", 10, "09:00"), a_visit("V8", 10), a_visit("V9", 10))
    found = asked(world, to("V9", "12:00"), draft=(to("V8", "10:00"),))
    assert [stop.visit_id for stop in found.routes[0].stops] == ["V1", "V8", "V9"]
    assert found.travel_change_seconds == 0


def test_a_broken_rule_carries_what_its_sentence_tells() -> None:
    unskilled = a_visit("V9", 10, needs=needs(60, {"boiler": 2}))
    [skill] = asked(a_world(unskilled), to("V9", "10:00")).broken
    assert (skill.engineer_id, skill.lacking) == ("E1", {"boiler": 2})
    early = a_visit("V9", 10, needs=needs(60, windows=(a_window("12:00", "13:00"),)))
    [window] = asked(a_world(early), to("V9", "09:00")).broken
    assert (window.rule, window.at, window.cause) == ("window", at("09:00"), "")
    [overtime] = asked(a_world(a_visit("V9", 10, needs=needs(300))), to("V9", "14:00")).broken
    assert overtime.at == at("19:10")
    [parts] = asked(a_world(a_visit("V9", 10, needs=needs(60, parts={"P1": 1}))), to("V9", "10:00")).broken
    assert (parts.cause, parts.lacking) == ("nowhere", {"P1": 1})
    confirmed = a_booked_visit("V1", 10, "09:30", BookingState.CONFIRMED)
    [pin] = asked(a_world(confirmed, a_visit("V9", 10)), to("V9", "09:00")).broken
    assert (pin.rule, pin.cause, pin.agreed, pin.at) == ("pin", "confirmed", at("09:30"), at("10:00"))


def test_parts_are_fetched_where_others_do_not_hold_them() -> None:
    def world(*others: OpenVisit) -> World:
        visit = a_visit("V9", 10, needs=needs(60, parts={"P1": 1}))
        return a_world(visit, *others, engineers=TWO, warehouses=(a_warehouse(20, {"P1": 1 - len(others)}),))

    found = asked(world(), to("V9", "10:00"))
    assert found.allowed
    assert found.travel_change_seconds == 40 * 60
    holds = (held("P1", PartSource.WAREHOUSE, "W1"),)
    other = planned("V2", 10, "10:00", engineer="E2", held=holds)
    other = replace(other, needs=needs(60, parts={"P1": 1}))
    assert rules(asked(world(other), to("V9", "10:00"))) == [("parts", "V9")]


def test_who_cannot_be_there_in_time_comes_as_soon_as_possible() -> None:
    found = asked(a_world(a_visit("V1", 90)), to("V1", "08:15"))
    assert found.allowed
    assert found.routes[0].stops[0].arrival == at("09:31")  # nothing begins sooner than a minute from now


def test_the_break_is_kept_between_visits() -> None:
    engineer = an_engineer("E1", duties=(a_duty(pause=a_pause("12:00", "12:30")),))
    world = a_world(planned("V1", 10, "11:00"), planned("V2", 10, "12:30"), engineers=(engineer,))
    found = asked(world, to("V1", "11:30"))
    assert found.allowed
    assert [(o.visit_id, o.to_arrival) for o in found.others] == [("V2", at("13:00"))]
