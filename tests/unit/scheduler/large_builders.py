"""Small large problems: whole problems as if they came with a source of travel, and a few engineers on a line."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from scheduler.large import LargeProblem, Shares
from scheduler.large_tiles import Size
from scheduler.problem import Engineer, Matrix, Problem, Shift, Skill, Visit, Warehouse, matrix

HOUR, DAY = 3600, 86_400

TINY = Shares(area=Size(visits=5, slots=3, crew=1), days=Size(visits=6, slots=4, crew=3), patch_seconds=0.05, extra=0.5)
"""So small that even a handful of visits are planned in parts."""


@dataclass
class Table:
    """Travel out of a whole problem's matrices; ``most`` is the largest matrix that was asked for."""

    problem: Problem
    most: int = 0

    def between(self, places: Sequence[int]) -> tuple[Matrix, Matrix]:
        self.most = max(self.most, len(places))
        index = np.ix_(list(places), list(places))
        return matrix(self.problem.travel[index]), matrix(self.problem.distance[index])


@dataclass
class Line:
    """Places on a line, a minute and a kilometre for each unit."""

    at: list[float] = field(default_factory=list)

    def between(self, places: Sequence[int]) -> tuple[Matrix, Matrix]:
        at = np.array(self.at)[list(places)]
        gap = np.abs(at[:, None] - at[None])
        return matrix(np.rint(gap * 60).astype(int)), matrix(np.rint(gap * 1000).astype(int))


def large_of(problem: Problem, seed: int = 0) -> LargeProblem:
    """A whole problem as a large one; where its places are is made up."""
    points = np.random.default_rng(seed).uniform(0, 50, (problem.places, 2))
    return LargeProblem(
        points,
        Table(problem),
        problem.engineers,
        problem.visits,
        problem.warehouses,
        problem.horizon,
        problem.travel_percent_by_hour,
    )


def on_a_line(
    engineers: Sequence[tuple[float, str]], visits: Sequence[tuple[float, str]], stock: int = 0, days: int = 1
) -> LargeProblem:
    """Engineers and visits by place and skill; work of an hour, shifts of nine hours; a warehouse at 0."""
    at = [0.0, *(place for place, _ in engineers), *(place for place, _ in visits)]
    crew = tuple(
        Engineer(
            id=f"E{n}",
            shifts=tuple(Shift(d * DAY + 8 * HOUR, d * DAY + 17 * HOUR, 1 + n, 1 + n) for d in range(days)),
            skills={skill: Skill()},
        )
        for n, (_, skill) in enumerate(engineers)
    )
    work = tuple(
        Visit(
            id=f"V{n}",
            place=1 + len(engineers) + n,
            duration=HOUR,
            skills={skill: 1},
            parts={"P": 1} if stock else {},
        )
        for n, (_, skill) in enumerate(visits)
    )
    houses = (Warehouse("W", 0, stock={"P": stock}),) if stock else ()
    points = np.array([(place, 0.0) for place in at])
    return LargeProblem(points, Line(at), crew, work, houses, days * DAY)
