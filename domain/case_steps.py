"""The story of a case, step by step: what each command, fact and silence makes of it.

Every function changes the progress that it is given and returns the events that explain the change; it raises
a domain error where the command does not fit. ``now`` is when it is recorded, ``at`` when it was done.
"""

from dataclasses import replace
from datetime import datetime

from domain import sla
from domain.case import (
    CaseProgress,
    Costs,
    SecondPart,
    VisitNeeds,
    drop_clocks,
    open_step,
    pause_clocks,
    predict_visit,
    reopen_clock,
    require,
    resume_clocks,
    start_clocks,
    stop_clock,
)
from domain.clock import ClockName, PauseReason
from domain.errors import InvalidInputError, WrongStateError
from domain.messages import (
    AnswerQuote,
    CancelCase,
    ChooseSlot,
    ClassifyCase,
    ConfirmCase,
    DecideCase,
    EventData,
    EventDraft,
    PauseCase,
    RecordCallBack,
    RecordDiagnosis,
    RegisteredCase,
    SettleHandOver,
    VisitFact,
)
from domain.parts import PartNeed
from domain.people import Actor, Role
from domain.policy import CaseTerms
from domain.registration import MAX_TEXT, Classification, Registration
from domain.vocabulary import CaseState, Decision, Outcome, VisitState, Warranty

Events = list[EventDraft]
GOES_ON = frozenset({Outcome.FIXED, Outcome.PARTIALLY_FIXED})
"""What the first part of a job may bring so that the second comes as it was planned."""

PEOPLE_OF_THE_COMPANY = frozenset(Role) - {Role.SYSTEM, Role.CUSTOMER}


def register(progress: CaseProgress, given: Registration, found: RegisteredCase, by: Actor, now: datetime) -> Events:
    """A contact becomes a case; what is missing stays to be completed, what is known is taken over."""
    require(progress, "complete_registration")
    progress.territory = found.territory
    progress.warranty = found.warranty
    progress.repeat_of = found.repeat_of
    progress.problems = list(found.problems)
    progress.windows = given.windows
    start_clocks(progress, found.terms)
    data = {"channel": given.channel.value, "warranty": found.warranty.value, "repeat_of": found.repeat_of}
    if found.problems:
        if progress.step is None:
            due = progress.opened_at + found.terms.register_within
            open_step(progress, CaseState.REGISTERING, "complete_registration", Role.AGENT, now, due)
        missing = ", ".join(problem.field for problem in found.problems)
        return [EventDraft("registration_incomplete", now, by, {**data, "missing": missing})]
    open_step(progress, CaseState.CLASSIFYING, "classify", Role.AGENT, now, now + found.terms.classify_within)
    return [EventDraft("registered", now, by, data)]


def classify(progress: CaseProgress, command: ClassifyCase, terms: CaseTerms, at: datetime, now: datetime) -> Events:
    """Kind, category and severity are known; the promises follow from them."""
    require(progress, "classify")
    if progress.state is CaseState.DIAGNOSING and progress.classification == command.classification:
        return []  # two people, or one person twice: it is classified like that already
    progress.classification = command.classification
    start_clocks(progress, terms)
    _answered(progress, command.command.actor, at)
    open_step(progress, CaseState.DIAGNOSING, "diagnose", Role.AGENT, now, now + terms.diagnose_within)
    given: Classification = command.classification
    data = {"case_kind": given.kind.value, "category": given.category.value, "severity": given.severity.value}
    return [EventDraft("classified", at, command.command.actor, data)]


def diagnose(progress: CaseProgress, command: RecordDiagnosis, at: datetime, now: datetime) -> Events:
    """The remote diagnosis is done: solved by phone, or a decision is to be taken."""
    require(progress, "diagnose")
    _limit("diagnosis.findings", command.diagnosis.findings)
    progress.diagnosis = command.diagnosis
    actor = command.command.actor
    _answered(progress, actor, at)
    events = [EventDraft("diagnosed", at, actor, {"solved": command.diagnosis.solved})]
    if command.diagnosis.solved:
        _no_visit(progress, at)
        _await_confirmation(progress, now)
        return [*events, EventDraft("solved_remotely", at, actor)]
    open_step(progress, CaseState.DECIDING, "decide", Role.AGENT, now, now + progress.terms.decide_within)
    return events


def decide(progress: CaseProgress, command: DecideCase, at: datetime, now: datetime) -> Events:
    """How the case goes on: remote, on site, depot, exchange, or refusal with a reason."""
    require(progress, "decide")
    ruling, actor, terms = command.ruling, command.command.actor, progress.terms
    _limit("ruling.reason", ruling.reason)
    if ruling.quote_cents < 0:
        raise InvalidInputError("ruling.quote_cents", "must be 0 or more")
    if ruling.quote_cents and progress.warranty is Warranty.COVERED:
        raise InvalidInputError("ruling.quote_cents", "the product is in warranty: the repair is free of charge")
    if ruling.decision is Decision.REFUSAL and not ruling.reason.strip():
        raise InvalidInputError("ruling.reason", "a refusal needs a reason")
    progress.ruling = ruling
    _answered(progress, actor, at)
    resume_clocks(progress, PauseReason.WAITING_FOR_CUSTOMER, at)
    events = [EventDraft("decided", at, actor, {"decision": ruling.decision.value, "quote_cents": ruling.quote_cents})]
    match ruling.decision:
        case Decision.ON_SITE if ruling.quote_cents:
            open_step(progress, CaseState.QUOTING, "answer_quote", Role.CUSTOMER, now, now + terms.quote_within)
            if terms.waiting_for_customer_pauses:
                pause_clocks(progress, PauseReason.WAITING_FOR_CUSTOMER, at)
        case Decision.ON_SITE:
            _call_for_visit(progress, ruling.needs, now)
        case Decision.DEPOT | Decision.EXCHANGE:
            drop_clocks(progress, ClockName.DISPATCH, ClockName.ON_SITE)
            open_step(progress, CaseState.HANDED_OVER, "settle", Role.OPERATIONS, now, now + terms.hand_over_within)
        case Decision.REMOTE | Decision.REFUSAL:
            _no_visit(progress, at)
            _await_confirmation(progress, now)
    return events


def choose_slot(progress: CaseProgress, command: ChooseSlot, at: datetime, now: datetime) -> Events:
    """The customer chose an arrival window before the visit was asked for; the visit will keep to it."""
    require(progress, "choose_slot")
    command.window.require_ahead(now)
    progress.windows = (command.window,)
    if progress.ruling:
        needs = replace(progress.ruling.needs, windows=progress.windows)
        progress.ruling = replace(progress.ruling, needs=needs)
    return [EventDraft("slot_chosen", at, command.command.actor, command.window.told())]


def answer_quote(progress: CaseProgress, command: AnswerQuote, at: datetime, now: datetime) -> Events:
    """The customer accepts the price and work begins, or refuses it and the case is decided anew."""
    require(progress, "answer_quote")
    resume_clocks(progress, PauseReason.WAITING_FOR_CUSTOMER, at)
    actor = command.command.actor
    if not command.accepted:
        open_step(progress, CaseState.DECIDING, "decide", Role.AGENT, now, now + progress.terms.decide_within)
        return [EventDraft("quote_refused", at, actor)]
    assert progress.ruling is not None, "a quoted case has a ruling"  # noqa: S101 - a programming error
    _call_for_visit(progress, progress.ruling.needs, now)
    return [EventDraft("quote_accepted", at, actor)]


def follow_visit(progress: CaseProgress, fact: VisitFact, now: datetime) -> Events:
    """The visit moved on: clocks stop as promised, and its outcome decides what comes next."""
    if progress.second is not None and fact.visit_id == progress.second.visit:
        return _follow_second(progress, progress.second, fact)
    if fact.visit_id != progress.open_visit:
        return []
    before, progress.visit_state = progress.visit_state, fact.state
    if fact.engineer:
        progress.last_engineer = fact.engineer
    added = _add_second(progress, fact)
    _predict(progress, fact)
    _wait_for_part(progress, fact)
    match fact.state:
        case VisitState.CONFIRMED | VisitState.EN_ROUTE:
            # Someone who departs has accepted, even if nobody pressed the button.
            stop_clock(progress, ClockName.DISPATCH, fact.at)
        case VisitState.ON_SITE:
            stop_clock(progress, ClockName.ON_SITE, fact.at)
        case VisitState.DONE:
            return _conclude_visit(progress, fact, now)
        case VisitState.CANCELLED:
            progress.open_visit = None
        case VisitState.REQUESTED | VisitState.BOOKED | VisitState.OFFERED:
            pass
    if fact.state is before:
        # Other times, another place in the plan or a part: the visit's own events tell it.
        return added
    data = {"visit_id": fact.visit_id, "engineer": fact.engineer}
    return [*added, EventDraft(f"visit_{fact.state}", fact.at, data=data)]


def settle(progress: CaseProgress, command: SettleHandOver, at: datetime, now: datetime) -> Events:
    """A depot repair or exchange that was followed outside has ended."""
    require(progress, "settle")
    _limit("note", command.note)
    progress.outcome = command.outcome
    event = EventDraft("settled", at, command.command.actor, {"outcome": command.outcome.value})
    if command.outcome is Outcome.FIXED:
        _no_visit(progress, at)
        _await_confirmation(progress, now)
    else:
        open_step(progress, CaseState.DECIDING, "decide", Role.AGENT, now, now + progress.terms.decide_within)
    return [event]


def confirm(progress: CaseProgress, command: ConfirmCase, at: datetime, now: datetime) -> Events:
    """The customer confirms that it is solved, or reopens the case."""
    require(progress, "confirm")
    _limit("note", command.note)
    actor = command.command.actor
    said: dict[str, str | int | float | bool | None] = {"note": command.note} if command.note else {}
    if not command.solved:
        _reopen(progress, at, now)
        return [EventDraft("reopened", at, actor, {"times": progress.reopened, **said})]
    if progress.state is CaseState.CONFIRMING:
        _plan_call_back(progress, now)
    return [EventDraft("confirmed", at, actor, said)]


def confirm_by_silence(progress: CaseProgress, now: datetime) -> Events:
    """Nobody answered in time: the case counts as confirmed, and the call back will ask again."""
    if progress.state is not CaseState.CONFIRMING:
        return []
    _plan_call_back(progress, now)
    return [EventDraft("confirmed_by_silence", now)]


def call_back(progress: CaseProgress, command: RecordCallBack, at: datetime, now: datetime) -> Events:
    """The call after some days: satisfaction, and whether the fault has come back."""
    require(progress, "call_back")
    if command.satisfaction is not None and not 1 <= command.satisfaction <= 5:
        raise InvalidInputError("satisfaction", "must lie between 1 (bad) and 5 (good)")
    if command.satisfaction is not None:
        progress.satisfaction = command.satisfaction  # who was not reached may have rated before
    actor = command.command.actor
    data = {"satisfaction": command.satisfaction, "fault_is_back": command.fault_is_back}
    called = EventDraft("called_back", at, actor, data)
    if command.fault_is_back:
        _reopen(progress, at, now)
        return [called, EventDraft("reopened", at, actor, {"times": progress.reopened, "repeat": True})]
    return [called, *archive(progress, now, "closed after the call back")]


def archive(progress: CaseProgress, now: datetime, note: str) -> Events:
    """The case ends; what it took to solve it goes into the event."""
    _close(progress, CaseState.ARCHIVED, note)
    costs = progress.costs
    return [
        EventDraft(
            "archived",
            now,
            data={
                "note": note,
                "visits": progress.visits,
                "labour_cents": costs.labour,
                "travel_cents": costs.travel,
                "parts_cents": costs.parts,
                "satisfaction": progress.satisfaction,
            },
        )
    ]


def cancel(progress: CaseProgress, command: CancelCase, at: datetime) -> Events:
    """The customer no longer wants it. Not possible once the engineer is on the way."""
    require(progress, "cancel")
    _limit("reason", command.reason)
    if not command.reason.strip():
        raise InvalidInputError("reason", "say why the case is cancelled")
    second = progress.second
    under_way = [(progress.open_visit, progress.visit_state)]
    under_way += [(second.visit, second.state)] if second else []
    for visit, state in under_way:
        if visit and state and state.has_started:
            raise WrongStateError("visit", visit, state, "cancel", "not started; let the engineer finish it")
    drop_clocks(progress, *ClockName)
    _close(progress, CaseState.CANCELLED, command.reason)
    return [EventDraft("cancelled", at, command.command.actor, {"reason": command.reason})]


def pause(progress: CaseProgress, command: PauseCase, at: datetime) -> Events:
    """The clocks rest for a reason that lies with the customer or the site."""
    require(progress, "pause")
    pause_clocks(progress, command.reason, at)
    return [EventDraft("clocks_paused", at, command.command.actor, {"reason": command.reason.value})]


def resume(progress: CaseProgress, command: PauseCase, at: datetime) -> Events:
    """The reason is gone; the clocks go on."""
    require(progress, "resume")
    resume_clocks(progress, command.reason, at)
    return [EventDraft("clocks_resumed", at, command.command.actor, {"reason": command.reason.value})]


def _answered(progress: CaseProgress, actor: Actor, at: datetime) -> None:
    # An automatic reply, or the customer's own entry, is no answer.
    if actor.role in PEOPLE_OF_THE_COMPANY:
        stop_clock(progress, ClockName.RESPOND, at)


def _call_for_visit(progress: CaseProgress, needs: VisitNeeds, now: datetime) -> None:
    if not needs.windows:
        needs = replace(needs, windows=tuple(w for w in progress.windows if w.end > now))
    if progress.ruling:
        progress.ruling = replace(progress.ruling, needs=needs)
    progress.open_visit = progress.next_visit
    progress.visit_state = VisitState.REQUESTED
    progress.visits += 1
    # The visit's own steps have their own due times; the case as a whole is due when its promise is.
    due = now + progress.terms.hand_over_within
    clock = progress.clocks.get(ClockName.RESOLVE)
    promised = sla.due_at(clock, now) if clock is not None and clock.stopped_at is None else None
    if promised is not None:
        due = max(now, promised)
    open_step(progress, CaseState.VISITING, "visit", Role.DISPATCHER, now, due)


def _predict(progress: CaseProgress, fact: VisitFact) -> None:
    if fact.arrival and fact.finish:
        # A split job ends with its second part, whose own facts say when.
        finish = fact.finish if progress.second is None else None
        predict_visit(progress, fact.accept_by, fact.arrival, finish)


def _add_second(progress: CaseProgress, fact: VisitFact) -> Events:
    if fact.split_off is None:
        return []
    progress.second = SecondPart(progress.next_visit, fact.split_off)
    progress.visits += 1
    return [EventDraft("another_visit", fact.at, data={"visits": progress.visits})]


def _follow_second(progress: CaseProgress, second: SecondPart, fact: VisitFact) -> Events:
    """The second part of a split job moved on while the first is not over yet."""
    if fact.engineer:
        progress.last_engineer = fact.engineer
    if fact.arrival and fact.finish:
        predict_visit(progress, None, None, fact.finish)
    progress.second = None if fact.state is VisitState.CANCELLED else replace(second, state=fact.state)
    data: EventData = {"visit_id": fact.visit_id, "engineer": fact.engineer}
    if fact.report is not None:
        # Whether the case is solved is decided when both have ended.
        _add_costs(progress, fact)
        report = fact.report
        progress.second = replace(
            second, state=fact.state, outcome=report.outcome, missing=report.needed_parts, ended_at=fact.at
        )
        data = {**data, "outcome": report.outcome}
    return [] if fact.state is second.state else [EventDraft(f"visit_{fact.state}", fact.at, data=data)]


def _conclude_visit(progress: CaseProgress, fact: VisitFact, now: datetime) -> Events:
    report = fact.report
    assert report is not None, "a visit that is done has a report"  # noqa: S101 - a programming error
    stop_clock(progress, ClockName.ON_SITE, fact.at)
    _add_costs(progress, fact)
    done = EventDraft(
        "visit_done", fact.at, data={"visit_id": fact.visit_id, "engineer": fact.engineer, "outcome": report.outcome}
    )
    return [done, *_after_visit(progress, report.outcome, report.needed_parts, fact.at, now)]


def _after_visit(
    progress: CaseProgress, outcome: Outcome, missing: tuple[PartNeed, ...], at: datetime, now: datetime
) -> Events:
    """What comes next: the second part of the job, if the visit was its first, or what the outcome says."""
    second, progress.second = progress.second, None
    progress.open_visit, progress.outcome = None, outcome
    if second is not None and second.outcome is None:
        if second.state.has_started or (outcome in GOES_ON and not missing):
            progress.open_visit, progress.visit_state = second.visit, second.state
            return []
        progress.to_call_off.append(second.visit)
        missing += second.needs.parts  # the visit that takes its place brings both
    elif second is not None and second.outcome is not None:
        if outcome is Outcome.FIXED:
            return _after_visit(progress, second.outcome, second.missing, max(at, second.ended_at or at), now)
        missing += second.missing
    terms = progress.terms
    match outcome:
        case Outcome.FIXED:
            stop_clock(progress, ClockName.RESOLVE, at)
            _await_confirmation(progress, now)
        case Outcome.PARTIALLY_FIXED | Outcome.PART_MISSING:
            _call_for_visit(progress, _needs_of_next_visit(progress, missing), now)
            return [EventDraft("another_visit", now, data={"visits": progress.visits})]
        case Outcome.NO_ACCESS | Outcome.UNSAFE:
            # Only a talk with the customer opens the door: the agent agrees what comes next.
            open_step(progress, CaseState.DECIDING, "decide", Role.AGENT, now, now + terms.decide_within)
            if terms.waiting_for_customer_pauses:
                pause_clocks(progress, PauseReason.WAITING_FOR_CUSTOMER, at)
        case Outcome.BEYOND_REPAIR:
            open_step(progress, CaseState.DECIDING, "decide", Role.AGENT, now, now + terms.decide_within)
    return []


def _needs_of_next_visit(progress: CaseProgress, missing: tuple[PartNeed, ...]) -> VisitNeeds:
    # The parts of the first visit are built in, or were not the right ones; the engineer says what is missing.
    # An arrival window agreed for the first visit says nothing about the second.
    assert progress.ruling is not None, "a visited case has a ruling"  # noqa: S101 - a programming error
    progress.windows = ()
    return replace(progress.ruling.needs, parts=missing, windows=())


def _add_costs(progress: CaseProgress, fact: VisitFact) -> None:
    assert fact.report is not None, "a visit that is done has a report"  # noqa: S101 - a programming error
    hour, terms = 3600, progress.terms
    progress.costs = Costs(
        progress.costs.labour + round(fact.report.labour.total_seconds() * terms.labour_cents_per_hour / hour),
        progress.costs.travel + round(fact.travel.total_seconds() * terms.travel_cents_per_hour / hour),
        progress.costs.parts + fact.parts_cents,
    )


def _wait_for_part(progress: CaseProgress, fact: VisitFact) -> None:
    # By default a part's delay is the company's own matter and pauses nothing.
    if not progress.terms.waiting_for_part_pauses:
        return
    if fact.waiting_for_part:
        pause_clocks(progress, PauseReason.WAITING_FOR_PART, fact.at)
    else:
        resume_clocks(progress, PauseReason.WAITING_FOR_PART, fact.at)


def _no_visit(progress: CaseProgress, at: datetime) -> None:
    drop_clocks(progress, ClockName.DISPATCH, ClockName.ON_SITE)
    stop_clock(progress, ClockName.RESOLVE, at)


def _await_confirmation(progress: CaseProgress, now: datetime) -> None:
    due = now + progress.terms.confirm_within
    open_step(progress, CaseState.CONFIRMING, "confirm", Role.CUSTOMER, now, due, escalates=False)


def _plan_call_back(progress: CaseProgress, now: datetime) -> None:
    progress.call_back_from = now + progress.terms.call_back_after
    due = progress.call_back_from + progress.terms.call_back_within
    open_step(progress, CaseState.CALLING_BACK, "call_back", Role.AGENT, now, due, escalates=False)


def _reopen(progress: CaseProgress, at: datetime, now: datetime) -> None:
    progress.reopened += 1
    progress.call_back_from = None
    reopen_clock(progress, ClockName.RESOLVE, at)
    open_step(progress, CaseState.DIAGNOSING, "diagnose", Role.AGENT, now, now + progress.terms.diagnose_within)


def _close(progress: CaseProgress, state: CaseState, note: str) -> None:
    progress.state = state
    progress.step = None
    progress.closing_note = note


def _limit(field: str, text: str) -> None:
    if len(text) > MAX_TEXT:
        raise InvalidInputError(field, f"is longer than {MAX_TEXT} characters")
