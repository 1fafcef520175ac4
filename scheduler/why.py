"""Why this engineer? The next best engineers for an assigned visit, and what each would cost more."""

from dataclasses import dataclass

from scheduler.build import state_from_plan
from scheduler.errors import ProblemError
from scheduler.facts import Facts, fit_costs
from scheduler.fitting import best_way_in
from scheduler.plan import Plan
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem
from scheduler.state import Insertion, State
from scheduler.units import Cost, Seconds


@dataclass(frozen=True)
class Alternative:
    """Another engineer for a visit, tried by planning the visit into every place of that engineer's shifts.

    Attributes:
        arrival: when the work would start.
        extra_cost: what the plan would cost more; below 0 if it would be cheaper.
        extra_travel: seconds that would be travelled more, over both routes.
        late: seconds after the promised end, 0 if in time.
        sentence: in words, for the dispatcher.
    """

    engineer: str
    shift_index: int
    arrival: Seconds
    extra_cost: Cost
    extra_travel: Seconds
    late: Seconds
    sentence: str


@dataclass(frozen=True)
class Why:
    """Who has the visit, and who else could.

    Attributes:
        considered: engineers who could do it at all, the chosen one included.
        alternatives: the next best, the cheapest first.
        sentence: in words, for the dispatcher.
    """

    visit_id: str
    engineer: str
    shift_index: int
    arrival: Seconds
    considered: int
    alternatives: tuple[Alternative, ...]
    sentence: str


def why(problem: Problem, policy: SchedulingPolicy, plan: Plan, visit_id: str, most: int = 3) -> Why:
    """Explain the choice of the engineer for an assigned visit.

    Args:
        problem: what was planned.
        policy: the policy it was planned with.
        plan: the plan.
        visit_id: a visit that the plan assigns.
        most: so many alternatives at most.

    Raises:
        ProblemError: the plan does not assign this visit, or does not fit the problem.
    """
    facts = Facts(problem, policy)
    assignment = plan.assignments.get(visit_id)
    if assignment is None or visit_id not in facts.visit_index:
        raise ProblemError("visit_id", f"{visit_id} is not assigned in this plan")
    state, v = state_from_plan(facts, plan), facts.visit_index[visit_id]
    slot = state.slot_of[v]
    if slot is None:
        raise ProblemError("plan", f"visit {visit_id} cannot be held in this plan any more")
    own, now, travel = facts.slots[slot].engineer, state.cost, _travel(state)
    if not state.take_out(v):
        raise ProblemError("plan", f"visit {visit_id} cannot be taken out of its route")
    others = [_best_of(state, v, e) for e in sorted(facts.engineers_for(v)) if e != own]
    ranked = sorted((o for o in others if o is not None), key=lambda o: (o.extra, o.slot))[:most]
    gone, way = state.cost - facts.unserved[v], _travel(state)
    alternatives = tuple(
        _alternative(facts, v, found, gone + found.extra - now, way + _more_travel(state, found) - travel)
        for found in ranked
    )
    return Why(
        visit_id=visit_id,
        engineer=assignment.engineer,
        shift_index=assignment.shift_index,
        arrival=assignment.arrival,
        considered=len(facts.engineers_for(v)),
        alternatives=alternatives,
        sentence=_sentence(assignment.engineer, len(facts.engineers_for(v)), alternatives),
    )


def _best_of(state: State, v: int, engineer: int) -> Insertion | None:
    """The cheapest way to put the visit into a shift of an engineer; every way is tried, and planned in full."""
    slots = set(state.facts.slots_of[engineer])
    return best_way_in(state, v, [slot for slot in state.facts.allowed[v] if slot in slots])


def _travel(state: State) -> Seconds:
    return sum(_route_travel(state, slot, items) for slot, items in enumerate(state.routes))


def _route_travel(state: State, slot: int, items: tuple[int, ...]) -> Seconds:
    _, spare = state.way(slot, items)
    where = state.facts.slots[slot]
    return where.time - spare - sum(state.facts.node(item, where.engineer).duration for item in items)


def _more_travel(state: State, found: Insertion) -> Seconds:
    before = _route_travel(state, found.slot, state.routes[found.slot])
    return _route_travel(state, found.slot, found.items) - before


def _alternative(facts: Facts, v: int, found: Insertion, extra: Cost, travel: Seconds) -> Alternative:
    visit, slot = facts.problem.visits[v], facts.slots[found.slot]
    engineer = facts.problem.engineers[slot.engineer]
    arrival = found.timed.starts[found.items.index(v)]
    finish = arrival + visit.duration_for(engineer.id)
    late = 0 if visit.latest_sla_end is None else max(0, finish - visit.latest_sla_end)
    moved, passed_over, spare = fit_costs(visit, engineer, facts.policy)
    notes = [f"{travel // 60:+d} min of travel"]
    notes += [f"{-(-late // 60)} min after the promise"] if late else []
    notes += ["the published engineer changes"] if moved else []
    notes += ["is not preferred"] if passed_over else []
    notes += ["is more over-qualified than needed"] if spare else []
    sentence = f"{engineer.id} would cost {extra:+d}: {', '.join(notes)}."
    return Alternative(engineer.id, slot.shift_index, arrival, extra, travel, late, sentence)


def _sentence(engineer: str, considered: int, alternatives: tuple[Alternative, ...]) -> str:
    if considered == 1:
        return f"{engineer} is the only engineer who can do it."
    if not alternatives:
        return f"{engineer} is the only one of {considered} able engineers with room for it."
    if alternatives[0].extra_cost < 0:
        return f"{alternatives[0].engineer} would be cheaper than {engineer} in this plan."
    return f"{engineer} is the cheapest of {considered} able engineers in this plan."
