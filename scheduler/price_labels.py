"""Labelling: the routes of one slot with the least reduced cost, for given dual prices.

A label is a route so far. It is dropped if another one at the same node is no later, no dearer, and can still do
everything that it can (exact), or without that last condition (quick, for finding columns). Labels are worked off in
buckets of time, so that few are extended before they are found to be dominated.

Relaxed, so that the least reduced cost is a valid bound though the route may cost more: which gap the break is taken
in is free (real routes end as early as they can); starts before a published one cost nothing; parts from warehouses
are endless; a pinned visit may be late anywhere; waiting and breaks are not paid as working time.
"""

import numpy as np
from numba import njit

from scheduler.price_steps import (
    ENDLESS,
    SCALE,
    TOO_LATE,
    charged_twice,
    cuts_cost,
    end_cost,
    soft_cost,
    start_at,
    supplied,
)
from scheduler.price_view import (
    N_HOME,
    N_HOUSE,
    N_LEAD,
    N_NEED,
    N_NEED_END,
    N_OUT,
    N_TAIL,
    N_WORK,
    S_BREAK,
    S_EARLIEST,
    S_LATEST,
    S_LIMIT,
    S_MOST,
    S_START,
)

L_COST, L_TIME, L_FROM, L_NODE, L_BEHIND, L_COUNT, L_HOUSES, L_VAN, L_CUTS, L_NEXT, L_MASK = range(11)
"""Columns of a label: scaled reduced cost; start at its node; the label before; node; whether the break is behind;
visits; warehouses called at, as bits; van counters; parity of cuts, as bits; next label that waits at the same node
and bucket; visits that are done or out of reach, as bits, in one or more words."""

GUARDS = sum(16 << 5 * k for k in range(12))
"""The spare bit of each van counter: tells in one subtraction whether any counter is larger."""

CAPPED, DONE = 0, 1
"""Status: too many labels, nothing is known; or finished."""


@njit(cache=True)
def price_slot(  # type: ignore[no-untyped-def]
    step, arc, node, shift, need, window, sorted_losses, lost, bucket, rich,
    prices, cut_bits, cut_price, best, next_, second, grid,
    threshold, exact, keep, waiting, held, routes, lengths, values,
):  # fmt: skip
    """Routes with a scaled reduced cost below the threshold, the best one for each last node.

    Args:
        step, arc, node, shift, need, window, sorted_losses, lost, bucket, rich: see ``View``.
        prices: scaled dual price of each node; 0 for warehouses.
        cut_bits, cut_price: which cuts each node is in, and the scaled prices of sets of cuts by byte.
        best, next_, second, grid: see ``completion``.
        threshold: only what is cheaper counts.
        exact: prove the least value; else be quick.
        keep: how many routes are wanted at most; at most the rows of ``routes``.
        waiting, held: room for labels.
        routes, lengths, values: local nodes, number of them, and scaled reduced cost of each route found.

    Returns:
        (status, least scaled reduced cost or the threshold if nothing is below it, labels held, routes found)
    """
    m, words = len(node), lost.shape[2]
    begin = shift[S_START]
    buckets = (shift[S_LIMIT] - begin) // bucket + 1
    head = np.full((buckets, m), -1, np.int64)
    segment = np.full((m, buckets), -1, np.int64)  # the newest run of held labels of a node and bucket
    runs = np.empty((m * 4 + 64, 3), np.int64)  # first and last + 1 label of each run, and the run before
    run_count = 0
    end_value, end_label = np.full(m, ENDLESS, np.int64), np.full(m, -1, np.int64)
    limit, put, count = threshold, 0, 0
    put, fine = _extend(
        -1, 0, step, arc, node, shift, need, window, sorted_losses, lost, bucket, rich, prices, cut_bits, cut_price,
        best, next_, second, grid, limit, waiting, held, head, put,
    )  # fmt: skip
    if not fine:
        return CAPPED, limit, count, 0
    for b in range(buckets):
        again = True
        while again:
            again = False
            for i in range(m):
                x = head[b, i]
                if x < 0:
                    continue
                again = True
                head[b, i] = -1
                size = 0
                y = x
                while y >= 0:
                    size += 1
                    y = waiting[y, L_NEXT]
                listed, keys = np.empty(size, np.int64), np.empty(size, np.int64)
                for y in range(size):
                    listed[y], keys[y] = x, waiting[x, L_COST]
                    x = waiting[x, L_NEXT]
                if run_count >= len(runs):
                    longer = np.empty((2 * len(runs), 3), np.int64)
                    longer[:run_count] = runs
                    runs = longer
                run = run_count
                run_count += 1
                runs[run, 0] = runs[run, 1] = count
                runs[run, 2] = segment[i, b]
                segment[i, b] = run
                for y in np.argsort(keys):
                    x = listed[y]
                    if _dominated(waiting[x], i, b, segment, runs, held, words, exact, rich, cut_price):
                        continue
                    if count >= len(held):
                        return CAPPED, limit, count, 0
                    held[count, : L_MASK + words] = waiting[x, : L_MASK + words]
                    count += 1
                    runs[run, 1] = count
                    value = waiting[x, L_COST] + _home(waiting[x], i, node, shift)
                    if value < end_value[i]:
                        end_value[i], end_label[i] = value, count - 1
                        if exact and value < limit:
                            limit = value
                    put, fine = _extend(
                        i, count - 1, step, arc, node, shift, need, window, sorted_losses, lost, bucket, rich, prices,
                        cut_bits, cut_price, best, next_, second, grid, limit, waiting, held, head, put,
                    )  # fmt: skip
                    if not fine:
                        return CAPPED, limit, count, 0
    found = 0
    order = np.argsort(end_value)
    for y in range(min(keep, m)):
        i = order[y]
        if end_value[i] >= threshold:
            break
        values[found] = end_value[i]
        lengths[found] = _trace(end_label[i], held, routes[found])
        found += 1
    return DONE, limit, count, found


@njit(cache=True, inline="always")
def _home(label, i, node, shift):  # type: ignore[no-untyped-def]
    """Scaled cost of going home: the leg, and overtime for the earliest end."""
    end = label[L_TIME] + node[i, N_TAIL]
    if shift[S_BREAK] and not label[L_BEHIND] and end > min(shift[S_LATEST], shift[S_LIMIT]):
        free = max(label[L_TIME] + node[i, N_WORK], shift[S_EARLIEST])
        end = shift[S_BREAK] + max(free, end)
    return SCALE * (node[i, N_HOME] + end_cost(end, shift))


@njit(cache=True)
def _dominated(label, i, b, segment, runs, held, words, exact, rich, cut_price):  # type: ignore[no-untyped-def]
    """Whether a label held at the same node makes this one needless."""
    cost, time = label[L_COST], label[L_TIME]
    for earlier in range(b, -1, -1):
        run = segment[i, earlier]
        while run >= 0:
            for z in range(runs[run, 0], runs[run, 1]):
                if held[z, L_COST] > cost:
                    break
                if held[z, L_TIME] > time:
                    continue
                if rich and (
                    held[z, L_BEHIND] < label[L_BEHIND]
                    or label[L_HOUSES] & ~held[z, L_HOUSES]
                    or held[z, L_COUNT] > label[L_COUNT]
                    or ((label[L_VAN] | GUARDS) - held[z, L_VAN]) & GUARDS != GUARDS
                ):
                    continue
                if not exact:
                    return True
                fits = True
                for w in range(words):
                    if held[z, L_MASK + w] & ~label[L_MASK + w]:
                        fits = False
                        break
                if fits and held[z, L_COST] + cuts_cost(held[z, L_CUTS] & ~label[L_CUTS], cut_price) <= cost:
                    return True
            run = runs[run, 2]
    return False


@njit(cache=True)
def _extend(  # type: ignore[no-untyped-def]
    i, at, step, arc, node, shift, need, window, sorted_losses, lost, bucket, rich, prices, cut_bits, cut_price,
    best, next_, second, grid, limit, waiting, held, head, put,
):  # fmt: skip
    """Put every useful extension of a held label (``i`` -1: of the empty route) into its bucket."""
    m, words, visits = len(node), lost.shape[2], lost.shape[1] - 1
    begin, pause = shift[S_START], shift[S_BREAK]
    time, cost, free, behind, count, houses, van, cuts = begin, 0, begin, pause == 0, 0, 0, 0, 0
    if i >= 0:
        time, cost, cuts = held[at, L_TIME], held[at, L_COST], held[at, L_CUTS]
        behind = held[at, L_BEHIND] == 1
        free = time + node[i, N_WORK]
        if rich:
            count, houses, van = held[at, L_COUNT], held[at, L_HOUSES], held[at, L_VAN]
    for k in range(m):
        if k < visits:
            if i >= 0 and (held[at, L_MASK + (k >> 6)] >> (k & 63)) & 1:
                continue
            if rich and shift[S_MOST] and count >= shift[S_MOST]:
                continue
        elif houses & node[k, N_HOUSE]:
            continue
        ready, van_after = 0, van
        if rich and node[k, N_NEED_END] > node[k, N_NEED]:
            ready, van_after = supplied(k, houses, van, node, need)
            if ready < 0:
                continue
        arrival = time + step[i, k] if i >= 0 else node[k, N_LEAD]
        leg = arc[i, k] if i >= 0 else node[k, N_OUT]
        base = cost + SCALE * leg - prices[k] + cuts_cost(cuts & cut_bits[k], cut_price)
        for phase in range(1 if behind else 2):
            # Without a break in this gap; then, if it is still ahead, with it.
            moment = arrival
            if phase == 1:
                pause_at = max(free, shift[S_EARLIEST])
                if pause_at > shift[S_LATEST]:
                    break
                moment = pause + max(pause_at, arrival)
            start = start_at(k, max(moment, ready), node, window)
            if start >= TOO_LATE:
                continue
            after = behind or phase == 1
            if not after and start + node[k, N_WORK] > shift[S_LATEST]:
                continue
            value = base
            if rich:
                value += SCALE * soft_cost(k, start, node)
            q = (start - begin) // grid
            rest = best[q, k] if i < 0 or next_[q, k] != i else second[q, k]
            if cuts & cut_bits[k]:
                rest -= charged_twice(k, cuts, cut_bits, cut_price)
            if value + rest >= limit:
                continue
            if put >= len(waiting):
                return put, False
            row = waiting[put]
            row[L_COST], row[L_TIME], row[L_FROM], row[L_NODE] = value, start, at if i >= 0 else -1, k
            row[L_BEHIND], row[L_CUTS] = after, cuts ^ cut_bits[k]
            row[L_COUNT], row[L_HOUSES], row[L_VAN] = count + (k < visits), houses | node[k, N_HOUSE], van_after
            gone = np.searchsorted(sorted_losses[k], start)
            for w in range(words):
                row[L_MASK + w] = lost[k, gone, w]
                if i >= 0:
                    row[L_MASK + w] |= held[at, L_MASK + w]
            b = (start - begin) // bucket
            row[L_NEXT] = head[b, k]
            head[b, k] = put
            put += 1
    return put, True


@njit(cache=True)
def _trace(label, held, route):  # type: ignore[no-untyped-def]
    """Write the nodes of a label's route; returns how many."""
    length = 0
    while label >= 0:
        route[length] = held[label, L_NODE]
        length += 1
        label = held[label, L_FROM]
    for y in range(length // 2):
        route[y], route[length - 1 - y] = route[length - 1 - y], route[y]
    return length
