"""The routing engine: a start by insertion, then rounds of OR-Tools' routing library on a part of the routes.

The library slows down with the number of vehicles (one per shift) and with breaks, so each round gives it the
shifts that pass near one visit and the visits on them; a small problem is given to it as a whole first. A round's
answer is rebuilt exactly and kept if the plan costs less.
"""

import random
import time
from collections.abc import Iterator

from scheduler.allocation import allocate
from scheduler.budget import Budget
from scheduler.build import place_in_order, start_state
from scheduler.facts import NEVER, Facts
from scheduler.improve import make_room, move_each, reinsert_coupled
from scheduler.plan import Plan
from scheduler.routing_model import RoutingModel, SearchLimits, choices_for
from scheduler.state import State
from scheduler.units import Seconds

SHIFTS_AT_ONCE = 8
"""Shifts in a round. Measured on 200 visits x 120 shifts, 4 s: 8 was better than 4 and 12."""

WHOLE_UP_TO = 14
"""Up to so many shifts the whole problem is given to the library first."""

OPEN_AT_ONCE = 10
"""Unassigned visits in a round."""

SLICE = 0.3
"""Seconds of one round."""


def solve_routing(facts: Facts, budget: Budget, warm_start: Plan | None) -> State:
    """The best state found within the budget.

    The insertion start alone is a full answer, so something is always served if anything can be. With
    ``budget.iterations`` there are so many rounds, each up to its local optimum, so that the answer does not
    depend on the speed of the machine.
    """
    began = time.monotonic()
    deadline = began + budget.seconds * 0.9
    rng = random.Random(budget.seed)
    state = start_state(facts, warm_start)
    movable = [v for v, slots in enumerate(facts.allowed) if slots]
    if not movable:
        return state
    make_room(state, began + budget.seconds * 0.3)
    reinsert_coupled(state, began + budget.seconds * 0.4)
    move_each(state, rng.sample(movable, len(movable)), began + budget.seconds * 0.6)
    for number, slots in enumerate(_neighbourhoods(state, movable, rng)):
        left = deadline - time.monotonic()
        if left <= 0 or number == budget.iterations:
            break
        whole = len(slots) > SHIFTS_AT_ONCE
        limits = SearchLimits(
            seconds=left * 0.7 if whole else min(left, SLICE),
            to_local_optimum=budget.iterations is not None,
        )
        _round(state, slots, limits)
    make_room(state, deadline + budget.seconds * 0.05)
    move_each(state, [v for v in state.supply if state.supply[v].warehouses], NEVER)
    return state


def solve_insertion(facts: Facts, budget: Budget, warm_start: Plan | None) -> State:
    """Insertion and one round of moving single visits, without the library: what is left when that fails."""
    state = start_state(facts, warm_start)
    movable = [v for v, slots in enumerate(facts.allowed) if slots]
    order = random.Random(budget.seed).sample(movable, len(movable))
    deadline = time.monotonic() + budget.seconds
    reinsert_coupled(state, deadline)
    move_each(state, order, deadline)
    return state


def _neighbourhoods(state: State, movable: list[int], rng: random.Random) -> Iterator[frozenset[int]]:
    """The shifts of each round: all of a small problem once, then those that pass near some visit."""
    facts = state.facts
    used = {slot for v in movable for slot in facts.allowed[v]}
    if SHIFTS_AT_ONCE < len(used) <= WHOLE_UP_TO:
        yield frozenset(used)
    while True:
        left_out = [v for v in state.unassigned if facts.allowed[v]]
        seed = rng.choice(left_out if left_out and rng.random() < 0.3 else movable)
        ranked = sorted(facts.allowed[seed], key=lambda slot: _distance(state, seed, slot) * (0.5 + rng.random()))
        chosen = frozenset(ranked[:SHIFTS_AT_ONCE])
        own = state.slot_of[seed]
        yield chosen if own is None else chosen | {own}


def _distance(state: State, v: int, slot: int) -> Seconds:
    """Travel to a visit from the nearest place of a route."""
    facts = state.facts
    to = facts.timings[v].place
    places = [facts.slots[slot].start_place, *(facts.timings[u].place for u in state.visits_in(slot))]
    return min(facts.travel[place][to] for place in places)


def _round(state: State, slots: frozenset[int], limits: SearchLimits) -> None:
    """Let the library reorder some shifts, with a few unassigned visits; keep the answer if it is cheaper.

    Visits that depend on others stay where and when they are.
    """
    coupled = state.facts.coupling.visits
    on_them = [v for slot in sorted(slots) for v in state.visits_in(slot)]
    left_out = (v for v in state.unassigned if v not in coupled and not slots.isdisjoint(state.facts.allowed[v]))
    visits = [*on_them, *list(left_out)[:OPEN_AT_ONCE]]
    detours = allocate(state, visits)
    frozen = {v: state.start_of(v) for v in on_them if v in coupled}
    choices = choices_for(state.facts, detours, slots, (v for v in visits if v not in frozen))
    if not choices:
        return
    choices |= {v: [slot] for v in frozen if (slot := state.slot_of[v]) is not None}
    model = RoutingModel(state.facts, detours, choices, frozen)
    orders = model.solve({slot: state.visits_in(slot) for slot in slots}, limits)
    found = state.copy()
    if orders is None or not found.clear(slots):
        return
    place_in_order(found, orders)
    found.insert_all(found.unassigned, slots)
    if found.cost < state.cost:
        state.restore(found)
