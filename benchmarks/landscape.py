"""Territories with more of reality, of any size: several days, breaks, promises, overtime, scarce parts.

A landscape knows points, not ways between all of them: travel is worked out for what is planned, so fifty thousand
visits need no matrix of all against all.
"""

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.recipe import Recipe
from scheduler.policy import SchedulingPolicy
from scheduler.problem import (
    Break,
    Engineer,
    Matrix,
    Problem,
    Shift,
    Skill,
    Visit,
    Warehouse,
    Window,
    matrix,
)

HOUR, MINUTE, DAY = 3600, 60, 86_400
DETOUR, KM_PER_HOUR = 1.3, 40
LATE_COSTS = {1: 10, 2: 20, 3: 50, 4: 100, 5: 200}
"""Cost of a minute after the promise, by priority."""

Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Landscape:
    """Everything about a territory but the ways.

    Attributes:
        points: kilometres east and north of each place, ``places x 2``.
        visits: their ``place`` is a row of ``points``, as are the engineers' and the warehouses' places.
    """

    points: Points
    engineers: tuple[Engineer, ...]
    visits: tuple[Visit, ...]
    warehouses: tuple[Warehouse, ...]
    horizon: int

    def problem(self, visits: Iterable[Visit] | None = None, engineers: Iterable[Engineer] | None = None) -> Problem:
        """The problem of some of the visits and engineers with every warehouse, or of everything.

        Only the places that are needed are numbered, and only between them travel is worked out.
        """
        chosen = self.visits if visits is None else tuple(visits)
        crew = self.engineers if engineers is None else tuple(engineers)
        homes = [place for e in crew for shift in e.shifts for place in (shift.start_place, shift.end_place)]
        used = sorted({*homes, *(v.place for v in chosen), *(w.place for w in self.warehouses)})
        number = {place: i for i, place in enumerate(used)}
        km = road_km(self.points[used])
        return Problem(
            places=len(used),
            travel=seconds_of(km),
            distance=matrix(np.rint(km * 1000).astype(np.int64)),
            engineers=tuple(_moved(engineer, number) for engineer in crew),
            visits=tuple(replace(visit, place=number[visit.place]) for visit in chosen),
            warehouses=tuple(replace(house, place=number[house.place]) for house in self.warehouses),
            horizon=self.horizon,
        )


@dataclass(frozen=True, eq=False)
class LandscapeCase:
    """A whole landscape to be planned with the default policy; the scheduler's checker is its judge."""

    name: str
    land: Landscape
    best: float | None = None
    all_needed: bool = False
    scale: int = 1

    def problem(self) -> tuple[Problem, SchedulingPolicy]:
        """Everything at once."""
        return self.land.problem(), SchedulingPolicy()

    def part(self, tasks: int) -> "LandscapeCase":
        """The same landscape with its first visits only."""
        return replace(self, land=replace(self.land, visits=self.land.visits[:tasks]))


def road_km(points: Points) -> Points:
    """Kilometres of road from each point to each."""
    km: Points = np.sqrt(((points[:, None] - points[None]) ** 2).sum(-1)) * DETOUR
    return km


def seconds_of(km: Points) -> Matrix:
    """Seconds on the road."""
    return matrix(np.rint(km / KM_PER_HOUR * HOUR).astype(np.int64))


def _moved(engineer: Engineer, number: dict[int, int]) -> Engineer:
    shifts = (
        replace(shift, start_place=number[shift.start_place], end_place=number[shift.end_place])
        for shift in engineer.shifts
    )
    return replace(engineer, shifts=tuple(shifts))


def landscape(recipe: Recipe) -> Landscape:
    """Make a landscape; the same recipe makes the same one."""
    rng = random.Random(repr(recipe))
    places = _Places(recipe, rng)
    houses = [places.anywhere() for _ in range(recipe.warehouses)]
    homes = [places.near_a_town() for _ in range(recipe.engineers)]
    sites = [places.near_a_town() for _ in range(recipe.visits)]
    first_home, first_site = len(houses), len(houses) + len(homes)
    visits = tuple(_a_visit(recipe, rng, n, first_site + n) for n in range(recipe.visits))
    needed = _needed(visits)
    vans = _vans(recipe, rng, needed)
    return Landscape(
        points=np.array([*houses, *homes, *sites]).reshape(-1, 2),
        engineers=tuple(_an_engineer(recipe, rng, n, first_home + n, vans[n]) for n in range(recipe.engineers)),
        visits=visits,
        warehouses=tuple(_a_warehouse(recipe, n, needed) for n in range(recipe.warehouses)),
        horizon=recipe.days * DAY,
    )


class _Places:
    """Draws points: towns of different size, and the country between them."""

    def __init__(self, recipe: Recipe, rng: random.Random) -> None:
        self._rng, self._share = rng, recipe.in_towns
        self._side = math.sqrt(1000 * max(1, recipe.engineers) / recipe.engineers_per_1000_km2)
        towns = max(1, round(recipe.engineers / recipe.engineers_per_town))
        self._towns = [self.anywhere() for _ in range(towns)]
        self._sizes = [1 / (rank + 1) for rank in range(towns)]

    def anywhere(self) -> tuple[float, float]:
        return self._rng.uniform(0, self._side), self._rng.uniform(0, self._side)

    def near_a_town(self) -> tuple[float, float]:
        if self._rng.random() >= self._share:
            return self.anywhere()
        town = self._rng.choices(self._towns, self._sizes)[0]
        east, north = (min(self._side, max(0.0, self._rng.gauss(at, 4))) for at in town)
        return east, north


def _a_visit(recipe: Recipe, rng: random.Random, number: int, place: int) -> Visit:
    skills = rng.sample(range(recipe.skills), 1 if rng.random() < 0.8 else 2)
    priority = rng.choices([1, 2, 3, 4, 5], [10, 20, 50, 15, 5])[0]
    promised = rng.random() < recipe.promises
    parts = rng.sample(range(recipe.skus), rng.choice([1, 1, 2])) if rng.random() < recipe.parts else []
    return Visit(
        id=f"V{number}",
        place=place,
        duration=rng.choice([20, 30, 45, 60, 60, 90, 120]) * MINUTE,
        skills={f"S{skill}": rng.choice([1, 1, 2]) for skill in skills},
        parts={f"P{sku}": 1 for sku in parts},
        windows=_windows(recipe, rng) if rng.random() < recipe.windows else (),
        latest_sla_end=rng.randrange(recipe.days) * DAY + rng.choice([12, 16, 20]) * HOUR if promised else None,
        late_cost_per_minute=LATE_COSTS[priority] if promised else 0,
        priority=priority,
    )


def _windows(recipe: Recipe, rng: random.Random) -> tuple[Window, ...]:
    days = sorted(rng.sample(range(recipe.days), min(recipe.days, rng.choice([1, 1, 2]))))
    starts = [day * DAY + rng.randint(8, 16) * HOUR for day in days]
    return tuple(Window(start, start + rng.choice([1, 2, 2, 4]) * HOUR) for start in starts)


def _an_engineer(recipe: Recipe, rng: random.Random, number: int, home: int, van: dict[str, int]) -> Engineer:
    begins, ends = rng.choice([(8, 17), (8, 17), (8, 17), (12, 20)])
    shifts = []
    for day in range(recipe.days):
        noon = Break(day * DAY + begins * HOUR + 3 * HOUR, day * DAY + begins * HOUR + 5 * HOUR, 30 * MINUTE)
        pause = noon if rng.random() < recipe.breaks else None
        start, end = day * DAY + begins * HOUR, day * DAY + ends * HOUR
        shifts.append(Shift(start, end, home, home, recipe.overtime * MINUTE, pause))
    skills = rng.sample(range(recipe.skills), min(recipe.skills, rng.choice([2, 3, 3, 4])))
    return Engineer(
        id=f"E{number}",
        shifts=tuple(shifts),
        skills={f"S{skill}": Skill(rng.choice([1, 2, 2, 3])) for skill in skills},
        van=van,
    )


def _a_warehouse(recipe: Recipe, number: int, needed: dict[str, int]) -> Warehouse:
    share = recipe.supply / 2 / recipe.warehouses
    return Warehouse(
        id=f"W{number}",
        place=number,
        opening=tuple(Window(day * DAY + 7 * HOUR, day * DAY + 18 * HOUR) for day in range(recipe.days)),
        stock={sku: round(count * share) for sku, count in needed.items()},
        handling=10 * MINUTE,
    )


def _vans(recipe: Recipe, rng: random.Random, needed: dict[str, int]) -> list[dict[str, int]]:
    """What each van holds: unit by unit, some engineer has it."""
    vans: list[dict[str, int]] = [{} for _ in range(recipe.engineers)]
    for sku, count in needed.items():
        for _ in range(round(count * recipe.supply / 2) if vans else 0):
            van = rng.choice(vans)
            van[sku] = van.get(sku, 0) + 1
    return vans


def _needed(visits: Iterable[Visit]) -> dict[str, int]:
    out: dict[str, int] = {}
    for visit in visits:
        for sku, count in visit.parts.items():
            out[sku] = out.get(sku, 0) + count
    return dict(sorted(out.items()))
