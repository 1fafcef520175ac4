"""What if something were changed? A change is applied to the problem, and the plan with the visit in it is made."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import assert_never

from scheduler.build import state_from_plan
from scheduler.change import Change, ChangeKind
from scheduler.errors import ProblemError
from scheduler.facts import Facts
from scheduler.fitting import best_way_in, ways_in
from scheduler.plan import Plan, PlanStatus
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Engineer, Pin, PinKind, Problem, Shift, Skill, Visit, Warehouse, Window
from scheduler.state import State
from scheduler.to_plan import routes_of, score_of


def apply(change: Change, problem: Problem) -> Problem:
    """The problem as it would be after a change.

    Raises:
        ProblemError: the change is about somebody or something that the problem does not have.
    """
    match change.kind:
        case ChangeKind.MOVE:
            pin = Pin(PinKind.BOTH, change.other_engineer, change.other_start)
            return _with_visit(problem, change.other, lambda visit: replace(visit, pin=pin))
        case (
            ChangeKind.LONGER
            | ChangeKind.LONGER_TOUR
            | ChangeKind.MORE_VISITS
            | ChangeKind.TOOLS
            | ChangeKind.CERTIFICATE
            | ChangeKind.SKILL
        ):
            return _with_engineer(problem, change.engineer, lambda engineer: _changed_engineer(change, engineer))
        case ChangeKind.STOCKED:
            return _with_warehouse(problem, change.warehouse, lambda house: _restocked(change, house))
        case ChangeKind.LATER | ChangeKind.EARLIER | ChangeKind.SENT | ChangeKind.UNPIN | ChangeKind.ALLOW:
            return _with_visit(problem, change.visit_id, lambda visit: _changed_visit(change, visit))
        case ChangeKind.GIVE_UP:
            return replace(problem, visits=tuple(visit for visit in problem.visits if visit.id != change.other))
        case _:
            assert_never(change.kind)


def plan_with(change: Change, problem: Problem, policy: SchedulingPolicy, plan: Plan) -> Plan | None:
    """The plan that a change makes possible: everything as it is, and the visit in it; None if it does not fit.

    Args:
        change: what is changed.
        problem: what was planned.
        policy: the policy it was planned with.
        plan: the plan, which leaves the visit out.

    Returns:
        A plan of the changed problem. A visit that is moved is pinned to its new place.

    Raises:
        ProblemError: the plan or the change does not belong to the problem.
    """
    rest = _without(Facts(problem, policy), plan, change.other)
    changed = Facts(apply(change, problem), policy)
    state = state_from_plan(changed, rest)
    if not _insert(state, change):
        return None
    score, routes = score_of(state), routes_of(state)
    served = {id_ for route in routes for id_ in route.visit_ids}
    left_out = (item for item in plan.unassigned if item.visit_id in changed.visit_index)
    return replace(
        plan,
        routes=routes,
        unassigned=tuple(item for item in left_out if item.visit_id not in served),
        score=score,
        cost=sum(score.values()),
        status=PlanStatus.FEASIBLE,
        bound=None,
    )


def _without(facts: Facts, plan: Plan, other: str | None) -> Plan:
    """The plan without the visit that gives way, and without the warehouse stops that only this one needed."""
    if other is None:
        return plan
    state = state_from_plan(facts, plan)
    if other not in facts.visit_index or not state.remove(facts.visit_index[other]):
        raise ProblemError("change.other", f"{other} cannot be taken out of this plan")
    return replace(plan, routes=routes_of(state))


def _insert(state: State, change: Change) -> bool:
    """Put the visit into its shift, and the one that was moved where it was moved to."""
    index = state.facts.visit_index
    slot = _slot(state.facts, change)
    if slot is None:
        return False
    ways = sorted(ways_in(state, index[change.visit_id], slot), key=lambda way: way.extra)
    if change.kind is not ChangeKind.MOVE:
        if ways:
            state.apply(ways[0])
        return bool(ways)
    other = index[change.other or ""]
    for way in ways:
        twin = state.copy()
        twin.apply(way)
        moved = best_way_in(twin, other, state.facts.allowed[other])
        if moved is not None and moved.timed.starts[moved.items.index(other)] == change.other_start:
            state.apply(way)
            state.apply(moved)
            return True
    return False


def _slot(facts: Facts, change: Change) -> int | None:
    if change.engineer not in facts.engineer_index:
        return None
    mine = facts.slots_of[facts.engineer_index[change.engineer]]
    return next((s for s in mine if facts.slots[s].shift_index == change.shift_index), None)


def _changed_engineer(change: Change, engineer: Engineer) -> Engineer:
    match change.kind:
        case ChangeKind.LONGER:
            shift = engineer.shifts[change.shift_index]
            longer = replace(shift, overtime_limit=shift.overtime_limit + change.amount)
            return replace(engineer, shifts=_put(engineer.shifts, change.shift_index, longer))
        case ChangeKind.LONGER_TOUR:
            shift = engineer.shifts[change.shift_index]
            longer = replace(shift, longest=None if shift.longest is None else shift.longest + change.amount)
            return replace(engineer, shifts=_put(engineer.shifts, change.shift_index, longer))
        case ChangeKind.MORE_VISITS:
            return replace(engineer, max_visits_per_shift=(engineer.max_visits_per_shift or 0) + change.amount)
        case ChangeKind.TOOLS:
            return replace(engineer, tools=engineer.tools | change.names.keys())
        case _:
            return replace(engineer, skills={**engineer.skills, **_skills(change, engineer)})


def _put(shifts: tuple[Shift, ...], index: int, shift: Shift) -> tuple[Shift, ...]:
    return (*shifts[:index], shift, *shifts[index + 1 :])


def _skills(change: Change, engineer: Engineer) -> Mapping[str, Skill]:
    """The changed skills: lasting longer, or of a higher level and lasting as long as before."""
    before = {name: engineer.skills.get(name, Skill(level)) for name, level in change.names.items()}
    if change.kind is ChangeKind.CERTIFICATE:
        return {name: replace(skill, expires=change.until) for name, skill in before.items()}
    return {name: replace(skill, level=change.names[name]) for name, skill in before.items()}


def _restocked(change: Change, house: Warehouse) -> Warehouse:
    more = {sku: house.stock.get(sku, 0) + units for sku, units in change.names.items()}
    return replace(house, stock={**house.stock, **more})


def _changed_visit(change: Change, visit: Visit) -> Visit:
    match change.kind:
        case ChangeKind.LATER | ChangeKind.EARLIER:
            return _at_other_times(visit, change.window)
        case ChangeKind.SENT:
            return replace(visit, shipped={**visit.shipped, **dict.fromkeys(change.names, change.until or 0)})
        case ChangeKind.UNPIN:
            return replace(visit, pin=None)
        case _:
            required = visit.required | {change.engineer} if visit.required else visit.required
            return replace(visit, excluded=visit.excluded - {change.engineer}, required=required)


def _at_other_times(visit: Visit, window: Window | None) -> Visit:
    """One more window; a pinned visit gets it in the place of its pinned time."""
    if window is None:
        return visit
    if visit.pin is None or visit.pin.window is None:
        return replace(visit, windows=(*visit.windows, window))
    return replace(visit, pin=Pin(PinKind.RANGE, visit.pin.engineer, window.start, window.end))


def _with_visit(problem: Problem, id_: str | None, changed: Callable[[Visit], Visit]) -> Problem:
    _require(id_ in {visit.id for visit in problem.visits}, "visit", id_)
    return replace(problem, visits=tuple(changed(v) if v.id == id_ else v for v in problem.visits))


def _with_engineer(problem: Problem, id_: str, changed: Callable[[Engineer], Engineer]) -> Problem:
    _require(id_ in {engineer.id for engineer in problem.engineers}, "engineer", id_)
    return replace(problem, engineers=tuple(changed(e) if e.id == id_ else e for e in problem.engineers))


def _with_warehouse(problem: Problem, id_: str | None, changed: Callable[[Warehouse], Warehouse]) -> Problem:
    _require(id_ in {house.id for house in problem.warehouses}, "warehouse", id_)
    return replace(problem, warehouses=tuple(changed(w) if w.id == id_ else w for w in problem.warehouses))


def _require(known: bool, what: str, id_: str | None) -> None:
    if not known:
        raise ProblemError(f"change.{what}", f"{id_} is not part of the problem")
