"""What happened, as the report reads it from the record: cases, visits, shifts, plans of one dispatcher."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.clock import ClockName
from domain.ids import CaseId, EngineerId, VisitId
from domain.sla import SlaState
from domain.vocabulary import CaseState, Outcome, Severity, VisitState
from domain.world import Point


@dataclass(frozen=True)
class CaseRecord:
    """A case at the end of a run.

    Attributes:
        clocks: Where each promise stands.
        resolved_at: When the resolve clock stopped; None while it runs.
        next_step, responsible, due: What an open case waits for.
        reason: Why it is still open, in words; empty for a closed one.
    """

    id: CaseId
    state: CaseState
    severity: Severity
    opened_at: datetime
    clocks: Mapping[ClockName, SlaState] = field(default_factory=dict)
    resolved_at: datetime | None = None
    reopened: int = 0
    satisfaction: int | None = None
    next_step: str = ""
    responsible: str = ""
    due: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class VisitRecord:
    """A visit with its actual times, as far as it has come. ``number`` counts the visits of its case."""

    id: VisitId
    case_id: CaseId
    number: int
    state: VisitState
    site: Point
    engineer: EngineerId | None = None
    departed_at: datetime | None = None
    arrived_at: datetime | None = None
    finished_at: datetime | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True)
class ShiftRecord:
    """A shift; the engineer starts from home and goes home after it. ``pause_seconds`` is the length of the break."""

    engineer: EngineerId
    name: str
    home: Point
    start: datetime
    end: datetime
    pause_seconds: int = 0


@dataclass(frozen=True)
class PlanningRecord:
    """How often was planned, and how many published bookings a plan put elsewhere."""

    published: int = 0
    bookings_made: int = 0
    bookings_moved: int = 0


@dataclass(frozen=True)
class RunRecords:
    """Everything about one dispatcher."""

    cases: tuple[CaseRecord, ...] = ()
    visits: tuple[VisitRecord, ...] = ()
    shifts: tuple[ShiftRecord, ...] = ()
    planning: PlanningRecord = PlanningRecord()
