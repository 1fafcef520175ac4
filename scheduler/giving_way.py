"""Which visit would have to give way to one that was left out: moved to another place, or left out instead."""

from collections.abc import Iterator

from scheduler.change import Change, ChangeKind
from scheduler.fitting import best_way_in, ways_in
from scheduler.plan import SourceKind
from scheduler.state import Insertion, State
from scheduler.units import Seconds

MOVES_TRIED = 3
"""For so many visits that could make room it is tried whether they fit elsewhere, those of the least weight first."""


def makes_room(state: State, v: int, u: int, slot: int) -> bool:
    """Whether a visit would fit a shift if another one were not on its route."""
    return next(ways_in(state, v, slot, route=state.without(u, slot)), None) is not None


def giving_way(state: State, v: int, spare: list[Seconds]) -> Iterator[Change]:
    """Who could be moved, and who could be given up. No visit that is pinned or on which others
    depend, nor one of a greater weight given up.

    Args:
        state: the final plan.
        v: a visit that is left out.
        spare: what travel and work leave of each shift.
    """
    facts, tried, given_up = state.facts, 0, False
    for u, slots in _in_the_way(state, v, spare):
        may_be_given_up = not given_up and facts.unserved[u] <= facts.unserved[v]
        if tried >= MOVES_TRIED and not may_be_given_up:
            break
        twin = state.copy()
        way = best_way_in(twin, v, slots) if twin.remove(u) else None
        if way is None:
            continue
        if may_be_given_up:
            given_up = True
            yield _change(state, ChangeKind.GIVE_UP, way, u, None)
        if tried < MOVES_TRIED:
            tried += 1
            twin.apply(way)
            moved = best_way_in(twin, u, facts.allowed[u])
            if moved is not None:
                tried = MOVES_TRIED
                yield _change(state, ChangeKind.MOVE, way, u, moved)


def _in_the_way(state: State, v: int, spare: list[Seconds]) -> Iterator[tuple[int, list[int]]]:
    """The visits that hold time or parts that the visit needs, the least weight first, and the shifts that gain."""
    facts, allowed = state.facts, set(state.facts.allowed[v])
    for u in sorted(state.supply, key=lambda u: (facts.unserved[u], u)):
        slot = state.slot_of[u]
        if slot is None or facts.problem.visits[u].pin is not None or u in facts.coupling.visits:
            continue
        slots = _shifts_for_its_parts(state, v, u)
        if slots:
            yield u, slots
        elif slot in allowed and _may_make_room(state, v, u, slot, spare[slot]):
            yield u, [slot]


def _may_make_room(state: State, v: int, u: int, slot: int, spare: Seconds) -> bool:
    facts = state.facts
    duration = facts.timing(v, facts.slots[slot].engineer).duration
    left = max(spare, state.way(slot, state.without(u, slot))[1])
    return (left >= duration or facts.hours is not None) and makes_room(state, v, u, slot)


def _shifts_for_its_parts(state: State, v: int, u: int) -> list[int]:
    """The shifts that could use parts a visit takes: its engineer's, or all if they are the last of a warehouse."""
    facts, needs = state.facts, state.facts.problem.visits[v].parts
    shared = {sku: source for sku, source in state.supply[u].sources.items() if sku in needs}
    fetched = [sku for sku, source in shared.items() if source.kind is SourceKind.WAREHOUSE]
    if any(all(stock.get(sku, 0) < needs[sku] for stock in state.ledger.stock) for sku in fetched):
        return facts.allowed[v]
    if all(source.kind is not SourceKind.VAN for source in shared.values()):
        return []
    engineer = facts.slots[state.slot_of[u] or 0].engineer
    return [slot for slot in facts.allowed[v] if facts.slots[slot].engineer == engineer]


def _change(state: State, kind: ChangeKind, way: Insertion, u: int, moved: Insertion | None) -> Change:
    problem, shift = state.facts.problem, state.facts.slots[way.slot]
    return Change(
        kind,
        problem.visits[way.visit].id,
        problem.engineers[shift.engineer].id,
        shift.shift_index,
        start=way.timed.starts[way.items.index(way.visit)],
        other=problem.visits[u].id,
        other_engineer=None if moved is None else problem.engineers[state.facts.slots[moved.slot].engineer].id,
        other_start=None if moved is None else moved.timed.starts[moved.items.index(u)],
    )
