"""Pricing: which routes would improve a plan, given what serving each visit is worth."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scheduler.arrays import Arrays, Ints
from scheduler.columns import NO_ITEM, Routes, cheapest_orders, joined
from scheduler.price_completion import completion, tables
from scheduler.price_cost import priced
from scheduler.price_labels import CAPPED, L_MASK, price_slot
from scheduler.price_lists import list_slot
from scheduler.price_view import MOST_VISITS, S_LIMIT, S_START, View, view_of

LONGEST = 128
"""Routes of more stops are not looked for: a slot where one is possible is not priced exactly."""

FINE_GRID, COARSE_GRID = 400, 900
"""Seconds of the completion bounds' time grid, for exact and for quick pricing."""

LABELS = 400_000
"""With more labels than this in one slot its pricing is given up."""

MOST_CUTS = 62
"""Cuts that a slot's labels can carry; of more, those of the highest price."""


@dataclass(frozen=True)
class Duals:
    """Prices of the master's rows, scaled by ``SCALE`` (sixteenths of a cost unit).

    Attributes:
        visits: what serving each visit is worth, at least 0.
        slots: what each slot is worth, at most 0.
        cuts: visits of each cut, ``cuts x 3``.
        cut_prices: what using a cut costs, at least 0.
    """

    visits: Ints
    slots: Ints
    cuts: Ints = field(default_factory=lambda: np.zeros((0, 3), np.int64))
    cut_prices: Ints = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True)
class Found:
    """What pricing one slot gave.

    Attributes:
        least: no route of the slot has a scaled reduced cost (slot price left out) below this; None if not proven.
        routes: routes below the threshold, with exact costs.
        labels: how many labels it took.
    """

    least: int | None
    routes: Routes
    labels: int


class Pricer:
    """Prices slots of one problem. Keeps the slots' views and room for labels between calls."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self.views = [view_of(arrays, s) for s in range(arrays.slots)]
        known = [view for view in self.views if view is not None]
        words = -(-MOST_VISITS // 64)
        width = max((len(view.ids) for view in known), default=0)
        span = max((int(view.shift[S_LIMIT] - view.shift[S_START]) for view in known), default=0)
        self._tables = tables(span // LEAST_GRID + 2, width + 1)
        self._waiting = np.empty((4 * LABELS, L_MASK + words), np.int64)
        self._held = np.empty((LABELS, L_MASK + words), np.int64)
        self._routes = np.empty((max(width, 1), LONGEST), np.int64)
        self._lengths = np.empty(max(width, 1), np.int64)
        self._values = np.empty(max(width, 1), np.int64)

    def price(self, slot: int, duals: Duals, exact: bool, keep: int = 20) -> Found:
        """Routes of a slot whose reduced cost is below 0.

        Args:
            slot: which.
            duals: prices.
            exact: prove the least reduced cost; else be quick.
            keep: return at most so many, the best ones.
        """
        view = self.views[slot]
        nothing = joined([])
        if view is None:
            return Found(None, nothing, 0)
        if not view.visits:
            return Found(0, nothing, 0)
        prices = self.prices(view, duals)
        cut_bits, cut_price = cut_tables(view, duals)
        grid = self.bounds(view, prices, exact)
        threshold = min(0, int(duals.slots[slot]))
        status, least, labels, found = price_slot(
            view.step, view.arc, view.node, view.shift, view.need, view.window, view.sorted_losses, view.lost,
            view.bucket, view.rich, prices, cut_bits, cut_price, *self._tables, grid,
            threshold, exact, keep, self._waiting, self._held, self._routes, self._lengths, self._values,
        )  # fmt: skip
        routes = self.exact_routes(view, self._routes[:found], self._lengths[:found]) if found else nothing
        return Found(int(least) if exact and status != CAPPED else None, routes, int(labels))

    def listed(self, slot: int, duals: Duals, most: int, room: int) -> Routes | None:
        """Every route of a slot whose scaled reduced cost, slot price left out, is at most ``most``.

        Args:
            slot: which.
            duals: prices.
            most: scaled; routes up to it are listed, and some others whose exact cost is above their relaxed one.
            room: give up beyond so many routes.

        Returns:
            The cheapest order of each set of nodes, or None if there are too many or the slot cannot be priced.
        """
        view = self.views[slot]
        if view is None:
            return None
        if not view.visits:
            return joined([])
        prices = self.prices(view, duals)
        cut_bits, cut_price = cut_tables(view, duals)
        grid = self.bounds(view, prices, exact=True)
        routes = np.empty((room, min(LONGEST, len(view.ids) + 1)), np.int16)
        lengths = np.empty(room, np.int64)
        count = list_slot(
            view.step, view.arc, view.node, view.shift, view.need, view.window, view.visits, view.rich,
            prices, cut_bits, cut_price, *self._tables, grid, most, routes, lengths,
        )  # fmt: skip
        if count < 0:
            return None
        if not count:
            return joined([])
        return cheapest_orders(self.exact_routes(view, routes[:count], lengths[:count]))

    def exact_routes(self, view: View, local: NDArray[np.integer], lengths: Ints) -> Routes:
        """Routes of local nodes as routes of the problem, with exact costs."""
        width = int(lengths.max())
        inside = np.arange(width) < lengths[:, None]
        items = np.where(inside, view.ids[np.where(inside, local[:, :width], 0)], NO_ITEM)
        return priced(self.arrays, np.full(len(local), view.slot), lengths, items)

    def prices(self, view: View, duals: Duals) -> Ints:
        """The price of each local node."""
        out = np.zeros(len(view.ids), np.int64)
        out[: view.visits] = duals.visits[view.ids[: view.visits]]
        return out

    def bounds(self, view: View, prices: Ints, exact: bool) -> int:
        """Fill in the completion bounds; returns their grid."""
        grid = min(FINE_GRID if exact else COARSE_GRID, view.bucket)
        usable = grid <= view.least_step
        completion(
            view.step, view.arc, view.node, view.shift, view.window, view.then, view.until, prices, grid, usable,
            *self._tables,
        )  # fmt: skip
        return grid


LEAST_GRID = 60


def cut_tables(view: View, duals: Duals) -> tuple[Ints, Ints]:
    """For each local node the cuts it is in, as bits; and the price of each set of cuts, by byte of those bits.

    Cuts that cannot bind in the slot are left out. Leaving out a cut is safe: it only makes routes cheaper.
    """
    bits, price = np.zeros(len(view.ids), np.int64), np.zeros((8, 256), np.int64)
    if not len(duals.cuts):
        return bits, price
    local = np.full(len(duals.visits), -1, np.int64)
    local[view.ids[: view.visits]] = np.arange(view.visits)
    members = local[duals.cuts]
    live = np.flatnonzero((duals.cut_prices > 0) & ((members >= 0).sum(axis=1) > 1))
    live = live[np.argsort(-duals.cut_prices[live], kind="stable")][:MOST_CUTS]
    sets: NDArray[np.int64] = np.arange(256)
    for bit, cut in enumerate(live):
        own = members[cut]
        bits[own[own >= 0]] |= 1 << bit
        price[bit >> 3] += duals.cut_prices[cut] * ((sets >> (bit & 7)) & 1)
    return bits, price
