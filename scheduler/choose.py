"""Choose routes from a pool so that together they are the cheapest plan, with everything that couples them exact."""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from scheduler.arrays import Arrays, Ints
from scheduler.columns import Routes
from scheduler.cuts import binds
from scheduler.master import Master
from scheduler.price_cost import uses
from scheduler.price_steps import SCALE

Rows = NDArray[np.intp]

MOST_ROUTES = 20_000
"""Larger pools are cut down to the routes that fit the linear relaxation best."""

RELAXING = 0.5
"""The relaxation gets no more than this part of the time."""


@dataclass(frozen=True)
class Chosen:
    """A choice of routes.

    Attributes:
        rows: which routes of the pool.
        cost: their cost and that of the visits left out.
        optimal: no choice from the whole pool is cheaper.
        bound: no choice from the whole pool costs less, as far as is known.
    """

    rows: Rows
    cost: int
    optimal: bool
    bound: int


def choose(
    arrays: Arrays,
    routes: Routes,
    hint: Rows,
    seconds: float,
    seed: int = 0,
    work: float | None = None,
    most: int = MOST_ROUTES,
    filtered: bool | None = None,
    cuts: Ints | None = None,
) -> Chosen:
    """The cheapest choice that serves no visit twice, uses no slot twice, and overdraws neither van nor warehouse.

    Args:
        arrays: the problem.
        routes: the pool, with exact costs.
        hint: rows of a choice that is known; the answer is never worse.
        seconds: wall-clock limit, the relaxation included.
        seed: for the solver.
        work: deterministic limit of the solver; with it alone the answer does not depend on the machine.
        most: keep at most so many routes.
        filtered: filter by the linear relaxation first; if None, when the pool is larger than ``most``.
        cuts: subset-row cuts (see ``cuts``) that tighten the solver's relaxation; they exclude nothing.
    """
    end, known = time.monotonic() + seconds, plan_cost(arrays, routes, hint)
    if filtered or (filtered is None and len(routes) > most):
        rows, floor = _promising(arrays, routes, hint, known, most, RELAXING * seconds)
    else:
        rows, floor = np.arange(len(routes)), None
    pool = routes.take(rows)
    model, taken = _model(arrays, pool, np.flatnonzero(np.isin(rows, hint)))
    if cuts is not None:
        _add_cuts(arrays, model, taken, pool, cuts)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = max(0.01, end - time.monotonic())
    if work is not None:
        solver.parameters.max_deterministic_time = work
    status = solver.solve(model)
    best, cost = hint, known
    if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        found = rows[[solver.boolean_value(x) for x in taken]]
        if plan_cost(arrays, routes, found) < known or not holds(arrays, routes.take(hint)):
            best, cost = found, plan_cost(arrays, routes, found)
    bound = cost if status == cp_model.OPTIMAL else max(0, int(np.ceil(solver.best_objective_bound - 1e-6)))
    bound = min(cost, bound if floor is None else min(bound, floor))
    return Chosen(best, cost, bound == cost, bound)


def plan_cost(arrays: Arrays, routes: Routes, rows: Rows) -> int:
    """Cost of a choice, visits left out included."""
    items = routes.items[rows]
    inside = (np.arange(items.shape[1]) < routes.lengths[rows, None]) & (items < arrays.visits)
    return int(routes.costs[rows].sum() + arrays.unserved.sum() - arrays.unserved[items[inside]].sum())


def holds(arrays: Arrays, routes: Routes) -> bool:
    """Whether a choice overdraws nothing."""
    return all(taken <= held for _, taken, held in _draws(arrays, routes, np.ones(len(routes), np.bool_)))


def _draws(arrays: Arrays, routes: Routes, chosen: NDArray[np.bool_]) -> list[tuple[Ints, int, int]]:
    """For each van or warehouse and part: rows of (route, units), units if all chosen are used, units held."""
    table = uses(arrays, routes)
    held = np.concatenate([arrays.van, arrays.stock])
    out = []
    order = np.lexsort((table[:, 0], table[:, 2], table[:, 1]))
    table = table[order]
    edges = np.flatnonzero((table[1:, 1:3] != table[:-1, 1:3]).any(axis=1)) + 1
    for part in np.split(table, edges) if len(table) else []:
        total = int(part[chosen[part[:, 0]], 3].sum())
        out.append((part[:, [0, 3]], total, int(held[part[0, 1], part[0, 2]])))
    return out


def _model(arrays: Arrays, routes: Routes, hint: Rows) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in range(len(routes))]
    left_out = [model.new_bool_var("") for _ in range(arrays.visits)]
    by_visit: list[list[cp_model.IntVar]] = [[x] for x in left_out]
    by_slot: list[list[cp_model.IntVar]] = [[] for _ in range(arrays.slots)]
    for x, slot, length, items in zip(taken, routes.slots, routes.lengths, routes.items.tolist(), strict=True):
        by_slot[slot].append(x)
        for item in items[:length]:
            if item < arrays.visits:
                by_visit[item].append(x)
    for one in by_visit:
        model.add_exactly_one(one)
    for some in by_slot:
        model.add_at_most_one(some)
    for rows, most, held in _draws(arrays, routes, np.ones(len(routes), np.bool_)):
        if most > held:
            terms = [taken[route] for route in rows[:, 0]]
            model.add(cp_model.LinearExpr.weighted_sum(terms, rows[:, 1].tolist()) <= held)
    cost = [*routes.costs.tolist(), *arrays.unserved.tolist()]
    model.minimize(cp_model.LinearExpr.weighted_sum([*taken, *left_out], cost))
    _add_hint(arrays, model, taken, left_out, routes, hint)
    return model, taken


def _add_cuts(
    arrays: Arrays, model: cp_model.CpModel, taken: list[cp_model.IntVar], routes: Routes, cuts: Ints
) -> None:
    """Of routes with two of three visits at most one: any two of them share a visit."""
    hit = binds(routes.items.astype(np.int64), routes.lengths.astype(np.int64), cuts, arrays.visits)
    for cut in range(len(cuts)):
        model.add_at_most_one(taken[route] for route in hit[hit[:, 1] == cut, 0])


def _add_hint(
    arrays: Arrays,
    model: cp_model.CpModel,
    taken: list[cp_model.IntVar],
    left_out: list[cp_model.IntVar],
    routes: Routes,
    hint: Rows,
) -> None:
    used, served = np.zeros(len(routes), np.bool_), np.zeros(len(arrays.node) + 1, np.bool_)
    used[hint] = True
    served[routes.items[hint].ravel()] = True
    for x, on in zip(taken, used.tolist(), strict=True):
        model.add_hint(x, on)
    for x, on in zip(left_out, served[: arrays.visits].tolist(), strict=True):
        model.add_hint(x, not on)


def _promising(arrays: Arrays, routes: Routes, hint: Rows, known: int, most: int, seconds: float) -> tuple[Rows, int]:
    """The routes that a choice cheaper than ``known`` can use, the hint, and a bound on choices that use others.

    By the duals of the relaxation over the pool, summed in whole numbers; of too many, the least reduced costs.
    """
    master = Master(arrays, np.zeros(arrays.visits, np.int64), 0, 0)
    master.add(routes)
    duals = master.solve(seconds).duals
    price = np.zeros(len(arrays.node) + 1, np.int64)
    price[: arrays.visits] = duals.visits
    inside = np.arange(routes.items.shape[1]) < routes.lengths[:, None]
    reduced = SCALE * routes.costs - price[np.where(inside, routes.items, -1)].sum(axis=1)
    least = np.zeros(arrays.slots, np.int64)
    np.minimum.at(least, routes.slots, reduced)
    bound = int(duals.visits.sum() + least.sum())
    above = reduced - least[routes.slots]  # a choice with this route costs at least so much more than the bound
    fits = np.flatnonzero(bound + above <= SCALE * (known - 1))
    floor = known
    if len(fits) > most:
        fits = fits[np.argsort(above[fits], kind="stable")]
        floor = -(-(bound + int(above[fits[most]])) // SCALE)
        fits = fits[:most]
    return np.union1d(fits, hint), floor
