"""An oracle for one visit more in a finished plan: every order, every source of parts and every break are tried.

It shares no code with the engines or the explanations: it knows the problem and the plan, lays the stops of one
route out in the plainest way, and lets the checker judge.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement, permutations, product

from scheduler.check import CheckRule, check
from scheduler.plan import PartSource, Plan, Route, SourceKind, Stop, StopKind, Unassigned
from scheduler.policy import HardRule, SchedulingPolicy
from scheduler.problem import Break, Engineer, PinKind, Problem, Visit, Window

Work = tuple[str, str]
"""``("visit", id)`` or ``("house", id)``."""

Sources = dict[str, dict[str, PartSource]]
"""For each visit of a route, where each part comes from."""

WHATEVER_THE_ORDER = {
    CheckRule.SKILL,
    CheckRule.CERTIFICATE,
    CheckRule.TOOLS,
    CheckRule.ENGINEER,
    CheckRule.MAX_VISITS,
}
"""What is wrong for one order of a route is wrong for all."""


def fits(
    problem: Problem, plan: Plan, visit_id: str, engineer: str, shift: int, policy: SchedulingPolicy | None = None
) -> bool:
    """Whether a visit that the plan leaves out fits one shift, with all else in its order and place."""
    return next(plans_with(problem, plan, visit_id, engineer, shift, policy), None) is not None


def plans_with(
    problem: Problem, plan: Plan, visit_id: str, engineer: str, shift: int, policy: SchedulingPolicy | None = None
) -> Iterator[Plan]:
    """Every plan with the visit in one shift that the checker finds nothing wrong with, its costs apart."""
    rules = policy or SchedulingPolicy()
    who = next(e for e in problem.engineers if e.id == engineer)
    visit = next(v for v in problem.visits if v.id == visit_id)
    elsewhere = visit.pin is not None and visit.pin.engineer not in (None, engineer)
    if elsewhere or _is_long_over(visit, who.shifts[shift].start):
        return
    old = next((r for r in plan.routes if (r.engineer, r.shift_index) == (engineer, shift)), None)
    known: Sources = {s.visit_id: dict(s.sources) for s in (old.stops if old else ()) if s.visit_id}
    work = tuple(
        _work(stop) for stop in (old.stops if old else ()) if stop.kind in (StopKind.VISIT, StopKind.WAREHOUSE)
    )
    for sources in _supplies(problem, visit, rules):
        trip = Trip(problem, who, shift, {**known, visit_id: sources}, rules)
        for route in _routes(trip, work, visit_id, who.shifts[shift].break_):
            made = _with_route(plan, route, visit_id)
            broken = {found.rule for found in check(problem, made, rules)}
            if broken & WHATEVER_THE_ORDER:
                return
            if CheckRule.STOCK in broken:
                break
            if broken <= {CheckRule.SCORE}:
                yield made


def _routes(trip: "Trip", work: tuple[Work, ...], visit_id: str, pause: Break | None) -> Iterator[Route]:
    """Every route with the visit at some place and the break at some place, as early as it can be."""
    houses = [source.warehouse_id for source in trip.sources[visit_id].values() if source.warehouse_id]
    for order in _orders(work, visit_id, houses):
        for gap in _gaps(pause, len(order), trip.rules):
            route = trip.lay_out(order, gap)
            if route is not None:
                yield route
        late = None if pause is None else trip.lay_out(order, None, pause.latest + 1)
        if late is not None and trip.longest is not None:
            yield late


def _is_long_over(visit: Visit, start: int) -> bool:
    """A pinned visit may be late for what is before it in its shift, not for the shift itself."""
    window = visit.pin.window if visit.pin else None
    return window is not None and window.end < start


def _with_route(plan: Plan, route: Route, visit_id: str) -> Plan:
    others = (r for r in plan.routes if (r.engineer, r.shift_index) != (route.engineer, route.shift_index))
    left_out = tuple(item for item in plan.unassigned if item.visit_id != visit_id)
    return replace(plan, routes=(*others, route), unassigned=left_out)


def _work(stop: Stop) -> Work:
    return ("visit", stop.visit_id) if stop.visit_id else ("house", stop.warehouse_id or "")


def _supplies(problem: Problem, visit: Visit, rules: SchedulingPolicy) -> Iterator[dict[str, PartSource]]:
    if not rules.on(HardRule.PARTS):
        yield {}
        return
    houses = [PartSource(SourceKind.WAREHOUSE, house.id) for house in problem.warehouses]
    for chosen in product(
        [PartSource(SourceKind.VAN), PartSource(SourceKind.SHIPPED), *houses], repeat=len(visit.parts)
    ):
        found = dict(zip(visit.parts, chosen, strict=True))
        if all(sku in visit.shipped for sku, source in found.items() if source.kind is SourceKind.SHIPPED):
            yield found


def _orders(work: tuple[Work, ...], visit_id: str, houses: list[str]) -> Iterator[tuple[Work, ...]]:
    """The visit anywhere, and each warehouse it needs anywhere before it; called at once on the route."""
    needed = [("house", house) for house in dict.fromkeys(houses)]
    for position in range(len(work) + 1):
        head, tail = work[:position], work[position:]
        new = [house for house in needed if house not in head]
        rest = tuple(item for item in tail if item not in new)
        for order in permutations(new):
            for places in combinations_with_replacement(range(len(head) + 1), len(order)):
                start = list(head)
                for place, house in sorted(zip(places, order, strict=True), key=lambda pair: -pair[0]):
                    start.insert(place, house)
                yield (*start, ("visit", visit_id), *rest)


def _gaps(pause: Break | None, length: int, rules: SchedulingPolicy) -> list[int | None]:
    """Before which stop the break is taken; None for no break."""
    return [None] if pause is None or not rules.on(HardRule.BREAKS) else [None, *range(length + 1)]


@dataclass
class Trip:
    """One shift, and where each part of the visits on it comes from."""

    problem: Problem
    who: Engineer
    shift: int
    sources: Sources
    rules: SchedulingPolicy

    def __post_init__(self) -> None:
        self.visits = {v.id: v for v in self.problem.visits}
        self.houses = {w.id: w for w in self.problem.warehouses}
        self.travel = self.problem.travel

    @property
    def longest(self) -> int | None:
        """The longest tour that is allowed."""
        return self.who.shifts[self.shift].longest if self.rules.on(HardRule.LONGEST_TOUR) else None

    def lay_out(self, order: tuple[Work, ...], gap: int | None, begin: int = 0) -> Route | None:
        """Everything as early as it can be; None if something comes too late for every window, or home too late.

        Nobody leaves before ``begin``. A tour that is longer than agreed leaves so much later that it would not be,
        until it is not.
        """
        beginning = self.who.start_of(self.shift)
        if beginning is None:
            return None
        now, here = beginning
        route = self._laid_out(order, gap, (max(now, begin), here))
        while route is not None and self.longest is not None:
            least = route.stops[-1].end - self.longest
            if route.stops[0].start >= least:
                break
            route = self._laid_out(order, gap, (least, here))
        return route

    def _laid_out(self, order: tuple[Work, ...], gap: int | None, beginning: tuple[int, int]) -> Route | None:
        shift = self.who.shifts[self.shift]
        now, here = beginning
        stops: list[Stop] = []
        for i, item in enumerate((*order, None)):
            place = shift.end_place if item is None else self._place(item)
            leg = int(self.travel[here, place])
            if i == gap and shift.break_ is not None:
                begin = max(now, shift.break_.earliest)
                if begin > shift.break_.latest:
                    return None
                driven, over = min(leg, begin - now), begin + shift.break_.duration
                stops += [*_stretch(now, now + driven, begin, place), Stop(StopKind.BREAK, begin, over, place)]
                now, leg = over, leg - driven
            start = now + leg if item is None else self._first_start(item, now + leg)
            if start is None:
                return None
            stops += _stretch(now, now + leg, start, place)
            if item is not None:
                stops.append(self._stop(item, order, start))
                now, here = stops[-1].end, place
            elif start > shift.end + shift.overtime_limit:
                return None
        return Route(self.who.id, self.shift, tuple(stops))

    def _place(self, item: Work) -> int:
        kind, id_ = item
        return self.visits[id_].place if kind == "visit" else self.houses[id_].place

    def _first_start(self, item: Work, arrival: int) -> int | None:
        kind, id_ = item
        if kind == "house":
            return _first_in(self.houses[id_].opening, arrival)
        visit, sources = self.visits[id_], self.sources[id_]
        arrival = max([arrival, *(visit.shipped[k] for k, s in sources.items() if s.kind is SourceKind.SHIPPED)])
        pin = visit.pin
        if pin is not None and pin.kind is not PinKind.RESOURCE and pin.start is not None:
            # Whether a pinned visit may be late is for the checker to say.
            return max(arrival, pin.start)
        return _first_in(visit.windows if self.rules.on(HardRule.WINDOWS) else (), max(arrival, visit.earliest))

    def _stop(self, item: Work, order: tuple[Work, ...], start: int) -> Stop:
        kind, id_ = item
        if kind == "visit":
            visit = self.visits[id_]
            end = start + visit.duration
            return Stop(StopKind.VISIT, start, end, visit.place, visit_id=id_, sources=self.sources[id_])
        picked: Counter[str] = Counter()
        for name in (name for what, name in order if what == "visit"):
            for sku in (sku for sku, source in self.sources[name].items() if source.warehouse_id == id_):
                picked[sku] += self.visits[name].parts[sku]
        house = self.houses[id_]
        end = start + house.handling
        return Stop(StopKind.WAREHOUSE, start, end, house.place, warehouse_id=id_, parts=dict(picked))


def _stretch(start: int, there: int, end: int, place: int) -> list[Stop]:
    travel = [Stop(StopKind.TRAVEL, start, there, place)] if there > start else []
    return travel + ([Stop(StopKind.WAIT, there, end, place)] if end > there else [])


def _first_in(windows: tuple[Window, ...], arrival: int) -> int | None:
    if not windows:
        return arrival
    return min((max(arrival, w.start) for w in windows if w.end >= arrival), default=None)


def usable_shifts(problem: Problem, engineer: str) -> list[int]:
    """The shifts of an engineer that are not over."""
    who = next(e for e in problem.engineers if e.id == engineer)
    return [k for k in range(len(who.shifts)) if who.start_of(k) is not None]


def all_shifts(problem: Problem) -> list[tuple[str, int]]:
    """Every engineer with every usable shift."""
    return [(e.id, k) for e in problem.engineers for k in usable_shifts(problem, e.id)]


def empty_plan(plan: Plan) -> Plan:
    """The plan with nothing in it, every visit left out for the same reason."""
    gone = [Unassigned(id_, plan.unassigned[0].reasons) for route in plan.routes for id_ in route.visit_ids]
    return replace(plan, routes=(), unassigned=(*plan.unassigned, *gone))


def what_is_left(problem: Problem, plan: Plan) -> Problem:
    """The problem with what the plan leaves in vans and warehouses."""
    visits = {v.id: v for v in problem.visits}
    used: Counter[tuple[str, str]] = Counter()
    for route in plan.routes:
        for stop in route.stops:
            for sku, source in stop.sources.items():
                place = {SourceKind.VAN: route.engineer, SourceKind.WAREHOUSE: source.warehouse_id}.get(source.kind)
                used[place or "", sku] += visits[stop.visit_id or ""].parts[sku]
    crew = (replace(e, van={sku: n - used[e.id, sku] for sku, n in e.van.items()}) for e in problem.engineers)
    houses = (replace(w, stock={sku: n - used[w.id, sku] for sku, n in w.stock.items()}) for w in problem.warehouses)
    return replace(problem, engineers=tuple(crew), warehouses=tuple(houses))


def without(problem: Problem, plan: Plan, visit_id: str) -> tuple[Problem, Plan]:
    """The problem and the plan without a visit and the warehouse stops that only it needed; its route as it then is."""
    rest = replace(problem, visits=tuple(v for v in problem.visits if v.id != visit_id))
    old = next(route for route in plan.routes if visit_id in route.visit_ids)
    others = tuple(route for route in plan.routes if route is not old)
    stops = [stop for stop in old.stops if stop.visit_id != visit_id]
    needed = {source.warehouse_id for stop in stops for source in stop.sources.values()}
    order = tuple(
        _work(stop)
        for stop in stops
        if stop.kind is StopKind.VISIT or (stop.kind is StopKind.WAREHOUSE and stop.warehouse_id in needed)
    )
    if all(kind == "house" for kind, _ in order):
        return rest, replace(plan, routes=others)
    who = next(e for e in problem.engineers if e.id == old.engineer)
    sources = {stop.visit_id: dict(stop.sources) for stop in stops if stop.visit_id}
    trip = Trip(rest, who, old.shift_index, sources, SchedulingPolicy())
    for gap in _gaps(who.shifts[old.shift_index].break_, len(order), trip.rules):
        route = trip.lay_out(order, gap)
        made = None if route is None else replace(plan, routes=(*others, route))
        if made is not None and {found.rule for found in check(rest, made)} <= {CheckRule.SCORE}:
            return rest, made
    raise AssertionError(f"{visit_id} cannot be taken out of its route")
