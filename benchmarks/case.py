"""What is solved: an instance as the scheduler's problem, and the judge of its answers.

A judge knows the instance's own rules and cost, and shares no code with the scheduler.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from scheduler.plan import Plan
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem

Routes = Mapping[str, Sequence[str]]
"""By vehicle or engineer, the ids of the tasks, and of the depot where it is called at, in order."""


@dataclass(frozen=True)
class Verdict:
    """What an answer is worth.

    Attributes:
        cost: in the unit of the instance's published values, penalties for what is left out included.
        left_out: the tasks that nobody does.
        violations: rules of the set that are broken, in words; empty for a valid answer.
    """

    cost: float
    left_out: tuple[str, ...]
    violations: tuple[str, ...]


class Case(Protocol):
    """An instance of a benchmark set."""

    @property
    def name(self) -> str:
        """The instance's published name."""

    @property
    def best(self) -> float | None:
        """The best known cost, if one was published."""

    @property
    def all_needed(self) -> bool:
        """Whether an answer counts only if it leaves nothing out."""

    def part(self, tasks: int) -> "Case":
        """The same instance with its first tasks only, to warm an engine up."""


class WholeCase(Case, Protocol):
    """A case that is known from the start and solved in one go."""

    @property
    def scale(self) -> int:
        """The scheduler's cost units per unit of the instance's cost."""

    def problem(self) -> tuple[Problem, SchedulingPolicy]:
        """The instance for the scheduler."""

    def judge(self, routes: Routes) -> Verdict:
        """Cost and broken rules of an answer."""


def routes_of(plan: Plan) -> dict[str, list[str]]:
    """What each engineer does, in order: visits, and warehouses where the route calls at one."""
    return {
        route.engineer: [name for stop in route.stops if (name := stop.visit_id or stop.warehouse_id) is not None]
        for route in plan.routes
    }
