"""What the scheduler answers: routes of stops, what each visit got, what was left out and why, and what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from scheduler import codec
from scheduler.change import Change
from scheduler.units import Cost, Place, Seconds, Sku


class StopKind(StrEnum):
    """What an engineer does during a stop."""

    TRAVEL = "travel"
    WAIT = "wait"
    WAREHOUSE = "warehouse"
    BREAK = "break"
    VISIT = "visit"


class SourceKind(StrEnum):
    """Where a part comes from."""

    VAN = "van"
    WAREHOUSE = "warehouse"
    SHIPPED = "shipped"


@dataclass(frozen=True)
class PartSource:
    """Where all units of one part of one visit come from; ``warehouse_id`` for a warehouse only."""

    kind: SourceKind
    warehouse_id: str | None = None


@dataclass(frozen=True)
class Stop:
    """A half-open stretch ``[start, end)`` of an engineer's route.

    Attributes:
        place: where it is; for travel, and a break on the way, where it leads.
        visit_id: for a visit.
        warehouse_id: for a warehouse.
        parts: for a warehouse, the units picked up.
        tools: for a warehouse, what is borrowed for the rest of the route.
        sources: for a visit, where each of its parts comes from.
    """

    kind: StopKind
    start: Seconds
    end: Seconds
    place: Place
    visit_id: str | None = None
    warehouse_id: str | None = None
    parts: Mapping[Sku, int] = field(default_factory=dict)
    sources: Mapping[Sku, PartSource] = field(default_factory=dict)
    tools: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Route:
    """One shift of one engineer, from its start place to its end place, without gaps. Only shifts that are used."""

    engineer: str
    shift_index: int
    stops: tuple[Stop, ...]

    @property
    def visit_ids(self) -> tuple[str, ...]:
        """The visits in the order in which they are done."""
        return tuple(stop.visit_id for stop in self.stops if stop.visit_id is not None)


@dataclass(frozen=True)
class Assignment:
    """What a visit got.

    Attributes:
        arrival: the work starts.
        finish: the work is done.
        sources: where each part comes from.
    """

    visit_id: str
    engineer: str
    shift_index: int
    arrival: Seconds
    finish: Seconds
    sources: Mapping[Sku, PartSource]


class ReasonCode(StrEnum):
    """What keeps a visit from an engineer's shift."""

    SKILL = "skill"
    CERTIFICATE = "certificate"
    TOOLS = "tools"
    EXCLUDED = "excluded"
    PIN = "pin"
    SHIFT = "shift"
    PARTS = "parts"
    MAX_VISITS = "max_visits"
    WINDOW = "window"
    LONGEST_TOUR = "longest_tour"
    TIME = "time"
    ORDER = "order"
    GROUP = "group"
    PUSHED_OUT = "pushed_out"
    POSSIBLE = "possible"


@dataclass(frozen=True)
class Reason:
    """Why some of the engineers' shifts cannot take a visit. Every reason was tested against the final plan.

    Attributes:
        code: stable, for programs.
        sentence: in words, for the dispatcher.
        count: how many shifts (or engineers, for what does not depend on the shift) fail for it.
        nearest: the engineer who came nearest, if that can be said.
        shortfall: by how much the nearest failed: levels, units of a part, or seconds.
        visits: the visits that hold the place (``pushed_out``, ``max_visits``), take the parts (``parts``), are
            waited for (``order``) or would have to start at the same moment (``group``).
        until: when shipped parts would be there, for ``parts``.
    """

    code: ReasonCode
    sentence: str
    count: int
    nearest: str | None = None
    shortfall: int | None = None
    visits: tuple[str, ...] = ()
    until: Seconds | None = None


@dataclass(frozen=True)
class Unassigned:
    """A visit that was left out, with at least one reason.

    Attributes:
        changes: what would let it in, the smallest of each kind, the easiest first; for the most urgent visits only.
    """

    visit_id: str
    reasons: tuple[Reason, ...]
    changes: tuple[Change, ...] = ()


class Objective(StrEnum):
    """What a plan's cost is made of."""

    UNSERVED = "unserved"
    LATENESS = "lateness"
    DISRUPTION = "disruption"
    TRAVEL = "travel"
    DISTANCE = "distance"
    OVERTIME = "overtime"
    WORKING = "working"
    NOT_PREFERRED = "not_preferred"
    OVERQUALIFIED = "overqualified"
    FAIRNESS = "fairness"


class PlanStatus(StrEnum):
    """How the search ended.

    ``optimal``: nothing better exists. ``feasible``: the search ended by itself or by its iterations.
    ``time_limit``: the seconds were used up. ``cancelled``: somebody stopped it and this is the best so far.
    """

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    TIME_LIMIT = "time_limit"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Plan:
    """Routes and unassigned visits; every visit of the problem is in exactly one of the two.

    Attributes:
        score: cost by objective, every objective present.
        cost: the sum of the score.
        bound: no plan can cost less than this, where that is proven.
        seconds: wall-clock seconds from the call to the answer.
        engine: which engine made it.
    """

    routes: tuple[Route, ...]
    unassigned: tuple[Unassigned, ...]
    score: Mapping[Objective, Cost]
    cost: Cost
    status: PlanStatus
    bound: Cost | None = None
    seconds: float = 0.0
    seed: int = 0
    engine: str = "callout"

    @property
    def assignments(self) -> dict[str, Assignment]:
        """What each assigned visit got, by visit id."""
        return {
            stop.visit_id: Assignment(
                stop.visit_id, route.engineer, route.shift_index, stop.start, stop.end, stop.sources
            )
            for route in self.routes
            for stop in route.stops
            if stop.visit_id is not None
        }

    def to_json(self) -> dict[str, Any]:
        """The plan as a value that ``json.dumps`` accepts."""
        return codec.to_json_object(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The plan that ``to_json`` wrote.

        Raises:
            ProblemError: a field is missing, unknown or of the wrong type.
        """
        return codec.from_json_object(cls, data)
