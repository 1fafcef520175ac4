"""``plan``: a problem in, a plan out. The one entrance to every engine."""

import time
from collections.abc import Callable

from scheduler.budget import Budget
from scheduler.errors import ProblemError
from scheduler.facts import Facts
from scheduler.first_come import solve_first_come
from scheduler.plan import Plan, PlanStatus
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem
from scheduler.reasons import explain
from scheduler.routing import solve_insertion, solve_routing
from scheduler.state import State
from scheduler.to_plan import routes_of, score_of
from scheduler.validation import validate

__all__ = ["ENGINES", "Budget", "plan", "plan_of"]

Engine = Callable[[Facts, Budget, Plan | None], State]

ENGINES: dict[str, Engine] = {
    "routing": solve_routing,
    "insertion": solve_insertion,
    "first_come": solve_first_come,
}
"""The engines by name."""


def plan(
    problem: Problem,
    policy: SchedulingPolicy | None = None,
    budget: Budget | None = None,
    engine: str = "routing",
    warm_start: Plan | None = None,
) -> Plan:
    """Plan a territory.

    Args:
        problem: who, where, when, with what.
        policy: hard rules and weights; the default policy if left out.
        budget: how long to think; five seconds if left out.
        engine: ``routing``, ``insertion`` (quick, without OR-Tools) or ``first_come`` (the baseline dispatcher).
        warm_start: a plan to begin from; what was published is used without one.

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
    validate(problem)
    began = time.monotonic()
    state = ENGINES[engine](Facts(problem, rules), limits, warm_start)
    return plan_of(state, engine, limits, began)


def plan_of(state: State, engine: str, budget: Budget, began: float) -> Plan:
    """Write a final state down as a plan with score, reasons and status."""
    score = score_of(state)
    cost = sum(score.values())
    routes, unassigned = routes_of(state), explain(state)
    seconds = time.monotonic() - began
    status = PlanStatus.TIME_LIMIT if engine != "first_come" and seconds >= budget.seconds else PlanStatus.FEASIBLE
    return Plan(
        routes=routes,
        unassigned=unassigned,
        score=score,
        cost=cost,
        status=PlanStatus.OPTIMAL if cost == 0 else status,
        bound=0 if cost == 0 else None,
        seconds=seconds,
        seed=budget.seed,
        engine=engine,
    )
