"""Seeded random problems: small ones with every feature, and territory days of a given size."""

import random
from dataclasses import replace

import numpy as np

from scheduler.policy import SchedulingPolicy
from scheduler.problem import (
    After,
    Break,
    Engineer,
    Pin,
    PinKind,
    Position,
    Problem,
    Published,
    Shift,
    Skill,
    Visit,
    Warehouse,
    Window,
    matrix,
)

HOUR = 3600
DAY = 24 * HOUR


def roads(rng: random.Random, places: int, size_km: float) -> tuple[np.ndarray, np.ndarray]:
    """Travel seconds and metres between random points, at 40 km/h on roads 1.3 times as long as straight ones."""
    points = np.array([(rng.uniform(0, size_km), rng.uniform(0, size_km)) for _ in range(places)])
    km = np.sqrt(((points[:, None] - points[None]) ** 2).sum(-1)) * 1.3
    return matrix(np.ceil(km / 40 * 3600).astype(int)), matrix(np.ceil(km * 1000).astype(int), "distance")


def random_problem(seed: int) -> Problem:
    """A small problem in which every feature turns up for some seed."""
    rng = random.Random(seed)
    engineers, visits, houses, days = rng.randint(1, 5), rng.randint(0, 14), rng.randint(0, 2), rng.randint(1, 2)
    places = engineers + visits + houses + 1
    travel, distance = roads(rng, places, rng.choice([10, 30, 60]))
    crew = tuple(_engineer(rng, e, places, days) for e in range(engineers))
    problem = Problem(
        places=places,
        travel=travel,
        distance=distance,
        engineers=crew,
        visits=tuple(_visit(rng, v, engineers + v, days, [e.id for e in crew]) for v in range(visits)),
        warehouses=tuple(_warehouse(rng, w, engineers + visits + w) for w in range(houses)),
        horizon=days * DAY,
    )
    problem = _with_loans(problem, random.Random(f"loans {seed}"))
    problem = _with_durations(problem, random.Random(f"durations {seed}"))
    problem = _coupled(problem, random.Random(f"coupled {seed}"))
    problem = _with_tours(problem, random.Random(f"tours {seed}"))
    hours = random.Random(f"hours {seed}")
    if hours.random() < 0.7:
        return problem
    return replace(problem, travel_percent_by_hour=tuple(hours.choice([70, 100, 130, 190]) for _ in range(24)))


def plain_problem(seed: int) -> Problem:
    """The same problem without what brute force knows nothing of: loans, learned durations, hours, dependence.

    Nor does it know that a tour which is limited does not excuse that somebody is late for a pin.
    """
    problem = random_problem(seed)
    pinned = {visit.pin.engineer for visit in problem.visits if visit.pin is not None and visit.pin.window is not None}
    return replace(
        problem,
        engineers=tuple(
            replace(e, shifts=tuple(replace(shift, longest=None) for shift in e.shifts)) if e.id in pinned else e
            for e in problem.engineers
        ),
        visits=tuple(replace(visit, durations={}, after=(), group=None) for visit in problem.visits),
        warehouses=tuple(replace(house, tools=frozenset()) for house in problem.warehouses),
        travel_percent_by_hour=(),
    )


def random_policy(seed: int) -> SchedulingPolicy:
    """The default policy, or one that pays for working time, or for an uneven load."""
    rng = random.Random(f"policy {seed}")
    return SchedulingPolicy(working_percent=rng.choice([0, 50, 200]), fairness_percent=rng.choice([0, 0, 150]))


def _with_durations(problem: Problem, rng: random.Random) -> Problem:
    """Some engineers take another time for some visits."""
    visits = []
    for visit in problem.visits:
        learned = {e.id: max(0, visit.duration + rng.choice([-900, 600, 1800])) for e in problem.engineers}
        keep = rng.sample(sorted(learned), rng.choice([0, 0, 1, len(learned)]))
        visits.append(replace(visit, durations={name: learned[name] for name in keep}))
    return replace(problem, visits=tuple(visits))


def _coupled(problem: Problem, rng: random.Random) -> Problem:
    """For half of the seeds, some visits wait for others and some start together."""
    visits = list(problem.visits)
    if rng.random() < 0.5 or len(visits) < 4:
        return problem
    for number in range(rng.randint(0, 2)):
        members = rng.sample([v for v, visit in enumerate(visits) if visit.group is None], 2)
        for v in members:
            visits[v] = replace(visits[v], group=f"G{number}", place=visits[members[0]].place)
    groups = [visit.group for visit in visits]
    for v in range(1, len(visits)):
        others = [u for u in range(v) if groups[u] is None or groups[u] != groups[v]]
        free = groups[v] is None or groups.index(groups[v]) == v
        if rng.random() < 0.2 and others and free:
            waits = (After(visits[u].id, rng.choice([0, 0, HOUR])) for u in rng.sample(others, 1))
            visits[v] = replace(visits[v], after=tuple(waits))
    return replace(problem, visits=tuple(visits))


def _with_loans(problem: Problem, rng: random.Random) -> Problem:
    """Some warehouses lend tools."""
    houses = (
        replace(w, tools=frozenset(rng.sample(["ladder", "meter"], rng.randint(0, 2)))) for w in problem.warehouses
    )
    return replace(problem, warehouses=tuple(houses))


def _with_tours(problem: Problem, rng: random.Random) -> Problem:
    """For a third of the seeds, some tours may not be longer than so long."""
    if rng.random() < 0.67:
        return problem

    def limited(shift: Shift) -> Shift:
        return replace(shift, longest=rng.choice([None, 2 * HOUR, 4 * HOUR, 4 * HOUR + 1800, 6 * HOUR]))

    crew = (replace(e, shifts=tuple(limited(shift) for shift in e.shifts)) for e in problem.engineers)
    return replace(problem, engineers=tuple(crew))


def _engineer(rng: random.Random, e: int, places: int, days: int) -> Engineer:
    shifts = []
    for day in range(days):
        if rng.random() < 0.85:
            start = day * DAY + rng.choice([7, 8, 9, 12]) * HOUR
            pause = Break(start + 3 * HOUR, start + rng.choice([4, 5]) * HOUR, 1800) if rng.random() < 0.6 else None
            end_place = e if rng.random() < 0.7 else places - 1
            shifts.append(Shift(start, start + 8 * HOUR, e, end_place, rng.choice([0, HOUR]), pause))
    names = rng.sample(["gas", "lift", "it"], rng.randint(1, 3))
    skills = {n: Skill(rng.randint(1, 3), rng.choice([None, None, None, 20 * HOUR])) for n in names}
    return Engineer(
        id=f"E{e}",
        shifts=tuple(shifts),
        skills=skills,
        van={sku: rng.randint(0, 2) for sku in rng.sample(["A", "B", "C"], rng.randint(0, 3))},
        tools=frozenset(rng.sample(["ladder", "meter"], rng.randint(0, 2))),
        max_visits_per_shift=rng.choice([None, None, 2, 4]),
        cost_per_hour=rng.choice([3000, 4000]),
        position=Position(rng.randrange(places), rng.randint(6, 20) * HOUR) if rng.random() < 0.2 else None,
    )


def _visit(rng: random.Random, v: int, place: int, days: int, crew: list[str]) -> Visit:
    windows = []
    for _ in range(rng.choice([0, 0, 1, 2])):
        start = rng.randrange(days) * DAY + rng.randint(8, 15) * HOUR
        windows.append(Window(start, start + rng.choice([0, 1, 2, 4]) * HOUR))
    start = rng.randrange(days) * DAY + rng.randint(8, 15) * HOUR
    who = rng.choice(crew)
    pins = [
        Pin(PinKind.RESOURCE, who),
        Pin(PinKind.TIME, start=start),
        Pin(PinKind.BOTH, who, start),
        Pin(PinKind.RANGE, who, start, start + HOUR),
        Pin(PinKind.RANGE, None, start, start + HOUR),
    ]
    parts = {sku: rng.randint(1, 2) for sku in rng.sample(["A", "B", "C"], rng.choice([0, 0, 1, 2]))}
    return Visit(
        id=f"V{v}",
        place=place,
        duration=rng.choice([0, 900, 1800, 3600, 7200]),
        skills={n: rng.randint(1, 2) for n in rng.sample(["gas", "lift", "it"], rng.choice([0, 1, 1, 2]))},
        tools=frozenset(["ladder"]) if rng.random() < 0.15 else frozenset(),
        parts=parts,
        windows=tuple(windows),
        earliest=rng.choice([0, 0, 10 * HOUR]),
        latest_sla_end=rng.choice([None, rng.randint(4, 30) * HOUR]),
        late_cost_per_minute=rng.choice([0, 20, 100]),
        priority=rng.randint(1, 5),
        mandatory=rng.random() < 0.1,
        preferred=frozenset([rng.choice(crew)]) if rng.random() < 0.2 else frozenset(),
        required=frozenset([rng.choice(crew)]) if rng.random() < 0.1 else frozenset(),
        excluded=frozenset([rng.choice(crew)]) if rng.random() < 0.1 else frozenset(),
        pin=rng.choice(pins) if rng.random() < 0.2 else None,
        published=Published(who, start) if rng.random() < 0.4 else None,
        shipped={sku: rng.randint(4, 30) * HOUR for sku in parts if rng.random() < 0.3},
        requested=rng.randint(0, 12) * HOUR,
    )


def _warehouse(rng: random.Random, w: int, place: int) -> Warehouse:
    return Warehouse(
        id=f"W{w}",
        place=place,
        opening=() if rng.random() < 0.5 else (Window(8 * HOUR, 17 * HOUR), Window(DAY + 8 * HOUR, DAY + 17 * HOUR)),
        stock={sku: rng.randint(0, 3) for sku in ["A", "B", "C"]},
        handling=rng.choice([0, 600]),
    )


def territory(visits: int, engineers: int, days: int, seed: int = 0) -> Problem:
    """A territory's open visits: half with a window, 30 % with parts, shifts with a break and an hour of overtime."""
    rng = random.Random(seed)
    places = engineers + visits + 2
    travel, distance = roads(rng, places, 40)
    skills = ["gas", "lift", "it", "water", "power", "cold"]
    skus = [f"P{i}" for i in range(30)]
    crew = tuple(
        Engineer(
            id=f"E{e:02}",
            shifts=tuple(
                Shift(
                    day * DAY + 8 * HOUR,
                    day * DAY + 17 * HOUR,
                    e,
                    e,
                    HOUR,
                    Break(day * DAY + 11 * HOUR, day * DAY + 13 * HOUR, 1800),
                )
                for day in range(days)
            ),
            skills={name: Skill(rng.randint(1, 3)) for name in rng.sample(skills, rng.choice([2, 3, 4]))},
            van={sku: rng.randint(1, 2) for sku in rng.sample(skus, 10)},
        )
        for e in range(engineers)
    )
    return Problem(
        places=places,
        travel=travel,
        distance=distance,
        engineers=crew,
        visits=tuple(_open_visit(rng, v, engineers + v, days, skills, skus) for v in range(visits)),
        warehouses=tuple(
            Warehouse(
                f"W{w}",
                engineers + visits + w,
                tuple(Window(day * DAY + 7 * HOUR, day * DAY + 18 * HOUR) for day in range(days)),
                {sku: rng.randint(0, 4) for sku in skus},
                600,
            )
            for w in range(2)
        ),
        horizon=days * DAY,
    )


def _open_visit(rng: random.Random, v: int, place: int, days: int, skills: list[str], skus: list[str]) -> Visit:
    start = rng.randrange(days) * DAY + rng.choice([8, 9, 10, 11, 12, 13, 14]) * HOUR
    priority = rng.choice([1, 2, 3, 3, 3, 4, 5])
    return Visit(
        id=f"V{v:03}",
        place=place,
        duration=rng.choice([20, 30, 45, 60, 60, 90, 120]) * 60,
        skills={rng.choice(skills): rng.randint(1, 2)},
        parts={rng.choice(skus): 1} if rng.random() < 0.3 else {},
        windows=(Window(start, start + rng.choice([1, 2, 4]) * HOUR),) if rng.random() < 0.5 else (),
        latest_sla_end=rng.randint(12, days * 24) * HOUR,
        late_cost_per_minute=priority * 10,
        priority=priority,
        requested=0,
    )
