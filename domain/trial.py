"""What if: a dispatcher supposes something, and a trial says which moves would answer it. Nothing is recorded.

These payloads cross Temporal: additive only, as in ``domain.messages``.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.draft import LeftOut, PlanDraft
from domain.errors import InvalidInputError, NotFoundError
from domain.ids import EngineerId, TerritoryId
from domain.messages import DraftMove
from domain.vocabulary import VisitState
from domain.world import EngineerState, OpenVisit, Span, World


@dataclass(frozen=True)
class SupposedAbsence:
    """An engineer might be away from ``start`` to ``end``."""

    engineer: EngineerId
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Supposition:
    """What a dispatcher supposes.

    Attributes:
        overtime: Every shift may be followed by at least so much overtime; None leaves it as agreed.
    """

    absences: tuple[SupposedAbsence, ...] = ()
    overtime: timedelta | None = None


@dataclass(frozen=True)
class Trial:
    """Input of ``TrialWorkflow`` and of its activity: plan a territory as if something were so.

    Attributes:
        now: The (virtual) moment of the question.
        speed: Virtual seconds per real second.
    """

    territory: TerritoryId
    supposition: Supposition
    now: datetime
    speed: float = 1.0


@dataclass(frozen=True)
class TrialOutcome:
    """The answer.

    Attributes:
        moves: What would change about the published plan; a visit without an engineer loses its place.
        left_out: Every visit that would have no place, and why.
        kept: How many bookings would stay as they are.
        seconds: Real time that the search took.
        refused: Rules that a first plan broke, so that this simpler one is answered.
    """

    moves: tuple[DraftMove, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    kept: int = 0
    seconds: float = 0.0
    refused: tuple[str, ...] = field(default=())


def supposed(world: World, supposition: Supposition) -> World:
    """The territory as it would be: an absence takes the engineer's bookings away, as reporting it would.

    Raises:
        NotFoundError: The territory has no such engineer.
        InvalidInputError: An absence ends before it starts.
    """
    known = {engineer.id for engineer in world.engineers}
    for number, absence in enumerate(supposition.absences):
        if absence.engineer not in known:
            raise NotFoundError(f"engineer in territory {world.territory}", absence.engineer)
        if absence.end <= absence.start:
            raise InvalidInputError(f"absences[{number}].end", "must be later than start")
    return replace(
        world,
        engineers=tuple(_engineer(engineer, supposition) for engineer in world.engineers),
        visits=tuple(_visit(visit, supposition) for visit in world.visits),
    )


def outcome_of(world: World, draft: PlanDraft) -> TrialOutcome:
    """A plan of the supposed territory as moves of the real one.

    Args:
        world: The territory as it is.
    """
    booked = {v.id for v in world.visits if v.booking and not v.has_started and not v.is_foreign}
    placed = [DraftMove(b.visit, b.engineer, b.arrival) for b in draft.bookings]
    homeless = [DraftMove(left.visit) for left in draft.left_out if left.visit in booked]
    return TrialOutcome((*placed, *homeless), draft.left_out, draft.kept, draft.seconds, draft.refused)


def _engineer(engineer: EngineerState, supposition: Supposition) -> EngineerState:
    away = tuple(Span(a.start, a.end) for a in supposition.absences if a.engineer == engineer.id)
    least = supposition.overtime or timedelta(0)
    duties = tuple(replace(duty, overtime=max(duty.overtime, least)) for duty in engineer.duties)
    return replace(engineer, duties=duties, absences=(*engineer.absences, *away))


def _visit(visit: OpenVisit, supposition: Supposition) -> OpenVisit:
    booking = visit.booking
    if booking is None or visit.has_started or visit.is_foreign:
        return visit
    lost = any(
        absence.engineer == booking.engineer and booking.arrival < absence.end and booking.finish > absence.start
        for absence in supposition.absences
    )
    return replace(visit, booking=None, state=VisitState.REQUESTED) if lost else visit
