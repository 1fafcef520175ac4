"""What simulated people see of the record when they decide: open cases, open visits, engineers, shipments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.case import VisitNeeds
from domain.ids import BookingId, CaseId, EngineerId, LocationId, ReservationId, Sku, TerritoryId, VisitId
from domain.registration import ArrivalWindow, Registration
from domain.vocabulary import CaseKind, CaseState, Outcome, Severity, VisitState, Warranty
from domain.world import Point


@dataclass(frozen=True)
class OpenCase:
    """A case with its open step.

    Attributes:
        step, number, since, due: The open step: its name, its count within the case, when it opened, its limit.
        version: Counts the changes of the case's record.
        given: What was registered.
        outcome: How its last visit ended.
        quoted: Whether its last decision asked a price.
        reopened: How often it was reopened.
        call_back_from: When the call back may begin.
    """

    id: CaseId
    territory: TerritoryId
    state: CaseState
    step: str
    number: int
    since: datetime
    due: datetime
    version: int
    severity: Severity
    warranty: Warranty
    given: Registration
    kind: CaseKind = CaseKind.FAULT
    outcome: Outcome | None = None
    quoted: bool = False
    reopened: int = 0
    call_back_from: datetime | None = None


@dataclass(frozen=True)
class OpenVisit:
    """A visit that is not over, with its booking if it has one.

    Attributes:
        number, since: The open step's count within the visit, and when it opened.
        held: Parts that the booking holds for this visit, ready or not.
        serials: The first serial number of each held part that has one.
        warehouse_stop: Whether the planned way calls at a warehouse.
    """

    id: VisitId
    case_id: CaseId
    state: VisitState
    number: int
    since: datetime
    version: int
    site: Point
    needs: VisitNeeds
    offers: int = 0
    engineer: EngineerId | None = None
    booking: BookingId | None = None
    arrival: datetime | None = None
    finish: datetime | None = None
    travel: timedelta = timedelta(0)
    window: ArrivalWindow | None = None
    departed_at: datetime | None = None
    arrived_at: datetime | None = None
    held: Mapping[Sku, int] = field(default_factory=dict)
    serials: Mapping[Sku, str] = field(default_factory=dict)
    warehouse_stop: bool = False


@dataclass(frozen=True)
class WorkTime:
    """One shift."""

    start: datetime
    end: datetime
    kind: str = "day"


@dataclass(frozen=True)
class EngineerNow:
    """An engineer: home, shifts around now, where the last visit ended, what is in the van and free to use.

    ``serials`` names one free piece of each part that has serial numbers.
    """

    id: EngineerId
    home: Point
    shifts: tuple[WorkTime, ...] = ()
    last_place: Point | None = None
    last_finish: datetime | None = None
    van: Mapping[Sku, int] = field(default_factory=dict)
    serials: Mapping[Sku, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shipment:
    """A part on its way to a visit."""

    reservation: ReservationId
    visit: VisitId
    ready_at: datetime


@dataclass(frozen=True)
class LowStock:
    """A part of which a warehouse or a van has run out. ``territory`` is whose stock it is."""

    location: LocationId
    territory: TerritoryId
    sku: Sku
    is_van: bool = False
    serialised: bool = False
