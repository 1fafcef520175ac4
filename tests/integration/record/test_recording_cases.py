"""The record of a case follows its workflow: state, clocks, pauses, events; forward only, and each command once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col
from temporalio.exceptions import ApplicationError

from activities.cases import CaseActivities
from domain.case import Costs, Diagnosis, Ruling, VisitNeeds
from domain.clock import ClockName, PauseReason, pause, resume, stop
from domain.people import Role
from domain.registration import Classification, FieldProblem
from domain.steps import OpenStep
from domain.vocabulary import CaseKind, CaseState, Decision, Outcome, Severity, Warranty
from models import tables as t
from models.session import Database
from tests.builders import NOW, a_case, a_case_change, a_clock, a_register_case, at
from tests.integration.record.reading import count, events, get


@pytest.fixture
def cases(company: Database) -> CaseActivities:
    return CaseActivities(company)


async def test_the_row_says_what_the_workflow_knows(company: Database, cases: CaseActivities) -> None:
    await cases.register_case(a_register_case("C-1"))
    step = OpenStep("decide", Role.AGENT, at(1), at(1.5), 3)
    progress = a_case(
        state=CaseState.DECIDING,
        step=step,
        steps_opened=3,
        classification=Classification(CaseKind.FAULT, severity=Severity.HIGH),
        diagnosis=Diagnosis("pump is stuck"),
        ruling=Ruling(Decision.ON_SITE, VisitNeeds(), quote_cents=4_200),
        costs=Costs(100, 20, 3),
        problems=[FieldProblem("site", "is odd")],
        reopened=1,
        version=4,
    )
    await cases.record_case(a_case_change(progress, now=at(1)))
    row = await get(company, t.Case, "C-1")
    assert (row.state, row.state_since, row.next_step, row.step_number) == (CaseState.DECIDING, at(1), "decide", 3)
    assert (row.responsible, row.step_since, row.due_at) == (Role.AGENT, at(1), at(1.5))
    assert (row.kind, row.severity, row.warranty) == (CaseKind.FAULT, Severity.HIGH, Warranty.COVERED)
    assert (row.decision, row.quote_cents, row.diagnosis) == (
        Decision.ON_SITE,
        4_200,
        {"findings": "pump is stuck", "solved": False},
    )
    assert (row.labour_cents, row.travel_cents, row.parts_cents) == (100, 20, 3)
    assert (row.sla_state, row.sla_due_at, row.version) == ("running", at(48), 4)
    assert (row.problems, row.reopened, row.closed_at) == ([{"field": "site", "rule": "is odd"}], 1, None)
    assert row.product_model_code == "M1"


async def test_the_same_change_twice_and_at_once_is_written_once(company: Database, cases: CaseActivities) -> None:
    change = a_case_change(a_case(), "k1", NOW, "registered", "classified")
    await asyncio.gather(*(cases.record_case(change) for _ in range(4)))
    await cases.record_case(change)
    assert await events(company) == ["registered", "classified"]
    assert (await get(company, t.Case, "C-1")).version == 1


async def test_the_record_never_goes_back(company: Database, cases: CaseActivities) -> None:
    await cases.record_case(a_case_change(a_case(version=5, state=CaseState.CONFIRMING), "k5"))
    with pytest.raises(ApplicationError) as refused:
        await cases.record_case(a_case_change(a_case(version=4), "k4"))
    assert (refused.value.type, refused.value.non_retryable) == ("stale_version", True)
    assert (await get(company, t.Case, "C-1")).state is CaseState.CONFIRMING
    assert await events(company) == ["changed"]


async def test_an_old_command_on_top_of_a_newer_state_brings_the_state_but_no_event_again(
    company: Database, cases: CaseActivities
) -> None:
    """A worker died after it wrote k1; the workflow then took k2 first and k1 after it."""
    await cases.record_case(a_case_change(a_case(version=1, closing_note="k1"), "k1"))
    await cases.record_case(a_case_change(a_case(version=1, closing_note="k2"), "k2"))
    await cases.record_case(a_case_change(a_case(version=2, closing_note="k2 and k1"), "k1"))
    row = await get(company, t.Case, "C-1")
    assert (row.closing_note, row.version) == ("k2 and k1", 2)
    assert len(await events(company)) == 2


async def test_clocks_and_pauses_follow(company: Database, cases: CaseActivities) -> None:
    paused = pause(a_clock(), PauseReason.WAITING_FOR_CUSTOMER, at(1))
    clocks = {ClockName.RESOLVE: paused, ClockName.DISPATCH: a_clock(ClockName.DISPATCH, 8)}
    await cases.record_case(a_case_change(a_case(clocks=clocks), "k1", at(2)))
    resolve = await get(company, t.SlaClock, ("C-1", "resolve"))
    assert (resolve.state, resolve.due_at, resolve.used_seconds) == ("paused", None, 3600.0)
    assert (resolve.target_seconds, resolve.calendar, resolve.remedy) == (48 * 3600, "24x7", "a voucher")

    resumed = stop(resume(paused, PauseReason.WAITING_FOR_CUSTOMER, at(3)), at(5))
    await cases.record_case(a_case_change(a_case(clocks={ClockName.RESOLVE: resumed}, version=2), "k2", at(6)))
    resolve = await get(company, t.SlaClock, ("C-1", "resolve"))
    assert (resolve.state, resolve.stopped_at, resolve.due_at) == ("kept", at(5), at(50))
    assert await count(company, t.SlaClock) == 1
    async with company.reading() as session:
        stretch = (await session.scalars(select(t.ClockPause).where(col(t.ClockPause.case_id) == "C-1"))).one()
    assert (stretch.clock, stretch.started_at, stretch.ended_at) == ("resolve", at(1), at(3))


async def test_a_case_that_is_over_has_an_end(company: Database, cases: CaseActivities) -> None:
    over = a_case(state=CaseState.ARCHIVED, clocks={}, satisfaction=5, outcome=Outcome.FIXED, version=9)
    await cases.record_case(a_case_change(over, "k9", at(9)))
    await cases.record_case(a_case_change(replace(over, version=10), "k10", at(10)))
    row = await get(company, t.Case, "C-1")
    assert (row.closed_at, row.satisfaction, row.sla_state, row.sla_due_at) == (at(9), 5, "none", None)
    assert row.next_step is None


async def test_a_command_may_overtake_the_registration(company: Database, cases: CaseActivities) -> None:
    early = a_case(state=CaseState.REGISTERING, territory="", clocks={}, warranty=Warranty.UNKNOWN)
    await cases.record_case(a_case_change(early, "note", NOW + timedelta(seconds=1)))
    answer = await cases.register_case(a_register_case("C-1"))
    assert answer.problems == ()
    assert (await get(company, t.Case, "C-1")).symptom == "does not heat"
