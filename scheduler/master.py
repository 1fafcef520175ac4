"""The master: the linear relaxation of choosing one route per slot, solved by HiGHS."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.arrays import Arrays, Ints
from scheduler.columns import Routes
from scheduler.cuts import binds
from scheduler.highs import FAILED, INFINITY, TIME_LIMIT, Highs
from scheduler.price import Duals
from scheduler.price_steps import SCALE

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Relaxed:
    """A solution of the relaxation.

    Attributes:
        objective: its cost; not a bound before pricing finds nothing any more.
        used: the value of each route, in the order in which they were added.
        counted: the weighted sum of the visits left out.
        duals: rounded prices; ``count_price`` is that of the branching row.
    """

    objective: float
    used: Floats
    counted: float
    duals: Duals
    count_price: int


class Master:
    """Visits are served at least once or left out, slots used at most once, and what is left out counted.

    Args:
        arrays: the problem.
        weights: what each visit left out counts for the branching row; whole numbers.
        least, most: bounds of that row.
    """

    def __init__(self, arrays: Arrays, weights: Ints, least: int, most: int, presolve: str = "off") -> None:
        self._arrays = arrays
        self._weights = weights
        self._cuts = np.zeros((0, 3), np.int64)
        self._routes: list[Routes] = []
        self._highs = Highs(presolve=presolve)
        self._add_rows(least, most)

    def _add_rows(self, least: int, most: int) -> None:
        visits, slots, inf = self._arrays.visits, self._arrays.slots, INFINITY
        lower = np.concatenate([np.ones(visits), np.full(slots, -inf), [float(least)]])
        upper = np.concatenate([np.full(visits, inf), np.ones(slots), [float(most)]])
        none = np.zeros(0, np.int32)
        self._highs.add_rows(lower, upper, np.zeros(len(lower), np.int32), none)
        # A visit left out counts in the last row; the last column keeps that row's upper bound feasible at a price.
        count_row = visits + slots
        starts = np.append(2 * np.arange(visits), 2 * visits).astype(np.int32)
        index = np.column_stack([np.arange(visits), np.full(visits, count_row)]).ravel()
        index = np.append(index, count_row).astype(np.int32)
        value = np.append(np.column_stack([np.ones(visits), self._weights]).ravel(), -1.0)
        worst = 10.0 * float(self._arrays.unserved.max(initial=1))
        cost = np.append(self._arrays.unserved.astype(np.float64), worst)
        top = np.append(np.ones(visits), inf)
        self._highs.add_columns(cost, top, starts, index, value)

    @property
    def cuts(self) -> Ints:
        """The visits of each cut."""
        return self._cuts

    def add(self, routes: Routes) -> None:
        """Add routes as columns."""
        if not len(routes):
            return
        visits = self._arrays.visits
        first_cut = visits + self._arrays.slots + 1
        inside = (np.arange(routes.items.shape[1]) < routes.lengths[:, None]) & (routes.items < visits)
        route = np.repeat(np.arange(len(routes)), inside.sum(axis=1))
        row = routes.items[inside].astype(np.int64)
        hit = binds(routes.items.astype(np.int64), routes.lengths.astype(np.int64), self._cuts, visits)
        route = np.concatenate([route, np.arange(len(routes)), hit[:, 0]])
        row = np.concatenate([row, visits + routes.slots, first_cut + hit[:, 1]])
        order = np.argsort(route, kind="stable")
        starts = np.searchsorted(route[order], np.arange(len(routes))).astype(np.int32)
        count = len(routes)
        costs = routes.costs.astype(np.float64)
        self._highs.add_columns(costs, np.full(count, INFINITY), starts, row[order], np.ones(len(row)))
        self._routes.append(routes)

    def add_cuts(self, cuts: Ints) -> None:
        """Add subset-row cuts (rows of three visits)."""
        offset = self._arrays.visits + 1
        index: list[Ints] = [np.zeros(0, np.int64)] * len(cuts)
        for routes in self._routes:
            hit = binds(routes.items.astype(np.int64), routes.lengths.astype(np.int64), cuts, self._arrays.visits)
            for cut in np.unique(hit[:, 1]):
                index[cut] = np.concatenate([index[cut], offset + hit[hit[:, 1] == cut, 0]])
            offset += len(routes)
        sizes = np.array([len(rows) for rows in index], np.int64)
        starts = np.append(0, np.cumsum(sizes)[:-1]).astype(np.int32) if len(cuts) else np.zeros(0, np.int32)
        flat = np.concatenate([np.zeros(0, np.int64), *index]).astype(np.int32)
        self._highs.add_rows(np.full(len(cuts), -INFINITY), np.ones(len(cuts)), starts, flat)
        self._cuts = np.concatenate([self._cuts, cuts])

    def limit(self, routes: NDArray[np.intp], lower: float, upper: float) -> None:
        """Change the bounds of some routes' values; ``routes`` by the order in which they were added."""
        for route in routes.tolist():
            self._highs.limit(self._arrays.visits + 1 + route, lower, upper)

    def solve(self, seconds: float = INFINITY) -> Relaxed:
        """Solve, warm from the last basis; not to the end if that takes longer, the duals are of use all the same."""
        self._highs.set(time_limit=seconds)
        self._highs.run()
        values, totals, price = self._highs.solution()
        visits, slots = self._arrays.visits, self._arrays.slots
        count_price = round(float(price[visits + slots]) * SCALE)
        most = np.maximum(0, SCALE * self._arrays.unserved - count_price * self._weights)
        duals = Duals(
            visits=np.clip(np.floor(price[:visits] * SCALE + 1e-6).astype(np.int64), 0, most),
            slots=np.minimum(0, np.floor(price[visits : visits + slots] * SCALE).astype(np.int64)),
            cuts=self._cuts,
            cut_prices=np.maximum(0, np.round(-price[visits + slots + 1 :] * SCALE).astype(np.int64)),
        )
        return Relaxed(
            objective=self._highs.objective,
            used=values[visits + 1 :],
            counted=float(totals[visits + slots]),
            duals=duals,
            count_price=count_price,
        )

    def solve_whole(self, seconds: float, below: int) -> tuple[NDArray[np.intp], bool]:
        """Solve with whole numbers, once and last.

        Args:
            seconds: time limit.
            below: only cheaper solutions are wanted.

        Returns:
            The routes that are used, in the order in which they were added, none if nothing was found; and whether
            the search came to its end.
        """
        self._highs.make_whole()
        self._highs.set(time_limit=max(0.01, seconds), mip_rel_gap=0.0, mip_abs_gap=0.5, objective_bound=float(below))
        ended = self._highs.run() not in {TIME_LIMIT, FAILED}
        if not self._highs.feasible or self._highs.objective > below - 0.5:
            return np.zeros(0, np.intp), ended
        values, _, _ = self._highs.solution()
        return np.flatnonzero(values[self._arrays.visits + 1 :] > 0.5), ended
