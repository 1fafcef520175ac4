"""The scheduling problem in the field's terms: who, where, when, with what.

Frozen, whole numbers only. Times are seconds from the start of the horizon. Occupied time is half open
``[start, end)``; a window includes both of its ends (the VRPTW convention).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scheduler import codec
from scheduler.errors import ProblemError
from scheduler.units import Cost, Place, Seconds, Sku

Matrix: TypeAlias = NDArray[np.int32]


def matrix(rows: Sequence[Sequence[int]] | NDArray[Any], name: str = "travel") -> Matrix:
    """A read-only matrix of whole numbers.

    Args:
        rows: square, whole numbers of at least 0 that fit 32 bits.
        name: the field to name when something is wrong.

    Raises:
        ProblemError: not square, not whole, negative or too large.
    """
    try:
        wide = np.asarray(rows)
    except ValueError as error:
        raise ProblemError(name, "must be square") from error
    if wide.size == 0:
        wide = np.zeros((0, 0), dtype=np.int64)
    if wide.ndim != 2 or wide.shape[0] != wide.shape[1]:
        raise ProblemError(name, "must be square")
    if wide.dtype.kind not in "iu":
        raise ProblemError(name, "must hold whole numbers")
    if wide.size and (wide.min() < 0 or wide.max() > np.iinfo(np.int32).max):
        raise ProblemError(name, "must be between 0 and 2**31 - 1")
    narrow: Matrix = wide.astype(np.int32)
    narrow.setflags(write=False)
    return narrow


@dataclass(frozen=True)
class Window:
    """A visit may start, or a warehouse be entered, at any second from ``start`` to ``end``, both included."""

    start: Seconds
    end: Seconds


@dataclass(frozen=True)
class Skill:
    """A skill of an engineer.

    Attributes:
        level: 1 is the least.
        expires: when the certificate ends; it must last to the end of a shift to count on it. None: never.
    """

    level: int = 1
    expires: Seconds | None = None


@dataclass(frozen=True)
class Break:
    """A pause of ``duration`` that starts between ``earliest`` and ``latest``, both included.

    It is never taken during a visit or a warehouse stop, but may be taken on the way. It is not needed on a route
    that starts after ``latest`` or is over by then.
    """

    earliest: Seconds
    latest: Seconds
    duration: Seconds


@dataclass(frozen=True)
class Shift:
    """A stretch of work of one engineer; absences are cut out by the caller.

    Attributes:
        start: the engineer leaves ``start_place`` at this moment or later.
        end: back at ``end_place``; later is overtime.
        overtime_limit: most seconds after ``end``.
        longest: most seconds from leaving ``start_place`` to being back at ``end_place``: travel, work, waiting and the
            break. When the tour begins inside the shift is free. With a ``Position`` it counts from there. None for no
            limit.
    """

    start: Seconds
    end: Seconds
    start_place: Place
    end_place: Place
    overtime_limit: Seconds = 0
    break_: Break | None = None
    longest: Seconds | None = None


@dataclass(frozen=True)
class Position:
    """The engineer is at work: free at ``place`` from ``free_from`` on.

    It replaces start and start place of the shift that contains ``free_from`` (overtime included). Shifts that
    are over by then cannot be used; a shift that starts later begins where it says.
    """

    place: Place
    free_from: Seconds


@dataclass(frozen=True)
class Engineer:
    """An engineer with skills, shifts, van and rates.

    Attributes:
        van: units of each part in the van at the start of the horizon.
        max_visits_per_shift: None for no limit.
        cost_per_hour: of travel and, scaled by the policy, overtime.
        cost_per_km: of distance driven.
        position: where an engineer who is at work will be free, and when.
    """

    id: str
    shifts: tuple[Shift, ...]
    skills: Mapping[str, Skill] = field(default_factory=dict)
    van: Mapping[Sku, int] = field(default_factory=dict)
    tools: frozenset[str] = frozenset()
    max_visits_per_shift: int | None = None
    cost_per_hour: Cost = 4_000
    cost_per_km: Cost = 40
    position: Position | None = None

    def start_of(self, shift_index: int) -> tuple[Seconds, Place] | None:
        """When and where the engineer starts a shift, or None if that shift is over."""
        shift = self.shifts[shift_index]
        if self.position is None or self.position.free_from < shift.start:
            return shift.start, shift.start_place
        if self.position.free_from >= shift.end + shift.overtime_limit:
            return None
        return self.position.free_from, self.position.place


class PinKind(StrEnum):
    """What a person has fixed about a visit."""

    RESOURCE = "resource"
    TIME = "time"
    BOTH = "both"
    RANGE = "range"


@dataclass(frozen=True)
class Pin:
    """A fact about a visit: it stays with its engineer, at its time, or within a range of start times.

    A pinned engineer counts as able to do the visit, and a pinned time or range takes the place of the visit's
    windows and earliest start. A pinned visit may start later than its pin only by what pinned visits before it
    on the same shift, and the engineer's own position, make unavoidable.

    Attributes:
        engineer: for ``resource`` and ``both``; optional for ``range``.
        start: the start for ``time`` and ``both``; the first start for ``range``.
        end: the last start for ``range``.
    """

    kind: PinKind
    engineer: str | None = None
    start: Seconds | None = None
    end: Seconds | None = None

    @property
    def window(self) -> Window | None:
        """The start times that the pin allows, or None if it fixes the engineer alone."""
        if self.start is None:
            return None
        return Window(self.start, self.start if self.end is None else self.end)


@dataclass(frozen=True)
class Published:
    """What the customer and the engineer were told."""

    engineer: str
    start: Seconds


@dataclass(frozen=True)
class After:
    """The work starts only when that of another visit is done, and at least ``delay`` after its end."""

    visit: str
    delay: Seconds = 0


@dataclass(frozen=True)
class Visit:
    """Work at a place that one engineer does in one go.

    Attributes:
        duration: how long the work takes; ``durations`` has what was learned for single engineers, by their id.
        skills: the least level of each skill.
        tools: the engineer's own, or all that are missing lent by one warehouse called at before.
        parts: units of each part the work needs.
        windows: when the work may start; empty for any time.
        earliest: the work starts at this moment or later.
        latest_sla_end: promised end; finishing later costs ``late_cost_per_minute`` for each minute begun.
        priority: 1..5, 5 is the most urgent.
        mandatory: left out only when nothing else is possible.
        preferred: engineers who should get it, if any are named.
        required: if any are named, only these may get it.
        excluded: engineers who may not get it.
        published: the booking as it was published, for stability.
        shipped: parts that can be sent to the site, and when they would be there.
        requested: when it was asked for; only the first-come engine looks at it.
        after: the visits it waits for; it is left out if one of them is.
        group: the name of two or three visits at one place that start at the same moment with different engineers;
            all of them are planned or none.
    """

    id: str
    place: Place
    duration: Seconds
    skills: Mapping[str, int] = field(default_factory=dict)
    tools: frozenset[str] = frozenset()
    parts: Mapping[Sku, int] = field(default_factory=dict)
    windows: tuple[Window, ...] = ()
    earliest: Seconds = 0
    latest_sla_end: Seconds | None = None
    late_cost_per_minute: Cost = 0
    priority: int = 3
    mandatory: bool = False
    preferred: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    pin: Pin | None = None
    published: Published | None = None
    shipped: Mapping[Sku, Seconds] = field(default_factory=dict)
    requested: Seconds = 0
    durations: Mapping[str, Seconds] = field(default_factory=dict)
    after: tuple[After, ...] = ()
    group: str | None = None

    def duration_for(self, engineer: str) -> Seconds:
        """How long the work takes an engineer."""
        return self.durations.get(engineer, self.duration)


@dataclass(frozen=True)
class Warehouse:
    """A place where parts are picked up on the way.

    Attributes:
        opening: when it may be entered; empty for always.
        stock: units of each part at the start of the horizon.
        handling: time one stop takes, however many parts and tools are picked up.
        tools: lent to every engineer who calls there, for the rest of that route.
    """

    id: str
    place: Place
    opening: tuple[Window, ...] = ()
    stock: Mapping[Sku, int] = field(default_factory=dict)
    handling: Seconds = 0
    tools: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Problem:
    """Everything the scheduler knows. ``validate`` says whether it makes sense.

    Attributes:
        places: how many places there are.
        travel: seconds from place to place, ``places x places``; ``matrix`` makes one from rows.
        distance: metres from place to place, likewise.
        horizon: the end of the planned time.
        travel_percent_by_hour: how long travel takes in each of the 24 hours from the horizon's start, and of every
            day after it, in percent of ``travel``; empty for always the same. The speed changes on the way too (see
            ``hours``). Costs of travel and load stay those of ``travel``: slow hours are paid for by what they cause,
            working time, overtime and lateness.
    """

    places: int
    travel: Matrix
    distance: Matrix
    engineers: tuple[Engineer, ...]
    visits: tuple[Visit, ...]
    warehouses: tuple[Warehouse, ...] = ()
    horizon: Seconds = 86_400
    travel_percent_by_hour: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "travel", matrix(self.travel, "travel"))
        object.__setattr__(self, "distance", matrix(self.distance, "distance"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and self.to_json() == other.to_json()

    __hash__ = None  # type: ignore[assignment]

    def to_json(self) -> dict[str, Any]:
        """The problem as a value that ``json.dumps`` accepts."""
        return codec.to_json_object(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The problem that ``to_json`` wrote.

        Raises:
            ProblemError: a field is missing, unknown or of the wrong type.
        """
        return codec.from_json_object(cls, data)
