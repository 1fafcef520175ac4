"""Every payload that crosses Temporal. Additive only: new fields get defaults, none is renamed or removed.

Commands come from people as updates; facts come from other workflows as signals; the rest are activity inputs
and results. Each is one frozen dataclass.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.because import Because
from domain.case import CaseProgress, Diagnosis, Ruling, VisitNeeds
from domain.clock import PauseReason
from domain.ids import (
    AttachmentId,
    BookingId,
    CaseId,
    CommandId,
    EngineerId,
    LocationId,
    PlanId,
    ReservationId,
    Sku,
    TerritoryId,
    VisitId,
)
from domain.parts import ReservationFact
from domain.people import SYSTEM, Actor
from domain.policy import CaseTerms
from domain.registration import ArrivalWindow, Classification, FieldProblem, Registration
from domain.timebase import REAL_TIME, Timebase
from domain.visit import Booking, VisitProgress, VisitReport
from domain.visit import TerritoryChanged as TerritoryChanged
from domain.visit import VisitFact as VisitFact
from domain.vocabulary import (
    AttachmentKind,
    DeclineReason,
    Outcome,
    PinKind,
    ReservationState,
    Severity,
    Warranty,
    WriteOffReason,
)

MAX_EVENTS = 4_000  # a workflow continues as new beyond this; the server would suggest it at 4,096

# --- shared --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Command:
    """The head of every command.

    Attributes:
        id: The caller's id; the same id twice changes nothing the second time.
        at: When the person acted (a phone that was offline sends it later); None means now. Never in the future.
    """

    id: CommandId
    actor: Actor
    at: datetime | None = None


EventData = Mapping[str, str | int | float | bool | None]


@dataclass(frozen=True)
class EventDraft:
    """One row of the audit: what happened, when, by whom, and why. ``data`` holds no contact data."""

    kind: str
    at: datetime
    actor: Actor = SYSTEM
    data: EventData = field(default_factory=dict)
    because: tuple[Because, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """The answer to a command: where the case or visit stands now."""

    id: str
    state: str
    version: int
    next_step: str = ""
    responsible: str = ""
    due_at: datetime | None = None


# --- case ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CaseStart:
    """Input of ``ServiceCaseWorkflow``. ``registration`` is given once, ``progress`` after continue-as-new."""

    case_id: CaseId
    opened_at: datetime
    command: Command
    registration: Registration | None = None
    timebase: Timebase = REAL_TIME
    territory: TerritoryId | None = None
    progress: CaseProgress | None = None
    max_events: int = MAX_EVENTS


@dataclass(frozen=True)
class RegisterCase:
    """Write customer, contact, site, product and case in one transaction. Key: (case workflow id, command id)."""

    case_id: CaseId
    command_id: CommandId
    actor: Actor
    opened_at: datetime
    now: datetime
    registration: Registration
    territory: TerritoryId | None = None


@dataclass(frozen=True)
class RegisteredCase:
    """What registration found out. With ``problems`` the case stays open for completion."""

    territory: TerritoryId
    warranty: Warranty
    terms: CaseTerms
    repeat_of: CaseId | None = None
    problems: tuple[FieldProblem, ...] = ()


@dataclass(frozen=True)
class ResolveTerms:
    """Ask what a classified case is promised."""

    case_id: CaseId
    classification: Classification
    warranty: Warranty
    now: datetime


@dataclass(frozen=True)
class CaseChange:
    """A case's new state and the events that explain it, written in one transaction.

    Key: (``workflow_id``, ``command_id``); a second write with the same key changes nothing.
    """

    workflow_id: str
    command_id: CommandId
    progress: CaseProgress
    events: tuple[EventDraft, ...]
    now: datetime


@dataclass(frozen=True)
class CompleteRegistration:
    """Update ``complete_registration``: the registration again, complete."""

    command: Command
    registration: Registration


@dataclass(frozen=True)
class ClassifyCase:
    """Update ``classify``: kind, category, severity."""

    command: Command
    classification: Classification


@dataclass(frozen=True)
class RecordDiagnosis:
    """Update ``diagnose``: findings of the remote diagnosis."""

    command: Command
    diagnosis: Diagnosis


@dataclass(frozen=True)
class DecideCase:
    """Update ``decide``: how the case goes on."""

    command: Command
    ruling: Ruling


@dataclass(frozen=True)
class AnswerQuote:
    """Update ``answer_quote``: the customer accepts or refuses the price."""

    command: Command
    accepted: bool


@dataclass(frozen=True)
class SettleHandOver:
    """Update ``settle``: a depot repair or exchange, followed outside, has come to its end."""

    command: Command
    outcome: Outcome
    note: str


@dataclass(frozen=True)
class ConfirmCase:
    """Update ``confirm``: the customer confirms that the case is solved, or reopens it."""

    command: Command
    solved: bool
    note: str = ""


@dataclass(frozen=True)
class RecordCallBack:
    """Update ``call_back``: the call after some days. Satisfaction is 1 (bad) to 5 (good), None if not reached."""

    command: Command
    fault_is_back: bool = False
    satisfaction: int | None = None


@dataclass(frozen=True)
class PauseCase:
    """Updates ``pause`` and ``resume``: the clocks, with a reason."""

    command: Command
    reason: PauseReason


@dataclass(frozen=True)
class CancelCase:
    """Update ``cancel``: the customer no longer wants it, or it was a mistake."""

    command: Command
    reason: str


@dataclass(frozen=True)
class AddNote:
    """Update ``note``: a remark in the timeline."""

    command: Command
    text: str


@dataclass(frozen=True)
class ChooseSlot:
    """Update ``choose_slot`` of a case or of its open visit: the window in which the customer lets the engineer in."""

    command: Command
    window: ArrivalWindow


@dataclass(frozen=True)
class AttachFile:
    """Update ``attach``: a photo, signature or document. Its content is in the record already, not in here."""

    command: Command
    attachment_id: AttachmentId
    kind: AttachmentKind
    media_type: str
    size: int
    visit_id: VisitId | None = None


@dataclass(frozen=True)
class RateCase:
    """Update ``rate``: how satisfied the customer is, 1 (bad) to 5 (good)."""

    command: Command
    satisfaction: int
    comment: str = ""


@dataclass(frozen=True)
class AskForTime:
    """Update ``ask_for_time``: when the customer would rather let the engineer in. A dispatcher decides."""

    command: Command
    windows: tuple[ArrivalWindow, ...]
    note: str = ""


@dataclass(frozen=True)
class CaseView:
    """Query ``view``: the case as its workflow sees it."""

    progress: CaseProgress
    now: datetime
    sla: str


# --- visit ---------------------------------------------------------------------------------------------------


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


# --- parts ---------------------------------------------------------------------------------------------------


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


# --- territory -----------------------------------------------------------------------------------------------


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
class PlanRequest:
    """Optimise a territory: load what is, solve, check, store a draft.

    Attributes:
        number: The territory's count of plans; with the territory it is the plan's id, so a retry stores once.
        hold: Every published booking stays where it is; only new visits are placed.
    """

    territory: TerritoryId
    number: int
    now: datetime
    reason: str
    speed: float = 1.0
    hold: bool = False
    because: tuple[Because, ...] = ()


@dataclass(frozen=True)
class PlanningTerms:
    """What a territory's policy says about planning, read before each round.

    ``last_number`` is that of its newest plan in the record: a territory whose workflow began anew counts on from it.
    """

    gather: timedelta
    retry_after: timedelta
    max_moves: int
    last_number: int = 0


@dataclass(frozen=True)
class PlanOutcome:
    """What an optimisation found: a stored draft."""

    plan_id: PlanId
    added: int
    moved: int
    unassigned: int
    open_visits: int
    cost: int


@dataclass(frozen=True)
class PublishRequest:
    """Publish a draft. Each visit's version is checked; what changed meanwhile is left alone.

    With ``recall`` nothing is published any more; the answer is what was, if the draft was published before.
    """

    territory: TerritoryId
    plan_id: PlanId
    now: datetime
    actor: Actor = SYSTEM
    recall: bool = False


@dataclass(frozen=True)
class PublishOutcome:
    """What publishing did: bookings made or changed, visits left alone because they changed meanwhile."""

    plan_id: PlanId
    changes: tuple[BookingChanged, ...]
    left_alone: tuple[VisitId, ...]
    unassigned: int
    predictions: tuple[Predicted, ...] = ()


@dataclass(frozen=True)
class PredictRequest:
    """Recompute predicted times of a territory's published bookings from where its engineers are."""

    territory: TerritoryId
    now: datetime


@dataclass(frozen=True)
class PredictOutcome:
    """Predictions that changed by more than the policy's tolerance."""

    predictions: tuple[Predicted, ...]


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
class ReceiveStock:
    """Update ``receive_stock``: parts came into a stock location."""

    command: Command
    location: LocationId
    sku: Sku
    quantity: int
    serials: tuple[str, ...] = ()


@dataclass(frozen=True)
class TransferStock:
    """Update ``transfer_stock``: units go from one stock location to another; ``note`` says why, and may be empty."""

    command: Command
    location: LocationId
    to: LocationId
    sku: Sku
    quantity: int
    serials: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class WriteOffStock:
    """Update ``write_off_stock``: units are broken, lost or expired.

    ``release`` takes them even from visits that hold them; those lose their place and are planned anew.
    """

    command: Command
    location: LocationId
    sku: Sku
    quantity: int
    reason: WriteOffReason
    note: str
    serials: tuple[str, ...] = ()
    release: bool = False


@dataclass(frozen=True)
class CountStock:
    """Update ``count_stock``: so many units lie at a location, those included that are held for visits.

    What was sent to a visit already does not lie there. ``release`` as in ``WriteOffStock``.
    """

    command: Command
    location: LocationId
    sku: Sku
    counted: int
    serials: tuple[str, ...] = ()
    note: str = ""
    release: bool = False


@dataclass(frozen=True)
class PublishDraft:
    """Update ``publish_draft``: a dispatcher publishes a draft that was held back."""

    command: Command
    plan_id: PlanId


@dataclass(frozen=True)
class DraftMove:
    """Where a visit should go; without engineer and arrival off the plan.

    ``pin`` is what planning may not change afterwards; None means both.
    """

    visit_id: VisitId
    engineer: EngineerId | None = None
    arrival: datetime | None = None
    pin: PinKind | None = None


@dataclass(frozen=True)
class ChangeDraft:
    """Update ``change_draft``: a dispatcher moves visits in the territory's draft.

    ``base_version`` is the draft that the dispatcher saw; a newer one refuses the change.
    """

    command: Command
    moves: tuple[DraftMove, ...]
    base_version: int


@dataclass(frozen=True)
class UndoDraft:
    """Update ``undo_draft``: the dispatcher's own last change of the draft is taken back."""

    command: Command


@dataclass(frozen=True)
class DiscardDraft:
    """Update ``discard_draft``: nothing of the draft is kept.

    Attributes:
        base_version: The draft that was looked at; None takes whatever is in it.
    """

    command: Command
    base_version: int | None = None


@dataclass(frozen=True)
class PublishMoves:
    """Update ``publish_moves``: the draft's moves become bookings; all, or those of some visits.

    Attributes:
        base_version: The draft that was looked at; None takes whatever is in it.
        because: Empty when the dispatcher gave the reason.
    """

    command: Command
    reason: str
    visit_ids: tuple[VisitId, ...] | None = None
    base_version: int | None = None
    because: tuple[Because, ...] = ()


@dataclass(frozen=True)
class PinVisit:
    """Update ``pin_visit``: what planning may not change about a visit's booking; None sets it free."""

    command: Command
    visit_id: VisitId
    kind: PinKind | None = None


@dataclass(frozen=True)
class ChangeDraftRequest:
    """Activity input behind ``change_draft``. Key: (territory workflow id, command id)."""

    territory: TerritoryId
    change: ChangeDraft
    now: datetime


@dataclass(frozen=True)
class DraftRequest:
    """Activity input behind ``undo_draft`` and ``discard_draft``. Key: (territory workflow id, command id)."""

    territory: TerritoryId
    command: Command
    now: datetime
    base_version: int | None = None


@dataclass(frozen=True)
class DraftOutcome:
    """The draft's version after a change."""

    version: int


@dataclass(frozen=True)
class PublishMovesRequest:
    """Activity input behind ``publish_moves``. Key: (territory workflow id, command id)."""

    territory: TerritoryId
    moves: PublishMoves
    now: datetime


@dataclass(frozen=True)
class LeftAlone:
    """A visit that was not moved, and why."""

    visit_id: VisitId
    why: str
    because: tuple[Because, ...] = ()


@dataclass(frozen=True)
class MovesOutcome:
    """What publishing moves did: bookings made or changed, and what was left alone."""

    version: int
    changes: tuple[BookingChanged, ...] = ()
    left_alone: tuple[LeftAlone, ...] = ()


@dataclass(frozen=True)
class MovesReceipt(Receipt):
    """The answer to ``publish_moves``; ``moved`` names those too that had to follow."""

    moved: tuple[VisitId, ...] = ()
    left_alone: tuple[LeftAlone, ...] = ()


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
class StockRequest:
    """Activity input behind ``receive_stock``. Key: (territory workflow id, command id)."""

    territory: TerritoryId
    receipt: ReceiveStock
    now: datetime


@dataclass(frozen=True)
class TransferRequest:
    """Activity input behind ``transfer_stock``. Key: (source location, command id)."""

    territory: TerritoryId
    transfer: TransferStock
    now: datetime


@dataclass(frozen=True)
class WriteOffRequest:
    """Activity input behind ``write_off_stock``. Key: (location, command id)."""

    territory: TerritoryId
    write_off: WriteOffStock
    now: datetime


@dataclass(frozen=True)
class CountRequest:
    """Activity input behind ``count_stock``. Key: (location, command id)."""

    territory: TerritoryId
    count: CountStock
    now: datetime


@dataclass(frozen=True)
class StockKept:
    """Result of a transfer, a write-off or a count: who must hear of it.

    Attributes:
        planners: The territories whose plans may count on the stock that changed; none when nothing changed.
        changes: Visits that lost their place because their parts are gone.
    """

    planners: tuple[TerritoryId, ...] = ()
    changes: tuple[BookingChanged, ...] = ()


@dataclass(frozen=True)
class Bookings:
    """Result of a command that changed bookings: whom to tell."""

    changes: tuple[BookingChanged, ...] = ()


@dataclass(frozen=True)
class TerritoryView:
    """Query ``view``: what the territory waits for."""

    progress: TerritoryProgress
    now: datetime


# --- what leaves the house -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deliver:
    """Input of ``DeliveryWorkflow`` and of its activities: one message, or one call of a webhook.

    Attributes:
        what: ``message`` or ``webhook``.
        number: Its row in the record, which holds everything else; no address crosses Temporal.
    """

    what: str
    number: int
