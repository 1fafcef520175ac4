from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.common import SearchAttributeKey

from domain.case import Diagnosis, Ruling, VisitNeeds
from domain.clock import ClockName, PauseReason
from domain.messages import (
    AcceptOffer,
    AddNote,
    Arrive,
    CancelCase,
    ClassifyCase,
    CompleteRegistration,
    ConfirmCase,
    DecideCase,
    Depart,
    FinishVisit,
    PauseCase,
    RecordCallBack,
    RecordDiagnosis,
)
from domain.parts import PartNeed
from domain.registration import Classification, SiteDraft
from domain.visit import VisitReport
from domain.vocabulary import Decision, Outcome, Severity, VisitState
from tests.workflow.house import CUSTOMER, HOUR, Handle, House, code_of, engineer
from workflows.case import ServiceCaseWorkflow
from workflows.visit import VisitWorkflow

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
SOLVED = Diagnosis("switched on by phone", solved=True)


async def a_case_solved_by_phone(house: House) -> Handle:
    case = await house.open_case()
    await house.classify(case)
    await case.execute_update(ServiceCaseWorkflow.diagnose, RecordDiagnosis(house.command(), SOLVED))
    return case


async def test_a_case_nobody_classifies_climbs_the_ladder(house: House):
    case = await house.open_case()
    await house.until_case(case, "classifying")
    await house.pass_time(case, 41 * MINUTE)
    rungs = [e.data["rung"] for e in await house.events_of(case, "step_escalated", 2)]
    assert rungs == ["owner", "team_lead"]
    row = await house.case_row(case)
    assert (row.state, row.responsible) == ("classifying", "team_lead")


async def test_the_same_command_twice_acts_once(house: House):
    case = await house.open_case()
    message = ClassifyCase(house.command(key="twice"), Classification())
    first = await case.execute_update(ServiceCaseWorkflow.classify, message, id="a")
    second = await case.execute_update(ServiceCaseWorkflow.classify, message, id="b")
    assert first == second
    assert (await house.story(case)).count("classified") == 1


async def test_an_incomplete_registration_is_completed_by_the_agent(house: House):
    nowhere = house.registration(installed_product_id="", site=SiteDraft(), product_model="")
    case = await house.open_case(nowhere)
    await house.until_case(case, "registering")
    complete = CompleteRegistration(house.command(), house.registration())
    receipt = await case.execute_update(ServiceCaseWorkflow.complete_registration, complete)
    assert (receipt.state, receipt.next_step) == ("classifying", "classify")
    assert await house.story(case) == ["registration_incomplete", "registered"]


async def test_silence_confirms_and_a_case_nobody_reaches_is_archived(house: House):
    case = await a_case_solved_by_phone(house)
    await house.pass_time(case, 7 * DAY + HOUR)
    receipt = await case.result()
    assert receipt.state == "archived"
    assert await house.story(case) == [
        "registered", "classified", "diagnosed", "solved_remotely", "confirmed_by_silence", "archived",
    ]  # fmt: skip
    row = await house.case_row(case)
    assert (row.next_step, row.closing_note) == (None, "nobody was reached for the call back")


async def test_a_customer_reopens_and_the_resolve_clock_goes_on(house: House):
    case = await a_case_solved_by_phone(house)
    not_solved = ConfirmCase(house.command(CUSTOMER), solved=False)
    receipt = await case.execute_update(ServiceCaseWorkflow.confirm, not_solved)
    assert (receipt.state, receipt.next_step) == ("diagnosing", "diagnose")
    view = await case.query(ServiceCaseWorkflow.view)
    assert view.progress.clocks[ClockName.RESOLVE].stopped_at is None


async def test_the_call_back_archives_with_satisfaction(house: House):
    case = await a_case_solved_by_phone(house)
    await case.execute_update(ServiceCaseWorkflow.confirm, ConfirmCase(house.command(CUSTOMER), solved=True))
    await case.execute_update(ServiceCaseWorkflow.call_back, RecordCallBack(house.command(), satisfaction=5))
    assert (await case.result()).state == "archived"
    assert (await house.case_row(case)).satisfaction == 5


async def test_a_command_that_does_not_fit_is_refused_and_leaves_no_trace(house: House):
    case = await house.open_case()
    await house.until_case(case, "classifying")
    before = await house.story(case)
    ruling = DecideCase(house.command(), Ruling(Decision.REMOTE))
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await case.execute_update(ServiceCaseWorkflow.decide, ruling)
    assert code_of(refused.value) == "wrong_state"
    assert await house.story(case) == before


async def test_warnings_and_breaches_come_at_their_time_and_once(house: House):
    case = await house.open_case()
    await house.classify(case)
    await house.pass_time(case, 49 * HOUR)
    breaches = await house.events_of(case, "clock_breached", 3)
    assert [e.data["subject"] for e in breaches] == ["dispatch", "on_site", "resolve"]
    opened = (await house.case_row(case)).opened_at
    late = [e.at - opened for e in breaches]
    assert [round(x / HOUR, 3) for x in late] == [8, 24, 48]
    assert (await house.case_row(case)).sla_state == "breached"


async def test_a_paused_clock_breaches_later_by_the_pause(house: House):
    case = await house.open_case()
    await house.classify(case)
    closed = PauseCase(house.command(), PauseReason.SITE_CLOSED)
    await case.execute_update(ServiceCaseWorkflow.pause, closed)
    await house.pass_time(case, 10 * HOUR)
    assert "clock_breached" not in await house.story(case)
    await case.execute_update(ServiceCaseWorkflow.resume, PauseCase(house.command(), PauseReason.SITE_CLOSED))
    await house.pass_time(case, 9 * HOUR)
    breaches = await house.events_of(case, "clock_breached", 1)
    assert [e.data["subject"] for e in breaches] == ["dispatch"]


async def test_search_attributes_show_state_severity_and_sla_and_no_person(house: House):
    case = await house.open_case()
    await house.classify(case, Classification(severity=Severity.HIGH))
    found = (await case.describe()).typed_search_attributes
    shown = {name: found.get(SearchAttributeKey.for_keyword(name)) for name in ("CaseState", "Severity", "SlaState")}
    assert shown == {"CaseState": "diagnosing", "Severity": "high", "SlaState": "running"}


async def test_a_cancelled_case_calls_its_visit_off(house: House):
    case = await house.open_case()
    visit = await house.decide_on_visit(case)
    await case.execute_update(ServiceCaseWorkflow.cancel, CancelCase(house.command(), "sold the house"))
    assert (await case.result()).state == "cancelled"
    assert (await visit.result())["state"] == "cancelled"


async def test_a_long_case_continues_as_new_and_remembers_everything(house: House):
    case = await house.open_case(max_events=40)
    await house.classify(case)
    for number in range(12):
        await case.execute_update(ServiceCaseWorkflow.note, AddNote(house.command(key=f"note-{number}"), "calls again"))
    current = house.env.client.get_workflow_handle(case.id)
    runs = (await current.describe()).run_id
    assert runs != case.first_execution_run_id
    again = AddNote(house.command(key="note-3"), "calls again")
    await current.execute_update(ServiceCaseWorkflow.note, again)
    assert (await house.story(case)).count("note") == 12
    await current.execute_update(ServiceCaseWorkflow.diagnose, RecordDiagnosis(house.command(), SOLVED))
    assert (await house.case_row(case)).state == "confirming"


async def work(house: House, visit: Handle, who: str, report: VisitReport) -> None:
    """The engineer accepts, drives, arrives and finishes."""
    acts = engineer(who)
    await visit.execute_update(VisitWorkflow.accept, AcceptOffer(house.command(acts)))
    await visit.execute_update(VisitWorkflow.depart, Depart(house.command(acts)))
    await visit.execute_update(VisitWorkflow.arrive, Arrive(house.command(acts)))
    await visit.execute_update(VisitWorkflow.finish, FinishVisit(house.command(acts), report))


async def test_a_missing_part_brings_a_second_visit_on_the_same_case_and_then_the_fix(house: House):
    case = await house.open_case()
    visit = await house.decide_on_visit(case, VisitNeeds())
    first, second = house.engineers[:2]
    start = (await house.now()) + 3 * DAY
    await house.book(visit, first, start)
    sku = await house.a_part_in_the_van_of(second)
    await work(house, visit, first, VisitReport(Outcome.PART_MISSING, needed_parts=(PartNeed(sku),)))
    again = house.env.client.get_workflow_handle(visit.id.replace("-V1", "-V2"))
    await house.until_visit(again.id.removeprefix("visit/"), VisitState.REQUESTED)
    row = await house.visit_row(again.id.removeprefix("visit/"))
    assert (row.parts, row.preferred_engineer_id) == ([{"sku": sku, "quantity": 1}], first)
    await house.book(again, second, start + 2 * HOUR)
    await work(house, again, second, VisitReport(Outcome.FIXED, labour=HOUR))
    await house.until_case(case, "confirming")
    done = await house.case_row(case)
    assert (done.visits, done.outcome, done.labour_cents) == (2, "fixed", 9_000)
    await case.execute_update(ServiceCaseWorkflow.cancel, CancelCase(house.command(), "end of the test"))
