"""Agents and customers: what each open step of a case makes them do, and when."""

from collections.abc import Callable
from datetime import datetime, timedelta

from domain.case import Diagnosis, Ruling
from domain.messages import (
    AnswerQuote,
    ClassifyCase,
    Command,
    CompleteRegistration,
    ConfirmCase,
    DecideCase,
    RecordCallBack,
    RecordDiagnosis,
    SettleHandOver,
)
from domain.people import Actor, Role
from domain.registration import Classification
from domain.vocabulary import CaseKind, CaseState, Decision, Outcome, Warranty
from models.repositories.live import LiveCase
from samples.arrivals import classification_of
from samples.catalogue import symptom_of
from simulation.acts import Act, Message, command
from simulation.behaviour import Behaviour
from simulation.draws import Draws, world_key
from simulation.hours import next_open
from simulation.truth import needs_of, truth_of, work_of

CUSTOMER_AWAKE = (7, 22)
CALLS_FROM_TO = (9, 18)
AGENTS = tuple(Actor(Role.AGENT, f"agent-{n}") for n in (1, 2, 3))
OPERATIONS = Actor(Role.OPERATIONS, "operations-1")
_VISIT_CENTS, _CENTS_PER_MINUTE = 6_900, 150

Build = Callable[[Command], Message]


class Office:
    """Everybody who works on cases without leaving the desk, and the customers at the other end.

    The hotline is staffed around the clock; customers answer by day, and are called back by day.
    """

    def __init__(self, draws: Draws, behaviour: Behaviour, time_zone: str) -> None:
        """Sets the world's chance, the people's habits and the zone that their days follow."""
        self._draws = draws
        self._behaviour = behaviour
        self._zone = time_zone

    def act(self, case: LiveCase) -> Act | None:
        """What the person whose turn it is will do, and when; None when nobody here will do anything."""
        match case.state:
            case CaseState.REGISTERING:
                return self._agent(case, self._behaviour.complete, lambda head: CompleteRegistration(head, case.given))
            case CaseState.CLASSIFYING:
                given = self._classification(case)
                return self._agent(case, self._behaviour.classify, lambda head: ClassifyCase(head, given))
            case CaseState.DIAGNOSING:
                diagnosis = self._diagnosis(case)
                return self._agent(case, self._behaviour.diagnose, lambda head: RecordDiagnosis(head, diagnosis))
            case CaseState.DECIDING:
                ruling = self._ruling(case)
                return self._agent(case, self._behaviour.decide, lambda head: DecideCase(head, ruling))
            case CaseState.QUOTING:
                return self._answer_quote(case)
            case CaseState.HANDED_OVER:
                at = self._after(case, self._behaviour.settle)
                return self._act(case, OPERATIONS, at, lambda head: SettleHandOver(head, Outcome.FIXED, "Exchanged"))
            case CaseState.CONFIRMING:
                return self._confirm(case)
            case CaseState.CALLING_BACK:
                return self._call_back(case)
            case _:
                return None

    def _classification(self, case: LiveCase) -> Classification:
        symptom = symptom_of(case.given.product_model, case.given.symptom)
        if symptom is not None:
            return classification_of(symptom)
        return case.given.classification or Classification(severity=case.severity)

    def _diagnosis(self, case: LiveCase) -> Diagnosis:
        truth = truth_of(self._draws, case.id, work_of(case.given), self._behaviour)
        # A case that comes back is looked at on site.
        solved = truth.remote and case.outcome is None and not case.reopened
        return Diagnosis("Solved with the customer on the phone" if solved else "Needs somebody on site", solved)

    def _ruling(self, case: LiveCase) -> Ruling:
        if case.outcome is Outcome.BEYOND_REPAIR:
            return Ruling(Decision.EXCHANGE)
        if case.quoted and case.outcome is None and not case.reopened:
            return Ruling(Decision.REFUSAL, reason="The customer does not accept the price.")
        work = work_of(case.given)
        truth = truth_of(self._draws, case.id, work, self._behaviour)
        needs = needs_of(work, truth, found=case.outcome is Outcome.PART_MISSING)
        payable = case.warranty is Warranty.EXPIRED and case.kind is CaseKind.FAULT and case.outcome is None
        return Ruling(Decision.ON_SITE, needs, _VISIT_CENTS + _CENTS_PER_MINUTE * work.minutes if payable else 0)

    def _answer_quote(self, case: LiveCase) -> Act:
        key = ("quote", world_key(case.id), case.number)
        if self._draws.chance(self._behaviour.quote_ignored, "ignored", *key):
            # Asked again after the time has run out, the customer says no: no case hangs for ever on a letter.
            at = self._awake(case.due + timedelta(hours=4))
            return self._customer(case, at, lambda head: AnswerQuote(head, accepted=False))
        accepted = not self._draws.chance(self._behaviour.quote_refused, *key)
        at = self._awake(self._after(case, self._behaviour.quote_answer))
        return self._customer(case, at, lambda head: AnswerQuote(head, accepted))

    def _confirm(self, case: LiveCase) -> Act | None:
        key = (world_key(case.id), case.number)
        if self._draws.chance(self._behaviour.never_confirms, "silent", *key):
            return None
        solved = not self._draws.chance(self._behaviour.reopens, "reopens", *key)
        at = self._awake(self._after(case, self._behaviour.confirm))
        return self._customer(case, at, lambda head: ConfirmCase(head, solved))

    def _call_back(self, case: LiveCase) -> Act:
        draw = self._draws.of("call back", world_key(case.id), case.number)
        reached = draw.random() >= self._behaviour.not_reached
        back = draw.random() < self._behaviour.fault_returns and reached
        answer = draw.choices((1, 2, 3, 4, 5), self._behaviour.satisfaction)[0] if reached else None
        late = self._after(case, self._behaviour.call_back) - case.since
        at = next_open((case.call_back_from or case.since) + late, self._zone, *CALLS_FROM_TO)
        return self._act(case, self._owner(case), at, lambda head: RecordCallBack(head, back, answer))

    def _agent(self, case: LiveCase, usual: timedelta, build: Build) -> Act:
        return self._act(case, self._owner(case), self._after(case, usual), build)

    def _customer(self, case: LiveCase, at: datetime, build: Build) -> Act:
        return self._act(case, Actor(Role.CUSTOMER, f"customer-of-{case.id}"), at, build)

    def _act(self, case: LiveCase, who: Actor, at: datetime, build: Build) -> Act:
        return Act(case.id, at, build(command(case.step, case.id, case.number, who, at)))

    def _owner(self, case: LiveCase) -> Actor:
        return self._draws.of("owner", world_key(case.id)).choice(AGENTS)

    def _after(self, case: LiveCase, usual: timedelta) -> datetime:
        delay = self._draws.delay(usual, self._behaviour.spread, case.step, world_key(case.id), case.number)
        return case.since + delay

    def _awake(self, moment: datetime) -> datetime:
        return next_open(moment, self._zone, *CUSTOMER_AWAKE)
