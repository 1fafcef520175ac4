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
def _clear(table):
    """Zeros everywhere. Written out, as everything here: assigning slices makes compiling take three times as long."""
    for i in range(table.shape[0]):
        for k in range(table.shape[1]):
            table[i, k] = 0


@compiled
def supply(s, row, length, t):
    """Whether a route's parts and tools are there in time; what it takes goes to ``take``.

    Before the first stop that has a part it comes from the van; after it from the van as far as that reaches, else
    from the warehouse.
    """
    items, slot, node, pair, parts = views.items(t), views.slot(t), views.node(t), views.pair(t), views.parts(t)
    left, taken, take, scratch, n_visits = (
        views.left(t), views.taken(t), views.take(t), views.scratch(t), views.visits(t),
    )  # fmt: skip
    e, houses, n_vans = slot[s, ENGINEER], taken.shape[1] - 1, left.shape[0] - taken.shape[1] + 1
    _clear(take)
    later = False
    for second in range(2):
        for w in range(houses):
            scratch[PASSED, w] = 0
        for k in range(length):
            n = items[row, k]
            if n >= n_visits:
                scratch[PASSED, n - n_visits] = 1
                continue
            if not node[n, NEEDS]:
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
                    later = True
                    continue
                if take[0, part] + want <= left[e, part] + taken[s, 0, part]:
                    take[0, part] += want
                elif behind and house >= 0:
                    take[1 + house, part] += want
                else:
                    return False
        if not later:
            return True
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
    _clear(views.taken(t)[s])


@compiled
def settle(s, t):
    """Book a changed route's parts anew. False if they are not there. ``refresh`` must follow."""
    release(s, t)
    if not supply(s, s, views.info(t)[s, LENGTH], t):
        return False
    take, taken = views.take(t), views.taken(t)
    for i in range(take.shape[0]):
        for part in range(take.shape[1]):
            taken[s, i, part] = take[i, part]
    book(s, -1, t)
    return True
