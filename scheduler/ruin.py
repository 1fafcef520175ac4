"""Compiled large neighbourhood search: strings of visits are torn out of routes and put back where it is cheapest.

After *Slack Induction by String Removals* (Christiaens, Vanden Berghe 2020): neighbouring visits leave neighbouring
routes in strings, come back one by one in a random order of several kinds, each to its cheapest place, now and then
blinking past one; simulated annealing decides whether the result stays. What an insertion costs is remembered until
its route changes.
"""

import math

import numpy as np
from numba import njit

from scheduler.places import best_place, book, put, refresh, settle, tidy
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

NOW, BEST, STAMP, POOLED, IMPROVED = 0, 1, 2, 3, 4
"""Columns of ``score``: cost of the current and of the best plan, the last version given, routes in the pool, how often
the best plan became better."""

PLAIN, SCARCE, SIBLINGS = 0, 1, 2
"""Columns of ``kind``: the problem is plain; a part may run out; an engineer has several slots and parts."""


@njit(cache=True, nogil=True)
def seed_random(seed):
    """Seed the compiled code's random numbers."""
    np.random.seed(seed)


@njit(cache=True, nogil=True)
def copy_table(table, to):
    """Copy a whole table."""
    for i in range(table.shape[0]):
        for k in range(table.shape[1]):
            to[i, k] = table[i, k]


@njit(cache=True, nogil=True)
def keep(s, items, info, lab, taken, kept_items, kept_info, kept_lab, kept_taken):
    """Save a route before it changes."""
    for c in range(info.shape[1]):
        kept_info[s, c] = info[s, c]
    for k in range(info[s, LENGTH] + 1):
        kept_items[s, k] = items[s, k]
        for c in range(lab.shape[2]):
            kept_lab[s, k, c] = lab[s, k, c]
    for i in range(taken.shape[1]):
        for part in range(taken.shape[2]):
            kept_taken[s, i, part] = taken[s, i, part]


@njit(cache=True, nogil=True)
def restore(s, n_visits, items, info, lab, slot, node, left, taken, kept_items, kept_info, kept_lab, kept_taken):
    """Undo what happened to a route since ``keep``."""
    if taken.shape[2]:
        book(s, 1, slot, left, taken)
        for i in range(taken.shape[1]):
            for part in range(taken.shape[2]):
                taken[s, i, part] = kept_taken[s, i, part]
        book(s, -1, slot, left, taken)
    for c in range(info.shape[1]):
        info[s, c] = kept_info[s, c]
    for k in range(info[s, LENGTH] + 1):
        items[s, k] = kept_items[s, k]
        if k < info[s, LENGTH] and items[s, k] < n_visits:
            node[items[s, k], WHERE] = s
        for c in range(lab.shape[2]):
            lab[s, k, c] = kept_lab[s, k, c]


@njit(cache=True, nogil=True)
def ruin(
    c0, sort, near, absent, count, touched, marked, average, longest, n_visits, items, info, lab, node, taken,
    kept_items, kept_info, kept_lab, kept_taken,
):  # fmt: skip
    """Tear strings around visit ``c0`` out of the routes of its neighbours. Returns (absent, touched routes)."""
    routes, used, served = 0, 0, 0
    for s in range(info.shape[0]):
        served += info[s, VISITS]
        used += info[s, VISITS] > 0
    most = min(longest, served / max(1, used))
    wanted = int(np.random.random() * (4.0 * average / (1.0 + most) - 1.0)) + 1
    for i in range(near.shape[2]):
        if routes >= wanted:
            break
        c = near[sort, c0, i]
        s = node[c, WHERE]
        if s < 0 or marked[s]:
            continue
        marked[s] = True
        touched[routes] = s
        routes += 1
        keep(s, items, info, lab, taken, kept_items, kept_info, kept_lab, kept_taken)
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
                absent[count] = n
                count += 1
        info[s, LENGTH] = out
    return count, routes


@njit(cache=True, nogil=True)
def next_blink(share):
    """How many routes are looked at before one is passed over: geometric, one random number instead of many."""
    return int(math.log(np.random.random() + 1e-12) / math.log(1.0 - share)) if share > 0.0 else 1 << 40


@njit(cache=True, nogil=True)
def rank(absent, count, key, near_home, allowed_at, node, window, pair):
    """Sort the absent visits by one of several orders, chosen at random."""
    sort = np.random.randint(7)
    for i in range(count):
        v, r = absent[i], np.random.random()
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
            key[k], absent[k] = key[k - 1], absent[k - 1]
            k -= 1
        key[k], absent[k] = r, v


@njit(cache=True, nogil=True)
def pool_route(s, items, info, random_of, keys, costs, routes, slots, score):
    """Remember a route, the cheapest for its slot and visits. Open addressing; a full pool takes no new ones."""
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
    keys[i], costs[i], slots[i] = h, info[s, COST], s
    routes[i, 0] = length
    for k in range(length):
        routes[i, k + 1] = items[s, k]


@njit(cache=True, nogil=True)
def search(
    iterations, hot, average, longest, blink, pool_near, kind, n_visits,
    items, info, lab, slot, node, window, pair, legs, hours, parts, left, taken, take, scratch,
    near, near_home, allowed, allowed_at, twin, cached, score, best_items, best_info, best_node, best_taken,
    random_of, keys, costs, routes, slots, kept_items, kept_info, kept_lab, kept_taken,
):  # fmt: skip
    """``iterations`` steps at one temperature ``hot``. Everything is kept in the arrays."""
    n_slots, supplies, plain = len(slot), len(parts) > 0 or taken.shape[1] > 1, kind[PLAIN] != 0
    absent, key = np.zeros(n_visits, np.int64), np.zeros(n_visits)
    old, rest = np.zeros(n_visits, np.int64), np.zeros(n_visits, np.int64)
    was_ready, was_shipped = np.zeros(n_visits, np.int64), np.zeros(n_visits, np.int64)
    touched, marked, seen = np.zeros(n_slots, np.int64), np.zeros(n_slots, np.bool_), np.zeros(n_slots, np.int64)
    n_old, glance, until_blink = 0, 0, next_blink(blink)
    for v in range(n_visits):
        if node[v, WHERE] < 0:
            old[n_old] = v
            n_old += 1
    for _ in range(iterations):
        # Who may come in: those left out so far (some of them, if they are many), and strings around one visit.
        share, count, n_rest = min(1.0, 40.0 / (n_old + 1)), 0, 0
        for i in range(n_old):
            if share >= 1.0 or np.random.random() < share:
                absent[count] = old[i]
                count += 1
            else:
                rest[n_rest] = old[i]
                n_rest += 1
        count, n_touched = ruin(
            np.random.randint(n_visits), np.random.randint(near.shape[0]), near, absent, count, touched, marked,
            average, longest, n_visits, items, info, lab, node, taken, kept_items, kept_info, kept_lab, kept_taken,
        )  # fmt: skip
        for i in range(count):
            v = absent[i]
            was_ready[v], was_shipped[v] = node[v, READY], node[v, SHIPS]
            node[v, READY] = node[v, SHIPS] = 0
        rank(absent, count, key, near_home, allowed_at, node, window, pair)
        # Torn routes are worked out anew first, then each route that gets a visit.
        possible, i, dirty = True, -1, 0
        while possible:
            if dirty < n_touched and i < 0:
                at = touched[dirty]
                dirty += 1
            else:
                i += 1
                if i >= count:
                    break
                v = absent[i]
                glance += 1
                best, at = node[v, UNSERVED], -1
                for a in range(allowed_at[v], allowed_at[v + 1]):
                    s = allowed[a]
                    if info[s, LENGTH] == 0:
                        if seen[twin[s]] == glance:
                            continue
                        seen[twin[s]] = glance
                    until_blink -= 1
                    if until_blink < 0:
                        until_blink = next_blink(blink)
                        continue
                    if cached[v, s, 5] != info[s, VERSION] or (kind[SCARCE] and node[v, NEEDS]):
                        best_place(
                            v, s, plain, n_visits, items, info, lab, slot, node, window, pair, legs, hours, parts, left,
                            taken, take, scratch,
                        )  # fmt: skip
                        cached[v, s, 5] = info[s, VERSION]
                        for c in range(5):
                            cached[v, s, c] = scratch[FOUND, c]
                    if cached[v, s, 0] < best:
                        best, at = cached[v, s, 0], s
                if at < 0:
                    rest[n_rest] = v
                    n_rest += 1
                    continue
                if not marked[at]:
                    marked[at] = True
                    touched[n_touched] = at
                    n_touched += 1
                    keep(at, items, info, lab, taken, kept_items, kept_info, kept_lab, kept_taken)
                if cached[v, at, 3] >= 0:
                    put(at, cached[v, at, 3], cached[v, at, 4], items, info)
                put(at, v, cached[v, at, 1], items, info)
                node[v, WHERE] = at
                if cached[v, at, 2]:
                    node[v, SHIPS] = 1
                    for line in range(node[v, PART_FROM], node[v, PART_TO]):
                        node[v, READY] = max(node[v, READY], parts[line, SHIPPED])
                info[at, NEEDY] += node[v, NEEDS]
            if supplies and (info[at, STOPS] or info[at, NEEDY]):
                if i < 0:
                    tidy(
                        at, plain, n_visits, items, info, lab, slot, node, window, pair, legs, hours, parts, left,
                        taken, take, scratch,
                    )  # fmt: skip
                possible = settle(at, n_visits, items, info, slot, node, pair, parts, left, taken, take, scratch)
                if kind[SIBLINGS]:  # what the van has for this engineer's other shifts has changed
                    for s in range(n_slots):
                        if s != at and slot[s, ENGINEER] == slot[at, ENGINEER]:
                            if not marked[s]:
                                marked[s] = True
                                touched[n_touched] = s
                                n_touched += 1
                                keep(s, items, info, lab, taken, kept_items, kept_info, kept_lab, kept_taken)
                            score[STAMP] += 1
                            info[s, VERSION] = score[STAMP]
            score[STAMP] += 1
            possible = possible and refresh(
                at, score[STAMP], plain, n_visits, items, info, lab, slot, node, window, pair, legs, hours, scratch
            )
        cost = IMPOSSIBLE
        if possible:
            cost = 0
            for i in range(n_rest):
                cost += node[rest[i], UNSERVED]
            for s in range(n_slots):
                cost += info[s, COST]
        if cost < score[NOW] - hot * math.log(np.random.random()):
            score[NOW], n_old = cost, n_rest
            for i in range(n_rest):
                old[i] = rest[i]
            if cost < score[BEST] * pool_near:
                for i in range(n_touched):
                    pool_route(touched[i], items, info, random_of, keys, costs, routes, slots, score)
            if cost < score[BEST]:
                score[BEST] = cost
                score[IMPROVED] += 1
                copy_table(items, best_items)
                copy_table(info, best_info)
                copy_table(node, best_node)
                for s in range(n_slots):
                    for i in range(taken.shape[1]):
                        for part in range(taken.shape[2]):
                            best_taken[s, i, part] = taken[s, i, part]
        else:
            for i in range(count):
                v = absent[i]
                node[v, READY], node[v, SHIPS], node[v, WHERE] = was_ready[v], was_shipped[v], -1
            for i in range(n_touched):
                restore(
                    touched[i], n_visits, items, info, lab, slot, node, left, taken, kept_items, kept_info, kept_lab,
                    kept_taken,
                )  # fmt: skip
        for i in range(n_touched):
            marked[touched[i]] = False
