"""Cases, visits and engineers for tests of the simulation, with only what a test is about left to say."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.case import VisitNeeds
from domain.ids import BookingId, CaseId, EngineerId, TerritoryId, VisitId
from domain.registration import Classification, Registration
from domain.vocabulary import CaseState, Channel, Severity, VisitState, Warranty
from domain.world import Point
from models.repositories.live import LiveCase, LiveVisit
from models.repositories.live_field import LiveEngineer, LiveShift
from simulation.records import CaseRecord, ShiftRecord, VisitRecord

NOON = datetime(2014, 12, 11, 20, 0, tzinfo=UTC)  # 12:00 in San Francisco
HOME, NEAR, FAR = Point(37.70, -122.40), Point(37.75, -122.42), Point(37.78, -122.45)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def a_request(**changes: Any) -> Registration:
    given: dict[str, Any] = {
        "channel": Channel.PHONE,
        "symptom": "Flooding: On_street",
        "product_model": "SEWER",
        "classification": Classification(severity=Severity.MEDIUM),
        "suggested_skills": {"sewer": 2},
        "suggested_minutes": 75,
    }
    return Registration(**{**given, **changes})


def a_case(state: CaseState, **changes: Any) -> LiveCase:
    given: dict[str, Any] = {
        "id": CaseId("SIM-C.241450"),
        "territory": TerritoryId("SIM-C"),
        "state": state,
        "step": "step",
        "number": 1,
        "since": NOON,
        "due": NOON + HOUR,
        "version": 4,
        "severity": Severity.MEDIUM,
        "warranty": Warranty.UNKNOWN,
        "given": a_request(),
    }
    return LiveCase(**{**given, **changes})


def a_visit(state: VisitState, **changes: Any) -> LiveVisit:
    given: dict[str, Any] = {
        "id": VisitId("SIM-C.241450-V1"),
        "case_id": CaseId("SIM-C.241450"),
        "territory": TerritoryId("SIM-C"),
        "severity": Severity.MEDIUM,
        "state": state,
        "number": 2,
        "since": NOON,
        "version": 3,
        "site": NEAR,
        "needs": VisitNeeds(75 * MINUTE, {"sewer": 2}),
        "offers": 1,
        "engineer": EngineerId("C.E01"),
        "booking": BookingId("SIM-C.241450-V1-B1"),
        "arrival": NOON + 2 * HOUR,
        "finish": NOON + 2 * HOUR + 75 * MINUTE,
        "travel": 20 * MINUTE,
    }
    return LiveVisit(**{**given, **changes})


def an_engineer(**changes: Any) -> LiveEngineer:
    given: dict[str, Any] = {
        "id": EngineerId("C.E01"),
        "territory": TerritoryId("SIM-C"),
        "home": HOME,
        "shifts": (LiveShift(NOON - 4 * HOUR, NOON + 5 * HOUR, "day"),),
    }
    return LiveEngineer(**{**given, **changes})


def a_case_record(number: int, **changes: Any) -> CaseRecord:
    given: dict[str, Any] = {
        "id": CaseId(f"SIM-C.{number}"),
        "state": CaseState.ARCHIVED,
        "severity": Severity.MEDIUM,
        "opened_at": NOON,
    }
    return CaseRecord(**{**given, **changes})


def a_done_visit(case: int, departed: datetime, travel: timedelta, work: timedelta, **changes: Any) -> VisitRecord:
    given: dict[str, Any] = {
        "id": VisitId(f"SIM-C.{case}-V1"),
        "case_id": CaseId(f"SIM-C.{case}"),
        "number": 1,
        "state": VisitState.DONE,
        "site": NEAR,
        "engineer": EngineerId("C.E01"),
        "departed_at": departed,
        "arrived_at": departed + travel,
        "finished_at": departed + travel + work,
    }
    return VisitRecord(**{**given, **changes})


def a_shift(start: datetime = NOON, hours: float = 8, **changes: Any) -> ShiftRecord:
    given: dict[str, Any] = {
        "engineer": EngineerId("C.E01"),
        "name": "Ana Ruiz",
        "home": HOME,
        "start": start,
        "end": start + timedelta(hours=hours),
    }
    return ShiftRecord(**{**given, **changes})
