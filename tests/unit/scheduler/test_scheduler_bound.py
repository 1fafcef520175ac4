"""Bounds are never above the best plan, and a proof is one."""

import time

import numpy as np
import pytest

from scheduler.bound import Bounder
from scheduler.bound_dive import dive
from scheduler.choose import holds, plan_cost
from scheduler.columns import Columns, joined
from tests.unit.scheduler.price_problems import optimum, small_problem


@pytest.mark.parametrize("tenth", range(10))
def test_the_bound_is_never_above_the_best_plan(tenth):
    closed = 0
    for seed in range(20 * tenth, 20 * tenth + 20):
        facts, arrays = small_problem(seed)
        best = optimum(facts)
        found = Bounder(arrays, Columns(len(arrays.node))).improve(joined([]), time.monotonic() + 60)
        assert found.bound is not None, seed
        assert found.bound <= best <= found.cost, seed
        assert holds(arrays, found.plan), seed
        assert found.cost == plan_cost(arrays, found.plan, np.arange(len(found.plan))), seed
        closed += found.proven
    assert closed >= 12


@pytest.mark.parametrize("seed", range(0, 40, 2))
def test_a_dive_gives_a_plan(seed):
    facts, arrays = small_problem(seed)
    bounder = Bounder(arrays, Columns(len(arrays.node)))
    node, generation = bounder.nodes[0], bounder.generation
    generation.price_out(node, 1 << 60, lambda: False)
    relaxed = node.relaxed.objective
    plan = dive(arrays, generation, node, np.random.default_rng(seed), np.inf, lambda: False)
    served = plan.items[(plan.items >= 0) & (plan.items < arrays.visits)].tolist()
    assert len(set(served)) == len(served)
    assert len(set(plan.slots.tolist())) == len(plan)
    assert plan_cost(arrays, plan, np.arange(len(plan))) >= optimum(facts)
    assert generation.opened(node).solve().objective == pytest.approx(relaxed, abs=1.0)


def test_a_dive_that_gets_too_dear_fixes_nothing_more():
    _, arrays = small_problem(0)
    bounder = Bounder(arrays, Columns(len(arrays.node)))
    node, generation = bounder.nodes[0], bounder.generation
    generation.price_out(node, 1 << 60, lambda: False)
    assert len(dive(arrays, generation, node, np.random.default_rng(0), 0.0, lambda: False)) == 0
    assert dive(arrays, generation, node, np.random.default_rng(0), 0.0, lambda: True) is None


def test_a_polished_plan_is_taken_if_it_is_cheaper():
    facts, arrays = small_problem(4)
    columns = Columns(len(arrays.node))
    best = Bounder(arrays, columns).improve(joined([]), time.monotonic() + 60).plan
    offered = []

    def polish(plan):
        offered.append(plan)
        return best

    found = Bounder(arrays, Columns(len(arrays.node)), polish=polish).improve(joined([]), time.monotonic() + 60)
    assert offered
    assert found.cost == optimum(facts)
