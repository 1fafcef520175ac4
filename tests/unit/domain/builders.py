"""Builders for cases and visits in the middle of their story."""

from datetime import UTC, datetime, timedelta

from domain import case_steps, visit_steps
from domain.calendars import ALWAYS
from domain.case import CaseProgress, Diagnosis, Ruling, VisitNeeds
from domain.ids import BookingId, CaseId, CommandId, EngineerId, TerritoryId, VisitId
from domain.messages import (
    BookingChanged,
    ClassifyCase,
    Command,
    DecideCase,
    RecordDiagnosis,
    RegisteredCase,
)
from domain.people import Actor, Role
from domain.policy import CaseTerms, ServicePolicy, resolve_terms
from domain.registration import Classification, ContactDraft, Registration, SiteDraft
from domain.visit import Booking, VisitProgress
from domain.vocabulary import CaseKind, Channel, Decision, Severity, Warranty

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
AGENT = Actor(Role.AGENT, "agent-1")
CUSTOMER = Actor(Role.CUSTOMER, "customer-1")
ENGINEER = Actor(Role.ENGINEER, "E1")


def a_command(number: int = 1, actor: Actor = AGENT, at: datetime | None = None) -> Command:
    return Command(CommandId(f"c{number}"), actor, at)


def the_terms(severity: Severity = Severity.MEDIUM, warranty: Warranty = Warranty.COVERED) -> CaseTerms:
    return resolve_terms(ServicePolicy(), CaseKind.FAULT, severity, warranty, ALWAYS)


def a_registration(**changes: object) -> Registration:
    given = {
        "channel": Channel.PHONE,
        "symptom": "does not heat",
        "contact": ContactDraft(name="Test Person", phone="+49 40 123456"),
        "site": SiteDraft(latitude=53.55, longitude=9.99),
        "product_model": "HP-1",
    }
    return Registration(**{**given, **changes})


def a_registered_case(warranty: Warranty = Warranty.COVERED) -> CaseProgress:
    progress = CaseProgress(CaseId("C-1"), NOON)
    found = RegisteredCase(TerritoryId("T1"), warranty, the_terms(warranty=warranty))
    case_steps.register(progress, a_registration(), found, AGENT, NOON)
    return progress


def a_diagnosing_case(warranty: Warranty = Warranty.COVERED) -> CaseProgress:
    progress = a_registered_case(warranty)
    at = NOON + 5 * MINUTE
    case_steps.classify(progress, ClassifyCase(a_command(2), Classification()), the_terms(warranty=warranty), at, at)
    return progress


def a_deciding_case(warranty: Warranty = Warranty.COVERED) -> CaseProgress:
    progress = a_diagnosing_case(warranty)
    at = NOON + 20 * MINUTE
    case_steps.diagnose(progress, RecordDiagnosis(a_command(3), Diagnosis("pump blocked")), at, at)
    return progress


def a_visiting_case(**needs: object) -> CaseProgress:
    progress = a_deciding_case()
    at = NOON + 30 * MINUTE
    ruling = Ruling(Decision.ON_SITE, VisitNeeds(**needs))
    case_steps.decide(progress, DecideCase(a_command(4), ruling), at, at)
    return progress


def a_visit(**changes: object) -> VisitProgress:
    given = {
        "visit_id": VisitId("C-1-V1"),
        "case_id": CaseId("C-1"),
        "territory": TerritoryId("T1"),
        "severity": Severity.MEDIUM,
        "terms": the_terms(),
        "needs": VisitNeeds(),
        "dispatch_due": NOON + 8 * HOUR,
    }
    progress = VisitProgress(**{**given, **changes})
    visit_steps.request(progress, NOON)
    return progress


def a_booking(arrival: datetime = NOON + 5 * HOUR, number: int = 1, **changes: object) -> Booking:
    given = {
        "id": BookingId(f"C-1-V1-B{number}"),
        "engineer": EngineerId("E1"),
        "arrival": arrival,
        "finish": arrival + HOUR,
        "travel": 20 * MINUTE,
    }
    return Booking(**{**given, **changes})


def a_booked_visit(booking: Booking | None = None) -> VisitProgress:
    progress = a_visit()
    progress.to_wake = None  # sent by then
    visit_steps.change_booking(progress, BookingChanged(progress.visit_id, booking or a_booking(), "planned"), NOON)
    return progress
