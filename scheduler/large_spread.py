"""Who could do what, and a first spread of the visits over the engineers: near, and nobody has too much.

Each visit looks at the nearest engineers who are able. Engineers with more work than time get dearer, step by step,
until their visits go to others (prices of an assignment problem by subgradient steps, as in Bertsekas's auction view
of it); so scarce skills are kept for those who need them.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scheduler.arrays import Ints
from scheduler.facts import engineer_block, pinned_engineer
from scheduler.large_problem import LargeProblem, Points
from scheduler.policy import HardRule, SchedulingPolicy
from scheduler.problem import Engineer, Shift, Visit

NEAREST = 24
"""So many able engineers are looked at for each visit."""

STEPS = 80
"""Changes of the prices."""

WAY = 900
"""Seconds of travel that are reckoned for each visit."""

NOBODY = -1


def candidates_of(big: LargeProblem, policy: SchedulingPolicy) -> tuple[Ints, Points]:
    """For each visit the nearest able engineers and how far they live, ``visits x NEAREST``.

    Unused columns hold NOBODY and infinity. The engineer of a published booking comes first, as if at the door.
    """
    count, most = len(big.visits), max(1, min(NEAREST, len(big.engineers)))
    near, far = np.full((count, most), NOBODY, np.int64), np.full((count, most), np.inf)
    homes = homes_of(big)
    for key, visits in _alike(big.visits).items():
        able = _able(big, policy, big.visits[visits[0]], key)
        if not len(able):
            continue
        for first in range(0, len(visits), 2048):
            rows = np.array(visits[first : first + 2048])
            at = big.points[[big.visits[v].place for v in rows]]
            way = np.sqrt(((at[:, None] - homes[able][None]) ** 2).sum(-1))
            for i, v in enumerate(rows):
                published = big.visits[v].published
                if published is not None:
                    way[i, able == big.engineer_index.get(published.engineer, NOBODY)] = 0.0
            order = np.argsort(way, axis=1, kind="stable")[:, :most]
            near[rows, : order.shape[1]] = able[order]
            far[rows, : order.shape[1]] = np.take_along_axis(way, order, axis=1)
    return near, far


def homes_of(big: LargeProblem) -> Points:
    """Where each engineer starts, on average over the shifts that are left."""
    out = np.full((len(big.engineers), 2), big.points.mean(axis=0) if len(big.points) else 0.0)
    for e, engineer in enumerate(big.engineers):
        begins = [begin for k in range(len(engineer.shifts)) if (begin := engineer.start_of(k)) is not None]
        if begins:
            out[e] = big.points[[place for _, place in begins]].mean(axis=0)
    return out


def spread(big: LargeProblem, near: Ints, far: Points) -> Ints:
    """One engineer for each visit, NOBODY where none is able."""
    chosen = near[:, 0].copy() if near.size else np.full(len(big.visits), NOBODY, np.int64)
    rows = np.flatnonzero(chosen != NOBODY)
    if not len(rows):
        return chosen
    work = np.array([visit.duration + WAY for visit in big.visits], np.float64)[rows]
    time = np.maximum(1.0, [_time_of(engineer) for engineer in big.engineers])
    time *= max(1.0, work.sum() / time.sum())
    third = far[rows, min(2, far.shape[1] - 1)]
    scale = float(np.median(np.where(np.isfinite(third), third, far[rows, 0]))) or 1.0
    price, who, way = np.zeros(len(big.engineers)), near[rows], far[rows]
    best, least = chosen[rows], np.inf
    for step in range(STEPS):
        own = np.take_along_axis(who, np.argmin(way + price[who], axis=1)[:, None], axis=1)[:, 0]
        load = np.bincount(own, weights=work, minlength=len(price))
        over = float(np.maximum(0.0, load - time).sum())
        if over < least:
            best, least = own, over
        price = np.maximum(0.0, price + scale * (load / time - 1.0) / np.sqrt(1.0 + step))
    chosen[rows] = best
    return chosen


def _time_of(engineer: Engineer) -> int:
    usable = (shift for k, shift in enumerate(engineer.shifts) if engineer.start_of(k) is not None)
    return sum(_time_in(shift) for shift in usable)


def _time_in(shift: Shift) -> int:
    length = shift.end - shift.start
    tour = length if shift.longest is None else min(length, shift.longest)
    return tour - (shift.break_.duration if shift.break_ else 0)


def _alike(visits: tuple[Visit, ...]) -> dict[tuple[object, ...], list[int]]:
    """Visits that the same engineers can do."""
    out: dict[tuple[object, ...], list[int]] = {}
    for v, visit in enumerate(visits):
        skills, names = tuple(sorted(visit.skills.items())), (visit.required, visit.excluded)
        out.setdefault((skills, visit.tools, names, pinned_engineer(visit)), []).append(v)
    return out


def _able(big: LargeProblem, policy: SchedulingPolicy, visit: Visit, key: tuple[object, ...]) -> NDArray[np.int64]:
    """The engineers who may do a visit in some shift that is left."""
    pinned = key[-1]
    if isinstance(pinned, str):
        return np.array([big.engineer_index[pinned]], np.int64)
    named = visit.required if policy.on(HardRule.ENGINEERS) else frozenset()
    asked = sorted(big.engineer_index[name] for name in named if name in big.engineer_index)
    plain = replace(visit, pin=None)
    return np.array(
        [
            e
            for e in (asked if named else range(len(big.engineers)))
            if (until := _first_end(big.engineers[e])) is not None
            and engineer_block(plain, big.engineers[e], until, policy, big.warehouses) is None
        ],
        np.int64,
    )


def _first_end(engineer: Engineer) -> int | None:
    """The end of the first shift that is left: whoever's certificates have expired by then has none later."""
    ends = (shift.end for k, shift in enumerate(engineer.shifts) if engineer.start_of(k) is not None)
    return min(ends, default=None)
