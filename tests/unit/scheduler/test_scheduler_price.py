"""Pricing finds what full enumeration finds, and never claims more."""

import numpy as np
import pytest

from scheduler import price
from scheduler.columns import NO_ITEM, Columns, Routes
from scheduler.price import Duals, Pricer
from scheduler.price_cost import priced
from scheduler.price_steps import SCALE
from scheduler.timing import time_route, warehouse_item
from tests.unit.scheduler.price_problems import small_problem, ways

SEEDS = range(200)
CUTS = np.array([[0, 1, 2], [1, 2, 3], [0, 2, 4]])


def duals_for(arrays, seed):
    """Random prices, and cuts where there are three visits and more."""
    rng = np.random.default_rng(seed)
    top = np.minimum(arrays.unserved, 20_000) * SCALE
    some = CUTS[CUTS.max(axis=1) < arrays.visits]
    none = np.zeros(arrays.slots, np.int64)
    return Duals(rng.integers(0, top + 1), none, some, rng.integers(0, 3_000 * SCALE, len(some)))


def reduced(cost, visits, duals):
    """Scaled reduced cost of a route."""
    hit = sum(int(p) for cut, p in zip(duals.cuts, duals.cut_prices, strict=True) if len(visits & set(cut)) > 1)
    return SCALE * cost - int(duals.visits[list(visits)].sum()) + hit


def plainly_priced(facts, arrays):
    """Whether nothing is relaxed: no parts, warehouses or published starts, and no lateness where there are breaks."""
    visits = facts.problem.visits
    return (
        not len(arrays.sku)
        and not facts.problem.warehouses
        and all(visit.published is None for visit in visits)
        and (all(slot.break_ is None for slot in facts.slots) or not any(v.late_cost_per_minute for v in visits))
    )


def test_the_least_reduced_cost_is_that_of_full_enumeration():
    equal = 0
    for seed in SEEDS:
        facts, arrays = small_problem(seed)
        pricer = Pricer(arrays)
        for slot in range(arrays.slots):
            table = ways(facts, slot)
            for turn in range(4):
                duals = duals_for(arrays, turn)
                least = min([0, *(reduced(min(costs.values()), v, duals) for v, costs in table.items())])
                found = pricer.price(slot, duals, exact=True)
                assert found.least <= least, seed
                if plainly_priced(facts, arrays):
                    assert found.least == least, seed
                    equal += least < 0
    assert equal > 20


@pytest.mark.parametrize("once", [0, 2, 6])
def test_a_list_holds_every_route_up_to_its_limit_with_its_exact_cost(once, monkeypatch):
    monkeypatch.setattr(price, "ATTEMPTS", ((once, 10_000_000),))
    for seed in SEEDS:
        facts, arrays = small_problem(seed)
        if len(arrays.sku) or facts.problem.warehouses:
            continue
        pricer, duals = Pricer(arrays), duals_for(arrays, seed)
        for slot in range(arrays.slots):
            table = {visits: min(costs.values()) for visits, costs in ways(facts, slot).items()}
            most = sorted(reduced(cost, visits, duals) for visits, cost in table.items())[len(table) // 2 :][:1]
            if not most:
                continue
            found = pricer.listed(slot, duals, most[0], 10_000)
            got = {
                frozenset(items[items != NO_ITEM].tolist()): cost
                for items, cost in zip(found.items, found.costs.tolist(), strict=True)
            }
            for visits, cost in table.items():
                if reduced(cost, visits, duals) <= most[0]:
                    assert got[visits] == cost, seed


def test_a_list_that_takes_too_long_is_none(monkeypatch):
    _, arrays = small_problem(0)
    pricer, duals = Pricer(arrays), duals_for(arrays, 0)
    assert pricer.listed(0, duals, 1 << 40, 10_000) is not None
    assert pricer.listed(0, duals, 1 << 40, 1) is None
    monkeypatch.setattr(price, "ATTEMPTS", ((0, 2), (3, 2)))
    assert pricer.listed(0, duals, 1 << 40, 10_000) is None


def test_quick_pricing_finds_routes_with_their_exact_cost():
    found = 0
    for seed in SEEDS:
        facts, arrays = small_problem(seed)
        for slot in range(arrays.slots):
            routes = Pricer(arrays).price(slot, duals_for(arrays, seed), exact=False).routes
            for length, items, cost in zip(routes.lengths, routes.items, routes.costs.tolist(), strict=True):
                order = [n if n < arrays.visits else warehouse_item(n - arrays.visits) for n in items[:length].tolist()]
                if not len(arrays.sku):
                    assert time_route(facts, facts.slots[slot], order, {}).cost == cost, seed
                found += 1
    assert found > 100


def test_routes_that_no_times_or_parts_allow_have_no_cost():
    for seed in SEEDS:
        facts, arrays = small_problem(seed)
        for slot in range(arrays.slots):
            table = ways(facts, slot)
            for v in range(arrays.visits):
                alone = priced(arrays, np.array([slot]), np.array([1]), np.array([[v]]))
                possible = frozenset([v]) in table
                assert len(alone) <= possible, seed
                if len(alone):
                    assert alone.costs[0] >= min(table[frozenset([v])].values()), seed


@pytest.fixture
def pool():
    return Columns(6)


def some_routes(*rows):
    """Routes of (slot, items, cost)."""
    width = max(len(items) for _, items, _ in rows)
    return Routes(
        np.array([slot for slot, _, _ in rows], np.int32),
        np.array([len(items) for _, items, _ in rows], np.int32),
        np.array([[*items, *[NO_ITEM] * (width - len(items))] for _, items, _ in rows], np.int32),
        np.array([cost for _, _, cost in rows], np.int64),
    )


def test_a_pool_lists_the_cheapest_order_of_the_same_nodes(pool):
    first = pool.add(some_routes((0, [1, 2], 50), (0, [3], 10)))
    again = pool.add(some_routes((0, [2, 1], 40), (0, [3], 10), (1, [2, 1], 60)))
    assert (len(first), len(again), len(pool)) == (2, 2, 4)
    assert pool.costs[pool.listed].tolist() == [10, 40, 60]
    assert pool.costs[pool.find(some_routes((0, [1, 2], 0), (1, [1, 2], 0)))].tolist() == [40, 60]
    assert pool.find(some_routes((2, [1, 2], 0))).tolist() == [-1]


def test_a_pool_grows_in_rows_and_width(pool):
    pool.add(some_routes(*((s, [s % 6], s) for s in range(1_000))))
    pool.add(some_routes((0, [1] * 40, 7)))
    assert len(pool) == 1_001
    assert sorted(pool.costs[:1_000].tolist()) == list(range(1_000))
    assert pool.items.shape == (1_001, 40)
