"""Compiled timing of one route. The same times and costs as ``timing.time_route``, which tests hold it to.

Two ways to know what an insertion does without timing the whole route again:

* **plain** problems (see ``Arrays.plain``): a stretch of a route is a triple (least duration, earliest start, latest
  start), and two stretches join in constant time (Vidal, Crainic, Gendreau, Prins 2013, hard windows).
* otherwise two labels run along the route, as in ``timing``: the earliest moment with the break still ahead, and
  with the break behind; and from the end backwards the latest starts with which the rest can still be done. They
  tell exactly whether an insertion is possible; what it costs is found by timing the route.

``t`` is the address of all tables, see ``views``; functions that need one or two small ones get these.
"""

from scheduler import views
from scheduler.address import compiled
from scheduler.by_hour import arrive, interrupted, latest, latest_interrupted
from scheduler.tables import (
    BREAK_DURATION,
    BREAK_EARLIEST,
    BREAK_LATEST,
    EARLY,
    END,
    END_PLACE,
    FAIRNESS,
    FIT,
    HELD,
    IMPOSSIBLE,
    LATE_RATE,
    LIMIT,
    LONGEST,
    MAY_BE_LATE,
    MOVED_RATE,
    NEVER,
    OVERTIME_RATE,
    PLACE,
    PROMISED,
    PUBLISHED,
    RATES,
    READY,
    SPAN,
    START,
    START_PLACE,
    STARTS,
    TRACE,
    TRAVEL,
    WINDOW_FROM,
    WINDOW_TO,
    WORK,
    WORKING_RATE,
)
from scheduler.timing import STRIDE, TURNS

NO_GAP = -1


@compiled
def join(t1, e1, l1, t2, e2, l2, way):
    """Two stretches, one after the other: (duration, earliest, latest start); duration NEVER if impossible."""
    delta = t1 + way
    if e1 + delta > l2:
        return NEVER, e1, l1
    wait = max(0, e2 - delta - l1)
    return delta + wait + t2, max(e2 - delta, e1) - wait, min(l2 - delta, l1)


@compiled
def allowed_start(n, arrival, pinned_until, node, window):
    """The first allowed start at or after the arrival, or NEVER; a late pin may follow pins before it."""
    first = node[n, WINDOW_FROM]
    for w in range(first, node[n, WINDOW_TO]):
        if window[w, 1] >= arrival:
            return max(arrival, window[w, 0])
    if node[n, MAY_BE_LATE] and window[first, 0] >= pinned_until:
        return arrival
    return NEVER


@compiled
def latest_start(n, bound, node, window):
    """The last allowed start at or before the bound, or -1."""
    best = -1
    for w in range(node[n, WINDOW_FROM], node[n, WINDOW_TO]):
        if window[w, 0] <= bound:
            best = max(best, min(bound, window[w, 1]))
    return best


@compiled
def after_break(s, free, leg, slot, hours):
    """The arrival when the break is taken between ``free`` and the next start, or NEVER if it is too late for it."""
    begin = max(free, slot[s, BREAK_EARLIEST])
    if begin > slot[s, BREAK_LATEST]:
        return NEVER
    if len(hours):
        return interrupted(free, begin, begin + slot[s, BREAK_DURATION], leg, hours)
    return slot[s, BREAK_DURATION] + max(begin, free + leg)


@compiled
def forward(s, row, length, hold, begin, t):
    """Earliest starts of the route in a row of ``items`` for who leaves at ``begin``, into row EARLY of ``scratch``.

    Returns the end (NEVER without possible times), and the item before which the break is taken or NO_GAP. Rows
    TRACE .. TRACE + 2 get the start with the break ahead, with it behind, and whether it is taken right before.
    """
    items, slot, node, window, pair = views.items(t), views.slot(t), views.node(t), views.window(t), views.pair(t)
    legs, hours, scratch, n_visits = views.legs(t), views.hours(t), views.scratch(t), views.visits(t)
    has_break = slot[s, BREAK_DURATION] > 0 and begin <= slot[s, BREAK_LATEST]
    ahead = begin if has_break else NEVER
    behind = NEVER if has_break else begin
    place = slot[s, START_PLACE]
    pinned_until = 0 if begin == slot[s, START] else NEVER  # who leaves later than need be has no excuse
    over = slot[s, BREAK_LATEST]
    for k in range(length):
        n = items[row, k]
        leg, work = legs[TRAVEL, place, node[n, PLACE]], pair[s, n, WORK]
        floor = node[n, READY]
        if hold:
            floor = max(floor, node[n, HELD])
        start_ahead, start_behind, taken = NEVER, NEVER, 0
        if behind < NEVER:
            start_behind = allowed_start(n, max(arrive(behind, leg, hours), floor), pinned_until, node, window)
        if ahead < NEVER:
            start_ahead = allowed_start(n, max(arrive(ahead, leg, hours), floor), pinned_until, node, window)
            arrival = after_break(s, ahead, leg, slot, hours)
            if arrival < NEVER:
                now = allowed_start(n, max(arrival, floor), pinned_until, node, window)
                if now < NEVER and now <= start_behind:
                    start_behind, taken = now, 1
        scratch[TRACE, k] = start_ahead
        scratch[TRACE + 1, k] = start_behind
        scratch[TRACE + 2, k] = taken
        ahead = NEVER if start_ahead + work > over else start_ahead + work
        behind = min(NEVER, start_behind + work)
        if ahead >= NEVER and behind >= NEVER:
            return NEVER, NO_GAP
        place = node[n, PLACE]
        if n < n_visits:
            if node[n, MAY_BE_LATE]:
                pinned_until = max(pinned_until, window[node[n, WINDOW_FROM], 0])
            else:
                pinned_until = NEVER
    leg = legs[TRAVEL, place, slot[s, END_PLACE]]
    in_ahead, gap = False, NO_GAP
    end = arrive(behind, leg, hours) if behind < NEVER else NEVER
    straight = arrive(ahead, leg, hours) if ahead < NEVER else NEVER
    if has_break and straight <= min(over, slot[s, LIMIT]):
        in_ahead, end = True, straight
    elif has_break and ahead < NEVER:
        last = after_break(s, ahead, leg, slot, hours)
        if last <= end:
            in_ahead, end, gap = True, last, length
    if end > slot[s, LIMIT]:
        return NEVER, gap
    for k in range(length - 1, -1, -1):
        scratch[EARLY, k] = scratch[TRACE, k] if in_ahead else scratch[TRACE + 1, k]
        if not in_ahead and scratch[TRACE + 2, k]:
            in_ahead, gap = True, k
    return end, gap


@compiled
def later(s, turn, begin, end, gap, busy, slot, hours):
    """The next departure to try for a tour that is too long, with so many seconds of travel and work."""
    pause, last, longest = slot[s, BREAK_DURATION], slot[s, BREAK_LATEST], slot[s, LONGEST]
    least = max(end - longest, begin + (STRIDE if turn >= TURNS else 0))
    never_with_break = gap != NO_GAP and len(hours) == 0 and busy + pause > longest
    if pause > 0 and begin <= last and (least > last or never_with_break):
        return last + 1  # the break falls away for who leaves after its window
    return least


@compiled
def end_cost(s, leave, end, busy, slot):
    """Cost of overtime, of working time, and of the load."""
    cost, late = 0, end - slot[s, END]
    if late > 0:
        cost += late * slot[s, OVERTIME_RATE] // 360_000
    if slot[s, WORKING_RATE]:
        cost += (end - leave) * slot[s, WORKING_RATE] // 360_000
    if slot[s, FAIRNESS]:
        cost += busy * busy * slot[s, FAIRNESS] // (100 * slot[s, SPAN])
    return cost


@compiled
def starts_cost(s, row, length, starts, t):
    """Cost of lateness and of moving published starts, for a row of starts in ``scratch``."""
    items, node, pair, scratch, cost = views.items(t), views.node(t), views.pair(t), views.scratch(t), 0
    for k in range(length):
        n = items[row, k]
        if n >= views.visits(t):
            continue
        start = scratch[starts, k]
        late = start + pair[s, n, WORK] - node[n, PROMISED]
        if late > 0:
            cost += (late + 59) // 60 * node[n, LATE_RATE] // 100
        if node[n, PUBLISHED] >= 0:
            cost += abs(start - node[n, PUBLISHED]) // 60 * node[n, MOVED_RATE]
    return cost


@compiled
def compact(s, row, length, end, gap, soft, t):
    """The latest starts with the same end, into row STARTS; returns the departure.

    ``soft``: only as far as no visit becomes late and no published start moves further for it.
    """
    items, slot, node, window, pair = views.items(t), views.slot(t), views.node(t), views.window(t), views.pair(t)
    legs, hours, scratch, n_visits = views.legs(t), views.hours(t), views.scratch(t), views.visits(t)
    bound, place = end, slot[s, END_PLACE]
    for k in range(length - 1, -1, -1):
        n = items[row, k]
        free = latest_free(s, gap == k + 1, bound, legs[TRAVEL, node[n, PLACE], place], slot, hours)
        last = free - pair[s, n, WORK]
        if soft and n < n_visits:
            limit = node[n, PROMISED] - pair[s, n, WORK]
            if node[n, PUBLISHED] >= 0:
                limit = min(limit, node[n, PUBLISHED])
            last = min(last, max(scratch[EARLY, k], limit))
        bound = max(scratch[EARLY, k], latest_start(n, last, node, window))
        scratch[STARTS, k] = bound
        place = node[n, PLACE]
    leg = legs[TRAVEL, slot[s, START_PLACE], place]
    if gap == 0 and latest_free(s, False, bound, leg, slot, hours) > slot[s, BREAK_LATEST]:
        gap = NO_GAP
    return latest_free(s, gap == 0, bound, leg, slot, hours)


@compiled
def latest_free(s, pause, bound, leg, slot, hours):
    """The latest moment to set out, so that the next stop can start at ``bound``, with a break before it or without."""
    straight = latest(bound, leg, hours) if len(hours) else bound - leg
    if not pause:
        return straight
    before = min(slot[s, BREAK_LATEST], straight - slot[s, BREAK_DURATION])
    if len(hours) == 0 or before >= slot[s, BREAK_EARLIEST]:
        return before
    begin = slot[s, BREAK_EARLIEST]
    return latest_interrupted(bound, begin, begin + slot[s, BREAK_DURATION], leg, hours)


@compiled
def route_cost(s, row, length, t):
    """What the route in a row of ``items`` costs, as ``timing.time_route`` says, or IMPOSSIBLE."""
    if length == 0:
        return 0
    items, slot, node, pair = views.items(t), views.slot(t), views.node(t), views.pair(t)
    legs, hours, scratch = views.legs(t), views.hours(t), views.scratch(t)
    base, busy, held, r, place = 0, 0, False, slot[s, RATES], slot[s, START_PLACE]
    for k in range(length):
        n = items[row, k]
        to = node[n, PLACE]
        base += pair[s, n, FIT] + legs[r, place, to]
        busy += legs[TRAVEL, place, to] + pair[s, n, WORK]
        held = held or node[n, HELD] > node[n, READY]
        place = to
    base += legs[r, place, slot[s, END_PLACE]]
    busy += legs[TRAVEL, place, slot[s, END_PLACE]]
    best = IMPOSSIBLE
    if busy > slot[s, LONGEST] and len(hours) == 0:
        return best
    leg = legs[TRAVEL, slot[s, START_PLACE], node[items[row, 0], PLACE]]
    for hold in range(2 if held else 1):
        begin, end, gap, leave, turn = slot[s, START], NEVER, NO_GAP, 0, 0
        while turn == 0 or end - leave > slot[s, LONGEST]:
            if turn:
                begin = later(s, turn, begin, end, gap, busy, slot, hours)
            end, gap = forward(s, row, length, hold, begin, t)
            turn += 1
            if end >= NEVER:
                return best
            leave = latest_free(s, gap == 0, scratch[EARLY, 0], leg, slot, hours)
        times = starts_cost(s, row, length, EARLY, t)
        best = min(best, base + end_cost(s, leave, end, busy, slot) + times)
        if slot[s, WORKING_RATE]:
            for soft in range(2):
                leave = compact(s, row, length, end, gap, soft, t)
                times = starts_cost(s, row, length, STARTS, t)
                best = min(best, base + end_cost(s, leave, end, busy, slot) + times)
    return best
