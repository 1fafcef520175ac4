"""The engines that can be measured, by name, and one solve of one case."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.case import Case, Routes, Verdict, WholeCase, routes_of
from benchmarks.day import Day
from benchmarks.dynamic import DynamicDay, simulate
from benchmarks.landscape import LandscapeCase
from benchmarks.peers import PEERS, SEEDED
from benchmarks.trsp import Trsp
from scheduler.check import check
from scheduler.plan import Plan
from scheduler.solve import ENGINES, Budget, plan

OURS = "callout"
OWN = "scheduler:"
"""``scheduler:NAME`` is the scheduler's engine NAME; ``callout`` needs no prefix."""

GREEDY = "greedy"
"""On dynamic days: new requests are inserted at the cheapest place, and nothing is planned again."""

WARM_UP_TASKS, WARM_UP_SECONDS = 12, 2.0


class UnknownEngineError(ValueError):
    """There is no engine of this name, or it cannot solve this set."""


@dataclass(frozen=True)
class Answer:
    """What an engine answered.

    Attributes:
        bound: proven least cost, in the unit of the instance's cost; None where none is claimed.
        seconds: from the call to the answer, by the clock.
        on_core: seconds that the engine and its processes really ran; far below ``seconds``, the machine was busy.
        violations: what the scheduler's checker finds in one of its plans, and the case's judge in any answer.
    """

    cost: float
    left_out: int
    bound: float | None
    seconds: float
    on_core: float
    violations: tuple[str, ...]


def names() -> list[str]:
    """Every engine that exists here."""
    own = [OURS] if OURS in ENGINES else []
    return [*own, *PEERS, GREEDY, *(f"{OWN}{name}" for name in ENGINES if name != OURS)]


def defaults(case: Case) -> list[str]:
    """The engines that a case is solved with unless the command names them."""
    match case:
        case Day(all_needed=True):
            # VROOM without a limit can take more than five minutes on the largest fleets.
            return [OURS, "vroom", "pyvrp", "routing"]
        case Day():
            return [OURS, "vroom", "vroom-free", "pyvrp", "routing"]
        case DynamicDay():
            return [OURS, GREEDY]
        case LandscapeCase():
            return [OURS, f"{OWN}routing"]
        case _:
            return [OURS]


def is_seeded(name: str) -> bool:
    """Whether the seed makes a difference to an engine."""
    return name in SEEDED or name not in PEERS


def require(name: str, case: Case) -> None:
    """Refuse an engine that cannot solve a case.

    Raises:
        UnknownEngineError: with the engines there are.
    """
    if name not in names():
        raise UnknownEngineError(f"there is no engine {name}; there are {', '.join(names())}")
    if name in PEERS and not isinstance(case, Day):
        raise UnknownEngineError(f"{name} does not know tools, parts and stops for them; it cannot solve {case.name}")
    if name == GREEDY and not isinstance(case, DynamicDay):
        raise UnknownEngineError(f"{name} is for dynamic days; it cannot solve {case.name}")


def warm_up(name: str, case: Case) -> None:
    """Solve a small part of a case, so that loading and compiling are over before the clock starts."""
    seconds = WARM_UP_SECONDS / WARM_UP_TASKS if isinstance(case, DynamicDay) else WARM_UP_SECONDS
    solve(name, case.part(WARM_UP_TASKS), seconds, 0)


def solve(name: str, case: Case, seconds: float, seed: int) -> Answer:
    """Let one engine solve one case."""
    require(name, case)
    match case:
        case DynamicDay():
            return _by_the_clock(name, case, seconds, seed)
        case Day() if name in PEERS:
            return _by_peer(PEERS[name], case, seconds, seed)
        case Day() | Trsp() | LandscapeCase():
            return _by_scheduler(name.removeprefix(OWN), case, seconds, seed)
        case _:
            raise TypeError(type(case).__name__)


class _Watch:
    """Seconds by the clock and on the core since it was made."""

    def __init__(self) -> None:
        self._began, self._used = time.monotonic(), _core_seconds()

    def read(self) -> tuple[float, float]:
        return time.monotonic() - self._began, _core_seconds() - self._used


def _core_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _by_the_clock(name: str, day: DynamicDay, seconds: float, seed: int) -> Answer:
    engine = None if name == GREEDY else name.removeprefix(OWN)
    first = engine or (OURS if OURS in ENGINES else "insertion")
    watch = _Watch()
    outcome = simulate(day, engine, first, seconds, seed)
    return Answer(outcome.cost, len(outcome.rejected), None, *watch.read(), outcome.violations)


def _by_peer(peer: Callable[[Day, float, int], Routes], day: Day, seconds: float, seed: int) -> Answer:
    watch = _Watch()
    routes = peer(day, seconds, seed)
    took = watch.read()
    verdict = day.judge(routes)
    return Answer(verdict.cost, len(verdict.left_out), None, *took, verdict.violations)


def _by_scheduler(engine: str, case: WholeCase | LandscapeCase, seconds: float, seed: int) -> Answer:
    problem, policy = case.problem()
    watch = _Watch()
    made: Plan = plan(problem, policy, Budget(seconds, seed=seed), engine)
    took = watch.read()
    found = tuple(f"{broken.who}: {broken.sentence}" for broken in check(problem, made, policy))
    if isinstance(case, LandscapeCase):
        verdict = Verdict(made.cost, tuple(item.visit_id for item in made.unassigned), ())
    else:
        verdict = case.judge(routes_of(made))
    bound = None if made.bound is None else made.bound / case.scale
    return Answer(verdict.cost, len(verdict.left_out), bound, *took, found + verdict.violations)
