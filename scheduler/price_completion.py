"""What the rest of a route costs at least, by node and time: prunes labels that cannot become a good route."""

import numpy as np
from numba import njit

from scheduler.price_steps import ENDLESS, SCALE, TOO_LATE, end_cost, soft_cost, start_at
from scheduler.price_view import N_FIRST, N_HOME, N_LAST, N_SOFT, N_TAIL, S_LIMIT, S_START


@njit(cache=True)
def completion(  # type: ignore[no-untyped-def]
    step, arc, node, shift, window, then, until, prices, charge, grid, usable, best, next_, second
):
    """Lower bounds of the scaled reduced cost from a node's start to the end of a route.

    Routes may repeat nodes, but not go back and forth between two; breaks and parts cost nothing, and cuts only on legs
    between two of their visits; times are rounded down to the grid. ``best[t, i]`` is the bound, ``next_`` the next
    node of it (-1: home), ``second`` the bound for any other next node.

    Args:
        step, arc, node, shift, window, then, until: see ``View``.
        prices: scaled dual price of each node.
        charge: what each leg costs more because of cuts, see ``price.cut_tables``.
        grid: seconds; at most the least of ``step`` off the diagonal, unless not usable.
        usable: if not, nothing is known, and the tables say so.
        best, next_, second: tables of at least ``(limit - start) // grid + 1`` rows, to be filled.
    """
    once = np.zeros(len(node), np.int64)
    completions(
        step, arc, node, shift, window, then, until, prices, charge, grid, usable, once,
        best.reshape((1, *best.shape)), next_.reshape((1, *next_.shape)), second.reshape((1, *second.shape)),
    )  # fmt: skip


@njit(cache=True)
def completions(  # type: ignore[no-untyped-def]
    step, arc, node, shift, window, then, until, prices, charge, grid, usable, once, best, next_, second
):  # fmt: skip
    """The same for routes that pass some visits at most once: tighter, but a table for each set of them.

    Args:
        step .. usable: see ``completion``.
        once: a bit for each of those visits, 0 for others.
        best, next_, second: a table for each set of those visits that may still follow, in the order of their bits.
    """
    for left in range(len(best)):
        _fill(
            step, arc, node, shift, window, then, until, prices, charge, grid, usable, once, left, best, next_, second
        )


@njit(cache=True)
def _fill(  # type: ignore[no-untyped-def]
    step, arc, node, shift, window, then, until, prices, charge, grid, usable, once, left, bests, nexts, seconds
):
    """The table for one set; those of its subsets are there."""
    best, next_, second = bests[left], nexts[left], seconds[left]
    m = len(node)
    rows = (shift[S_LIMIT] - shift[S_START]) // grid + 1
    if not usable:
        best[:rows, :m] = -ENDLESS
        second[:rows, :m] = -ENDLESS
        next_[:rows, :m] = -1
        return
    simple, soft = len(window) == 0, node[:, N_SOFT].any()
    opens = node[:, N_FIRST].copy()
    ahead, gain = np.empty((m, m), np.int64), np.empty((m, m), np.int64)  # in the order of ``then``
    for i in range(m):
        for y in range(m - 1):
            k = then[i, y]
            ahead[i, y] = step[i, k]
            gain[i, y] = SCALE * arc[i, k] - prices[k] + charge[i, k]
    for row in range(rows - 1, -1, -1):
        moment = shift[S_START] + row * grid
        for i in range(m):
            if moment > node[i, N_LAST]:
                best[row, i] = second[row, i] = ENDLESS
                next_[row, i] = -1
                continue
            if moment + grid <= node[i, N_FIRST]:  # the same start as in the row after
                best[row, i], second[row, i], next_[row, i] = best[row + 1, i], second[row + 1, i], next_[row + 1, i]
                continue
            t = start_at(i, moment, node, window)
            if t >= TOO_LATE:
                best[row, i] = second[row, i] = ENDLESS
                next_[row, i] = -1
                continue
            first = other = SCALE * (node[i, N_HOME] + end_cost(t + node[i, N_TAIL], shift))
            after = -1
            for y in range(m - 1):
                if until[i, y] < t:
                    break
                k = then[i, y]
                if once[k] & ~left:
                    continue
                after_k = left & ~once[k]
                if simple:
                    tk = max(t + ahead[i, y], opens[k])
                else:
                    tk = start_at(k, t + ahead[i, y], node, window)
                    if tk >= TOO_LATE:
                        continue
                q = (tk - shift[S_START]) // grid
                cost = bests[after_k, q, k] if nexts[after_k, q, k] != i else seconds[after_k, q, k]
                cost += gain[i, y]
                if soft:
                    cost += SCALE * soft_cost(k, tk, node)
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
