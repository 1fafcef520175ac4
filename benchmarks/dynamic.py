"""Days on which requests come in by the clock: who is rejected, by the engine and by immediate greedy insertion.

Both begin with the same plan of what is known. At each release the new requests are inserted or rejected for good;
what was accepted is kept.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.field import Crew, Field, Orders, insert
from benchmarks.residual import improve
from benchmarks.trsp import DEPOT, SCALE, Trsp, read_trsp, unable, whole_travel
from benchmarks.walk import TOLERANCE
from scheduler.solve import Budget

FIRST = 5
"""The first plan has so many times the budget of the later ones."""


@dataclass(frozen=True, eq=False)
class DynamicDay:
    """An instance whose requests become known at their release; those without one are known from the start."""

    name: str
    instance: Trsp
    released: Mapping[str, float]
    best: float | None = None
    all_needed: bool = False

    def part(self, tasks: int) -> "DynamicDay":
        """The same day with its first requests only."""
        return replace(self, instance=self.instance.part(tasks))


def read_dynamic(path: Path, _best: float | None = None) -> DynamicDay:
    """Release times (-1: known from the start) of an instance that is one folder above."""
    instance = in_whole_units(read_trsp(path.parent.parent / f"{path.stem.rsplit('_rd_', 1)[0]}.txt"))
    rows = [line.split() for line in path.read_text().splitlines() if line[:1].isdigit()][1:]
    released = {f"R{number}": float(time) for number, time in rows if float(time) >= 0}
    return DynamicDay(path.stem, instance, released)


def in_whole_units(instance: Trsp) -> Trsp:
    """The instance with travel as the scheduler sees it, so that both agree on what is in time."""
    return replace(instance, travel=whole_travel(instance.travel) / SCALE)


@dataclass(frozen=True)
class Outcome:
    """How a day ended.

    Attributes:
        cost: sum of the technicians' days, from leaving home to coming back.
        rejected: requests that nobody does.
    """

    cost: float
    rejected: tuple[str, ...]
    violations: tuple[str, ...]


def simulate(day: DynamicDay, engine: str | None, first: str, seconds: float, seed: int) -> Outcome:
    """Live through a day.

    Args:
        day: what comes when.
        engine: who plans again at each release; None for immediate greedy insertion alone.
        first: the engine that makes the plan of what is known from the start.
        seconds: budget at each release.
        seed: of the engines.
    """
    field_ = Field(day.instance)
    known = [request.name for request in day.instance.requests if request.name not in day.released]
    field_.follow(improve(field_, _insert_all(field_, known), known, first, Budget(seconds * FIRST, seed=seed)))
    for moment in sorted({time for name, time in day.released.items() if name in field_.nodes}):
        field_.advance(moment)
        new = [name for name, time in day.released.items() if time == moment and name in field_.nodes]
        orders = _insert_all(field_, new)
        field_.follow(orders if engine is None else improve(field_, orders, new, engine, Budget(seconds, seed=seed)))
    field_.advance(math.inf)
    return _outcome(day, field_)


def _insert_all(field_: Field, new: Iterable[str]) -> Orders:
    orders: Orders = field_.orders
    for request in new:
        orders = insert(field_, orders, request) or orders
    return orders


def _outcome(day: DynamicDay, field_: Field) -> Outcome:
    crews = [crew for crew in field_.crews.values() if crew.steps]
    served = [step.node.name for crew in crews for step in crew.steps if step.node.name != DEPOT]
    rejected = tuple(request.name for request in day.instance.requests if request.name not in served)
    wrong = [sentence for crew in crews for sentence in _broken(day, crew)]
    if len(served) != len(set(served)):
        wrong.append("a request is served twice")
    return Outcome(sum(_home(day, crew) - crew.steps[0].departs for crew in crews), rejected, tuple(wrong))


def _home(day: DynamicDay, crew: Crew) -> float:
    return crew.free + float(day.instance.travel[crew.place, crew.home.place])


def _broken(day: DynamicDay, crew: Crew) -> Iterator[str]:
    """The day as it was lived: nobody sets out for what is not known, everything is reached in time and able."""
    free, place = crew.home.opens, crew.home.place
    for step in crew.steps:
        name = f"{crew.home.name} at {step.node.name}"
        if step.departs < day.released.get(step.node.name, 0.0) - TOLERANCE:
            yield f"{name}: sets out before it is known"
        if step.departs < free - TOLERANCE:
            yield f"{name}: sets out before the stop before is over"
        if step.starts < step.departs + day.instance.travel[place, step.node.place] - TOLERANCE:
            yield f"{name}: begins before the way is over"
        if not step.node.opens - TOLERANCE <= step.starts <= step.node.closes + TOLERANCE:
            yield f"{name}: begins at {step.starts}"
        free, place = step.starts + step.node.service, step.node.place
    if crew.steps and _home(day, crew) > crew.home.closes + TOLERANCE:
        yield f"{crew.home.name}: is back at {_home(day, crew)}"
    yield from unable(crew.home, [step.node for step in crew.steps])
