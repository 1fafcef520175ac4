from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError

from domain.ids import BookingId
from domain.messages import AcceptOffer, Arrive, BookingChanged, CancelCase, DeclineOffer, Depart
from domain.vocabulary import DeclineReason, VisitState
from tests.workflow.house import HOUR, Handle, House, code_of, engineer
from workflows.case import ServiceCaseWorkflow
from workflows.visit import VisitWorkflow

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


async def a_visit(house: House) -> tuple[Handle, Handle]:
    case = await house.open_case()
    return case, await house.decide_on_visit(case)


async def end(house: House, case: Handle) -> None:
    await case.execute_update(ServiceCaseWorkflow.cancel, CancelCase(house.command(), "end of the test"))


def key(visit: Handle) -> str:
    return visit.id.removeprefix("visit/")


async def test_an_offer_is_made_in_time_and_an_unanswered_one_is_dispatched_anew(house: House):
    case, visit = await a_visit(house)
    who = house.engineers[2]
    # Six hours ahead: the offer goes out two hours before departure, and half an hour later the time to answer is over.
    await house.book(visit, who, (await house.now()) + 6 * HOUR)
    await house.until_visit(key(visit), VisitState.BOOKED)
    await house.pass_time(visit, 4.5 * HOUR)
    [unanswered] = await house.events_of(case, "offer_unanswered", 1)
    [offered] = await house.events_of(case, "offered", 1)
    assert round((unanswered.at - offered.at) / MINUTE) == 30
    assert unanswered.data["engineer"] == who
    row = await house.visit_row(key(visit))
    assert (row.state, row.excluded_engineers, row.booking_id) == ("requested", [who], None)
    await end(house, case)


async def test_a_declined_visit_frees_the_engineer_in_the_record(house: House):
    case, visit = await a_visit(house)
    who = house.engineers[3]
    at = (await house.now()) + 4 * DAY
    await house.book(visit, who, at)
    decline = DeclineOffer(house.command(engineer(who)), DeclineReason.SKILL)
    await visit.execute_update(VisitWorkflow.decline, decline)
    other_case, other = await a_visit(house)
    await house.book(other, who, at)
    await house.until_visit(key(other), VisitState.BOOKED)
    await end(house, case)
    await end(house, other_case)


async def test_an_older_booking_cannot_be_accepted(house: House):
    case, visit = await a_visit(house)
    first = await house.book(visit, house.engineers[4], (await house.now()) + 5 * DAY)
    second = await house.book(visit, house.engineers[5], (await house.now()) + 5 * DAY)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await visit.execute_update(VisitWorkflow.accept, AcceptOffer(house.command(), first.id))
    assert code_of(refused.value) == "stale_booking"
    receipt = await visit.execute_update(VisitWorkflow.accept, AcceptOffer(house.command(), second.id))
    assert receipt.state == "confirmed"
    await end(house, case)


async def test_a_booking_that_the_record_has_replaced_is_not_accepted_even_before_its_signal(house: House):
    case, visit = await a_visit(house)
    first = await house.book(visit, house.engineers[6], (await house.now()) + 6 * DAY)
    await house.until_visit(key(visit), VisitState.BOOKED)
    await house.rebook_in_the_record_only(visit, house.engineers[7], (await house.now()) + 6 * DAY)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await visit.execute_update(VisitWorkflow.accept, AcceptOffer(house.command(), first.id))
    assert code_of(refused.value) == "stale_booking"
    view = await visit.query(VisitWorkflow.view)
    assert view.progress.state is VisitState.BOOKED
    await end(house, case)


async def test_a_started_visit_ignores_a_late_plan_and_its_case_cannot_be_cancelled(house: House):
    case, visit = await a_visit(house)
    who = house.engineers[8]
    booking = await house.book(visit, who, (await house.now()) + 7 * DAY)
    acts = engineer(who)
    await visit.execute_update(VisitWorkflow.accept, AcceptOffer(house.command(acts)))
    await visit.execute_update(VisitWorkflow.depart, Depart(house.command(acts)))
    await visit.signal("booking_changed", BookingChanged(key(visit), None, "engineer absent"))
    await house.events_of(case, "visit_en_route", 1)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await case.execute_update(ServiceCaseWorkflow.cancel, CancelCase(house.command(), "too late"))
    assert code_of(refused.value) == "wrong_state"
    receipt = await visit.execute_update(VisitWorkflow.arrive, Arrive(house.command(acts)))
    view = await visit.query(VisitWorkflow.view)
    assert (receipt.state, view.progress.booking.id) == ("on_site", booking.id)


async def test_an_unknown_booking_is_named_in_the_refusal(house: House):
    case, visit = await a_visit(house)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await visit.execute_update(VisitWorkflow.accept, AcceptOffer(house.command(), BookingId("nonsense")))
    assert code_of(refused.value) == "wrong_state"
    await end(house, case)
