"""Predictions follow an engineer's chain of bookings from where the engineer is."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.prediction import Prediction, changed, predict
from domain.vocabulary import BookingState, PartSource
from domain.world import LastSeen, OpenVisit, Point
from tests.unit.planning.world_builders import (
    HOUR,
    MINUTE,
    a_booked_visit,
    a_duty,
    a_warehouse,
    a_window,
    a_world,
    an_engineer,
    at,
    held,
    mile,
    ways_of,
)

STARTED = BookingState.STARTED


def straight(start: Point, end: Point) -> timedelta:
    return abs(start.longitude - end.longitude) * MINUTE


def times(*visits: OpenVisit, now: str = "08:00", **changes: object) -> dict[str, tuple[object, object]]:
    world = a_world(*visits, now=now, **changes)
    return {p.visit: (p.arrival, p.finish) for p in predict(world, straight).values()}


def test_a_booking_that_can_be_kept_is_expected_as_booked() -> None:
    assert times(a_booked_visit("V1", 10, "10:00")) == {"V1": (at("10:00"), at("11:00"))}


def test_an_engineer_who_is_still_at_home_arrives_late() -> None:
    assert times(a_booked_visit("V1", 30, "10:00"), now="09:50") == {"V1": (at("10:20"), at("11:20"))}


def test_an_overrun_delays_the_next_visit_by_the_way_to_it() -> None:
    first = a_booked_visit("V1", 10, "09:00", STARTED, arrived=at("09:40"))
    then = a_booked_visit("V2", 30, "10:30")
    assert times(first, then, now="09:45") == {
        "V1": (at("09:40"), at("10:40")),
        "V2": (at("11:00"), at("12:00")),
    }


def test_work_that_takes_longer_than_expected_is_expected_to_end_now() -> None:
    first = a_booked_visit("V1", 10, "09:00", STARTED, arrived=at("09:00"))
    assert times(first, now="10:30") == {"V1": (at("09:00"), at("10:30"))}


def test_an_engineer_on_the_way_arrives_after_the_planned_way_and_not_before_the_window() -> None:
    early = a_booked_visit("V1", 10, "09:00", STARTED, departed=at("08:30"), window=a_window("09:00", "10:00"))
    late = a_booked_visit("V1", 10, "09:00", STARTED, departed=at("09:05"))
    assert times(early, now="08:35")["V1"] == (at("09:00"), at("10:00"))
    assert times(late, now="09:06")["V1"] == (at("09:15"), at("10:15"))


def test_after_the_last_visit_the_engineer_starts_from_there() -> None:
    seen = an_engineer(last_seen=LastSeen(mile(50), at("10:00")))
    booked = a_booked_visit("V1", 60, "10:05")
    assert times(booked, now="10:00", engineers=(seen,))["V1"][0] == at("10:10")


def test_the_next_day_starts_at_home_however_late_the_evening_was() -> None:
    engineer = an_engineer(duties=(a_duty(), a_duty(day=1)))
    evening = a_booked_visit("V1", 50, "16:00", STARTED, arrived=at("16:55"))
    morning = a_booked_visit("V2", 10, "08:10", day=1)
    assert times(evening, morning, now="17:00", engineers=(engineer,))["V2"][0] == at("08:10", 1)


def test_reserved_parts_are_fetched_from_the_warehouse_on_the_way() -> None:
    fetched = a_booked_visit("V1", 10, "08:10", held=(held("A", PartSource.WAREHOUSE, "W1"),))
    van = a_booked_visit("V1", 10, "08:10", held=(held("A", PartSource.VAN, "VAN-E1"),))
    house = (a_warehouse(where=20),)
    assert times(fetched, warehouses=house)["V1"][0] == at("08:40")
    assert times(van, warehouses=house)["V1"][0] == at("08:10")


def test_only_noticeable_changes_are_told_and_against_what_was_told_last() -> None:
    world = a_world(a_booked_visit("V1", 10, "10:00"))
    expected = {world.visits[0].id: Prediction(world.visits[0].id, at("10:06"), at("11:06"))}
    assert changed(world.visits, expected, 5 * MINUTE) == list(expected.values())
    assert changed(world.visits, expected, 6 * MINUTE) == []


chains = st.lists(
    st.tuples(st.floats(0, 60), st.integers(0, 480), st.integers(5, 120)), min_size=1, max_size=6
)  # fmt: skip


def a_chain(rows: list[tuple[float, int, int]]) -> list[OpenVisit]:
    found, cursor = [], 0
    for number, (where, gap, minutes) in enumerate(rows):
        cursor += gap // len(rows)
        clock = f"{8 + cursor // 60}:{cursor % 60:02}"
        found.append(a_booked_visit(f"V{number}", where, clock, minutes=minutes))
        cursor += minutes
    return found


@given(rows=chains, now=st.integers(0, 600))
@settings(max_examples=150, deadline=None)
def test_nobody_is_in_two_places_and_nothing_begins_early_or_in_the_past(
    rows: list[tuple[float, int, int]], now: int
) -> None:
    visits = a_chain(rows)
    world = a_world(*visits, now=f"{8 + now // 60}:{now % 60:02}")
    found = predict(world, ways_of(world).way)
    free, place = world.now, mile(0)
    for visit in visits:
        assert visit.booking is not None
        expected = found[visit.id]
        assert expected.arrival == max(visit.booking.arrival, free + ways_of(world).way(place, visit.point))
        assert expected.finish - expected.arrival == visit.booking.finish - visit.booking.arrival
        free, place = expected.finish, visit.point


@given(rows=chains, now=st.integers(0, 600), delay=st.integers(1, 120))
@settings(max_examples=100, deadline=None)
def test_time_that_passes_never_makes_a_prediction_earlier_and_delays_by_no_more(
    rows: list[tuple[float, int, int]], now: int, delay: int
) -> None:
    visits = a_chain(rows)
    world = a_world(*visits, now=f"{8 + now // 60}:{now % 60:02}")
    later = a_world(*visits, now=f"{8 + (now + delay) // 60}:{(now + delay) % 60:02}")
    before, after = predict(world, straight), predict(later, straight)
    for id_, old in before.items():
        assert timedelta(0) <= after[id_].arrival - old.arrival <= delay * MINUTE


def test_visits_that_do_not_count_take_no_time() -> None:
    world = a_world(a_booked_visit("V1", 30, "08:30"), a_booked_visit("V2", 10, "09:00"))
    found = predict(world, straight, lambda visit: visit.id == "V2")
    assert found == {world.visits[1].id: Prediction(world.visits[1].id, at("09:00"), at("09:00") + HOUR)}
