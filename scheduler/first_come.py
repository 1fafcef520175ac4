"""The baseline dispatcher: first come, first served, by the nearest engineer who is free.

Visits are taken in the order in which they were asked for. Each goes to the end of the route of an engineer: at
the first moment when somebody who can do it is free, the nearest of those who are free then. Nothing is ever
moved, so what was published or pinned stays where it is, in front.
"""

from dataclasses import dataclass, replace
from itertools import product

from scheduler.budget import Budget
from scheduler.build import plan_orders, published_orders, state_from_orders
from scheduler.facts import Facts
from scheduler.plan import Plan
from scheduler.state import Insertion, State
from scheduler.timing import Bounds, warehouse_item
from scheduler.units import Place, Seconds

OFFERS_EACH = 8
"""So many engineers are considered for each visit of a group, those who can be there first."""


@dataclass(frozen=True)
class _Offer:
    """An engineer who could take a visit next: free when, how far away, and with which route."""

    free: Seconds
    way: Seconds
    insertion: Insertion

    @property
    def start(self) -> Seconds:
        """When the work would start."""
        return self.insertion.timed.starts[-1]


def solve_first_come(facts: Facts, budget: Budget, warm_start: Plan | None) -> State:
    """Dispatch every visit in the order of its request; the budget plays no part."""
    del budget
    orders = published_orders(facts) if warm_start is None else plan_orders(facts, warm_start)
    state = state_from_orders(facts, orders)
    for v in facts.coupling.in_order(sorted(state.unassigned, key=lambda v: _asked(facts, v))):
        if v in facts.coupling.partners:
            _send_group(state, facts.coupling.group(v))
            continue
        offers = _offers(state, v)
        if offers:
            moment = min(offer.free for offer in offers)
            free = [offer for offer in offers if offer.free <= moment]
            state.apply(min(free, key=lambda offer: (offer.way, offer.insertion.slot)).insertion)
    return state


def _send_group(state: State, group: tuple[int, ...]) -> None:
    """Send those who can be there first, at the moment when the last of them can start; then the nearest."""
    if any(state.slot_of[v] is not None for v in group):
        return
    slots = state.facts.slots
    offers = [sorted(_offers(state, v), key=lambda offer: (offer.start, offer.way))[:OFFERS_EACH] for v in group]
    together = [
        picks for picks in product(*offers) if len({slots[o.insertion.slot].engineer for o in picks}) == len(group)
    ]
    for picks in sorted(together, key=lambda p: (max(o.start for o in p), sum(o.way for o in p))):
        if _go_together(state, picks, max(offer.start for offer in picks)):
            return


def _go_together(state: State, picks: tuple[_Offer, ...], start: Seconds) -> bool:
    before = state.copy()
    for offer in sorted(picks, key=lambda offer: -offer.start):
        old = offer.insertion
        engineer = state.facts.slots[old.slot].engineer
        found = state.attempt(old.visit, old.slot, old.items, old.supply, Bounds(start, start))
        if found is None or not state.ledger.holds(old.visit, engineer, old.supply):
            state.restore(before)
            return False
        state.apply(found)
    return True


def _asked(facts: Facts, v: int) -> tuple[Seconds, str]:
    visit = facts.problem.visits[v]
    return visit.requested, visit.id


def _offers(state: State, v: int) -> list[_Offer]:
    return [offer for slot in state.facts.allowed[v] if (offer := _offer(state, v, slot)) is not None]


def _offer(state: State, v: int, slot: int) -> _Offer | None:
    """The visit at the end of a route, by way of a warehouse if need be, and not left for before it was asked for."""
    facts, route, timed = state.facts, state.routes[slot], state.timed[slot]
    if len(state.visits_in(slot)) >= facts.slots[slot].max_visits:
        return None
    free, place = _free(state, slot)
    free = max(free, facts.problem.visits[v].requested)
    for supply in state.ledger.supplies(v, facts.slots[slot].engineer):
        fetch = tuple(i for w in supply.warehouses if (i := warehouse_item(w)) not in route)
        way = _way(facts, free, place, (*fetch, v))
        after_request = replace(supply, ready=max(supply.ready, free + way))
        within = Bounds() if v in facts.coupling.partners else None
        found = state.attempt(v, slot, (*route, *fetch, v), after_request, within)
        if found is not None and (timed is None or found.timed.starts[: len(route)] == timed.starts):
            return _Offer(free, way, found)
    return None


def _way(facts: Facts, free: Seconds, place: Place, items: tuple[int, ...]) -> Seconds:
    """Travel and handling from a place to the start of the last item."""
    now = free
    for item in items:
        node = facts.nodes[item]
        now = facts.arrival(now, facts.travel[place][node.place]) + (0 if node.is_visit else node.duration)
        place = node.place
    return now - free


def _free(state: State, slot: int) -> tuple[Seconds, Place]:
    """When and where an engineer is done with what is on the route."""
    where, timed = state.facts.slots[slot], state.timed[slot]
    if timed is None:
        return where.start, where.start_place
    last = state.facts.node(state.routes[slot][-1], where.engineer)
    return timed.starts[-1] + last.duration, last.place
