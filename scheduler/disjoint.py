"""Make a plan of routes that share visits: a relaxation may serve a visit twice."""

import numpy as np
from numpy.typing import NDArray

from scheduler.arrays import Arrays
from scheduler.columns import NO_ITEM, Routes
from scheduler.price_cost import priced


def disjoint(arrays: Arrays, plan: Routes) -> Routes:
    """The same plan with each visit in one route only: where leaving it out saves least."""
    items = plan.items.astype(np.int64)
    lengths = plan.lengths.astype(np.int64)
    visits, counts = np.unique(items[(items >= 0) & (items < arrays.visits)], return_counts=True)
    for visit in visits[counts > 1].tolist():
        holders = np.flatnonzero((items == visit).any(axis=1))
        without = [_without(items[r], visit) for r in holders.tolist()]
        slots = plan.slots[holders]
        cost_with = _costs(arrays, slots, items[holders])
        cost_without = _costs(arrays, slots, np.array(without))
        kept = int(np.argmin(cost_with - cost_without))
        for turn, r in enumerate(holders.tolist()):
            if turn != kept:
                items[r] = without[turn]
        lengths = (items != NO_ITEM).sum(axis=1)
    some = ((items >= 0) & (items < arrays.visits)).any(axis=1)
    return priced(arrays, plan.slots[some], lengths[some], items[some])


def _without(items: NDArray[np.int64], visit: int) -> NDArray[np.int64]:
    out = np.full_like(items, NO_ITEM)
    rest = items[items != visit]
    out[: len(rest)] = rest
    return out


def _costs(arrays: Arrays, slots: NDArray[np.int32], items: NDArray[np.int64]) -> NDArray[np.float64]:
    """Exact costs; endless where a route is not possible."""
    out = np.full(len(slots), np.inf)
    for r in range(len(slots)):
        length = np.array([(items[r] != NO_ITEM).sum()])
        found = priced(arrays, slots[r : r + 1], length, items[r : r + 1])
        if len(found):
            out[r] = found.costs[0]
    return out
