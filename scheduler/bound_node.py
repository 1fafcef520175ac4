"""Column generation for one node: columns until none is wanted any more, then cuts."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from scheduler.arrays import Arrays, Ints
from scheduler.columns import NO_ITEM, Columns, Routes, joined
from scheduler.cuts import violated
from scheduler.master import Master, Relaxed
from scheduler.price import Duals, Pricer
from scheduler.price_steps import SCALE

Rows = NDArray[np.intp]
Stop = Callable[[], bool]

UNKNOWN = -(1 << 60)
"""The bound of what has not been priced."""

FRACTION = 1e-4
"""A count this near to a whole number is whole."""

POOL_PER_SLOT = 12
"""So many routes of the pool, at most, enter the relaxation of each slot at once."""

FEW = 5
"""So many routes of each slot are priced at once in a dive."""

ENOUGH = 400
"""Quick pricing stops when it has found so many routes."""


@dataclass
class Node:
    """A part of the search: plans whose count of visits left out is between ``least`` and ``most``.

    Attributes:
        rows: rows of the columns that its relaxation has, in its order.
        cuts: the relaxation's cuts.
        value: scaled lower bound of the node.
        duals, slot_least: those that proved ``raw``, the scaled bound that they sum up to.
        relaxed: the relaxation, when pricing finds nothing more; None before that.
        complete: no cut is violated.
        listed: routes were listed for all plans up to so much above ``raw``; ``tried`` is the last such width.
    """

    least: int
    most: int
    rows: Rows
    cuts: Ints
    value: int
    raw: int = UNKNOWN
    duals: Duals | None = None
    slot_least: Ints | None = None
    relaxed: Relaxed | None = None
    complete: bool = False

    @property
    def torn(self) -> bool:
        """Whether the relaxation leaves out a fraction."""
        return self.relaxed is not None and abs(self.relaxed.counted - round(self.relaxed.counted)) > FRACTION


@dataclass(frozen=True)
class Rest:
    """What is not fixed: slots without a route, and visits that no route serves."""

    slots: NDArray[np.bool_]
    visits: NDArray[np.bool_]

    def without(self, routes: Routes) -> "Rest":
        """The rest when some routes are fixed."""
        slots, visits = self.slots.copy(), self.visits.copy()
        slots[routes.slots] = False
        visits[routes.items[(routes.items >= 0) & (routes.items < len(visits))]] = False
        return Rest(slots, visits)

    def duals(self, duals: Duals) -> Duals:
        """Prices in which visits that are served are worth nothing."""
        return replace(duals, visits=np.where(self.visits, duals.visits, 0))


@dataclass
class Spent:
    """Seconds and calls, by what for."""

    seconds: dict[str, float] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)

    def on(self, name: str) -> "_Clock":
        """Count the time of a block."""
        self.calls[name] = self.calls.get(name, 0) + 1
        return _Clock(self, name)


class _Clock:
    def __init__(self, spent: Spent, name: str) -> None:
        self._spent, self._name = spent, name

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, *_: object) -> None:
        seconds = self._spent.seconds
        seconds[self._name] = seconds.get(self._name, 0.0) + time.monotonic() - self._began


class Generation:
    """Column generation over one pool.

    Args:
        arrays: the problem.
        columns: the pool; new routes are added to it.
        weights: what each visit left out counts.
    """

    def __init__(self, arrays: Arrays, columns: Columns, weights: Ints) -> None:
        self.arrays = arrays
        self.columns = columns
        self.weights = weights
        self.pricer = Pricer(arrays)
        self.duals: Duals | None = None
        self.spent = Spent()
        self._turn = 0
        self._at_work: tuple[Node, Master] | None = None

    def price_out(self, node: Node, enough: int, over: Stop) -> None:
        """Add columns until none is wanted, or the node's bound is above ``enough`` (scaled)."""
        master = self.opened(node)
        exact, node.relaxed = False, None
        while not over():
            with self.spent.on("master"):
                relaxed = master.solve()
            self.duals = relaxed.duals
            new = self.wanted(node, relaxed, exact, over)
            self.extend(node, new)
            if node.value > enough:
                return
            if len(new):
                exact = False
            elif not exact:
                exact = True
            elif not over():
                node.relaxed = relaxed
                return

    def wanted(self, node: Node, relaxed: Relaxed, exact: bool, over: Stop) -> Rows:
        """Columns that the relaxation wants: known ones, or else new ones."""
        with self.spent.on("pool"):
            known = self._from_pool(node, relaxed.duals)
        return known if len(known) else self._priced(node, relaxed, exact, over)

    def wanted_by(self, node: Node, relaxed: Relaxed, rest: Rest, over: Stop) -> Rows:
        """Columns for what is not fixed: known ones, or else new ones by quick pricing of all its slots."""
        duals = rest.duals(relaxed.duals)
        known = self._from_pool(node, duals, rest)
        if len(known):
            return known
        found = [
            self.pricer.price(int(slot), duals, exact=False, keep=FEW).routes
            for slot in np.flatnonzero(rest.slots)
            if not over()
        ]
        return self.columns.add(joined(found))

    def cut(self, node: Node) -> None:
        """Add violated cuts to a priced-out node; it is complete if there are none."""
        relaxed, master = node.relaxed, self.opened(node)
        if relaxed is None:
            return
        with self.spent.on("cuts"):
            used = np.flatnonzero(relaxed.used > 1e-6)
            rows = node.rows[used]
            items, lengths = self.columns.items[rows], self.columns.lengths[rows]
            cuts = violated(items, lengths, relaxed.used[used], self.arrays.visits, node.cuts)
            master.add_cuts(cuts)
        node.cuts = master.cuts
        node.complete = not len(cuts)
        if len(cuts):
            node.relaxed = None

    def extend(self, node: Node, rows: Rows) -> None:
        """Give a node's relaxation those of the columns that it does not have."""
        new = rows[~np.isin(rows, node.rows)]
        node.rows = np.concatenate([node.rows, new])
        if self._at_work is not None and self._at_work[0] is node:
            with self.spent.on("master"):
                self._at_work[1].add(self.columns.take(new))

    def forget(self, node: Node, rows: int) -> None:
        """Leave the columns after the first ``rows`` out of a node's relaxation; it is made anew."""
        node.rows, self._at_work = node.rows[:rows], None

    def opened(self, node: Node) -> Master:
        """The node's relaxation; kept as long as the same node is worked on."""
        if self._at_work is None or self._at_work[0] is not node:
            master = Master(self.arrays, self.weights, node.least, node.most)
            master.add(self.columns.take(node.rows))
            master.add_cuts(node.cuts)
            self._at_work = node, master
        return self._at_work[1]

    def _from_pool(self, node: Node, duals: Duals, rest: Rest | None = None) -> Rows:
        """Known routes that the relaxation lacks and wants, the best of each slot."""
        reduced = reduced_costs(self.columns, duals)
        useful = (reduced < 0) & self.columns.listed
        if rest is not None:
            useful &= rest.slots[self.columns.slots]
        useful[node.rows] = False
        wanted = np.flatnonzero(useful)
        slots = self.columns.slots[wanted]
        order = np.lexsort((reduced[wanted], slots))
        first = np.searchsorted(slots[order], slots[order])
        return wanted[order[np.arange(len(order)) - first < POOL_PER_SLOT]]

    def _priced(self, node: Node, relaxed: Relaxed, exact: bool, over: Stop) -> Rows:
        """New columns by labelling; when exact, the node's bound as well.

        Quick pricing stops when it has found enough, and goes on with the next slots when it is called again.
        """
        found: list[Routes] = []
        least = np.zeros(self.arrays.slots, np.int64)
        proven, count = exact, 0
        with self.spent.on("exact" if exact else "quick"):
            for turn in range(self.arrays.slots):
                slot = (self._turn + turn) % self.arrays.slots
                if over():
                    proven = False
                    break
                answer = self.pricer.price(slot, relaxed.duals, exact)
                found.append(answer.routes)
                proven = proven and answer.least is not None
                least[slot] = 0 if answer.least is None else min(0, answer.least)
                count += len(answer.routes)
                if not exact and count >= ENOUGH:
                    self._turn = (slot + 1) % self.arrays.slots
                    break
            new = self.columns.add(joined(found))
        if proven:
            self._prove(node, relaxed, least)
        return new

    def _prove(self, node: Node, relaxed: Relaxed, least: Ints) -> None:
        """Sum up the bound that these prices prove."""
        price, duals = relaxed.count_price, relaxed.duals
        counted = price * (node.least if price > 0 else node.most)
        left_out = np.minimum(0, SCALE * self.arrays.unserved - duals.visits - price * self.weights)
        raw = int(duals.visits.sum() + counted + left_out.sum() + least.sum() - duals.cut_prices.sum())
        if raw > node.raw:
            node.raw, node.duals, node.slot_least = raw, duals, least
        node.value = max(node.value, raw)


def reduced_costs(columns: Columns, duals: Duals) -> Ints:
    """Scaled reduced cost of every column, slot price included; cuts are left out, which only makes them cheaper."""
    items = columns.items
    price = np.zeros(max(int(items.max(initial=0)) + 2, len(duals.visits) + 1), np.int64)
    price[: len(duals.visits)] = duals.visits
    price[NO_ITEM] = 0
    out: Ints = SCALE * columns.costs - price[items].sum(axis=1) - duals.slots[columns.slots]
    return out
