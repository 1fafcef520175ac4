"""Territory days: engineers with two to four of eight skills, visits in clusters, half of them with short windows.

Times are seconds from midnight; a place is a point in a square of 60 km. An engineer works from home to home; a
plan costs its travel in seconds plus a penalty for every visit that is left out.
"""

import random

import numpy as np

from benchmarks.day import Day, Task, Vehicle
from scheduler.problem import Matrix, matrix

HOUR, MINUTE = 3600, 60
SKILLS = 8
CENTRES = 6
DETOUR = 1.3
"""Kilometres of road per kilometre as the crow flies."""

KM_PER_HOUR = 40
PENALTIES = {1: 20_000, 2: 40_000, 3: 80_000, 4: 160_000, 5: 320_000}
"""Seconds for leaving a visit out, by priority; the days have priorities 1 to 3."""

Point = tuple[float, float]


def territory_day(visits: int, engineers: int, seed: int) -> Day:
    """One day. The order of the random draws is part of the benchmark: a change gives other days."""
    rng = random.Random(seed)
    centres = [(rng.uniform(5, 55), rng.uniform(5, 55)) for _ in range(CENTRES)]
    homes, vehicles = [], []
    for number in range(engineers):
        homes.append(_point(rng, centres))
        vehicles.append(_engineer(rng, number))
    sites, tasks = [], []
    for number in range(visits):
        task = _visit(rng, number, engineers + number)
        sites.append(_point(rng, centres))
        tasks.append(Task(*task, priority=rng.choice([1, 1, 1, 1, 2, 2, 3])))
    return Day(
        name=str(seed),
        travel=travel_seconds([*homes, *sites]),
        tasks=tuple(tasks),
        vehicles=tuple(vehicles),
        penalties=PENALTIES,
        all_needed=False,
    )


def travel_seconds(points: list[Point]) -> Matrix:
    """Seconds from each point to each, cut off to whole ones."""
    at = np.array(points).reshape(-1, 2)
    km = np.sqrt(((at[:, None] - at[None]) ** 2).sum(-1))
    return matrix((km * DETOUR / KM_PER_HOUR * HOUR).astype(np.int64))


def _point(rng: random.Random, centres: list[Point]) -> Point:
    if rng.random() >= 0.6:
        return rng.uniform(0, 60), rng.uniform(0, 60)
    centre = rng.choice(centres)
    x = min(60.0, max(0.0, rng.gauss(centre[0], 4)))
    return x, min(60.0, max(0.0, rng.gauss(centre[1], 4)))


def _engineer(rng: random.Random, number: int) -> Vehicle:
    skills = rng.sample(range(SKILLS), rng.choice([2, 3, 3, 4]))
    start, end = (8, 17) if rng.random() < 0.8 else (12, 20)
    return Vehicle(f"E{number}", number, start * HOUR, end * HOUR, _names(skills))


def _visit(rng: random.Random, number: int, place: int) -> tuple[str, int, int, int, int, frozenset[str]]:
    skills = [rng.randrange(SKILLS)] if rng.random() < 0.8 else rng.sample(range(SKILLS), 2)
    service = rng.choice([20, 30, 45, 60, 60, 90, 120]) * MINUTE
    opens, closes = 8 * HOUR, 20 * HOUR
    if rng.random() < 0.5:
        opens = rng.choice([8, 9, 10, 11, 12, 13, 14, 15, 16]) * HOUR
        closes = opens + rng.choice([1, 2, 2, 4]) * HOUR
    return f"V{number}", place, service, opens, closes, _names(skills)


def _names(skills: list[int]) -> frozenset[str]:
    return frozenset(f"S{skill}" for skill in skills)
