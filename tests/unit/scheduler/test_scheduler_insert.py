"""Insert mode: what is offered is exact, and nothing better was missed."""

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from scheduler.budget import Budget
from scheduler.build import state_from_plan
from scheduler.check import check
from scheduler.facts import ENDLESS, Facts
from scheduler.insert import Inserter, Offer, Ways
from scheduler.plan import Plan
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Matrix, Problem, Visit, Window, matrix
from scheduler.solve import plan_of
from scheduler.solved import Solved
from scheduler.state import State
from scheduler.timing import Bounds, departures, time_route
from tests.unit.scheduler.builders import solve
from tests.unit.scheduler.random_problems import HOUR, random_policy, random_problem, territory

WINDOWS = [Window(h * HOUR, (h + 2) * HOUR) for h in (6, 8, 10, 12, 14, 16, 32, 36, 40)]


class Case:
    """A random problem with its plan, and one visit of it that is asked about as if it were new or planned."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(f"insert {seed}")
        full = random_problem(seed)
        self.policy = random_policy(seed)
        self.guest: Visit | None = None
        if not full.visits:
            return
        self.guest = rng.choice(full.visits)
        if rng.random() < 0.6 and not _is_coupled(full, self.guest):
            self.known = replace(full, visits=tuple(v for v in full.visits if v.id != self.guest.id))
            self.full = replace(full, visits=(*self.known.visits, self.guest))
        else:
            self.known = self.full = full
        self.plan: Plan = solve(self.known, self.policy, "insertion")
        self.v = next(i for i, visit in enumerate(self.full.visits) if visit.id == self.guest.id)

    def state(self) -> State | None:
        """The plan without the visit, in the problem with it; None if the plan does not hold without it."""
        state = state_from_plan(Facts(self.full, self.policy), self.plan)
        return state if state.slot_of[self.v] is None or state.take_out(self.v) else None

    def brute(self, state: State) -> list[tuple[int, int]]:
        """The least cost of each shift that can take the visit, the cheapest first."""
        best = []
        for slot in state.facts.allowed[self.v]:
            costs = [found.extra for found in state.insertions(self.v, slot)]
            best += [(min(costs), slot)] if costs else []
        return sorted(best)


def _is_coupled(problem: Problem, visit: Visit) -> bool:
    v = problem.visits.index(visit)
    return v in Facts(problem, SchedulingPolicy()).coupling.visits


def cases(first: int, count: int) -> list[tuple[int, Case, State]]:
    """Cases in which there is something to ask."""
    made = [(seed, Case(seed)) for seed in range(first, first + count)]
    states = [(seed, case, case.state()) for seed, case in made if case.guest is not None]
    return [(seed, case, state) for seed, case, state in states if state is not None]


def assert_true(case: Case, state: State, offer: Offer) -> None:
    """Carried out, the offer costs what it says, and the checker accepts the plan."""
    before = state.cost - state.facts.unserved[case.v]
    twin = state.copy()
    twin.apply(offer.insertion)
    assert twin.cost - before == offer.extra_cost
    assert twin.start_of(case.v) == offer.arrival
    plan = plan_of(Solved(twin), "insertion", Budget(), 0.0)
    assert check(case.full, plan, case.policy) == ()
    assert plan.assignments[offer.visit_id].finish == offer.finish
    assert (plan.assignments[offer.visit_id].engineer, offer.shift_index) == (
        offer.engineer,
        plan.assignments[offer.visit_id].shift_index,
    )


@pytest.mark.parametrize("first", range(0, 120, 40))
def test_the_ranking_is_that_of_trying_every_place_and_every_offer_is_true(first: int) -> None:
    offered = 0
    for seed, case, state in cases(first, 40):
        ranked = Inserter(case.known, case.policy, case.plan).rank(case.guest, most=100)
        assert [(o.extra_cost, o.insertion.slot) for o in ranked] == case.brute(state), f"seed {seed}"
        for offer in ranked:
            assert_true(case, state, offer)
        offered += len(ranked)
    assert offered > 20


def test_the_offer_for_a_window_is_the_cheapest_with_an_arrival_in_it() -> None:
    offered = refused = 0
    for seed, case, state in cases(200, 70):
        choices = Inserter(case.known, case.policy, case.plan).offers(case.guest, WINDOWS)
        for window, choice in zip(WINDOWS, choices, strict=True):
            costs = [cost for slot in state.facts.allowed[case.v] for cost in within(case, state, slot, window)]
            if choice.offer is None:
                assert costs == [], f"seed {seed} {window}"
                assert choice.reason is not None
                refused += 1
            else:
                assert choice.offer.extra_cost == min(costs), f"seed {seed} {window}"
                assert window.start <= choice.offer.arrival <= window.end
                assert_true(case, state, choice.offer)
                offered += 1
    assert offered > 50
    assert refused > 50


def within(case: Case, state: State, slot: int, window: Window) -> list[int]:
    """The cost of every way to take the visit into a shift with an arrival in a window."""
    before, out = state.timed[slot], []
    for found in state.insertions(case.v, slot):
        ready = {**state.ready, case.v: found.supply.ready}
        bounds = {u: state.bounds_of(u, slot, found.items) for u in found.items if u in state.facts.coupling.visits}
        own = bounds.get(case.v, Bounds())
        bounds[case.v] = Bounds(max(own.first, window.start), min(own.last, window.end), own.excused)
        timed = time_route(state.facts, state.facts.slots[slot], found.items, ready, bounds)
        if timed is not None:
            out.append(timed.cost - (0 if before is None else before.cost))
    return out


def test_the_start_may_slip_exactly_as_far_as_is_said() -> None:
    wide = broken = 0
    for seed, case, state in cases(300, 80):
        rng = random.Random(seed)
        for offer in Inserter(case.known, case.policy, case.plan).rank(case.guest, most=4):
            first, last = offer.possible.start, offer.possible.end
            assert first <= offer.window.start <= offer.arrival <= offer.window.end <= last
            for start in {first, last, rng.randint(first, last), offer.arrival}:
                assert holds(case, state, offer, start), f"seed {seed} {offer.engineer} {start}"
            if is_free(case, state, offer):
                for start in (first - 1, last + 1):
                    assert not holds(case, state, offer, start), f"seed {seed} {offer.engineer} {start}"
                    broken += 1
            wide += last > first
    assert wide > 25
    assert broken > 50


def is_free(case: Case, state: State, offer: Offer) -> bool:
    """Whether the width is claimed to be exact: the visit depends on no other and nothing on the route has to wait."""
    facts, coupling = state.facts, state.facts.coupling
    depends = case.v in coupling.visits or coupling.waits(offer.insertion.items)
    late = any(facts.timings[u].may_be_late for u in offer.insertion.items if u == case.v or u in coupling.visits)
    return not depends and not late and not is_tight(facts, offer)


def is_tight(facts: Facts, offer: Offer) -> bool:
    """Whether a tour that may not be longer has so little time to spare that not every departure is looked at."""
    found, slot = offer.insertion, facts.slots[offer.insertion.slot]
    leaves = None if slot.longest == ENDLESS else departures(facts, slot, found.items, {}, {})
    return leaves is not None and slot.longest - (found.timed.end - leaves[1]) < 180


def holds(case: Case, state: State, offer: Offer, start: int) -> bool:
    """Whether the work can start then and no promise to others is broken further."""
    facts, found = state.facts, offer.insertion
    if facts.timings[case.v].may_be_late and start == offer.arrival:
        return True
    if not any(window.start <= start <= window.end for window in facts.timings[case.v].windows):
        return False
    slot = facts.slots[found.slot]
    k = found.items.index(case.v)
    bounds = {u: state.bounds_of(u, found.slot, found.items) for u in found.items if u in facts.coupling.visits}
    promised = list(zip(found.items, found.timed.starts, strict=True))
    # Who leaves later for a tour that may not be longer must not be late for those before either.
    for item, planned in promised if slot.longest < ENDLESS else promised[k + 1 :]:
        if item >= 0 and item != case.v:
            own = bounds.get(item, Bounds())
            bounds[item] = own._replace(last=min(own.last, max(planned, facts.timing(item, slot.engineer).late_after)))
    bounds[case.v] = Bounds(start, start)
    ready = {**state.ready, case.v: found.supply.ready}
    return time_route(facts, slot, found.items, ready, bounds) is not None


def test_a_place_that_is_new_costs_what_it_would_cost_in_the_problem() -> None:
    compared = 0
    for seed in range(420, 460):
        full, policy = random_problem(seed), random_policy(seed)
        if not full.visits or _is_coupled(full, full.visits[-1]):
            continue
        guest, known = full.visits[-1], replace(full, visits=full.visits[:-1])
        plan, n, near = solve(known, policy, "insertion"), full.places, guest.place
        ways = Ways(full.travel[:, near] + 61, full.travel[near] + 67, full.distance[:, near] + 7, full.distance[near])
        there = replace(guest, place=n)
        wide = replace(
            full,
            places=n + 1,
            travel=wider(full.travel, ways.travel_to, ways.travel_from),
            distance=wider(full.distance, ways.distance_to, ways.distance_from),
            visits=(*known.visits, there),
        )
        state = state_from_plan(Facts(wide, policy), plan)
        brute = sorted(
            (min(costs), slot)
            for slot in state.facts.allowed[len(known.visits)]
            if (costs := [found.extra for found in state.insertions(len(known.visits), slot)])
        )
        ranked = Inserter(known, policy, plan).rank(replace(guest, place=0), ways, most=100)
        assert [(o.extra_cost, o.insertion.slot) for o in ranked] == brute, f"seed {seed}"
        compared += len(brute)
    assert compared > 20


def test_nothing_better_is_missed_on_full_days() -> None:
    full, policy = territory(54, 8, 2), SchedulingPolicy()
    known, offered = replace(full, visits=full.visits[:46]), 0
    plan = solve(known, policy, "insertion")
    inserter = Inserter(known, policy, plan)
    state = state_from_plan(Facts(full, policy), plan)
    for v in range(46, 54):
        best = []
        for slot in state.facts.allowed[v]:
            costs = [found.extra for found in state.insertions(v, slot)]
            best += [(min(costs), slot)] if costs else []
        ranked = inserter.rank(full.visits[v], most=100)
        assert [(o.extra_cost, o.insertion.slot) for o in ranked] == sorted(best), v
        offered += len(ranked)
    assert offered > 20


def wider(table: Matrix, to: Sequence[int], back: Sequence[int]) -> Matrix:
    """A matrix with one place more."""
    return matrix(np.vstack([np.column_stack([table, to]), [*back, 0]]))
