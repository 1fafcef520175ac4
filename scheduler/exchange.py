"""Compiled: a step of the search in which two engineers exchange their routes.

Where engineers differ in home, skills, tools or van stock, whose route it is decides much of what it costs. Strings
alone hardly ever bring a whole route to another engineer: on the way there, both would drive far.
"""

import numpy as np

from scheduler import search_views as own
from scheduler import views
from scheduler.address import compiled
from scheduler.search_views import ABSENT
from scheduler.supplies import draw, release
from scheduler.tables import (
    ENGINEER,
    FIT,
    FIXED,
    IMPOSSIBLE,
    LACKS,
    LENGTH,
    MAX_VISITS,
    NEEDS,
    NEEDY,
    PART_FROM,
    PART_TO,
    SHIPPED,
    SHIPS,
    SKU,
    STOPS,
    UNITS,
    VISITS,
    WHERE,
)
from scheduler.undo import touch


@compiled
def exchange(n_absent, t, u):
    """Two slots exchange their routes, one of them perhaps empty. Returns how many are absent and touched.

    None is touched where there is nothing to exchange.
    """
    node, twin, allowed, allowed_at = views.node(t), own.twin(u), own.allowed(u), own.allowed_at(u)
    v = np.random.randint(views.visits(t))
    a, choices = node[v, WHERE], allowed_at[v + 1] - allowed_at[v]
    if a < 0 or choices < 2:
        return n_absent, 0
    b = allowed[allowed_at[v] + np.random.randint(choices)]
    if twin[a] == twin[b] or _has_fixed(a, t) or _has_fixed(b, t):
        return n_absent, 0
    n_touched = touch(b, touch(a, 0, t, u), t, u)
    release(a, t)
    release(b, t)
    n_absent = _take_over(a, b, n_absent, t, u)
    return _take_over(b, a, n_absent, t, u), n_touched


@compiled
def _has_fixed(s, t):
    items, node = views.items(t), views.node(t)
    found = False
    for k in range(views.info(t)[s, LENGTH]):
        found = found or (items[s, k] < views.visits(t) and node[items[s, k], FIXED] != 0)
    return found


@compiled
def _take_over(s, other, n_absent, t, u):
    """A slot gets another one's route as it was, without the visits that it cannot make. Returns how many are absent.

    Where the route has warehouse stops, whether they give all that is needed is found when it is worked out.
    """
    items, info, slot, node, pair = views.items(t), views.info(t), views.slot(t), views.node(t), views.pair(t)
    kept_items, kept_info, by_visit = own.kept_items(u), own.kept_info(u), own.by_visit(u)
    stops, out, visits, needy = kept_info[other, STOPS], 0, 0, 0
    for k in range(kept_info[other, LENGTH]):
        n = kept_items[other, k]
        if n < views.visits(t):
            able = pair[s, n, FIT] < IMPOSSIBLE and visits < slot[s, MAX_VISITS]
            if not able or not (stops or _has_all(n, s, t)):
                node[n, WHERE] = -1
                by_visit[ABSENT, n_absent] = n
                n_absent += 1
                continue
            if not stops:
                draw(n, s, t)
            node[n, WHERE] = s
            visits += 1
            needy += node[n, NEEDS]
        items[s, out] = n
        out += 1
    info[s, LENGTH], info[s, VISITS], info[s, STOPS], info[s, NEEDY] = out, visits, stops, needy
    return n_absent


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
