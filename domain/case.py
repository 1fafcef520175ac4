"""A case: its state in the workflow, and what every step and command makes of it. Pure functions of time.

``CaseProgress`` is the whole state of one ``ServiceCaseWorkflow``. Workflow code copies it, lets a function of
this module change the copy, records the copy in PostgreSQL, and only then makes it the state: a refused record
leaves no trace.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain import clock as moves
from domain import sla
from domain.allowed import CASE_STATES
from domain.clock import Clock, ClockName, PauseReason
from domain.errors import InvalidInputError, WrongStateError
from domain.escalation import Rung, escalation_times
from domain.ids import CaseId, EngineerId, TerritoryId, VisitId, visit_id
from domain.parts import PartNeed
from domain.people import Role
from domain.policy import CaseTerms
from domain.registration import ArrivalWindow, Classification, FieldProblem
from domain.sla import SlaState
from domain.steps import Announcement, OpenStep, responsible_at, step_announcements
from domain.vocabulary import CaseState, Decision, Outcome, VisitState, Warranty


@dataclass(frozen=True)
class VisitNeeds:
    """What a visit asks of the engineer who makes it.

    Attributes:
        skills: Skill name to least level, 1 to 5.
        duration: Expected time on site.
        tools: Tools that must be on board.
        parts: Parts that are used up.
        windows: When the customer lets the engineer in; empty means any time.
    """

    duration: timedelta = timedelta(hours=1)
    skills: dict[str, int] = field(default_factory=dict)
    tools: tuple[str, ...] = ()
    parts: tuple[PartNeed, ...] = ()
    windows: tuple[ArrivalWindow, ...] = ()

    def __post_init__(self) -> None:
        if not timedelta(minutes=5) <= self.duration <= timedelta(hours=12):
            raise InvalidInputError("needs.duration", "must lie between 5 minutes and 12 hours")
        for skill, level in self.skills.items():
            if not 1 <= level <= 5:
                raise InvalidInputError(f"needs.skills.{skill}", "the level must lie between 1 and 5")
        for line, part in enumerate(self.parts):
            if part.quantity < 1:
                raise InvalidInputError(f"needs.parts[{line}].quantity", "must be 1 or more")


@dataclass(frozen=True)
class Diagnosis:
    """What remote diagnosis found. ``solved`` means that the customer needs no visit."""

    findings: str
    solved: bool = False


@dataclass(frozen=True)
class Ruling:
    """How the case goes on.

    Attributes:
        needs: What the visit needs; for an on-site visit.
        quote_cents: The price that the customer must accept first; 0 when nothing is to be paid.
        reason: Needed for a refusal.
    """

    decision: Decision
    needs: VisitNeeds = VisitNeeds()
    quote_cents: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Costs:
    """What a case has cost so far, in cents."""

    labour: int = 0
    travel: int = 0
    parts: int = 0


@dataclass(frozen=True)
class SecondPart:
    """The second visit of a split job, until the first is over: from then on it is the case's open visit.

    Attributes:
        outcome, missing, ended_at: What it brought, if it ended before the first.
    """

    visit: VisitId
    needs: VisitNeeds
    state: VisitState = VisitState.REQUESTED
    outcome: Outcome | None = None
    missing: tuple[PartNeed, ...] = ()
    ended_at: datetime | None = None


@dataclass
class CaseProgress:
    """Everything that the next decision about a case needs, and nothing more.

    Attributes:
        second: The second part of the open visit's job, if that was split.
        to_call_off: Visits that nobody needs any more and that were not told yet.
    """

    case_id: CaseId
    opened_at: datetime
    state: CaseState = CaseState.REGISTERING
    step: OpenStep | None = None
    responsible: Role = Role.AGENT
    territory: TerritoryId = TerritoryId("")
    terms: CaseTerms = field(default_factory=CaseTerms)
    clocks: dict[ClockName, Clock] = field(default_factory=dict)
    problems: list[FieldProblem] = field(default_factory=list)
    classification: Classification | None = None
    warranty: Warranty = Warranty.UNKNOWN
    windows: tuple[ArrivalWindow, ...] = ()
    repeat_of: CaseId | None = None
    diagnosis: Diagnosis | None = None
    ruling: Ruling | None = None
    visits: int = 0
    open_visit: VisitId | None = None
    visit_state: VisitState | None = None
    last_engineer: EngineerId | None = None
    outcome: Outcome | None = None
    costs: Costs = Costs()
    reopened: int = 0
    satisfaction: int | None = None
    call_back_from: datetime | None = None
    closing_note: str = ""
    steps_opened: int = 0
    announced: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    version: int = 0
    second: SecondPart | None = None
    to_call_off: list[VisitId] = field(default_factory=list)

    @property
    def visits_under_way(self) -> tuple[VisitId, ...]:
        """The visits that the case waits for, in their order."""
        second = self.second.visit if self.second and self.second.outcome is None else None
        return tuple(visit for visit in (self.open_visit, second) if visit is not None)

    @property
    def next_visit(self) -> VisitId:
        """The id that the next visit will have."""
        return visit_id(self.case_id, self.visits + 1)


def require(progress: CaseProgress, command: str) -> None:
    """Refuse a command that does not fit the case's state.

    Raises:
        WrongStateError: The case is in none of the states in which it is allowed.
    """
    allowed = CASE_STATES[command]
    if progress.state not in allowed:
        raise WrongStateError("case", progress.case_id, progress.state, command, " or ".join(allowed))


def open_step(
    progress: CaseProgress,
    state: CaseState,
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


def start_clocks(progress: CaseProgress, terms: CaseTerms) -> None:
    """Begin the promised clocks, or give running clocks other targets; time already used stays used."""
    progress.terms = terms
    clocks: dict[ClockName, Clock] = {}
    for clock_terms in terms.clocks:
        old = progress.clocks.get(clock_terms.name)
        clocks[clock_terms.name] = (
            moves.retarget(old, clock_terms) if old else moves.start(clock_terms, progress.opened_at)
        )
    progress.clocks = clocks


def stop_clock(progress: CaseProgress, name: ClockName, at: datetime) -> None:
    """Stop a clock if it runs; a clock that does not run or was not promised stays as it is.

    A moment before the clock last began to run (a phone's wrong time) counts as that beginning.
    """
    clock = progress.clocks.get(name)
    if clock and clock.stopped_at is None:
        began = max([clock.started_at, *(s.end for s in clock.stops)])
        progress.clocks[name] = moves.stop(clock, max(at, began))


def reopen_clock(progress: CaseProgress, name: ClockName, at: datetime) -> None:
    """Let a stopped clock go on with what it had used."""
    clock = progress.clocks.get(name)
    if clock and clock.stopped_at is not None:
        progress.clocks[name] = moves.reopen(clock, max(at, clock.stopped_at))


def drop_clocks(progress: CaseProgress, *names: ClockName) -> None:
    """Take back promises that no longer apply: no visit is needed, or the case is cancelled. Kept ones stay."""
    progress.clocks = {n: c for n, c in progress.clocks.items() if n not in names or c.stopped_at is not None}


def pause_clocks(progress: CaseProgress, reason: PauseReason, at: datetime) -> None:
    """Pause every running clock for a reason; one already paused for it stays as it is."""
    for name, clock in progress.clocks.items():
        if clock.stopped_at is None and not moves.is_paused(clock, reason):
            progress.clocks[name] = moves.pause(clock, reason, max(at, clock.started_at))


def resume_clocks(progress: CaseProgress, reason: PauseReason, at: datetime) -> None:
    """End every clock's pause for a reason; at its beginning where ``at`` is earlier."""
    for name, clock in progress.clocks.items():
        if moves.is_paused(clock, reason):
            began = max(p.start for p in clock.pauses if p.end is None and p.reason is reason)
            progress.clocks[name] = moves.resume(clock, reason, max(at, began))


def predict_visit(
    progress: CaseProgress, accepted: datetime | None, arrival: datetime | None, finish: datetime | None
) -> None:
    """Take over what the plan predicts; the clocks' jeopardy follows from it. None says nothing about a promise."""
    predicted = {ClockName.DISPATCH: accepted, ClockName.ON_SITE: arrival, ClockName.RESOLVE: finish}
    for name, moment in predicted.items():
        clock = progress.clocks.get(name)
        if clock and clock.stopped_at is None and moment is not None:
            progress.clocks[name] = moves.predict(clock, moment)


def sla_state(progress: CaseProgress, now: datetime) -> SlaState:
    """The worst state among the case's clocks: what a list shows."""
    return sla.worst_state(progress.clocks.values(), now)


def announcements(progress: CaseProgress, now: datetime) -> list[Announcement]:
    """What time made true by now and has not been announced: overdue steps, warnings, breaches, escalations."""
    return [a for a in _foreseen(progress, now) if a.at <= now and a.key not in progress.announced]


def next_announcement_at(progress: CaseProgress, now: datetime) -> datetime | None:
    """When time will next make something true, if nothing else happens; None when nothing is open."""
    times = [a.at for a in _foreseen(progress, now) if a.key not in progress.announced]
    return min(times, default=None)


def announce(progress: CaseProgress, said: Announcement) -> None:
    """Remember that something was announced, and hand the open step to whom the escalation reaches."""
    progress.announced.append(said.key)
    if progress.step and said.kind == "step_escalated":
        progress.responsible = responsible_at(progress.step, said.rung)


def _foreseen(progress: CaseProgress, now: datetime) -> list[Announcement]:
    found = step_announcements(progress.step, progress.terms.ladder) if progress.step else []
    for name, clock in progress.clocks.items():
        if clock.stopped_at is None:
            found += _clock_announcements(progress, name, clock, now)
    return sorted(found, key=lambda a: a.at)


def _clock_announcements(progress: CaseProgress, name: ClockName, clock: Clock, now: datetime) -> list[Announcement]:
    # The number of reopenings is part of the key: a reopened clock may warn and breach anew.
    key = f"clock:{name}:{progress.reopened}"
    found: list[Announcement] = []
    warn, due = sla.warn_at(clock, now), sla.due_at(clock, now)
    if warn is not None:
        found.append(Announcement(f"{key}:warning", "clock_warning", warn, name))
    if due is not None:
        found.append(Announcement(f"{key}:breach", "clock_breached", due, name))
        found += [
            Announcement(f"{key}:{rung}", "clock_escalated", at, name, rung)
            for at, rung in escalation_times(progress.terms.ladder, due)
            if rung is not Rung.OWNER
        ]
    return found
