"""Subset-row cuts: of the routes that hold two or more of three visits, a plan uses at most one.

Jepsen, Petersen, Spoorendonk, Pisinger 2008, "Subset-row inequalities applied to the vehicle-routing problem with
time windows". They close much of the gap between the master's linear relaxation and whole plans.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from scheduler.arrays import Ints, SmallInts

LEAST_VIOLATION = 0.03
MOST_NEW, MOST_PER_VISIT = 60, 6
"""So many cuts are added at once, and so many of them with the same visit."""

_ROOM = 20_000


def violated(items: SmallInts, lengths: SmallInts, used: NDArray[np.float64], visits: int, known: Ints) -> Ints:
    """The most violated cuts that are not known yet.

    Args:
        items, lengths: routes with a positive value in the relaxation.
        used: those values.
        visits: how many visits there are.
        known: cuts that the relaxation has, ``n x 3``, each row ascending.

    Returns:
        Rows of three visits, ascending.
    """
    out, by = np.zeros((_ROOM, 3), np.int64), np.zeros(_ROOM)
    count = _separate(items.astype(np.int64), lengths.astype(np.int64), used, visits, out, by)
    have = {tuple(row) for row in known.tolist()}
    taken: list[Ints] = []
    per_visit = np.zeros(visits, np.int64)
    for row in np.argsort(-by[:count], kind="stable"):
        cut = out[row]
        if len(taken) < MOST_NEW and per_visit[cut].max() < MOST_PER_VISIT and tuple(cut.tolist()) not in have:
            taken.append(cut)
            per_visit[cut] += 1
    return np.array(taken, np.int64).reshape(-1, 3)


@njit(cache=True)
def _separate(items, lengths, used, visits, out, by):  # type: ignore[no-untyped-def]
    """All violated cuts: how much of two of three visits, less twice what holds all three, is above one."""
    both = np.zeros((visits, visits))
    for r in range(len(lengths)):
        for p in range(lengths[r]):
            for q in range(p):
                i, j = items[r, p], items[r, q]
                if i < visits and j < visits:
                    both[i, j] += used[r]
                    both[j, i] += used[r]
    count = 0
    for i in range(visits):
        for j in range(i + 1, visits):
            for k in range(j + 1, visits):
                much = both[i, j] + both[i, k] + both[j, k]
                if much <= 1 + LEAST_VIOLATION:
                    continue
                for r in range(len(lengths)):
                    inside = 0
                    for p in range(lengths[r]):
                        n = items[r, p]
                        inside += n in (i, j, k)
                    if inside == 3:
                        much -= 2 * used[r]
                if much > 1 + LEAST_VIOLATION and count < len(out):
                    out[count, 0], out[count, 1], out[count, 2], by[count] = i, j, k, much
                    count += 1
    return count


@njit(cache=True)
def binds(items, lengths, cuts, visits):  # type: ignore[no-untyped-def]
    """Which routes hold two or more visits of which cut: rows of (route, cut), by route."""
    out, count = np.empty((len(lengths) + 64, 2), np.int64), 0
    of = np.zeros((visits, 64), np.int64)
    many = np.zeros(visits, np.int64)
    for c in range(len(cuts)):
        for place in range(3):
            v = cuts[c, place]
            if many[v] >= of.shape[1]:
                wider = np.zeros((visits, 2 * of.shape[1]), np.int64)
                wider[:, : of.shape[1]] = of
                of = wider
            of[v, many[v]] = c
            many[v] += 1
    hits = np.zeros(len(cuts), np.int64)
    for r in range(len(lengths)):
        for p in range(lengths[r]):
            v = items[r, p]
            if v >= visits:
                continue
            for y in range(many[v]):
                c = of[v, y]
                hits[c] += 1
                if hits[c] == 2:
                    if count >= len(out):
                        longer = np.empty((2 * len(out), 2), np.int64)
                        longer[:count] = out
                        out = longer
                    out[count, 0], out[count, 1] = r, c
                    count += 1
        for p in range(lengths[r]):
            v = items[r, p]
            if v < visits:
                for y in range(many[v]):
                    hits[of[v, y]] = 0
    return out[:count]
