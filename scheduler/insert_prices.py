"""Where a visit could go and for how much: the exact state beside tables for compiled code, kept the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scheduler.arrays import Ints
from scheduler.facts import ENDLESS, NEVER
from scheduler.handover import item_of, node_of
from scheduler.insert_guest import Seat, Ways
from scheduler.insert_places import arrange, leeway, price_places
from scheduler.parts import NOTHING_NEEDED, Supply
from scheduler.problem import Visit, Window
from scheduler.state import Insertion, State
from scheduler.tables import COST, IMPOSSIBLE, LENGTH, READY, WINDOW_FROM, WINDOW_TO
from scheduler.timing import Bounds, Item, departures, time_route
from scheduler.units import Cost, Seconds

DEPARTURES = 200
"""Of a tour that may not be longer, so many departures are tried to see how far a start may slip either way."""


@dataclass(frozen=True)
class Found:
    """The cheapest way to take a visit into one shift."""

    cost: Cost
    slot: int
    items: tuple[Item, ...]
    supply: Supply


@dataclass(frozen=True)
class Asked:
    """The visit that is asked about: its index, and its windows as rows of first and last start."""

    v: int
    windows: Ints

    @property
    def starts(self) -> list[Window]:
        """The windows in order, those that touch as one."""
        out: list[Window] = []
        for first, last in sorted(self.windows.tolist()):
            if out and first <= out[-1].end + 1:
                out[-1] = Window(out[-1].start, max(out[-1].end, last))
            else:
                out.append(Window(first, last))
        return out


class Prices:
    """Prices of every place of a plan's routes for one visit more.

    Args:
        seat: the problem, with a seat for the visit.
        state: the plan; after a route of it changes, ``changed`` is due.
    """

    def __init__(self, seat: Seat, state: State) -> None:
        self._seat, self._facts, self._state = seat, seat.facts, state
        longest = max((len(items) for items in state.routes), default=0)
        self._tables = seat.tables(longest + len(seat.facts.problem.warehouses) + 2)
        self._windows, self._exact = self._tables.window.copy(), set[int]()
        for slot in range(len(self._facts.slots)):
            self._load(slot)

    def known(self, v: int) -> Asked:
        """Ask about a visit of the problem, which is not in the plan."""
        t = self._tables
        return Asked(v, self._windows[t.node[v, WINDOW_FROM] : t.node[v, WINDOW_TO]])

    def guest(self, visit: Visit, ways: Ways | None) -> Asked:
        """Ask about any other visit; see ``Seat.take``."""
        return Asked(self._seat.visit, self._seat.take(visit, ways, self._tables))

    def leave(self) -> None:
        """Nobody is asked about any more."""
        self._seat.leave()

    def changed(self, slot: int) -> None:
        """A route of the state is another one now; what it allows visits on other routes too."""
        depend = {self._state.slot_of[v] for v in self._facts.coupling.visits}
        for other in {slot, *(found for found in depend if found is not None)}:
            self._load(other)

    def _load(self, slot: int) -> None:
        """Copy a route of the state to the tables; visits that depend on others may start when these allow it."""
        t, items, timed = self._tables, self._state.routes[slot], self._state.timed[slot]
        t.items[slot, : len(items)] = [node_of(self._facts, item) for item in items]
        t.info[slot, LENGTH], t.info[slot, COST] = len(items), 0 if timed is None else timed.cost
        for v in self._state.visits_in(slot):
            t.node[v, READY] = self._state.ready.get(v, 0)
        depend = [v for v in items if v in self._facts.coupling.visits]
        for v in depend:
            rows = slice(t.node[v, WINDOW_FROM], t.node[v, WINDOW_TO])
            t.window[rows] = _clipped(self._windows[rows], self._state.bounds_of(v, slot, items))
        waits = self._facts.coupling.waits(items) if depend else []
        self._exact.discard(slot)
        if waits or any(self._facts.timings[v].may_be_late for v in depend):
            self._exact.add(slot)

    def cheapest(self, asked: Asked, within: Sequence[Window | None]) -> list[dict[int, Found]]:
        """For each window, the cheapest way for each shift that can take the visit then."""
        v, coupling = asked.v, self._facts.coupling
        slots = [
            slot
            for slot in self._facts.allowed[v]
            if len(self._state.visits_in(slot)) < self._facts.slots[slot].max_visits
        ]
        depends = v in coupling.visits or self._facts.timings[v].may_be_late
        exact = [slot for slot in slots if depends or slot in self._exact]
        out: list[dict[int, Found]] = [{} for _ in within]
        for slot in exact:
            self._try_exactly(v, slot, within, out)
        self._try_compiled(asked, [slot for slot in slots if slot not in set(exact)], within, out)
        return out

    def _try_exactly(self, v: int, slot: int, within: Sequence[Window | None], out: list[dict[int, Found]]) -> None:
        where = self._facts.slots[slot]
        for found in self._state.insertions(v, slot):
            for window, best in zip(within, out, strict=True):
                if window is not None and (window.end < where.start or window.start > where.limit):
                    continue
                one = found if window is None else self.timed(v, slot, found.items, found.supply, window)
                if one is not None and (slot not in best or one.extra < best[slot].cost):
                    best[slot] = Found(one.extra, slot, one.items, one.supply)

    def _try_compiled(
        self, asked: Asked, slots: Sequence[int], within: Sequence[Window | None], out: list[dict[int, Found]]
    ) -> None:
        v, t = asked.v, self._tables
        jobs = list(self._jobs(v, slots))
        if not jobs:
            return
        stops = self._stops(jobs)
        ranges, window = _ranges(asked.windows, within, t.window)
        rows = np.array([(slot, supply.ready) for slot, supply in jobs], np.int64)
        found = np.empty((len(jobs), len(within), 3), np.int64)
        kept = t.node[v].copy()
        wider = replace(t, window=window)
        price_places(v, rows, stops, ranges, found, wider.address)
        t.node[v] = kept
        for job, r in np.argwhere(found[:, :, 0] < IMPOSSIBLE).tolist():
            (slot, supply), (cost, k, front) = jobs[job], found[job, r].tolist()
            if slot not in out[r] or cost < out[r][slot].cost:
                length, _, _ = arrange(slot, k, v, front, job, stops, t.address)
                items = tuple(item_of(self._facts, node) for node in t.items[-1, :length].tolist())
                out[r][slot] = Found(cost, slot, items, supply)

    def _jobs(self, v: int, slots: Sequence[int]) -> Iterator[tuple[int, Supply]]:
        """Each shift with each way to supply the visit there."""
        visit, known = self._facts.problem.visits[v], dict[int, list[Supply]]()
        if not visit.parts and not visit.tools:
            yield from ((slot, NOTHING_NEEDED) for slot in slots)
            return
        for slot in slots:
            engineer = self._facts.slots[slot].engineer
            if engineer not in known:
                known[engineer] = list(self._state.ledger.supplies(v, engineer))
            yield from ((slot, supply) for supply in known[engineer])

    def _stops(self, jobs: Sequence[tuple[int, Supply]]) -> Ints:
        """The warehouses of each job as nodes, in order, and -1."""
        most = max(1, *(len(supply.warehouses) for _, supply in jobs))
        out = np.full((len(jobs), most), -1, np.int64)
        for row, (_, supply) in zip(out, jobs, strict=True):
            row[: len(supply.warehouses)] = [len(self._facts.timings) + w for w in supply.warehouses]
        return out

    def timed(
        self, v: int, slot: int, items: tuple[Item, ...], supply: Supply, within: Window | None
    ) -> Insertion | None:
        """The exact times of a route with the visit, which starts within a window."""
        state, coupling = self._state, self._facts.coupling
        bounds: dict[int, Bounds] = {u: state.bounds_of(u, slot, items) for u in items if u in coupling.visits}
        if within is not None:
            own = bounds.get(v, Bounds())
            bounds[v] = Bounds(max(own.first, within.start), min(own.last, within.end), own.excused)
        ready = {**state.ready, v: supply.ready} if supply.ready else state.ready
        timed, before = time_route(self._facts, self._facts.slots[slot], items, ready, bounds), state.timed[slot]
        if timed is None:
            return None
        return Insertion(v, slot, items, supply, timed, timed.cost - (0 if before is None else before.cost))

    def possible(self, asked: Asked, found: Insertion, arrival: Seconds) -> Window:
        """How far the start may slip while hard rules and the promises to others hold."""
        v, coupling, slot = asked.v, self._facts.coupling, self._facts.slots[found.slot]
        depends = [u for u in found.items if u in coupling.visits]
        if v in depends or any(self._facts.timings[u].may_be_late for u in (v, *depends)):
            return Window(arrival, arrival)
        limits = self._limits(found)
        if slot.longest == ENDLESS:
            return self._around(asked, found, arrival, limits, slot.start)
        return Window(
            self._slipped(asked, found, arrival, limits, -1), self._slipped(asked, found, arrival, limits, +1)
        )

    def _slipped(self, asked: Asked, found: Insertion, arrival: Seconds, limits: Ints, step: int) -> Seconds:
        """The first (step -1) or last (+1) start of a tour that may not be longer, one departure after the other."""
        v, slot, ready = asked.v, self._facts.slots[found.slot], self._state.ready
        ready = {**ready, v: found.supply.ready} if found.supply.ready else ready
        bounds = {item: Bounds(*row) for item, row in zip(found.items, limits.tolist(), strict=True)}
        own = next(window for window in asked.starts if window.start <= arrival <= window.end)
        reached = arrival
        for _ in range(DEPARTURES):
            start = arrival if reached == arrival else reached + step
            bounds[v] = Bounds(start, start)
            leaves = departures(self._facts, slot, found.items, ready, bounds)
            if leaves is None or not own.start <= start <= own.end:
                break
            window = self._around(asked, found, start, limits, leaves[0 if step < 0 else 1])
            reached = window.start if step < 0 else window.end
        return reached

    def _around(self, asked: Asked, found: Insertion, start: Seconds, limits: Ints, begin: Seconds) -> Window:
        """How far the start may slip for who leaves at ``begin``."""
        t, v, slot = self._tables, asked.v, self._facts.slots[found.slot]
        own = next(window for window in asked.starts if window.start <= start <= window.end)
        kept, length, k = t.node[v].copy(), len(found.items), found.items.index(v)
        t.items[-1, :length] = [node_of(self._facts, item) for item in found.items]
        t.node[v, WINDOW_FROM], t.node[v, WINDOW_TO], t.node[v, READY] = (
            len(t.window),
            len(t.window) + 1,
            found.supply.ready,
        )
        wider = replace(t, window=np.vstack([t.window, [[own.start, own.end]]]))
        limit = min(slot.limit, begin + slot.longest)
        first, last = leeway(found.slot, k, length, start, begin, limit, limits, wider.address)
        t.node[v] = kept
        return Window(int(first), int(last))

    def _limits(self, found: Insertion) -> Ints:
        """First and last start of each item, for visits on other routes and for promises to those that come after.

        Where one visit of the route has to wait for a while after another one, these keep their starts. Where a tour
        may have to begin later, those that come before were promised something too.
        """
        facts, slot, k = self._facts, self._facts.slots[found.slot], found.items.index(found.visit)
        from_ = k if slot.longest == ENDLESS else -1
        waits = facts.coupling.waits(found.items)
        out = np.empty((len(found.items), 2), np.int64)
        out[:, 0], out[:, 1] = 0, NEVER
        for i, (item, start) in enumerate(zip(found.items, found.timed.starts, strict=True)):
            if item in facts.coupling.visits:
                out[i] = (start, start) if waits else self._state.bounds_of(item, found.slot, found.items)[:2]
            if item >= 0 and i > from_ and i != k:
                out[i, 1] = min(out[i, 1], max(start, facts.timing(item, slot.engineer).late_after))
        return out


def _clipped(windows: Ints, bounds: Bounds) -> Ints:
    """Windows within bounds; one that is empty ends at -1."""
    out = np.stack([np.maximum(windows[:, 0], bounds[0]), np.minimum(windows[:, 1], bounds[1])], axis=1)
    out[out[:, 0] > out[:, 1], 1] = -1
    return out


def _ranges(own: Ints, within: Sequence[Window | None], known: Ints) -> tuple[Ints, Ints]:
    """The rows of each window's allowed starts, in the known windows with these behind them."""
    rows: list[tuple[int, int]] = []
    ranges = np.empty((len(within), 2), np.int64)
    for r, window in enumerate(within):
        ranges[r, 0] = len(known) + len(rows)
        for first, last in own.tolist():
            start, end = (first, last) if window is None else (max(first, window.start), min(last, window.end))
            rows += [(start, end)] if start <= end else []
        ranges[r, 1] = len(known) + len(rows)
    return ranges, np.concatenate([known, np.array(rows, np.int64).reshape(-1, 2)])
