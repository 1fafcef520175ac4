"""What a case is told and asked, and what its workflow has done."""

from dataclasses import dataclass
from datetime import datetime

from domain.case import CaseProgress, Diagnosis, Ruling
from domain.clock import PauseReason
from domain.ids import AttachmentId, CaseId, CommandId, TerritoryId, VisitId
from domain.messages.shared import MAX_EVENTS, Command, EventDraft
from domain.people import Actor
from domain.policy import CaseTerms
from domain.registration import ArrivalWindow, Classification, FieldProblem, Registration
from domain.timebase import REAL_TIME, Timebase
from domain.vocabulary import AttachmentKind, Outcome, Warranty


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
