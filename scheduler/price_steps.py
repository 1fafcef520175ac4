"""Compiled steps of pricing that labelling, listing and completion bounds share.

All costs are scaled by ``SCALE``, so that dual prices can be finer than whole cost units and sums stay whole.
"""

from numba import njit

from scheduler.price_view import (
    D_HELD,
    D_HOUSES,
    D_SHIFT,
    D_SHIPPED,
    D_UNITS,
    N_FIRST,
    N_LAST,
    N_LATE_AFTER,
    N_LATE_RATE,
    N_MOVED_AFTER,
    N_MOVED_RATE,
    N_NEED,
    N_NEED_END,
    N_SOFT,
    N_WINDOW,
    N_WINDOW_END,
    S_END,
    S_LIMIT,
    S_OVERTIME,
)

SCALE = 16
"""Dual prices are whole sixteenths of a cost unit."""

TOO_LATE = 1 << 40
ENDLESS = 1 << 55
"""A moment and a cost beyond all others."""


@njit(cache=True, inline="always")
def start_at(k, arrival, node, window):  # type: ignore[no-untyped-def]
    """The first allowed start at or after an arrival, or TOO_LATE."""
    start = max(arrival, node[k, N_FIRST])
    if start > node[k, N_LAST]:
        return TOO_LATE
    if node[k, N_WINDOW_END] > node[k, N_WINDOW]:
        for w in range(node[k, N_WINDOW], node[k, N_WINDOW_END]):
            if window[w, 1] >= start:
                start = max(start, window[w, 0])
                return start if start <= node[k, N_LAST] else TOO_LATE
        return TOO_LATE
    return start


@njit(cache=True, inline="always")
def soft_cost(k, start, node):  # type: ignore[no-untyped-def]
    """Lateness, and starting after the published moment; never less for a later start."""
    cost = 0
    if node[k, N_SOFT]:
        late = start - node[k, N_LATE_AFTER]
        if late > 0:
            cost += (late + 59) // 60 * node[k, N_LATE_RATE] // 100
        moved = start - node[k, N_MOVED_AFTER]
        if moved > 0:
            cost += moved // 60 * node[k, N_MOVED_RATE]
    return cost


@njit(cache=True, inline="always")
def end_cost(end, shift):  # type: ignore[no-untyped-def]
    """Overtime for coming home at ``end``, or ENDLESS after the limit; not scaled."""
    if end > shift[S_LIMIT]:
        return ENDLESS
    late = end - shift[S_END]
    return late * shift[S_OVERTIME] // 360_000 if late > 0 else 0


@njit(cache=True, inline="always")
def cuts_cost(bits, cut_price):  # type: ignore[no-untyped-def]
    """Sum of the prices of the cuts whose bit is set; ``cut_price`` holds the sums by byte."""
    cost, byte = 0, 0
    while bits:
        cost += cut_price[byte, bits & 255]
        bits >>= 8
        byte += 1
    return cost


@njit(cache=True, inline="always")
def charged_twice(k, cuts, cut_bits, cut_price):  # type: ignore[no-untyped-def]
    """What completion bounds may charge for cuts that a route has paid with ``k``; ``cuts`` is their parity before it.

    Completion bounds charge half a cut's price for each leg between two of its visits. After the second visit of a cut
    the price is paid, but the leg from there to the third one is charged again.
    """
    return cuts_cost(cuts & cut_bits[k], cut_price) // 2


@njit(cache=True)
def supplied(k, houses, van, node, need):  # type: ignore[no-untyped-def]
    """Whether a visit's needs can be met after calls at ``houses``: (earliest start or -1 if not, van counters).

    What was fetched is endless; what can be shipped or taken from the van is not counted in the van.
    """
    ready = 0
    for row in range(node[k, N_NEED], node[k, N_NEED_END]):
        if need[row, D_HOUSES] & houses:
            continue
        if need[row, D_HELD] >= 0:
            taken = ((van >> need[row, D_SHIFT]) & 15) + need[row, D_UNITS]
            if taken > need[row, D_HELD]:
                return -1, van
            van += need[row, D_UNITS] << need[row, D_SHIFT]
        elif need[row, D_SHIPPED] >= 0:
            ready = max(ready, need[row, D_SHIPPED])
        else:
            return -1, van
    return ready, van
