"""What the order of a visit's parts is told, and what it tells."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import CaseId, CommandId, ReservationId, VisitId
from domain.messages.shared import Command, EventDraft
from domain.parts import ReservationFact
from domain.policy import CaseTerms
from domain.timebase import REAL_TIME, Timebase
from domain.vocabulary import ReservationState


@dataclass(frozen=True)
class PartsOrderStart:
    """Input of ``PartsOrderWorkflow``: one reservation of one visit."""

    reservation: ReservationFact
    visit_id: VisitId
    case_id: CaseId
    terms: CaseTerms
    timebase: Timebase = REAL_TIME


@dataclass(frozen=True)
class ReservationChange:
    """Move a reservation to another state, with its event. Key: (``workflow_id``, ``command_id``)."""

    workflow_id: str
    command_id: CommandId
    reservation_id: ReservationId
    case_id: CaseId
    visit_id: VisitId
    state: ReservationState
    event: EventDraft
    now: datetime


@dataclass(frozen=True)
class PartReceived:
    """Update ``received``: a shipped part has arrived."""

    command: Command


@dataclass(frozen=True)
class PartsOrderEnd:
    """Signal ``end``: the visit consumed the part, or no longer needs it."""

    consumed: bool


@dataclass(frozen=True)
class PartFact:
    """Signal ``part_changed`` to a visit: a shipped part is ready, or late."""

    reservation_id: ReservationId
    state: ReservationState
    at: datetime
    late: bool = False
