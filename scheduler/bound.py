"""What every plan costs at least, and better plans on the way to it.

For any whole prices of visits, the sum of the prices and of each slot's least reduced cost is a lower bound. That sum
is made in whole numbers, so it holds whatever the linear programme's tolerances are. A plan that costs at most so much
more than the bound uses only routes whose reduced cost is at most so much above their slot's least: these are listed,
and the cheapest choice among them is found by CP-SAT, whose proofs are whole-numbered too.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scheduler.arrays import Arrays, Ints
from scheduler.bound_dive import dive
from scheduler.bound_node import UNKNOWN, Generation, Node, Rows, Spent, Stop
from scheduler.choose import choose, holds, plan_cost
from scheduler.columns import Columns, Routes, joined
from scheduler.disjoint import disjoint
from scheduler.master import Master
from scheduler.price import Duals
from scheduler.price_steps import SCALE

FIRST_PART = 1 / 64
"""The first list is made for this part of the gap; the part is doubled while lists are short."""

LEAST_PART = 1 / 16
"""Only lists for this part of the gap, or more, are searched: narrower ones hardly ever hold a better plan."""

TRIES = 2
"""If so many lists in turn are too long, there are none until the bound or the plan is better."""

SHORT, LONG = 600, 40_000
"""A list of fewer routes than ``SHORT`` is widened before it is searched; one of more than ``LONG`` is given up."""

LEAST_TURN = 2.0
"""Seconds of the first search of a list."""

DIVING, LISTING = 0.5, 0.15
"""Parts of the time after the first pricing that dives and lists may take while there are cuts to find."""

WORSE = 1.01
"""Dives end early once they cost more than this times the best plan."""

Polish = Callable[[Routes], Routes]


@dataclass(frozen=True)
class Bounded:
    """What is known.

    Attributes:
        plan: routes of the best plan, at most as dear as the one that was given.
        cost: its cost.
        bound: no plan costs less; None if nothing is proven yet.
        proven: the plan's cost is the bound.
        duals: the latest prices, for reduced costs; None before the first round.
        new: rows of the columns that were added.
        spent: time, by what for.
    """

    plan: Routes
    cost: int
    bound: int | None
    proven: bool
    duals: Duals | None
    new: Rows
    spent: Spent


class Bounder:
    """Column generation with cuts, branching and lists, which can be stopped and resumed.

    Plans are those whose warehouse stops all fetch something.

    Args:
        arrays: the problem.
        columns: the pool; new routes are added to it.
        seed: for the choices from lists, and the dives.
        polish: makes a plan better by other means, if there are any.
    """

    def __init__(self, arrays: Arrays, columns: Columns, seed: int = 0, polish: Polish | None = None) -> None:
        self.arrays = arrays
        self.columns = columns
        weights = _weights(arrays)
        self.generation = Generation(arrays, columns, weights)
        self.nodes = [Node(0, int(weights.sum()), np.zeros(0, np.intp), np.zeros((0, 3), np.int64), UNKNOWN)]
        self._coupled = len(arrays.sku) > 0
        self._seed = seed
        self._weights = weights
        self._plan: Routes = joined([])
        self._cost = int(arrays.unserved.sum())
        self._part = FIRST_PART
        self._room = SHORT
        self._longest = 0
        self._can_list = True
        self._limit = LEAST_TURN
        self._polish = polish
        self._random = np.random.default_rng(seed)
        self._since = 0.0
        self._dived = self._searched = 0.0

    @property
    def bound(self) -> int | None:
        """No plan costs less, or None if that is not known yet."""
        least = min(node.value for node in self.nodes)
        return None if least <= UNKNOWN else min(self._cost, -(-least // SCALE))

    def improve(self, plan: Routes, deadline: float, stop: Stop | None = None) -> Bounded:
        """Raise the bound and find columns and plans until the deadline, or until all is proven.

        Args:
            plan: the best plan that is known; kept only if it is better than what was found before.
            deadline: when to come back (``time.monotonic``).
            stop: asked now and then whether to come back at once.
        """
        before = len(self.columns)
        cost = plan_cost(self.arrays, plan, np.arange(len(plan)))
        if cost < self._cost:
            self._keep(plan, cost)

        def over() -> bool:
            return time.monotonic() >= deadline or (stop is not None and stop())

        while not over():
            node = min(self.nodes, key=lambda each: each.value)
            if self._beaten(node):
                break
            if node.relaxed is None:
                self.generation.price_out(node, SCALE * (self._cost - 1), over)
            elif node.torn:
                self._branch(node)
            elif not self._advance(node, deadline, over):
                break
        bound, new = self.bound, np.arange(before, len(self.columns))
        spent = self.generation.spent
        return Bounded(self._plan, self._cost, bound, bound == self._cost, self.generation.duals, new, spent)

    def _beaten(self, node: Node) -> bool:
        """Whether no plan of the node is cheaper than the best one; costs are whole."""
        return node.value > SCALE * (self._cost - 1)

    def _keep(self, plan: Routes, cost: int) -> None:
        self._plan, self._cost, self._can_list = plan, cost, True
        self.columns.add(plan)
        for node in self.nodes:
            self.generation.extend(node, self.columns.find(plan))

    def _branch(self, node: Node) -> None:
        whole = int(np.floor(node.relaxed.counted)) if node.relaxed is not None else node.least
        self.nodes.remove(node)
        for least, most in ((node.least, whole), (whole + 1, node.most)):
            self.nodes.append(Node(least, most, node.rows, node.cuts, node.value))

    def _advance(self, node: Node, deadline: float, over: Stop) -> bool:
        """The next step of a node that is priced out: dive, search a list, or add cuts. False: there is none."""
        now = time.monotonic()
        self._since = self._since or now
        spent, left = now - self._since, deadline - now
        lists = self._can_list and left > LEAST_TURN / 2
        if not node.complete:
            dives, lists = self._dived <= DIVING * spent, lists and self._searched <= LISTING * spent
        else:
            dives = not lists or self._dived <= self._searched
        if dives:
            self._dive(node, over)
            self._dived += time.monotonic() - now
        elif lists:
            more = self._search(node, deadline, over)
            self._searched += time.monotonic() - now
            return more
        else:
            self.generation.cut(node)
            self._can_list = True
        return True

    def _dive(self, node: Node, over: Stop) -> None:
        """Make a plan by diving, and polish it."""
        with self.generation.spent.on("dive"):
            plan = dive(self.arrays, self.generation, node, self._random, WORSE * self._cost, over)
        if plan is None or not holds(self.arrays, plan):
            return
        self._offer(plan)
        if self._polish is not None and not over():
            with self.generation.spent.on("polish"):
                self._offer(self._polish(plan))

    def _offer(self, plan: Routes) -> None:
        cost = plan_cost(self.arrays, plan, np.arange(len(plan)))
        if cost < self._cost:
            self._keep(plan, cost)

    def _search(self, node: Node, deadline: float, over: Stop) -> bool:
        """List the routes of plans near the node's bound, and look for a better plan among them.

        If the list holds the routes of every better plan, the node is closed by it. False: there is nothing else to do.
        """
        listed, width = self._list(node, over)
        seconds = min(self._limit, deadline - time.monotonic())
        if listed is None or seconds <= 0:
            return True
        covers = node.raw + width >= SCALE * (self._cost - 1)
        if covers or self._coupled:
            ended = self._close(node, listed, width, seconds)
        else:
            with self.generation.spent.on("whole"):
                ended = self._improve_from(node, listed, seconds)
        if ended:
            self._room = min(LONG, 2 * self._room)
        else:
            self._limit *= 2
        return not (covers and ended and node.complete)

    def _improve_from(self, node: Node, listed: Routes, seconds: float) -> bool:
        """Look for a better plan in a list; True if there is none left in it."""
        master = Master(self.arrays, self._weights, 0, int(self._weights.sum()), presolve="on")
        master.add(listed)
        master.add_cuts(node.cuts)
        used, ended = master.solve_whole(seconds, self._cost)
        if len(used):
            plan = disjoint(self.arrays, listed.take(used))
            if holds(self.arrays, plan):
                self._offer(plan)
        return ended

    def _close(self, node: Node, listed: Routes, width: int, seconds: float) -> bool:
        """Prove with whole numbers that no plan in the list is better than the best one, or find it.

        Where parts are needed that proves nothing: each route is listed with one way to take them only.
        """
        pool = Columns(len(self.arrays.node))
        pool.add(joined([self._plan, listed]))
        routes = pool.take(np.flatnonzero(pool.listed))
        hint = np.searchsorted(np.flatnonzero(pool.listed), pool.find(self._plan))
        with self.generation.spent.on("choose"):
            chosen = choose(self.arrays, routes, np.sort(hint), seconds, self._seed, filtered=False, cuts=node.cuts)
        if not self._coupled:
            node.value = max(node.value, min(SCALE * chosen.bound, node.raw + width + 1))
        if chosen.cost < self._cost:
            self._keep(routes.take(chosen.rows), chosen.cost)
        return chosen.optimal

    def _list(self, node: Node, over: Stop) -> tuple[Routes | None, int]:
        """Routes that plans up to ``width`` above the node's bound use; the widest list that is not too long."""
        gap = SCALE * (self._cost - 1) - node.raw
        best: tuple[Routes | None, int] = (None, 0)
        failed = 0
        with self.generation.spent.on("lists"):
            while failed < TRIES:
                width = max(1, int(gap * self._part))
                routes = self._routes(node, width, over)
                if routes is None:
                    self._part /= 2
                    failed += 1
                    if best[0] is not None:
                        break
                    continue
                best = routes, width
                if self._part >= 1 or len(routes) > self._room // 2:
                    break
                self._part = min(1.0, 2 * self._part)
        if best[0] is None or best[1] + 1 < LEAST_PART * gap:
            self._can_list, self._room = False, min(LONG, 2 * self._room)
            return None, 0
        return best

    def _routes(self, node: Node, width: int, over: Stop) -> Routes | None:
        parts: list[Routes] = []
        total = 0
        if node.duals is None or node.slot_least is None:
            return None
        for slot in sorted(range(self.arrays.slots), key=lambda each: each != self._longest):
            if over():
                return None
            most = int(node.slot_least[slot]) + width
            routes = self.generation.pricer.listed(slot, node.duals, most, 20 * self._room)
            total += 0 if routes is None else len(routes)
            if routes is None or total > self._room:
                self._longest = slot  # the next list begins with it: if it is too long again, that is known soon
                return None
            parts.append(routes)
        return joined(parts)


def _weights(arrays: Arrays) -> Ints:
    """What each visit left out counts: its cost in the largest common unit, or one each if the unit is too small."""
    unit = int(np.gcd.reduce(arrays.unserved)) if arrays.visits else 1
    units = arrays.unserved // max(unit, 1)
    out: Ints = units if units.sum() <= 64 * max(1, arrays.visits) else np.ones(arrays.visits, np.int64)
    return out
