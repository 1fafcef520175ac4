"""A patch: a small problem cut out of a large one, solved by the search, in any process."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scheduler.arrays import Arrays, arrays_of, frozen
from scheduler.build import published_orders, state_from_orders, state_from_plan
from scheduler.facts import Facts
from scheduler.handover import node_of, state_of
from scheduler.plan import Objective, Plan, PlanStatus, Route, Unassigned
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem
from scheduler.reasons import explain
from scheduler.search import Search, Tuning
from scheduler.state import State
from scheduler.to_plan import routes_of, score_of
from scheduler.units import Cost, Seconds
from scheduler.validation import validate

CHUNK = 40
"""Steps between two looks at the clock."""

TUNING = Tuning(near=100, pool_near=0.0, pool_size=2)
"""Nothing is chosen from a pool here, so none is kept."""


NAMED = 5
"""For so many visits of a patch, the most urgent, it is tested which others hold the place: that takes long."""


@dataclass(frozen=True)
class Patch:
    """What is to be solved.

    Attributes:
        problem: a part of a large problem with places of its own.
        weights: cost of leaving out each visit, as in the whole.
        routes: what is planned so far; None to begin from what was published.
        seconds: for everything, from when the solve begins.
        steps: of the search, or None for as many as the seconds allow.
        heat: first temperature, as a share of the usual one.
        told: reasons are wanted for what is left out.
    """

    problem: Problem
    policy: SchedulingPolicy
    weights: tuple[Cost, ...]
    routes: tuple[Route, ...] | None
    seconds: float
    steps: int | None
    seed: int
    heat: float = 1.0
    told: bool = False


@dataclass(frozen=True)
class Solution:
    """What came of a patch; never dearer than what it began with.

    Attributes:
        routes: of the used shifts.
        left_out: the visits that are not planned; with reasons if these were wanted.
        before, after: cost by objective; before a first plan there is none.
        steps: that the search made.
        fixed: seconds for everything but the search.
    """

    routes: tuple[Route, ...]
    left_out: tuple[Unassigned, ...]
    before: Mapping[Objective, Cost]
    after: Mapping[Objective, Cost]
    steps: int
    fixed: float


def solve_patch(patch: Patch) -> Solution:
    """Search for a better plan of a patch.

    Raises:
        ProblemError: its problem makes no sense.
    """
    began = time.monotonic()
    if patch.routes is None:
        validate(patch.problem)
    facts = Facts(patch.problem, patch.policy)
    facts.unserved = list(patch.weights)
    base = _base(facts, patch.routes)
    before = dict.fromkeys(Objective, 0) if patch.routes is None else score_of(base)
    for unit in facts.coupling.units:
        base.insert_all(unit)
    state, steps, searched = _searched(facts, base, patch, began + patch.seconds - _reserve(facts, patch))
    if patch.told:
        state.insert_all(v for v in state.unassigned if v not in facts.coupling.visits)
    left_out = tuple(explain(state, NAMED) if patch.told else _named(state))
    routes, after = routes_of(state), score_of(state)
    return Solution(routes, left_out, before, after, steps, time.monotonic() - began - searched)


def _reserve(facts: Facts, patch: Patch) -> float:
    """Seconds for writing the plan down and for its reasons."""
    return min(0.3 * patch.seconds, len(facts.problem.visits) * (0.001 if patch.told else 0.0004))


def _base(facts: Facts, routes: Sequence[Route] | None) -> State:
    if routes is None:
        return state_from_orders(facts, published_orders(facts))
    return state_from_plan(facts, Plan(tuple(routes), (), {}, 0, PlanStatus.FEASIBLE))


def _named(state: State) -> list[Unassigned]:
    return [Unassigned(state.facts.problem.visits[v].id, ()) for v in state.unassigned]


def _searched(facts: Facts, base: State, patch: Patch, deadline: float) -> tuple[State, int, float]:
    """The best state that was found, the steps that were made, and how long they took."""
    coupled = facts.coupling.visits
    places = {v: (slot, base.start_of(v)) for v in coupled if (slot := base.slot_of[v]) is not None}
    arrays = _settled(arrays_of(facts), coupled, places)
    if not arrays.visits or not arrays.slots:
        return base, 0, 0.0
    search = Search(arrays, patch.seed, TUNING, fixed=sorted(places))
    orders = {s: [node_of(facts, item) for item in items] for s, items in enumerate(base.routes) if items}
    search.load(orders, frozenset(base.ready))
    began = time.monotonic()
    steps = _anneal(search, patch, deadline)
    seconds = time.monotonic() - began
    if search.best_cost >= base.cost:
        return base, steps, seconds
    starts = {v: start for v, (_, start) in places.items()}
    return state_of(facts, search, arrays.skus, starts), steps, seconds


def _settled(arrays: Arrays, coupled: frozenset[int], places: dict[int, tuple[int, Seconds]]) -> Arrays:
    """Visits that depend on others stay where they are, in a shift or left out."""
    return frozen(arrays, places, coupled - places.keys()) if coupled else arrays


def _anneal(search: Search, patch: Patch, deadline: float) -> int:
    """From hot to cold, by steps or by the clock; the steps that were made."""
    began, done, turn, scale = time.monotonic(), 0, 0, 1.0
    hot, cold = search.tuning.hot * patch.heat, search.tuning.cold
    while patch.steps is None or done < patch.steps:
        now = time.monotonic()
        if now >= deadline and done:
            break
        if turn % 10 == 0:
            scale = search.way_per_visit()
        share = (now - began) / max(1e-3, deadline - began) if patch.steps is None else done / patch.steps
        chunk = CHUNK if patch.steps is None else min(CHUNK, patch.steps - done)
        search.step(chunk, scale * hot * (cold / hot) ** min(1.0, share))
        done, turn = done + chunk, turn + 1
    return done
