"""A long job that is two visits, the second after the first: what the visit and the case make of it."""

from datetime import timedelta

import pytest

from domain import case_steps, visit_steps
from domain.case import CaseProgress, VisitNeeds
from domain.clock import ClockName
from domain.errors import AlreadySplitError, InvalidInputError, WrongStateError
from domain.ids import Sku, VisitId
from domain.messages import CancelCase, ConfirmCase, Depart, SplitVisit
from domain.parts import PartNeed
from domain.people import Actor, Role
from domain.registration import ArrivalWindow
from domain.visit import VisitFact, VisitProgress, VisitReport
from domain.vocabulary import CaseState, Outcome, VisitState
from tests.unit.domain.builders import (
    ENGINEER,
    HOUR,
    NOON,
    a_booked_visit,
    a_booking,
    a_command,
    a_visit,
    a_visiting_case,
)

DISPATCHER = Actor(Role.DISPATCHER, "d-1")
V1, V2, V3 = VisitId("C-1-V1"), VisitId("C-1-V2"), VisitId("C-1-V3")
PUMP, VALVE = PartNeed(Sku("PUMP")), PartNeed(Sku("VALVE"), 2)
LONG = VisitNeeds(6 * HOUR, {"heat": 2}, ("crane",), (PUMP, VALVE), (ArrivalWindow(NOON, NOON + HOUR),))


def the_split(*second_parts: str, first: timedelta = 4 * HOUR, second: timedelta = 2 * HOUR) -> SplitVisit:
    return SplitVisit(a_command(9, DISPATCHER), first, second, tuple(Sku(sku) for sku in second_parts))


def split(progress: VisitProgress, *second_parts: str) -> list[str]:
    return [e.kind for e in visit_steps.split(progress, the_split(*second_parts), NOON, NOON)]


def a_split_case() -> CaseProgress:
    progress = a_visiting_case(duration=6 * HOUR)
    second = VisitNeeds(2 * HOUR, parts=(VALVE,))
    case_steps.follow_visit(progress, a_fact(V1, VisitState.REQUESTED, split_off=second), NOON)
    return progress


def a_fact(visit: VisitId, state: VisitState, at=NOON + HOUR, **changes) -> VisitFact:
    return VisitFact(visit, 1, state, at, **changes)


def done(visit: VisitId, outcome: Outcome, hours: int = 6, **report) -> VisitFact:
    made = VisitReport(outcome, labour=HOUR, **report)
    return a_fact(visit, VisitState.DONE, NOON + hours * HOUR, report=made)


def follow(progress: CaseProgress, fact: VisitFact) -> list[str]:
    return [e.kind for e in case_steps.follow_visit(progress, fact, fact.at)]


# --- the visit -------------------------------------------------------------------------------------------------


def test_a_split_visit_keeps_the_first_part_and_says_what_is_left():
    progress = a_visit(needs=LONG)
    assert split(progress) == ["visit_split"]
    assert progress.needs == VisitNeeds(4 * HOUR, {"heat": 2}, ("crane",), (PUMP, VALVE), LONG.windows)
    [fact] = progress.to_tell
    assert fact.split_off == VisitNeeds(2 * HOUR, {"heat": 2}, ("crane",))
    assert progress.to_wake.prediction_only is False


def test_parts_stay_with_the_first_unless_they_are_chosen_for_the_second():
    progress = a_visit(needs=LONG)
    split(progress, "VALVE")
    assert (progress.needs.parts, progress.to_tell[0].split_off.parts) == ((PUMP,), (VALVE,))


def test_a_part_that_the_visit_does_not_need_cannot_be_chosen():
    with pytest.raises(InvalidInputError) as refused:
        visit_steps.split(a_visit(needs=LONG), the_split("BOLT"), NOON, NOON)
    assert refused.value.field == "second_parts"


def test_a_split_visit_gives_its_place_up():
    progress = a_booked_visit()
    assert split(progress) == ["visit_split", "booking_lost"]
    assert (progress.state, progress.booking) == (VisitState.REQUESTED, None)
    assert [fact.split_off is not None for fact in progress.to_tell] == [False, True]


def test_a_visit_is_split_only_once():
    progress = a_visit(needs=LONG)
    split(progress)
    with pytest.raises(AlreadySplitError):
        split(progress)
    with pytest.raises(AlreadySplitError):
        split(a_visit(visit_id=V2, after=V1))


def test_a_visit_that_is_under_way_is_not_split():
    progress = a_booked_visit(a_booking())
    progress.state = VisitState.CONFIRMED
    visit_steps.depart(progress, Depart(a_command(2, ENGINEER)), NOON + HOUR, NOON + HOUR)
    with pytest.raises(WrongStateError, match="'split' is possible when it is requested or booked"):
        split(progress)


# --- the case --------------------------------------------------------------------------------------------------


def test_a_case_waits_for_both_parts():
    progress = a_split_case()
    assert progress.visits_under_way == (V1, V2)
    assert follow(progress, done(V1, Outcome.FIXED)) == ["visit_done"]
    assert (progress.state, progress.open_visit, progress.visits_under_way) == (CaseState.VISITING, V2, (V2,))
    assert progress.clocks[ClockName.RESOLVE].stopped_at is None
    follow(progress, done(V2, Outcome.FIXED, 8))
    assert progress.state is CaseState.CONFIRMING
    assert progress.clocks[ClockName.RESOLVE].stopped_at == NOON + 8 * HOUR
    assert progress.costs.labour == 2 * progress.terms.labour_cents_per_hour


def test_the_end_of_the_job_is_when_its_second_part_ends():
    progress = a_split_case()
    follow(progress, a_fact(V2, VisitState.BOOKED, arrival=NOON + 30 * HOUR, finish=NOON + 32 * HOUR))
    follow(progress, a_fact(V1, VisitState.BOOKED, arrival=NOON + 2 * HOUR, finish=NOON + 6 * HOUR))
    assert progress.clocks[ClockName.ON_SITE].predicted == NOON + 2 * HOUR
    assert progress.clocks[ClockName.RESOLVE].predicted == NOON + 32 * HOUR


def test_what_the_first_could_not_do_is_the_seconds_unless_a_part_is_missing():
    progress = a_split_case()
    follow(progress, done(V1, Outcome.PARTIALLY_FIXED))
    assert (progress.open_visit, progress.visits) == (V2, 2)


def test_a_missing_part_comes_with_the_seconds_parts_in_a_visit_that_replaces_it():
    progress = a_split_case()
    follow(progress, done(V1, Outcome.PART_MISSING, needed_parts=(PUMP,)))
    assert (progress.open_visit, progress.to_call_off, progress.second) == (V3, [V2], None)
    assert progress.ruling.needs.parts == (PUMP, VALVE)


def test_nobody_comes_a_second_time_where_the_first_had_no_access():
    progress = a_split_case()
    follow(progress, done(V1, Outcome.NO_ACCESS))
    assert (progress.state, progress.to_call_off, progress.open_visit) == (CaseState.DECIDING, [V2], None)
    assert follow(progress, a_fact(V2, VisitState.CANCELLED)) == []


def test_a_second_part_that_is_under_way_is_followed_whatever_the_first_brought():
    progress = a_split_case()
    follow(progress, a_fact(V2, VisitState.EN_ROUTE))
    follow(progress, done(V1, Outcome.NO_ACCESS))
    assert (progress.open_visit, progress.visit_state) == (V2, VisitState.EN_ROUTE)


@pytest.mark.parametrize(
    ("second", "state", "visit"),
    [(Outcome.FIXED, CaseState.CONFIRMING, None), (Outcome.PART_MISSING, CaseState.VISITING, V3)],
)
def test_a_second_part_that_ended_before_the_first_counts_when_that_has_ended(second, state, visit):
    progress = a_split_case()
    missing = () if second is Outcome.FIXED else (PUMP,)
    assert follow(progress, done(V2, second, needed_parts=missing)) == ["visit_done"]
    assert progress.visits_under_way == (V1,)
    follow(progress, done(V1, Outcome.FIXED, 7))
    assert (progress.state, progress.open_visit) == (state, visit)


def test_a_case_is_not_cancelled_while_one_of_its_parts_is_under_way():
    progress = a_split_case()
    follow(progress, a_fact(V2, VisitState.ON_SITE))
    with pytest.raises(WrongStateError, match=V2):
        case_steps.cancel(progress, CancelCase(a_command(5), "not wanted"), NOON)


def test_a_reopened_case_knows_nothing_of_the_parts_before():
    progress = a_split_case()
    for visit in (V1, V2):
        follow(progress, done(visit, Outcome.FIXED))
    case_steps.confirm(progress, ConfirmCase(a_command(6), solved=False), NOON + 9 * HOUR, NOON + 9 * HOUR)
    assert (progress.second, progress.visits_under_way) == (None, ())
