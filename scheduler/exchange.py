"""Compiled: a step of the search in which two engineers exchange their routes, or the last parts of them.

Where engineers differ in home, skills, tools or van stock, whose route it is decides much of what it costs. Strings
alone hardly ever bring a whole route to another engineer, nor half of a long one: on the way there, both would drive
far.
"""

import numpy as np

from scheduler import search_views as own
from scheduler import views
from scheduler.address import compiled
from scheduler.clockwork import join
from scheduler.search_views import ABSENT
from scheduler.supplies import draw, release
from scheduler.tables import (
    END_PLACE,
    ENGINEER,
    FIT,
    FIXED,
    IMPOSSIBLE,
    LACKS,
    LENGTH,
    LIMIT,
    MAX_VISITS,
    NEEDS,
    NEEDY,
    NEVER,
    PART_FROM,
    PART_TO,
    PLACE,
    READY,
    SHIPPED,
    SHIPS,
    SKU,
    START,
    START_PLACE,
    STOPS,
    TRAVEL,
    UNITS,
    VISITS,
    WHERE,
    WINDOW_FROM,
    WORK,
)
from scheduler.undo import touch

NEIGHBOURS = 20
"""A route's last part is joined to one of so many nearest visits."""


@compiled
def exchange(n_absent, tails, t, u):
    """Two slots exchange their routes, one of them perhaps empty. Returns how many are absent and touched.

    In a share ``tails`` of the cases they exchange only what comes after a visit of the one for what begins with a
    neighbour of it in the other. None is touched where there is nothing to exchange.
    """
    node, twin, allowed, allowed_at = views.node(t), own.twin(u), own.allowed(u), own.allowed_at(u)
    v = np.random.randint(views.visits(t))
    a, choices, cut_a, cut_b = node[v, WHERE], allowed_at[v + 1] - allowed_at[v], 0, 0
    if a < 0 or choices < 2:
        return n_absent, 0
    b = allowed[allowed_at[v] + np.random.randint(choices)]
    if np.random.random() < tails:
        cut_a = _place_of(v, a, t) + 1
        follower = _near(v, u)
        if node[follower, WHERE] >= 0 and node[follower, WHERE] != a:
            b = node[follower, WHERE]
            cut_b = _place_of(follower, b, t)
        elif views.info(t)[b, LENGTH] or cut_a == views.info(t)[a, LENGTH]:
            return n_absent, 0
    if a == b or (twin[a] == twin[b] and not cut_a) or _has_fixed(a, t) or _has_fixed(b, t):
        return n_absent, 0
    n_touched = touch(b, touch(a, 0, t, u), t, u)
    release(a, t)
    release(b, t)
    n_absent = _compose(a, cut_a, b, cut_b, n_absent, t, u)
    return _compose(b, cut_b, a, cut_a, n_absent, t, u), n_touched


@compiled
def _place_of(v, s, t):
    items, at = views.items(t), 0
    while items[s, at] != v:
        at += 1
    return at


@compiled
def _near(v, u):
    """A neighbour of a visit, by way and time."""
    near = own.near(u)
    return near[1, v, np.random.randint(min(NEIGHBOURS, near.shape[2]))]


@compiled
def _has_fixed(s, t):
    items, node = views.items(t), views.node(t)
    found = False
    for k in range(views.info(t)[s, LENGTH]):
        found = found or (items[s, k] < views.visits(t) and node[items[s, k], FIXED] != 0)
    return found


@compiled
def _compose(s, head, other, tail, n_absent, t, u):
    """A slot keeps its route up to item ``head`` and gets another one's from item ``tail`` on, both as they were.

    Visits that it cannot make, or not in time, are left out. Where the route has warehouse stops, whether they give all
    that is needed is found when it is worked out. Returns how many are absent.
    """
    items, info, slot, node, pair = views.items(t), views.info(t), views.slot(t), views.node(t), views.pair(t)
    kept_items, kept_info, by_visit, n_visits = own.kept_items(u), own.kept_info(u), own.by_visit(u), views.visits(t)
    length = min(head + kept_info[other, LENGTH] - tail, items.shape[1] - 3)
    stops, out, visits, needy, calls = 0, 0, 0, 0, False
    span, first, last, place = 0, slot[s, START], slot[s, LIMIT], slot[s, START_PLACE]
    for k in range(length):
        n = kept_items[s, k] if k < head else kept_items[other, tail + k - head]
        calls = calls or n >= n_visits
    for k in range(head + kept_info[other, LENGTH] - tail):
        n = kept_items[s, k] if k < head else kept_items[other, tail + k - head]
        if n >= n_visits and (k >= length or _calls_at(n, s, out, t)):
            continue
        then_span, then_first, then_last = _on_to(n, s, place, span, first, last, t)
        if n < n_visits:
            able = k < length and pair[s, n, FIT] < IMPOSSIBLE and visits < slot[s, MAX_VISITS] and then_span < NEVER
            if not able or not (calls or _has_all(n, s, t)):
                node[n, WHERE] = -1
                by_visit[ABSENT, n_absent] = n
                n_absent += 1
                continue
            if not calls:
                draw(n, s, t)
            node[n, WHERE] = s
            visits += 1
            needy += node[n, NEEDS]
        else:
            stops += 1
        span, first, last, place = then_span, then_first, then_last, node[n, PLACE]
        items[s, out] = n
        out += 1
    info[s, LENGTH], info[s, VISITS], info[s, STOPS], info[s, NEEDY] = out, visits, stops, needy
    return n_absent


@compiled
def _on_to(n, s, place, span, first, last, t):
    """A stretch with one item more, see ``clockwork.join``: NEVER if that, or the way home, is too late.

    Where a problem is not plain, times are found when the route is worked out.
    """
    slot, node, window, legs = views.slot(t), views.node(t), views.window(t), views.legs(t)
    if not views.plain(t):
        return span, first, last
    w, at = node[n, WINDOW_FROM], node[n, PLACE]
    opens = max(window[w, 0], node[n, READY])
    span, first, last = join(span, first, last, views.pair(t)[s, n, WORK], opens, window[w, 1], legs[TRAVEL, place, at])
    if span < NEVER:
        home, _, _ = join(span, first, last, 0, 0, slot[s, LIMIT], legs[TRAVEL, at, slot[s, END_PLACE]])
        if home >= NEVER:
            span = NEVER
    return span, first, last


@compiled
def _calls_at(stop, s, length, t):
    """Whether a route calls at a warehouse before an item already."""
    items, found = views.items(t), False
    for k in range(length):
        found = found or items[s, k] == stop
    return found


@compiled
def _has_all(n, s, t):
    """Whether a slot's engineer has the tools and parts for a visit on board."""
    node, parts, left, e = views.node(t), views.parts(t), views.left(t), views.slot(t)[s, ENGINEER]
    if views.pair(t)[s, n, LACKS]:
        return False
    for line in range(node[n, PART_FROM], node[n, PART_TO]):
        if not (node[n, SHIPS] and parts[line, SHIPPED] >= 0) and left[e, parts[line, SKU]] < parts[line, UNITS]:
            return False
    return True
