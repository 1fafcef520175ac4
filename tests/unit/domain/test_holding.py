"""Windows to choose from, and what choosing one does to a case and a visit."""

from datetime import time, timedelta

import pytest

from domain import case_steps, visit_steps
from domain.calendars import Calendar, OpeningHours
from domain.errors import InvalidInputError, WrongStateError
from domain.holding import arrival_windows
from domain.messages import ChooseSlot
from domain.registration import ArrivalWindow
from domain.vocabulary import CaseState, VisitState
from tests.builders import AGENT, NOW, a_booking, a_case, a_command, a_visit, at

HOURS = Calendar("week", "UTC", tuple(OpeningHours(day, time(9), time(18)) for day in range(5)))
FOUR_TO_SIX = ArrivalWindow(at(4), at(6))


def choice(window: ArrivalWindow = FOUR_TO_SIX) -> ChooseSlot:
    return ChooseSlot(a_command("choose", AGENT), window)


def test_opening_hours_are_cut_into_equal_windows():
    monday, until = NOW.replace(hour=0), at(30)
    found = list(arrival_windows(HOURS, monday, until, timedelta(hours=2)))
    monday_s, tuesday_s = [(9, 11), (11, 13), (13, 15), (15, 17), (17, 18)], [(9, 11), (11, 13), (13, 14)]
    assert [(w.start.hour, w.end.hour) for w in found] == [*monday_s, *tuesday_s]
    assert len(list(arrival_windows(HOURS, monday, at(16), timedelta(hours=4)))) == 2  # one hour is too little


def test_a_window_chosen_early_waits_for_the_visit():
    case = a_case(state=CaseState.DECIDING)
    [event] = case_steps.choose_slot(case, choice(), NOW, NOW)
    assert case.windows == (FOUR_TO_SIX,)
    assert (event.kind, event.data["start"]) == ("slot_chosen", at(4).isoformat())
    with pytest.raises(WrongStateError):
        case_steps.choose_slot(a_case(state=CaseState.CONFIRMING), choice(), NOW, NOW)


def test_a_waiting_visit_is_planned_within_the_chosen_window():
    visit = a_visit()
    events = visit_steps.choose_slot(visit, choice(), NOW, NOW)
    assert ([event.kind for event in events], visit.needs.windows) == (["slot_chosen"], (FOUR_TO_SIX,))
    assert visit.to_wake is not None


def test_a_booking_outside_the_chosen_window_is_given_up():
    inside = a_visit(state=VisitState.BOOKED, booking=a_booking(start=5))
    assert [event.kind for event in visit_steps.choose_slot(inside, choice(), NOW, NOW)] == ["slot_chosen"]
    assert inside.booking is not None
    outside = a_visit(state=VisitState.BOOKED, booking=a_booking(start=2))
    kinds = [event.kind for event in visit_steps.choose_slot(outside, choice(), NOW, NOW)]
    assert (kinds, outside.booking, outside.state) == (["slot_chosen", "booking_lost"], None, VisitState.REQUESTED)


@pytest.mark.parametrize("window", [ArrivalWindow(at(-3), at(-1)), ArrivalWindow(at(6), at(4))])
def test_a_window_that_nobody_can_keep_is_refused(window: ArrivalWindow):
    with pytest.raises(InvalidInputError, match=r"window\.end"):
        visit_steps.choose_slot(a_visit(), choice(window), NOW, NOW)


def test_an_offered_visit_has_its_time():
    with pytest.raises(WrongStateError):
        visit_steps.choose_slot(a_visit(state=VisitState.OFFERED, booking=a_booking()), choice(), NOW, NOW)
