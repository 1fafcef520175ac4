"""Technicians at work: where they are, what they have set out for, what is still to be done, and the clock.

One rule moves everybody: technicians leave home as late as the earliest end allows, and set out for the next stop so
as not to wait at a closed door; who has set out does not turn round. Who has nothing left to do can be sent on from
where he is; if nothing comes, he went home at once.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from benchmarks.trsp import DEPOT, PLENTY, Node, Trsp, unable
from benchmarks.walk import TOLERANCE, Walk, walk

Orders = Mapping[str, tuple[str, ...]]
"""By technician, what is still to be done, the depot included."""


@dataclass(frozen=True)
class Step:
    """A stop that a technician has set out for: its journey began at ``departs``, its work at ``starts``."""

    node: Node
    departs: float
    starts: float


@dataclass(frozen=True)
class Crew:
    """A technician on the day.

    Attributes:
        technician: with the tools and parts that are on board now.
        place: where the last stop was; ``free`` is when it is over.
        steps: the stops that were set out for; none while the technician is at home.
        order: what is still to be done.
    """

    home: Node
    technician: Node
    place: int
    free: float
    steps: tuple[Step, ...] = ()
    order: tuple[str, ...] = ()


@dataclass
class Field:
    """The day as it is at a moment, and what moves it on."""

    instance: Trsp
    now: float = 0.0
    crews: dict[str, Crew] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.nodes = {request.name: request for request in self.instance.requests} | {DEPOT: self.instance.depot}
        for node in self.instance.technicians:
            self.crews[node.name] = Crew(node, node, node.place, node.opens)

    @property
    def orders(self) -> dict[str, tuple[str, ...]]:
        """What is still to be done."""
        return {name: crew.order for name, crew in self.crews.items()}

    def follow(self, orders: Orders) -> None:
        """Give every technician a new order."""
        self.crews = {name: replace(crew, order=orders.get(name, ())) for name, crew in self.crews.items()}

    def advance(self, until: float) -> None:
        """Let the clock run: stops are committed to when their journey begins before ``until``."""
        for name, crew in self.crews.items():
            moved = crew
            while moved.order and (departs := self.departure(moved)) < until:
                moved = self._commit(moved, departs)
            self.crews[name] = moved
        self.now = until

    def departure(self, crew: Crew) -> float:
        """When the technician sets out for the first stop of the order."""
        if not crew.steps:
            return self.walked(crew, crew.order).leave
        node = self.nodes[crew.order[0]]
        way = float(self.instance.travel[crew.place, node.place])
        return max(self.begins(crew), node.opens - way)

    def begins(self, crew: Crew) -> float:
        """The first moment at which the technician can set out now."""
        return max(crew.free, self.now)

    def walked(self, crew: Crew, order: Sequence[str]) -> Walk[float]:
        """An order walked from where the technician is."""
        instance, nodes = self.instance, [self.nodes[name] for name in order]
        last = nodes[-1].place if nodes else crew.place
        home = float(instance.travel[last, crew.home.place])
        begins = self.begins(crew) if nodes else crew.free
        return walk(begins, crew.home.closes, instance.halts(crew.place, nodes), home)

    def length(self, crew: Crew, order: Sequence[str]) -> float | None:
        """How long the technician's day is with an order; None if it cannot be done."""
        if not crew.steps and not order:
            return 0.0
        walked = self.walked(crew, order)
        if walked.late or walked.end > crew.home.closes + TOLERANCE:
            return None
        if any(unable(crew.technician, [self.nodes[name] for name in order])):
            return None
        return walked.end - crew.steps[0].departs if crew.steps else walked.spell

    def total(self, orders: Orders) -> float:
        """Sum of the lengths of the day over the technicians; endless if an order cannot be done."""
        lengths = (self.length(crew, orders.get(name, ())) for name, crew in self.crews.items())
        return sum(math.inf if length is None else length for length in lengths)

    def _commit(self, crew: Crew, departs: float) -> Crew:
        node = self.nodes[crew.order[0]]
        starts = max(departs + float(self.instance.travel[crew.place, node.place]), node.opens)
        return Crew(
            home=crew.home,
            technician=self._after(crew.technician, node),
            place=node.place,
            free=starts + node.service,
            steps=(*crew.steps, Step(node, departs, starts)),
            order=crew.order[1:],
        )

    def _after(self, technician: Node, node: Node) -> Node:
        if node.name == DEPOT:
            everything = frozenset(tool for request in self.instance.requests for tool in request.tools)
            return replace(technician, tools=everything, parts=(PLENTY,) * len(technician.parts))
        left = tuple(held - used for held, used in zip(technician.parts, node.parts, strict=True))
        return replace(technician, parts=left)


def insert(field_: Field, orders: Orders, request: str) -> Orders | None:
    """Immediate greedy insertion: the cheapest place among all routes, with a call at the depot if it needs one."""
    best: tuple[float, str, tuple[str, ...]] | None = None
    for name, crew in field_.crews.items():
        if not field_.nodes[request].skills <= crew.home.skills:
            continue
        order = orders.get(name, ())
        before = field_.length(crew, order)
        for longer in _insertions(crew, order, request):
            after = field_.length(crew, longer)
            if after is not None and before is not None and (best is None or after - before < best[0]):
                best = (after - before, name, longer)
    return None if best is None else {**orders, best[1]: best[2]}


def _insertions(crew: Crew, order: tuple[str, ...], request: str) -> Iterator[tuple[str, ...]]:
    for i in range(len(order) + 1):
        longer = (*order[:i], request, *order[i:])
        yield longer
        if DEPOT not in order and all(step.node.name != DEPOT for step in crew.steps):
            yield from ((*longer[:j], DEPOT, *longer[j:]) for j in range(i + 1))
