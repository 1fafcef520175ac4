"""Turn wished-for orders of visits into a state that keeps every hard rule."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from scheduler.errors import ProblemError
from scheduler.facts import Facts
from scheduler.groups import insert_group
from scheduler.parts import Supply, supply_of
from scheduler.plan import Plan, Route
from scheduler.state import Insertion, State
from scheduler.timing import Item, warehouse_item
from scheduler.units import Seconds

Orders = Mapping[int, Sequence[int]]
"""For slots, visits in the order in which they should be done."""


def state_from_orders(facts: Facts, orders: Orders) -> State:
    """Keep as much of the given orders as the hard rules allow.

    Pinned and mandatory visits are put in first, wherever they fit; then the others in the order of urgency, so
    that scarce parts and time go to the most urgent. What cannot be kept in its place is left unassigned.
    """
    state = State(facts)
    place_in_order(state, orders, {v for v in range(len(facts.problem.visits)) if facts.is_fixed(v)})
    for slot in orders:
        # Stops were put where they suited the visits that were there then.
        state.move_stops(slot)
    return state


def place_in_order(state: State, orders: Orders, fixed: Collection[int] = ()) -> None:
    """Insert the visits of the orders, and those of ``fixed`` wherever they fit, the most urgent first."""
    wished = {v: (slot, rank) for slot, order in orders.items() for rank, v in enumerate(order)}
    for v in state.facts.coupling.in_order(sorted(wished.keys() | fixed, key=state.facts.urgency)):
        if state.slot_of[v] is not None or _group_in_place(state, v, wished):
            continue
        found = _in_place(state, v, wished) if v in wished else None
        if found is not None:
            state.apply(found)
        elif state.facts.is_fixed(v):
            state.insert(v)


def _group_in_place(state: State, v: int, wished: Mapping[int, tuple[int, int]]) -> bool:
    """Place a visit's group in the wished-for slots, if it has a group and that is possible."""
    group = state.facts.coupling.group(v)
    if len(group) == 1 or not set(group) <= wished.keys():
        return False
    slots = {u: (wished[u][0],) for u in group if state.facts.blocked[u][wished[u][0]] is None}
    return len(slots) == len(group) and insert_group(state, slots)


def _in_place(state: State, v: int, wished: Mapping[int, tuple[int, int]]) -> Insertion | None:
    """The cheapest way to place a visit between its wished-for neighbours."""
    slot, rank = wished[v]
    if state.facts.blocked[v][slot] is not None:
        return None
    ranks = [wished[item][1] if wished.get(item, (-1, 0))[0] == slot else None for item in state.routes[slot]]
    first = max((i + 1 for i, other in enumerate(ranks) if other is not None and other < rank), default=0)
    last = min((i for i, other in enumerate(ranks) if other is not None and other > rank), default=len(ranks))
    found = state.insertions(v, slot, range(first, last + 1))
    return min(found, key=lambda insertion: insertion.extra, default=None)


def state_from_plan(facts: Facts, plan: Plan) -> State:
    """The state that a plan of this problem describes, with its warehouse stops and part sources.

    Raises:
        ProblemError: a route cannot be timed; the plan belongs to another problem.
    """
    state = State(facts)
    slot_of = _slots_by_name(facts)
    for route in plan.routes:
        slot = slot_of.get((route.engineer, route.shift_index))
        if slot is None or not set(route.visit_ids) <= facts.visit_index.keys():
            raise ProblemError("plan", "names a shift or visit that the problem does not have")
        items = tuple(_items(facts, route))
        starts = {facts.visit_index[stop.visit_id]: stop.start for stop in route.stops if stop.visit_id is not None}
        state.load(slot, items, _supplies(facts, facts.slots[slot].engineer, route, items), starts)
    return state


def _supplies(facts: Facts, engineer: int, route: Route, items: Sequence[Item]) -> dict[int, Supply]:
    """How each visit of a planned route is supplied; tools are borrowed at the first stop that lends them."""
    out: dict[int, Supply] = {}
    for stop in route.stops:
        if stop.visit_id is None:
            continue
        v = facts.visit_index[stop.visit_id]
        supply, lenders = supply_of(facts, v, stop.sources), facts.lenders(v, engineer)
        if lenders and set(lenders).isdisjoint(supply.warehouses):
            before = (warehouse_item(item) for item in items[: items.index(v)] if item < 0)
            lender = next((w for w in before if w in lenders), None)
            if lender is None:
                raise ProblemError("plan", f"has no tools for visit {stop.visit_id}")
            supply = replace(supply, warehouses=(*supply.warehouses, lender))
        out[v] = supply
    return out


def _items(facts: Facts, route: Route) -> Iterator[Item]:
    for stop in route.stops:
        if stop.visit_id is not None:
            yield facts.visit_index[stop.visit_id]
        elif stop.warehouse_id is not None:
            yield warehouse_item(facts.warehouse_index[stop.warehouse_id])


def _slots_by_name(facts: Facts) -> dict[tuple[str, int], int]:
    return {(facts.problem.engineers[s.engineer].id, s.shift_index): s.index for s in facts.slots}


def plan_orders(facts: Facts, plan: Plan) -> Orders:
    """The order of visits of each slot in a plan; visits and shifts that no longer exist are left out."""
    slot_of = _slots_by_name(facts)
    orders: dict[int, list[int]] = {}
    for route in plan.routes:
        slot = slot_of.get((route.engineer, route.shift_index))
        if slot is not None:
            orders[slot] = [facts.visit_index[i] for i in route.visit_ids if i in facts.visit_index]
    return orders


def published_orders(facts: Facts) -> Orders:
    """What was published or pinned, as orders: each visit in the slot that contains its start."""
    starts: dict[int, list[tuple[Seconds, int]]] = {}
    for v, visit in enumerate(facts.problem.visits):
        if visit.published is None or visit.published.engineer not in facts.engineer_index:
            continue
        slot = facts.slot_at(facts.engineer_index[visit.published.engineer], visit.published.start)
        if slot is not None:
            starts.setdefault(slot, []).append((visit.published.start, v))
    return {slot: [v for _, v in sorted(pairs)] for slot, pairs in starts.items()}


def start_state(facts: Facts, warm_start: Plan | None) -> State:
    """Where a search begins: the warm start or else what was published, and the rest where it is cheapest."""
    orders = published_orders(facts) if warm_start is None else plan_orders(facts, warm_start)
    state = state_from_orders(facts, orders)
    state.insert_all(state.unassigned)
    return state
