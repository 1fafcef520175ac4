"""Every route of a slot whose reduced cost is small: what a plan near the bound can be made of."""

import numpy as np
from numba import njit

from scheduler.price_steps import SCALE, TOO_LATE, charged_twice, cuts_cost, end_cost, soft_cost, start_at, supplied
from scheduler.price_view import (
    N_HOME,
    N_HOUSE,
    N_LEAD,
    N_NEED,
    N_NEED_END,
    N_OUT,
    N_TAIL,
    N_WORK,
    S_BREAK,
    S_EARLIEST,
    S_LATEST,
    S_LIMIT,
    S_MOST,
    S_START,
)

P_COST, P_TIME, P_NODE, P_BEHIND, P_COUNT, P_HOUSES, P_VAN, P_CUTS, P_NEXT, P_LEFT, P_MASK = range(11)
"""Columns of the stack: see ``price_labels``; ``P_NEXT`` is the next extension to try, two for each node;
``P_LEFT`` the visits of ``completions`` that are not in the route yet, as bits."""
FULL, IMPATIENT = -1, -2


@njit(cache=True)
def list_slot(  # type: ignore[no-untyped-def]
    step, arc, node, shift, need, window, visits, rich,
    prices, cut_bits, cut_price, once, best, next_, second, grid, most, patience, routes, lengths,
):  # fmt: skip
    """List all routes with a scaled reduced cost of at most ``most``, depth first.

    Orders of the same visits are all listed; a route whose break can be taken in several gaps may be listed twice.

    Args:
        step .. rich: see ``View``; prices .. grid: see ``price_slot``.
        once, best, next_, second: see ``completions``.
        most: the largest scaled reduced cost, slot price left out.
        patience: so many extensions are tried at most.
        routes, lengths: room for local nodes and their number.

    Returns:
        How many routes there are, or FULL if there is no room for all, or IMPATIENT.
    """
    m, words = len(node), (visits + 63) // 64
    deepest = routes.shape[1]
    stack = np.zeros((deepest + 1, P_MASK + max(words, 1)), np.int64)
    begin, pause = shift[S_START], shift[S_BREAK]
    stack[0, P_TIME], stack[0, P_NODE], stack[0, P_BEHIND] = begin, -1, pause == 0
    depth, count = 0, 0
    stack[0, P_LEFT] = len(best) - 1
    while depth >= 0:
        turn = stack[depth, P_NEXT]
        k, phase = turn // 2, turn % 2
        if k >= m:
            depth -= 1
            continue
        stack[depth, P_NEXT] = turn + 1
        patience -= 1
        if patience < 0:
            return IMPATIENT
        i, behind = stack[depth, P_NODE], stack[depth, P_BEHIND]
        if phase == 1 and behind:
            continue
        if k < visits:
            if (stack[depth, P_MASK + (k >> 6)] >> (k & 63)) & 1:
                continue
            if shift[S_MOST] and stack[depth, P_COUNT] >= shift[S_MOST]:
                continue
        elif stack[depth, P_HOUSES] & node[k, N_HOUSE]:
            continue
        time = stack[depth, P_TIME]
        arrival = node[k, N_LEAD] if i < 0 else time + step[i, k]
        if phase == 1:
            free = max(begin if i < 0 else time + node[i, N_WORK], shift[S_EARLIEST])
            if free > shift[S_LATEST]:
                continue
            arrival = pause + max(free, arrival)
        ready, van = 0, stack[depth, P_VAN]
        if rich and node[k, N_NEED_END] > node[k, N_NEED]:
            ready, van = supplied(k, stack[depth, P_HOUSES], van, node, need)
            if ready < 0:
                continue
        start = start_at(k, max(arrival, ready), node, window)
        after = behind or phase == 1
        if start >= TOO_LATE or (not after and start + node[k, N_WORK] > shift[S_LATEST]):
            continue
        leg = node[k, N_OUT] if i < 0 else arc[i, k]
        cost = stack[depth, P_COST] + SCALE * (leg + soft_cost(k, start, node)) - prices[k]
        cost += cuts_cost(stack[depth, P_CUTS] & cut_bits[k], cut_price)
        q = (start - begin) // grid
        left = stack[depth, P_LEFT] & ~once[k]
        rest = best[left, q, k] if i < 0 or next_[left, q, k] != i else second[left, q, k]
        rest -= charged_twice(k, stack[depth, P_CUTS], cut_bits, cut_price)
        if cost + rest > most:
            continue
        if depth + 1 >= deepest:
            return FULL
        before = stack[depth]
        depth += 1
        top = stack[depth]
        top[:] = before
        top[P_COST], top[P_TIME], top[P_NODE], top[P_BEHIND], top[P_NEXT] = cost, start, k, after, 0
        top[P_LEFT], top[P_VAN], top[P_CUTS] = left, van, before[P_CUTS] ^ cut_bits[k]
        if k >= visits:
            top[P_HOUSES] |= node[k, N_HOUSE]
            continue
        top[P_COUNT] += 1
        top[P_MASK + (k >> 6)] |= np.int64(1) << (k & 63)
        end = start + node[k, N_TAIL]
        if not after and end > min(shift[S_LATEST], shift[S_LIMIT]):
            end = pause + max(end, start + node[k, N_WORK], shift[S_EARLIEST])
        if cost + SCALE * (node[k, N_HOME] + end_cost(end, shift)) <= most:
            if count >= len(routes):
                return FULL
            for d in range(depth):
                routes[count, d] = stack[d + 1, P_NODE]
            lengths[count] = depth
            count += 1
    return count
