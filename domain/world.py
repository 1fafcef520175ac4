"""A territory as its planner sees it at one moment: who is where, what is asked for, what lies in stock.

Loaded from the record in one go and never changed; every moment carries a time zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.case import VisitNeeds
from domain.ids import BookingId, CaseId, EngineerId, LocationId, ReservationId, Sku, TerritoryId, VisitId
from domain.parts import PartNeed
from domain.registration import ArrivalWindow
from domain.vocabulary import BookingState, PartSource, PinKind, ReservationState, Severity, VisitState


@dataclass(frozen=True, order=True)
class Point:
    """A place on the map, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class SkillHeld:
    """What an engineer can do: level 1 to 5, and when the certificate ends (None: never)."""

    level: int
    expires: datetime | None = None


@dataclass(frozen=True)
class BreakRule:
    """A pause of ``duration`` that begins between two moments, both included."""

    earliest: datetime
    latest: datetime
    duration: timedelta


@dataclass(frozen=True)
class Duty:
    """One shift of an engineer, absences not yet cut out.

    Attributes:
        overtime: The longest stretch that may be worked after ``end``.
    """

    start: datetime
    end: datetime
    start_point: Point
    end_point: Point
    overtime: timedelta = timedelta(0)
    pause: BreakRule | None = None


@dataclass(frozen=True)
class Span:
    """A stretch of time ``[start, end)``: an absence, opening hours."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class LastSeen:
    """Where an engineer finished a visit last, and when."""

    point: Point
    at: datetime


@dataclass(frozen=True)
class EngineerState:
    """An engineer, what is in the van and when there is work.

    Attributes:
        van: Units in the van that no booking holds.
        last_seen: Where the last finished visit was, if one is known.
        max_visits: Most visits in one shift; None for no limit.
    """

    id: EngineerId
    home: Point
    duties: tuple[Duty, ...] = ()
    absences: tuple[Span, ...] = ()
    skills: Mapping[str, SkillHeld] = field(default_factory=dict)
    van: Mapping[Sku, int] = field(default_factory=dict)
    tools: frozenset[str] = frozenset()
    last_seen: LastSeen | None = None
    max_visits: int | None = None
    cents_per_hour: int = 4_000
    cents_per_km: int = 40


@dataclass(frozen=True)
class Held:
    """Parts that a booking holds."""

    id: ReservationId
    sku: Sku
    quantity: int
    source: PartSource
    location: LocationId
    state: ReservationState = ReservationState.HELD
    ready_at: datetime | None = None


@dataclass(frozen=True)
class BookingFact:
    """A visit's place on the published plan.

    Attributes:
        travel: The way to the site as planned.
        predicted_arrival, predicted_finish: What was last expected of it; None before the first prediction.
        window: What the customer was told.
        pin: What a person fixed about it, so that planning leaves that as it is.
    """

    id: BookingId
    state: BookingState
    engineer: EngineerId
    arrival: datetime
    finish: datetime
    travel: timedelta = timedelta(0)
    predicted_arrival: datetime | None = None
    predicted_finish: datetime | None = None
    window: ArrivalWindow | None = None
    held: tuple[Held, ...] = ()
    pin: PinKind | None = None

    @property
    def is_movable(self) -> bool:
        """Whether planning may move it: it was planned, nobody fixed it, and it was not offered yet."""
        return self.state is BookingState.PLANNED and self.pin is not PinKind.BOTH


@dataclass(frozen=True)
class OpenVisit:
    """A visit that is not over.

    Attributes:
        version: Counts the changes of the visit's record; publishing compares it.
        requested: When the visit was asked for.
        on_site_due: By when the work must begin to keep the promise.
        resolve_due: By when the work must be over to keep the promise.
        earliest: The work begins at this moment or later.
        booking: Its place on the published plan.
        departed, arrived: When the engineer set out, and came to the site.
        after: The first part of its job; the work begins when that is over.
        is_foreign: Another territory plans it; here it only takes its engineer's time.
    """

    id: VisitId
    case_id: CaseId
    version: int
    state: VisitState
    severity: Severity
    point: Point
    requested: datetime
    needs: VisitNeeds = VisitNeeds()
    on_site_due: datetime | None = None
    resolve_due: datetime | None = None
    earliest: datetime | None = None
    booking: BookingFact | None = None
    preferred: EngineerId | None = None
    excluded: frozenset[EngineerId] = frozenset()
    departed: datetime | None = None
    arrived: datetime | None = None
    after: VisitId | None = None
    is_foreign: bool = False

    @property
    def has_started(self) -> bool:
        """Whether an engineer is on the way to it or at work on it."""
        started = self.booking is not None and self.booking.state is BookingState.STARTED
        return started or self.state.has_started

    @property
    def part_needs(self) -> tuple[PartNeed, ...]:
        """The parts that it uses up, one line per part."""
        units: dict[Sku, int] = {}
        for need in self.needs.parts:
            units[need.sku] = units.get(need.sku, 0) + need.quantity
        return tuple(PartNeed(sku, quantity) for sku, quantity in units.items())


@dataclass(frozen=True)
class WarehouseState:
    """A warehouse that engineers may call at.

    Attributes:
        opening: When it is open within the horizon; None for always.
        stock: Units that no booking holds.
        handling: How long a stop takes.
    """

    id: LocationId
    point: Point
    opening: tuple[Span, ...] | None = None
    stock: Mapping[Sku, int] = field(default_factory=dict)
    handling: timedelta = timedelta(minutes=10)


@dataclass(frozen=True)
class World:
    """A territory at one moment.

    Attributes:
        now: The moment that was asked about.
        horizon_end: Up to when engineers' shifts are known here and planning may go.
    """

    territory: TerritoryId
    now: datetime
    horizon_end: datetime
    engineers: tuple[EngineerState, ...] = ()
    visits: tuple[OpenVisit, ...] = ()
    warehouses: tuple[WarehouseState, ...] = ()
