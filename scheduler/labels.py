"""Compiled: what a route knows about itself, so that one item more need not time it all again.

Columns of ``labels[s, k]`` (the route of slot ``s`` cut before its item ``k``):

* plain problems: 0-2 the stretch from home to the cut, 3-5 the stretch from the cut to home, each as in
  ``clockwork.join``.
* otherwise: 0-1 the moments when the engineer is free at the cut, with the break ahead and behind; 2-3 the latest
  start of item ``k`` (behind the last item: latest return) with the break ahead and behind.
"""

from scheduler import views
from scheduler.address import compiled
from scheduler.clockwork import after_break, allowed_start, end_cost, join, latest_start, route_cost
from scheduler.tables import (
    BENT,
    BREAK_DURATION,
    BREAK_EARLIEST,
    BREAK_LATEST,
    BUSY,
    COST,
    END,
    END_PLACE,
    ENDING,
    ENDLESS,
    FAIRNESS,
    FIT,
    IMPOSSIBLE,
    LENGTH,
    LIMIT,
    LONGEST,
    MAY_BE_LATE,
    NEEDS,
    NEEDY,
    NEVER,
    PLACE,
    PROMISED,
    PUBLISHED,
    RATES,
    READY,
    SOFT,
    START,
    START_PLACE,
    STOPS,
    TRAVEL,
    VERSION,
    VISITS,
    WINDOW_FROM,
    WORK,
    WORKING_RATE,
)


@compiled
def refresh(s, stamp, t):
    """Work out a route anew after its items changed. False if no times keep the hard rules."""
    items, info, slot, node, pair = views.items(t), views.info(t), views.slot(t), views.node(t), views.pair(t)
    length, n_visits = info[s, LENGTH], views.visits(t)
    info[s, VERSION] = stamp
    info[s, VISITS] = info[s, BENT] = info[s, STOPS] = info[s, NEEDY] = 0
    if len(views.hours(t)):
        info[s, BENT] = 1  # labels know nothing of hours: every insertion is timed
    info[s, SOFT] = slot[s, LIMIT] > slot[s, END] or slot[s, WORKING_RATE] > 0 or slot[s, FAIRNESS] > 0
    base = 0
    for k in range(length):
        n = items[s, k]
        if n >= n_visits:
            info[s, STOPS] += 1
            continue
        info[s, VISITS] += 1
        info[s, NEEDY] += node[n, NEEDS]
        base += pair[s, n, FIT]
        if node[n, MAY_BE_LATE]:
            info[s, BENT] = 1
        if node[n, PROMISED] < slot[s, LIMIT] or node[n, PUBLISHED] >= 0:
            info[s, SOFT] = 1
    if views.plain(t):
        return refresh_plain(s, base, t)
    if slot[s, LONGEST] < ENDLESS:
        info[s, SOFT] = 1  # labels know nothing of departures: every insertion is timed
    info[s, COST] = route_cost(s, s, length, t)
    if info[s, COST] >= IMPOSSIBLE:
        return False
    if not info[s, BENT]:
        _free_times(s, t)
    return True


@compiled
def refresh_plain(s, base, t):
    """The stretches from home to each cut and from each cut to home, and what the route costs with ``base``."""
    items, info, slot, node, window = views.items(t), views.info(t), views.slot(t), views.node(t), views.window(t)
    pair, legs, labels = views.pair(t), views.legs(t), views.labels(t)
    length, r, ways, busy = info[s, LENGTH], slot[s, RATES], 0, 0
    span, first, last = 0, slot[s, START], slot[s, LIMIT]
    place = slot[s, START_PLACE]
    for k in range(length):
        labels[s, k, 0], labels[s, k, 1], labels[s, k, 2] = span, first, last
        n = items[s, k]
        w, to, work = node[n, WINDOW_FROM], node[n, PLACE], pair[s, n, WORK]
        way = legs[TRAVEL, place, to]
        ways += legs[r, place, to]
        busy += way + work
        span, first, last = join(span, first, last, work, max(window[w, 0], node[n, READY]), window[w, 1], way)
        if span >= NEVER:
            return False
        place = to
    labels[s, length, 0], labels[s, length, 1], labels[s, length, 2] = span, first, last
    way = legs[TRAVEL, place, slot[s, END_PLACE]]
    ways += legs[r, place, slot[s, END_PLACE]]
    info[s, BUSY] = busy + way if length else 0
    span, first, last = join(span, first, last, 0, 0, slot[s, LIMIT], way)
    if span >= NEVER or (length and span > slot[s, LONGEST]):
        return False
    info[s, ENDING] = end_cost(s, first, first + span, info[s, BUSY], slot) if length else 0
    info[s, COST] = ways + base + info[s, ENDING] if length else 0
    span, first, last = 0, 0, slot[s, LIMIT]
    place = slot[s, END_PLACE]
    for k in range(length, 0, -1):
        labels[s, k, 3], labels[s, k, 4], labels[s, k, 5] = span, first, last
        n = items[s, k - 1]
        w, at = node[n, WINDOW_FROM], node[n, PLACE]
        way, opens = legs[TRAVEL, at, place], max(window[w, 0], node[n, READY])
        span, first, last = join(pair[s, n, WORK], opens, window[w, 1], span, first, last, way)
        place = at
    labels[s, 0, 3], labels[s, 0, 4], labels[s, 0, 5] = span, first, last
    return True


@compiled
def refresh_with(s, k, stamp, t):
    """What ``refresh`` does for a plain route, if all that changed is that a visit was put in as item ``k``."""
    items, info, slot, node, window = views.items(t), views.info(t), views.slot(t), views.node(t), views.window(t)
    pair, legs, labels = views.pair(t), views.legs(t), views.labels(t)
    length, r, n = info[s, LENGTH], slot[s, RATES], items[s, k]
    info[s, VERSION] = stamp
    info[s, VISITS] += 1
    if node[n, MAY_BE_LATE]:
        info[s, BENT] = 1
    if node[n, PROMISED] < slot[s, LIMIT] or node[n, PUBLISHED] >= 0:
        info[s, SOFT] = 1
    p, at = node[items[s, k - 1], PLACE] if k else slot[s, START_PLACE], node[n, PLACE]
    q = node[items[s, k + 1], PLACE] if k + 1 < length else slot[s, END_PLACE]
    cost = info[s, COST] - info[s, ENDING] + pair[s, n, FIT] + legs[r, p, at] + legs[r, at, q]
    info[s, BUSY] += pair[s, n, WORK] + legs[TRAVEL, p, at] + legs[TRAVEL, at, q]
    if length > 1:
        cost -= legs[r, p, q]
        info[s, BUSY] -= legs[TRAVEL, p, q]
    place = p
    span, first, last = labels[s, k, 0], labels[s, k, 1], labels[s, k, 2]
    for i in range(k, length):
        n = items[s, i]
        w, to = node[n, WINDOW_FROM], node[n, PLACE]
        opens, way = max(window[w, 0], node[n, READY]), legs[TRAVEL, place, to]
        span, first, last = join(span, first, last, pair[s, n, WORK], opens, window[w, 1], way)
        if span >= NEVER:
            return False
        labels[s, i + 1, 0], labels[s, i + 1, 1], labels[s, i + 1, 2] = span, first, last
        place = to
    span, first, last = join(span, first, last, 0, 0, slot[s, LIMIT], legs[TRAVEL, place, slot[s, END_PLACE]])
    if span >= NEVER or span > slot[s, LONGEST]:
        return False
    info[s, ENDING] = end_cost(s, first, first + span, info[s, BUSY], slot)
    info[s, COST] = cost + info[s, ENDING]
    for i in range(length, k, -1):
        for c in range(3, 6):
            labels[s, i, c] = labels[s, i - 1, c]
    span, first, last, place = labels[s, k + 1, 3], labels[s, k + 1, 4], labels[s, k + 1, 5], q
    for i in range(k, -1, -1):
        n = items[s, i]
        w, at = node[n, WINDOW_FROM], node[n, PLACE]
        way, opens = legs[TRAVEL, at, place], max(window[w, 0], node[n, READY])
        span, first, last = join(pair[s, n, WORK], opens, window[w, 1], span, first, last, way)
        labels[s, i, 3], labels[s, i, 4], labels[s, i, 5] = span, first, last
        place = at
    return True


@compiled
def _free_times(s, t):
    """The two labels forwards, the two latest starts backwards. Routes with a late pin do without."""
    items, slot, node, window = views.items(t), views.slot(t), views.node(t), views.window(t)
    pair, legs, labels = views.pair(t), views.legs(t), views.labels(t)
    length = views.info(t)[s, LENGTH]
    has_break = slot[s, BREAK_DURATION] > 0
    latest, pause = slot[s, BREAK_LATEST], slot[s, BREAK_DURATION]
    ahead = slot[s, START] if has_break else NEVER
    behind = NEVER if has_break else slot[s, START]
    place = slot[s, START_PLACE]
    for k in range(length + 1):
        labels[s, k, 0], labels[s, k, 1] = ahead, behind
        if k < length:
            ahead, behind = step(s, items[s, k], place, ahead, behind, t)
            place = node[items[s, k], PLACE]
    bound_ahead = min(latest, slot[s, LIMIT]) if has_break else -1
    bound_behind = slot[s, LIMIT]
    place = slot[s, END_PLACE]
    for k in range(length, 0, -1):
        labels[s, k, 2], labels[s, k, 3] = bound_ahead, bound_behind
        n = items[s, k - 1]
        leg = legs[TRAVEL, node[n, PLACE], place]
        if has_break:
            free = -1
            if bound_ahead >= 0:
                free = min(bound_ahead - leg, latest)
            if bound_behind >= slot[s, BREAK_EARLIEST] + pause:
                free = max(free, min(latest, bound_behind - pause - leg))
            bound_ahead = latest_start(n, free - pair[s, n, WORK], node, window) if free >= 0 else -1
        bound_behind = latest_start(n, bound_behind - leg - pair[s, n, WORK], node, window)
        place = node[n, PLACE]
    labels[s, 0, 2], labels[s, 0, 3] = bound_ahead, bound_behind


@compiled
def step(s, n, place, ahead, behind, t):
    """When the engineer is free after one item more, with the break ahead and behind."""
    slot, node, window, pair, hours = views.slot(t), views.node(t), views.window(t), views.pair(t), views.hours(t)
    leg, floor = views.legs(t)[TRAVEL, place, node[n, PLACE]], node[n, READY]
    start_ahead, start_behind = NEVER, NEVER
    if behind < NEVER:
        start_behind = allowed_start(n, max(behind + leg, floor), 0, node, window)
    if ahead < NEVER:
        start_ahead = allowed_start(n, max(ahead + leg, floor), 0, node, window)
        arrival = after_break(s, ahead, leg, slot, hours)
        if arrival < NEVER:
            start_behind = min(start_behind, allowed_start(n, max(arrival, floor), 0, node, window))
    ahead = start_ahead + pair[s, n, WORK]
    if ahead > slot[s, BREAK_LATEST]:
        ahead = NEVER
    return ahead, min(NEVER, start_behind + pair[s, n, WORK])


@compiled
def fits(s, k, n, p, q, t):
    """Whether an item fits before item ``k``, coming from ``p`` and going on to ``q``: 1 yes, 0 no, -1 no nor later."""
    slot, labels = views.slot(t), views.labels(t)
    ahead, behind = step(s, n, p, labels[s, k, 0], labels[s, k, 1], t)
    if ahead >= NEVER and behind >= NEVER:
        return -1
    leg = views.legs(t)[TRAVEL, views.node(t)[n, PLACE], q]
    if behind + leg <= labels[s, k, 3]:
        return 1
    if ahead < NEVER and (
        ahead + leg <= labels[s, k, 2] or after_break(s, ahead, leg, slot, views.hours(t)) <= labels[s, k, 3]
    ):
        return 1
    return 0
