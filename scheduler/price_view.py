"""What pricing sees of one slot: only the visits and warehouses that it can use, with what it costs to reach them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from scheduler.arrays import (
    BREAK_DURATION,
    BREAK_EARLIEST,
    BREAK_LATEST,
    END,
    END_PLACE,
    ENGINEER,
    FORBIDDEN,
    LATE_AFTER,
    LATE_RATE,
    LIMIT,
    MAX_VISITS,
    MAY_BE_LATE,
    MOVED_RATE,
    OVERTIME_RATE,
    PLACE,
    PUBLISHED,
    RATES,
    START,
    START_PLACE,
    WINDOW_FROM,
    WINDOW_TO,
    WORKING_RATE,
    Arrays,
    Ints,
)
from scheduler.facts import NEVER

MOST_VISITS = 256
"""Slots with more usable visits than this are not priced: no bound is claimed for them."""

HOUR = 3600
LEAST_BUCKET = 60
"""Labels are worked off in buckets of at least so many seconds."""

(
    N_FIRST, N_LAST, N_LEAD, N_OUT, N_TAIL, N_HOME, N_WORK, N_SOFT, N_LATE_AFTER, N_LATE_RATE, N_MOVED_AFTER,
    N_MOVED_RATE, N_WINDOW, N_WINDOW_END, N_NEED, N_NEED_END, N_HOUSE,
) = range(17)  # fmt: skip
"""Columns of ``View.node``: first and last start; arrival when it is the first stop, and the cost of that; work and
travel home, and the cost of that; work; whether a start costs something; promise and rate; published start and rate;
rows of ``window`` (equal: one window, or pinned), rows of ``need``; bit of a warehouse, 0 for visits."""

S_START, S_END, S_LIMIT, S_OVERTIME, S_EARLIEST, S_LATEST, S_BREAK, S_MOST = range(8)
"""Entries of ``View.shift``: start, regular end, limit; overtime rate; break window and duration; most visits, 0 if
that cannot be reached."""

D_HOUSES, D_SHIFT, D_UNITS, D_HELD, D_SHIPPED = range(5)
"""Columns of ``View.need``: warehouses that have it, as bits; place of its counter and units to count there; what the
van holds (-1: not enough); when a shipped one is there (-1: never)."""

COUNTER_BITS = 5
MOST_COUNTED = 12
"""Van stock is counted for at most so many parts of a slot, up to 15 units each; beyond that it counts as endless."""


@dataclass(frozen=True)
class View:
    """One slot for pricing. Times are moments of the horizon; ``m`` local nodes, visits before warehouses.

    Attributes:
        ids: the problem's node of each local node.
        visits: how many of them are visits.
        step: seconds from the start at one node to the arrival at another, ``m x m``.
        arc: cost of going from one to another, its fit included, ``m x m``.
        node, shift, need: tables, see above.
        window: first and last starts of the nodes with several windows.
        sorted_losses, lost: for each node, moments after which further visits are out of reach, ascending, and the
            visits out of reach after the first q of them, as bits, ``m x visits`` and ``m x (visits + 1) x words``.
        then, until: for each node all others, those that can be reached the longest first, and the last start that
            reaches them, ``m x (m - 1)``.
        bucket: seconds of a bucket of labels; ``least_step`` is the least of ``step`` between two nodes.
        rich: whether anything but one window, overtime and legs matters.
    """

    slot: int
    ids: Ints
    visits: int
    step: Ints
    arc: Ints
    node: Ints
    shift: Ints
    need: Ints
    window: Ints
    sorted_losses: Ints
    lost: Ints
    then: Ints
    until: Ints
    bucket: int
    least_step: int
    rich: bool


def view_of(arrays: Arrays, s: int) -> View | None:
    """The view of a slot, or None if it has too many usable visits to be priced."""
    slot = arrays.slot[s]
    ids = _usable(arrays, s)
    if len(ids) > MOST_VISITS:
        return None
    needs = [list(_needs(arrays, s, int(v))) for v in ids]
    keep = np.array([all(need[0] or need[2] >= 0 or need[3] >= 0 for need in rows) for rows in needs], np.bool_)
    ids, needs = ids[keep], [rows for rows, kept in zip(needs, keep, strict=True) if kept]
    visits = len(ids)
    need, need_at, houses = _need_table(arrays, needs)
    ids = np.concatenate([ids, arrays.visits + houses])
    m = len(ids)
    place, work = arrays.node[ids, PLACE], arrays.work[s, ids].astype(np.int64)
    legs, rate = arrays.legs[slot[RATES]].astype(np.int64), int(slot[WORKING_RATE])
    travel = arrays.travel.astype(np.int64)
    fit = np.concatenate([arrays.fit[s, ids[:visits]], np.zeros(m - visits, np.int64)])
    step = work[:, None] + travel[np.ix_(place, place)]
    # Working time costs at least that of travel and work; waiting and breaks are left out, which keeps bounds valid.
    arc = legs[np.ix_(place, place)] + fit[None, :] + step * rate // 360_000
    node = np.zeros((m, N_HOUSE + 1), np.int64)
    node[:, N_WORK] = work
    node[:, N_LEAD] = slot[START] + travel[slot[START_PLACE], place]
    node[:, N_OUT] = legs[slot[START_PLACE], place] + fit + travel[slot[START_PLACE], place] * rate // 360_000
    node[:, N_TAIL] = work + travel[place, slot[END_PLACE]]
    node[:, N_HOME] = legs[place, slot[END_PLACE]] + node[:, N_TAIL] * rate // 360_000
    node[visits:, N_HOUSE] = 1 << houses
    node[:visits, N_NEED], node[:visits, N_NEED_END] = need_at[:-1], need_at[1:]
    window = _times(arrays, s, ids, visits, node)
    shift = slot[[START, END, LIMIT, OVERTIME_RATE, BREAK_EARLIEST, BREAK_LATEST, BREAK_DURATION, MAX_VISITS]].copy()
    if shift[S_MOST] >= _most_in(node[:visits], step[:visits, :visits], shift):
        shift[S_MOST] = 0
    rich = bool(shift[S_BREAK] or shift[S_MOST] or len(need) or len(window) or node[:, N_SOFT].any())
    sorted_losses, lost = _reach(step, node, visits)
    least = int(np.min(step[~np.eye(m, dtype=bool)], initial=HOUR))
    bucket = max(LEAST_BUCKET, least)
    then, until = _successors(step, node)
    return View(
        s, ids, visits, step, arc, node, shift, need, window, sorted_losses, lost, then, until, bucket, least, rich
    )


def _usable(arrays: Arrays, s: int) -> Ints:
    """Visits that the slot may do and that fit it alone, straight there and straight home."""
    slot = arrays.slot[s]
    v = np.flatnonzero(arrays.fit[s] < FORBIDDEN)
    place, work = arrays.node[v, PLACE], arrays.work[s, v].astype(np.int64)
    arrival = slot[START] + arrays.travel[slot[START_PLACE], place].astype(np.int64)
    first, last = _outer_windows(arrays, v)
    home = work + arrays.travel[place, slot[END_PLACE]]
    late = arrays.node[v, MAY_BE_LATE] > 0
    fits = ((arrival <= last) | late) & (np.maximum(arrival, first) + home <= slot[LIMIT])
    some = arrays.node[v, WINDOW_TO] > arrays.node[v, WINDOW_FROM]
    out: Ints = v[fits & some].astype(np.int64)
    return out


def _outer_windows(arrays: Arrays, nodes: Ints) -> tuple[Ints, Ints]:
    """The first and the last start of any window; windows may lie within others."""
    first, last = np.zeros(len(nodes), np.int64), np.full(len(nodes), -1, np.int64)
    for k, (begin, end) in enumerate(arrays.node[nodes][:, [WINDOW_FROM, WINDOW_TO]].tolist()):
        if end > begin:
            first[k], last[k] = arrays.window[begin, 0], arrays.window[begin:end, 1].max()
    return first, last


def _times(arrays: Arrays, s: int, ids: Ints, visits: int, node: Ints) -> Ints:
    """Fill in when nodes may start and what that costs; returns the windows of those with several."""
    source, limit = arrays.node[ids], arrays.slot[s, LIMIT]
    first, last = _outer_windows(arrays, ids)
    late = source[:, MAY_BE_LATE] > 0
    node[:, N_FIRST] = np.maximum(first, arrays.slot[s, START])
    # A pinned visit may be late if only pinned ones come before it; here it may be late wherever it is.
    node[:, N_LAST] = np.minimum(np.where(late, limit, last), limit - node[:, N_TAIL])
    rows: list[Ints] = []
    count = 0
    for k in np.flatnonzero((source[:, WINDOW_TO] - source[:, WINDOW_FROM] > 1) & ~late):
        own = arrays.window[source[k, WINDOW_FROM] : source[k, WINDOW_TO]]
        node[k, N_WINDOW], node[k, N_WINDOW_END] = count, count + len(own)
        rows.append(own)
        count += len(own)
    own_visits = node[:visits]
    own_visits[:, N_LATE_AFTER], own_visits[:, N_LATE_RATE] = source[:visits, LATE_AFTER], source[:visits, LATE_RATE]
    longer = node[:visits, N_WORK] - arrays.usual[ids[:visits]]  # a promise is about the end
    own_visits[:, N_LATE_AFTER] -= np.where(source[:visits, LATE_AFTER] < NEVER, longer, 0)
    # Starting before the published moment costs nothing here: with that, a later start is never cheaper.
    published = source[:visits, PUBLISHED] >= 0
    own_visits[:, N_MOVED_AFTER] = source[:visits, PUBLISHED]
    own_visits[:, N_MOVED_RATE] = np.where(published, source[:visits, MOVED_RATE], 0)
    can_be_late = (own_visits[:, N_LATE_RATE] > 0) & (own_visits[:, N_LAST] > own_visits[:, N_LATE_AFTER])
    can_move = (own_visits[:, N_MOVED_RATE] > 0) & (own_visits[:, N_LAST] > own_visits[:, N_MOVED_AFTER])
    own_visits[:, N_SOFT] = can_be_late | can_move
    return np.concatenate(rows) if rows else np.zeros((0, 2), np.int64)


def _most_in(node: Ints, step: Ints, shift: Ints) -> int:
    """A number of visits that no route can reach, by the least time that a visit takes."""
    if not len(node):
        return 0
    each = step + np.where(np.eye(len(step), dtype=bool), 1 << 40, 0)
    least = int(min(each.min(initial=1 << 40), 1 << 40))
    free = int(shift[S_LIMIT] - node[:, N_LEAD].min() - node[:, N_TAIL].min())
    return len(node) if least <= 0 else min(len(node), free // least + 1)


def _needs(arrays: Arrays, s: int, v: int) -> Iterator[tuple[int, int, int, int, int]]:
    """What a visit needs that its engineer may lack: warehouses as bits, units, in the van, shipped when, part."""
    missing = int(arrays.tools_missing[s, v])
    if missing:
        yield _bits((arrays.tools_lent & missing) == missing), 0, -1, -1, -1
    engineer = arrays.slot[s, ENGINEER]
    for row in range(arrays.line[v], arrays.line[v + 1]):
        sku, units = int(arrays.sku[row]), int(arrays.units[row])
        held = int(arrays.van[engineer, sku])
        houses = _bits(arrays.stock[:, sku] >= units)
        yield houses, units, held if held >= units else -1, int(arrays.shipped[row]), sku


def _bits(true: NDArray[np.bool_]) -> int:
    return sum(1 << int(w) for w in np.flatnonzero(true))


def _need_table(arrays: Arrays, needs: list[list[tuple[int, int, int, int, int]]]) -> tuple[Ints, Ints, Ints]:
    """The needs that matter, where those of each visit are, and the warehouses that serve them.

    A part of which the van holds enough for all these visits is no need. Of others the van's units are counted, but
    not where a visit can have them shipped as well.
    """
    total: dict[int, int] = {}
    for _, units, held, shipped, sku in (row for rows in needs for row in rows):
        if held >= 0 and shipped < 0:
            total[sku] = total.get(sku, 0) + units
    counter: dict[int, int] = {}
    table: list[tuple[int, int, int, int, int]] = []
    at, used = [0], 0
    for rows in needs:
        for houses, units, held, shipped, sku in rows:
            if held >= 0 and (shipped >= 0 or total[sku] <= held or held > 15):
                continue
            if held >= 0 and sku not in counter:
                counter[sku] = len(counter)
            if held >= 0 and counter[sku] >= MOST_COUNTED:
                continue
            used |= houses
            table.append((houses, COUNTER_BITS * counter.get(sku, 0), units, held, shipped))
        at.append(len(table))
    houses_used = np.array([w for w in range(len(arrays.stock)) if used >> w & 1], np.int64)
    return np.array(table, np.int64).reshape(-1, 5), np.array(at, np.int64), houses_used


def _reach(step: Ints, node: Ints, visits: int) -> tuple[Ints, Ints]:
    """When each visit gets out of reach from each node, by the quickest way through others."""
    quickest = _closure(step.copy())
    losses = node[None, :visits, N_LAST] - quickest[:, :visits]
    own = np.arange(visits)
    losses[own, own] = -1  # a visit is done once
    order = np.argsort(losses, axis=1, kind="stable")
    words = max(1, -(-visits // 64))
    return np.take_along_axis(losses, order, 1), _masks(order, words)


def _successors(step: Ints, node: Ints) -> tuple[Ints, Ints]:
    until = node[None, :, N_LAST] - step
    np.fill_diagonal(until, -(1 << 60))
    # Contiguous whatever the size, or the compiler makes a second version of everything that takes it.
    then = np.ascontiguousarray(np.argsort(-until, axis=1, kind="stable")[:, :-1])
    return then, np.take_along_axis(until, then, 1)


@njit(cache=True)
def _closure(step):  # type: ignore[no-untyped-def]
    """Quickest ways between all nodes (Floyd, Warshall); in place."""
    m = len(step)
    for via in range(m):
        for i in range(m):
            for k in range(m):
                step[i, k] = min(step[i, k], step[i, via] + step[via, k])
    return step


@njit(cache=True)
def _masks(order, words):  # type: ignore[no-untyped-def]
    """For each row, the sets of its first 0, 1, 2 .. entries as bits."""
    m, visits = order.shape
    out = np.zeros((m, visits + 1, words), np.int64)
    for i in range(m):
        for q in range(visits):
            k = order[i, q]
            out[i, q + 1] = out[i, q]
            out[i, q + 1, k >> 6] |= np.int64(1) << (k & 63)
    return out
