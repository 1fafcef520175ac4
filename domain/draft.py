"""A draft plan: what publishing it would change, and what it was made from.

A draft names the version and the booking of each visit that it saw. Publishing compares both: what changed
meanwhile is left alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.because import Because, WhyNot
from domain.ids import BookingId, CaseId, EngineerId, LocationId, PlanId, ReservationId, Sku, TerritoryId, VisitId
from domain.registration import ArrivalWindow
from domain.vocabulary import PartSource


@dataclass(frozen=True)
class PartLine:
    """Where one part of a visit comes from.

    Attributes:
        ready_at: When a shipped part is expected to be there.
        carries: The reservation of the replaced booking that goes over to the new one: the part is under way.
    """

    sku: Sku
    quantity: int
    source: PartSource
    location: LocationId
    ready_at: datetime | None = None
    carries: ReservationId | None = None


@dataclass(frozen=True)
class DraftBooking:
    """A new booking of a visit.

    Attributes:
        version: The visit's version that the plan saw.
        replaces: The booking that the plan saw; None if there was none.
    """

    visit: VisitId
    case: CaseId
    version: int
    engineer: EngineerId
    arrival: datetime
    finish: datetime
    travel: timedelta
    window: ArrivalWindow | None = None
    parts: tuple[PartLine, ...] = ()
    replaces: BookingId | None = None


@dataclass(frozen=True)
class TakenOff:
    """A booked visit that the plan has no place for any more."""

    visit: VisitId
    case: CaseId
    version: int
    replaces: BookingId
    reason: str
    because: tuple[Because, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """A visit without a place on the plan, with at least one reason."""

    visit: VisitId
    reasons: tuple[WhyNot, ...]


@dataclass(frozen=True)
class PlanDraft:
    """What a round of planning wants to change.

    Attributes:
        bookings: New places: visits that had none, and visits that move.
        taken_off: Visits that lose their place.
        left_out: Every visit without a place, those taken off included.
        kept: How many bookings stay as they are.
        score: Cost by objective.
        refused: Rules that a first plan broke, so that this simpler one was made instead.
    """

    id: PlanId
    territory: TerritoryId
    number: int
    made_at: datetime
    reason: str
    open_visits: int
    bookings: tuple[DraftBooking, ...] = ()
    taken_off: tuple[TakenOff, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    kept: int = 0
    cost: int = 0
    score: Mapping[str, int] = field(default_factory=dict)
    status: str = "feasible"
    engine: str = "callout"
    seconds: float = 0.0
    seed: int = 0
    refused: tuple[str, ...] = ()
    because: tuple[Because, ...] = ()

    @property
    def added(self) -> int:
        """How many visits get a place that had none."""
        return sum(1 for booking in self.bookings if booking.replaces is None)

    @property
    def moved(self) -> int:
        """How many published bookings change: another engineer or time, or no place any more."""
        return len(self.bookings) - self.added + len(self.taken_off)


def plan_id(territory: TerritoryId, number: int) -> PlanId:
    """The id of a territory's n-th plan; a retry of the same round has the same id."""
    return PlanId(f"{territory}-P{number}")
