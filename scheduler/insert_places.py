"""Compiled: what one visit more costs at every place of every route, and how much its start may slip there.

Unlike the search, which prunes, every arrangement that ``routes`` would try is timed, so that costs are exact. Tables
and columns are those of ``tables``; the trial row is the last one of ``items``.
"""

from scheduler import views
from scheduler.address import compiled
from scheduler.by_hour import arrive
from scheduler.clockwork import after_break, allowed_start, forward, route_cost
from scheduler.tables import (
    BREAK_LATEST,
    COST,
    END_PLACE,
    IMPOSSIBLE,
    LENGTH,
    LIMIT,
    NEVER,
    PLACE,
    READY,
    START,
    TRACE,
    TRAVEL,
    WINDOW_FROM,
    WINDOW_TO,
    WORK,
)


@compiled
def _comes_before(s, k, stop, items):
    for i in range(k):  # noqa: SIM110 - the compiler knows no generators
        if items[s, i] == stop:
            return True
    return False


@compiled
def arrange(s, k, v, front, job, stops, t):
    """A visit before item ``k`` of a route, into the row for trials, with the warehouse stops of a job before it.

    Stops that come too late move forward; new ones go right before the visit, or with ``front`` to the start. Returns
    the length, the visit's place, and how many stops are new or moved.
    """
    items, info = views.items(t), views.info(t)
    row, n, fresh, at = items.shape[0] - 1, 0, 0, 0 if front else k
    for i in range(k + 1):
        if i == at:
            for m in range(stops.shape[1]):
                stop = stops[job, m]
                if stop >= 0 and not _comes_before(s, k, stop, items):
                    items[row, n] = stop
                    n += 1
                    fresh += 1
        if i < k:
            items[row, n] = items[s, i]
            n += 1
    place = n
    items[row, n] = v
    n += 1
    for i in range(k, info[s, LENGTH]):
        moved = False
        for m in range(stops.shape[1]):
            if stops[job, m] == items[s, i] and not _comes_before(s, k, items[s, i], items):
                moved = True
        if not moved:
            items[row, n] = items[s, i]
            n += 1
    return n, place, fresh


@compiled
def price_places(v, jobs, stops, ranges, found, t):
    """The cheapest place of a visit for each job and each range of starts.

    Args:
        v: the visit; its window columns and READY are overwritten.
        jobs: rows of a slot and of when shipped parts are there.
        stops: the warehouses that each job calls at, as nodes, or -1.
        ranges: rows of ``window`` that hold the allowed starts, first and last + 1.
        found: ``jobs x ranges x 3``: added cost or IMPOSSIBLE, item before which it comes, whether stops go
            to the front.
    """
    items, info, slot, node, window = views.items(t), views.info(t), views.slot(t), views.node(t), views.window(t)
    row = items.shape[0] - 1
    for job in range(len(jobs)):
        s = jobs[job, 0]
        node[v, READY] = jobs[job, 1]
        for r in range(len(ranges)):
            found[job, r, 0] = IMPOSSIBLE
        for k in range(info[s, LENGTH] + 1):
            for front in range(2):
                length, _, fresh = arrange(s, k, v, front, job, stops, t)
                if front and (k == 0 or fresh == 0):
                    continue
                for r in range(len(ranges)):
                    first, end = ranges[r, 0], ranges[r, 1]
                    if first == end or window[end - 1, 1] < slot[s, START] or window[first, 0] > slot[s, LIMIT]:
                        continue
                    node[v, WINDOW_FROM], node[v, WINDOW_TO] = first, end
                    cost = route_cost(s, row, length, t)
                    if cost < IMPOSSIBLE and cost - info[s, COST] < found[job, r, 0]:
                        found[job, r, 0], found[job, r, 1], found[job, r, 2] = cost - info[s, COST], k, front
    node[v, READY] = 0


@compiled
def _rest_fits(s, row, k, length, ahead, behind, limit, t):
    """Whether what comes after item ``k`` can be done, if the engineer is free then with the break ahead or behind."""
    items, slot, node, window, pair = views.items(t), views.slot(t), views.node(t), views.window(t), views.pair(t)
    legs, hours = views.legs(t), views.hours(t)
    place = node[items[row, k], PLACE]
    for i in range(k + 1, length + 1):
        leg = legs[TRAVEL, place, node[items[row, i], PLACE] if i < length else slot[s, END_PLACE]]
        paused = after_break(s, ahead, leg, slot, hours) if ahead < NEVER else NEVER
        ahead = arrive(ahead, leg, hours) if ahead < NEVER else NEVER
        behind = min(arrive(behind, leg, hours) if behind < NEVER else NEVER, paused)
        if i < length:
            n = items[row, i]
            place = node[n, PLACE]
            if ahead < NEVER:
                ahead = allowed_start(n, max(ahead, node[n, READY]), NEVER, node, window) + pair[s, n, WORK]
            if behind < NEVER:
                behind = allowed_start(n, max(behind, node[n, READY]), NEVER, node, window) + pair[s, n, WORK]
    return behind <= limit or ahead <= min(slot[s, BREAK_LATEST], limit)


@compiled
def _last_start(s, row, k, length, first, last, with_break, limit, t):
    """The last start from ``first`` to ``last`` that leaves time for the rest, with the break ahead or not; or -1."""
    work, low, high = views.pair(t)[s, views.items(t)[row, k], WORK], first - 1, last
    while low < high:
        start = (low + high + 1) // 2
        ahead, behind = start + work if with_break else NEVER, NEVER if with_break else start + work
        if _rest_fits(s, row, k, length, ahead, behind, limit, t):
            low = start
        else:
            high = start - 1
    return low if low >= first else -1


@compiled
def leeway(s, k, length, start, begin, limit, bounds, t):
    """The first and last start of item ``k`` of the row for trials, around its start, with which all hard rules hold.

    Every start between the two is possible too, for who leaves at ``begin`` and is home by ``limit``. ``bounds`` are
    further limits on the start of each item; ``window`` is overwritten with them. The visit has a single window. No
    visit after it is pinned to be late.
    """
    items, node, window, scratch = views.items(t), views.node(t), views.window(t), views.scratch(t)
    row = items.shape[0] - 1
    for i in range(length):
        for w in range(node[items[row, i], WINDOW_FROM], node[items[row, i], WINDOW_TO]):
            window[w, 0], window[w, 1] = max(window[w, 0], bounds[i, 0]), min(window[w, 1], bounds[i, 1])
            if window[w, 0] > window[w, 1]:
                window[w, 1] = -1
    forward(s, row, length, 0, begin, t)
    early_ahead, early_behind = scratch[TRACE, k], scratch[TRACE + 1, k]
    close = window[node[items[row, k], WINDOW_FROM], 1]
    late_ahead = late_behind = -1
    if early_ahead <= close:
        late_ahead = _last_start(s, row, k, length, early_ahead, close, True, limit, t)
    if early_behind <= close:
        late_behind = _last_start(s, row, k, length, early_behind, close, False, limit, t)
    first = last = start
    for _ in range(2):  # the second turn joins what touches
        if late_ahead >= first - 1 and early_ahead <= last + 1:
            first, last = min(first, early_ahead), max(last, late_ahead)
        if late_behind >= first - 1 and early_behind <= last + 1:
            first, last = min(first, early_behind), max(last, late_behind)
    return first, last
