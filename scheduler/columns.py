"""Columns: routes of one slot with their exact cost, as flat arrays that grow."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.arrays import Ints, SmallInts

NO_ITEM = -1
"""Fills the rows of ``items`` after a route's end."""


@dataclass(frozen=True)
class Routes:
    """Some routes as flat arrays.

    Attributes:
        slots: the slot of each.
        lengths: how many items each has.
        items: nodes in order (visits, then warehouses, as in ``arrays``), ``n x width``.
        costs: exact cost of each.
    """

    slots: SmallInts
    lengths: SmallInts
    items: SmallInts
    costs: Ints

    def __len__(self) -> int:
        return len(self.slots)

    def take(self, rows: NDArray[np.intp]) -> "Routes":
        """Some of them, in the given order."""
        return Routes(self.slots[rows], self.lengths[rows], self.items[rows], self.costs[rows])


def joined(parts: Sequence[Routes]) -> Routes:
    """All routes of some lists."""
    width = max((part.items.shape[1] for part in parts), default=1)
    items = [np.pad(p.items, ((0, 0), (0, width - p.items.shape[1])), constant_values=NO_ITEM) for p in parts]
    none = np.zeros(0, np.int32)
    return Routes(
        np.concatenate([none, *(part.slots for part in parts)]),
        np.concatenate([none, *(part.lengths for part in parts)]),
        np.concatenate([np.zeros((0, width), np.int32), *items]),
        np.concatenate([np.zeros(0, np.int64), *(part.costs for part in parts)]),
    )


def cheapest_orders(routes: Routes) -> Routes:
    """Of routes of one slot, the cheapest order of each set of nodes."""
    if not len(routes):
        return routes
    items = np.where(np.arange(routes.items.shape[1]) < routes.lengths[:, None], routes.items, NO_ITEM)
    order = np.lexsort((routes.costs, *np.sort(items, axis=1).T))
    nodes = np.sort(items[order], axis=1)
    return routes.take(order[np.append(True, (nodes[1:] != nodes[:-1]).any(axis=1))])


class Columns:
    """A growing pool of routes. Of routes of a slot with the same nodes only the cheapest is listed.

    Rows never move or change: a cheaper order of known nodes is a new row, and the old one is no longer ``listed``.

    Args:
        nodes: how many nodes there are.
    """

    def __init__(self, nodes: int) -> None:
        rng = np.random.default_rng(nodes)
        self._key_of_node = rng.integers(1, 1 << 63, nodes + 1, dtype=np.uint64)
        self._key_of_node[nodes] = 0  # what NO_ITEM reads
        self._count = 0
        self._slots = np.zeros(256, np.int32)
        self._lengths = np.zeros(256, np.int32)
        self._items = np.full((256, 16), NO_ITEM, np.int32)
        self._costs = np.zeros(256, np.int64)
        self._listed = np.zeros(256, np.bool_)
        self._keys = np.zeros(0, np.uint64)
        self._rows = np.zeros(0, np.int64)

    def __len__(self) -> int:
        return self._count

    @property
    def slots(self) -> SmallInts:
        """The slot of each row."""
        return self._slots[: self._count]

    @property
    def lengths(self) -> SmallInts:
        """The number of items of each row."""
        return self._lengths[: self._count]

    @property
    def items(self) -> SmallInts:
        """The nodes of each row in order, then ``NO_ITEM``."""
        return self._items[: self._count]

    @property
    def costs(self) -> Ints:
        """The cost of each row."""
        return self._costs[: self._count]

    @property
    def listed(self) -> NDArray[np.bool_]:
        """The rows that no cheaper order has replaced."""
        return self._listed[: self._count]

    def take(self, rows: NDArray[np.intp]) -> Routes:
        """Some rows."""
        return Routes(self.slots[rows], self.lengths[rows], self.items[rows], self.costs[rows])

    def add(self, routes: Routes) -> NDArray[np.intp]:
        """Add routes.

        Args:
            routes: of any width; only feasible ones.

        Returns:
            The rows that are new: unknown nodes, or a cheaper order of known ones.
        """
        if not len(routes):
            return np.zeros(0, np.intp)
        keys = self._keys_of(routes)
        order = np.lexsort((routes.costs, keys))
        first = order[np.append(True, keys[order][1:] != keys[order][:-1])]
        at = np.searchsorted(self._keys, keys[first])
        known = at < len(self._keys)
        known[known] = self._keys[at[known]] == keys[first][known]
        old = self._rows[at[known]]
        cheaper = routes.costs[first[known]] < self._costs[old]
        self._listed[old[cheaper]] = False
        fresh, better = first[~known], first[known][cheaper]
        new = self._append(routes.take(np.concatenate([better, fresh])))
        self._rows[at[known][cheaper]] = new[: len(better)]
        self._keys = np.insert(self._keys, at[~known], keys[fresh])
        self._rows = np.insert(self._rows, at[~known], new[len(better) :])
        return new

    def find(self, routes: Routes) -> NDArray[np.intp]:
        """The listed row with the nodes of each route, or -1."""
        keys = self._keys_of(routes)
        at = np.searchsorted(self._keys, keys)
        out = np.full(len(routes), -1, np.intp)
        known = at < len(self._keys)
        known[known] = self._keys[at[known]] == keys[known]
        out[known] = self._rows[at[known]]
        return out

    def _keys_of(self, routes: Routes) -> NDArray[np.uint64]:
        """The same for the same slot and nodes; a clash of others is as likely as one in 2**64."""
        inside = np.arange(routes.items.shape[1]) < routes.lengths[:, None]
        nodes = np.where(inside, routes.items, NO_ITEM)
        slot = (routes.slots.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        keys: NDArray[np.uint64] = self._key_of_node[nodes].sum(axis=1, dtype=np.uint64) ^ slot
        return keys

    def _append(self, routes: Routes) -> NDArray[np.intp]:
        begin, end = self._count, self._count + len(routes)
        self._make_room(end, routes.items.shape[1])
        self._slots[begin:end] = routes.slots
        self._lengths[begin:end] = routes.lengths
        inside = np.arange(routes.items.shape[1]) < routes.lengths[:, None]
        self._items[begin:end, : routes.items.shape[1]] = np.where(inside, routes.items, NO_ITEM)
        self._costs[begin:end] = routes.costs
        self._listed[begin:end] = True
        self._count = end
        return np.arange(begin, end)

    def _make_room(self, rows: int, width: int) -> None:
        held, wide = self._items.shape
        if rows <= held and width <= wide:
            return
        held, wide = held if rows <= held else max(rows, 2 * held), max(width, wide)
        items = np.full((held, wide), NO_ITEM, np.int32)
        items[: self._count, : self._items.shape[1]] = self.items
        self._items = items
        self._slots = np.resize(self._slots, held)
        self._lengths = np.resize(self._lengths, held)
        self._costs = np.resize(self._costs, held)
        self._listed = np.resize(self._listed, held)
