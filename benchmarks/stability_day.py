"""Published days and what happens to them, for ``benchmarks.stability``."""

import random
from collections.abc import Callable
from dataclasses import replace

from activities.planning.demand import LATE_CENTS_PER_MINUTE
from benchmarks.landscape import DAY, HOUR, landscape
from benchmarks.recipe import recipe_of
from benchmarks.stability_left import LEAD, Kind, PublishedDay, Situation, left_at
from scheduler.budget import Budget
from scheduler.plan import Objective
from scheduler.problem import Engineer, Problem, Visit
from scheduler.solve import plan
from scheduler.units import Seconds

ON_SITE, OVERRUN = 3 * HOUR, 2 * HOUR
"""An emergency is promised to be begun within the one; an overrun takes the other longer."""


def published_day(name: str, seed: int, budget: Budget) -> PublishedDay:
    """Make a landscape, plan it and publish the plan; what the plan leaves out is not part of the day."""
    recipe = recipe_of(name, seed)
    known = landscape(replace(recipe, visits=recipe.visits + 1)).problem()
    visits = tuple(map(_promised, known.visits))
    problem = replace(known, visits=visits[:-1])
    made = plan(problem, budget=budget)
    served = tuple(visit for visit in problem.visits if visit.id in made.assignments)
    score = {**made.score, Objective.UNSERVED: 0}
    made = replace(made, unassigned=(), score=score, cost=sum(score.values()), bound=None)
    return PublishedDay(replace(problem, visits=served), made, visits[-1], seed)


def _promised(visit: Visit) -> Visit:
    """An agreed window is the whole promise; other promises are priced as the product prices them."""
    if visit.windows or visit.latest_sla_end is None:
        return replace(visit, latest_sla_end=None, late_cost_per_minute=0)
    return replace(visit, late_cost_per_minute=LATE_CENTS_PER_MINUTE[visit.priority])


def situation(day: PublishedDay, kind: Kind) -> Situation:
    """What is left after something happened; between nine and twelve, or at six for an engineer who is ill all day."""
    rng = random.Random(f"{day.seed} {kind}")
    now = 6 * HOUR if kind is Kind.ILL_DAY else 9 * HOUR + rng.randrange(3 * HOUR)
    left = left_at(day, now)
    match kind:
        case Kind.NOTHING:
            return left
        case Kind.EMERGENCY:
            return replace(left, kind=kind, problem=_with_emergency(left.problem, day.emergency, now))
        case Kind.ILL_REST | Kind.ILL_DAY:
            return replace(_ill(left, _somebody(left, rng, lambda _: True)), kind=kind)
        case Kind.OVERRUN:
            working = {w.id for w in left.problem.engineers if w.position and w.position.free_from > now + LEAD}
            return replace(_overrun(left, _somebody(left, rng, lambda name: name in working)), kind=kind)


def _with_emergency(problem: Problem, visit: Visit, now: Seconds) -> Problem:
    urgent = replace(
        visit,
        skills=dict.fromkeys(sorted(visit.skills)[:1], 1),
        parts={},
        windows=(),
        earliest=now + LEAD,
        latest_sla_end=now + ON_SITE + visit.duration,
        late_cost_per_minute=LATE_CENTS_PER_MINUTE[5],
        priority=5,
        mandatory=True,
    )
    return replace(problem, visits=(*problem.visits, urgent))


def _somebody(left: Situation, rng: random.Random, may_be: Callable[[str], bool]) -> str:
    """One of the engineers it may be with the most bookings left of the day, at random among the first half."""
    todo = [b.engineer for b in left.bookings.values() if b.day == 0]
    names = (engineer.id for engineer in left.problem.engineers if may_be(engineer.id))
    ranked = sorted(names, key=lambda name: (-todo.count(name), name))
    return rng.choice(ranked[: max(1, len(ranked) // 2)])


def _ill(left: Situation, name: str) -> Situation:
    """The engineer's work that was begun is done; the rest of the first day falls away."""
    forced = frozenset(id_ for id_, b in left.bookings.items() if b.engineer == name and b.day == 0)
    engineers = tuple(
        replace(e, shifts=tuple(shift for shift in e.shifts if shift.start >= DAY)) if e.id == name else e
        for e in left.problem.engineers
    )
    visits = tuple(replace(v, pin=None) if v.id in forced else v for v in left.problem.visits)
    routes = tuple(
        replace(route, shift_index=route.shift_index - 1) if route.engineer == name else route
        for route in left.kept.routes
        if route.engineer != name or route.shift_index > 0
    )
    return replace(
        left,
        problem=replace(left.problem, engineers=engineers, visits=visits),
        kept=replace(left.kept, routes=routes),
        forced=forced,
    )


def _overrun(left: Situation, name: str) -> Situation:
    def later(engineer: Engineer) -> Engineer:
        if engineer.id != name or engineer.position is None:
            return engineer
        at = engineer.position
        return replace(engineer, position=replace(at, free_from=at.free_from + OVERRUN))

    return replace(left, problem=replace(left.problem, engineers=tuple(map(later, left.problem.engineers))))
