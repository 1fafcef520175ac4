"""``plan``: a problem in, a plan out. The one entrance to every engine."""

import time
from collections.abc import Callable

from scheduler.budget import Budget
from scheduler.engines import DEFAULT_ENGINE
from scheduler.errors import ProblemError
from scheduler.facts import Facts
from scheduler.first_come import solve_first_come
from scheduler.plan import Plan, PlanStatus
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem
from scheduler.reasons import explain
from scheduler.routing import solve_insertion, solve_routing
from scheduler.solved import Solved, Stop
from scheduler.state import State
from scheduler.to_plan import routes_of, score_of
from scheduler.validation import validate

__all__ = ["ENGINES", "Budget", "plan", "plan_of"]

Engine = Callable[[Facts, Budget, Plan | None, Stop], Solved]


def _callout(facts: Facts, budget: Budget, warm_start: Plan | None, stop: Stop) -> Solved:
    from scheduler.engine import solve_callout  # noqa: PLC0415 - loading the compiler takes a second

    return solve_callout(facts, budget, warm_start, stop)


def _simple(solve: Callable[[Facts, Budget, Plan | None], State]) -> Engine:
    """An engine that proves nothing and cannot be stopped."""
    return lambda facts, budget, warm_start, _: Solved(solve(facts, budget, warm_start))


ENGINES: dict[str, Engine] = {
    "callout": _callout,
    "routing": _simple(solve_routing),
    "insertion": _simple(solve_insertion),
    "first_come": _simple(solve_first_come),
}
"""The engines by name."""


def never() -> bool:
    """Nobody stops it."""
    return False


def plan(
    problem: Problem,
    policy: SchedulingPolicy | None = None,
    budget: Budget | None = None,
    engine: str = DEFAULT_ENGINE,
    warm_start: Plan | None = None,
    stop: Stop = never,
) -> Plan:
    """Plan a territory.

    Args:
        problem: who, where, when, with what.
        policy: hard rules and weights; the default policy if left out.
        budget: how long to think; five seconds if left out.
        engine: ``callout`` (search, pricing and choice, with a proven bound), ``routing`` (OR-Tools' routing library),
            ``insertion`` (quick, without OR-Tools) or ``first_come`` (the baseline dispatcher).
        warm_start: a plan to begin from; what was published is used without one.
        stop: asked now and then; once it says yes the best plan so far is the answer. Only ``callout`` asks.

    Returns:
        A plan that keeps every hard rule. Visits that fit nowhere are unassigned with reasons; an empty problem
        gives an empty plan.

    Raises:
        ProblemError: the problem, the budget or the engine's name makes no sense.
    """
    rules, limits = policy or SchedulingPolicy(), budget or Budget()
    if engine not in ENGINES:
        raise ProblemError("engine", f"must be one of {', '.join(ENGINES)}")
    if not limits.seconds > 0:
        raise ProblemError("budget.seconds", "must be above 0")
    if limits.iterations is not None and limits.iterations < 1:
        raise ProblemError("budget.iterations", "must be at least 1")
    if limits.workers < 1:
        raise ProblemError("budget.workers", "must be at least 1")
    validate(problem)
    began = time.monotonic()
    solved = ENGINES[engine](Facts(problem, rules), limits, warm_start, stop)
    return plan_of(solved, engine, limits, began)


def plan_of(solved: Solved, engine: str, budget: Budget, began: float) -> Plan:
    """Write an answer down as a plan with score, reasons, bound and status."""
    score = score_of(solved.state)
    cost = sum(score.values())
    routes, unassigned = routes_of(solved.state), explain(solved.state)
    bound = 0 if cost == 0 else solved.bound
    seconds = time.monotonic() - began
    status = PlanStatus.FEASIBLE
    if bound == cost:
        status = PlanStatus.OPTIMAL
    elif solved.stopped:
        status = PlanStatus.CANCELLED
    elif engine != "first_come" and seconds >= 0.8 * budget.seconds:
        status = PlanStatus.TIME_LIMIT
    return Plan(
        routes=routes,
        unassigned=unassigned,
        score=score,
        cost=cost,
        status=status,
        bound=bound,
        seconds=seconds,
        seed=budget.seed,
        engine=engine,
    )
