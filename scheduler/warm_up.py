"""Compile before the first problem comes: a small one with a little of everything."""

from dataclasses import replace

import numpy as np

from scheduler.arrays import arrays_of
from scheduler.budget import Budget
from scheduler.cuts import violated
from scheduler.facts import Facts
from scheduler.insert import Inserter
from scheduler.plan import Plan
from scheduler.policy import SchedulingPolicy
from scheduler.price import Duals, Pricer
from scheduler.problem import Break, Engineer, Problem, Shift, Skill, Visit, Warehouse, Window, matrix
from scheduler.solve import plan

HOUR = 3600
DEAR = 1_000_000
"""What serving a visit is worth where pricing is to find routes."""


def warm_up() -> None:
    """Plan small days with every part of the engine. The compiler keeps what it made on disk for the next time."""
    day = _day()
    _ask(day, plan(day, budget=Budget(seconds=2.0, iterations=20)))
    _price(day)
    for short_cuts in (False, True):
        # What is compiled on the way costs the budget; the second time there is time for what comes after.
        for _ in range(2):
            plan(_day(short_cuts), budget=Budget(seconds=0.5))


def _ask(problem: Problem, found: Plan) -> None:
    """Ask where one visit more would go: the API does, and its first caller is not to wait for the compiler."""
    inserter = Inserter(problem, SchedulingPolicy(), found)
    another = replace(problem.visits[0], id="another")
    inserter.rank(another)
    inserter.offers(another, [Window(9 * HOUR, 11 * HOUR), Window(13 * HOUR, 15 * HOUR)])


def _price(problem: Problem) -> None:
    """Price, list and cut once: the small days are proven before the engine comes to that."""
    arrays = arrays_of(Facts(problem, SchedulingPolicy()))
    pricer = Pricer(arrays)
    duals = Duals(np.full(arrays.visits, DEAR), np.zeros(arrays.slots, np.int64))
    for exact in (False, True):
        found = pricer.price(0, duals, exact)
    pricer.listed(0, duals, most=0, room=1_000)
    routes = found.routes
    violated(routes.items, routes.lengths, np.full(len(routes.lengths), 0.5), arrays.visits, np.zeros((0, 3), np.int64))


def _day(short_cuts: bool = False) -> Problem:
    """A day; with short cuts some ways are quicker by another place."""
    far = [[0 if a == b else 300 + 60 * abs(a - b) for b in range(10)] for a in range(10)]
    if short_cuts:
        far = [[way**2 // 300 for way in row] for row in far]
    shift = Shift(8 * HOUR, 16 * HOUR, 0, 0, HOUR, Break(11 * HOUR, 13 * HOUR, 1800))
    return Problem(
        places=10,
        travel=matrix(far),
        distance=matrix(far),
        engineers=(
            Engineer("E1", (shift,), {"gas": Skill(2)}, van={"A": 1}),
            Engineer("E2", (shift,), {"gas": Skill(1)}),
        ),
        visits=tuple(
            Visit(
                f"V{v}",
                1 + v,
                HOUR,
                {"gas": 1},
                parts={"A": 1} if v % 2 else {},
                windows=(Window(9 * HOUR, 15 * HOUR),) if v % 3 else (),
                latest_sla_end=12 * HOUR,
                late_cost_per_minute=20,
            )
            for v in range(8)
        ),
        warehouses=(Warehouse("W", 9, stock={"A": 5}),),
    )


if __name__ == "__main__":
    warm_up()
