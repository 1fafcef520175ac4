"""What routes cost exactly, and where they take their parts from."""

from dataclasses import replace
from weakref import WeakKeyDictionary

import numpy as np
from numba import njit
from numpy.typing import NDArray

from scheduler import views
from scheduler.arrays import ENGINEER, FORBIDDEN, Arrays, Ints
from scheduler.clockwork import route_cost
from scheduler.columns import Routes
from scheduler.packed import Tables, tables_of
from scheduler.tables import FIT, READY, SCRATCH_ROWS

FROM_VAN, FROM_SHIPPED = -1, -2
"""Sources of a part; others are warehouses."""


_PACKED: WeakKeyDictionary[Arrays, Tables] = WeakKeyDictionary()
"""Tables of the problems at hand."""


def priced(arrays: Arrays, slots: NDArray[np.integer], lengths: NDArray[np.integer], items: Ints) -> Routes:
    """Routes with their exact costs; those that no times or parts allow are left out.

    A part comes from the van if it holds enough, else from the first warehouse called at before that has enough, else
    it is shipped.

    Args:
        arrays: the problem.
        slots, lengths, items: see ``Routes``.
    """
    if arrays not in _PACKED:
        _PACKED[arrays] = tables_of(arrays, 1)
    scratch = np.zeros((SCRATCH_ROWS, items.shape[1] + 1), np.int64)
    t = replace(_PACKED[arrays], items=np.ascontiguousarray(items, np.int64), scratch=scratch)
    costs = _costs(
        np.asarray(slots, np.int64), np.asarray(lengths, np.int64), t.address,
        arrays.line, arrays.sku, arrays.units, arrays.shipped, arrays.van, arrays.stock,
        arrays.tools_missing, arrays.tools_lent,
    )  # fmt: skip
    fine = np.flatnonzero(costs < FORBIDDEN)
    all_ = Routes(np.asarray(slots, np.int32), np.asarray(lengths, np.int32), np.asarray(items, np.int32), costs)
    return all_ if len(fine) == len(costs) else all_.take(fine)


def uses(arrays: Arrays, routes: Routes) -> Ints:
    """What routes take from vans and warehouses.

    Returns:
        Rows of (route, holder, part, units); holders are engineers, then warehouses.
    """
    if not len(arrays.sku) or not len(routes):
        return np.zeros((0, 4), np.int64)
    out: Ints = _uses(
        routes.slots.astype(np.int64), routes.lengths.astype(np.int64), routes.items.astype(np.int64),
        arrays.slot, arrays.line, arrays.sku, arrays.units, arrays.shipped, arrays.van, arrays.stock,
    )  # fmt: skip
    return out


@njit(cache=True)
def sources_of(  # type: ignore[no-untyped-def]
    s, items, length, visits, slot, line, sku, units, shipped, van_left, house_left, source,
):  # fmt: skip
    """Where each part of a route comes from, into ``source`` by row of ``line``; takes it from what is left.

    Returns:
        Whether every part has a source.
    """
    engineer = slot[s, ENGINEER]
    for place in range(length):
        v = items[place]
        if v >= visits:
            continue
        for row in range(line[v], line[v + 1]):
            part, needed = sku[row], units[row]
            if van_left[engineer, part] >= needed:
                van_left[engineer, part] -= needed
                source[row] = FROM_VAN
                continue
            found = -1
            for before in range(place):
                w = items[before] - visits
                if w >= 0 and house_left[w, part] >= needed:
                    found = w
                    break
            if found >= 0:
                house_left[found, part] -= needed
                source[row] = found
            elif shipped[row] >= 0:
                source[row] = FROM_SHIPPED
            else:
                return False
    return True


@njit(cache=True)
def _give_back(s, items, length, visits, slot, line, sku, units, van_left, house_left, source):  # type: ignore[no-untyped-def]
    for place in range(length):
        v = items[place]
        if v < visits:
            for row in range(line[v], line[v + 1]):
                if source[row] == FROM_VAN:
                    van_left[slot[s, ENGINEER], sku[row]] += units[row]
                elif source[row] >= 0:
                    house_left[source[row], sku[row]] += units[row]
                source[row] = FROM_SHIPPED


@njit(cache=True)
def _has_tools(s, items, length, visits, tools_missing, tools_lent):  # type: ignore[no-untyped-def]
    """Every tool that the engineer lacks for a visit is lent, all by one warehouse called at before."""
    for place in range(length):
        v = items[place]
        if v >= visits or tools_missing[s, v] == 0:
            continue
        lent = False
        for before in range(place):
            w = items[before] - visits
            lent = lent or (w >= 0 and tools_missing[s, v] & ~tools_lent[w] == 0)
        if not lent:
            return False
    return True


@njit(cache=True)
def _costs(  # type: ignore[no-untyped-def]
    slots, lengths, t,
    line, sku, units, shipped, van, stock, tools_missing, tools_lent,
):  # fmt: skip
    items, slot, node, pair, visits = views.items(t), views.slot(t), views.node(t), views.pair(t), len(line) - 1
    out = np.full(len(slots), FORBIDDEN, np.int64)
    source = np.full(len(sku), FROM_SHIPPED, np.int64)
    van_left, house_left = van.copy(), stock.copy()
    for r in range(len(slots)):
        s, length = slots[r], lengths[r]
        row = items[r]
        fine = _has_tools(s, row, length, visits, tools_missing, tools_lent)
        for place in range(length):
            fine = fine and pair[s, row[place], FIT] < FORBIDDEN
        if fine and len(sku):
            fine = sources_of(s, row, length, visits, slot, line, sku, units, shipped, van_left, house_left, source)
            for place in range(length):
                v = row[place]
                for need in range(line[v], line[v + 1]) if v < visits else range(0):
                    if source[need] == FROM_SHIPPED:
                        node[v, READY] = max(node[v, READY], shipped[need])
        if fine:
            out[r] = route_cost(s, r, length, t)
        if len(sku):
            _give_back(s, row, length, visits, slot, line, sku, units, van_left, house_left, source)
            for place in range(length):
                node[row[place], READY] = 0
    return out


@njit(cache=True)
def _uses(slots, lengths, items, slot, line, sku, units, shipped, van, stock):  # type: ignore[no-untyped-def]
    visits = len(line) - 1
    source = np.full(len(sku), FROM_SHIPPED, np.int64)
    van_left, house_left = van.copy(), stock.copy()
    out, count = np.empty((len(slots) + 64, 4), np.int64), 0
    for r in range(len(slots)):
        s, row = slots[r], items[r]
        sources_of(s, row, lengths[r], visits, slot, line, sku, units, shipped, van_left, house_left, source)
        for place in range(lengths[r]):
            v = row[place]
            for need in range(line[v], line[v + 1]) if v < visits else range(0):
                if source[need] == FROM_SHIPPED:
                    continue
                if count >= len(out):
                    longer = np.empty((2 * len(out), 4), np.int64)
                    longer[:count] = out
                    out = longer
                holder = slot[s, ENGINEER] if source[need] == FROM_VAN else len(van) + source[need]
                out[count, 0], out[count, 1], out[count, 2], out[count, 3] = r, holder, sku[need], units[need]
                count += 1
        _give_back(s, row, lengths[r], visits, slot, line, sku, units, van_left, house_left, source)
    return out[:count]
