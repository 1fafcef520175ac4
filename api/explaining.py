"""Why an engineer has a visit: the plan that chose is asked again who else could have had it."""

from collections.abc import Mapping
from typing import Any

from activities.planning.engines import MIDDAY
from api.choices import Alternative, Choice
from scheduler import why as choice
from scheduler.errors import ProblemError
from scheduler.plan import Plan
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem
from travel.great_circle import GreatCircleTravel
from travel.points import Point


def explain(problem: Mapping[str, Any], solution: Mapping[str, Any] | None, visit_id: str) -> Choice | None:
    """How a stored plan chose a visit's engineer; None when it did not, or can no longer be read."""
    if solution is None:
        return None
    try:
        found = choice.why(_problem(problem), SchedulingPolicy(), Plan.from_json(solution), visit_id)
    except ProblemError:
        return None
    others = tuple(
        Alternative(other.engineer, other.extra_cost, other.extra_travel, other.late, other.sentence)
        for other in found.alternatives
    )
    return Choice(found.sentence, found.considered, others)


def _problem(stored: Mapping[str, Any]) -> Problem:
    """The problem with its matrices, which are stored as places."""
    points = [Point(*point) for point in stored["points"]]
    ways = GreatCircleTravel().matrix(points, MIDDAY)
    document = {name: value for name, value in stored.items() if name != "points"}
    return Problem.from_json({**document, "travel": ways.seconds.tolist(), "distance": ways.metres.tolist()})
