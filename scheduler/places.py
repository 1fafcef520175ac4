"""Compiled: what a route knows about itself, and where one visit more is cheapest.

Columns of ``lab[s, k]`` (the route of slot ``s`` cut before its item ``k``):

* plain problems: 0-2 the stretch from home to the cut, 3-5 the stretch from the cut to home, each as in
  ``clockwork.join``.
* otherwise: 0-1 the moments when the engineer is free at the cut, with the break ahead and behind; 2-3 the latest
  start of item ``k`` (behind the last item: latest return) with the break ahead and behind.
"""

from numba import njit

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
    ENGINEER,
    FAIRNESS,
    FIT,
    FOUND,
    IMPOSSIBLE,
    LACKS,
    LENGTH,
    LENT,
    LIMIT,
    MAX_VISITS,
    MAY_BE_LATE,
    NEEDS,
    NEEDY,
    NEVER,
    PART_FROM,
    PART_TO,
    PASSED,
    PLACE,
    PROMISED,
    PUBLISHED,
    RATES,
    READY,
    SHIPPED,
    SHIPS,
    SKU,
    SOFT,
    START,
    START_PLACE,
    STOPS,
    TRAVEL,
    UNITS,
    VERSION,
    VISITS,
    WINDOW_FROM,
    WORK,
    WORKING_RATE,
)


@njit(cache=True, nogil=True)
def refresh(s, stamp, plain, n_visits, items, info, lab, slot, node, window, pair, legs, hours, scratch):
    """Work out a route anew after its items changed. False if no times keep the hard rules."""
    length = info[s, LENGTH]
    info[s, VERSION] = stamp
    info[s, VISITS] = info[s, BENT] = info[s, STOPS] = info[s, NEEDY] = 0
    if len(hours):
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
    if plain:
        return _refresh_plain(s, base, items, info, lab, slot, node, window, pair, legs)
    info[s, COST] = route_cost(s, s, length, n_visits, items, slot, node, window, pair, legs, hours, scratch)
    if info[s, COST] >= IMPOSSIBLE:
        return False
    if not info[s, BENT]:
        _labels(s, items, info, lab, slot, node, window, pair, legs, hours)
    return True


@njit(cache=True, nogil=True)
def _refresh_plain(s, base, items, info, lab, slot, node, window, pair, legs):
    length, ways, busy = info[s, LENGTH], 0, 0
    t, e, l = 0, slot[s, START], slot[s, LIMIT]
    place = slot[s, START_PLACE]
    for k in range(length):
        lab[s, k, 0], lab[s, k, 1], lab[s, k, 2] = t, e, l
        n = items[s, k]
        w, to = node[n, WINDOW_FROM], node[n, PLACE]
        ways += legs[slot[s, RATES], place, to]
        busy += legs[TRAVEL, place, to] + pair[s, n, WORK]
        t, e, l = join(
            t, e, l, pair[s, n, WORK], max(window[w, 0], node[n, READY]), window[w, 1], legs[TRAVEL, place, to]
        )
        if t >= NEVER:
            return False
        place = to
    lab[s, length, 0], lab[s, length, 1], lab[s, length, 2] = t, e, l
    ways += legs[slot[s, RATES], place, slot[s, END_PLACE]]
    info[s, BUSY] = busy + legs[TRAVEL, place, slot[s, END_PLACE]] if length else 0
    t, e, l = join(t, e, l, 0, 0, slot[s, LIMIT], legs[TRAVEL, place, slot[s, END_PLACE]])
    if t >= NEVER:
        return False
    info[s, COST] = ways + base + end_cost(s, e, e + t, info[s, BUSY], slot) if length else 0
    t, e, l = 0, 0, slot[s, LIMIT]
    place = slot[s, END_PLACE]
    for k in range(length, 0, -1):
        lab[s, k, 3], lab[s, k, 4], lab[s, k, 5] = t, e, l
        n = items[s, k - 1]
        w, at = node[n, WINDOW_FROM], node[n, PLACE]
        t, e, l = join(
            pair[s, n, WORK], max(window[w, 0], node[n, READY]), window[w, 1], t, e, l, legs[TRAVEL, at, place]
        )
        place = at
    lab[s, 0, 3], lab[s, 0, 4], lab[s, 0, 5] = t, e, l
    return True


@njit(cache=True, nogil=True)
def _labels(s, items, info, lab, slot, node, window, pair, legs, hours):
    """The two labels forwards, the two latest starts backwards. Routes with a late pin do without."""
    length = info[s, LENGTH]
    has_break = slot[s, BREAK_DURATION] > 0
    latest, pause = slot[s, BREAK_LATEST], slot[s, BREAK_DURATION]
    ahead = slot[s, START] if has_break else NEVER
    behind = NEVER if has_break else slot[s, START]
    place = slot[s, START_PLACE]
    for k in range(length + 1):
        lab[s, k, 0], lab[s, k, 1] = ahead, behind
        if k < length:
            ahead, behind = step(s, items[s, k], place, ahead, behind, slot, node, window, pair, legs, hours)
            place = node[items[s, k], PLACE]
    bound_ahead = min(latest, slot[s, LIMIT]) if has_break else -1
    bound_behind = slot[s, LIMIT]
    place = slot[s, END_PLACE]
    for k in range(length, 0, -1):
        lab[s, k, 2], lab[s, k, 3] = bound_ahead, bound_behind
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
    lab[s, 0, 2], lab[s, 0, 3] = bound_ahead, bound_behind


@njit(cache=True, nogil=True)
def step(s, n, place, ahead, behind, slot, node, window, pair, legs, hours):
    """When the engineer is free after one item more, with the break ahead and behind."""
    leg, floor = legs[TRAVEL, place, node[n, PLACE]], node[n, READY]
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


@njit(cache=True, nogil=True)
def fits(s, k, n, p, q, lab, slot, node, window, pair, legs, hours):
    """Whether an item fits before item ``k``: 1 yes, 0 no, -1 no, nor anywhere later in this route."""
    ahead, behind = step(s, n, p, lab[s, k, 0], lab[s, k, 1], slot, node, window, pair, legs, hours)
    if ahead >= NEVER and behind >= NEVER:
        return -1
    leg = legs[TRAVEL, node[n, PLACE], q]
    if behind + leg <= lab[s, k, 3]:
        return 1
    if ahead < NEVER and (ahead + leg <= lab[s, k, 2] or after_break(s, ahead, leg, slot, hours) <= lab[s, k, 3]):
        return 1
    return 0


@njit(cache=True, nogil=True)
def clear(table):
    """Zeros everywhere. Written out, as everything here: assigning slices makes compiling take three times as long."""
    for i in range(table.shape[0]):
        for k in range(table.shape[1]):
            table[i, k] = 0


@njit(cache=True, nogil=True)
def supply(s, row, length, n_visits, items, slot, node, pair, parts, left, taken, take, scratch):
    """Whether a route's parts and tools are there in time; what it takes goes to ``take``.

    Before the first stop that has a part it comes from the van; after it from the van as far as that reaches, else
    from the warehouse.
    """
    e, houses, n_vans = slot[s, ENGINEER], taken.shape[1] - 1, left.shape[0] - taken.shape[1] + 1
    clear(take)
    for second in range(2):
        for w in range(houses):
            scratch[PASSED, w] = 0
        for k in range(length):
            n = items[row, k]
            if n >= n_visits:
                scratch[PASSED, n - n_visits] = 1
                continue
            equipped = pair[s, n, LACKS] == 0
            for w in range(houses):
                equipped = equipped or (scratch[PASSED, w] != 0 and pair[s, n, LACKS] & ~node[n_visits + w, LENT] == 0)
            if not equipped:
                return False
            for line in range(node[n, PART_FROM], node[n, PART_TO]):
                if node[n, SHIPS] and parts[line, SHIPPED] >= 0:
                    continue
                part, want, house = parts[line, SKU], parts[line, UNITS], -1
                behind = False
                for w in range(houses):
                    if scratch[PASSED, w]:
                        there = left[n_vans + w, part] + taken[s, 1 + w, part]
                        behind = behind or there > 0
                        if house < 0 and there - take[1 + w, part] >= want:
                            house = w
                if behind != (second == 1):
                    continue
                if take[0, part] + want <= left[e, part] + taken[s, 0, part]:
                    take[0, part] += want
                elif behind and house >= 0:
                    take[1 + house, part] += want
                else:
                    return False
    return True


@njit(cache=True, nogil=True)
def provides(w, j, s, n_visits, node, pair, parts, left, taken):
    """Whether a warehouse alone gives all that a visit of a route needs, and what others may have to fetch for it."""
    house = left.shape[0] - taken.shape[1] + 1 + w
    if pair[s, j, LACKS] & ~node[n_visits + w, LENT]:
        return False
    for line in range(node[j, PART_FROM], node[j, PART_TO]):
        part = parts[line, SKU]
        if left[house, part] < parts[line, UNITS] + taken[s, 0, part]:
            return False
    return True


@njit(cache=True, nogil=True)
def best_place(
    j, s, plain, n_visits, items, info, lab, slot, node, window, pair, legs, hours, parts, left, taken, take, scratch
):
    """The cheapest way to put visit ``j`` into a route, into row FOUND of ``scratch``.

    There: added cost (IMPOSSIBLE if there is none), place, whether its parts are shipped, a new warehouse stop's node
    (-1 without) and its place. The stop is put in first, so the visit's place counts it.
    """
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
        _positions(
            j, s, shipping, own, plain, n_visits, items, info, lab, slot, node, window, pair, legs, hours, parts,
            left, taken, take, scratch,
        )  # fmt: skip
        node[j, READY], node[j, SHIPS] = 0, 0
    if own:
        return
    n_vans = left.shape[0] - taken.shape[1] + 1
    for w in range(taken.shape[1] - 1):
        useful = pair[s, j, LACKS] != 0 and pair[s, j, LACKS] & ~node[n_visits + w, LENT] == 0
        for line in range(node[j, PART_FROM], node[j, PART_TO]):
            useful = useful or left[n_vans + w, parts[line, SKU]] >= parts[line, UNITS]
        for k in range(info[s, LENGTH]):
            useful = useful and items[s, k] != n_visits + w
        if useful:
            _with_stop(
                j, s, n_visits + w, plain, n_visits, items, info, lab, slot, node, window, pair, legs, hours, parts,
                left, taken, take, scratch,
            )  # fmt: skip


@njit(cache=True, nogil=True)
def _positions(
    j, s, shipping, own, plain, n_visits, items, info, lab, slot, node, window, pair, legs, hours, parts, left,
    taken, take, scratch,
):  # fmt: skip
    """Every place of the route as it is."""
    length, r, at, row = info[s, LENGTH], slot[s, RATES], node[j, PLACE], items.shape[0] - 1
    soft = info[s, SOFT] or node[j, PROMISED] < slot[s, LIMIT] or node[j, PUBLISHED] >= 0
    bent = info[s, BENT] or node[j, MAY_BE_LATE]
    w, work, prune = node[j, WINDOW_FROM], pair[s, j, WORK], slot[s, WORKING_RATE] == 0
    opens, closes = max(window[w, 0], node[j, READY]), window[w, 1]
    rest = info[s, COST]
    if plain and soft and length:
        t, e, l = join(
            lab[s, length, 0], lab[s, length, 1], lab[s, length, 2], 0, 0, slot[s, LIMIT],
            legs[TRAVEL, node[items[s, length - 1], PLACE], slot[s, END_PLACE]],
        )  # fmt: skip
        rest = end_cost(s, e, e + t, info[s, BUSY], slot)
    best, behind = scratch[FOUND, 0], length + 1
    if not own and not shipping:
        for k in range(length - 1, -1, -1):
            n = items[s, k]
            if n >= n_visits and provides(n - n_visits, j, s, n_visits, node, pair, parts, left, taken):
                behind = k + 1
    for k in range(length + 1):
        p = node[items[s, k - 1], PLACE] if k else slot[s, START_PLACE]
        q = node[items[s, k], PLACE] if k < length else slot[s, END_PLACE]
        cost = pair[s, j, FIT] + legs[r, p, at] + legs[r, at, q]
        if length:
            cost -= legs[r, p, q]
        if plain:
            t, e, l = join(lab[s, k, 0], lab[s, k, 1], lab[s, k, 2], work, opens, closes, legs[TRAVEL, p, at])
            if t >= NEVER:
                break
            if prune and cost >= best:
                continue
            t, e, l = join(t, e, l, lab[s, k, 3], lab[s, k, 4], lab[s, k, 5], legs[TRAVEL, at, q])
            if t >= NEVER:
                continue
            if soft:
                busy = info[s, BUSY] + work + legs[TRAVEL, p, at] + legs[TRAVEL, at, q]
                if length:
                    busy -= legs[TRAVEL, p, q]
                cost += end_cost(s, e, e + t, busy, slot) - rest
            if cost >= best:
                continue
            if not own and k < behind:
                copy_with(s, j, k, items, info)
        else:
            if not bent:
                ok = fits(s, k, j, p, q, lab, slot, node, window, pair, legs, hours)
                if ok < 0:
                    break
                if ok == 0:
                    continue
            if prune and cost >= best:
                continue
            copy_with(s, j, k, items, info)
            if soft or bent:
                cost = (
                    route_cost(s, row, length + 1, n_visits, items, slot, node, window, pair, legs, hours, scratch)
                    - rest
                )
            if cost >= best:
                continue
        if (
            own
            or k >= behind
            or supply(s, row, length + 1, n_visits, items, slot, node, pair, parts, left, taken, take, scratch)
        ):
            best = cost
            scratch[FOUND, 0], scratch[FOUND, 1], scratch[FOUND, 2], scratch[FOUND, 3] = cost, k, shipping, -1


@njit(cache=True, nogil=True)
def copy_with(s, n, k, items, info):
    """The route with one item more, into the row for trials."""
    row = items.shape[0] - 1
    for i in range(k):
        items[row, i] = items[s, i]
    items[row, k] = n
    for i in range(k, info[s, LENGTH]):
        items[row, i + 1] = items[s, i]


@njit(cache=True, nogil=True)
def copy_with_stop(s, stop, d, j, k, items, info):
    """The route with a stop before item ``d``, and then a visit before item ``k`` of that, into the row for trials."""
    copy_with(s, stop, d, items, info)
    row = items.shape[0] - 1
    for i in range(info[s, LENGTH], k - 1, -1):
        items[row, i + 1] = items[row, i]
    items[row, k] = j


@njit(cache=True, nogil=True)
def _with_stop(
    j,
    s,
    stop,
    plain,
    n_visits,
    items,
    info,
    lab,
    slot,
    node,
    window,
    pair,
    legs,
    hours,
    parts,
    left,
    taken,
    take,
    scratch,
):
    """Every place together with a new warehouse stop anywhere in the route."""
    length, r, row = info[s, LENGTH], slot[s, RATES], items.shape[0] - 1
    house, prune, rest = node[stop, PLACE], slot[s, WORKING_RATE] == 0, 0
    if plain and length:
        t, e, l = join(
            lab[s, length, 0], lab[s, length, 1], lab[s, length, 2], 0, 0, slot[s, LIMIT],
            legs[TRAVEL, node[items[s, length - 1], PLACE], slot[s, END_PLACE]],
        )  # fmt: skip
        rest = end_cost(s, e, e + t, info[s, BUSY], slot)
    for d in range(length + 1):
        p = node[items[s, d - 1], PLACE] if d else slot[s, START_PLACE]
        q = node[items[s, d], PLACE] if d < length else slot[s, END_PLACE]
        detour = legs[r, p, house] + legs[r, house, q] - (legs[r, p, q] if length else 0)
        if prune and pair[s, j, FIT] + detour > scratch[FOUND, 0]:
            continue
        if plain:
            # The stop alone costs this much; with the visit it is never less, as no way is shorter with a detour.
            alone = _stop_cost(s, stop, d, items, info, lab, slot, node, window, pair, legs)
            if alone >= IMPOSSIBLE or pair[s, j, FIT] + alone - rest >= scratch[FOUND, 0]:
                continue
            _with_stop_plain(
                j, s, stop, d, detour, n_visits, items, info, lab, slot, node, window, pair, legs, hours, parts,
                left, taken, take, scratch,
            )  # fmt: skip
            continue
        for k in range(length + 2):
            copy_with_stop(s, stop, d, j, k, items, info)
            cost = route_cost(s, row, length + 2, n_visits, items, slot, node, window, pair, legs, hours, scratch)
            cost -= info[s, COST]
            if cost < scratch[FOUND, 0] and supply(
                s, row, length + 2, n_visits, items, slot, node, pair, parts, left, taken, take, scratch
            ):
                _found(cost, k, stop, d, scratch)


@njit(cache=True, nogil=True)
def _found(cost, k, stop, d, scratch):
    scratch[FOUND, 0], scratch[FOUND, 1], scratch[FOUND, 2] = cost, k, 0
    scratch[FOUND, 3], scratch[FOUND, 4] = stop, d


@njit(cache=True, nogil=True)
def _with_stop_plain(
    j,
    s,
    stop,
    d,
    detour,
    n_visits,
    items,
    info,
    lab,
    slot,
    node,
    window,
    pair,
    legs,
    hours,
    parts,
    left,
    taken,
    take,
    scratch,
):
    """Every place for a visit when a stop comes before item ``d``: the stretch around the stop grows item by item."""
    length, r, row = info[s, LENGTH], slot[s, RATES], items.shape[0] - 1
    house, at, w = node[stop, PLACE], node[j, PLACE], node[stop, WINDOW_FROM]
    base, rest = pair[s, j, FIT] + detour, 0
    if length:
        t, e, l = join(
            lab[s, length, 0], lab[s, length, 1], lab[s, length, 2], 0, 0, slot[s, LIMIT],
            legs[TRAVEL, node[items[s, length - 1], PLACE], slot[s, END_PLACE]],
        )  # fmt: skip
        rest = end_cost(s, e, e + t, info[s, BUSY], slot)
    wj = node[j, WINDOW_FROM]
    opens, closes, work = window[wj, 0], window[wj, 1], pair[s, j, WORK]
    last = node[items[s, d - 1], PLACE] if d else slot[s, START_PLACE]
    nxt = node[items[s, d], PLACE] if d < length else slot[s, END_PLACE]
    busy = info[s, BUSY] + work + pair[s, stop, WORK] + legs[TRAVEL, last, house] + legs[TRAVEL, house, nxt]
    if length:
        busy -= legs[TRAVEL, last, nxt]
    t, e, l = join(
        lab[s, d, 0], lab[s, d, 1], lab[s, d, 2], pair[s, stop, WORK], window[w, 0], window[w, 1],
        legs[TRAVEL, last, house],
    )  # fmt: skip
    last, gives = house, provides(stop - n_visits, j, s, n_visits, node, pair, parts, left, taken)
    for k in range(d, length + 1):  # the visit after the stop, before item k of the old route
        if t >= NEVER:
            break
        nxt = node[items[s, k], PLACE] if k < length else slot[s, END_PLACE]
        u, f, g = join(t, e, l, work, opens, closes, legs[TRAVEL, last, at])
        if u >= NEVER:
            break
        u, f, g = join(u, f, g, lab[s, k, 3], lab[s, k, 4], lab[s, k, 5], legs[TRAVEL, at, nxt])
        if u < NEVER:
            cost = base + legs[r, last, at] + legs[r, at, nxt] - legs[r, last, nxt] - rest
            more = legs[TRAVEL, last, at] + legs[TRAVEL, at, nxt] - legs[TRAVEL, last, nxt]
            cost += end_cost(s, f, f + u, busy + more, slot)
            if cost < scratch[FOUND, 0]:
                if not gives:
                    copy_with_stop(s, stop, d, j, k + 1, items, info)
                if gives or supply(
                    s, row, length + 2, n_visits, items, slot, node, pair, parts, left, taken, take, scratch
                ):
                    _found(cost, k + 1, stop, d, scratch)
        if k < length:
            n = items[s, k]
            w = node[n, WINDOW_FROM]
            t, e, l = join(
                t, e, l, pair[s, n, WORK], max(window[w, 0], node[n, READY]), window[w, 1], legs[TRAVEL, last, nxt]
            )
            last = nxt
    if pair[s, j, LACKS]:
        return
    nxt = node[items[s, d], PLACE] if d < length else slot[s, END_PLACE]
    w = node[stop, WINDOW_FROM]
    t, e, l = join(
        pair[s, stop, WORK], window[w, 0], window[w, 1], lab[s, d, 3], lab[s, d, 4], lab[s, d, 5],
        legs[TRAVEL, house, nxt],
    )  # fmt: skip
    nxt = house
    for k in range(d, -1, -1):  # the visit before the stop; it takes what others then fetch
        if t >= NEVER:
            break
        last = node[items[s, k - 1], PLACE] if k else slot[s, START_PLACE]
        u, f, g = join(work, opens, closes, t, e, l, legs[TRAVEL, at, nxt])
        if u < NEVER:
            u, f, g = join(lab[s, k, 0], lab[s, k, 1], lab[s, k, 2], u, f, g, legs[TRAVEL, last, at])
        if u < NEVER:
            cost = base + legs[r, last, at] + legs[r, at, nxt] - legs[r, last, nxt] - rest
            more = legs[TRAVEL, last, at] + legs[TRAVEL, at, nxt] - legs[TRAVEL, last, nxt]
            cost += end_cost(s, f, f + u, busy + more, slot)
            if cost < scratch[FOUND, 0]:
                copy_with_stop(s, stop, d, j, k, items, info)
                if supply(s, row, length + 2, n_visits, items, slot, node, pair, parts, left, taken, take, scratch):
                    _found(cost, k, stop, d, scratch)
        if k:
            n = items[s, k - 1]
            w = node[n, WINDOW_FROM]
            t, e, l = join(
                pair[s, n, WORK], max(window[w, 0], node[n, READY]), window[w, 1], t, e, l, legs[TRAVEL, last, nxt]
            )
            nxt = last


@njit(cache=True, nogil=True)
def put(s, n, k, items, info):
    """Insert an item before item ``k``."""
    for i in range(info[s, LENGTH], k, -1):
        items[s, i] = items[s, i - 1]
    items[s, k] = n
    info[s, LENGTH] += 1


@njit(cache=True, nogil=True)
def book(s, sign, slot, left, taken):
    """Give back (+1) or take (-1) what a route takes of vans and warehouses."""
    n_vans = left.shape[0] - taken.shape[1] + 1
    for part in range(left.shape[1]):
        left[slot[s, ENGINEER], part] += sign * taken[s, 0, part]
        for w in range(1, taken.shape[1]):
            left[n_vans + w - 1, part] += sign * taken[s, w, part]


@njit(cache=True, nogil=True)
def store(s, take, taken):
    """Note what a route takes."""
    for i in range(take.shape[0]):
        for part in range(take.shape[1]):
            taken[s, i, part] = take[i, part]


@njit(cache=True, nogil=True)
def settle(s, n_visits, items, info, slot, node, pair, parts, left, taken, take, scratch):
    """Book a changed route's parts anew. False if they are not there. ``refresh`` must follow."""
    book(s, 1, slot, left, taken)
    clear(take)
    store(s, take, taken)
    possible = supply(s, s, info[s, LENGTH], n_visits, items, slot, node, pair, parts, left, taken, take, scratch)
    if possible:
        store(s, take, taken)
    book(s, -1, slot, left, taken)
    return possible


@njit(cache=True, nogil=True)
def tidy(
    s, plain, n_visits, items, info, lab, slot, node, window, pair, legs, hours, parts, left, taken, take, scratch
):
    """Stops of a torn route that give nothing any more go, the others move to their best place."""
    row, k = items.shape[0] - 1, 0
    book(s, 1, slot, left, taken)
    clear(take)
    store(s, take, taken)
    while k < info[s, LENGTH]:
        stop = items[s, k]
        if stop < n_visits:
            k += 1
            continue
        info[s, LENGTH] -= 1
        length = info[s, LENGTH]
        for i in range(k, length):
            items[s, i] = items[s, i + 1]
        if supply(s, s, length, n_visits, items, slot, node, pair, parts, left, taken, take, scratch):
            continue
        joins = plain and _refresh_plain(s, 0, items, info, lab, slot, node, window, pair, legs)
        best, place = IMPOSSIBLE, k
        for d in range(length + 1):
            if joins:
                cost = _stop_cost(s, stop, d, items, info, lab, slot, node, window, pair, legs)
            else:
                copy_with(s, stop, d, items, info)
                cost = route_cost(s, row, length + 1, n_visits, items, slot, node, window, pair, legs, hours, scratch)
            if cost < best:
                copy_with(s, stop, d, items, info)
                if supply(s, row, length + 1, n_visits, items, slot, node, pair, parts, left, taken, take, scratch):
                    best, place = cost, d
        put(s, stop, place, items, info)
        k = max(k, place) + 1


@njit(cache=True, nogil=True)
def _stop_cost(s, stop, d, items, info, lab, slot, node, window, pair, legs):
    """What a plain route costs with a stop before item ``d``, up to what does not depend on ``d``."""
    length, r, house, w = info[s, LENGTH], slot[s, RATES], node[stop, PLACE], node[stop, WINDOW_FROM]
    p = node[items[s, d - 1], PLACE] if d else slot[s, START_PLACE]
    q = node[items[s, d], PLACE] if d < length else slot[s, END_PLACE]
    t, e, l = join(
        lab[s, d, 0],
        lab[s, d, 1],
        lab[s, d, 2],
        pair[s, stop, WORK],
        window[w, 0],
        window[w, 1],
        legs[TRAVEL, p, house],
    )
    if t >= NEVER:
        return IMPOSSIBLE
    t, e, l = join(t, e, l, lab[s, d, 3], lab[s, d, 4], lab[s, d, 5], legs[TRAVEL, house, q])
    if t >= NEVER:
        return IMPOSSIBLE
    busy = info[s, BUSY] + legs[TRAVEL, p, house] + legs[TRAVEL, house, q] - legs[TRAVEL, p, q]
    return legs[r, p, house] + legs[r, house, q] - legs[r, p, q] + end_cost(s, e, e + t, busy, slot)
