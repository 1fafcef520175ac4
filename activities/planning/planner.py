"""One round of planning without the record: build, solve, check, and fall back if the answer is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from temporalio import activity

from activities.planning.builder import LEAD, Built, build
from activities.planning.drafting import Round, draft_of
from activities.planning.grid import Ways, points_of
from domain.draft import PlanDraft
from domain.messages import PlanRequest
from domain.policy import PlanningSettings
from domain.world import Point, World
from models.repositories.drafts import Worked
from scheduler.budget import Budget
from scheduler.check import check
from scheduler.errors import SolverError
from scheduler.plan import Plan
from scheduler.problem import Problem

FULL_SIZE = 60
"""With so many visits to place, or more, the policy's whole budget is used."""
LEAST_SECONDS = 0.3
PIPELINE_SECONDS = 1.5
"""Real time until an engineer has heard of a plan: stored, published, told, offered. In fast time that is long."""
MOST_VIRTUAL = timedelta(minutes=5)
"""In fast virtual time the solver may not think for longer than this on the operation's own clock."""
FALLBACK = "first_come"
"""Simple, never moves anything, and needs no search."""


class Solver(Protocol):
    """Solves problems outside this process; cancelling the call ends it."""

    async def solve(self, problem: Problem, budget: Budget, engine: str) -> Plan:
        """The plan.

        Raises:
            SolverError: The process crashed, overran or cannot be started.
        """


class Travel(Protocol):
    """Knows how long ways are."""

    async def ways(self, points: Sequence[Point]) -> Ways:
        """Travel times and distances between every two of the points."""


@dataclass(frozen=True)
class Planner:
    """Makes drafts.

    Attributes:
        solver: Where problems are solved.
        travel: Where ways come from.
    """

    solver: Solver
    travel: Travel

    async def draft(self, world: World, settings: PlanningSettings, asked: PlanRequest) -> tuple[PlanDraft, Worked]:
        """A draft that the checker accepts; at worst one that changes nothing.

        Raises:
            SolverError: Not even the simple engine answers.
        """
        ways = await self.travel.ways(points_of(world))
        movable = sum(1 for v in world.visits if not v.has_started and (v.booking is None or v.booking.is_movable))
        budget = budget_for(settings, movable, asked.speed)
        lead = LEAD + timedelta(seconds=budget.seconds + PIPELINE_SECONDS) * asked.speed
        built = build(world, ways, settings, lead=lead, hold=asked.hold)
        plan, refused = await self._solved(built, budget, settings.engine)
        if refused:
            built = build(world, ways, settings, lead=lead, hold=True)
            plan, again = await self._solved(built, budget, FALLBACK)
            plan, refused = (None if again else plan), (*refused, *again)
        this = Round(asked.number, asked.reason, settings.prediction_tolerance, refused, asked.because)
        return draft_of(world, built, plan, this), _worked(world, built, plan)

    async def _solved(self, built: Built, budget: Budget, engine: str) -> tuple[Plan | None, tuple[str, ...]]:
        """The plan, and why it may not be used; with nothing to place there is neither."""
        if not built.movable:
            return None, ()
        try:
            plan = await self.solver.solve(built.problem, budget, engine)
        except SolverError as error:
            if engine == FALLBACK:
                raise
            activity.logger.error("solver_failed", extra={"engine": engine, "cause": error.cause})
            return None, (f"solver: {error.cause}",)
        found = check(built.problem, plan)
        if found:
            rules = sorted({violation.rule.value for violation in found})
            activity.logger.error("plan_refused", extra={"engine": engine, "rules": rules, "count": len(found)})
        return plan, tuple(sorted({f"{violation.rule.value}: {violation.who}" for violation in found}))


def budget_for(settings: PlanningSettings, movable: int, speed: float) -> Budget:
    """How long to think about so many visits, in real seconds.

    Args:
        settings: The territory's planning policy.
        movable: Visits that may be placed.
        speed: Virtual seconds per real second.
    """
    share = settings.budget_seconds * min(1.0, movable / FULL_SIZE)
    most = min(settings.budget_seconds, max(LEAST_SECONDS, MOST_VIRTUAL.total_seconds() / speed))
    return Budget(seconds=min(most, max(LEAST_SECONDS, share)))


def _worked(world: World, built: Built, plan: Plan | None) -> Worked:
    problem: dict[str, Any] = built.problem.to_json()
    # Two squares of numbers would be most of the document; the places say the same.
    for matrix in ("travel", "distance"):
        del problem[matrix]
    return Worked(
        origin=built.timeline.origin,
        problem={**problem, "points": [[point.latitude, point.longitude] for point in built.ways.points]},
        solution=plan.to_json() if plan else None,
        versions={visit.id: visit.version for visit in world.visits},
        bound=plan.bound if plan else None,
    )
