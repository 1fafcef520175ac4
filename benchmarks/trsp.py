"""Technician routing and scheduling (Pillac, Guéret and Medaglia 2013), and the judge of its answers.

Technicians have homes, shifts, skills, tools and spare parts; requests need them. A technician may call once at the
depot, which lends every tool and gives any number of parts for the rest of the route. All requests are served; the
sum of the routes' durations counts, each with its best start. Times are fractions: the scheduler gets them in ten
thousandths, travel rounded up, so that what it finds feasible is feasible; the judge reckons in fractions.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.case import Routes, Verdict
from benchmarks.day import ONE_PER_SECOND
from benchmarks.walk import TOLERANCE, Halt, walk
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Engineer, Matrix, Problem, Shift, Skill, Visit, Warehouse, Window, matrix

SCALE = 10_000
"""The scheduler's seconds per unit of time."""

DEPOT = "depot"
PLENTY = 1_000_000
"""Units of each part at the depot."""


@dataclass(frozen=True)
class Node:
    """The depot, a technician's home or a request; ``parts`` are held by technicians and used up by requests."""

    name: str
    place: int
    opens: float
    closes: float
    service: float
    skills: frozenset[str]
    tools: frozenset[str]
    parts: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Trsp:
    """An instance.

    Attributes:
        travel: time from place to place, in fractions.
    """

    name: str
    travel: NDArray[np.float64]
    depot: Node
    technicians: tuple[Node, ...]
    requests: tuple[Node, ...]
    best: float | None = None
    scale: int = SCALE
    all_needed: bool = True

    def problem(self) -> tuple[Problem, SchedulingPolicy]:
        """The instance for the scheduler: what counts is working time, from leaving to coming home."""
        whole = whole_travel(self.travel)
        problem = Problem(
            places=len(whole),
            travel=whole,
            distance=whole,
            engineers=tuple(map(an_engineer, self.technicians)),
            visits=tuple(map(a_visit, self.requests)),
            warehouses=(self.a_warehouse(),),
            horizon=max(units(technician.closes) for technician in self.technicians),
        )
        return problem, a_policy(self.technicians)

    def a_warehouse(self) -> Warehouse:
        """The depot as a warehouse with plenty of parts, which lends every tool that somebody needs."""
        return Warehouse(
            DEPOT,
            self.depot.place,
            opening=(Window(units(self.depot.opens), units(self.depot.closes)),),
            stock={f"P{p}": PLENTY for p in range(max((len(r.parts) for r in self.requests), default=0))},
            tools=frozenset(tool for request in self.requests for tool in request.tools),
        )

    def part(self, tasks: int) -> "Trsp":
        """The same instance with its first requests only."""
        return replace(self, requests=self.requests[:tasks])

    def judge(self, routes: Routes) -> Verdict:
        """Sum of the least durations of all routes, and broken rules."""
        requests = {request.name: request for request in self.requests}
        technicians = {technician.name: technician for technician in self.technicians}
        wrong, cost = list(_misplaced(routes, requests, technicians)), 0.0
        if not wrong:
            for name, order in routes.items():
                if order:
                    nodes = [self.depot if step == DEPOT else requests[step] for step in order]
                    wrong += self._broken(technicians[name], nodes)
                    cost += self.spell(technicians[name], nodes)
        done = {step for order in routes.values() for step in order}
        return Verdict(cost, tuple(name for name in requests if name not in done), tuple(wrong))

    def halts(self, start: int, nodes: Sequence[Node]) -> list[Halt[float]]:
        """A route's nodes with the ways that lead to them, from a place on."""
        places = [start, *(node.place for node in nodes)]
        return [
            Halt(node.name, float(self.travel[before, node.place]), node.opens, node.closes, node.service)
            for before, node in zip(places, nodes, strict=False)
        ]

    def spell(self, technician: Node, nodes: Sequence[Node]) -> float:
        """The least duration of a route."""
        home = float(self.travel[nodes[-1].place, technician.place])
        return walk(technician.opens, technician.closes, self.halts(technician.place, nodes), home).spell

    def _broken(self, technician: Node, nodes: Sequence[Node]) -> Iterator[str]:
        home = float(self.travel[nodes[-1].place, technician.place])
        walked = walk(technician.opens, technician.closes, self.halts(technician.place, nodes), home)
        yield from (f"{technician.name} comes too late to {name}" for name in walked.late)
        if walked.end > technician.closes + TOLERANCE:
            yield f"{technician.name} is back at {walked.end}, at most {technician.closes}"
        yield from unable(technician, nodes)


def unable(technician: Node, nodes: Sequence[Node]) -> Iterator[str]:
    """A technician has every skill, and has every tool and part or got it at the depot before."""
    stocked, left = False, Counter(dict(enumerate(technician.parts)))
    if sum(node.name == DEPOT for node in nodes) > 1:
        yield f"{technician.name} calls at the depot more than once"
    for node in nodes:
        stocked = stocked or node.name == DEPOT
        if not node.skills <= technician.skills:
            yield f"{technician.name} lacks a skill for {node.name}"
        if not stocked and not node.tools <= technician.tools:
            yield f"{technician.name} lacks a tool for {node.name}"
        for part, count in enumerate(node.parts):
            left[part] -= 0 if stocked else count
            if left[part] < 0:
                yield f"{technician.name} has no part {part} left for {node.name}"


def _misplaced(routes: Routes, requests: Mapping[str, Node], technicians: Mapping[str, Node]) -> Iterator[str]:
    yield from (f"there is no technician {name}" for name in routes if name not in technicians)
    counts = Counter(step for order in routes.values() for step in order if step != DEPOT)
    for name, count in counts.items():
        if name not in requests:
            yield f"there is no request {name}"
        elif count > 1:
            yield f"request {name} is served {count} times"


def units(time: float) -> int:
    """A moment in the scheduler's seconds."""
    return round(time * SCALE)


def whole_travel(travel: NDArray[np.float64]) -> Matrix:
    """Travel in the scheduler's seconds, rounded up."""
    return matrix(np.ceil(travel * SCALE - TOLERANCE).astype(np.int64))


def an_engineer(technician: Node) -> Engineer:
    """A technician for the scheduler; one second of work costs 1."""
    return Engineer(
        id=technician.name,
        shifts=(Shift(units(technician.opens), units(technician.closes), technician.place, technician.place),),
        skills={skill: Skill() for skill in sorted(technician.skills)},
        van=parts_of(technician),
        tools=technician.tools,
        cost_per_hour=ONE_PER_SECOND,
        cost_per_km=0,
    )


def a_visit(request: Node) -> Visit:
    """A request for the scheduler."""
    return Visit(
        id=request.name,
        place=request.place,
        duration=units(request.service),
        skills=dict.fromkeys(sorted(request.skills), 1),
        tools=request.tools,
        parts=parts_of(request),
        windows=(Window(units(request.opens), units(request.closes)),),
    )


def parts_of(node: Node) -> dict[str, int]:
    """The parts of a node that are more than none."""
    return {f"P{part}": count for part, count in enumerate(node.parts) if count}


def a_policy(technicians: Sequence[Node]) -> SchedulingPolicy:
    """Working time is all that costs; leaving a request out costs as much as all shifts together."""
    penalty = sum(units(technician.closes - technician.opens) for technician in technicians) + 1
    return SchedulingPolicy(
        unserved=dict.fromkeys(range(1, 5), penalty) | {5: 10 * penalty},
        travel_percent=0,
        distance_percent=0,
        working_percent=100,
    )


def read_trsp(path: Path, best: float | None = None) -> Trsp:
    """An instance: points, or points and matrices of which the one of travel times counts."""
    blocks = _blocks(path.read_text())
    crew = int(blocks["INFO"][1].split()[0])
    nodes = [_node(row, crew) for row in _rows(blocks)]
    times = blocks.get("TRAVEL TIMES")
    if times is None:
        at = np.array([[float(word) for word in row.split()[1:3]] for row in _rows(blocks)])
        travel = np.sqrt(((at[:, None] - at[None]) ** 2).sum(-1))
    else:
        travel = np.array([[float(word) for word in row.split(";")[1:]] for row in times if row[0].isdigit()])
    return Trsp(path.stem, travel, nodes[0], tuple(nodes[1 : crew + 1]), tuple(nodes[crew + 1 :]), best)


def _blocks(text: str) -> dict[str, list[str]]:
    """The lines below each title."""
    out: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in map(str.strip, text.splitlines()):
        if line in {"INFO", "DEPOT TECHNICIANS AND REQUESTS", "DISTANCES", "TRAVEL TIMES"}:
            lines = out.setdefault(line, [])
        elif line:
            lines.append(line)
    return out


def _rows(blocks: Mapping[str, list[str]]) -> list[str]:
    return blocks["DEPOT TECHNICIANS AND REQUESTS"][1:]


def _node(row: str, crew: int) -> Node:
    head, *lists = row.replace("]", "[").split("[")
    number, _x, _y, opens, closes, service = head.split()
    skills, tools, parts = ([word.strip() for word in lists[i].split(",") if word.strip()] for i in (0, 2, 4))
    place = int(number)
    return Node(
        name=DEPOT if place == 0 else f"T{place}" if place <= crew else f"R{place}",
        place=place,
        opens=float(opens),
        closes=float(closes),
        service=float(service),
        skills=frozenset(f"S{skill}" for skill in skills),
        tools=frozenset(f"T{tool}" for tool in tools),
        parts=tuple(int(count) for count in parts),
    )
