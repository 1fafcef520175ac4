"""Between plans in arrays and exact states: nodes and items, and which part comes from where."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from scheduler.arrays import Ints
from scheduler.facts import Facts
from scheduler.parts import SHIPPED, VAN, Supply, supply_of
from scheduler.plan import PartSource, SourceKind
from scheduler.policy import HardRule
from scheduler.search import Search
from scheduler.state import State
from scheduler.timing import Item
from scheduler.units import Seconds, Sku


def state_of(facts: Facts, search: Search, skus: Sequence[Sku], starts: Mapping[int, Seconds] | None = None) -> State:
    """The exact state of a search's best plan.

    Args:
        facts: the problem.
        search: on the arrays of these facts.
        skus: the parts in the order of the arrays.
        starts: of visits that depend on others, which keep them.

    Raises:
        ProblemError: a route cannot be timed; the two do not agree.
    """
    state, shipped = State(facts), search.best_shipped
    for slot, nodes in search.best.items():
        items = [item_of(facts, node) for node in nodes]
        supplies = supplies_of(facts, items, shipped, skus, search.best_taken(slot))
        engineer = facts.slots[slot].engineer
        equipped = {v: _with_tools(facts, v, engineer, items, s) for v, s in supplies.items()}
        state.load(slot, tuple(items), equipped, starts)
    return state


def taken_by(state: State, slot: int, skus: Sequence[Sku]) -> Ints:
    """What a slot's route takes of each part: from the van, then from each warehouse."""
    facts = state.facts
    out = np.zeros((1 + len(facts.problem.warehouses), len(skus)), np.int64)
    for v in state.visits_in(slot):
        for sku, source in state.supply[v].sources.items():
            if source != SHIPPED and sku in skus:
                row = 0 if source.warehouse_id is None else 1 + facts.warehouse_index[source.warehouse_id]
                out[row, skus.index(sku)] += facts.problem.visits[v].parts[sku]
    return out


def item_of(facts: Facts, node: int) -> Item:
    """A node as an item of a route: warehouses count down from -1."""
    visits = len(facts.timings)
    return node if node < visits else visits - 1 - node


def node_of(facts: Facts, item: Item) -> int:
    """An item of a route as a node; the inverse of ``item_of``."""
    return item if item >= 0 else len(facts.timings) - 1 - item


def supplies_of(
    facts: Facts, items: Sequence[Item], shipped: frozenset[int], skus: Sequence[Sku], taken: Ints
) -> Mapping[int, Supply]:
    """How each visit of a route is supplied, if the whole route takes so many units from van and warehouses."""
    if not facts.policy.on(HardRule.PARTS):
        return {item: Supply() for item in items if item >= 0}
    left = {sku: taken[:, k].tolist() for k, sku in enumerate(skus)}
    sources: dict[int, dict[Sku, PartSource]] = {}
    for late in (False, True):
        passed: list[int] = []
        for item in items:
            if item < 0:
                passed.append(-1 - item)
                continue
            found = sources.setdefault(item, {})
            visit = facts.problem.visits[item]
            for sku, units in visit.parts.items():
                if item in shipped and sku in visit.shipped:
                    found[sku] = SHIPPED
                    continue
                # What can be fetched by then takes from the van only what those before leave there.
                holders = [w for w in passed if taken[1 + w, skus.index(sku)] > 0]
                if bool(holders) is late:
                    found[sku] = _source(facts, left[sku], units, holders)
    return {v: supply_of(facts, v, found) for v, found in sources.items()}


def _with_tools(facts: Facts, v: int, engineer: int, items: Sequence[Item], supply: Supply) -> Supply:
    """The supply, with the first warehouse on the way that lends the tools the engineer lacks."""
    lenders = facts.lenders(v, engineer)
    before = [-1 - item for item in items[: items.index(v)] if item < 0]
    lender = next((w for w in before if w in lenders), None)
    if lender is None or lender in supply.warehouses:
        return supply
    return replace(supply, warehouses=(*supply.warehouses, lender))


def _source(facts: Facts, left: list[int], units: int, holders: Sequence[int]) -> PartSource:
    if left[0] >= units:
        left[0] -= units
        return VAN
    w = next(w for w in holders if left[1 + w] >= units)
    left[1 + w] -= units
    return PartSource(SourceKind.WAREHOUSE, facts.problem.warehouses[w].id)
