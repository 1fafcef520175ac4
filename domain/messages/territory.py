"""What a territory is told and asked: absences, moves, pins."""

from dataclasses import dataclass
from datetime import datetime

from domain.because import Because
from domain.ids import EngineerId, PlanId, TerritoryId, VisitId
from domain.messages.shared import MAX_EVENTS, Command
from domain.messages.visit import BookingChanged
from domain.timebase import REAL_TIME, Timebase
from domain.visit import TerritoryChanged
from domain.vocabulary import PinKind


@dataclass(frozen=True)
class TerritoryProgress:
    """The state of a ``TerritoryWorkflow``: what changed since the last plan, and a few figures.

    ``because`` says the same as ``reasons``; it is empty in a progress from before there were codes.
    ``publishing`` is the plan that was handed to the record and whose visits have not all been told yet.
    """

    reasons: tuple[str, ...] = ()
    predictions_only: bool = True
    plans: int = 0
    last_planned: datetime | None = None
    unplanned: int = 0
    left_alone_rounds: int = 0
    seen: tuple[str, ...] = ()
    publishing: PlanId | None = None
    because: tuple[Because, ...] = ()


@dataclass(frozen=True)
class TerritoryStart:
    """Input of ``TerritoryWorkflow``."""

    territory: TerritoryId
    timebase: Timebase = REAL_TIME
    progress: TerritoryProgress = TerritoryProgress()
    max_events: int = MAX_EVENTS


@dataclass(frozen=True)
class RequestPlanning:
    """Activity input: wake the territory's workflow, starting it if need be."""

    territory: TerritoryId
    change: TerritoryChanged
    timebase: Timebase = REAL_TIME


@dataclass(frozen=True)
class ReportAbsence:
    """Update ``report_absence``: an engineer is away; bookings in that time are released and planned anew."""

    command: Command
    engineer: EngineerId
    start: datetime
    end: datetime
    kind: str = "sick"


@dataclass(frozen=True)
class MoveVisit:
    """Update ``move_visit``: a person moves a booking; the reason goes into the audit."""

    command: Command
    visit_id: VisitId
    engineer: EngineerId
    arrival: datetime
    reason: str


@dataclass(frozen=True)
class PinVisit:
    """Update ``pin_visit``: what planning may not change about a visit's booking; None sets it free."""

    command: Command
    visit_id: VisitId
    kind: PinKind | None = None


@dataclass(frozen=True)
class PinRequest:
    """Activity input behind ``pin_visit``. Key: (territory workflow id, command id)."""

    territory: TerritoryId
    pin: PinVisit
    now: datetime


@dataclass(frozen=True)
class AbsenceRequest:
    """Activity input behind ``report_absence``. Key: (territory workflow id, command id)."""

    territory: TerritoryId
    absence: ReportAbsence
    now: datetime


@dataclass(frozen=True)
class MoveRequest:
    """Activity input behind ``move_visit``. Key: (territory workflow id, command id)."""

    territory: TerritoryId
    move: MoveVisit
    now: datetime


@dataclass(frozen=True)
class Bookings:
    """Result of a command that changed bookings: whom to tell."""

    changes: tuple[BookingChanged, ...] = ()


@dataclass(frozen=True)
class TerritoryView:
    """Query ``view``: what the territory waits for."""

    progress: TerritoryProgress
    now: datetime
