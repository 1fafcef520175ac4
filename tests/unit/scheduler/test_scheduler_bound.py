"""Bounds are never above the best plan, and a proof is one."""

import time

import numpy as np
import pytest

from scheduler.bound import Bounder
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
