"""A long job in two visits, through the case's and the visits' workflows and the record."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError

from api.reaching import undisturbed
from domain.case import VisitNeeds
from domain.ids import Sku, VisitId
from domain.messages import AcceptOffer, Arrive, CancelCase, Depart, FinishVisit, SplitVisit
from domain.parts import PartNeed
from domain.visit import VisitReport
from domain.vocabulary import Outcome, PinKind, VisitState
from models.repositories import bookings
from tests.workflow.house import HOUR, Handle, House, code_of, engineer
from workflows.case import ServiceCaseWorkflow
from workflows.ids import visit_workflow_id
from workflows.visit import VisitWorkflow

LONG = VisitNeeds(6 * HOUR, parts=(PartNeed(Sku("A")), PartNeed(Sku("B"))))


def a_split(house: House, *parts: str) -> SplitVisit:
    return SplitVisit(house.command(), 4 * HOUR, 2 * HOUR, tuple(map(Sku, parts)))


async def work(house: House, visit: Handle, who: int, ahead: timedelta, outcome: Outcome, **report) -> None:
    """A visit from its booking to its report."""
    at = (await house.now()) + ahead
    await house.book(visit, house.engineers[who], at)
    acts = engineer(house.engineers[who])
    for update, message in (
        (VisitWorkflow.accept, AcceptOffer),
        (VisitWorkflow.depart, Depart),
        (VisitWorkflow.arrive, Arrive),
    ):
        await visit.execute_update(update, message(house.command(acts)))
    done = FinishVisit(house.command(acts), VisitReport(outcome, "done", **report))
    await visit.execute_update(VisitWorkflow.finish, done)


async def the_second(house: House, case: Handle, number: int = 2) -> Handle:
    id_ = VisitId(f"{case.id.removeprefix('case/')}-V{number}")
    await house.until_visit(id_, VisitState.REQUESTED)
    return house.env.client.get_workflow_handle(visit_workflow_id(id_))


async def test_a_split_visit_has_a_second_one_and_the_case_waits_for_both(house: House):
    case = await house.open_case()
    first = await house.decide_on_visit(case, VisitNeeds(6 * HOUR))
    receipt = await first.execute_update(VisitWorkflow.split, a_split(house))
    assert receipt.state == "requested"
    second = await the_second(house, case)
    rows = [await house.visit_row(handle.id.removeprefix("visit/")) for handle in (first, second)]
    assert [(row.duration_seconds, row.after_visit_id) for row in rows] == [(14_400, None), (7_200, rows[0].id)]
    assert (rows[1].on_site_due, rows[1].latest_sla_end) == (None, rows[0].latest_sla_end)

    await work(house, first, 9, 8 * timedelta(days=1), Outcome.FIXED)
    await house.events_of(case, "visit_done", 1)
    row = await house.case_row(case)
    assert (row.state, row.open_visit_id, row.visits) == ("visiting", rows[1].id, 2)
    await work(house, second, 10, 9 * timedelta(days=1), Outcome.FIXED)
    await house.until_case(case, "confirming")
    story = await house.story(case)
    assert [kind for kind in story if kind in {"visit_split", "another_visit", "visit_done"}] == [
        "visit_split", "another_visit", "visit_done", "visit_done",
    ]  # fmt: skip


async def test_a_booked_visit_gives_its_place_up_when_it_is_split(house: House):
    case = await house.open_case()
    first = await house.decide_on_visit(case, LONG)
    booking = await house.book(first, house.engineers[11], (await house.now()) + timedelta(days=10), 6 * HOUR)
    await house.until_visit(first.id.removeprefix("visit/"), VisitState.BOOKED)
    command = a_split(house, "B")
    first_answer = await first.execute_update(VisitWorkflow.split, command, id="a")
    assert await first.execute_update(VisitWorkflow.split, command, id="b") == first_answer
    second = await the_second(house, case)
    row = await house.visit_row(first.id.removeprefix("visit/"))
    async with house.database.transaction() as session:
        assert await bookings.current(session, row.id) is None
    assert ([part["sku"] for part in row.parts], row.booking_id) == (["A"], None)
    assert [part["sku"] for part in (await house.visit_row(second.id.removeprefix("visit/"))).parts] == ["B"]
    [split] = await house.events_of(case, "visit_split", 1)
    assert split.data == {"first_minutes": 240, "second_minutes": 120, "second_parts": "B"}
    lost = await house.events_of(case, "booking_lost", 1)
    assert [entry.data["reason"] for entry in lost] == ["the visit was split"]
    assert booking.id.endswith("-B1")
    await case.execute_update(ServiceCaseWorkflow.cancel, CancelCase(house.command(), "end of the test"))
    for visit in (first, second):
        await house.until_visit(visit.id.removeprefix("visit/"), VisitState.CANCELLED)


async def test_a_pinned_visit_a_part_and_a_started_visit_are_not_split(house: House):
    case = await house.open_case()
    first = await house.decide_on_visit(case, VisitNeeds(6 * HOUR))
    who = house.engineers[12]
    await house.book(first, who, (await house.now()) + timedelta(days=11))
    key = first.id.removeprefix("visit/")
    await house.until_visit(key, VisitState.BOOKED)

    async def pin(kind: PinKind | None) -> None:
        async with house.database.transaction() as session:
            (await bookings.current(session, key)).pin = kind

    async def refused() -> str | None:
        with pytest.raises(WorkflowUpdateFailedError) as error:
            await first.execute_update(VisitWorkflow.split, a_split(house))
        return code_of(error.value)

    await pin(PinKind.BOTH)
    assert await refused() == "visit_pinned"
    view = await first.query(VisitWorkflow.view)
    assert (view.progress.is_split, view.progress.state) == (False, VisitState.BOOKED)
    await pin(None)
    await first.execute_update(VisitWorkflow.split, a_split(house))
    assert await refused() == "already_split"
    await house.book(first, who, (await house.now()) + timedelta(days=11))
    await first.execute_update(VisitWorkflow.accept, AcceptOffer(house.command(engineer(who))))
    await first.execute_update(VisitWorkflow.depart, Depart(house.command(engineer(who))))
    assert await refused() == "wrong_state"


async def test_a_second_part_is_called_off_when_the_first_has_no_access(house: House):
    case = await house.open_case()
    first = await house.decide_on_visit(case, VisitNeeds(6 * HOUR))
    await first.execute_update(VisitWorkflow.split, a_split(house))
    second = await the_second(house, case)
    await work(house, first, 13, timedelta(days=12), Outcome.NO_ACCESS)
    await house.until_visit(second.id.removeprefix("visit/"), VisitState.CANCELLED)
    assert (await house.case_row(case)).state == "deciding"
    await asyncio.wait_for(second.result(), 20)
    # The end of the second visit's workflow reaches the case at about the same moment.
    over = CancelCase(house.command(), "end of the test")
    await undisturbed(lambda: case.execute_update(ServiceCaseWorkflow.cancel, over, id=over.command.id))
    await house.until_case(case, "cancelled")
