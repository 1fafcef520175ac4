"""What a visit is told and asked, and what its workflow has done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.because import Because
from domain.case import VisitNeeds
from domain.ids import BookingId, CaseId, CommandId, EngineerId, PlanId, Sku, TerritoryId, VisitId
from domain.messages.shared import MAX_EVENTS, Command, EventDraft
from domain.people import SYSTEM, Actor
from domain.policy import CaseTerms
from domain.timebase import REAL_TIME, Timebase
from domain.visit import Booking, VisitProgress, VisitReport
from domain.vocabulary import DeclineReason, Severity


@dataclass(frozen=True)
class VisitStart:
    """Input of ``VisitWorkflow``."""

    visit_id: VisitId
    case_id: CaseId
    territory: TerritoryId
    severity: Severity
    terms: CaseTerms
    needs: VisitNeeds
    timebase: Timebase = REAL_TIME
    preferred: EngineerId | None = None
    dispatch_due: datetime | None = None
    on_site_due: datetime | None = None
    resolve_due: datetime | None = None
    progress: VisitProgress | None = None
    max_events: int = MAX_EVENTS
    after: VisitId | None = None


@dataclass(frozen=True)
class VisitChange:
    """A visit's new state and its events, written in one transaction. Key: (``workflow_id``, ``command_id``).

    ``releases`` is the booking that the visit gives up. It must be the one in the record, if one is there: a newer
    one, published meanwhile, outdates the change.
    """

    workflow_id: str
    command_id: CommandId
    progress: VisitProgress
    events: tuple[EventDraft, ...]
    now: datetime
    releases: BookingId | None = None


@dataclass(frozen=True)
class RecordedVisit:
    """What recording a visit settled: the cost of the parts used, in cents."""

    parts_cents: int = 0


@dataclass(frozen=True)
class BookingChanged:
    """Signal ``booking_changed`` to a visit: published plan. ``booking`` None: ``released`` was taken off the plan."""

    visit_id: VisitId
    booking: Booking | None
    reason: str
    plan_id: PlanId | None = None
    case_id: CaseId = CaseId("")
    released: BookingId | None = None
    because: tuple[Because, ...] = ()


@dataclass(frozen=True)
class Predicted:
    """Signal ``predicted`` to a visit: the plan's new expectation; the booking itself stands."""

    visit_id: VisitId
    arrival: datetime
    finish: datetime


@dataclass(frozen=True)
class AcceptOffer:
    """Update ``accept``: the engineer takes the visit."""

    command: Command
    booking: BookingId | None = None


@dataclass(frozen=True)
class DeclineOffer:
    """Update ``decline``: the engineer does not take the visit."""

    command: Command
    reason: DeclineReason
    note: str = ""
    booking: BookingId | None = None


@dataclass(frozen=True)
class Depart:
    """Update ``depart``: on the way."""

    command: Command


@dataclass(frozen=True)
class Arrive:
    """Update ``arrive``: at the site. ``checklists`` is the edition of the checklists that the engineer has at hand."""

    command: Command
    checklists: int | None = None


@dataclass(frozen=True)
class FinishVisit:
    """Update ``finish``: the service report."""

    command: Command
    report: VisitReport


@dataclass(frozen=True)
class SplitVisit:
    """Update ``split``: a long job becomes two visits, the second after the first.

    Attributes:
        first, second: How long each takes on site.
        second_parts: Which of the visit's parts go to the second; all others stay with the first.
    """

    command: Command
    first: timedelta
    second: timedelta
    second_parts: tuple[Sku, ...] = ()


@dataclass(frozen=True)
class CancelVisit:
    """Signal ``cancel`` to a visit from its case. A visit that has started runs to its end."""

    reason: str
    actor: Actor = SYSTEM


@dataclass(frozen=True)
class VisitView:
    """Query ``view``: the visit as its workflow sees it."""

    progress: VisitProgress
    now: datetime
