"""Compiled: whether the parts and tools of a route are there in time, and what it takes from vans and warehouses."""

from scheduler import views
from scheduler.address import compiled
from scheduler.tables import (
    ENGINEER,
    LACKS,
    LENGTH,
    LENT,
    NEEDS,
    PART_FROM,
    PART_TO,
    PASSED,
    SHIPPED,
    SHIPS,
    SKU,
    UNITS,
)


@compiled
def supply(s, row, length, t):
    """Whether a route's parts and tools are there in time; what it takes goes to ``take``.

    Before the first stop that has a part it comes from the van; after it from the van as far as that reaches, else
    from the warehouse.
    """
    items, node, parts, scratch, n_visits = (
        views.items(t), views.node(t), views.parts(t), views.scratch(t), views.visits(t),
    )  # fmt: skip
    left, taken, take, e = views.left(t), views.taken(t), views.take(t), views.slot(t)[s, ENGINEER]
    houses = taken.shape[1] - 1
    for i in range(take.shape[0]):  # written out: assigning slices makes compiling take three times as long
        for part in range(take.shape[1]):
            take[i, part] = 0
    for w in range(houses):
        scratch[PASSED, w] = 0
    for k in range(length):
        n = items[row, k]
        if n >= n_visits:
            scratch[PASSED, n - n_visits] = 1
            continue
        if not node[n, NEEDS]:
            continue
        if not _is_equipped(s, n, houses, t):
            return False
        for line in range(node[n, PART_FROM], node[n, PART_TO]):
            if node[n, SHIPS] and parts[line, SHIPPED] >= 0:
                continue
            part, want = parts[line, SKU], parts[line, UNITS]
            if take[0, part] + want <= left[e, part] + taken[s, 0, part]:
                take[0, part] += want
                continue
            w = _passed_with(s, part, want, houses, t)
            if w < 0:
                return False
            take[1 + w, part] += want
    return True


@compiled
def _is_equipped(s, n, houses, t):
    """Whether the engineer has a visit's tools, or a warehouse on the way there (row PASSED) lends what is missing."""
    node, scratch, lacks = views.node(t), views.scratch(t), views.pair(t)[s, n, LACKS]
    if not lacks:
        return True
    for w in range(houses):  # noqa: SIM110 - the compiler knows no generators
        if scratch[PASSED, w] and not lacks & ~node[views.visits(t) + w, LENT]:
            return True
    return False


@compiled
def _passed_with(s, part, want, houses, t):
    """The first warehouse on the way (row PASSED) that still has so many units of a part, or -1."""
    left, taken, take, scratch = views.left(t), views.taken(t), views.take(t), views.scratch(t)
    n_vans = left.shape[0] - houses
    for w in range(houses):
        if scratch[PASSED, w] and left[n_vans + w, part] + taken[s, 1 + w, part] - take[1 + w, part] >= want:
            return w
    return -1


@compiled
def van_lasts(j, s, before, t):
    """Whether the van has what a visit needs beside what others take, before item ``before`` and the first stop."""
    items, node, parts, n_visits = views.items(t), views.node(t), views.parts(t), views.visits(t)
    left, taken, e = views.left(t), views.taken(t), views.slot(t)[s, ENGINEER]
    for line in range(node[j, PART_FROM], node[j, PART_TO]):
        if node[j, SHIPS] and parts[line, SHIPPED] >= 0:
            continue
        part, want = parts[line, SKU], parts[line, UNITS]
        for k in range(before):
            n = items[s, k]
            if n >= n_visits:
                break
            for other in range(node[n, PART_FROM], node[n, PART_TO]):
                if parts[other, SKU] == part and not (node[n, SHIPS] and parts[other, SHIPPED] >= 0):
                    want += parts[other, UNITS]
        if want > left[e, part] + taken[s, 0, part]:
            return False
    return True


@compiled
def provides(w, j, s, t):
    """Whether a warehouse alone gives all that a visit of a route needs, and what others may have to fetch for it."""
    node, parts, left, taken = views.node(t), views.parts(t), views.left(t), views.taken(t)
    house = left.shape[0] - taken.shape[1] + 1 + w
    if views.pair(t)[s, j, LACKS] & ~node[views.visits(t) + w, LENT]:
        return False
    for line in range(node[j, PART_FROM], node[j, PART_TO]):
        part = parts[line, SKU]
        if left[house, part] < parts[line, UNITS] + taken[s, 0, part]:
            return False
    return True


@compiled
def book(s, sign, t):
    """Give back (+1) or take (-1) what a route takes of vans and warehouses."""
    slot, left, taken = views.slot(t), views.left(t), views.taken(t)
    n_vans = left.shape[0] - taken.shape[1] + 1
    for part in range(left.shape[1]):
        left[slot[s, ENGINEER], part] += sign * taken[s, 0, part]
        for w in range(1, taken.shape[1]):
            left[n_vans + w - 1, part] += sign * taken[s, w, part]


@compiled
def release(s, t):
    """Give back all that a route takes."""
    book(s, 1, t)
    taken = views.taken(t)
    for i in range(taken.shape[1]):
        for part in range(taken.shape[2]):
            taken[s, i, part] = 0


@compiled
def draw(n, s, t):
    """Take from the van what a visit of a route without stops needs."""
    node, parts, left, taken = views.node(t), views.parts(t), views.left(t), views.taken(t)
    e = views.slot(t)[s, ENGINEER]
    for line in range(node[n, PART_FROM], node[n, PART_TO]):
        if not (node[n, SHIPS] and parts[line, SHIPPED] >= 0):
            left[e, parts[line, SKU]] -= parts[line, UNITS]
            taken[s, 0, parts[line, SKU]] += parts[line, UNITS]


@compiled
def settle(s, t):
    """Book a changed route's parts anew. False if they are not there; then nothing changes. ``refresh`` must follow."""
    if not supply(s, s, views.info(t)[s, LENGTH], t):
        return False
    left, taken, take, e = views.left(t), views.taken(t), views.take(t), views.slot(t)[s, ENGINEER]
    n_vans = left.shape[0] - take.shape[0] + 1
    for i in range(take.shape[0]):
        row = n_vans + i - 1 if i else e
        for part in range(take.shape[1]):
            left[row, part] += taken[s, i, part] - take[i, part]
            taken[s, i, part] = take[i, part]
    return True
