"""The open engines that Callout is measured against: VROOM, PyVRP, and OR-Tools' routing library.

Each takes a ``Day`` in its own native terms (capacity, skills, windows, penalties) and answers routes. The packages
come from ``requirements/bench.in``; they are imported when first used.
"""

import importlib
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.case import Routes
from benchmarks.day import Day, Vehicle

UNREACHABLE = 10**7
"""PyVRP: way to a task that a vehicle may not do, beyond any day."""

VROOM_PRIORITY = {1: 10, 2: 40, 3: 100, 4: 100, 5: 100}
"""VROOM weighs by priority 0 to 100, not by cost."""


class MissingPeerError(RuntimeError):
    """A peer's package is not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(f"{package} is not installed; install requirements/bench.lock")
        self.package = package


def _package(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingPeerError(name.split(".", maxsplit=1)[0]) from error


def vroom(day: Day, seconds: float, _seed: int) -> Routes:
    """VROOM at its highest exploration level, within the budget; it ends by itself, often before."""
    return _vroom(day, time.monotonic() + seconds)


def vroom_free(day: Day, _seconds: float, _seed: int) -> Routes:
    """VROOM at its highest exploration level, for as long as it likes: its seconds may be above the budget."""
    return _vroom(day, None)


def _vroom(day: Day, deadline: float | None) -> Routes:
    library, solutions = _package("vroom"), _package("vroom.solution.solution")
    skills = {name: i + 1 for i, name in enumerate(sorted({s for task in day.tasks for s in task.skills}))}
    capacities = any(vehicle.capacity is not None for vehicle in day.vehicles)
    model = library.Input()
    model.set_durations_matrix("car", day.travel.astype(np.uint32))
    model.set_costs_matrix("car", day.travel.astype(np.uint32))
    model.add_vehicle(
        [
            library.Vehicle(
                k + 1,
                start=vehicle.home,
                end=vehicle.home,
                skills={skills[s] for s in vehicle.skills if s in skills},
                time_window=(vehicle.opens, vehicle.closes),
                capacity=[vehicle.capacity or 0] if capacities else [],
            )
            for k, vehicle in enumerate(day.vehicles)
        ]
    )
    model.add_job(
        [
            library.Job(
                i + 1,
                location=task.place,
                default_service=task.service,
                delivery=library.Amount([task.demand] if capacities else []),
                skills={skills[s] for s in task.skills},
                priority=0 if day.all_needed else VROOM_PRIORITY[task.priority],
                time_windows=[(task.opens, task.closes)],
            )
            for i, task in enumerate(day.tasks)
        ]
    )
    left = None if deadline is None else timedelta(seconds=max(0.001, deadline - time.monotonic()))
    # Input.solve of pyvroom 1.15.1 raises a TypeError for any timeout, hence what it calls itself.
    found = solutions.Solution(model._solve(exploration_level=5, nb_threads=1, timeout=left))  # noqa: SLF001
    rows = found.routes
    jobs = rows[rows.type == "job"]
    routes: dict[str, list[str]] = {}
    for vehicle, job in zip(jobs.vehicle_id, jobs.id, strict=True):
        routes.setdefault(day.vehicles[int(vehicle) - 1].name, []).append(day.tasks[int(job) - 1].name)
    return routes


def pyvrp(day: Day, seconds: float, seed: int) -> Routes:
    """PyVRP; a vehicle may not do a task when the way there is endless for its profile."""
    began, library = time.monotonic(), _package("pyvrp")
    stop = _package("pyvrp.stop")
    homes = sorted({vehicle.home for vehicle in day.vehicles})
    profiles = {barred: k for k, barred in enumerate(dict.fromkeys(_barred(day, v) for v in day.vehicles))}
    ways = [_ways(day, barred) for barred in profiles]
    groups = _alike(day)
    data = library.ProblemData(
        [library.Location(float(place), 0.0) for place in range(len(day.travel))],
        [
            library.Client(
                task.place,
                delivery=[] if day.vehicles[0].capacity is None else [task.demand],
                service_duration=task.service,
                tw_early=task.opens,
                tw_late=task.closes,
                required=day.all_needed,
                prize=0 if day.all_needed else day.penalties[task.priority],
            )
            for task in day.tasks
        ],
        [library.Depot(home) for home in homes],
        [
            library.VehicleType(
                len(alike),
                capacity=[] if vehicle.capacity is None else [vehicle.capacity],
                start_depot=homes.index(vehicle.home),
                end_depot=homes.index(vehicle.home),
                tw_early=vehicle.opens,
                tw_late=vehicle.closes,
                profile=profiles[_barred(day, vehicle)],
                **({} if vehicle.longest is None else {"shift_duration": vehicle.longest}),
            )
            for vehicle, alike in groups.items()
        ],
        ways,
        ways,
    )
    left = max(0.01, seconds - (time.monotonic() - began))
    best = library.solve(data, stop.MaxRuntime(left), seed=seed, collect_stats=False, display=False).best
    names = [list(alike) for alike in groups.values()]
    return {
        names[route.vehicle_type()].pop(): [day.tasks[step.idx].name for step in route if step.is_client()]
        for route in best.routes()
    }


def _ways(day: Day, barred: frozenset[int]) -> NDArray[np.int64]:
    ways: NDArray[np.int64] = day.travel.astype(np.int64)
    closed = sorted(barred)
    ways[closed, :] = ways[:, closed] = UNREACHABLE
    np.fill_diagonal(ways, 0)
    return ways


def _barred(day: Day, vehicle: Vehicle) -> frozenset[int]:
    """The places of the tasks that a vehicle may not do."""
    return frozenset(task.place for task in day.tasks if not vehicle.may(task))


def _alike(day: Day) -> dict[Vehicle, list[str]]:
    """Vehicles that differ in their names alone, by the first of them."""
    first: dict[tuple[object, ...], Vehicle] = {}
    out: dict[Vehicle, list[str]] = {}
    for v in day.vehicles:
        kind = first.setdefault((v.home, v.opens, v.closes, v.skills, v.capacity, v.longest), v)
        out.setdefault(kind, []).append(v.name)
    return out


def routing(day: Day, seconds: float, _seed: int) -> Routes:
    """OR-Tools' routing library: parallel cheapest insertion, then guided local search; it has no seed."""
    began = time.monotonic()
    solver, enums = _package("ortools.constraint_solver.pywrapcp"), _package("ortools.constraint_solver")
    tasks, vehicles = day.tasks, day.vehicles
    places = np.array([t.place for t in tasks] + [v.home for v in vehicles])
    homes = list(range(len(tasks), len(places)))
    manager = solver.RoutingIndexManager(len(places), len(vehicles), homes, homes)
    model = solver.RoutingModel(manager)
    travel = day.travel.astype(np.int64)[np.ix_(places, places)]
    service = np.array([t.service for t in tasks] + [0] * len(vehicles))
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(travel.tolist()))
    last = max(v.closes for v in vehicles)
    model.AddDimension(model.RegisterTransitMatrix((travel + service[:, None]).tolist()), last, last, False, "time")
    clock = model.GetDimensionOrDie("time")
    for i, task in enumerate(tasks):
        index = manager.NodeToIndex(i)
        clock.CumulVar(index).SetRange(task.opens, min(task.closes, last))
        # SetAllowedVehiclesForIndex refuses Python lists; -1 means left out.
        model.VehicleVar(index).SetValues([-1, *(k for k, v in enumerate(vehicles) if v.may(task))])
        model.AddDisjunction([index], day.penalties[task.priority])
    for k, vehicle in enumerate(vehicles):
        for index in (model.Start(k), model.End(k)):
            clock.CumulVar(index).SetRange(vehicle.opens, vehicle.closes)
        if vehicle.longest is not None:
            clock.SetSpanUpperBoundForVehicle(vehicle.longest, k)
    if vehicles[0].capacity is not None:
        loads = model.RegisterUnaryTransitVector([t.demand for t in tasks] + [0] * len(vehicles))
        model.AddDimensionWithVehicleCapacity(loads, 0, [v.capacity or 0 for v in vehicles], True, "load")
    parameters = solver.DefaultRoutingSearchParameters()
    choices = enums.routing_enums_pb2
    parameters.first_solution_strategy = choices.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = choices.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(max(1, int((seconds - (time.monotonic() - began)) * 1000)))
    found = model.SolveWithParameters(parameters)
    return {} if found is None else {v.name: _order(day, manager, model, found, k) for k, v in enumerate(vehicles)}


def _order(day: Day, manager: Any, model: Any, found: Any, vehicle: int) -> list[str]:
    order = []
    index = found.Value(model.NextVar(model.Start(vehicle)))
    while not model.IsEnd(index):
        order.append(day.tasks[manager.IndexToNode(index)].name)
        index = found.Value(model.NextVar(index))
    return order


Peer = Callable[[Day, float, int], Routes]

PEERS: dict[str, Peer] = {"vroom": vroom, "vroom-free": vroom_free, "pyvrp": pyvrp, "routing": routing}
"""The peers by name."""

SEEDED = frozenset({"pyvrp"})
"""The peers whose answer depends on the seed."""
