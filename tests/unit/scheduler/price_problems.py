"""Small problems with everything that pricing covers, and their optimum by brute force."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations, product

from scheduler.arrays import Arrays, arrays_of
from scheduler.facts import Facts
from scheduler.parts import SHIPPED, VAN
from scheduler.plan import PartSource, SourceKind
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Break, Engineer, Problem, Published, Shift, Visit, Warehouse, Window
from scheduler.timing import time_route, warehouse_item
from tests.unit.scheduler.random_problems import HOUR, roads

Usage = tuple[tuple[str, str, int], ...]
"""Holder, part and units, sorted."""


def small_problem(seed: int) -> tuple[Facts, Arrays]:
    """At most five visits and two slots; only odd seeds have parts and published starts; some durations are learned."""
    rng, learned = random.Random(seed), random.Random(-1 - seed)
    rich = seed % 2 == 1
    visits, engineers, houses = rng.randint(2, 5), rng.randint(1, 2), rng.choice([0, 1]) if rich else 0
    travel, distance = roads(rng, engineers + visits + houses, rng.choice([20, 40]))
    crew = tuple(_engineer(rng, e, engineers == 1) for e in range(engineers))
    problem = Problem(
        places=engineers + visits + houses,
        travel=travel,
        distance=distance,
        engineers=crew,
        visits=tuple(
            replace(
                _visit(rng, v, engineers + v, houses, [e.id for e in crew], rich), durations=_durations(learned, crew)
            )
            for v in range(visits)
        ),
        warehouses=tuple(
            Warehouse(f"W{w}", engineers + visits + w, (), {"A": rng.randint(0, 2), "B": rng.randint(0, 2)}, 600)
            for w in range(houses)
        ),
    )
    policy = SchedulingPolicy(unserved=dict.fromkeys(range(1, 6), rng.choice([1_500, 4_000, 20_000])))
    facts = Facts(problem, policy)
    return facts, arrays_of(facts)


def _engineer(rng: random.Random, e: int, alone: bool) -> Engineer:
    shifts = []
    for day in range(2 if alone and rng.random() < 0.5 else 1):
        start = (day * 24 + rng.choice([8, 9])) * HOUR
        pause = Break(start + 2 * HOUR, start + 3 * HOUR, 1800) if rng.random() < 0.5 else None
        shifts.append(Shift(start, start + rng.choice([5, 7]) * HOUR, e, e, rng.choice([0, 2 * HOUR]), pause))
    return Engineer(
        id=f"E{e}",
        shifts=tuple(shifts),
        van={"A": rng.randint(0, 2), "B": rng.randint(0, 1)},
        max_visits_per_shift=rng.choice([None, None, 2, 3]),
        cost_per_hour=rng.choice([3_600, 6_000]),
        cost_per_km=rng.choice([0, 40]),
    )


def _durations(rng: random.Random, crew: tuple[Engineer, ...]) -> dict[str, int]:
    return {engineer.id: rng.choice([1200, 2400, 4800]) for engineer in crew if rng.random() < 0.2}


def _visit(rng: random.Random, v: int, place: int, houses: int, crew: list[str], rich: bool) -> Visit:
    windows = []
    for _ in range(rng.choice([0, 1, 1, 2])):
        start = rng.randint(8, 14) * HOUR
        windows.append(Window(start, start + rng.choice([1, 2, 4]) * HOUR))
    needed = rng.choice([0, 0, 1, 2] if houses else [0, 0, 1]) if rich else 0
    parts = {sku: rng.randint(1, 2) for sku in rng.sample(["A", "B"], needed)}
    return Visit(
        id=f"V{v}",
        place=place,
        duration=rng.choice([900, 1800, 3600, 5400]),
        parts=parts,
        windows=tuple(windows),
        latest_sla_end=rng.choice([None, rng.randint(9, 16) * HOUR]),
        late_cost_per_minute=rng.choice([0, 3, 20]),
        preferred=frozenset([rng.choice(crew)]) if rng.random() < 0.3 else frozenset(),
        published=Published(rng.choice(crew), rng.randint(9, 14) * HOUR) if rich and rng.random() < 0.3 else None,
        shipped={sku: rng.randint(9, 13) * HOUR for sku in parts if rng.random() < 0.3},
    )


def ways(facts: Facts, slot: int) -> dict[frozenset[int], dict[Usage, int]]:
    """For each set of visits that a slot can do: the least cost for each way to take parts, timed exactly."""
    out: dict[frozenset[int], dict[Usage, int]] = {}
    able = [v for v in range(len(facts.problem.visits)) if facts.blocked[v][slot] is None]
    where = facts.slots[slot]
    for length in range(1, min(len(able), where.max_visits) + 1):
        for order in permutations(able, length):
            for items in _with_stops(order, len(facts.problem.warehouses)):
                for ready, usage in _supplies(facts, slot, items):
                    if len(items) > length and all(holder != "W0" for holder, _, _ in usage):
                        continue  # nobody calls at a warehouse for nothing
                    timed = time_route(facts, where, items, ready)
                    if timed is not None:
                        costs = out.setdefault(frozenset(order), {})
                        costs[usage] = min(timed.cost, costs.get(usage, timed.cost))
    return out


def _with_stops(order: tuple[int, ...], houses: int) -> Iterator[tuple[int, ...]]:
    """The order, and with one stop at the warehouse anywhere."""
    yield order
    for place in range(len(order)) if houses else ():
        yield (*order[:place], warehouse_item(0), *order[place:])


def _supplies(facts: Facts, slot: int, items: tuple[int, ...]) -> Iterator[tuple[dict[int, int], Usage]]:
    """Every way to supply the visits of a route."""
    problem, engineer = facts.problem, facts.problem.engineers[facts.slots[slot].engineer]
    needs = [(v, sku) for v in items if v >= 0 for sku in problem.visits[v].parts]
    choices = []
    for v, sku in needs:
        own = [VAN] + ([SHIPPED] if sku in problem.visits[v].shipped else [])
        if warehouse_item(0) in items[: items.index(v)]:
            own.append(PartSource(SourceKind.WAREHOUSE, "W0"))
        choices.append(own)
    for sources in product(*choices):
        ready: dict[int, int] = {}
        usage: dict[tuple[str, str], int] = {}
        for (v, sku), source in zip(needs, sources, strict=True):
            units = problem.visits[v].parts[sku]
            if source == SHIPPED:
                ready[v] = max(ready.get(v, 0), problem.visits[v].shipped[sku])
            else:
                key = (engineer.id if source == VAN else "W0", sku)
                usage[key] = usage.get(key, 0) + units
        taken = tuple(sorted((holder, sku, units) for (holder, sku), units in usage.items()))
        if _fits(problem, taken):
            yield ready, taken


def _fits(problem: Problem, usage: Usage) -> bool:
    held = {(e.id, sku): n for e in problem.engineers for sku, n in e.van.items()}
    held |= {(w.id, sku): n for w in problem.warehouses for sku, n in w.stock.items()}
    total: dict[tuple[str, str], int] = {}
    for holder, sku, units in usage:
        total[holder, sku] = total.get((holder, sku), 0) + units
    return all(units <= held.get(key, 0) for key, units in total.items())


def optimum(facts: Facts) -> int:
    """The least cost of any plan, by trying all; at most two slots."""
    idle: dict[frozenset[int], dict[Usage, int]] = {frozenset(): {(): 0}}
    tables = [idle | ways(facts, slot) for slot in range(len(facts.slots))]
    tables += [idle] * (2 - len(tables))
    everything = sum(facts.unserved)
    best = everything
    for first, costs in tables[0].items():
        for second, others in tables[1].items():
            if first & second:
                continue
            left_out = everything - sum(facts.unserved[v] for v in first | second)
            for (usage, cost), (more, other) in product(costs.items(), others.items()):
                if cost + other + left_out < best and _fits(facts.problem, (*usage, *more)):
                    best = cost + other + left_out
    return best
