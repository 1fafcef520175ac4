"""An oracle for one visit more in a finished plan: every order, every source of parts and every break are tried.

It shares no code with the engines or the explanations: it knows the problem and the plan, lays the stops of one
route out in the plainest way, and lets the checker judge.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations_with_replacement, permutations, product

from scheduler.check import CheckRule, check
from scheduler.plan import PartSource, Plan, Route, SourceKind, Stop, StopKind, Unassigned
from scheduler.policy import HardRule, SchedulingPolicy
from scheduler.problem import Break, Engineer, PinKind, Problem, Visit

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
    if _is_long_over(visit, who.shifts[shift].start):
        return
    old = next((r for r in plan.routes if (r.engineer, r.shift_index) == (engineer, shift)), None)
    known: Sources = {s.visit_id: dict(s.sources) for s in (old.stops if old else ()) if s.visit_id}
    work = tuple(
        _work(stop) for stop in (old.stops if old else ()) if stop.kind in (StopKind.VISIT, StopKind.WAREHOUSE)
    )
    for sources in _supplies(problem, visit, rules):
        for order in _orders(work, visit_id, [s.warehouse_id for s in sources.values() if s.warehouse_id]):
            for gap in _gaps(who.shifts[shift].break_, len(order), rules):
                route = lay_out(problem, who, shift, order, {**known, visit_id: sources}, gap, rules)
                if route is not None:
                    made = _with_route(plan, route, visit_id)
                    broken = {found.rule for found in check(problem, made, rules)}
                    if broken & WHATEVER_THE_ORDER:
                        return
                    if broken <= {CheckRule.SCORE}:
                        yield made


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
        yield dict(zip(visit.parts, chosen, strict=True))


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


def lay_out(
    problem: Problem,
    who: Engineer,
    shift: int,
    order: tuple[Work, ...],
    sources: Sources,
    gap: int | None,
    rules: SchedulingPolicy,
) -> Route | None:
    """One route with everything as early as it can be; None if something comes too late for every window."""
    beginning = who.start_of(shift)
    if beginning is None:
        return None
    now, here = beginning
    stops: list[Stop] = []
    visits = {v.id: v for v in problem.visits}
    houses = {w.id: w for w in problem.warehouses}
    pause = who.shifts[shift].break_ if gap is not None else None
    for i, (kind, id_) in enumerate((*order, ("home", ""))):
        place = {"visit": visits, "house": houses}[kind][id_].place if kind != "home" else who.shifts[shift].end_place
        leg = int(problem.travel[here, place])
        if i == gap and pause is not None:
            begin = max(now, pause.earliest)
            if begin > pause.latest:
                return None
            driven = min(leg, begin - now)
            stops += _stretch(now, now + driven, begin, place)
            stops.append(Stop(StopKind.BREAK, begin, begin + pause.duration, place))
            now, leg = begin + pause.duration, leg - driven
        if kind == "home":
            stops += _stretch(now, now + leg, now + leg, place)
            return Route(who.id, shift, tuple(stops)) if now + leg <= _limit(who, shift) else None
        start = _first_start(visits, houses, kind, id_, now + leg, sources, rules)
        if start is None:
            return None
        stops += _stretch(now, now + leg, start, place)
        stops.append(_stop(problem, order, sources, kind, id_, start))
        now, here = stops[-1].end, place
    return None


def _limit(who: Engineer, shift: int) -> int:
    return who.shifts[shift].end + who.shifts[shift].overtime_limit


def _stretch(start: int, there: int, end: int, place: int) -> list[Stop]:
    travel = [Stop(StopKind.TRAVEL, start, there, place)] if there > start else []
    return travel + ([Stop(StopKind.WAIT, there, end, place)] if end > there else [])


def _first_start(visits, houses, kind: str, id_: str, arrival: int, sources: Sources, rules) -> int | None:
    if kind == "house":
        return _first_in(houses[id_].opening, arrival)
    visit = visits[id_]
    sent = [visit.shipped.get(sku, 1 << 40) for sku, s in sources[id_].items() if s.kind is SourceKind.SHIPPED]
    arrival = max([arrival, *sent])
    pin = visit.pin
    if pin is not None and pin.kind is not PinKind.RESOURCE and pin.start is not None:
        # Whether a pinned visit may be late is for the checker to say.
        return max(arrival, pin.start)
    arrival = max(arrival, visit.earliest)
    return _first_in(visit.windows if rules.on(HardRule.WINDOWS) else (), arrival)


def _first_in(windows, arrival: int) -> int | None:
    if not windows:
        return arrival if arrival < 1 << 39 else None
    return min((max(arrival, w.start) for w in windows if w.end >= arrival), default=None)


def _stop(problem: Problem, order: tuple[Work, ...], sources: Sources, kind: str, id_: str, start: int) -> Stop:
    visits = {v.id: v for v in problem.visits}
    if kind == "visit":
        visit = visits[id_]
        end = start + visit.duration
        return Stop(StopKind.VISIT, start, end, visit.place, visit_id=id_, sources=sources[id_])
    house = next(w for w in problem.warehouses if w.id == id_)
    picked: dict[str, int] = {}
    for what, name in order:
        for sku, source in sources[name].items() if what == "visit" else ():
            if source.warehouse_id == id_:
                picked[sku] = picked.get(sku, 0) + visits[name].parts[sku]
    return Stop(StopKind.WAREHOUSE, start, start + house.handling, house.place, warehouse_id=id_, parts=picked)


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
    """The problem and the plan without a visit and the warehouse stops that only it needed; times are left as is."""

    def kept(route: Route) -> tuple[Stop, ...]:
        stops = [stop for stop in route.stops if stop.visit_id != visit_id]
        needed = {source.warehouse_id for stop in stops for source in stop.sources.values()}
        return tuple(stop for stop in stops if stop.kind is not StopKind.WAREHOUSE or stop.warehouse_id in needed)

    routes = tuple(replace(route, stops=kept(route)) for route in plan.routes)
    rest = replace(problem, visits=tuple(v for v in problem.visits if v.id != visit_id))
    return rest, replace(plan, routes=tuple(route for route in routes if route.visit_ids))
