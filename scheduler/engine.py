"""The engine: search and pricing propose routes, OR-Tools chooses, in rounds until the budget ends.

``facts → arrays → search | price → pool → choose → state``. What depends on other visits (groups, orders) is placed by
the exact state first and stays where it is while everything else moves.
"""

import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from scheduler.arrays import FAIRNESS, LONGEST, WORKING_RATE, Arrays, arrays_of, frozen
from scheduler.bound import Bounder
from scheduler.budget import Budget
from scheduler.build import plan_orders, published_orders, start_state, state_from_orders, state_from_plan
from scheduler.choose import choose
from scheduler.columns import Columns, Routes, joined
from scheduler.errors import ProblemError
from scheduler.facts import ENDLESS, Facts
from scheduler.handover import node_of, state_of, taken_by
from scheduler.improve import make_room, reinsert_coupled
from scheduler.plan import Plan
from scheduler.reasons import EXPLAINED_IN_FULL
from scheduler.search import Search
from scheduler.solved import Solved, Stop
from scheduler.state import State
from scheduler.units import Cost, Seconds

WRITE = 0.0004
"""Seconds for each visit, to write a plan down."""

COUPLED_ROUNDS = 2
"""So often groups and chains are put where they are cheapest, each time with everything else planned around them."""


@dataclass(frozen=True)
class Shares:
    """How a budget is divided, after single runs on days 0 to 4 of 100 x 20 and 200 x 40, and on days 100 to 103 for
    what concerns pricing; no wider study was made.

    Attributes:
        search: of the whole, for the first anneal, if pricing follows.
        alone: the same if it does not.
        choice, choice_alone: likewise for the choice that follows the first anneal.
        pricing: pricing is expected to take this many seconds times (visits x slots) to the power of 1.5 until it
            has a bound (measured: 2 s for 100 x 20, 11 to 23 s for 200 x 40).
        worth: pricing follows if that is no more than this share of the budget.
        reheat: later anneals start this much cooler.
        polish, polish_heat: each plan of a dive is annealed for this part of the whole, from this much cooler.
        chunk: steps between two looks at the clock.
    """

    search: float = 0.2
    alone: float = 0.85
    choice: float = 0.02
    choice_alone: float = 0.1
    pricing: float = 2.2e-5
    worth: float = 0.5
    reheat: float = 0.3
    polish: float = 0.018
    polish_heat: float = 0.05
    chunk: int = 300


def solve_callout(facts: Facts, budget: Budget, warm_start: Plan | None, stop: Stop) -> Solved:
    """The best plan that the budget allows, and how good it is at least."""
    began = time.monotonic()
    end = began + budget.seconds - WRITE * len(facts.problem.visits)
    if not facts.coupling.visits:
        return _improved(_start(facts, warm_start), budget, began, end, stop)
    # What depends on other visits is planned exactly, then all else around it; then again from there.
    state = start_state(facts, warm_start)
    steps = None if budget.iterations is None else max(1, budget.iterations // COUPLED_ROUNDS)
    for turn in range(COUPLED_ROUNDS):
        now = time.monotonic()
        part = (end - now) / (COUPLED_ROUNDS - turn)
        until = math.inf if steps is not None else now + 0.3 * part
        make_room(state, until)
        reinsert_coupled(state, until)
        state = _improved(state, replace(budget, iterations=steps), time.monotonic(), now + part, stop).state
    return Solved(state, stopped=stop())


def _start(facts: Facts, warm_start: Plan | None) -> State:
    """The warm start as it is, if it still fits the problem; else what of it, or of what was published, can be kept."""
    if warm_start is None:
        return state_from_orders(facts, published_orders(facts))
    try:
        state = state_from_plan(facts, warm_start)
    except ProblemError:
        return state_from_orders(facts, plan_orders(facts, warm_start))
    return state if _is_allowed(state) else state_from_orders(facts, plan_orders(facts, warm_start))


def _is_allowed(state: State) -> bool:
    """Whether a plan that was made for another problem keeps the rules of this one, its times aside."""
    facts = state.facts
    able = all(slot is None or slot in facts.allowed[v] for v, slot in enumerate(state.slot_of))
    few = all(len(state.visits_in(slot.index)) <= slot.max_visits for slot in facts.slots)
    enough = all(units >= 0 for holder in (*state.ledger.vans, *state.ledger.stock) for units in holder.values())
    return able and few and enough


def _improved(base: State, budget: Budget, began: float, end: float, stop: Stop) -> Solved:
    """Search from a state; visits that depend on others stay."""
    places = _coupled(base)
    arrays = arrays_of(base.facts)
    if not arrays.visits or not arrays.slots:
        return Solved(base)
    if base.facts.coupling.visits:
        arrays = frozen(arrays, places, base.facts.coupling.visits - places.keys())
    work = _Work(base.facts, arrays, base, places, budget, end, stop)
    if not work.is_whole:
        return Solved(base)
    work.run(began)
    return Solved(work.state(base), work.bound, stop())


def _coupled(state: State) -> dict[int, tuple[int, Seconds]]:
    """Slot and start of the planned visits that depend on others."""
    return {v: (slot, state.start_of(v)) for v in state.facts.coupling.visits if (slot := state.slot_of[v]) is not None}


class _Work:
    """One solve under way: the searches, the pool, and the best plan so far."""

    def __init__(
        self,
        facts: Facts,
        arrays: Arrays,
        base: State,
        places: dict[int, tuple[int, Seconds]],
        budget: Budget,
        end: float,
        stop: Stop,
    ) -> None:
        self._facts, self._arrays, self._places, self._budget = facts, arrays, places, budget
        self._end, self._stop, self._shares = end, stop, Shares()
        # A visit that depends on one that is left out stays out.
        fixed = facts.coupling.visits
        self._searches = [
            Search(arrays, budget.seed * 1000 + k, fixed=[v for v in fixed if v in places])
            for k in range(budget.workers)
        ]
        start = {s: [node_of(facts, item) for item in items] for s, items in enumerate(base.routes) if items}
        shipped = frozenset(base.ready)
        taken = {s: taken_by(base, s, arrays.skus) for s in start}
        loaded = [search.load(start, shipped, taken) for search in self._searches]
        # What depends on others must not be torn apart; a plan whose parts add up only in another order is rare.
        self.is_whole = all(loaded) or not places
        self._best = self._searches[0]
        self._columns = Columns(len(arrays.node))
        self._bounder: Bounder | None = None
        self._can_price = _can_be_priced(arrays) and not facts.coupling.visits
        self.bound: Cost | None = None

    def run(self, began: float) -> None:
        """Search, price and choose until the budget ends or the plan is proven."""
        if self._budget.iterations is not None:
            self._anneal_steps(self._budget.iterations)
            self._choose(math.inf, work=2.0)
            return
        prices = self._is_worth_pricing()
        share = self._shares.search if prices else self._shares.alone
        whole = self._deadline() - began
        self._anneal(time.monotonic(), began + share * whole, 1.0)
        choice = self._shares.choice if prices else self._shares.choice_alone
        self._choose(min(self._deadline(), time.monotonic() + choice * whole))
        if prices:
            self._price(self._deadline())
        while not self._over() and self.bound != self._best.best_cost:
            now = time.monotonic()
            self._anneal(now, now + 0.8 * (self._deadline() - now), self._shares.reheat)
            self._choose(self._deadline())

    def _deadline(self) -> float:
        """When to stop, so that the plan can still be written down and what is left out be explained."""
        left_out = int(np.count_nonzero(self._best.left_out))
        return self._end - min(0.25 * self._budget.seconds, 0.02 + 0.05 * min(left_out, EXPLAINED_IN_FULL))

    def _is_worth_pricing(self) -> bool:
        size = self._arrays.visits * self._arrays.slots
        return self._can_price and self._shares.pricing * size**1.5 <= self._shares.worth * self._budget.seconds

    def state(self, base: State) -> State:
        """The best plan as an exact state, and once more what is left out, wherever it fits."""
        state = base
        if self._best.best_cost < base.cost:
            starts = {v: start for v, (_, start) in self._places.items()}
            state = state_of(self._facts, self._best, self._arrays.skus, starts)
        # The exact state knows ways to supply a visit that the search does not, and never blinks. And a search whose
        # budget was over before its first step, such as while its compiled code was read, leaves no visit lying about.
        state.insert_all(state.unassigned[:EXPLAINED_IN_FULL])
        return state

    def _over(self) -> bool:
        return time.monotonic() >= self._deadline() or self._stop()

    def _anneal(self, start: float, end: float, heat: float) -> None:
        """All searches at once, from hot to cold, by the clock."""

        def work(search: Search) -> None:
            tuning, scale = search.tuning, search.way_per_visit()
            turn = 0
            while (share := (time.monotonic() - start) / max(1e-3, end - start)) < 1.0 and not self._stop():
                if turn % 20 == 0:
                    scale = search.way_per_visit()
                hot = tuning.hot * heat
                search.step(self._shares.chunk, scale * hot * (tuning.cold / hot) ** share)
                turn += 1

        self._on_all(work)

    def _anneal_steps(self, steps: int) -> None:
        """All searches, from hot to cold, by the number of steps, so that the answer does not depend on the machine."""

        def work(search: Search) -> None:
            tuning, done, chunk = search.tuning, 0, min(self._shares.chunk, max(1, steps // 20))
            while done < steps and not self._over():
                temperature = tuning.hot * (tuning.cold / tuning.hot) ** (done / steps)
                search.step(min(chunk, steps - done), search.way_per_visit() * temperature)
                done += chunk

        self._on_all(work)

    def _on_all(self, work: Callable[[Search], None]) -> None:
        if len(self._searches) == 1:
            work(self._searches[0])
        else:
            with ThreadPoolExecutor(len(self._searches)) as pool:
                list(pool.map(work, self._searches))
        self._best = min(self._searches, key=lambda search: search.best_cost)

    def _plan(self) -> Routes:
        """The routes of the best plan."""
        best = self._best.best
        rows = list(best.items())
        width = max((len(items) for _, items in rows), default=1)
        items = np.full((len(rows), width), -1, np.int32)
        for i, (_, route) in enumerate(rows):
            items[i, : len(route)] = route
        return Routes(
            np.array([s for s, _ in rows], np.int32),
            np.array([len(route) for _, route in rows], np.int32),
            items,
            np.array([self._best.route_cost(s) for s, _ in rows], np.int64),
        )

    def _choose(self, deadline: float, work: float | None = None) -> None:
        """The cheapest plan of routes in the pool; it becomes the best plan if it is cheaper."""
        self._columns.add(joined([search.pool for search in self._searches]))
        plan = self._plan()
        self._columns.add(plan)
        rows = np.flatnonzero(self._columns.listed)
        listed = self._columns.take(rows)
        hint = np.searchsorted(rows, self._columns.find(plan))
        seconds = min(3600.0, deadline - time.monotonic())
        if seconds <= 0.02:
            return
        chosen = choose(self._arrays, listed, hint, seconds, self._budget.seed, work)
        if chosen.cost < self._best.best_cost:
            self._take(listed.take(chosen.rows))

    def _price(self, deadline: float) -> None:
        """Routes that could improve the plan, plans made of them, and the bound."""
        if self._bounder is None:
            self._bounder = Bounder(self._arrays, self._columns, self._budget.seed, self._polished)
        found = self._bounder.improve(self._plan(), deadline, self._stop)
        if found.bound is not None:
            self.bound = max(found.bound, self.bound or 0)
        if found.cost < self._best.best_cost:
            self._take(found.plan)

    def _polished(self, plan: Routes) -> Routes:
        """The best plan after searching near a plan of pricing."""
        self._take(plan)
        now = time.monotonic()
        end = min(self._deadline(), now + self._shares.polish * self._budget.seconds)
        self._anneal(now, end, self._shares.polish_heat)
        return self._plan()

    def _take(self, plan: Routes) -> None:
        """Go on from a plan."""
        routes = {int(s): plan.items[i, : plan.lengths[i]].tolist() for i, s in enumerate(plan.slots)}
        self._best.load(routes, self._best.best_shipped)


def _can_be_priced(arrays: Arrays) -> bool:
    """Whether pricing knows every rule that is in use; where it does not, no bound is claimed."""
    return (
        not arrays.percent_by_hour
        and not np.any(arrays.slot[:, [FAIRNESS, WORKING_RATE]])
        and bool(np.all(arrays.slot[:, LONGEST] == ENDLESS))
        and not np.any(arrays.tools_missing)
    )
