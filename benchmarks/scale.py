"""``python -m benchmarks scale``: time, memory and quality of large plans, as a curve over the number of visits."""

import argparse
import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from benchmarks.landscape import Landscape, landscape, road_km, seconds_of
from benchmarks.recipe import Recipe, recipe_of
from scheduler.budget import Budget
from scheduler.large import LargeProblem, Step, plan_large
from scheduler.large_check import check_large
from scheduler.plan import Objective
from scheduler.problem import Matrix, matrix
from scheduler.units import Place

VISITS_PER_ENGINEER, DAYS = 50, 10

HEAD = (
    f"{'visits x engineers x days':>26} {'budget':>7} {'seconds':>8} {'on core':>8} {'MB':>6} {'served':>8} "
    f"{'cost/visit':>10} {'late':>10} {'check s':>8}  violations"
)


@dataclass(frozen=True, eq=False)
class StraightRoads:
    """Roads 1.3 times as long as straight ones, at one speed."""

    land: Landscape

    def between(self, places: Sequence[Place]) -> tuple[Matrix, Matrix]:
        """Seconds and metres between some of the places."""
        km = road_km(self.land.points[list(places)])
        return seconds_of(km), matrix(np.rint(km * 1000).astype(np.int64))


@dataclass(frozen=True)
class Measured:
    """One plan.

    Attributes:
        seconds: by the clock, from the call to the answer.
        on_core: of all processes.
        megabytes: peak of the planning process, and of the largest of its children for each worker.
        cost_per_visit: of everything but visits left out, for each visit served.
        late: cost of lateness.
        checked: seconds of the independent check.
    """

    name: str
    budget: float
    seconds: float
    on_core: float
    megabytes: int
    served: int
    visits: int
    cost_per_visit: float
    late: int
    checked: float
    violations: int


def large_of(land: Landscape) -> LargeProblem:
    """A landscape for ``plan_large``."""
    return LargeProblem(land.points, StraightRoads(land), land.engineers, land.visits, land.warehouses, land.horizon)


def measure(recipe: Recipe, budget: Budget, on_step: Callable[[Step], None] | None = None, name: str = "") -> Measured:
    """Plan and check one landscape in this process and the workers it starts."""
    big = large_of(landscape(recipe))
    began, used = time.monotonic(), _core_seconds()
    plan = plan_large(big, budget=budget, on_step=on_step)
    seconds, on_core = time.monotonic() - began, _core_seconds() - used
    peak = _megabytes(budget.workers)
    began = time.monotonic()
    violations = check_large(big, plan)
    served = len(big.visits) - len(plan.unassigned)
    return Measured(
        name=name or f"{recipe.visits}x{recipe.engineers}x{recipe.days}",
        budget=budget.seconds,
        seconds=seconds,
        on_core=on_core,
        megabytes=peak,
        served=served,
        visits=len(big.visits),
        cost_per_visit=(plan.cost - plan.score[Objective.UNSERVED]) / max(1, served),
        late=plan.score[Objective.LATENESS],
        checked=time.monotonic() - began,
        violations=len(violations),
    )


def _core_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _megabytes(workers: int) -> int:
    """Linux counts kilobytes; of the children only the largest is known, so each counts as that one."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss if workers > 1 else 0
    return (own + workers * child) // 1024


def line(row: Measured) -> str:
    """A row of the table."""
    return (
        f"{row.name:>26} {row.budget:7.0f} {row.seconds:8.1f} {row.on_core:8.1f} {row.megabytes:6d} "
        f"{100 * row.served / max(1, row.visits):7.2f}% {row.cost_per_visit:10.1f} {row.late:10d} {row.checked:8.1f}  "
        f"{row.violations}"
    )


def growth(rows: Sequence[Measured]) -> Iterator[str]:
    """Between each size and the next: the exponents of time on the cores and of memory over the number of visits."""
    for small, large in pairwise(rows):
        if large.visits > small.visits > 0:
            by = np.log(large.visits / small.visits)
            on_core = np.log(large.on_core / max(1e-9, small.on_core)) / by
            memory = np.log(large.megabytes / max(1, small.megabytes)) / by
            yield f"{small.name} -> {large.name}: time ~ n^{on_core:.2f}, memory ~ n^{memory:.2f}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the subcommand."""
    parser.add_argument("--sizes", default="1000,5000,20000,50000", help="visits, or recipes such as 4000x50x14")
    parser.add_argument("--per-visit", type=float, default=5.6, help="milliseconds of budget for each visit")
    parser.add_argument("--seconds", type=float, help="the same budget for every size instead")
    parser.add_argument("--steps", type=int, help="steps of the search for each part instead of the clock")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--progress", action="store_true", help="print every tenth part")


def run(options: argparse.Namespace) -> int:
    """Print the table: each size in a process of its own, so that its peak is its own."""
    print(HEAD, flush=True)
    rows: list[Measured] = []
    for size in options.sizes.split(","):
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as own:
            rows.append(own.submit(_one, size, options).result())
        print(line(rows[-1]), flush=True)
    print("\n".join(growth(rows)))
    return 1 if any(row.violations for row in rows) else 0


def _one(size: str, options: argparse.Namespace) -> Measured:
    recipe = recipe_of(recipe_name(size), options.seed)
    seconds = options.seconds or max(4.0, recipe.visits * options.per_visit / 1000)
    if options.steps is not None:
        seconds = 86_400.0
    budget = Budget(seconds, options.steps, options.seed, options.workers)
    return measure(recipe, budget, _print_step if options.progress else None, size)


def recipe_name(size: str) -> str:
    """The recipe of a bare number of visits."""
    if "x" in size:
        return size
    return f"{size}x{max(1, int(size) // VISITS_PER_ENGINEER)}x{DAYS}"


def _print_step(step: Step) -> None:
    if step.done % 10 == 0 or step.done == step.parts:
        where = f"round {step.round}: {step.done}/{step.parts}"
        print(f"  {where}, {step.left_out} left out, {step.seconds:.1f} s", flush=True)
