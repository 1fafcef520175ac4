"""The checker's part about spare parts: each one has a source, and no source gives more than it has."""

from collections import Counter
from collections.abc import Iterator

from scheduler.plan import Plan, Route, SourceKind, StopKind
from scheduler.problem import Problem, Visit
from scheduler.units import Sku

Found = tuple[str, str, str]
"""Rule, who, sentence."""


def parts_violations(problem: Problem, plan: Plan) -> Iterator[Found]:
    """Every part that has no source, a source that has no stock, or a warehouse that was shut."""
    visits = {visit.id: visit for visit in problem.visits}
    vans: Counter[tuple[str, Sku]] = Counter()
    stock: Counter[tuple[str, Sku]] = Counter()
    for route in plan.routes:
        yield from _sources(route, visits)
        yield from _pick_ups(problem, route, visits)
        for stop in route.stops:
            for sku, units in stop.parts.items():
                stock[stop.warehouse_id or "", sku] += units
            for sku, source in stop.sources.items():
                if source.kind is SourceKind.VAN:
                    vans[route.engineer, sku] += visits[stop.visit_id or ""].parts.get(sku, 0)
    yield from _over_drawn(problem, vans, stock)


def _sources(route: Route, visits: dict[str, Visit]) -> Iterator[Found]:
    """Every part of a visit has exactly one source; a shipped one is there when the work starts."""
    for stop in route.stops:
        if stop.kind is not StopKind.VISIT:
            continue
        visit = visits[stop.visit_id or ""]
        for sku in sorted(visit.parts.keys() ^ stop.sources.keys()):
            yield "parts", visit.id, f"Part {sku} is needed without a source, or has a source without need."
        for sku, source in stop.sources.items():
            if source.kind is not SourceKind.SHIPPED:
                continue
            if sku not in visit.shipped:
                yield "parts", visit.id, f"Part {sku} cannot be shipped."
            elif visit.shipped[sku] > stop.start:
                yield "parts", visit.id, f"Part {sku} is there at {visit.shipped[sku]}, work starts at {stop.start}."


def _pick_ups(problem: Problem, route: Route, visits: dict[str, Visit]) -> Iterator[Found]:
    """What a visit takes from a warehouse was picked up there earlier on the same route, while it was open."""
    houses = {warehouse.id: warehouse for warehouse in problem.warehouses}
    carried: Counter[tuple[str, Sku]] = Counter()
    for stop in route.stops:
        if stop.kind is StopKind.WAREHOUSE:
            opening = houses[stop.warehouse_id or ""].opening
            if opening and not any(window.start <= stop.start <= window.end for window in opening):
                yield "opening", stop.warehouse_id or "", f"The warehouse is shut at {stop.start}."
            for sku, units in stop.parts.items():
                carried[stop.warehouse_id or "", sku] += units
        for sku, source in stop.sources.items():
            if source.kind is SourceKind.WAREHOUSE:
                key = (source.warehouse_id or "", sku)
                carried[key] -= visits[stop.visit_id or ""].parts.get(sku, 0)
                if carried[key] < 0:
                    yield "parts", stop.visit_id or "", f"Part {sku} was not picked up at {key[0]} before."


def _over_drawn(problem: Problem, vans: Counter[tuple[str, Sku]], stock: Counter[tuple[str, Sku]]) -> Iterator[Found]:
    """Vans and warehouses give no more than they hold, over all shifts together."""
    in_vans = {(engineer.id, sku): n for engineer in problem.engineers for sku, n in engineer.van.items()}
    in_houses = {(house.id, sku): n for house in problem.warehouses for sku, n in house.stock.items()}
    for taken, held, what in ((vans, in_vans, "van"), (stock, in_houses, "warehouse")):
        for (who, sku), units in taken.items():
            if units > held.get((who, sku), 0):
                yield "stock", who, f"The {what} holds {held.get((who, sku), 0)} of {sku}, the plan takes {units}."
