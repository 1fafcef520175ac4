"""Every way to put one visit into a route that stays in its order. The search tries fewer; explanations must not."""

from collections.abc import Iterable, Iterator
from itertools import combinations_with_replacement, permutations

from scheduler.parts import Supply
from scheduler.state import Insertion, State
from scheduler.timing import Bounds, Item, warehouse_item

ANYTIME = Bounds()
"""One of a group is tried alone, whenever the others come."""


def ways_in(
    state: State, v: int, slot: int, route: tuple[Item, ...] | None = None, whoever: bool = False
) -> Iterator[Insertion]:
    """Every feasible way to put a visit into a shift's route; each warehouse is called at once.

    Args:
        state: the plan in the making.
        v: a visit without a shift.
        slot: the shift.
        route: what the shift's route is taken to be; what it is, if left out.
        whoever: as if the engineer could and might do the visit, and one visit more.
    """
    where, before = state.facts.slots[slot], state.routes[slot] if route is None else route
    full = sum(1 for item in before if item >= 0) >= where.max_visits
    if not whoever and (full or state.facts.blocked[v][slot] is not None):
        return
    spare, duration = state.way(slot, before)[1], state.facts.timing(v, where.engineer).duration
    # Where travel depends on the hour, what it takes on the whole says nothing about a certain time.
    steady = state.facts.hours is None
    partners = state.facts.coupling.partners.get(v, ())
    within = ANYTIME if any(state.slot_of[u] is None for u in partners) else None
    for supply in state.ledger.supplies(v, where.engineer):
        if steady and not supply.warehouses and spare < duration:
            continue
        for items in _arrangements(before, v, supply):
            if not steady or state.way(slot, items)[1] >= 0:
                found = state.attempt(v, slot, items, supply, within)
                if found is not None:
                    yield found


def best_way_in(state: State, v: int, slots: Iterable[int]) -> Insertion | None:
    """The cheapest of all ways to put a visit into one of some shifts, or None."""
    found = (way for slot in slots for way in ways_in(state, v, slot))
    return min(found, key=lambda way: (way.extra, way.slot), default=None)


def _arrangements(route: tuple[Item, ...], v: int, supply: Supply) -> Iterator[tuple[Item, ...]]:
    """The visit at each position, and each new warehouse stop anywhere before it.

    A warehouse that is called at later on the route is called at earlier instead.
    """
    for position in range(len(route) + 1):
        head, tail = route[:position], route[position:]
        new = tuple(item for w in supply.warehouses if (item := warehouse_item(w)) not in head)
        rest = tuple(item for item in tail if item not in new)
        for start in _merged(head, new):
            yield (*start, v, *rest)


def _merged(head: tuple[Item, ...], new: tuple[Item, ...]) -> Iterator[tuple[Item, ...]]:
    if not new:
        yield head
        return
    for order in permutations(new):
        for gaps in combinations_with_replacement(range(len(head) + 1), len(order)):
            out = list(head)
            for gap, item in reversed(list(zip(gaps, order, strict=True))):
                out.insert(gap, item)
            yield tuple(out)
