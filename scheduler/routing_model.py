"""The problem as a model of OR-Tools' routing library, and its answer as orders of visits.

The model is the search's guide, not the judge: it sees a part from a warehouse as a detour right before the
visit, takes scarce stock as allocated beforehand, and counts lateness by the second. ``build`` turns its orders
into exact times and stock.

Traps of the library: ``SetAllowedVehiclesForIndex`` rejects Python lists (9.15), hence values of ``VehicleVar``
with -1 for "unserved"; a registered matrix holds the GIL for the whole solve, hence ``scheduler.process``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from scheduler.allocation import Detours
from scheduler.build import Orders
from scheduler.facts import ENDLESS, NEVER, Facts, Slot
from scheduler.units import Seconds

SCALE = 100
"""Model cost units per cost unit, so that rates per second do not vanish in rounding."""


@dataclass(frozen=True)
class SearchLimits:
    """When the library stops: after so many seconds, or at the first local optimum (which does not depend on time)."""

    seconds: float
    to_local_optimum: bool = False


Choices = Mapping[int, Sequence[int]]
"""For each visit that the model may serve, its slots; never empty ones."""


Frozen = Mapping[int, Seconds]
"""Visits that stay at their start."""


def choices_for(
    facts: Facts, detours: Detours, slots: Collection[int], visits: Iterable[int]
) -> dict[int, Sequence[int]]:
    """What the model can decide: visits that have a start time left and a slot with the parts.

    The library crashes on a model without vehicles, so callers leave out a model without choices.
    """
    found: dict[int, Sequence[int]] = {
        v: [
            slot for slot in facts.allowed[v] if slot in slots and (v, facts.slots[slot].engineer) not in detours.barred
        ]
        for v in visits
        if _first(facts, detours, v) <= _last(facts, v)
    }
    return {v: choice for v, choice in found.items() if choice}


def _first(facts: Facts, detours: Detours, v: int) -> Seconds:
    """The first start: of the windows, and of what is shipped."""
    ready = detours.ready.get(v, 0)
    return next((max(ready, w.start) for w in facts.timings[v].windows if w.end >= ready), NEVER)


def _last(facts: Facts, v: int) -> Seconds:
    """The last start: of the windows, or of all shifts when a pin may be late."""
    timing = facts.timings[v]
    last = NEVER if timing.may_be_late or not timing.windows else max(w.end for w in timing.windows)
    return min(last, facts.last)


class RoutingModel:
    """One vehicle per usable shift, one node per visit that somebody can do, one node per start or end place."""

    def __init__(self, facts: Facts, detours: Detours, choices: Choices, frozen: Frozen) -> None:
        self._facts = facts
        self._frozen = frozen
        self._detours = detours
        self._allowed = choices
        self._visits = list(choices)
        used = sorted({slot for choice in choices.values() for slot in choice})
        self._slots: list[Slot] = [facts.slots[index] for index in used]
        self._vehicle = {slot.index: vehicle for vehicle, slot in enumerate(self._slots)}
        ends = sorted({p for slot in self._slots for p in (slot.start_place, slot.end_place)})
        node_of = {place: len(self._visits) + i for i, place in enumerate(ends)}
        self._places = np.array([facts.timings[v].place for v in self._visits] + ends, dtype=np.int64)
        self._manager = pywrapcp.RoutingIndexManager(
            len(self._places),
            len(self._slots),
            [node_of[slot.start_place] for slot in self._slots],
            [node_of[slot.end_place] for slot in self._slots],
        )
        self._routing = pywrapcp.RoutingModel(self._manager)
        self._index = {v: self._manager.NodeToIndex(node) for node, v in enumerate(self._visits)}
        self._add_costs()
        self._time = self._add_time()
        self._add_visits()
        self._add_shifts()
        self._add_breaks()
        self._add_visit_limit()

    def _by_engineer(self) -> dict[int, list[int]]:
        out: dict[int, list[int]] = {}
        for vehicle, slot in enumerate(self._slots):
            out.setdefault(slot.engineer, []).append(vehicle)
        return out

    def _with_detours(self, matrix: NDArray[np.int64], handling: bool, engineer: int) -> NDArray[np.int64]:
        """Node to node values; a visit that needs a warehouse is reached by way of it."""
        out = matrix[np.ix_(self._places, self._places)]
        for column, v in enumerate(self._visits):
            way = self._detours.of(v, engineer)
            if not way:
                continue
            through, place = np.zeros(len(self._places), dtype=np.int64), self._places
            for w in way:
                warehouse = self._facts.problem.warehouses[w]
                through = through + matrix[place, warehouse.place] + (warehouse.handling if handling else 0)
                place = np.full(len(self._places), warehouse.place, dtype=np.int64)
            out[:, column] = through + matrix[place, self._places[column]]
        return out

    def _add_costs(self) -> None:
        """Travel, distance and the fit of the engineer, as the cost of an arc into a visit."""
        for engineer, vehicles in self._by_engineer().items():
            legs = np.array(self._facts.legs(engineer).both, dtype=np.int64)
            cost = self._with_detours(legs, False, engineer)
            fit = [self._facts.fit[v][engineer] for v in self._visits]
            cost[:, : len(fit)] += np.array(fit, dtype=np.int64)
            evaluator = self._routing.RegisterTransitMatrix((cost * SCALE).tolist())
            for vehicle in vehicles:
                self._routing.SetArcCostEvaluatorOfVehicle(evaluator, vehicle)

    def _add_time(self) -> Any:
        """Work, then travel. Engineers with the same detours and durations share a matrix."""
        travel = self._facts.problem.travel.astype(np.int64)
        known: dict[tuple[object, ...], int] = {}
        evaluators = [0] * len(self._slots)
        for engineer, vehicles in self._by_engineer().items():
            durations = tuple(self._facts.timing(v, engineer).duration for v in self._visits)
            key = (durations, *(self._detours.of(v, engineer) for v in self._visits))
            if key not in known:
                work = np.zeros(len(self._places), dtype=np.int64)
                work[: len(durations)] = durations
                matrix = self._with_detours(travel, True, engineer) + work[:, None]
                known[key] = self._routing.RegisterTransitMatrix(matrix.tolist())
            for vehicle in vehicles:
                evaluators[vehicle] = known[key]
        most = self._facts.last * 2 + 1
        self._routing.AddDimensionWithVehicleTransits(evaluators, most, most, False, "time")
        return self._routing.GetDimensionOrDie("time")

    def _add_visits(self) -> None:
        """Who may do a visit, when it may start, what lateness, moving it and leaving it out cost.

        The library takes one soft upper bound per visit, so a published visit's lateness is only seen if its
        promise ends within the hour after its published start; the exact cost is counted afterwards.
        """
        for v in self._visits:
            index, timing = self._index[v], self._facts.timings[v]
            vehicles = [self._vehicle[slot] for slot in self._allowed[v]]
            self._routing.VehicleVar(index).SetValues([-1, *vehicles])
            self._routing.AddDisjunction([index], self._facts.unserved[v] * SCALE)
            self._add_windows(v)
            late = timing.late_rate * SCALE // 6000
            if timing.published is None:
                if timing.late_after < NEVER and late:
                    self._time.SetCumulVarSoftUpperBound(index, max(0, timing.late_after), late)
                continue
            moved = timing.moved_rate * SCALE // 60
            bound = min(timing.published, max(0, timing.late_after))
            rate = moved + late if timing.late_after - timing.published < 3600 else moved
            self._time.SetCumulVarSoftUpperBound(index, bound, rate)
            self._time.SetCumulVarSoftLowerBound(index, timing.published, moved)

    def _add_windows(self, v: int) -> None:
        """A visit starts in one of its windows, and not before its shipped parts are there; or just when it does."""
        start = self._time.CumulVar(self._index[v])
        if v in self._frozen:
            start.SetValue(self._frozen[v])
            return
        windows = self._facts.timings[v].windows
        start.SetRange(_first(self._facts, self._detours, v), _last(self._facts, v))
        reached = windows[0].end
        for window in windows[1:]:
            if window.start > reached + 1:
                start.RemoveInterval(reached + 1, window.start - 1)
            reached = max(reached, window.end)

    def _add_shifts(self) -> None:
        """A route starts with its shift, or later if it may not be long, and ends before the limit; overtime costs."""
        for vehicle, slot in enumerate(self._slots):
            latest = slot.start if slot.longest == ENDLESS else slot.limit
            self._time.CumulVar(self._routing.Start(vehicle)).SetRange(slot.start, latest)
            if slot.longest < ENDLESS:
                self._time.SetSpanUpperBoundForVehicle(slot.longest, vehicle)
            straight = slot.start + self._facts.travel[slot.start_place][slot.end_place]
            end = self._routing.End(vehicle)
            self._time.CumulVar(end).SetRange(slot.start, max(slot.limit, straight))
            rate = self._facts.problem.engineers[slot.engineer].cost_per_hour
            per_second = rate * self._facts.policy.overtime_percent * SCALE // 360_000
            if slot.limit > slot.end and per_second:
                self._time.SetCumulVarSoftUpperBound(end, slot.end, per_second)

    def _add_breaks(self) -> None:
        """A break starts in its window; it may interrupt travel, never work."""
        solver = self._routing.solver()
        for vehicle, slot in enumerate(self._slots):
            if slot.break_ is not None:
                work = [0] * self._routing.Size()
                for v in self._visits:
                    work[self._index[v]] = self._facts.timing(v, slot.engineer).duration
                pause = solver.FixedDurationIntervalVar(
                    slot.break_.earliest, slot.break_.latest, slot.break_.duration, False, f"break {vehicle}"
                )
                self._time.SetBreakIntervalsOfVehicle([pause], vehicle, work)

    def _add_visit_limit(self) -> None:
        """An engineer does at most so many visits in a shift."""
        limits = [slot.max_visits for slot in self._slots]
        if all(limit >= len(self._visits) for limit in limits):
            return
        ones = [1] * len(self._visits) + [0] * (len(self._places) - len(self._visits))
        count = self._routing.RegisterUnaryTransitVector(ones)
        self._routing.AddDimensionWithVehicleCapacity(count, 0, limits, True, "visits")

    def solve(self, start: Orders, limits: SearchLimits) -> Orders | None:
        """Search from the given orders.

        Returns:
            The best orders found, or None if the library found nothing.
        """
        parameters = _parameters(limits)
        self._routing.CloseModelWithParameters(parameters)
        routes = [[self._index[v] for v in start.get(slot.index, ()) if v in self._index] for slot in self._slots]
        first = self._routing.ReadAssignmentFromRoutes(routes, True)
        if first is None:
            found = self._routing.SolveWithParameters(parameters)
        else:
            found = self._routing.SolveFromAssignmentWithParameters(first, parameters)
        return None if found is None else self._orders(found)

    def _orders(self, found: Any) -> Orders:
        orders: dict[int, Sequence[int]] = {}
        for vehicle, slot in enumerate(self._slots):
            index = found.Value(self._routing.NextVar(self._routing.Start(vehicle)))
            order: list[int] = []
            while not self._routing.IsEnd(index):
                order.append(self._visits[self._manager.IndexToNode(index)])
                index = found.Value(self._routing.NextVar(index))
            if order:
                orders[slot.index] = order
        return orders


def _parameters(limits: SearchLimits) -> Any:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    first = routing_enums_pb2.FirstSolutionStrategy
    parameters.first_solution_strategy = first.PARALLEL_CHEAPEST_INSERTION
    search = routing_enums_pb2.LocalSearchMetaheuristic
    parameters.local_search_metaheuristic = (
        search.GREEDY_DESCENT if limits.to_local_optimum else search.GUIDED_LOCAL_SEARCH
    )
    parameters.fallback_to_cp_sat_size_threshold = 0
    parameters.time_limit.FromMilliseconds(max(1, int(limits.seconds * 1000)))
    return parameters
