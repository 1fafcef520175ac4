"""Put the visits of a group into different engineers' routes, with one common start."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import permutations, product

from scheduler.facts import NEVER
from scheduler.routes import Insertion, Routes
from scheduler.timing import Bounds
from scheduler.units import Cost, Seconds

STARTS_EACH = 10
"""So many starts of each visit are tried as the common one, the cheapest for that visit alone."""

Slots = Mapping[int, Collection[int]]
"""For each visit of a group, the slots to try."""


def insert_group(routes: Routes, slots: Slots, last: Seconds = NEVER) -> bool:
    """Insert a group where it is cheapest; False (and nothing changes) if no common start up to ``last`` was found."""
    starts = [start for start in _starts(routes, slots) if start <= last]
    choices = sorted(
        (choice for start in starts for choice in _choices(routes, slots, start)),
        key=lambda choice: choice[:2],
    )
    return any(place_together(routes, picks, start) for _, start, picks in choices)


def place_together(routes: Routes, picks: Mapping[int, int], start: Seconds) -> bool:
    """Insert each visit into its slot at a start; False (and nothing changes) if parts or time do not suffice."""
    late = any(routes.facts.nodes[v].may_be_late for v in picks)
    return any(_place(routes, order, start) for order in (permutations(picks.items()) if late else (picks.items(),)))


def _place(routes: Routes, picks: Iterable[tuple[int, int]], start: Seconds) -> bool:
    """Insert one after the other; who is late for a pin without need can only follow one who is so of necessity."""
    before = routes.copy()
    for v, slot in picks:
        found = routes.best_insertion(v, (slot,), Bounds(start, start))
        if found is None:
            routes.restore(before)
            return False
        routes.apply(found)
    return True


def _starts(routes: Routes, slots: Slots) -> list[Seconds]:
    """Starts worth trying: the cheapest of each visit alone, its windows' first moments, and what was published."""
    found: dict[Seconds, None] = {}
    for v, allowed in slots.items():
        alone = sorted((i.extra, _start(i)) for slot in allowed for i in routes.insertions(v, slot, within=Bounds()))
        cheapest = list(dict.fromkeys(start for _, start in alone))[:STARTS_EACH]
        timing = routes.facts.timings[v]
        found |= dict.fromkeys((*cheapest, *(window.start for window in timing.windows)))
        if timing.published is not None:
            found[timing.published] = None
    return list(found)


def _start(insertion: Insertion) -> Seconds:
    return insertion.timed.starts[insertion.items.index(insertion.visit)]


def _choices(routes: Routes, slots: Slots, start: Seconds) -> Iterator[tuple[Cost, Seconds, dict[int, int]]]:
    """The cheapest slots for a start, of different engineers, with what they cost."""
    options: list[list[Insertion]] = []
    for v, allowed in slots.items():
        options.append(_cheapest(routes, v, allowed, start, len(slots)))
        if not options[-1]:
            return
    engineer = routes.facts.slots
    distinct = [
        picks for picks in product(*options) if len({engineer[pick.slot].engineer for pick in picks}) == len(picks)
    ]
    for picks in sorted(distinct, key=_extra)[:2]:
        yield _extra(picks), start, {pick.visit: pick.slot for pick in picks}


def _extra(picks: Sequence[Insertion]) -> Cost:
    return sum(pick.extra for pick in picks)


def _cheapest(routes: Routes, v: int, allowed: Collection[int], start: Seconds, most: int) -> list[Insertion]:
    """The cheapest insertion of a visit at a start for each engineer; only ``most`` of them can matter."""
    best: dict[int, Insertion] = {}
    for slot in allowed:
        where = routes.facts.slots[slot]
        if not where.start <= start <= where.limit:
            continue
        found = routes.best_insertion(v, (slot,), Bounds(start, start, start))
        known = best.get(where.engineer)
        if found is not None and (known is None or found.extra < known.extra):
            best[where.engineer] = found
    return sorted(best.values(), key=lambda insertion: (insertion.extra, insertion.slot))[:most]
