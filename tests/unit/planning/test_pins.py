"""What planning makes of what a person fixed about a booking."""

from dataclasses import replace

from domain.ids import EngineerId
from domain.vocabulary import BookingState, PinKind
from domain.world import OpenVisit
from scheduler.problem import Pin
from scheduler.problem import PinKind as Planned
from tests.unit.planning.world_builders import a_booked_visit, a_world, an_engineer, at, built

TWO = (an_engineer("E1"), an_engineer("E2"))


def pinned(kind: PinKind | None, start: str = "10:00") -> OpenVisit:
    visit = a_booked_visit("V1", 10, start, BookingState.PLANNED, "E2")
    assert visit.booking is not None
    return replace(visit, booking=replace(visit.booking, pin=kind))


def pin_of(visit: OpenVisit, now: str = "08:00") -> tuple[Pin | None, int]:
    made = built(a_world(visit, now=now, engineers=TWO))
    return made.problem.visits[0].pin, made.movable


def test_a_fixed_engineer_leaves_the_time_to_planning() -> None:
    assert pin_of(pinned(PinKind.RESOURCE)) == (Pin(Planned.RESOURCE, EngineerId("E2")), 1)


def test_a_fixed_time_leaves_the_engineer_to_planning_while_it_can_be_met() -> None:
    seconds = int((at("10:00") - at("08:00")).total_seconds())
    assert pin_of(pinned(PinKind.TIME)) == (Pin(Planned.TIME, start=seconds), 1)
    assert pin_of(pinned(PinKind.TIME), now="10:30") == (None, 1)


def test_what_is_fixed_as_a_whole_is_a_fact_and_what_is_free_is_not() -> None:
    made, movable = pin_of(pinned(PinKind.BOTH))
    assert (made is not None and made.kind, movable) == (Planned.BOTH, 0)
    assert pin_of(pinned(None)) == (None, 1)
