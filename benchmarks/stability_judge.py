"""What a replan changed of a published day, for ``benchmarks.stability``."""

from dataclasses import dataclass

from benchmarks.landscape import DAY, MINUTE
from benchmarks.stability_left import Kind, Situation
from scheduler.check import check
from scheduler.plan import Assignment, Objective, Plan
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem
from scheduler.units import Cost

NOTICED = 30 * MINUTE
"""Who was told no window notices a start that moves by more than this."""


@dataclass(frozen=True)
class Row:
    """One replan.

    Attributes:
        day: the recipe and the number of the day; ``seed`` is the search's.
        way: how it was planned again: a weight, or one of the two references.
        moved: bookings with another engineer or day than published, or left out; those that could not stay, because
            their engineer is ill, do not count.
        shifted: all other bookings that begin outside the window that was told, or without one more than half an hour
            from their published start.
        left_out: visits, each of them served before it happened, or the emergency.
        late: minutes of lateness.
        cost: of everything but disruption and visits left out.
        violations: what the checker found.
    """

    day: str
    seed: int
    kind: Kind
    way: str
    moved: int
    shifted: int
    left_out: tuple[str, ...]
    late: int
    cost: Cost
    violations: int


@dataclass(frozen=True, eq=False)
class Asked:
    """What the scheduler was asked."""

    problem: Problem
    policy: SchedulingPolicy


def judged(day: str, seed: int, way: str, left: Situation, asked: Asked, made: Plan) -> Row:
    """Compare a plan with what was published; ``day``, ``seed`` and ``way`` name the row."""
    found = made.assignments
    moved = {id_ for id_ in left.bookings if id_ not in left.forced and _is_moved(left, found.get(id_), id_)}
    return Row(
        day=day,
        seed=seed,
        kind=left.kind,
        way=way,
        moved=len(moved),
        shifted=sum(_is_shifted(left, found[id_]) for id_ in left.bookings if id_ in found and id_ not in moved),
        left_out=tuple(sorted(item.visit_id for item in made.unassigned)),
        late=_late(left, made),
        cost=made.cost - made.score[Objective.UNSERVED] - made.score[Objective.DISRUPTION],
        violations=len(check(asked.problem, made, asked.policy)),
    )


def _is_moved(left: Situation, now: Assignment | None, id_: str) -> bool:
    booking = left.bookings[id_]
    return now is None or (now.engineer, now.arrival // DAY) != (booking.engineer, booking.day)


def _is_shifted(left: Situation, now: Assignment) -> bool:
    booking = left.bookings[now.visit_id]
    if booking.window is not None:
        return not booking.window.start <= now.arrival <= booking.window.end
    return abs(now.arrival - booking.start) > NOTICED


def _late(left: Situation, made: Plan) -> int:
    found = made.assignments
    ends = {v.id: v.latest_sla_end for v in left.problem.visits if v.id in found}
    return sum(max(0, found[id_].finish - end) // MINUTE for id_, end in ends.items() if end is not None)
