"""What the rest of a route costs at least, by node and time: prunes labels that cannot become a good route."""

import numpy as np
from numba import njit

from scheduler.price_steps import ENDLESS, SCALE, TOO_LATE, end_cost, soft_cost, start_at
from scheduler.price_view import N_HOME, N_LAST, N_TAIL, S_LIMIT, S_START


@njit(cache=True)
def completion(step, arc, node, shift, window, prices, grid, usable, best, next_, second):  # type: ignore[no-untyped-def]
    """Lower bounds of the scaled reduced cost from a node's start to the end of a route.

    Routes may repeat nodes, but not go back and forth between two; breaks, parts and cuts cost nothing; times are
    rounded down to the grid. ``best[t, i]`` is the bound, ``next_`` the next node of it (-1: home), ``second`` the
    bound for any other next node.

    Args:
        step, arc, node, shift, window: see ``View``.
        prices: scaled dual price of each node.
        grid: seconds; at most the least of ``step`` off the diagonal, unless not usable.
        usable: if not, nothing is known, and the tables say so.
        best, next_, second: tables of at least ``(limit - start) // grid + 1`` rows, to be filled.
    """
    m = len(node)
    rows = (shift[S_LIMIT] - shift[S_START]) // grid + 1
    if not usable:
        best[:rows, :m] = -ENDLESS
        second[:rows, :m] = -ENDLESS
        next_[:rows, :m] = -1
        return
    for row in range(rows - 1, -1, -1):
        moment = shift[S_START] + row * grid
        for i in range(m):
            first, after, other = ENDLESS, -1, ENDLESS
            if moment <= node[i, N_LAST]:
                t = start_at(i, moment, node, window)
                if t < TOO_LATE:
                    first = other = SCALE * (node[i, N_HOME] + end_cost(t + node[i, N_TAIL], shift))
                    for k in range(m):
                        tk = t + step[i, k]
                        if tk > node[k, N_LAST] or k == i:
                            continue
                        tk = start_at(k, tk, node, window)
                        if tk >= TOO_LATE:
                            continue
                        q = (tk - shift[S_START]) // grid
                        cost = best[q, k] if next_[q, k] != i else second[q, k]
                        cost += SCALE * (arc[i, k] + soft_cost(k, tk, node)) - prices[k]
                        if cost < first:
                            if after >= 0:
                                other = first
                            first, after = cost, k
                        elif cost < other:
                            other = cost
            best[row, i] = first
            next_[row, i] = after
            second[row, i] = other


def tables(rows: int, nodes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Room for ``completion``."""
    return np.empty((rows, nodes), np.int64), np.empty((rows, nodes), np.int64), np.empty((rows, nodes), np.int64)
