"""Pricing: which routes would improve a plan, given what serving each visit is worth."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scheduler.arrays import Arrays, Ints
from scheduler.columns import NO_ITEM, Routes, cheapest_orders, joined
from scheduler.price_completion import completion, completions, tables
from scheduler.price_cost import priced
from scheduler.price_labels import CAPPED, L_MASK, price_slot
from scheduler.price_lists import IMPATIENT, list_slot
from scheduler.price_view import MOST_VISITS, N_FIRST, N_LAST, S_LIMIT, S_START, View, view_of

LONGEST = 128
"""Routes of more stops are not looked for: a slot where one is possible is not priced exactly."""

FINE_GRID, COARSE_GRID = 400, 900
"""Seconds of the completion bounds' time grid, for exact and for quick pricing."""

LABELS = 400_000
"""With more labels than this in one slot its pricing is given up."""

ATTEMPTS = ((0, 300_000), (3, 1_000_000), (6, 10_000_000))
"""To list the routes of a slot: for how many visits completion bounds forbid a second call, and how many extensions are
tried with these bounds."""

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
        cut_bits, cut_price, charge = cut_tables(view, duals)
        grid = self.bounds(view, prices, charge, exact)
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
        cut_bits, cut_price, charge = cut_tables(view, duals)
        routes = np.empty((room, min(LONGEST, len(view.ids) + 1)), np.int16)
        lengths = np.empty(room, np.int64)
        count = -1
        for few, patience in ATTEMPTS:
            once, best, next_, second, grid = self._completions(view, prices, charge, few)
            count = list_slot(
                view.step, view.arc, view.node, view.shift, view.need, view.window, view.visits, view.rich,
                prices, cut_bits, cut_price, once, best, next_, second, grid, most, patience, routes, lengths,
            )  # fmt: skip
            if count != IMPATIENT:
                break
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

    def bounds(self, view: View, prices: Ints, charge: Ints, exact: bool) -> int:
        """Fill in the completion bounds; returns their grid."""
        grid = min(FINE_GRID if exact else COARSE_GRID, view.bucket)
        usable = grid <= view.least_step
        completion(
            view.step, view.arc, view.node, view.shift, view.window, view.then, view.until, prices, charge,
            grid, usable, *self._tables,
        )  # fmt: skip
        return grid

    def _completions(self, view: View, prices: Ints, charge: Ints, few: int) -> tuple[Ints, Ints, Ints, Ints, int]:
        """Completion bounds for routes that pass the ``few`` dearest visits at most once; see ``completions``."""
        grid = min(FINE_GRID, view.bucket)
        span = view.node[: view.visits, N_LAST] - np.maximum(view.node[: view.visits, N_FIRST], view.shift[S_START])
        again = np.flatnonzero(span >= 2 * view.least_step)  # the others cannot be passed twice anyway
        dearest = again[np.argsort(-prices[again], kind="stable")][:few]
        once = np.zeros(len(view.ids), np.int64)
        once[dearest] = 1 << np.arange(len(dearest))
        rows = int(view.shift[S_LIMIT] - view.shift[S_START]) // grid + 1
        best, next_, second = np.empty((3, 1 << len(dearest), rows, len(view.ids)), np.int64)
        completions(
            view.step, view.arc, view.node, view.shift, view.window, view.then, view.until, prices, charge,
            grid, grid <= view.least_step, once, best, next_, second,
        )  # fmt: skip
        return once, best, next_, second, grid


LEAST_GRID = 60


def cut_tables(view: View, duals: Duals) -> tuple[Ints, Ints, Ints]:
    """For each local node the cuts it is in, as bits; prices of sets of cuts, by byte of those bits; charges.

    A leg between two visits of a cut is charged half its price: a route has at most two such legs, and pays once.

    Cuts that cannot bind in the slot are left out. Leaving out a cut is safe: it only makes routes cheaper.
    """
    bits, price = np.zeros(len(view.ids), np.int64), np.zeros((8, 256), np.int64)
    charge = np.zeros((len(view.ids), len(view.ids)), np.int64)
    if not len(duals.cuts):
        return bits, price, charge
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
        charge[np.ix_(own[own >= 0], own[own >= 0])] += duals.cut_prices[cut] // 2
    return bits, price, charge
