from dataclasses import replace
from datetime import timedelta

import pytest

from domain import case, case_steps, sla
from domain.case import Diagnosis, Ruling, VisitNeeds
from domain.clock import ClockName, PauseReason
from domain.errors import InvalidInputError, WrongStateError
from domain.ids import Sku, TerritoryId, VisitId
from domain.messages import (
    AnswerQuote,
    CancelCase,
    ClassifyCase,
    ConfirmCase,
    DecideCase,
    PauseCase,
    RecordCallBack,
    RecordDiagnosis,
    RegisteredCase,
    SettleHandOver,
)
from domain.parts import PartNeed
from domain.people import Role
from domain.registration import Classification, FieldProblem
from domain.sla import SlaState
from domain.visit import VisitFact, VisitReport
from domain.vocabulary import CaseState, Decision, Outcome, Severity, VisitState, Warranty
from tests.unit.domain.builders import (
    AGENT,
    CUSTOMER,
    HOUR,
    MINUTE,
    NOON,
    a_command,
    a_deciding_case,
    a_diagnosing_case,
    a_registered_case,
    a_registration,
    a_visiting_case,
    the_terms,
)

V1 = VisitId("C-1-V1")


def a_fact(state: VisitState, at=NOON + HOUR, **changes) -> VisitFact:
    return VisitFact(V1, 1, state, at, **changes)


def done(outcome: Outcome, **report) -> VisitFact:
    return a_fact(VisitState.DONE, NOON + 6 * HOUR, report=VisitReport(outcome, labour=HOUR, **report))


def test_a_registered_case_waits_for_classification_and_runs_four_clocks():
    progress = a_registered_case()
    assert progress.state is CaseState.CLASSIFYING
    assert progress.step.name == "classify"
    assert progress.step.due_at == NOON + 10 * MINUTE
    assert set(progress.clocks) == set(ClockName)


def test_an_incomplete_registration_stays_open_and_names_the_missing_fields():
    progress = case.CaseProgress("C-1", NOON)
    found = RegisteredCase(
        TerritoryId(""), Warranty.UNKNOWN, the_terms(), problems=(FieldProblem("site", "needs latitude"),)
    )
    events = case_steps.register(progress, a_registration(), found, AGENT, NOON)
    assert progress.state is CaseState.REGISTERING
    assert progress.step.due_at == NOON + 5 * MINUTE
    assert events[0].data["missing"] == "site"


def test_classification_by_a_person_keeps_the_respond_promise_and_sets_the_targets_anew():
    progress = a_registered_case()
    at = NOON + 7 * MINUTE
    urgent = Classification(severity=Severity.HIGH)
    case_steps.classify(progress, ClassifyCase(a_command(2), urgent), the_terms(Severity.HIGH), at, at)
    assert sla.state(progress.clocks[ClockName.RESPOND], at) is SlaState.KEPT
    assert sla.due_at(progress.clocks[ClockName.ON_SITE], at) == NOON + 8 * HOUR


def test_the_same_classification_again_changes_nothing_and_another_one_does():
    progress = a_diagnosing_case()
    step, at = progress.step, NOON + 9 * MINUTE
    same = ClassifyCase(a_command(7), Classification())
    assert case_steps.classify(progress, same, the_terms(), at, at) == []
    assert progress.step == step
    other = ClassifyCase(a_command(8), Classification(severity=Severity.HIGH))
    assert len(case_steps.classify(progress, other, the_terms(Severity.HIGH), at, at)) == 1


def test_a_classification_by_the_system_is_no_answer():
    progress = a_registered_case()
    automatic = replace(a_command(2), actor=replace(AGENT, role=Role.SYSTEM))
    case_steps.classify(progress, ClassifyCase(automatic, Classification()), the_terms(), NOON, NOON)
    assert progress.clocks[ClockName.RESPOND].stopped_at is None


def test_a_fault_solved_by_phone_needs_no_visit_and_keeps_the_resolve_promise():
    progress = a_diagnosing_case()
    at = NOON + 20 * MINUTE
    case_steps.diagnose(progress, RecordDiagnosis(a_command(3), Diagnosis("switched on", solved=True)), at, at)
    assert progress.state is CaseState.CONFIRMING
    assert set(progress.clocks) == {ClockName.RESPOND, ClockName.RESOLVE}
    assert progress.clocks[ClockName.RESOLVE].stopped_at == at


def test_a_refusal_needs_a_reason():
    with pytest.raises(InvalidInputError, match="ruling.reason"):
        case_steps.decide(a_deciding_case(), DecideCase(a_command(4), Ruling(Decision.REFUSAL, reason=" ")), NOON, NOON)


def test_a_product_in_warranty_is_not_charged():
    with pytest.raises(InvalidInputError, match="free of charge"):
        case_steps.decide(
            a_deciding_case(), DecideCase(a_command(4), Ruling(Decision.ON_SITE, quote_cents=1)), NOON, NOON
        )


def test_clocks_rest_while_the_customer_thinks_about_a_quote():
    progress = a_deciding_case(Warranty.EXPIRED)
    asked, answered = NOON + HOUR, NOON + 25 * HOUR
    case_steps.decide(progress, DecideCase(a_command(4), Ruling(Decision.ON_SITE, quote_cents=12_000)), asked, asked)
    assert progress.state is CaseState.QUOTING
    case_steps.answer_quote(progress, AnswerQuote(a_command(5, CUSTOMER), accepted=True), answered, answered)
    assert progress.state is CaseState.VISITING
    assert sla.used(progress.clocks[ClockName.RESOLVE], answered) == HOUR


def test_a_refused_quote_goes_back_to_the_agent():
    progress = a_deciding_case(Warranty.EXPIRED)
    case_steps.decide(progress, DecideCase(a_command(4), Ruling(Decision.ON_SITE, quote_cents=9)), NOON, NOON)
    case_steps.answer_quote(progress, AnswerQuote(a_command(5, CUSTOMER), accepted=False), NOON, NOON)
    assert (progress.state, progress.visits) == (CaseState.DECIDING, 0)


def test_a_decision_for_a_visit_opens_visit_one():
    progress = a_visiting_case()
    assert (progress.state, progress.open_visit, progress.visits) == (CaseState.VISITING, V1, 1)


@pytest.mark.parametrize("state", [VisitState.CONFIRMED, VisitState.EN_ROUTE])
def test_the_dispatch_promise_is_kept_when_the_engineer_accepts_or_departs(state):
    progress = a_visiting_case()
    case_steps.follow_visit(progress, a_fact(state), NOON + HOUR)
    assert progress.clocks[ClockName.DISPATCH].stopped_at == NOON + HOUR


def test_a_plan_that_is_too_late_puts_the_clocks_in_jeopardy():
    progress = a_visiting_case()
    late = NOON + 30 * HOUR
    case_steps.follow_visit(
        progress, a_fact(VisitState.BOOKED, accept_by=NOON + 2 * HOUR, arrival=late, finish=late + HOUR), NOON
    )
    assert sla.state(progress.clocks[ClockName.ON_SITE], NOON + HOUR) is SlaState.JEOPARDY
    assert sla.state(progress.clocks[ClockName.DISPATCH], NOON + HOUR) is SlaState.RUNNING
    assert case.sla_state(progress, NOON + HOUR) is SlaState.JEOPARDY


def test_a_fixed_visit_stops_the_resolve_clock_at_the_end_of_the_work():
    progress = a_visiting_case()
    case_steps.follow_visit(progress, a_fact(VisitState.ON_SITE, NOON + 5 * HOUR), NOON + 5 * HOUR)
    case_steps.follow_visit(progress, done(Outcome.FIXED), NOON + 6 * HOUR)
    assert progress.state is CaseState.CONFIRMING
    assert progress.clocks[ClockName.ON_SITE].stopped_at == NOON + 5 * HOUR
    assert progress.clocks[ClockName.RESOLVE].stopped_at == NOON + 6 * HOUR
    assert progress.costs.labour == 9_000


@pytest.mark.parametrize("outcome", [Outcome.PART_MISSING, Outcome.PARTIALLY_FIXED])
def test_a_missing_part_leads_to_a_second_visit_of_the_same_case_that_brings_it(outcome):
    progress = a_visiting_case(skills={"heating": 2})
    case_steps.follow_visit(progress, done(outcome, needed_parts=(PartNeed(Sku("P1"), 2),)), NOON + 6 * HOUR)
    assert (progress.state, progress.open_visit, progress.visits) == (CaseState.VISITING, "C-1-V2", 2)
    assert progress.ruling.needs == VisitNeeds(skills={"heating": 2}, parts=(PartNeed(Sku("P1"), 2),))
    assert progress.clocks[ClockName.RESOLVE].stopped_at is None


@pytest.mark.parametrize("outcome", [Outcome.NO_ACCESS, Outcome.UNSAFE])
def test_a_closed_door_pauses_the_clocks_until_the_agent_has_decided(outcome):
    progress = a_visiting_case()
    case_steps.follow_visit(progress, done(outcome), NOON + 6 * HOUR)
    assert progress.state is CaseState.DECIDING
    assert sla.state(progress.clocks[ClockName.RESOLVE], NOON + 7 * HOUR) is SlaState.PAUSED
    at = NOON + 8 * HOUR
    case_steps.decide(progress, DecideCase(a_command(5), Ruling(Decision.ON_SITE)), at, at)
    assert sla.used(progress.clocks[ClockName.RESOLVE], at) == 6 * HOUR


def test_what_is_beyond_repair_is_decided_anew():
    progress = a_visiting_case()
    case_steps.follow_visit(progress, done(Outcome.BEYOND_REPAIR), NOON + 6 * HOUR)
    assert (progress.state, progress.step.responsible) == (CaseState.DECIDING, Role.AGENT)


def test_a_fact_of_an_earlier_visit_changes_nothing():
    progress = a_visiting_case()
    assert case_steps.follow_visit(progress, replace(done(Outcome.FIXED), visit_id=VisitId("C-1-V0")), NOON) == []
    assert progress.state is CaseState.VISITING


def test_a_depot_repair_is_settled_by_hand_and_then_confirmed():
    progress = a_deciding_case()
    case_steps.decide(progress, DecideCase(a_command(4), Ruling(Decision.DEPOT)), NOON, NOON)
    assert (progress.state, progress.step.name) == (CaseState.HANDED_OVER, "settle")
    case_steps.settle(progress, SettleHandOver(a_command(5), Outcome.FIXED, "new board"), NOON + HOUR, NOON + HOUR)
    assert progress.state is CaseState.CONFIRMING


def test_confirmation_plans_the_call_back_after_three_days():
    progress = a_visiting_case()
    case_steps.follow_visit(progress, done(Outcome.FIXED), NOON + 6 * HOUR)
    at = NOON + 7 * HOUR
    case_steps.confirm(progress, ConfirmCase(a_command(6, CUSTOMER), solved=True), at, at)
    assert progress.state is CaseState.CALLING_BACK
    assert progress.call_back_from == at + timedelta(days=3)
    assert progress.step.due_at == at + timedelta(days=5)


def test_a_reopened_case_resumes_its_resolve_clock_with_what_was_used():
    progress = a_visiting_case()
    case_steps.follow_visit(progress, done(Outcome.FIXED), NOON + 6 * HOUR)
    at = NOON + 30 * HOUR
    case_steps.confirm(progress, ConfirmCase(a_command(6, CUSTOMER), solved=False), at, at)
    assert (progress.state, progress.reopened) == (CaseState.DIAGNOSING, 1)
    assert sla.used(progress.clocks[ClockName.RESOLVE], at + HOUR) == 7 * HOUR


def test_silence_counts_as_confirmation():
    progress = a_visiting_case()
    case_steps.follow_visit(progress, done(Outcome.FIXED), NOON + 6 * HOUR)
    events = case_steps.confirm_by_silence(progress, NOON + 54 * HOUR)
    assert [e.kind for e in events] == ["confirmed_by_silence"]
    assert progress.state is CaseState.CALLING_BACK
    assert case_steps.confirm_by_silence(progress, NOON + 55 * HOUR) == []


def a_called_case():
    progress = a_visiting_case()
    case_steps.follow_visit(progress, done(Outcome.FIXED), NOON + 6 * HOUR)
    case_steps.confirm_by_silence(progress, NOON + 54 * HOUR)
    return progress


def test_the_call_back_archives_the_case_with_its_satisfaction():
    progress = a_called_case()
    case_steps.call_back(progress, RecordCallBack(a_command(8), satisfaction=4), NOON, NOON)
    assert (progress.state, progress.satisfaction, progress.step) == (CaseState.ARCHIVED, 4, None)


def test_a_fault_that_came_back_reopens_the_case():
    progress = a_called_case()
    at = NOON + 100 * HOUR
    events = case_steps.call_back(progress, RecordCallBack(a_command(8), fault_is_back=True), at, at)
    assert [e.kind for e in events] == ["called_back", "reopened"]
    assert progress.state is CaseState.DIAGNOSING


@pytest.mark.parametrize("satisfaction", [0, 6])
def test_satisfaction_outside_one_to_five_is_refused(satisfaction):
    with pytest.raises(InvalidInputError, match="satisfaction"):
        case_steps.call_back(a_called_case(), RecordCallBack(a_command(8), satisfaction=satisfaction), NOON, NOON)


def test_a_case_is_not_cancelled_while_the_engineer_is_on_the_way():
    progress = a_visiting_case()
    case_steps.follow_visit(progress, a_fact(VisitState.EN_ROUTE), NOON + HOUR)
    with pytest.raises(WrongStateError, match="let the engineer finish"):
        case_steps.cancel(progress, CancelCase(a_command(9), "no longer needed"), NOON)
    assert progress.state is CaseState.VISITING


def test_a_cancelled_case_takes_its_open_promises_back_and_keeps_the_kept_ones():
    progress = a_visiting_case()
    case_steps.cancel(progress, CancelCase(a_command(9), "sold the house"), NOON + HOUR)
    assert progress.state is CaseState.CANCELLED
    assert set(progress.clocks) == {ClockName.RESPOND}
    with pytest.raises(WrongStateError):
        case_steps.cancel(progress, CancelCase(a_command(10), "again"), NOON + HOUR)


def test_a_pause_entered_by_a_person_stops_time_until_it_ends():
    progress = a_visiting_case()
    closed = PauseCase(a_command(7), PauseReason.SITE_CLOSED)
    case_steps.pause(progress, closed, NOON + HOUR)
    case_steps.pause(progress, closed, NOON + 2 * HOUR)
    case_steps.resume(progress, closed, NOON + 11 * HOUR)
    assert sla.used(progress.clocks[ClockName.RESOLVE], NOON + 12 * HOUR) == 2 * HOUR


def test_a_command_in_the_wrong_state_names_state_and_allowed_states():
    with pytest.raises(WrongStateError, match="C-1 is classifying: 'decide' is possible when it is deciding"):
        case_steps.decide(a_registered_case(), DecideCase(a_command(4), Ruling(Decision.REMOTE)), NOON, NOON)


def test_an_undone_step_climbs_the_ladder_and_changes_hands():
    progress = a_registered_case()
    now = NOON + 10 * MINUTE + 2 * HOUR + 30 * MINUTE
    rungs = []
    for said in case.announcements(progress, now):
        if said.kind == "step_escalated":
            case.announce(progress, said)
            rungs.append(said.rung)
    assert rungs == ["owner", "team_lead", "manager"]
    assert progress.responsible is Role.MANAGER
    assert [a for a in case.announcements(progress, now) if a.kind == "step_escalated"] == []


def test_clocks_warn_and_breach_once_and_at_their_time():
    progress = a_visiting_case()
    dispatch = [a for a in case.announcements(progress, NOON + 8 * HOUR) if a.subject == ClockName.DISPATCH]
    assert [(a.kind, a.at) for a in dispatch] == [
        ("clock_warning", NOON + 6 * HOUR),
        ("clock_breached", NOON + 8 * HOUR),
    ]
    for said in dispatch:
        case.announce(progress, said)
    assert [a for a in case.announcements(progress, NOON + 8 * HOUR) if a.subject == ClockName.DISPATCH] == []
    assert case.next_announcement_at(a_visiting_case(), NOON + 31 * MINUTE) == NOON + 6 * HOUR


def test_a_visit_that_is_only_expected_earlier_or_later_is_no_new_event():
    progress = a_visiting_case()
    first = a_fact(VisitState.BOOKED, arrival=NOON + 4 * HOUR, finish=NOON + 5 * HOUR)
    assert [e.kind for e in case_steps.follow_visit(progress, first, NOON)] == ["visit_booked"]
    later = replace(first, sequence=2, arrival=NOON + 7 * HOUR, finish=NOON + 8 * HOUR)
    assert case_steps.follow_visit(progress, later, NOON) == []
    assert progress.clocks[ClockName.RESOLVE].predicted == NOON + 8 * HOUR


def test_a_visit_after_reopening_is_due_when_the_resumed_promise_is():
    progress = a_visiting_case()
    case_steps.follow_visit(progress, done(Outcome.FIXED), NOON + 6 * HOUR)
    back = NOON + 72 * HOUR
    case_steps.confirm(progress, ConfirmCase(a_command(6, CUSTOMER), solved=False), back, back)
    case_steps.diagnose(progress, RecordDiagnosis(a_command(7), Diagnosis("again")), back, back)
    case_steps.decide(progress, DecideCase(a_command(8), Ruling(Decision.ON_SITE)), back, back)
    assert progress.step.due_at == back + 42 * HOUR
