"""Small exact steps on a state: move one visit, or let one visit make room for another."""

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from scheduler.state import State

MAKERS_OF_ROOM = 100
"""For each visit that is left out, so many times others are asked to make room."""

LEFT_OUT = 30
"""So many of the visits that are left out are tried, the most urgent."""


def move_each(state: State, visits: Iterable[int], deadline: float) -> None:
    """Try once for each visit whether another place is cheaper, until the deadline (``time.monotonic``)."""
    for v in visits:
        if time.monotonic() >= deadline:
            break
        if state.slot_of[v] is not None:
            reinsert(state, v)
    state.insert_all(state.unassigned)


def reinsert(state: State, v: int) -> None:
    """Take a visit out and put it where it is cheapest; back to where it was if that is no gain.

    What depends on it moves with it.
    """
    _put_again(state, [v])


def reinsert_coupled(state: State, deadline: float) -> None:
    """Take out each group or chain of visits as a whole and put it where it is cheapest, until the deadline."""
    for unit in state.facts.coupling.units:
        if time.monotonic() >= deadline:
            break
        _put_again(state, unit)


def _put_again(state: State, visits: Sequence[int]) -> None:
    before, cost = state.copy(), state.cost
    gone = _take_out(state, visits)
    if gone is not None:
        state.insert_all((*gone, *visits))
    if state.cost >= cost:
        state.restore(before)


def _take_out(state: State, visits: Iterable[int]) -> list[int] | None:
    """Take visits out, with what depends on them: all of these, in an order to put them back; None if that fails."""
    gone: list[int] = []
    for v in visits:
        if state.slot_of[v] is not None:
            unit = [u for u in state.facts.coupling.dependents(v) if state.slot_of[u] is not None]
            if not state.remove(v):
                return None
            gone += unit
    return gone


def make_room(state: State, deadline: float) -> None:
    """Let the visits that are left out in, if others can go elsewhere or are worth less, until the deadline."""
    for v in [v for v in state.unassigned if state.facts.allowed[v]][:LEFT_OUT]:
        for leaving in islice(_in_the_way(state, v), MAKERS_OF_ROOM):
            if time.monotonic() >= deadline:
                return
            if _exchange(state, v, leaving):
                break


def _in_the_way(state: State, v: int) -> Iterator[tuple[int, ...]]:
    """Visits that hold what ``v`` could use: its parts, its time (the least urgent first), or one of each."""
    facts = state.facts
    needs = facts.problem.visits[v].parts.keys()
    slots = set(facts.allowed[v])
    by_need = sorted(state.supply, key=facts.urgency, reverse=True)
    with_parts = [u for u in by_need if needs & facts.problem.visits[u].parts.keys()]
    with_time = [u for u in by_need if state.slot_of[u] in slots]
    yield from ((u,) for u in dict.fromkeys((*with_parts, *with_time)))
    for u in with_parts:
        yield from ((u, other) for other in with_time if other != u and state.slot_of[other] == state.slot_of[u])


def _exchange(state: State, v: int, leaving: tuple[int, ...]) -> bool:
    """Take some visits out, put ``v`` in, and them back where they still fit; undone if that costs more."""
    before, cost = state.copy(), state.cost
    gone = _take_out(state, leaving)
    if gone is not None:
        state.insert_all([v, *gone])
        if state.slot_of[v] is not None and state.cost < cost:
            return True
    state.restore(before)
    return False
