"""The checker's part about cost: recomputed from the plan's stops, objective by objective."""

from collections.abc import Iterator
from itertools import pairwise

from scheduler.plan import Objective, Plan, Route, Stop, StopKind
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Engineer, Problem, Visit
from scheduler.units import Cost, Place, Seconds


def score_violations(problem: Problem, plan: Plan, policy: SchedulingPolicy) -> Iterator[str]:
    """Every objective whose cost is not what the plan says."""
    expected = recompute(problem, plan, policy)
    for objective, cost in expected.items():
        if plan.score.get(objective) != cost:
            yield f"The {objective} cost is {cost}, the plan says {plan.score.get(objective)}."
    if plan.cost != sum(expected.values()):
        yield f"The cost is {sum(expected.values())}, the plan says {plan.cost}."
    if plan.bound is not None and plan.bound > plan.cost:
        yield f"The bound {plan.bound} is above the cost {plan.cost}."


def recompute(problem: Problem, plan: Plan, policy: SchedulingPolicy) -> dict[Objective, Cost]:
    """What a plan costs by objective, from its stops."""
    score = dict.fromkeys(Objective, 0)
    engineers = {engineer.id: engineer for engineer in problem.engineers}
    visits = {visit.id: visit for visit in problem.visits}
    for route in plan.routes:
        engineer = engineers[route.engineer]
        _add_way(problem, policy, engineer, route, score)
        over = max(0, route.stops[-1].end - engineer.shifts[route.shift_index].end)
        score[Objective.OVERTIME] += over * engineer.cost_per_hour * policy.overtime_percent // 360_000
        away = route.stops[-1].end - route.stops[0].start
        score[Objective.WORKING] += away * engineer.cost_per_hour * policy.working_percent // 360_000
        score[Objective.FAIRNESS] += _load(problem, policy, engineer, route)
        for stop in route.stops:
            if stop.visit_id is not None:
                _add_visit(policy, engineer, visits[stop.visit_id], stop, score)
    score[Objective.UNSERVED] = unserved_cost(problem, plan, policy)
    return score


def _add_way(
    problem: Problem, policy: SchedulingPolicy, engineer: Engineer, route: Route, score: dict[Objective, Cost]
) -> None:
    for leg in _legs(engineer, route):
        hourly = engineer.cost_per_hour * policy.travel_percent
        score[Objective.TRAVEL] += int(problem.travel[leg]) * hourly // 360_000
        per_km = engineer.cost_per_km * policy.distance_percent
        score[Objective.DISTANCE] += int(problem.distance[leg]) * per_km // 100_000


def _legs(engineer: Engineer, route: Route) -> list[tuple[Place, Place]]:
    """The places that a route leads from and to."""
    shift, position = engineer.shifts[route.shift_index], engineer.position
    at_work = position is not None and position.free_from >= shift.start
    places = [position.place if at_work and position is not None else shift.start_place]
    places += [stop.place for stop in route.stops if stop.kind in (StopKind.VISIT, StopKind.WAREHOUSE)]
    return list(pairwise([*places, shift.end_place]))


def _load(problem: Problem, policy: SchedulingPolicy, engineer: Engineer, route: Route) -> Cost:
    """The square of the seconds of travel and work, over the length of the shift."""
    work = sum(stop.end - stop.start for stop in route.stops if stop.kind in (StopKind.VISIT, StopKind.WAREHOUSE))
    busy = work + sum(int(problem.travel[leg]) for leg in _legs(engineer, route))
    shift = engineer.shifts[route.shift_index]
    return busy**2 * policy.fairness_percent // (max(1, shift.end - shift.start) * 100)


def _add_visit(
    policy: SchedulingPolicy, engineer: Engineer, visit: Visit, stop: Stop, score: dict[Objective, Cost]
) -> None:
    if visit.latest_sla_end is not None and stop.end > visit.latest_sla_end:
        minutes = (stop.end - visit.latest_sla_end + 59) // 60
        rate = visit.late_cost_per_minute * policy.lateness_percent
        score[Objective.LATENESS] += minutes * rate // 100
    if visit.published is not None:
        moved = abs(stop.start - visit.published.start) // 60
        score[Objective.DISRUPTION] += moved * policy.moved_minute
        if visit.published.engineer != engineer.id:
            score[Objective.DISRUPTION] += policy.moved_engineer
    if visit.preferred and engineer.id not in visit.preferred:
        score[Objective.NOT_PREFERRED] += policy.not_preferred
    for name, level in visit.skills.items():
        if name in engineer.skills and engineer.skills[name].level > level:
            score[Objective.OVERQUALIFIED] += (engineer.skills[name].level - level) * policy.overqualified_level


def _last_moment(problem: Problem) -> Seconds:
    """The end of the horizon, or of the last overtime that can still be worked."""
    last = problem.horizon
    for engineer in problem.engineers:
        for shift in engineer.shifts:
            limit = shift.end + shift.overtime_limit
            over = engineer.position is not None and limit <= engineer.position.free_from >= shift.start
            last = last if over else max(last, limit)
    return last


def unserved_cost(problem: Problem, plan: Plan, policy: SchedulingPolicy) -> Cost:
    """The weights of what is left out, scaled above the worst lateness and disruption of all visits together."""
    last, worst = _last_moment(problem), 0
    for visit in problem.visits:
        if visit.latest_sla_end is not None and last > visit.latest_sla_end:
            minutes = (last - visit.latest_sla_end + 59) // 60
            worst += minutes * visit.late_cost_per_minute * policy.lateness_percent // 100
        if visit.published is not None:
            worst += policy.moved_engineer + last // 60 * policy.moved_minute
    least = max(1, min(policy.unserved.values(), default=1))
    factor = worst // least + 1
    left_out = {item.visit_id for item in plan.unassigned}
    return sum(
        factor
        * (
            policy.unserved.get(visit.priority, least)
            + (policy.unserved_mandatory if visit.mandatory else 0)
            + (policy.unserved_pinned if visit.pin is not None else 0)
        )
        for visit in problem.visits
        if visit.id in left_out
    )
