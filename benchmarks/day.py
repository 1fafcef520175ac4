"""A day of tasks for vehicles: territory days and vehicle routing with time windows, and the judge of both.

All whole numbers, in one unit of time that is also the unit of cost: a route costs its travel.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from benchmarks.case import Routes, Verdict
from benchmarks.walk import Halt, walk
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Engineer, Matrix, Problem, Shift, Skill, Visit, Window

LOAD = "load"
"""The part that stands for a vehicle's capacity: the van holds so much of it, every task uses its demand."""

ONE_PER_SECOND = 3600
"""Cost per hour at which a second costs 1."""


@dataclass(frozen=True)
class Task:
    """Work for one vehicle: starts from ``opens`` to ``closes``, both included."""

    name: str
    place: int
    service: int
    opens: int
    closes: int
    skills: frozenset[str] = frozenset()
    demand: int = 0
    priority: int = 3


@dataclass(frozen=True)
class Vehicle:
    """A vehicle: out and back between ``opens`` and ``closes``.

    Attributes:
        longest: most time from leaving to coming back, waiting included; the start is free. None for no limit.
    """

    name: str
    home: int
    opens: int
    closes: int
    skills: frozenset[str] = frozenset()
    capacity: int | None = None
    longest: int | None = None

    def may(self, task: Task) -> bool:
        """Whether this vehicle may do a task."""
        return task.skills <= self.skills


@dataclass(frozen=True, eq=False)
class Day:
    """Tasks and vehicles, and what travel and leaving a task out cost.

    Attributes:
        travel: time from place to place.
        penalties: cost of leaving a task out, by its priority.
    """

    name: str
    travel: Matrix
    tasks: tuple[Task, ...]
    vehicles: tuple[Vehicle, ...]
    penalties: Mapping[int, int]
    all_needed: bool
    scale: int = 1
    best: float | None = None

    def problem(self) -> tuple[Problem, SchedulingPolicy]:
        """The day for the scheduler: one shift for each vehicle, capacity as a part in the van."""
        problem = Problem(
            places=len(self.travel),
            travel=self.travel,
            distance=self.travel,
            engineers=tuple(map(_engineer, self.vehicles)),
            visits=tuple(map(_visit, self.tasks)),
            horizon=max((vehicle.closes for vehicle in self.vehicles), default=0),
        )
        return problem, SchedulingPolicy(unserved=self.penalties, distance_percent=0)

    def part(self, tasks: int) -> "Day":
        """The same day with its first tasks only."""
        return replace(self, tasks=self.tasks[:tasks])

    def judge(self, routes: Routes) -> Verdict:
        """Cost in the published unit, and broken rules, of an answer."""
        tasks = {task.name: task for task in self.tasks}
        vehicles = {vehicle.name: vehicle for vehicle in self.vehicles}
        wrong, travel = list(_misplaced(routes, tasks, vehicles)), 0
        if not wrong:
            for name, order in routes.items():
                if order:
                    way = [tasks[task] for task in order]
                    travel += _length(self.travel, vehicles[name], way)
                    wrong += _broken(self.travel, vehicles[name], way)
        done = {task for order in routes.values() for task in order}
        left_out = tuple(task.name for task in self.tasks if task.name not in done)
        penalty = 0 if self.all_needed else sum(self.penalties[tasks[name].priority] for name in left_out)
        return Verdict((travel + penalty) / self.scale, left_out, tuple(wrong))


def _engineer(vehicle: Vehicle) -> Engineer:
    return Engineer(
        id=vehicle.name,
        shifts=(Shift(vehicle.opens, vehicle.closes, vehicle.home, vehicle.home, longest=vehicle.longest),),
        skills={skill: Skill() for skill in sorted(vehicle.skills)},
        van={} if vehicle.capacity is None else {LOAD: vehicle.capacity},
        cost_per_hour=ONE_PER_SECOND,
        cost_per_km=0,
    )


def _visit(task: Task) -> Visit:
    return Visit(
        id=task.name,
        place=task.place,
        duration=task.service,
        skills=dict.fromkeys(sorted(task.skills), 1),
        parts={LOAD: task.demand} if task.demand else {},
        windows=(Window(task.opens, task.closes),),
        priority=task.priority,
    )


def _misplaced(routes: Routes, tasks: Mapping[str, Task], vehicles: Mapping[str, Vehicle]) -> Iterator[str]:
    """Every route has a vehicle, every task exists and is done once at most."""
    yield from (f"there is no vehicle {name}" for name in routes if name not in vehicles)
    counts = Counter(task for order in routes.values() for task in order)
    for name, count in counts.items():
        if name not in tasks:
            yield f"there is no task {name}"
        elif count > 1:
            yield f"task {name} is done {count} times"


def _length(travel: Matrix, vehicle: Vehicle, way: Sequence[Task]) -> int:
    places = [vehicle.home, *(task.place for task in way), vehicle.home]
    return sum(int(travel[leg]) for leg in pairwise(places))


def _broken(travel: Matrix, vehicle: Vehicle, way: Sequence[Task]) -> Iterator[str]:
    """The vehicle may do every task and carry it all, comes in time, and is back in time."""
    yield from (f"{vehicle.name} may not do {task.name}" for task in way if not vehicle.may(task))
    load = sum(task.demand for task in way)
    if vehicle.capacity is not None and load > vehicle.capacity:
        yield f"{vehicle.name} carries {load}, at most {vehicle.capacity}"
    places = [vehicle.home, *(task.place for task in way)]
    halts = [
        Halt(task.name, int(travel[before, task.place]), task.opens, task.closes, task.service)
        for before, task in zip(places, way, strict=False)
    ]
    walked = walk(vehicle.opens, vehicle.closes, halts, int(travel[places[-1], vehicle.home]))
    yield from (f"{vehicle.name} comes too late to {name}" for name in walked.late)
    if walked.end > vehicle.closes:
        yield f"{vehicle.name} is back at {walked.end}, at most {vehicle.closes}"
    if vehicle.longest is not None and walked.spell > vehicle.longest:
        yield f"{vehicle.name} is out for {walked.spell}, at most {vehicle.longest}"
