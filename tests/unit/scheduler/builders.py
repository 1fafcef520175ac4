"""A world on a line: place ``i`` is 600 s and 5 km from place ``i + 1``; a second of travel costs 1."""

from dataclasses import replace
from typing import Any

from scheduler.budget import Budget
from scheduler.plan import Plan, Route, Stop, StopKind
from scheduler.policy import SchedulingPolicy
from scheduler.problem import (
    After,
    Break,
    Engineer,
    Pin,
    PinKind,
    Position,
    Problem,
    Published,
    Shift,
    Skill,
    Visit,
    Warehouse,
    Window,
    matrix,
)
from scheduler.solve import plan

__all__ = [
    "DAY",
    "HOUR",
    "After",
    "Break",
    "Pin",
    "PinKind",
    "Position",
    "Published",
    "Skill",
    "Window",
    "a_problem",
    "a_shift",
    "a_visit",
    "a_warehouse",
    "an_engineer",
    "solve",
    "starts",
    "with_stop",
]

HOUR = 3600
DAY = 24 * HOUR
LEG = 600


def a_shift(start: int = 8, end: int = 16, **fields: Any) -> Shift:
    """A shift from place 0 to place 0; hours of the horizon."""
    values: dict[str, Any] = {"start_place": 0, "end_place": 0, **fields}
    return Shift(start=start * HOUR, end=end * HOUR, **values)


def an_engineer(name: str = "E0", *shifts: Shift, **fields: Any) -> Engineer:
    """An engineer with one day shift unless others are given."""
    values: dict[str, Any] = {"cost_per_hour": HOUR, "cost_per_km": 0, **fields}
    return Engineer(id=name, shifts=shifts or (a_shift(),), **values)


def a_visit(name: str = "V0", place: int = 1, **fields: Any) -> Visit:
    """An hour of work at a place."""
    values: dict[str, Any] = {"duration": HOUR, **fields}
    return Visit(id=name, place=place, **values)


def a_warehouse(name: str = "W0", place: int = 2, **fields: Any) -> Warehouse:
    """A warehouse that is always open and handles in no time."""
    return Warehouse(id=name, place=place, **fields)


def a_problem(*things: Engineer | Visit | Warehouse, places: int = 12) -> Problem:
    """A problem of two days made of engineers, visits and warehouses."""
    rows = [[abs(a - b) for b in range(places)] for a in range(places)]
    return Problem(
        places=places,
        travel=matrix([[LEG * n for n in row] for row in rows]),
        distance=matrix([[5000 * n for n in row] for row in rows]),
        engineers=tuple(thing for thing in things if isinstance(thing, Engineer)),
        visits=tuple(thing for thing in things if isinstance(thing, Visit)),
        warehouses=tuple(thing for thing in things if isinstance(thing, Warehouse)),
        horizon=2 * DAY,
    )


def solve(problem: Problem, policy: SchedulingPolicy | None = None, engine: str = "routing", **fields: Any) -> Plan:
    """Plan with two deterministic rounds."""
    steps = 300 if engine == "callout" else 2
    return plan(problem, policy, Budget(seconds=5, iterations=steps), engine, **fields)


def starts(result: Plan) -> dict[str, tuple[str, int]]:
    """Engineer and start of each assigned visit."""
    return {name: (found.engineer, found.arrival) for name, found in result.assignments.items()}


def with_stop(result: Plan, kind: StopKind, **fields: Any) -> Plan:
    """The plan with the first stop of a kind changed."""
    routes: list[Route] = []
    done = False
    for route in result.routes:
        stops: list[Stop] = []
        for stop in route.stops:
            hit = stop.kind is kind and not done
            done = done or hit
            stops.append(replace(stop, **fields) if hit else stop)
        routes.append(replace(route, stops=tuple(stops)))
    return replace(result, routes=tuple(routes))
