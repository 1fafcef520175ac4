from datetime import timedelta

import pytest

from domain import visit_steps
from domain.because import Because, BecauseCode, words
from domain.errors import InvalidInputError, StaleBookingError, WrongStateError
from domain.ids import BookingId, EngineerId, LocationId, ReservationId, Sku
from domain.messages import (
    AcceptOffer,
    Arrive,
    BookingChanged,
    CancelVisit,
    DeclineOffer,
    Depart,
    FinishVisit,
    PartFact,
    Predicted,
)
from domain.parts import PartNeed, ReservationFact
from domain.people import Role
from domain.visit import VisitReport, announcements, offer_at
from domain.vocabulary import DeclineReason, Outcome, PartSource, ReservationState, VisitState
from tests.unit.domain.builders import (
    ENGINEER,
    HOUR,
    MINUTE,
    NOON,
    a_booked_visit,
    a_booking,
    a_command,
    a_visit,
)

OFFER = NOON + 5 * HOUR - 20 * MINUTE - 2 * HOUR


def an_offered_visit():
    progress = a_booked_visit()
    visit_steps.offer(progress, OFFER)
    return progress


def an_accepted_visit():
    progress = an_offered_visit()
    visit_steps.accept(progress, AcceptOffer(a_command(1, ENGINEER)), OFFER, OFFER)
    return progress


def a_visit_on_site():
    progress = an_accepted_visit()
    visit_steps.depart(progress, Depart(a_command(2, ENGINEER)), NOON + 4 * HOUR, NOON + 4 * HOUR)
    visit_steps.arrive(progress, Arrive(a_command(3, ENGINEER)), NOON + 5 * HOUR, NOON + 5 * HOUR)
    return progress


def test_a_requested_visit_wakes_its_territory_and_waits_for_the_dispatcher():
    progress = a_visit()
    assert (progress.state, progress.step.name, progress.step.due_at) == (VisitState.REQUESTED, "plan", NOON + HOUR)
    assert progress.to_wake.prediction_only is False


def test_an_offer_is_held_back_until_the_lead_before_departure():
    assert offer_at(a_booked_visit()) == OFFER


def test_an_offer_is_not_held_back_beyond_the_dispatch_promise():
    late = a_booked_visit(a_booking(NOON + 20 * HOUR))
    assert offer_at(late) == NOON + 6 * HOUR


def test_an_offer_that_is_not_due_yet_is_not_made():
    progress = a_booked_visit()
    assert visit_steps.offer(progress, OFFER - MINUTE) == []
    assert progress.state is VisitState.BOOKED


def test_a_booking_whose_time_passed_unoffered_is_planned_anew():
    progress = a_booked_visit()
    events = visit_steps.offer(progress, NOON + 6 * HOUR)
    assert [e.kind for e in events] == ["booking_lost"]
    assert (progress.state, progress.booking, progress.excluded) == (VisitState.REQUESTED, None, [])


def test_an_accepted_visit_waits_for_the_departure():
    progress = an_accepted_visit()
    assert (progress.state, progress.step.name) == (VisitState.CONFIRMED, "depart")
    assert progress.step.due_at == NOON + 5 * HOUR
    assert [fact.state for fact in progress.to_tell] == [VisitState.BOOKED, VisitState.OFFERED, VisitState.CONFIRMED]


def test_an_offer_of_an_older_booking_cannot_be_accepted():
    progress = an_offered_visit()
    with pytest.raises(StaleBookingError, match="current one is C-1-V1-B1"):
        visit_steps.accept(progress, AcceptOffer(a_command(1, ENGINEER), BookingId("C-1-V1-B0")), OFFER, OFFER)
    assert progress.state is VisitState.OFFERED


def test_a_declined_visit_is_planned_anew_without_that_engineer():
    progress = an_offered_visit()
    visit_steps.decline(progress, DeclineOffer(a_command(1, ENGINEER), DeclineReason.OVERLOADED), OFFER, OFFER)
    assert (progress.state, progress.booking, progress.excluded) == (VisitState.REQUESTED, None, ["E1"])
    assert progress.to_wake.reason == "C-1-V1: declined: overloaded"
    declined = Because(BecauseCode.DECLINED, {"decline": "overloaded"}, visit=progress.visit_id)
    assert progress.to_wake.because == (declined,)


def test_a_booking_tells_its_reason_to_the_audit_and_a_lost_one_to_the_territory_too():
    progress, asked = a_booked_visit(), (Because(BecauseCode.STOCK_CAME_IN, {"sku": "FAN"}),)
    other = BookingChanged(progress.visit_id, a_booking(NOON + 8 * HOUR, 2), "FAN came in", because=asked)
    (booked,) = visit_steps.change_booking(progress, other, NOON)
    assert (booked.kind, booked.because) == ("booked", asked)
    absent = Because(BecauseCode.ENGINEER_ABSENT, {"engineer": "E1"})
    gone = BookingChanged(progress.visit_id, None, "E1 is absent", because=(absent,))
    (lost,) = visit_steps.change_booking(progress, gone, NOON)
    assert (lost.data, lost.because) == ({"reason": "E1 is absent"}, (absent,))
    assert progress.to_wake.because == (absent.about(progress.visit_id),)


def test_a_reason_from_before_there_were_codes_keeps_its_words():
    progress = a_booked_visit()
    (lost,) = visit_steps.change_booking(progress, BookingChanged("C-1-V1", None, "engineer absent"), NOON)
    assert (lost.data, lost.because) == ({"reason": "engineer absent"}, (words("engineer absent"),))
    assert progress.to_wake.reason == "C-1-V1: engineer absent"


def test_silence_is_dispatched_anew_when_the_time_to_answer_is_over():
    progress = an_offered_visit()
    assert visit_steps.give_up_on_silence(progress, OFFER + 29 * MINUTE) == []
    events = visit_steps.give_up_on_silence(progress, OFFER + 30 * MINUTE)
    assert [(e.kind, e.data["told"]) for e in events] == [("offer_unanswered", Role.TEAM_LEAD)]
    assert progress.excluded == ["E1"]


def test_a_new_booking_replaces_the_offer():
    progress = an_offered_visit()
    other = a_booking(NOON + 8 * HOUR, 2, engineer=EngineerId("E2"))
    visit_steps.change_booking(progress, BookingChanged(progress.visit_id, other, "replanned"), OFFER)
    assert (progress.state, progress.booking, progress.offered_at) == (VisitState.BOOKED, other, None)


def test_the_same_booking_again_changes_nothing():
    progress = an_offered_visit()
    assert visit_steps.change_booking(progress, BookingChanged("C-1-V1", a_booking(), "again"), OFFER) == []
    assert progress.state is VisitState.OFFERED


def test_a_started_visit_never_moves():
    progress = a_visit_on_site()
    other = a_booking(NOON + 8 * HOUR, 2)
    assert visit_steps.change_booking(progress, BookingChanged("C-1-V1", other, "replanned"), NOON) == []
    assert visit_steps.change_booking(progress, BookingChanged("C-1-V1", None, "absent"), NOON) == []
    assert visit_steps.cancel(progress, CancelVisit("closed"), NOON) == []
    assert (progress.state, progress.booking.id) == (VisitState.ON_SITE, "C-1-V1-B1")


def test_the_steps_of_the_day_follow_each_other():
    with pytest.raises(WrongStateError, match="'arrive' is possible when it is en_route"):
        visit_steps.arrive(an_accepted_visit(), Arrive(a_command(3, ENGINEER)), NOON, NOON)


def test_arrival_predicts_the_end_of_the_work():
    progress = a_visit_on_site()
    assert progress.predicted_finish == NOON + 6 * HOUR
    assert progress.step.due_at == NOON + 5 * HOUR + 90 * MINUTE


def test_a_phone_that_was_offline_reports_its_own_times_in_order():
    progress = an_accepted_visit()
    later = NOON + 9 * HOUR
    visit_steps.depart(progress, Depart(a_command(2, ENGINEER)), NOON + 5 * HOUR, later)
    visit_steps.arrive(progress, Arrive(a_command(3, ENGINEER)), NOON + 4 * HOUR, later)
    assert progress.arrived_at == NOON + 5 * HOUR


def test_a_finished_visit_reports_to_the_case_with_travel_and_parts_cost():
    progress = a_visit_on_site()
    visit_steps.finish(progress, FinishVisit(a_command(4, ENGINEER), VisitReport(Outcome.FIXED)), NOON + 6 * HOUR)
    visit_steps.settle_parts(progress, 1_250)
    fact = progress.to_tell[-1]
    assert (fact.state, fact.travel, fact.parts_cents) == (VisitState.DONE, HOUR, 1_250)
    assert progress.step is None


def test_a_missing_part_must_be_named():
    with pytest.raises(InvalidInputError, match="report.needed_parts"):
        report = VisitReport(Outcome.PART_MISSING)
        visit_steps.finish(a_visit_on_site(), FinishVisit(a_command(4, ENGINEER), report), NOON + 6 * HOUR)


def test_labour_beyond_a_day_is_refused():
    with pytest.raises(InvalidInputError, match="report.labour"):
        report = VisitReport(Outcome.FIXED, labour=timedelta(hours=25))
        visit_steps.finish(a_visit_on_site(), FinishVisit(a_command(4, ENGINEER), report), NOON + 6 * HOUR)


def a_part(source: PartSource, number: int = 1) -> ReservationFact:
    return ReservationFact(ReservationId(f"C-1-V1-B1-P{number}"), Sku("P1"), 1, source, LocationId("W1"), NOON + HOUR)


def test_shipments_are_followed_at_once_and_other_parts_from_acceptance():
    van, shipped = a_part(PartSource.VAN, 1), a_part(PartSource.SHIPMENT, 2)
    progress = a_booked_visit(a_booking(reservations=(van, shipped)))
    assert visit_steps.parts_to_follow(progress) == [shipped]
    visit_steps.accept(progress, AcceptOffer(a_command(1, ENGINEER)), NOON, NOON)
    assert visit_steps.parts_to_follow(progress) == [van, shipped]


def test_a_shipped_part_on_its_way_is_told_to_the_case_until_it_is_there():
    shipped = a_part(PartSource.SHIPMENT)
    progress = a_booked_visit(a_booking(reservations=(shipped,)))
    assert progress.to_tell[-1].waiting_for_part is True
    fact = PartFact(shipped.id, ReservationState.READY, NOON)
    assert [e.kind for e in visit_steps.note_part(progress, fact, NOON)] == ["part_ready"]
    assert progress.to_tell[-1].waiting_for_part is False
    assert visit_steps.note_part(progress, fact, NOON) == []


def test_a_late_part_is_noted_once():
    progress = a_booked_visit(a_booking(reservations=(a_part(PartSource.SHIPMENT),)))
    late = PartFact(ReservationId("C-1-V1-B1-P1"), ReservationState.SHIPPED, NOON, late=True)
    assert [e.kind for e in visit_steps.note_part(progress, late, NOON)] == ["part_late"]
    assert visit_steps.note_part(progress, late, NOON) == []


def test_a_prediction_is_told_to_the_case_and_leaves_the_booking_alone():
    progress = a_booked_visit()
    before = progress.booking
    visit_steps.predict(progress, Predicted("C-1-V1", NOON + 7 * HOUR, NOON + 8 * HOUR), NOON)
    assert progress.to_tell[-1].finish == NOON + 8 * HOUR
    assert progress.booking == before


def test_an_overdue_step_of_the_field_escalates_and_an_offer_does_not():
    assert announcements(an_offered_visit(), OFFER + HOUR) == []
    overdue = announcements(an_accepted_visit(), NOON + 5 * HOUR + 31 * MINUTE)
    assert [a.rung for a in overdue] == ["owner", "team_lead"]


def test_a_visit_called_off_before_it_began_stays_called_off():
    progress = a_visit()
    visit_steps.cancel(progress, CancelVisit("case closed"), NOON)
    assert visit_steps.request(progress, NOON) == []
    assert (progress.state, progress.step) == (VisitState.CANCELLED, None)


def test_a_visit_on_site_no_longer_waits_for_its_part():
    part = ReservationFact(
        ReservationId("R1"), Sku("P"), 1, PartSource.SHIPMENT, LocationId("WH"), ready_at=NOON + 3 * HOUR
    )
    progress = a_booked_visit(a_booking(reservations=(part,)))
    visit_steps.offer(progress, OFFER)
    visit_steps.accept(progress, AcceptOffer(a_command(1, ENGINEER)), OFFER, OFFER)
    assert progress.to_tell[-1].waiting_for_part
    visit_steps.depart(progress, Depart(a_command(2, ENGINEER)), NOON + 4 * HOUR, NOON + 4 * HOUR)
    assert not progress.to_tell[-1].waiting_for_part


def test_a_missing_part_has_a_quantity():
    progress = a_visit_on_site()
    report = VisitReport(Outcome.PART_MISSING, needed_parts=(PartNeed(Sku("P1"), 0),))
    with pytest.raises(InvalidInputError, match=r"report\.needed_parts\[0\]\.quantity"):
        visit_steps.finish(progress, FinishVisit(a_command(4, ENGINEER), report), NOON + 6 * HOUR)
