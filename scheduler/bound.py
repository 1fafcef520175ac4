"""Column generation: what every plan costs at least, and routes that better plans are made of.

For any whole prices of visits, the sum of the prices and of each slot's least reduced cost is a lower bound. That sum
is made in whole numbers, so it holds whatever the linear programme's tolerances are.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scheduler.arrays import Arrays, Ints
from scheduler.columns import NO_ITEM, Columns, Routes, joined
from scheduler.cuts import violated
from scheduler.master import Master, Relaxed
from scheduler.price import Duals, Pricer
from scheduler.price_steps import SCALE

Stop = Callable[[], bool]

UNKNOWN = -(1 << 60)
"""The bound of what has not been priced."""

FRACTION = 1e-4
"""A count this near to a whole number is whole."""

POOL_PER_SLOT = 12
"""So many routes of the pool, at most, enter the relaxation of each slot at once."""


ENOUGH = 400
"""Quick pricing stops when it has found so many routes."""


@dataclass
class Node:
    """A part of the search: plans whose count of visits left out is between ``least`` and ``most``.

    Attributes:
        rows: rows of the columns that its relaxation has.
        cuts: the relaxation's cuts.
        value: scaled lower bound of the node.
        duals, slot_least, count_price: those that proved ``raw``, the bound that they sum up to.
        finished: pricing finds nothing more, and there are no more cuts; ``counted`` is then the count.
    """

    least: int
    most: int
    rows: NDArray[np.intp]
    cuts: Ints
    value: int
    raw: int = UNKNOWN
    duals: Duals | None = None
    slot_least: Ints | None = None
    count_price: int = 0
    counted: float = 0.0
    finished: bool = False


@dataclass(frozen=True)
class Bounded:
    """What column generation knows.

    Attributes:
        bound: no plan costs less; None if nothing is proven yet.
        proven: the plan's cost is the bound.
        duals: the latest prices, for reduced costs; None before the first round.
        new: rows of the columns that were added.
        seconds: time spent, by what for.
    """

    bound: int | None
    proven: bool
    duals: Duals | None
    new: NDArray[np.intp]
    seconds: dict[str, float] = field(default_factory=dict)


class Bounder:
    """Column generation with branching, which can be stopped and resumed.

    Args:
        arrays: the problem.
        columns: the pool; new routes are added to it.
    """

    def __init__(self, arrays: Arrays, columns: Columns) -> None:
        self.arrays = arrays
        self.columns = columns
        self.pricer = Pricer(arrays)
        self.weights = _weights(arrays)
        self.duals: Duals | None = None
        self._turn = 0
        self.seconds = {"master": 0.0, "pool": 0.0, "quick": 0.0, "exact": 0.0}
        self.rounds = {"master": 0, "quick": 0, "exact": 0}
        none = np.zeros(0, np.intp)
        self.nodes = [Node(0, int(self.weights.sum()), none, np.zeros((0, 3), np.int64), UNKNOWN)]
        self._at_work: tuple[Node, Master] | None = None
        self.possible = all(view is not None for view in self.pricer.views)

    @property
    def bound(self) -> int | None:
        """No plan costs less, or None if that is not known yet."""
        least = min(node.value for node in self.nodes)
        return None if least <= UNKNOWN else -(-least // SCALE)

    def improve(self, plan: Routes, plan_cost: int, deadline: float, stop: Stop | None = None) -> Bounded:
        """Raise the bound and find columns until the deadline (``time.monotonic``), or until all is proven.

        Args:
            plan: the routes of the best plan that is known.
            plan_cost: its cost, visits left out included.
            deadline: when to come back.
            stop: asked now and then whether to come back at once.
        """
        before = len(self.columns)
        self.columns.add(plan)
        start = self.columns.find(plan)
        for node in self.nodes:
            self._extend(node, start)

        def over() -> bool:
            return time.monotonic() >= deadline or (stop is not None and stop())

        while not over():
            node = min(self.nodes, key=lambda each: each.value)
            if self._beaten(node, plan_cost):
                break
            if not node.finished:
                self._work(node, plan_cost, over)
            elif abs(node.counted - round(node.counted)) > FRACTION:
                self._branch(node)
            else:
                break
        bound = self.bound
        known = None if bound is None else min(bound, plan_cost)
        new = np.arange(before, len(self.columns))
        return Bounded(known, known == plan_cost, self.duals, new, dict(self.seconds))

    def _beaten(self, node: Node, plan_cost: int) -> bool:
        """Whether no plan of the node is cheaper than the best one; costs are whole."""
        return node.value > SCALE * (plan_cost - 1)

    def _branch(self, node: Node) -> None:
        whole = int(np.floor(node.counted))
        self.nodes.remove(node)
        for least, most in ((node.least, whole), (whole + 1, node.most)):
            self.nodes.append(Node(least, most, node.rows, node.cuts, node.value))

    def _work(self, node: Node, plan_cost: int, over: Stop) -> None:
        """Add columns and cuts to a node until it is finished, beaten or due to branch."""
        master = self._opened(node)
        exact = False
        while not over():
            with _Clock(self.seconds, "master"):
                relaxed = master.solve()
            self.rounds["master"] += 1
            self.duals = relaxed.duals
            with _Clock(self.seconds, "pool"):
                new = self._from_pool(node, relaxed.duals)
            if not len(new):
                new = self._priced(node, relaxed, exact, over)
            self._extend(node, new)
            if self._beaten(node, plan_cost):
                return
            if len(new):
                exact = False
            elif not exact:
                exact = True
            elif over():
                return
            else:
                node.counted = relaxed.counted
                if abs(node.counted - round(node.counted)) > FRACTION or not self._cut(node, master, relaxed):
                    node.finished = True
                    return
                exact = False

    def _opened(self, node: Node) -> Master:
        """The node's relaxation; kept as long as the same node is worked on."""
        if self._at_work is None or self._at_work[0] is not node:
            master = Master(self.arrays, self.weights, node.least, node.most)
            master.add(self.columns.take(node.rows))
            master.add_cuts(node.cuts)
            self._at_work = node, master
        return self._at_work[1]

    def _extend(self, node: Node, rows: NDArray[np.intp]) -> None:
        """Give a node's relaxation those of the columns that it does not have."""
        new = rows[~np.isin(rows, node.rows)]
        node.rows = np.concatenate([node.rows, new])
        if self._at_work is not None and self._at_work[0] is node:
            with _Clock(self.seconds, "master"):
                self._at_work[1].add(self.columns.take(new))

    def _from_pool(self, node: Node, duals: Duals) -> NDArray[np.intp]:
        """Known routes that the relaxation lacks and wants, the best of each slot."""
        reduced = reduced_costs(self.columns, duals)
        wanted = (reduced < 0) & self.columns.listed
        wanted[node.rows] = False
        wanted = np.flatnonzero(wanted)
        if not len(wanted):
            return wanted
        slots = self.columns.slots[wanted]
        order = np.lexsort((reduced[wanted], slots))
        first = np.searchsorted(slots[order], slots[order])
        return wanted[order[np.arange(len(order)) - first < POOL_PER_SLOT]]

    def _priced(self, node: Node, relaxed: Relaxed, exact: bool, over: Stop) -> NDArray[np.intp]:
        """New columns by labelling; when exact, the node's bound as well.

        Quick pricing stops when it has found enough, and goes on with the next slots when it is called again.
        """
        found: list[Routes] = []
        least = np.zeros(self.arrays.slots, np.int64)
        proven, count = exact, 0
        name = "exact" if exact else "quick"
        self.rounds[name] += 1
        with _Clock(self.seconds, name):
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
            node.raw, node.duals, node.slot_least, node.count_price = raw, duals, least, price
        node.value = max(node.value, raw)

    def _cut(self, node: Node, master: Master, relaxed: Relaxed) -> bool:
        with _Clock(self.seconds, "master"):
            used = np.flatnonzero(relaxed.used > 1e-6)
            rows = node.rows[used]
            cuts = violated(
                self.columns.items[rows], self.columns.lengths[rows], relaxed.used[used], self.arrays.visits, node.cuts
            )
            master.add_cuts(cuts)
        node.cuts = master.cuts
        return len(cuts) > 0


def reduced_costs(columns: Columns, duals: Duals) -> Ints:
    """Scaled reduced cost of every column, slot price included; cuts are left out, which only makes them cheaper."""
    items = columns.items
    nodes = int(items.max(initial=0)) + 2
    price = np.zeros(max(nodes, len(duals.visits) + 1), np.int64)
    price[: len(duals.visits)] = duals.visits
    price[NO_ITEM] = 0
    out: Ints = SCALE * columns.costs - price[items].sum(axis=1) - duals.slots[columns.slots]
    return out


def _weights(arrays: Arrays) -> Ints:
    """What each visit left out counts: its cost in the largest common unit, or one each if the unit is too small."""
    unit = int(np.gcd.reduce(arrays.unserved)) if arrays.visits else 1
    units = arrays.unserved // max(unit, 1)
    out: Ints = units if units.sum() <= 64 * max(1, arrays.visits) else np.ones(arrays.visits, np.int64)
    return out


class _Clock:
    """Adds the time of a block to a sum."""

    def __init__(self, sums: dict[str, float], name: str) -> None:
        self._sums, self._name = sums, name

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self._sums[self._name] += time.monotonic() - self._began
