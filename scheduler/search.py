"""The compiled search as an object: a plan in arrays, steps at a temperature, and the pool of routes it saw."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheduler import search_views as own
from scheduler.address import table_of_tables
from scheduler.arrays import FORBIDDEN, Arrays, Ints
from scheduler.columns import Routes
from scheduler.labels import refresh
from scheduler.packed import tables_of
from scheduler.ruin import search
from scheduler.search_views import BEST, NOW, STAMP
from scheduler.supplies import book, release, settle
from scheduler.tables import (
    COST,
    ENGINEER,
    FIXED,
    LENGTH,
    LIMIT,
    MAX_VISITS,
    PLACE,
    READY,
    SHIPS,
    START,
    START_PLACE,
    VISITS,
    WHERE,
    WINDOW_FROM,
    WINDOW_TO,
    WORKING_RATE,
)


@dataclass(frozen=True)
class Tuning:
    """Parameters of the search.

    Temperatures were compared at equal processor time on days 100 to 102 of territories, and on some public instances:
    R102, R103, R203, C201, RC101 of the technician routing set, RC202 and R103 of Solomon's, R1_2_3 and C2_2_4 of
    Gehring and Homberger's; most differences were of the size of the noise. Exchanges likewise on C101, C103, C104,
    C201, C203, R103, R104, R201 to R204, RC103, RC104 and RC203 of the technician routing set and R2_2_1 and R2_2_5 of
    Gehring and Homberger's. The others follow the paper that ``ruin`` names, or were not varied.

    Attributes:
        average: visits removed per step, on average.
        longest: longest string.
        blink: share of routes passed over in an insertion.
        exchanges: share of steps in which two slots exchange their routes.
        tails: share of these in which they exchange only the last parts of them.
        hot: first temperature, as a multiple of the plan's mean way per visit.
        cold: last temperature, likewise.
        near: so many neighbours of each visit are looked at.
        pool_near: routes of plans that cost no more than this times the best go to the pool.
        pool_size: places in the pool, a power of two.
    """

    average: float = 8.0
    longest: float = 10.0
    blink: float = 0.01
    exchanges: float = 0.1
    tails: float = 0.5
    hot: float = 4.0
    cold: float = 0.02
    near: int = 150
    pool_near: float = 1.01
    pool_size: int = 1 << 17


class Search:
    """A plan that gets better.

    Args:
        arrays: the problem.
        seed: for every random choice.
        tuning: parameters.
        fixed: visits that are never taken out of their routes.
    """

    def __init__(
        self, arrays: Arrays, seed: int = 0, tuning: Tuning | None = None, fixed: Collection[int] = ()
    ) -> None:
        self.arrays, self.tuning = arrays, tuning or Tuning()
        self._random = np.random.default_rng(seed)
        a, n_slots, n_visits = arrays, arrays.slots, arrays.visits
        self.width = _longest(a) + 2 * len(a.tools_lent) + 6
        self.tables = t = tables_of(a, self.width)
        t.node[list(fixed), FIXED] = 1
        several = len(np.unique(a.slot[:, ENGINEER])) < n_slots
        allowed = [np.flatnonzero(a.fit[:, v] < FORBIDDEN) for v in range(n_visits)]
        near, near_home = _neighbours(a, self.tuning.near)
        size, longest = self.tuning.pool_size, max(n_slots, len(a.node)) + 1
        self.score = np.zeros(own.SCORE_COLUMNS, np.int64)
        self._best = t.items.copy(), t.info.copy(), t.node.copy(), t.taken.copy()
        self._keys, self._costs = np.zeros(size, np.int64), np.zeros(size, np.int64)
        self._routes, self._slots = np.zeros((size, self.width + 1), np.int32), np.zeros(size, np.int32)
        # In the order of the views; compiled code sees them only as long as they are kept here.
        self._own: tuple[NDArray[Any], ...] = (
            near,
            near_home,
            np.concatenate([*allowed, np.zeros(0, np.int64)]).astype(np.int64),
            np.concatenate([[0], np.cumsum([len(x) for x in allowed])]).astype(np.int64),
            _twins(a),
            np.array([_is_scarce(a), several and a.van.size > 0], np.int64),
            np.full((n_visits, n_slots, own.CACHED_COLUMNS), -1, np.int64),
            self.score,
            np.zeros((own.BY_VISIT_ROWS, n_visits), np.int64),
            np.zeros((own.BY_SLOT_ROWS, n_slots), np.int64),
            np.zeros(n_visits),
            *self._best,
            *(np.zeros_like(table) for table in (t.items, t.info, t.labels, t.taken)),
            self._random.integers(1, 1 << 62, (2, longest)),
            self._keys,
            self._costs,
            self._routes,
            self._slots,
        )
        self._address = table_of_tables(self._own)
        self.load({})

    def load(
        self,
        plan: Mapping[int, Sequence[int]],
        shipped: frozenset[int] = frozenset(),
        taken: Mapping[int, Ints] | None = None,
    ) -> bool:
        """Begin from a plan.

        Args:
            plan: the items of each used slot.
            shipped: the visits whose parts are shipped.
            taken: what each slot's route takes, see ``best_taken``; worked out route by route if left out, which may
                not add up where vans or warehouses are short.

        Returns:
            Whether every route keeps the rules; one that does not is left empty.
        """
        t, a = self.tables, self.arrays
        t.info[:], t.taken[:] = 0, 0
        t.node[:, [READY, SHIPS]], t.node[:, WHERE] = 0, -1
        t.left[:] = np.concatenate([a.van, a.stock])
        good = [self._load_route(s, plan.get(s, ()), shipped, (taken or {}).get(s)) for s in range(a.slots)]
        self.score[NOW] = self.cost
        if self.score[BEST] == 0 or self.score[NOW] < self.score[BEST]:
            self.score[BEST] = self.score[NOW]
            for table, best in zip((t.items, t.info, t.node, t.taken), self._best, strict=True):
                best[:] = table
        return all(good)

    def _load_route(self, s: int, items: Sequence[int], shipped: frozenset[int], taken: Ints | None) -> bool:
        t, a = self.tables, self.arrays
        visits = [n for n in items if n < a.visits]
        for v in visits:
            if v in shipped:
                t.node[v, SHIPS], t.node[v, READY] = 1, max(a.shipped[a.line[v] : a.line[v + 1]], default=0)
        good = len(items) < self.width
        if good:
            t.items[s, : len(items)], t.info[s, LENGTH] = items, len(items)
            good = self._work_out(s, taken)
        if good:
            t.node[visits, WHERE] = s
            return True
        if taken is not None:
            release(s, t.address)
        t.node[visits, READY] = t.node[visits, SHIPS] = t.info[s, LENGTH] = 0
        self._work_out(s, None)
        return False

    def _work_out(self, s: int, taken: Ints | None) -> bool:
        t = self.tables
        self.score[STAMP] += 1
        if taken is not None:
            t.taken[s] = taken
            book(s, -1, t.address)
        elif not settle(s, t.address):
            return False
        return bool(refresh(s, self.score[STAMP], t.address))

    @property
    def cost(self) -> int:
        """What the current plan costs."""
        where = self.tables.node[: self.arrays.visits, WHERE]
        return int(self.tables.info[:, COST].sum() + self.arrays.unserved[where < 0].sum())

    @property
    def best_cost(self) -> int:
        """What the best plan costs."""
        return int(self.score[BEST])

    @property
    def best(self) -> dict[int, list[int]]:
        """The best plan: the items of each used slot."""
        items, info, _, _ = self._best
        return {s: items[s, :n].tolist() for s, n in enumerate(info[:, LENGTH]) if n}

    @property
    def left_out(self) -> NDArray[np.bool_]:
        """For each visit, whether the best plan leaves it out."""
        return self._best[2][: self.arrays.visits, WHERE] < 0

    def route_cost(self, s: int) -> int:
        """What a slot's route of the best plan costs."""
        return int(self._best[1][s, COST])

    @property
    def best_shipped(self) -> frozenset[int]:
        """The visits of the best plan whose parts are shipped."""
        return frozenset(np.flatnonzero(self._best[2][:, SHIPS]).tolist())

    def best_taken(self, s: int) -> Ints:
        """What a slot's route of the best plan takes of each part: from the van, then from each warehouse."""
        taken: Ints = self._best[3][s]
        return taken

    def way_per_visit(self) -> float:
        """Mean cost of the best plan's ways and overtime per visit; the scale of the temperature."""
        a, (_, info, _, _) = self.arrays, self._best
        fit = sum(int(a.fit[s, n]) for s, items in self.best.items() for n in items if n < a.visits)
        work = sum(int(a.work[s, n]) * int(a.slot[s, WORKING_RATE]) // 360_000 for s, r in self.best.items() for n in r)
        return float(max(1, int(info[:, COST].sum()) - fit - work) / max(1, int(info[:, VISITS].sum())))

    def step(self, iterations: int, temperature: float) -> None:
        """Search on, at one temperature."""
        if not self.arrays.visits or not self.arrays.slots:
            return
        u, seed = self.tuning, int(self._random.integers(1 << 31))
        search(
            iterations, seed, temperature, u.average, u.longest, u.blink, u.exchanges, u.tails, u.pool_near,
            self.tables.address, self._address.ctypes.data,
        )  # fmt: skip

    @property
    def pool(self) -> Routes:
        """The routes seen in good plans, each slot and set of visits once."""
        rows = np.flatnonzero(self._keys)
        return Routes(self._slots[rows], self._routes[rows, 0], self._routes[rows, 1:], self._costs[rows])


def _longest(a: Arrays) -> int:
    """How many visits any route can have: the time of its slot, the shortest work and the shortest way to each."""
    place, out = a.node[: a.visits, PLACE], 0
    way = a.travel[np.ix_(place, place)].astype(np.int64)
    np.fill_diagonal(way, np.iinfo(np.int32).max)
    fastest = min(a.percent_by_hour, default=100)
    for s in range(a.slots):
        fits = np.flatnonzero(a.fit[s] < FORBIDDEN)
        near = np.minimum(
            way[np.ix_(fits, fits)].min(axis=0, initial=np.iinfo(np.int32).max),
            a.travel[a.slot[s, START_PLACE], place[fits]],
        )
        need = np.cumsum(np.sort(near * fastest // 100 + a.work[s, fits]))
        most = int(np.searchsorted(need, a.slot[s, LIMIT] - a.slot[s, START], side="right"))
        out = max(out, min(most, int(a.slot[s, MAX_VISITS])))
    return out


def _is_scarce(a: Arrays) -> bool:
    """Whether some warehouse could run out of a part."""
    wanted = np.zeros(a.stock.shape[1], np.int64)
    np.add.at(wanted, a.sku, a.units)
    return bool(np.any((a.stock > 0) & (a.stock < wanted)))


def _twins(a: Arrays) -> Ints:
    """For each slot, the first one that is the same in everything, so that only one empty twin is looked at."""
    own = a.slot.copy()
    own[:, ENGINEER] = 0
    several = np.bincount(a.slot[:, ENGINEER], minlength=len(a.van))[a.slot[:, ENGINEER]]
    rows = np.hstack([own, a.fit, a.tools_missing, a.van[a.slot[:, ENGINEER]], a.work])
    first: dict[bytes, int] = {}
    out = [first.setdefault(row.tobytes(), s) if several[s] == 1 else s for s, row in enumerate(rows)]
    return np.array(out, np.int64).reshape(a.slots)


def _neighbours(a: Arrays, most: int) -> tuple[Ints, Ints]:
    """For each visit its neighbours, itself first, by way and by way and time; and the way from the nearest home."""
    n, place = a.visits, a.node[: a.visits, PLACE]
    way = a.travel[np.ix_(place, place)].astype(np.float64)
    way = np.minimum(way, way.T)
    homes = np.unique(a.slot[:, START_PLACE]) if a.slots else np.zeros(0, np.int64)
    near_home = a.travel[np.ix_(homes, place)].min(axis=0, initial=1 << 30).astype(np.int64)
    first = np.array([a.window[w, 0] for w in a.node[:n, WINDOW_FROM]], np.float64) if n else np.zeros(0)
    last = np.array([a.window[w - 1, 1] for w in a.node[:n, WINDOW_TO]], np.float64) if n else np.zeros(0)
    last = np.minimum(last, a.slot[:, LIMIT].max(initial=0))
    work = a.work[0, :n] if a.slots else np.zeros(n)
    gap = first[None, :] - (last + work)[:, None] - way
    wait = np.minimum(np.maximum(0, gap), np.maximum(0, gap.T))
    middle = (first + last) / 2
    timed = way + wait + 0.1 * np.abs(middle[:, None] - middle[None, :])
    keep = min(most, n)
    out = np.zeros((2, n, keep), np.int64)
    for kind, score in enumerate((way, timed)):
        np.fill_diagonal(score, -1.0)
        out[kind] = np.argsort(score, axis=1, kind="stable")[:, :keep]
    return out, near_home
