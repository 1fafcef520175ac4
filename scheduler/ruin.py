"""Compiled large neighbourhood search: strings of visits are torn out of routes and put back where it is cheapest.

After *Slack Induction by String Removals* (Christiaens, Vanden Berghe 2020): neighbouring visits leave neighbouring
routes in strings, come back one by one in a random order of several kinds, each to its cheapest place, now and then
blinking past one; simulated annealing decides whether the result stays. What an insertion costs is remembered until
its route changes. In some steps two engineers exchange their routes instead (``exchange``).

``t`` is the address of the problem's and the plan's tables (``views``), ``u`` that of the search's own
(``search_views``).
"""

import math

import numpy as np

from scheduler import search_views as own
from scheduler import views
from scheduler.address import compiled
from scheduler.exchange import exchange
from scheduler.labels import refresh, refresh_with
from scheduler.places import best_place, put, tidy
from scheduler.search_views import (
    ABSENT,
    BEST,
    COST_THERE,
    GLANCE,
    HOW_THERE,
    KNOWN,
    MARKED,
    NOW,
    OLD,
    POOLED,
    REST,
    SCARCE,
    SEEN,
    SIBLINGS,
    TOUCHED,
    UNTIL_BLINK,
    VERSION_THERE,
    WAS_READY,
    WAS_SHIPPED,
)
from scheduler.supplies import settle
from scheduler.tables import (
    COST,
    ENGINEER,
    FIXED,
    FOUND,
    IMPOSSIBLE,
    LENGTH,
    NEEDS,
    NEEDY,
    PART_FROM,
    PART_TO,
    READY,
    SHIPPED,
    SHIPS,
    STOPS,
    UNSERVED,
    VERSION,
    VISITS,
    WHERE,
    WINDOW_FROM,
    WINDOW_TO,
    WORK,
)
from scheduler.undo import restore, touch

MIX = 0x5851F42D4C957F2D
"""An odd multiplier that spreads bits (Knuth's, of the 64-bit linear congruential generator MMIX)."""

PLACE_BITS = 16
"""So many bits hold a place in a route."""


@compiled
def search(iterations, seed, hot, average, longest, blink, exchanges, tails, pool_near, t, u):
    """``iterations`` steps at one temperature ``hot``; ``search.Tuning`` says what the others are."""
    np.random.seed(seed)
    score, n_old = own.score(u), _left_out(t, u)
    score[UNTIL_BLINK] = _next_blink(blink)
    for _ in range(iterations):
        n_absent, n_rest = _who_may_come(n_old, u)
        n_touched = 0
        if np.random.random() < exchanges:
            n_absent, n_touched = exchange(n_absent, tails, t, u)
        if not n_touched:
            n_absent, n_touched = _ruin(n_absent, average, longest, t, u)
        _rank(n_absent, t, u)
        possible, n_touched, n_rest = _recreate(n_absent, n_touched, n_rest, blink, t, u)
        cost = _cost(n_rest, t, u) if possible else IMPOSSIBLE
        if cost < score[NOW] - hot * math.log(np.random.random()):
            score[NOW], n_old = cost, n_rest
            _accept(n_rest, n_touched, cost < score[BEST] * pool_near, t, u)
        else:
            _undo(n_absent, n_touched, t, u)
        by_slot = own.by_slot(u)
        for i in range(n_touched):
            by_slot[MARKED, by_slot[TOUCHED, i]] = 0


@compiled
def _left_out(t, u):
    """List who is left out; returns how many."""
    by_visit, node, count = own.by_visit(u), views.node(t), 0
    for v in range(views.visits(t)):
        if node[v, WHERE] < 0:
            by_visit[OLD, count] = v
            count += 1
    return count


@compiled
def _who_may_come(n_old, u):
    """Those left out so far, some of them if they are many. Returns how many may come, and how many stay out."""
    by_visit, n_absent, n_rest = own.by_visit(u), 0, 0
    share = min(1.0, 40.0 / (n_old + 1))
    for i in range(n_old):
        if share >= 1.0 or np.random.random() < share:
            by_visit[ABSENT, n_absent] = by_visit[OLD, i]
            n_absent += 1
        else:
            by_visit[REST, n_rest] = by_visit[OLD, i]
            n_rest += 1
    return n_absent, n_rest


@compiled
def _ruin(n_absent, average, longest, t, u):
    """Tear strings around a random visit out of its neighbours' routes. Returns how many are absent and touched."""
    items, info, node, n_visits = views.items(t), views.info(t), views.node(t), views.visits(t)
    near, by_visit, by_slot = own.near(u), own.by_visit(u), own.by_slot(u)
    n_touched, used, served = 0, 0, 0
    c0, sort = np.random.randint(n_visits), np.random.randint(near.shape[0])
    for s in range(info.shape[0]):
        served += info[s, VISITS]
        used += info[s, VISITS] > 0
    most = min(longest, served / max(1, used))
    wanted = int(np.random.random() * (4.0 * average / (1.0 + most) - 1.0)) + 1
    for i in range(near.shape[2]):
        if n_touched >= wanted:
            break
        c = near[sort, c0, i]
        s = node[c, WHERE]
        if s < 0 or by_slot[MARKED, s]:
            continue
        n_touched = touch(s, n_touched, t, u)
        length, spare = info[s, LENGTH], 0
        take = int(np.random.random() * min(float(length), most)) + 1
        if 1 < take < length and np.random.random() < 0.5:  # a split string spares some inside it
            spare = 1
            while take + spare < length and np.random.random() < 0.5:
                spare += 1
        at = 0
        while items[s, at] != c:
            at += 1
        span = take + spare
        lowest, highest = max(0, at - span + 1), min(at, length - span)
        first = lowest + np.random.randint(highest - lowest + 1)
        spared = first + 1 + np.random.randint(take - 1) if spare else length
        out = 0
        for k in range(length):
            n = items[s, k]
            if n >= n_visits or node[n, FIXED] or not first <= k < first + span or spared <= k < spared + spare:
                items[s, out] = n
                out += 1
            else:
                node[n, WHERE] = -1
                by_visit[ABSENT, n_absent] = n
                n_absent += 1
        info[s, LENGTH] = out
    return n_absent, n_touched


@compiled
def _rank(count, t, u):
    """Sort the absent visits by one of several orders, chosen at random, and forget how they were supplied."""
    node, window, pair = views.node(t), views.window(t), views.pair(t)
    by_visit, key, near_home, allowed_at = own.by_visit(u), own.order(u), own.near_home(u), own.allowed_at(u)
    sort = np.random.randint(7)
    for i in range(count):
        v, r = by_visit[ABSENT, i], np.random.random()
        by_visit[WAS_READY, v], by_visit[WAS_SHIPPED, v] = node[v, READY], node[v, SHIPS]
        node[v, READY] = node[v, SHIPS] = 0
        if sort == 1:
            r = float(window[node[v, WINDOW_TO] - 1, 1] - window[node[v, WINDOW_FROM], 0])
        elif sort == 2:
            r = -float(near_home[v])
        elif sort == 3:
            r = float(window[node[v, WINDOW_TO] - 1, 1])
        elif sort == 4:
            r += allowed_at[v + 1] - allowed_at[v]
        elif sort == 5:
            r -= float(node[v, UNSERVED])
        elif sort == 6:
            r -= float(pair[0, v, WORK])
        k = i
        while k and r < key[k - 1]:
            key[k], by_visit[ABSENT, k] = key[k - 1], by_visit[ABSENT, k - 1]
            k -= 1
        key[k], by_visit[ABSENT, k] = r, v


@compiled
def _recreate(n_absent, n_touched, n_rest, blink, t, u):
    """Work out the torn routes, then put each absent visit where it is cheapest.

    Returns whether that is possible, how many routes are touched, and how many visits are left out.
    """
    by_visit, by_slot = own.by_visit(u), own.by_slot(u)
    for i in range(n_touched):
        possible, n_touched = _repair(by_slot[TOUCHED, i], n_touched, t, u)
        if not possible:
            return False, n_touched, n_rest
    for i in range(n_absent):
        v = by_visit[ABSENT, i]
        s = _cheapest_slot(v, blink, t, u)
        if s < 0:
            by_visit[REST, n_rest] = v
            n_rest += 1
            continue
        n_touched = touch(s, n_touched, t, u)
        possible, n_touched = _insert(v, s, n_touched, t, u)
        if not possible:
            return False, n_touched, n_rest
    return True, n_touched, n_rest


@compiled
def _next_blink(share):
    """How many routes are looked at before one is passed over: geometric, one random number instead of many."""
    return int(math.log(np.random.random() + 1e-12) / math.log(1.0 - share)) if share > 0.0 else 1 << 40


@compiled
def _cheapest_slot(v, blink, t, u):
    """The slot where a visit is cheapest, or -1 where leaving it out is; ``cached`` says how it goes there."""
    info, node, scratch = views.info(t), views.node(t), views.scratch(t)
    allowed, allowed_at, twin, cached = own.allowed(u), own.allowed_at(u), own.twin(u), own.cached(u)
    score, by_slot = own.score(u), own.by_slot(u)
    score[GLANCE] += 1
    changes = own.kind(u)[SCARCE] and node[v, NEEDS]
    best, at = node[v, UNSERVED], -1
    for i in range(allowed_at[v], allowed_at[v + 1]):
        s = allowed[i]
        if info[s, LENGTH] == 0:
            if by_slot[SEEN, twin[s]] == score[GLANCE]:
                continue
            by_slot[SEEN, twin[s]] = score[GLANCE]
        score[UNTIL_BLINK] -= 1
        if score[UNTIL_BLINK] < 0:
            score[UNTIL_BLINK] = _next_blink(blink)
            continue
        there = _known(v, s, t, u)
        if cached[v, s, there + VERSION_THERE] != info[s, VERSION] or changes:
            best_place(v, s, t)
            cached[v, s, there + VERSION_THERE] = info[s, VERSION]
            cached[v, s, there + COST_THERE], cached[v, s, there + HOW_THERE] = scratch[FOUND, 0], _how(t)
        if cached[v, s, there + COST_THERE] < best:
            best, at = cached[v, s, there + COST_THERE], s
    return at


@compiled
def _known(v, s, t, u):
    """The half of ``cached`` that knows the route as it is; else one that does not know it as it was before."""
    info, cached = views.info(t), own.cached(u)
    if cached[v, s, VERSION_THERE] == info[s, VERSION]:
        return 0
    if cached[v, s, KNOWN + VERSION_THERE] == info[s, VERSION] or not own.by_slot(u)[MARKED, s]:
        return KNOWN
    return KNOWN if cached[v, s, VERSION_THERE] == own.kept_info(u)[s, VERSION] else 0


@compiled
def _how(t):
    """What ``best_place`` found in one number: place, place of a new stop, whether shipped, and 1 + the stop's node."""
    scratch = views.scratch(t)
    return (
        scratch[FOUND, 1] | scratch[FOUND, 4] << PLACE_BITS | scratch[FOUND, 2] << 2 * PLACE_BITS
        | (scratch[FOUND, 3] + 1) << 2 * PLACE_BITS + 1
    )  # fmt: skip


@compiled
def _insert(v, s, n_touched, t, u):
    """Put a visit into a route as ``cached`` says, and work it out.

    Returns whether the route is possible, and how many are touched.
    """
    info, node, parts = views.info(t), views.node(t), views.parts(t)
    how = own.cached(u)[v, s, _known(v, s, t, u) + HOW_THERE]
    mask, stop = (1 << PLACE_BITS) - 1, how >> 2 * PLACE_BITS + 1
    if stop:
        put(s, stop - 1, how >> PLACE_BITS & mask, t)
        info[s, STOPS] += 1
    put(s, v, how & mask, t)
    node[v, WHERE] = s
    if how >> 2 * PLACE_BITS & 1:
        node[v, SHIPS] = 1
        for line in range(node[v, PART_FROM], node[v, PART_TO]):
            node[v, READY] = max(node[v, READY], parts[line, SHIPPED])
    info[s, NEEDY] += node[v, NEEDS]
    possible, n_touched = _supply(s, n_touched, t, u)
    if not possible:
        return False, n_touched
    if stop or not views.plain(t):
        return refresh(s, _version(s, t, u), t), n_touched
    return refresh_with(s, how & mask, _version(s, t, u), t), n_touched


@compiled
def _repair(s, n_touched, t, u):
    """Work out a torn route. Returns whether it is possible, and how many routes are touched."""
    if views.info(t)[s, STOPS]:
        tidy(s, t)
    possible, n_touched = _supply(s, n_touched, t, u)
    return possible and refresh(s, _version(s, t, u), t), n_touched


@compiled
def _supply(s, n_touched, t, u):
    """Book what a changed route takes. Returns whether it is there, and how many routes are touched."""
    info, possible = views.info(t), True
    if info[s, STOPS] or info[s, NEEDY]:
        possible = settle(s, t)
        if own.kind(u)[SIBLINGS]:
            n_touched = _tell_siblings(s, n_touched, t, u)
    return possible, n_touched


@compiled
def _version(s, t, u):
    """A number for what a route is and what its van still has: places found before are good while it is the same."""
    items, info, node, random_of = views.items(t), views.info(t), views.node(t), own.random_of(u)
    left, h = views.left(t), random_of[0, s]
    for k in range(info[s, LENGTH]):
        h = (h ^ random_of[1, items[s, k]]) * MIX + node[items[s, k], SHIPS]
    if own.kind(u)[SIBLINGS]:
        for part in range(left.shape[1]):
            h = (h ^ left[views.slot(t)[s, ENGINEER], part]) * MIX
    return h ^ h >> 29


@compiled
def _tell_siblings(s, n_touched, t, u):
    """What the van has for this engineer's other shifts has changed. Returns how many routes are touched."""
    slot, info = views.slot(t), views.info(t)
    for other in range(len(slot)):
        if other != s and slot[other, ENGINEER] == slot[s, ENGINEER]:
            n_touched = touch(other, n_touched, t, u)
            info[other, VERSION] = _version(other, t, u)
    return n_touched


@compiled
def _cost(n_rest, t, u):
    """What the plan costs."""
    info, node, by_visit, cost = views.info(t), views.node(t), own.by_visit(u), 0
    for i in range(n_rest):
        cost += node[by_visit[REST, i], UNSERVED]
    for s in range(info.shape[0]):
        cost += info[s, COST]
    return cost


@compiled
def _accept(n_rest, n_touched, is_good, t, u):
    """Go on from the changed plan; keep it if it is the best so far, and its new routes if it is good."""
    by_visit, by_slot, score = own.by_visit(u), own.by_slot(u), own.score(u)
    for i in range(n_rest):
        by_visit[OLD, i] = by_visit[REST, i]
    if is_good:
        for i in range(n_touched):
            _pool(by_slot[TOUCHED, i], t, u)
    if score[NOW] < score[BEST]:
        score[BEST] = score[NOW]
        _copy(views.items(t), own.best_items(u))
        _copy(views.info(t), own.best_info(u))
        _copy(views.node(t), own.best_node(u))
        taken, best_taken = views.taken(t), own.best_taken(u)
        for s in range(len(taken)):
            _copy(taken[s], best_taken[s])


@compiled
def _copy(table, to):
    for i in range(table.shape[0]):
        for k in range(table.shape[1]):
            to[i, k] = table[i, k]


@compiled
def _undo(n_absent, n_touched, t, u):
    """Back to the plan before this step."""
    node, by_visit, by_slot = views.node(t), own.by_visit(u), own.by_slot(u)
    for i in range(n_absent):
        v = by_visit[ABSENT, i]
        node[v, READY], node[v, SHIPS], node[v, WHERE] = by_visit[WAS_READY, v], by_visit[WAS_SHIPPED, v], -1
    for i in range(n_touched):
        restore(by_slot[TOUCHED, i], t, u)


@compiled
def _pool(s, t, u):
    """Remember a route, the cheapest for its slot and visits. Open addressing; a full pool takes no new ones."""
    items, info, score = views.items(t), views.info(t), own.score(u)
    keys, costs, random_of, routes = own.keys(u), own.costs(u), own.random_of(u), own.routes(u)
    length = info[s, LENGTH]
    if length == 0 or score[POOLED] > 0.7 * len(keys):
        return
    h = random_of[0, s]
    for k in range(length):
        h ^= random_of[1, items[s, k]]
    i = h & (len(keys) - 1)
    while keys[i] != 0 and keys[i] != h:
        i = (i + 1) & (len(keys) - 1)
    if keys[i] == 0:
        score[POOLED] += 1
    elif costs[i] <= info[s, COST]:
        return
    keys[i], costs[i], own.slots(u)[i] = h, info[s, COST], s
    routes[i, 0] = length
    for k in range(length):
        routes[i, k + 1] = items[s, k]
