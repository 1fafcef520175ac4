"""What a dispatcher's board shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

from domain.promise import SlaOfStop
from domain.vocabulary import PinKind
from models.screens.plans import PlanLine
from models.screens.reasons import ReasonLine


@dataclass(frozen=True)
class SkillLine:
    """A skill of an engineer; a certificate counts up to and including its last day."""

    skill: str
    level: int
    expires_on: str | None


@dataclass(frozen=True)
class PlaceLine:
    """A place on the map, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class BoardShift:
    """A stretch of work.

    Attributes:
        break_start, break_end: The break as it is planned, or at its earliest while no plan that still holds says more;
            None without a break.
        break_is_planned: Whether the published plan says so.
        overtime_until: The last moment that may be worked.
    """

    start: datetime
    end: datetime
    break_start: datetime | None
    break_end: datetime | None
    break_is_planned: bool
    overtime_until: datetime


@dataclass(frozen=True)
class BoardAbsence:
    """A stretch in which the engineer is away."""

    start: datetime
    end: datetime
    kind: str


@dataclass(frozen=True)
class BoardEngineer:
    """A row of the board.

    Attributes:
        load: Share of the shown shifts that travel and work take; None without a shift.
    """

    id: str
    name: str
    skills: list[SkillLine]
    home: PlaceLine
    shifts: list[BoardShift]
    absences: list[BoardAbsence]
    load: float | None


@dataclass(frozen=True)
class BoardPart:
    """Units of a part that are held for a visit, and where they come from."""

    sku: str
    quantity: int
    source: str
    location: str
    state: str


@dataclass(frozen=True)
class OtherPart:
    """The other visit of a split job.

    Attributes:
        number: Which of the two this visit is: 1, or 2 where the other comes first.
    """

    visit_id: str
    number: int


@dataclass(frozen=True)
class BoardStop:
    """A visit in an engineer's row.

    Attributes:
        movable: Whether planning may move it.
        fixed_because: Why not: ``started``, ``done``, ``confirmed``, ``offered`` or ``pinned``.
    """

    visit_id: str
    case_id: str
    number: int
    booking_id: str
    engineer_id: str
    booking_state: str
    visit_state: str
    arrival: datetime
    finish: datetime
    travel_seconds: int
    predicted_arrival: datetime | None
    predicted_finish: datetime | None
    window_start: datetime | None
    window_end: datetime | None
    severity: str
    priority: int
    sla: SlaOfStop
    symptom: str
    neighbourhood: str
    latitude: float
    longitude: float
    parts: list[BoardPart]
    pin: PinKind | None
    movable: bool
    fixed_because: str | None
    other_part: OtherPart | None


@dataclass(frozen=True)
class PickedPart:
    """Units of a part that are fetched."""

    sku: str
    quantity: int


@dataclass(frozen=True)
class WarehouseStop:
    """A call at a warehouse, as planned."""

    engineer_id: str
    warehouse_id: str
    name: str
    start: datetime
    end: datetime
    latitude: float
    longitude: float
    parts: list[PickedPart]


@dataclass(frozen=True)
class BoardUnplanned:
    """A visit without a place, with the reasons that the last plan found."""

    visit_id: str
    case_id: str
    severity: str
    priority: int
    symptom: str
    minutes: int
    skills: dict[str, int]
    requested_at: datetime
    resolve_due: datetime | None
    sla: SlaOfStop
    neighbourhood: str
    latitude: float
    longitude: float
    reasons: list[ReasonLine]
    other_part: OtherPart | None


@dataclass(frozen=True)
class DraftPlace:
    """Who would come when."""

    engineer_id: str
    arrival: datetime
    finish: datetime


@dataclass(frozen=True)
class DraftLine:
    """One visit's move in the draft.

    Attributes:
        before: Its place on the published plan; None without one.
        to: Where it should go; None takes it off the plan.
        stale: The visit changed since, so that publishing would leave it alone.
    """

    visit_id: str
    case_id: str
    before: Annotated[DraftPlace | None, Field(serialization_alias="from")]
    to: DraftPlace | None
    pin: PinKind | None
    made_by: str
    made_at: datetime
    stale: bool


@dataclass(frozen=True)
class DraftScreen:
    """What the territory's dispatchers are about to publish."""

    version: int
    changes: list[DraftLine]


@dataclass(frozen=True)
class HeldPlan:
    """The optimiser's plan that would move too many people to be published without being asked."""

    id: str
    differences: int


@dataclass(frozen=True)
class Board:
    """A territory for its dispatchers, between two moments.

    Attributes:
        draft_people: The names of those who changed the draft, by actor (``dispatcher:dana``).
    """

    territory: str
    name: str
    time_zone: str
    now: datetime
    start: Annotated[datetime, Field(serialization_alias="from")]
    end: Annotated[datetime, Field(serialization_alias="to")]
    engineers: list[BoardEngineer]
    stops: list[BoardStop]
    warehouse_stops: list[WarehouseStop]
    unplanned: list[BoardUnplanned]
    draft_version: int
    draft: DraftScreen | None
    draft_people: dict[str, str]
    held_plan: HeldPlan | None
    last_plan: PlanLine | None
