"""How long it takes to offer one visit more: ``python -m benchmarks.insert``.

A landscape of open visits is planned once; then customers at places that the plan does not know ask, one after the
other, for the ten cheapest shifts, and for the best engineer in each two-hour window of all days. In process, one
question at a time. Compiling happens before, once for each machine.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.landscape import DAY, HOUR, landscape
from benchmarks.recipe import Recipe
from benchmarks.report import facts
from scheduler.budget import Budget
from scheduler.insert import Choice, Inserter, Offer, Ways, warm_up
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem, Visit, Window
from scheduler.solve import plan

HEAD = f"{'question':<24}{'asked':>6}{'answered':>10}{'median ms':>11}{'p95 ms':>9}{'most ms':>9}"


def measure(visits: int, engineers: int, days: int, asked: int, seed: int) -> list[tuple[str, int, list[float]]]:
    """Print the preparation, and answer for each question its name, how many were answered, and milliseconds."""
    land = landscape(Recipe(visits + asked, engineers, seed, days))
    everything, problem = land.problem(), land.problem(land.visits[:visits])
    policy, planned = SchedulingPolicy(), time.perf_counter()
    made = plan(problem, policy, Budget(seconds=600, seed=seed), engine="insertion")
    print(f"{len(made.assignments)} of {visits} visits planned in {time.perf_counter() - planned:.1f} s")
    began = time.perf_counter()
    warm_up()
    warm = time.perf_counter()
    inserter = Inserter(problem, policy, made)
    print(f"compiled or loaded in {warm - began:.1f} s, prepared in {time.perf_counter() - warm:.1f} s", flush=True)
    windows = [Window(d * DAY + h * HOUR, d * DAY + (h + 2) * HOUR) for d in range(days) for h in range(8, 18, 2)]
    guests = [(visit, ways_of(everything, problem.places, visit.place)) for visit in everything.visits[visits:]]

    def ranked(visit: Visit, ways: Ways) -> Sequence[Offer]:
        return inserter.rank(visit, ways)

    def offered(visit: Visit, ways: Ways) -> Sequence[Choice]:
        return [choice for choice in inserter.offers(visit, windows, ways) if choice.offer is not None]

    return [
        ("ten cheapest shifts", *timed(guests, ranked)),
        (f"{len(windows)} arrival windows", *timed(guests, offered)),
    ]


def ways_of(everything: Problem, places: int, place: int) -> Ways:
    """The ways between a place and the first ones."""
    travel, distance = everything.travel, everything.distance
    return Ways(travel[:places, place], travel[place, :places], distance[:places, place], distance[place, :places])


def timed(
    guests: Sequence[tuple[Visit, Ways]], ask: Callable[[Visit, Ways], Sequence[object]]
) -> tuple[int, list[float]]:
    """How many questions had an answer, and the milliseconds of each."""
    answered, took = 0, []
    for visit, ways in guests:
        began = time.perf_counter()
        answered += bool(ask(visit, ways))
        took.append(1000 * (time.perf_counter() - began))
    return answered, took


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point: 0 if every question's 95th percentile is within the limit, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.insert", description=__doc__)
    parser.add_argument("--visits", type=int, default=400, help="open visits that are planned")
    parser.add_argument("--engineers", type=int, default=80)
    parser.add_argument("--days", type=int, default=5)
    parser.add_argument("--asked", type=int, default=200, help="visits that are asked about")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=float, default=50.0, help="milliseconds for the 95th percentile")
    options = parser.parse_args(arguments)
    known = facts("python -m benchmarks.insert")
    print(f"{known['date']}, commit {known['commit']}, {known['machine']}")
    rows = measure(options.visits, options.engineers, options.days, options.asked, options.seed)
    print(HEAD)
    for name, answered, took in rows:
        middle, high = (float(np.percentile(took, share)) for share in (50, 95))
        print(f"{name:<24}{len(took):>6}{answered:>10}{middle:>11.1f}{high:>9.1f}{max(took):>9.1f}")
    return 0 if all(np.percentile(took, 95) <= options.limit for _, _, took in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
