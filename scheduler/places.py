"""Compiled: where in a route one visit more is cheapest, with a warehouse stop for its parts where it needs one."""

from scheduler import views
from scheduler.address import compiled
from scheduler.clockwork import end_cost, join, route_cost
from scheduler.labels import fits, refresh_plain
from scheduler.supplies import provides, supply, van_lasts
from scheduler.tables import (
    BENT,
    BUSY,
    COST,
    END_PLACE,
    ENDING,
    ENGINEER,
    FIT,
    FOUND,
    IMPOSSIBLE,
    LACKS,
    LENGTH,
    LENT,
    LIMIT,
    LONGEST,
    MAX_VISITS,
    MAY_BE_LATE,
    NEVER,
    PART_FROM,
    PART_TO,
    PLACE,
    PROMISED,
    PUBLISHED,
    RATES,
    READY,
    SHIPPED,
    SHIPS,
    SKU,
    SOFT,
    START_PLACE,
    STOPS,
    TRAVEL,
    UNITS,
    VISITS,
    WINDOW_FROM,
    WORK,
    WORKING_RATE,
)


@compiled
def best_place(j, s, t):
    """The cheapest way to put visit ``j`` into a route, into row FOUND of ``scratch``.

    There: added cost (IMPOSSIBLE if there is none), place, whether its parts are shipped, a new warehouse stop's node
    (-1 without) and its place. The stop is put in first, so the visit's place counts it.
    """
    items, info, slot, node, pair = views.items(t), views.info(t), views.slot(t), views.node(t), views.pair(t)
    parts, left, scratch, n_visits = views.parts(t), views.left(t), views.scratch(t), views.visits(t)
    scratch[FOUND, 0] = IMPOSSIBLE
    if info[s, VISITS] >= slot[s, MAX_VISITS] or info[s, LENGTH] + 3 >= items.shape[1]:
        return
    e, own, ships = slot[s, ENGINEER], pair[s, j, LACKS] == 0, 0
    for line in range(node[j, PART_FROM], node[j, PART_TO]):
        own = own and parts[line, UNITS] <= left[e, parts[line, SKU]]
        ships = max(ships, parts[line, SHIPPED])
    for shipping in range(2 if ships > 0 and not own else 1):
        if shipping:
            node[j, READY], node[j, SHIPS] = ships, 1
        if views.plain(t):
            _plain_places(j, s, shipping, own, t)
        else:
            _timed_places(j, s, shipping, own, t)
        node[j, READY], node[j, SHIPS] = 0, 0
    if own:
        return
    houses = views.taken(t).shape[1] - 1
    n_vans = left.shape[0] - houses
    for w in range(houses):
        useful = pair[s, j, LACKS] != 0 and pair[s, j, LACKS] & ~node[n_visits + w, LENT] == 0
        for line in range(node[j, PART_FROM], node[j, PART_TO]):
            useful = useful or left[n_vans + w, parts[line, SKU]] >= parts[line, UNITS]
        for k in range(info[s, LENGTH]):
            useful = useful and items[s, k] != n_visits + w
        if useful:
            _with_stop(j, s, n_visits + w, t)


@compiled
def _found(cost, k, shipping, stop, before, t):
    scratch = views.scratch(t)
    scratch[FOUND, 0], scratch[FOUND, 1], scratch[FOUND, 2] = cost, k, shipping
    scratch[FOUND, 3], scratch[FOUND, 4] = stop, before


@compiled
def _where_supplied(j, s, own, shipping, t):
    """Three places: from the first on, up to the second, and from the third on the visit is supplied.

    Before the first one it is not, and between the second and the third that depends on what others take there.
    """
    if own:
        return 0, 0, 0
    items, n_visits, length, first = views.items(t), views.visits(t), views.info(t)[s, LENGTH], 0
    while first < length and items[s, first] < n_visits:
        first += 1
    surely = length if shipping else first
    while surely < length and (items[s, surely] < n_visits or not provides(items[s, surely] - n_visits, j, s, t)):
        surely += 1
    early = views.pair(t)[s, j, LACKS] == 0 and van_lasts(j, s, length, t)
    if early:  # all that can be short now is what others get at stops; which place before those does not matter
        copy_with(s, j, 0, t)
        early = supply(s, items.shape[0] - 1, length + 1, t)
    return 0 if early else first + 1, first + 1, surely + 1


@compiled
def _plain_places(j, s, shipping, own, t):
    """Every place of the route as it is, in a plain problem: two joins each."""
    items, info, slot, node, window = views.items(t), views.info(t), views.slot(t), views.node(t), views.window(t)
    pair, legs, labels, scratch = views.pair(t), views.legs(t), views.labels(t), views.scratch(t)
    length, r, at = info[s, LENGTH], slot[s, RATES], node[j, PLACE]
    soft = info[s, SOFT] or node[j, PROMISED] < slot[s, LIMIT] or node[j, PUBLISHED] >= 0
    w, work, prune = node[j, WINDOW_FROM], pair[s, j, WORK], slot[s, WORKING_RATE] == 0
    longest = slot[s, LONGEST]  # what is impossible takes longer still
    opens, closes, fit = max(window[w, 0], node[j, READY]), window[w, 1], pair[s, j, FIT]
    best, row = scratch[FOUND, 0], items.shape[0] - 1
    earliest, unsure, supplied = _where_supplied(j, s, own, shipping, t)
    p = node[items[s, earliest - 1], PLACE] if earliest else slot[s, START_PLACE]
    for k in range(earliest, length + 1):
        q = node[items[s, k], PLACE] if k < length else slot[s, END_PLACE]
        to, before = legs[TRAVEL, p, at], p
        p = q
        span, first, last = join(labels[s, k, 0], labels[s, k, 1], labels[s, k, 2], work, opens, closes, to)
        if span >= NEVER:
            break
        on, way = legs[TRAVEL, at, q], legs[TRAVEL, before, q] if length else 0
        cost = fit + legs[r, before, at] + legs[r, at, q] - (legs[r, before, q] if length else 0)
        if prune and cost >= best:
            continue
        span, first, last = join(span, first, last, labels[s, k, 3], labels[s, k, 4], labels[s, k, 5], on)
        if span > longest:
            continue
        if soft:
            cost += end_cost(s, first, first + span, info[s, BUSY] + work + to + on - way, slot) - info[s, ENDING]
        if cost >= best:
            continue
        if unsure <= k < supplied:
            copy_with(s, j, k, t)
            if not supply(s, row, length + 1, t):
                continue
        best = cost
        _found(cost, k, shipping, -1, 0, t)


@compiled
def _timed_places(j, s, shipping, own, t):
    """Every place of the route as it is: labels say whether it is possible, timing the route what it costs."""
    items, info, slot, node = views.items(t), views.info(t), views.slot(t), views.node(t)
    legs, scratch = views.legs(t), views.scratch(t)
    length, r, at = info[s, LENGTH], slot[s, RATES], node[j, PLACE]
    soft = info[s, SOFT] or node[j, PROMISED] < slot[s, LIMIT] or node[j, PUBLISHED] >= 0
    bent, prune, fit = info[s, BENT] or node[j, MAY_BE_LATE], slot[s, WORKING_RATE] == 0, views.pair(t)[s, j, FIT]
    best, row = scratch[FOUND, 0], items.shape[0] - 1
    earliest, unsure, supplied = _where_supplied(j, s, own, shipping, t)
    for k in range(earliest, length + 1):
        p = node[items[s, k - 1], PLACE] if k else slot[s, START_PLACE]
        q = node[items[s, k], PLACE] if k < length else slot[s, END_PLACE]
        cost = fit + legs[r, p, at] + legs[r, at, q]
        if length:
            cost -= legs[r, p, q]
        if not bent:
            ok = fits(s, k, j, p, q, t)
            if ok < 0:
                break
            if ok == 0:
                continue
        if prune and cost >= best:
            continue
        copy_with(s, j, k, t)
        if soft or bent:
            cost = route_cost(s, row, length + 1, t) - info[s, COST]
        if cost < best and (not unsure <= k < supplied or supply(s, row, length + 1, t)):
            best = cost
            _found(cost, k, shipping, -1, 0, t)


@compiled
def _with_stop(j, s, stop, t):
    """Every place together with a new warehouse stop anywhere in the route."""
    items, info, slot, node = views.items(t), views.info(t), views.slot(t), views.node(t)
    legs, scratch = views.legs(t), views.scratch(t)
    length, r, row, fit = info[s, LENGTH], slot[s, RATES], items.shape[0] - 1, views.pair(t)[s, j, FIT]
    house, prune, gives = node[stop, PLACE], slot[s, WORKING_RATE] == 0, provides(stop - views.visits(t), j, s, t)
    lacks = views.pair(t)[s, j, LACKS] != 0
    for d in range(length + 1):
        if prune:
            p = node[items[s, d - 1], PLACE] if d else slot[s, START_PLACE]
            q = node[items[s, d], PLACE] if d < length else slot[s, END_PLACE]
            if fit + legs[r, p, house] + legs[r, house, q] - (legs[r, p, q] if length else 0) > scratch[FOUND, 0]:
                continue
        if views.plain(t):
            # The stop alone costs this much; with the visit it is never less, as no way is shorter with a detour.
            alone = _stop_cost(s, stop, d, t)
            if alone < IMPOSSIBLE and fit + alone - (info[s, ENDING] if length else 0) < scratch[FOUND, 0]:
                _plain_places_after(j, s, stop, d, gives, t)
                if not lacks and van_lasts(j, s, d, t):
                    _plain_places_before(j, s, stop, d, t)
            continue
        for k in range(0 if not lacks and van_lasts(j, s, d, t) else d + 1, length + 2):
            copy_with_stop(s, stop, d, j, k, t)
            cost = route_cost(s, row, length + 2, t) - info[s, COST]
            if cost < scratch[FOUND, 0] and supply(s, row, length + 2, t):
                _found(cost, k, 0, stop, d, t)


@compiled
def _around(j, s, stop, d, t):
    """What a visit and a stop before item ``d`` add to ways and fit, less what they replace; and seconds busy."""
    items, info, slot, node = views.items(t), views.info(t), views.slot(t), views.node(t)
    pair, legs = views.pair(t), views.legs(t)
    length, r, house = info[s, LENGTH], slot[s, RATES], node[stop, PLACE]
    p = node[items[s, d - 1], PLACE] if d else slot[s, START_PLACE]
    q = node[items[s, d], PLACE] if d < length else slot[s, END_PLACE]
    cost = pair[s, j, FIT] + legs[r, p, house] + legs[r, house, q]
    busy = pair[s, j, WORK] + pair[s, stop, WORK] + legs[TRAVEL, p, house] + legs[TRAVEL, house, q]
    if length:
        cost -= legs[r, p, q] + info[s, ENDING]
        busy += info[s, BUSY] - legs[TRAVEL, p, q]
    return cost, busy


@compiled
def _plain_places_after(j, s, stop, d, gives, t):
    """Every place after a stop before item ``d``: the stretch up to it grows item by item."""
    items, info, slot, node, window = views.items(t), views.info(t), views.slot(t), views.node(t), views.window(t)
    pair, legs, labels, scratch = views.pair(t), views.legs(t), views.labels(t), views.scratch(t)
    length, r, row, at = info[s, LENGTH], slot[s, RATES], items.shape[0] - 1, node[j, PLACE]
    base, busy = _around(j, s, stop, d, t)
    w, work = node[j, WINDOW_FROM], pair[s, j, WORK]
    opens, closes = window[w, 0], window[w, 1]
    w, before = node[stop, WINDOW_FROM], node[items[s, d - 1], PLACE] if d else slot[s, START_PLACE]
    span, first, last = join(
        labels[s, d, 0], labels[s, d, 1], labels[s, d, 2], pair[s, stop, WORK], window[w, 0], window[w, 1],
        legs[TRAVEL, before, node[stop, PLACE]],
    )  # fmt: skip
    before = node[stop, PLACE]
    for k in range(d, length + 1):  # the visit after the stop, before item k of the old route
        if span >= NEVER:
            return
        after = node[items[s, k], PLACE] if k < length else slot[s, END_PLACE]
        to, on, way = legs[TRAVEL, before, at], legs[TRAVEL, at, after], legs[TRAVEL, before, after]
        with_span, with_first, with_last = join(span, first, last, work, opens, closes, to)
        if with_span >= NEVER:
            return
        with_span, with_first, with_last = join(
            with_span, with_first, with_last, labels[s, k, 3], labels[s, k, 4], labels[s, k, 5], on
        )
        if with_span <= slot[s, LONGEST]:
            cost = base + legs[r, before, at] + legs[r, at, after] - legs[r, before, after]
            cost += end_cost(s, with_first, with_first + with_span, busy + to + on - way, slot)
            if cost < scratch[FOUND, 0]:
                if not gives:
                    copy_with_stop(s, stop, d, j, k + 1, t)
                if gives or supply(s, row, length + 2, t):
                    _found(cost, k + 1, 0, stop, d, t)
        if k < length:
            n = items[s, k]
            w = node[n, WINDOW_FROM]
            span, first, last = join(
                span, first, last, pair[s, n, WORK], max(window[w, 0], node[n, READY]), window[w, 1], way
            )
            before = after


@compiled
def _plain_places_before(j, s, stop, d, t):
    """Every place before a stop before item ``d``; the visit takes what others then fetch.

    Whether they can does not depend on the place if this is the only stop.
    """
    items, info, slot, node, window = views.items(t), views.info(t), views.slot(t), views.node(t), views.window(t)
    pair, legs, labels, scratch = views.pair(t), views.legs(t), views.labels(t), views.scratch(t)
    length, r, row, at = info[s, LENGTH], slot[s, RATES], items.shape[0] - 1, node[j, PLACE]
    base, busy = _around(j, s, stop, d, t)
    only, known, supplied = info[s, STOPS] == 0, False, False
    w, work = node[j, WINDOW_FROM], pair[s, j, WORK]
    opens, closes = window[w, 0], window[w, 1]
    w, after = node[stop, WINDOW_FROM], node[items[s, d], PLACE] if d < length else slot[s, END_PLACE]
    span, first, last = join(
        pair[s, stop, WORK], window[w, 0], window[w, 1], labels[s, d, 3], labels[s, d, 4], labels[s, d, 5],
        legs[TRAVEL, node[stop, PLACE], after],
    )  # fmt: skip
    after = node[stop, PLACE]
    for k in range(d, -1, -1):
        if span >= NEVER:
            return
        before = node[items[s, k - 1], PLACE] if k else slot[s, START_PLACE]
        to, on, way = legs[TRAVEL, before, at], legs[TRAVEL, at, after], legs[TRAVEL, before, after]
        with_span, with_first, with_last = join(work, opens, closes, span, first, last, on)
        if with_span < NEVER:
            with_span, with_first, with_last = join(
                labels[s, k, 0], labels[s, k, 1], labels[s, k, 2], with_span, with_first, with_last, to
            )
        if with_span <= slot[s, LONGEST]:
            cost = base + legs[r, before, at] + legs[r, at, after] - legs[r, before, after]
            cost += end_cost(s, with_first, with_first + with_span, busy + to + on - way, slot)
            if cost < scratch[FOUND, 0]:
                if not known:
                    copy_with_stop(s, stop, d, j, k, t)
                    supplied = supply(s, row, length + 2, t)
                    known = only
                if supplied:
                    _found(cost, k, 0, stop, d, t)
                elif only:
                    return
        if k:
            n = items[s, k - 1]
            w = node[n, WINDOW_FROM]
            span, first, last = join(
                pair[s, n, WORK], max(window[w, 0], node[n, READY]), window[w, 1], span, first, last, way
            )
            after = before


@compiled
def _stop_cost(s, stop, d, t):
    """What a plain route costs with a stop before item ``d``, up to what does not depend on ``d``."""
    items, info, slot, node, window = views.items(t), views.info(t), views.slot(t), views.node(t), views.window(t)
    legs, labels = views.legs(t), views.labels(t)
    length, r, house, w = info[s, LENGTH], slot[s, RATES], node[stop, PLACE], node[stop, WINDOW_FROM]
    p = node[items[s, d - 1], PLACE] if d else slot[s, START_PLACE]
    q = node[items[s, d], PLACE] if d < length else slot[s, END_PLACE]
    to, on, way = legs[TRAVEL, p, house], legs[TRAVEL, house, q], legs[TRAVEL, p, q] if length else 0
    span, first, last = join(
        labels[s, d, 0], labels[s, d, 1], labels[s, d, 2], views.pair(t)[s, stop, WORK], window[w, 0], window[w, 1], to
    )
    if span >= NEVER:
        return IMPOSSIBLE
    span, first, last = join(span, first, last, labels[s, d, 3], labels[s, d, 4], labels[s, d, 5], on)
    if span > slot[s, LONGEST]:
        return IMPOSSIBLE
    cost = end_cost(s, first, first + span, info[s, BUSY] + to + on - way, slot)
    return cost + legs[r, p, house] + legs[r, house, q] - (legs[r, p, q] if length else 0)


@compiled
def copy_with(s, n, k, t):
    """The route with one item more, into the row for trials."""
    items = views.items(t)
    row = items.shape[0] - 1
    for i in range(k):
        items[row, i] = items[s, i]
    items[row, k] = n
    for i in range(k, views.info(t)[s, LENGTH]):
        items[row, i + 1] = items[s, i]


@compiled
def copy_with_stop(s, stop, d, j, k, t):
    """The route with a stop before item ``d``, and then a visit before item ``k`` of that, into the row for trials."""
    copy_with(s, stop, d, t)
    items = views.items(t)
    row = items.shape[0] - 1
    for i in range(views.info(t)[s, LENGTH], k - 1, -1):
        items[row, i + 1] = items[row, i]
    items[row, k] = j


@compiled
def put(s, n, k, t):
    """Insert an item before item ``k``."""
    items, info = views.items(t), views.info(t)
    for i in range(info[s, LENGTH], k, -1):
        items[s, i] = items[s, i - 1]
    items[s, k] = n
    info[s, LENGTH] += 1


@compiled
def tidy(s, t):
    """Stops of a torn route that give nothing any more go, the others move to their best place."""
    items, info, k = views.items(t), views.info(t), 0
    row = items.shape[0] - 1
    while k < info[s, LENGTH]:
        stop = items[s, k]
        if stop < views.visits(t):
            k += 1
            continue
        info[s, LENGTH] -= 1
        length = info[s, LENGTH]
        for i in range(k, length):
            items[s, i] = items[s, i + 1]
        if supply(s, s, length, t):
            continue
        joins = views.plain(t) and refresh_plain(s, 0, t)
        best, place = IMPOSSIBLE, k
        for d in range(length + 1):
            if joins:
                cost = _stop_cost(s, stop, d, t)
            else:
                copy_with(s, stop, d, t)
                cost = route_cost(s, row, length + 1, t)
            if cost < best:
                copy_with(s, stop, d, t)
                if supply(s, row, length + 1, t):
                    best, place = cost, d
        put(s, stop, place, t)
        k = max(k, place) + 1
