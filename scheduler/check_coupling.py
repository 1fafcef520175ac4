"""The checker's part about visits that depend on each other: orders and groups."""

from collections.abc import Iterator

from scheduler.plan import Assignment, Plan
from scheduler.problem import Problem

Found = tuple[str, str, str]
"""Rule, who, sentence."""


def coupling_violations(problem: Problem, plan: Plan) -> Iterator[Found]:
    """Every visit that comes too early for its order, and every group that is torn."""
    given = plan.assignments
    yield from _orders(problem, given)
    yield from _groups(problem, given)


def _orders(problem: Problem, given: dict[str, Assignment]) -> Iterator[Found]:
    """A visit starts after the visits it waits for, and not without them."""
    for visit in problem.visits:
        own = given.get(visit.id)
        for after in visit.after if own is not None else ():
            other = given.get(after.visit)
            if other is None:
                yield "order", visit.id, f"Waits for {after.visit}, which is left out."
            elif own is not None and own.arrival - other.finish < after.delay:
                gap = own.arrival - other.finish
                yield "order", visit.id, f"Starts {gap} s after the end of {after.visit}, {after.delay} s are needed."


def _groups(problem: Problem, given: dict[str, Assignment]) -> Iterator[Found]:
    """The visits of a group start at the same moment with different engineers, all or none."""
    for name in sorted({visit.group for visit in problem.visits if visit.group is not None}):
        members = [visit.id for visit in problem.visits if visit.group == name]
        planned = [given[visit_id] for visit_id in members if visit_id in given]
        if not planned:
            continue
        if len(planned) < len(members):
            yield "group", members[0], f"Only {len(planned)} of {len(members)} visits of group {name} are planned."
        if len({assignment.arrival for assignment in planned}) > 1:
            yield "group", members[0], f"The visits of group {name} do not start together."
        if len({assignment.engineer for assignment in planned}) < len(planned):
            yield "group", members[0], f"An engineer has two visits of group {name}."
