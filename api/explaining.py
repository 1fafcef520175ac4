"""Why an engineer has a visit, and what would give a place to one that has none: a stored plan is asked again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from activities.planning.drawbacks import drawbacks
from activities.planning.engines import MIDDAY
from activities.planning.grid import Timeline
from api.choices import Alternative, Choice, WhatIf
from scheduler import why as choice
from scheduler.change import Change
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
        asked = _problem(problem)
        found = choice.why(asked, SchedulingPolicy(), Plan.from_json(solution), visit_id)
    except ProblemError:
        return None
    visit = next(one for one in asked.visits if one.id == visit_id)
    engineers = {one.id: one for one in asked.engineers}
    others = tuple(
        Alternative(
            engineer_id=other.engineer,
            extra_cost=other.extra_cost,
            extra_travel_seconds=other.extra_travel,
            late_seconds=other.late,
            sentence=other.sentence,
            drawbacks=drawbacks(visit, engineers[other.engineer], SchedulingPolicy()),
        )
        for other in found.alternatives
    )
    return Choice(found.sentence, found.considered, others, _code(found), found.engineer)


def _code(found: choice.Why) -> str:
    """How it came to the engineer, in the order in which the scheduler's sentence says it."""
    if found.considered == 1:
        return "only_able"
    if not found.alternatives:
        return "only_free"
    return "not_cheapest" if found.alternatives[0].extra_cost < 0 else "cheapest"


def what_if(solution: Mapping[str, Any] | None, origin: datetime, visit_id: str) -> tuple[WhatIf, ...]:
    """What would give a visit a place that a stored plan left out; nothing when it did not, or can no longer be read.

    Args:
        solution: The scheduler's answer.
        origin: The moment that is its second 0.
        visit_id: The visit.
    """
    if solution is None:
        return ()
    try:
        left_out = Plan.from_json(solution).unassigned
    except ProblemError:
        return ()
    found = (change for item in left_out if item.visit_id == visit_id for change in item.changes)
    return tuple(_told(change, Timeline(origin)) for change in found)


def _told(change: Change, timeline: Timeline) -> WhatIf:
    until = change.until if change.window is None else change.window.end
    return WhatIf(
        kind=change.kind.value,
        sentence=change.sentence,
        engineer_id=change.engineer,
        arrival=timeline.moment(change.start),
        amount=change.amount,
        from_moment=None if change.window is None else timeline.moment(change.window.start),
        until=None if until is None else timeline.moment(until),
        gives_way=change.other,
        goes_to=change.other_engineer,
        names=dict(change.names),
        warehouse_id=change.warehouse,
    )


def _problem(stored: Mapping[str, Any]) -> Problem:
    """The problem with its matrices, which are stored as places."""
    points = [Point(*point) for point in stored["points"]]
    ways = GreatCircleTravel().matrix(points, MIDDAY)
    document = {name: value for name, value in stored.items() if name != "points"}
    return Problem.from_json({**document, "travel": ways.seconds.tolist(), "distance": ways.metres.tolist()})
