"""What is planned so far of a large problem, and the patches cut out of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from scheduler.large_patch import Solution
from scheduler.large_problem import LargeProblem
from scheduler.large_stock import Amounts, Granted, drawn, grants, house, needed, van
from scheduler.large_tiles import Key
from scheduler.plan import Objective, Reason, Route, Stop
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Engineer, Problem, Warehouse
from scheduler.units import Cost, Place


@dataclass(frozen=True)
class Piece:
    """Shifts to be planned together, and what they may take.

    Attributes:
        keys: the shifts.
        visits: those in their routes, and others that are left out so far.
        granted: units by van and warehouse.
    """

    keys: tuple[Key, ...]
    visits: tuple[int, ...]
    granted: Granted


class Book:
    """The plan so far.

    Attributes:
        routes: of the used shifts; their places are those of the large problem.
        where: for each visit its shift, or None.
        reasons: for visits that are left out, as far as they were looked for.
        score: cost by objective, without what is left out.
    """

    def __init__(self, big: LargeProblem, policy: SchedulingPolicy) -> None:
        self.big, self._policy = big, policy
        self.weights = big.weights(policy)
        self.routes: dict[Key, Route] = {}
        self.where: list[Key | None] = [None] * len(big.visits)
        self.reasons: dict[int, tuple[Reason, ...]] = {}
        self.score = dict.fromkeys(Objective, 0)
        self._by_id = {visit.id: visit for visit in big.visits}

    @property
    def left_out(self) -> list[int]:
        """The visits that are not planned, the dearest first."""
        loose = (v for v, key in enumerate(self.where) if key is None)
        return sorted(loose, key=lambda v: (-self.weights[v], v))

    @property
    def full_score(self) -> dict[Objective, Cost]:
        """Cost by objective."""
        return self.score | {Objective.UNSERVED: sum(self.weights[v] for v in self.left_out)}

    def visits_in(self, keys: Iterable[Key]) -> list[int]:
        """The visits planned in some shifts."""
        routes = (self.routes[key] for key in keys if key in self.routes)
        return [self.big.visit_index[visit_id] for route in routes for visit_id in route.visit_ids]

    def pieces(self, chosen: Sequence[tuple[tuple[Key, ...], list[int]]]) -> list[Piece]:
        """Pieces that share the stock, from shifts and visits; no shift and no visit is in two of them."""
        own = [drawn((self.routes[k] for k in keys if k in self.routes), self._by_id) for keys, _ in chosen]
        needs = [needed(self.big.visits[v] for v in visits) for _, visits in chosen]
        houses = frozenset(house(warehouse.id) for warehouse in self.big.warehouses)
        holders = [houses | {van(self.big.engineers[e].id) for e, _ in keys} for keys, _ in chosen]
        shares = grants(self._free(), own, needs, holders)
        return [Piece(k, tuple(sorted(v)), share) for (k, v), share in zip(chosen, shares, strict=True)]

    def _free(self) -> Amounts:
        """Units that no route takes."""
        free: Amounts = Amounts()
        for engineer in self.big.engineers:
            free.update({(van(engineer.id), sku): units for sku, units in engineer.van.items()})
        for warehouse in self.big.warehouses:
            free.update({(house(warehouse.id), sku): units for sku, units in warehouse.stock.items()})
        free.subtract(drawn(self.routes.values(), self._by_id))
        return free

    def _is_told_here(self, v: int, piece: Piece) -> bool:
        """Whether a piece can say why a visit is left out: it holds the engineer whom it is pinned to."""
        pin = self.big.visits[v].pin
        if pin is None or pin.engineer is None:
            return True
        e = self.big.engineer_index[pin.engineer]
        return any(e == other for other, _ in piece.keys) or not any(e == other for other, _ in self.big.slots)

    def loose_in(self, piece: Piece) -> int:
        """How many visits of a piece are left out."""
        return sum(self.where[v] is None for v in piece.visits)

    def cut(self, piece: Piece) -> "Cutting":
        """The small problem of a piece."""
        return Cutting(self.big, piece)

    def routes_in(self, piece: Piece) -> list[Route]:
        """The routes of a piece's shifts."""
        return [self.routes[key] for key in piece.keys if key in self.routes]

    def take(self, cutting: "Cutting", solution: Solution) -> None:
        """Go on from a solution of a piece."""
        piece = cutting.piece
        for key in piece.keys:
            self.routes.pop(key, None)
        for v in piece.visits:
            self.where[v] = None
            self.reasons.pop(v, None)
        for route in solution.routes:
            key, whole = cutting.outwards(route)
            self.routes[key] = whole
            for visit_id in whole.visit_ids:
                self.where[self.big.visit_index[visit_id]] = key
        for item in solution.left_out:
            v = self.big.visit_index[item.visit_id]
            if item.reasons and self._is_told_here(v, piece):
                self.reasons[v] = item.reasons
        for objective in Objective:
            if objective is not Objective.UNSERVED:
                self.score[objective] += solution.after[objective] - solution.before[objective]


class Cutting:
    """A piece as a problem of its own, with its own numbers for places and shifts."""

    def __init__(self, big: LargeProblem, piece: Piece) -> None:
        self._big, self.piece = big, piece
        self._shifts: dict[int, list[int]] = {}
        for e, k in piece.keys:
            self._shifts.setdefault(e, []).append(k)
        visits = [big.visits[v] for v in piece.visits]
        pinned = {visit.pin.engineer for visit in visits if visit.pin is not None and visit.pin.engineer is not None}
        # Whom a visit is pinned to is known here too, without shifts.
        for e in sorted({big.engineer_index[name] for name in pinned} - self._shifts.keys()):
            self._shifts[e] = []
        crew = [self._engineer(e, shifts) for e, shifts in self._shifts.items()]
        stores = [self._warehouse(warehouse) for warehouse in big.warehouses]
        used = {visit.place for visit in visits} | {store.place for store in stores}
        for engineer in crew:
            used.update(place for shift in engineer.shifts for place in (shift.start_place, shift.end_place))
            used.update([] if engineer.position is None else [engineer.position.place])
        self._places = sorted(used)
        self._number = {place: i for i, place in enumerate(self._places)}
        travel, distance = big.roads.between(self._places)
        self.problem = Problem(
            places=len(self._places),
            travel=travel,
            distance=distance,
            engineers=tuple(self._moved(engineer) for engineer in crew),
            visits=tuple(replace(visit, place=self._number[visit.place]) for visit in visits),
            warehouses=tuple(replace(store, place=self._number[store.place]) for store in stores),
            horizon=big.horizon,
            travel_percent_by_hour=big.travel_percent_by_hour,
        )

    def _engineer(self, e: int, shifts: Sequence[int]) -> Engineer:
        """An engineer with some of the shifts and what may be taken from the van."""
        whole = self._big.engineers[e]
        held = self.piece.granted.get(van(whole.id), {})
        return replace(whole, shifts=tuple(whole.shifts[k] for k in shifts), van=held)

    def _warehouse(self, whole: Warehouse) -> Warehouse:
        return replace(whole, stock=self.piece.granted.get(house(whole.id), {}))

    def _moved(self, engineer: Engineer) -> Engineer:
        """The same engineer, between the places as they are numbered here."""
        number, position = self._number, engineer.position
        shifts = tuple(
            replace(shift, start_place=number[shift.start_place], end_place=number[shift.end_place])
            for shift in engineer.shifts
        )
        at = None if position is None else replace(position, place=number[position.place])
        return replace(engineer, shifts=shifts, position=at)

    def inwards(self, route: Route) -> Route:
        """A route of the large problem as one of this."""
        shifts = self._shifts[self._big.engineer_index[route.engineer]]
        index = shifts.index(route.shift_index)
        return Route(route.engineer, index, tuple(_at(stop, self._number[stop.place]) for stop in route.stops))

    def outwards(self, route: Route) -> tuple[Key, Route]:
        """A route of this problem as one of the large one, and its shift there."""
        e = self._big.engineer_index[route.engineer]
        k = self._shifts[e][route.shift_index]
        return (e, k), Route(route.engineer, k, tuple(_at(stop, self._places[stop.place]) for stop in route.stops))


def _at(stop: Stop, place: Place) -> Stop:
    return replace(stop, place=place)
