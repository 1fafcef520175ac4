"""Problems too large for one matrix: everything about a territory but the ways between all of its places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from scheduler.coupling import Coupling
from scheduler.errors import ProblemError
from scheduler.facts import unserved_costs
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Engineer, Matrix, Problem, Visit, Warehouse
from scheduler.units import Cost, Place, Seconds

Points = NDArray[np.float64]


class Roads(Protocol):
    """Where travel comes from: matrices for some of the places, never for all."""

    def between(self, places: Sequence[Place]) -> tuple[Matrix, Matrix]:
        """Seconds and metres from each of these places to each, in their order."""


@dataclass(frozen=True, eq=False)
class LargeProblem:
    """Like ``Problem``, with a source of travel in place of the matrices.

    Attributes:
        points: where each place is in a plane, ``places x 2``, in any unit of length. It only decides who is planned
            together; what a way takes and costs comes from ``roads``.
        roads: asked for a few hundred places at a time, by the process that called ``plan_large``.
        engineers, visits, warehouses: their places are rows of ``points``.
        horizon, travel_percent_by_hour: as in ``Problem``.
    """

    points: Points
    roads: Roads
    engineers: tuple[Engineer, ...]
    visits: tuple[Visit, ...]
    warehouses: tuple[Warehouse, ...] = ()
    horizon: Seconds = 86_400
    travel_percent_by_hour: tuple[int, ...] = ()

    @cached_property
    def shell(self) -> Problem:
        """The same as a problem without any places, for what does not look at travel."""
        nowhere = np.zeros((0, 0), np.int32)
        return Problem(0, nowhere, nowhere, self.engineers, self.visits, self.warehouses, self.horizon)

    @cached_property
    def visit_index(self) -> dict[str, int]:
        """The index of each visit by its id."""
        return {visit.id: v for v, visit in enumerate(self.visits)}

    @cached_property
    def engineer_index(self) -> dict[str, int]:
        """The index of each engineer by id."""
        return {engineer.id: e for e, engineer in enumerate(self.engineers)}

    @cached_property
    def coupling(self) -> Coupling:
        """Groups and orders of the visits."""
        return Coupling(self.shell)

    @cached_property
    def slots(self) -> tuple[tuple[int, int], ...]:
        """Every shift that is not over, as (engineer, shift)."""
        return tuple(
            (e, k)
            for e, engineer in enumerate(self.engineers)
            for k in range(len(engineer.shifts))
            if engineer.start_of(k) is not None
        )

    def weights(self, policy: SchedulingPolicy) -> list[Cost]:
        """What leaving out each visit costs, scaled for the whole problem."""
        ends = (self.engineers[e].shifts[k] for e, k in self.slots)
        last = max([self.horizon, *(shift.end + shift.overtime_limit for shift in ends)])
        return unserved_costs(self.shell, policy, last)


def validate_large(big: LargeProblem) -> None:
    """Refuse what no part could find out by itself; each part is validated before it is solved.

    Raises:
        ProblemError: naming the first wrong field and the rule it breaks.
    """
    shape = big.points.shape
    if len(shape) != 2 or shape[1] != 2 or not np.isfinite(big.points).all():
        raise ProblemError("points", "must be places x 2 finite numbers")
    _unique("engineers", (engineer.id for engineer in big.engineers))
    _unique("visits", (visit.id for visit in big.visits))
    _unique("warehouses", (warehouse.id for warehouse in big.warehouses))
    for engineer in big.engineers:
        places = [place for shift in engineer.shifts for place in (shift.start_place, shift.end_place)]
        places += [] if engineer.position is None else [engineer.position.place]
        _places(places, len(big.points), f"engineers[{engineer.id}]")
    for warehouse in big.warehouses:
        _places([warehouse.place], len(big.points), f"warehouses[{warehouse.id}]")
    for visit in big.visits:
        _places([visit.place], len(big.points), f"visits[{visit.id}]")
        _refers(big, visit)


def _unique(field: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for item in ids:
        if item in seen:
            raise ProblemError(f"{field}[{item}]", "must be there only once")
        seen.add(item)


def _places(places: Sequence[Place], count: int, where: str) -> None:
    if not all(0 <= place < count for place in places):
        raise ProblemError(f"{where}.place", f"must be a place from 0 to {count - 1}")


def _refers(big: LargeProblem, visit: Visit) -> None:
    """What a visit names must be somewhere, though not in the same part."""
    if visit.pin is not None and visit.pin.engineer is not None and visit.pin.engineer not in big.engineer_index:
        raise ProblemError(f"visits[{visit.id}].pin.engineer", "must be a known engineer")
    for i, after in enumerate(visit.after):
        if after.visit not in big.visit_index:
            raise ProblemError(f"visits[{visit.id}].after[{i}].visit", "must be a visit of the problem")
