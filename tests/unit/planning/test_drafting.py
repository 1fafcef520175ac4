"""What publishing a plan would change."""

from dataclasses import replace

from activities.planning.drafting import Round, draft_of
from domain.draft import DraftBooking, PartLine, PlanDraft
from domain.ids import EngineerId
from domain.policy import PlanningSettings
from domain.vocabulary import BookingState, PartSource, ReservationState
from domain.world import World
from scheduler.budget import Budget
from scheduler.plan import Stop, StopKind
from scheduler.solve import plan
from tests.unit.planning.world_builders import (
    MINUTE,
    a_booked_visit,
    a_visit,
    a_warehouse,
    a_window,
    a_world,
    an_engineer,
    at,
    built,
    held,
    needs,
)

PLANNED = BookingState.PLANNED
THIS = Round(7, "a visit was asked for", 5 * MINUTE)


def draft(world: World, settings: PlanningSettings | None = None) -> PlanDraft:
    made = built(world, settings)
    return draft_of(world, made, plan(made.problem, budget=Budget(2, iterations=10)), THIS)


def test_a_new_visit_is_booked_with_its_way_and_the_window_it_falls_into() -> None:
    asked = a_visit("V1", 10, needs=needs(windows=(a_window("09:00", "10:00"), a_window("14:00", "15:00"))))
    made = draft(a_world(asked))
    assert made.id == "T1-P7"
    assert made.bookings == (
        DraftBooking(
            asked.id, asked.case_id, 1, EngineerId("E1"), at("09:00"), at("10:00"), 10 * MINUTE,
            a_window("09:00", "10:00"),
        ),
    )  # fmt: skip
    assert (made.added, made.moved, made.kept, made.open_visits) == (1, 0, 0, 1)


def test_a_booking_that_drifts_by_less_than_the_tolerance_stays() -> None:
    made = draft(a_world(a_booked_visit("V1", 10, "10:00", PLANNED), now="09:53"))
    assert (made.bookings, made.kept) == ((), 1)


def test_a_booking_that_drifts_further_moves_and_names_what_it_replaces() -> None:
    made = draft(a_world(a_booked_visit("V1", 10, "10:00", PLANNED), now="09:58"))
    (booking,) = made.bookings
    assert (booking.arrival, booking.replaces) == (at("10:09"), "V1-B1")
    assert (made.moved, made.kept) == (1, 0)


def test_a_small_drift_is_followed_where_staying_would_overlap_the_visit_before() -> None:
    world = a_world(a_visit("V1", 10, needs=needs(60)), a_booked_visit("V2", 10, "09:11", PLANNED))
    made = built(world)
    found = plan(made.problem, engine="first_come")
    (route,) = found.routes
    stops = [s for s in route.stops if s.kind is StopKind.VISIT]
    moved = replace(found, routes=(replace(route, stops=_in_order(stops)),))
    bookings = draft_of(world, made, moved, THIS).bookings
    assert [(b.visit, b.arrival) for b in bookings] == [("V1", at("08:13")), ("V2", at("09:13"))]


def _in_order(stops: list[Stop]) -> tuple[Stop, ...]:
    first, second = sorted(stops, key=lambda stop: stop.visit_id or "")
    return (replace(first, start=780, end=4380), replace(second, start=4380, end=7980))


def test_a_visit_that_nobody_can_do_is_left_out_with_the_reason() -> None:
    made = draft(a_world(a_visit("V1", needs=needs(skills={"gas": 1}))))
    (out,) = made.left_out
    assert (out.visit, [reason.code for reason in out.reasons]) == ("V1", ["skill"])


def test_a_booking_for_which_there_is_no_place_any_more_is_taken_off() -> None:
    impossible = a_booked_visit("V1", 10, "10:00", PLANNED, needs=needs(60, {"gas": 1}))
    made = draft(a_world(impossible))
    (gone,) = made.taken_off
    assert (gone.visit, gone.replaces, made.moved) == ("V1", "V1-B1", 1)
    assert [item.visit for item in made.left_out] == ["V1"]


def test_facts_are_neither_moved_nor_taken_off_although_others_would_be_cheaper() -> None:
    far = a_booked_visit("V1", 50, "10:00", BookingState.CONFIRMED)
    nearby = an_engineer("E2", home=a_visit("X", 50).point)
    made = draft(a_world(far, engineers=(an_engineer(), nearby)))
    assert (made.bookings, made.taken_off, made.kept) == ((), (), 1)


def test_parts_come_from_the_van_or_from_where_the_plan_fetches_them() -> None:
    asked = a_visit("V1", 10, needs=needs(parts={"A": 1, "B": 2}))
    world = a_world(asked, engineers=(an_engineer(van={"A": 1}),), warehouses=(a_warehouse(5, {"B": 2}),))
    (booking,) = draft(world).bookings
    assert set(booking.parts) == {
        PartLine("A", 1, PartSource.VAN, "VAN-E1"),
        PartLine("B", 2, PartSource.WAREHOUSE, "W1"),
    }
    assert booking.travel == 20 * MINUTE


def test_the_last_unit_is_sent_to_one_visit_only() -> None:
    asked = [a_visit(f"V{n}", 10, needs=needs(parts={"A": 1})) for n in (1, 2)]
    house = a_warehouse(stock={"A": 1}, opening=())
    made = draft(a_world(*asked, warehouses=(house,)), PlanningSettings(shipping=60 * MINUTE))
    (booking,) = made.bookings
    assert booking.parts == (PartLine("A", 1, PartSource.SHIPMENT, "W1", at("09:00")),)
    assert [[reason.code for reason in item.reasons] for item in made.left_out] == [["parts"]]


def test_a_part_that_is_under_way_goes_over_to_the_new_booking() -> None:
    sent = held("A", PartSource.SHIPMENT, "W1", state=ReservationState.SHIPPED, ready_at=at("12:00"))
    moving = a_booked_visit("V1", 10, "10:00", PLANNED, held=(sent,), needs=needs(parts={"A": 1}))
    (booking,) = draft(a_world(moving, warehouses=(a_warehouse(opening=()),))).bookings
    assert booking.arrival == at("12:00")
    assert booking.parts == (PartLine("A", 1, PartSource.SHIPMENT, "W1", at("12:00"), sent.id),)


def test_without_an_answer_everything_stays_and_new_visits_are_left_out() -> None:
    world = a_world(a_booked_visit("V1", 10, "10:00", PLANNED), a_visit("V2"))
    made = draft_of(world, built(world), None, THIS)
    assert (made.bookings, made.taken_off, made.kept) == ((), (), 1)
    assert [item.visit for item in made.left_out] == ["V2"]
