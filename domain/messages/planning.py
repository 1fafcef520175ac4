"""A round of planning: what is asked of the planner, what it found, what was published."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.because import Because
from domain.ids import PlanId, TerritoryId, VisitId
from domain.messages.shared import Command
from domain.messages.visit import BookingChanged, Predicted
from domain.people import SYSTEM, Actor


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
class PublishDraft:
    """Update ``publish_draft``: a dispatcher publishes a draft that was held back."""

    command: Command
    plan_id: PlanId
