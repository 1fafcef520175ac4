"""What if: the supposed territory, and its plan as moves of the real one."""

from datetime import timedelta

import pytest

from domain.because import WhyNot
from domain.draft import DraftBooking, LeftOut, PlanDraft
from domain.errors import InvalidInputError, NotFoundError
from domain.ids import CaseId, EngineerId, PlanId, VisitId
from domain.messages import DraftMove
from domain.trial import SupposedAbsence, Supposition, outcome_of, supposed
from domain.vocabulary import BookingState, VisitState
from domain.world import Span, World
from tests.unit.planning.world_builders import HOUR, a_booked_visit, a_world, an_engineer, at

E1, E2 = EngineerId("E1"), EngineerId("E2")
ILL = Supposition((SupposedAbsence(E1, at("08:00"), at("12:00")),))


def a_day() -> World:
    """E1 is on the way to V0, and booked at 9, 11:30 and 14; E2 at 9."""
    return a_world(
        a_booked_visit("V0", 10, "08:00", BookingState.STARTED),
        a_booked_visit("V1", 10, "09:00", BookingState.PLANNED),
        a_booked_visit("V2", 10, "11:30", BookingState.OFFERED),
        a_booked_visit("V3", 10, "14:00", BookingState.PLANNED),
        a_booked_visit("V4", 10, "09:00", BookingState.CONFIRMED, "E2"),
        engineers=(an_engineer("E1"), an_engineer("E2")),
    )


def test_an_absence_takes_what_has_not_begun_in_its_time_and_nothing_else():
    found = supposed(a_day(), ILL)
    assert found.engineers[0].absences == (Span(at("08:00"), at("12:00")),)
    assert found.engineers[1] == a_day().engineers[1]
    assert {v.id: v.booking is not None for v in found.visits} == {
        "V0": True, "V1": False, "V2": False, "V3": True, "V4": True,
    }  # fmt: skip
    assert found.visits[2].state is VisitState.REQUESTED


def test_overtime_is_allowed_where_there_was_less_of_it():
    world = a_world(engineers=(an_engineer("E1"),))
    assert [d.overtime for d in supposed(world, Supposition(overtime=2 * HOUR)).engineers[0].duties] == [2 * HOUR]
    less = supposed(world, Supposition(overtime=timedelta(minutes=15)))
    assert [d.overtime for d in less.engineers[0].duties] == [HOUR]


def test_what_cannot_be_supposed_is_named():
    with pytest.raises(NotFoundError, match="E9"):
        supposed(a_day(), Supposition((SupposedAbsence(EngineerId("E9"), at("08:00"), at("12:00")),)))
    with pytest.raises(InvalidInputError, match=r"absences\[0\]\.end"):
        supposed(a_day(), Supposition((SupposedAbsence(E1, at("12:00"), at("12:00")),)))


def test_a_plan_is_told_as_moves_and_what_loses_its_place_leaves_the_plan():
    why = (WhyNot("time", "Nobody has the time."),)
    booking = DraftBooking(VisitId("V1"), CaseId("C-V1"), 1, E2, at("10:30"), at("11:30"), timedelta(minutes=10))
    draft = PlanDraft(
        id=PlanId("T1-P0"),
        territory=a_day().territory,
        number=0,
        made_at=at("07:00"),
        reason="what if",
        open_visits=5,
        bookings=(booking,),
        left_out=(LeftOut(VisitId("V2"), why), LeftOut(VisitId("V9"), why)),
        kept=3,
        seconds=1.5,
    )
    found = outcome_of(a_day(), draft)
    assert found.moves == (DraftMove(VisitId("V1"), E2, at("10:30")), DraftMove(VisitId("V2")))
    assert [left.visit for left in found.left_out] == ["V2", "V9"]
    assert (found.kept, found.seconds) == (3, 1.5)
