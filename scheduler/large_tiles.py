"""Tiles: neighbouring engineers' shifts of neighbouring days, few enough to be planned together.

A territory is cut in two again and again, across its longer side, until every piece is small enough; pieces with few
engineers are cut into earlier and later days instead. Each cut leaves on both sides what fills whole tiles. Another
angle and another least crew give other seams.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.large_problem import LargeProblem, Points
from scheduler.units import Seconds

Key = tuple[int, int]
"""Engineer and shift, by their indices."""


@dataclass(frozen=True)
class Size:
    """How large a tile may be.

    Attributes:
        visits: most visits.
        slots: most shifts.
        crew: pieces with no more engineers are cut by days.
    """

    visits: int = 240
    slots: int = 48
    crew: int = 4


@dataclass(frozen=True)
class Tile:
    """Shifts that are planned together.

    Attributes:
        keys: in the order of the problem.
        first, last: shifts of all its engineers that start from ``first`` to ``last`` belong to it.
    """

    keys: tuple[Key, ...]
    first: Seconds
    last: Seconds


def cut(big: LargeProblem, homes: Points, load: Mapping[Key, float], size: Size, angle: float) -> list[Tile]:
    """Cut all shifts into tiles.

    Args:
        big: the problem.
        homes: where each engineer is, ``engineers x 2``.
        load: visits that each shift has, or may be expected to have.
        size: of a tile.
        angle: the plane is turned by so much before it is cut, in radians.
    """
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    tiles: list[Tile] = []
    pieces = [list(big.slots)] if big.slots else []
    while pieces:
        piece = pieces.pop()
        sides = _parted(big, homes @ turn, load, size, piece)
        if sides is None:
            starts = [_start(big, key) for key in piece]
            tiles.append(Tile(tuple(sorted(piece)), min(starts), max(starts)))
        else:
            pieces += reversed(sides)
    return tiles


def _parted(
    big: LargeProblem, homes: Points, load: Mapping[Key, float], size: Size, piece: list[Key]
) -> tuple[list[Key], list[Key]] | None:
    """A piece in two for whole numbers of tiles, or None if it is small enough or cannot be cut."""
    visits = sum(load.get(key, 0.0) for key in piece)
    tiles = math.ceil(max(len(piece) / size.slots, visits / size.visits))
    if tiles <= 1:
        return None
    share = (tiles // 2) / tiles
    crew = sorted({e for e, _ in piece})
    days = sorted({_start(big, key) for key in piece})
    if len(crew) > size.crew or (len(days) == 1 and len(crew) > 1):
        spans = homes[crew].max(axis=0) - homes[crew].min(axis=0)
        axis = int(np.argmax(spans))
        rank = {e: i for i, e in enumerate(sorted(crew, key=lambda e: (homes[e, axis], homes[e, 1 - axis], e)))}
        return _by_weight(piece, [rank[e] for e, _ in piece], load, share)
    if len(days) > 1:
        return _by_weight(piece, [_start(big, key) for key in piece], load, share)
    return None


def _by_weight(
    piece: list[Key], value: Sequence[int], load: Mapping[Key, float], share: float
) -> tuple[list[Key], list[Key]]:
    """Cut between two values so that about this share of load and shifts is below."""
    weight: dict[int, float] = {}
    mean = max(1.0, sum(load.get(key, 0.0) for key in piece) / len(piece))
    for key, at in zip(piece, value, strict=True):
        weight[at] = weight.get(at, 0.0) + load.get(key, 0.0) + mean
    values = sorted(weight)
    reached = np.cumsum([weight[at] for at in values])[:-1]
    edge = values[int(np.argmin(np.abs(reached - sum(weight.values()) * share))) + 1]
    low = [key for key, at in zip(piece, value, strict=True) if at < edge]
    high = [key for key, at in zip(piece, value, strict=True) if at >= edge]
    return low, high


def _start(big: LargeProblem, key: Key) -> Seconds:
    return big.engineers[key[0]].shifts[key[1]].start
