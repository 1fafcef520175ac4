"""A visit: its state in the workflow, and what bookings, offers and the field make of it. Pure functions of time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.allowed import VISIT_STATES
from domain.because import Because, BecauseCode, told
from domain.case import VisitNeeds
from domain.errors import StaleBookingError, WrongStateError
from domain.escalation import Rung
from domain.ids import BookingId, CaseId, EngineerId, ReservationId, TerritoryId, VisitId
from domain.parts import PartNeed, PartUsed, ReservationFact
from domain.people import Role
from domain.policy import CaseTerms
from domain.registration import ArrivalWindow
from domain.steps import Announcement, OpenStep, responsible_at, step_announcements
from domain.vocabulary import Outcome, Severity, VisitState


@dataclass(frozen=True)
class Booking:
    """A visit's place in the published plan.

    Attributes:
        arrival: Planned start of work on site; departure is ``travel`` earlier.
        finish: Planned end of work.
        window: The arrival window that the customer is told.
        reservations: Parts that the booking holds.
    """

    id: BookingId
    engineer: EngineerId
    arrival: datetime
    finish: datetime
    travel: timedelta = timedelta(0)
    window: ArrivalWindow | None = None
    reservations: tuple[ReservationFact, ...] = ()


@dataclass(frozen=True)
class Reading:
    """Something that was measured: ``Supply pressure`` and ``2.1 bar``."""

    name: str
    value: str


@dataclass(frozen=True)
class CheckAnswer:
    """The answer to an item of the visit's checklist: ``done``, a number such as ``2.1``, or an option's id."""

    item: str
    answer: str


@dataclass(frozen=True)
class VisitReport:
    """What an engineer reports when the work ends (the service report).

    Attributes:
        needed_parts: What a further visit must bring.
        labour: Time worked.
        checklist: The answers to the visit's checklist, in any order.
    """

    outcome: Outcome
    work_done: str = ""
    parts_used: tuple[PartUsed, ...] = ()
    needed_parts: tuple[PartNeed, ...] = ()
    labour: timedelta = timedelta(0)
    signed_by_customer: bool = False
    readings: tuple[Reading, ...] = ()
    checklist: tuple[CheckAnswer, ...] = ()


@dataclass(frozen=True)
class VisitFact:
    """Signal ``visit_changed`` to the case: how far its visit is.

    Attributes:
        sequence: Counts a visit's facts, so that a repeated one changes nothing.
        accept_by: When the plan expects the engineer to have accepted.
        arrival, finish: Predicted or actual times.
        travel: The way to the site, for the costs.
        split_off: What is left for a second visit, said once, when a dispatcher has split this one.
    """

    visit_id: VisitId
    sequence: int
    state: VisitState
    at: datetime
    engineer: EngineerId | None = None
    accept_by: datetime | None = None
    arrival: datetime | None = None
    finish: datetime | None = None
    report: VisitReport | None = None
    travel: timedelta = timedelta(0)
    parts_cents: int = 0
    waiting_for_part: bool = False
    split_off: VisitNeeds | None = None


@dataclass(frozen=True)
class TerritoryChanged:
    """Signal ``changed`` to the territory: something that its plan depends on.

    With ``prediction_only`` the plan itself may stand and only its predicted times are computed anew.
    """

    reason: str
    prediction_only: bool = False
    because: tuple[Because, ...] = ()


@dataclass
class VisitProgress:
    """Everything that the next decision about a visit needs.

    Attributes:
        checklists_seen: The edition of the checklists that the engineer had at hand on arrival, if it is known.
        after: The first part of the job, of which this visit is the second.
        is_split: Whether this visit is the first part of a job that a second visit goes on with.
    """

    visit_id: VisitId
    case_id: CaseId
    territory: TerritoryId
    severity: Severity
    terms: CaseTerms
    needs: VisitNeeds
    state: VisitState = VisitState.REQUESTED
    step: OpenStep | None = None
    responsible: Role = Role.DISPATCHER
    dispatch_due: datetime | None = None
    on_site_due: datetime | None = None
    resolve_due: datetime | None = None
    predicted_arrival: datetime | None = None
    predicted_finish: datetime | None = None
    booking: Booking | None = None
    bookings: int = 0
    preferred: EngineerId | None = None
    excluded: list[EngineerId] = field(default_factory=list)
    silent: list[EngineerId] = field(default_factory=list)
    offers: int = 0
    offered_at: datetime | None = None
    accepted_at: datetime | None = None
    departed_at: datetime | None = None
    arrived_at: datetime | None = None
    finished_at: datetime | None = None
    checklists_seen: int | None = None
    report: VisitReport | None = None
    parts_cents: int = 0
    parts_late: list[ReservationId] = field(default_factory=list)
    parts_ready: list[ReservationId] = field(default_factory=list)
    parts_orders: list[ReservationId] = field(default_factory=list)
    facts: int = 0
    to_tell: list[VisitFact] = field(default_factory=list)
    to_wake: TerritoryChanged | None = None
    steps_opened: int = 0
    announced: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    version: int = 0
    after: VisitId | None = None
    is_split: bool = False


def wake_up(visit: VisitId, because: Iterable[Because], *, prediction_only: bool = False) -> TerritoryChanged:
    """What the territory hears of a visit."""
    named = tuple(one.about(visit) for one in because)
    return TerritoryChanged(told(named), prediction_only, named)


def require(progress: VisitProgress, command: str) -> None:
    """Refuse a command that does not fit the visit's state.

    Raises:
        WrongStateError: The visit is in none of the states in which it is allowed.
    """
    allowed = VISIT_STATES[command]
    if progress.state not in allowed:
        raise WrongStateError("visit", progress.visit_id, progress.state, command, " or ".join(allowed))


def require_booking(progress: VisitProgress, given: BookingId | None) -> Booking:
    """The current booking, if it is the one that the caller looked at (None: the caller did not say).

    Raises:
        StaleBookingError: The visit is on another booking, or on none.
    """
    current = progress.booking
    if current is None or (given is not None and given != current.id):
        raise StaleBookingError(progress.visit_id, given or "none", current.id if current else None)
    return current


def open_step(
    progress: VisitProgress,
    state: VisitState,
    name: str,
    who: Role,
    now: datetime,
    due: datetime,
    *,
    escalates: bool = True,
) -> None:
    """Move to a state whose next step is ``name``, to be done by ``who`` until ``due``."""
    progress.steps_opened += 1
    progress.state = state
    progress.responsible = who
    progress.step = OpenStep(name, who, now, due, progress.steps_opened, escalates)


def offer_at(progress: VisitProgress) -> datetime:
    """When the booking must be offered to its engineer.

    Holding the offer back lets the plan still improve; it goes out ``offer_lead`` before departure, and in any
    case ``offer_margin`` before the dispatch promise ends.
    """
    booking = progress.booking
    assert booking is not None, "only a booked visit is offered"  # noqa: S101 - a programming error
    moment = booking.arrival - booking.travel - progress.terms.offer_lead
    if progress.dispatch_due is not None:
        moment = min(moment, progress.dispatch_due - progress.terms.offer_margin)
    return moment


def announcements(progress: VisitProgress, now: datetime) -> list[Announcement]:
    """Escalations of the open step that are due by now and were not announced."""
    return [a for a in _foreseen(progress) if a.at <= now and a.key not in progress.announced]


def next_announcement_at(progress: VisitProgress) -> datetime | None:
    """When the open step escalates next; None when nothing is open."""
    return min((a.at for a in _foreseen(progress) if a.key not in progress.announced), default=None)


def announce(progress: VisitProgress, said: Announcement) -> None:
    """Remember an escalation, and hand the step to whom it reaches.

    A visit that finds no engineer although some only stayed silent (it was night) may be offered to them again
    once the team lead knows of it: whoever did not hear the phone has not refused.
    """
    progress.announced.append(said.key)
    if progress.step:
        progress.responsible = responsible_at(progress.step, said.rung)
    if said.rung is Rung.TEAM_LEAD and progress.state is VisitState.REQUESTED and progress.silent:
        progress.excluded = [engineer for engineer in progress.excluded if engineer not in progress.silent]
        progress.silent = []
        progress.to_wake = wake_up(progress.visit_id, [Because(BecauseCode.FOR_EVERYBODY)])


def _foreseen(progress: VisitProgress) -> list[Announcement]:
    return step_announcements(progress.step, progress.terms.ladder) if progress.step else []
