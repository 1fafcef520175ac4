"""What speaks against an engineer for a visit, beside the way and the time."""

from scheduler.facts import fit_costs
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Engineer, Visit


def drawbacks(visit: Visit, engineer: Engineer, policy: SchedulingPolicy) -> tuple[str, ...]:
    """Which of ``moved`` (the published engineer changes), ``not_preferred``, ``overqualified`` cost something."""
    moved, passed_over, spare = fit_costs(visit, engineer, policy)
    found = {"moved": moved, "not_preferred": passed_over, "overqualified": spare}
    return tuple(name for name, cost in found.items() if cost)
