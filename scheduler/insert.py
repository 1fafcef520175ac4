"""Insert mode: where one visit more would go, what it would truly cost, and which arrival times can be promised.

The plan stays as it is; nothing but the offered route changes. Every arrangement is timed by compiled code, and what is
offered once more by the exact timing. Where a visit is pinned to a time, or depends on others, or a route has visits
that do, the exact state alone is asked; that takes longer.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

import numpy as np

from scheduler.arrays import Ints
from scheduler.build import state_from_plan
from scheduler.errors import ProblemError
from scheduler.facts import NEVER
from scheduler.handover import item_of, node_of
from scheduler.insert_guest import Seat, Ways
from scheduler.insert_places import arrange, leeway, price_places
from scheduler.insert_say import effects_of, offer_sentence, reason_against
from scheduler.parts import NOTHING_NEEDED, Supply
from scheduler.plan import Plan, Reason
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Engineer, Problem, Shift, Visit, Window
from scheduler.state import Insertion
from scheduler.tables import COST, IMPOSSIBLE, LENGTH, READY, WINDOW_FROM, WINDOW_TO
from scheduler.timing import Bounds, Item, time_route
from scheduler.units import Cost, Seconds
from scheduler.validation import validate

__all__ = ["Choice", "Inserter", "Offer", "Ways", "warm_up"]

TWO_HOURS: Seconds = 7200


@dataclass(frozen=True)
class Offer:
    """One way to take a visit into the plan.

    Attributes:
        arrival: when the work would start, ``finish`` when it would be done.
        window: what may be promised: around the arrival, no wider than asked for.
        possible: the work can start at every second of it, and hard rules and the promises to others on the route
            still hold; it is as wide as can be. Of visits that depend on others, and of those pinned to a time, only
            the arrival itself is claimed.
        extra_cost: what the plan costs more than without the visit, the gain of serving it left out.
        extra_travel: seconds of the matrix.
        late: seconds after the visit's promise, 0 if in time.
        others_late: by how many seconds more others miss their promises, summed up.
        sentence: in words, for the dispatcher.
        insertion: the route with the visit, for a state of the problem with the visit (and its place) at the end.
    """

    visit_id: str
    engineer: str
    shift_index: int
    arrival: Seconds
    finish: Seconds
    window: Window
    possible: Window
    extra_cost: Cost
    extra_travel: Seconds
    late: Seconds
    others_late: Seconds
    sentence: str
    insertion: Insertion


@dataclass(frozen=True)
class Choice:
    """A window that was asked for: the cheapest offer with an arrival in it, or why there is none."""

    window: Window
    offer: Offer | None
    reason: Reason | None


@dataclass(frozen=True)
class _Found:
    """The cheapest way to take a visit into one shift."""

    cost: Cost
    slot: int
    items: tuple[Item, ...]
    supply: Supply


@dataclass(frozen=True)
class _Asked:
    """The visit that is asked about: its index, and its windows as rows of first and last start."""

    v: int
    windows: Ints

    @property
    def starts(self) -> list[Window]:
        return [Window(int(first), int(last)) for first, last in self.windows]


class Inserter:
    """Answers for one plan; one question at a time, others wait.

    Args:
        problem: what was planned.
        policy: the policy it was planned with.
        plan: the plan.

    Raises:
        ProblemError: the problem makes no sense, or the plan does not fit it.
    """

    def __init__(self, problem: Problem, policy: SchedulingPolicy, plan: Plan) -> None:
        validate(problem)
        self._seat = Seat(problem, policy)
        self._facts = self._seat.facts
        self._state = state_from_plan(self._facts, plan)
        longest = max((len(items) for items in self._state.routes), default=0)
        self._tables = self._seat.tables(longest + len(problem.warehouses) + 2)
        self._index = {visit.id: v for v, visit in enumerate(problem.visits)}
        self._lock = Lock()
        for slot in range(len(self._facts.slots)):
            self._load(slot)

    def rank(
        self, visit: Visit, ways: Ways | None = None, most: int = 10, width: Seconds = TWO_HOURS
    ) -> tuple[Offer, ...]:
        """The cheapest shifts for a visit, each with its cheapest place and time; the cheapest first.

        Args:
            visit: a new one, or one of the problem. One that is in the plan is taken out for the question, so that its
                costs can be compared with each other; it may be asked about with other details than were planned.
            ways: of the visit's place, if the problem does not have it; the visit's own ``place`` does not count then.
            most: so many offers at most.
            width: the widest window to promise.

        Returns:
            Offers; none if the visit fits nowhere (``offers`` says why).

        Raises:
            ProblemError: the visit or its ways make no sense, or the plan does not hold without it.
        """
        with self._asking(visit, ways) as asked:
            [found] = self._cheapest(asked, [None])
            ranked = sorted(found.values(), key=lambda one: (one.cost, one.slot))[:most]
            return tuple(self._offer(asked, one, None, width) for one in ranked)

    def offers(self, visit: Visit, windows: Sequence[Window], ways: Ways | None = None) -> tuple[Choice, ...]:
        """For each window, the engineer who can come then at the least cost, or why nobody can.

        Args:
            visit: see ``rank``.
            windows: of arrival, both ends included; for example the company's standard windows of the next days.
            ways: see ``rank``.

        Raises:
            ProblemError: see ``rank``.
        """
        with self._asking(visit, ways) as asked:
            found = self._cheapest(asked, windows)
            return tuple(self._choice(asked, window, slots) for window, slots in zip(windows, found, strict=True))

    def _choice(self, asked: _Asked, window: Window, found: dict[int, _Found]) -> Choice:
        if not found:
            return Choice(window, None, reason_against(self._state, asked.v, window, asked.starts))
        best = min(found.values(), key=lambda one: (one.cost, one.slot))
        return Choice(window, self._offer(asked, best, window, window.end - window.start), None)

    @contextmanager
    def _asking(self, visit: Visit, ways: Ways | None) -> Iterator[_Asked]:
        """The visit in its seat, and out of the plan, for as long as it is asked about."""
        with self._lock:
            state, known = self._state, self._index.get(visit.id)
            slot = None if known is None else state.slot_of[known]
            before = None if slot is None else state.copy()
            if known is not None and slot is not None:
                if not state.take_out(known):
                    raise ProblemError("plan", f"visit {visit.id} cannot be taken out of its route")
                self._load(slot)
            try:
                same = known is not None and ways is None and visit == self._facts.problem.visits[known]
                yield self._known(known) if same and known is not None else self._guest(visit, ways)
            finally:
                if before is not None and slot is not None:
                    state.restore(before)
                    self._load(slot)

    def _known(self, v: int) -> _Asked:
        t = self._tables
        return _Asked(v, t.window[t.node[v, WINDOW_FROM] : t.node[v, WINDOW_TO]].copy())

    def _guest(self, visit: Visit, ways: Ways | None) -> _Asked:
        return _Asked(self._seat.visit, self._seat.take(visit, ways, self._tables))

    def _load(self, slot: int) -> None:
        """Copy a route of the state to the tables."""
        t, items, timed = self._tables, self._state.routes[slot], self._state.timed[slot]
        t.items[slot, : len(items)] = [node_of(self._facts, item) for item in items]
        t.info[slot, LENGTH], t.info[slot, COST] = len(items), 0 if timed is None else timed.cost
        for v in self._state.visits_in(slot):
            t.node[v, READY] = self._state.ready.get(v, 0)

    def _cheapest(self, asked: _Asked, within: Sequence[Window | None]) -> list[dict[int, _Found]]:
        """For each window, the cheapest way for each shift that can take the visit then."""
        v, coupling = asked.v, self._facts.coupling
        slots = [
            slot
            for slot in self._facts.allowed[v]
            if len(self._state.visits_in(slot)) < self._facts.slots[slot].max_visits
        ]
        depends = v in coupling.visits or self._facts.timings[v].may_be_late
        exact = [slot for slot in slots if depends or not coupling.visits.isdisjoint(self._state.routes[slot])]
        out: list[dict[int, _Found]] = [{} for _ in within]
        for slot in exact:
            self._try_exactly(v, slot, within, out)
        self._try_compiled(asked, [slot for slot in slots if slot not in set(exact)], within, out)
        return out

    def _try_exactly(self, v: int, slot: int, within: Sequence[Window | None], out: list[dict[int, _Found]]) -> None:
        for found in self._state.insertions(v, slot):
            for window, best in zip(within, out, strict=True):
                one = found if window is None else self._timed(v, slot, found.items, found.supply, window)
                if one is not None and (slot not in best or one.extra < best[slot].cost):
                    best[slot] = _Found(one.extra, slot, one.items, one.supply)

    def _try_compiled(
        self, asked: _Asked, slots: Sequence[int], within: Sequence[Window | None], out: list[dict[int, _Found]]
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
        price_places(
            v, rows, stops, ranges, len(self._facts.timings), t.items, t.info, t.slot, t.node, window, t.pair, t.legs,
            t.hours, t.scratch, found,
        )  # fmt: skip
        t.node[v] = kept
        for job, r in np.argwhere(found[:, :, 0] < IMPOSSIBLE).tolist():
            (slot, supply), (cost, k, front) = jobs[job], found[job, r].tolist()
            if slot not in out[r] or cost < out[r][slot].cost:
                length, _, _ = arrange(slot, k, v, front, job, stops, t.items, t.info)
                items = tuple(item_of(self._facts, node) for node in t.items[-1, :length].tolist())
                out[r][slot] = _Found(cost, slot, items, supply)

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

    def _timed(
        self, v: int, slot: int, items: tuple[Item, ...], supply: Supply, within: Window | None
    ) -> Insertion | None:
        """The exact times of a route with the visit, which starts within a window."""
        state, coupling = self._state, self._facts.coupling
        bounds: dict[int, Bounds] = {u: state.bounds_of(u, slot, items) for u in items if u in coupling.visits}
        if within is not None:
            first, last = bounds.get(v, (0, NEVER))
            bounds[v] = max(first, within.start), min(last, within.end)
        ready = {**state.ready, v: supply.ready} if supply.ready else state.ready
        timed, before = time_route(self._facts, self._facts.slots[slot], items, ready, bounds), state.timed[slot]
        if timed is None:
            return None
        return Insertion(v, slot, items, supply, timed, timed.cost - (0 if before is None else before.cost))

    def _offer(self, asked: _Asked, one: _Found, within: Window | None, width: Seconds) -> Offer:
        found = self._timed(asked.v, one.slot, one.items, one.supply, within)
        if found is None:
            raise ProblemError("plan", "has a route that does not fit the problem")
        slot = self._facts.slots[one.slot]
        visit, engineer = self._facts.problem.visits[asked.v], self._facts.problem.engineers[slot.engineer]
        arrival = found.timed.starts[found.items.index(asked.v)]
        possible = self._possible(asked, found, arrival)
        effects = effects_of(self._state, found)
        return Offer(
            visit_id=visit.id,
            engineer=engineer.id,
            shift_index=slot.shift_index,
            arrival=arrival,
            finish=arrival + visit.duration_for(engineer.id),
            window=_promise(arrival, possible, width) if within is None else within,
            possible=possible,
            extra_cost=found.extra,
            extra_travel=effects.travel,
            late=effects.late,
            others_late=effects.others_late,
            sentence=offer_sentence(self._facts, found, effects),
            insertion=found,
        )

    def _possible(self, asked: _Asked, found: Insertion, arrival: Seconds) -> Window:
        """How far the start may slip while hard rules and the promises to others hold."""
        t, v, coupling = self._tables, asked.v, self._facts.coupling
        depends = [u for u in found.items if u in coupling.visits]
        if v in depends or any(self._facts.timings[u].may_be_late for u in (v, *depends)):
            return Window(arrival, arrival)
        own = next(window for window in asked.starts if window.start <= arrival <= window.end)
        kept, length, k = t.node[v].copy(), len(found.items), found.items.index(v)
        t.items[-1, :length] = [node_of(self._facts, item) for item in found.items]
        t.node[v, WINDOW_FROM], t.node[v, WINDOW_TO], t.node[v, READY] = len(t.window), len(t.window) + 1, found.supply.ready
        first, last = leeway(
            found.slot, k, length, arrival, self._limits(found, k), len(self._facts.timings), t.items, t.slot, t.node,
            np.vstack([t.window, [[own.start, own.end]]]), t.pair, t.legs, t.hours, t.scratch,
        )  # fmt: skip
        t.node[v] = kept
        return Window(int(first), int(last))

    def _limits(self, found: Insertion, k: int) -> Ints:
        """First and last start of each item: who depends on others stays, nobody behind the visit becomes late for it."""
        facts, engineer = self._facts, self._facts.slots[found.slot].engineer
        out = np.empty((len(found.items), 2), np.int64)
        out[:, 0], out[:, 1] = 0, NEVER
        for i, (item, start) in enumerate(zip(found.items, found.timed.starts, strict=True)):
            if item in facts.coupling.visits:
                out[i] = start, start
            elif item >= 0 and i > k:
                out[i, 1] = max(start, facts.timing(item, engineer).late_after)
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


def _promise(arrival: Seconds, possible: Window, width: Seconds) -> Window:
    """From the arrival on, as there is always something that takes longer; earlier only if it cannot be later."""
    start = max(possible.start, min(arrival, possible.end - width))
    return Window(start, max(arrival, min(possible.end, start + width)))


def warm_up() -> None:
    """Compile, or load what was compiled before, by asking about a visit of a tiny problem."""
    from scheduler.solve import plan  # noqa: PLC0415 - the engines are not needed otherwise

    nowhere = np.zeros((1, 1), np.int32)
    problem = Problem(1, nowhere, nowhere, (Engineer("E", (Shift(0, 3600, 0, 0),)),), ())
    policy = SchedulingPolicy()
    Inserter(problem, policy, plan(problem, policy, engine="insertion")).rank(Visit("V", 0, 60))
