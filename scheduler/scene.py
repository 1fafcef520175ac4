"""One shift cut out of a plan: small enough to be planned anew for every "what if"."""

from dataclasses import dataclass, replace

import numpy as np

from scheduler.change import Change
from scheduler.check import check
from scheduler.errors import ProblemError
from scheduler.facts import Facts
from scheduler.fitting import best_way_in
from scheduler.parts import Supply
from scheduler.plan import Plan, PlanStatus, SourceKind
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Engineer, Pin, PinKind, Position, Problem, Shift, Visit, Warehouse, Window
from scheduler.state import Insertion, State
from scheduler.timing import Item
from scheduler.to_plan import routes_of, score_of
from scheduler.units import Place, Sku
from scheduler.what_if import apply


@dataclass(frozen=True)
class Scene:
    """One engineer with the route of one shift, the visit that should come into it, and what stock is left for them.

    Attributes:
        problem: the engineer (with all shifts), the visits of the route, the new one as the last, all warehouses. Vans
            and warehouses hold what the rest of the plan leaves.
        policy: the policy of the plan.
        shift_index: the shift.
        items: the route in the numbers of ``problem``.
        supplies: how each visit of the route is supplied.
    """

    problem: Problem
    policy: SchedulingPolicy
    shift_index: int
    items: tuple[Item, ...]
    supplies: dict[int, Supply]

    def way_in(self, change: Change) -> Insertion | None:
        """The cheapest way into the shift after a change, or None."""
        found = self._way_in(change)
        return None if found is None else found[1]

    def verified(self, change: Change) -> Change | None:
        """The change with the start that it gives, if the checker accepts the shift as it then is."""
        found = self._way_in(change)
        if found is None:
            return None
        state, way = found
        state.apply(way)
        score = score_of(state)
        plan = Plan(routes_of(state), (), score, sum(score.values()), PlanStatus.FEASIBLE)
        if check(state.facts.problem, plan, state.facts.policy):
            return None
        return replace(change, start=way.timed.starts[way.items.index(way.visit)])

    def _way_in(self, change: Change) -> tuple[State, Insertion] | None:
        """The shift after a change, still without the visit, and the cheapest way in."""
        facts = Facts(apply(change, self.problem), self.policy)
        state, slot = State(facts), next(s.index for s in facts.slots if s.shift_index == self.shift_index)
        try:
            if self.items:
                state.load(slot, self.items, self.supplies)
        except ProblemError:  # timing a tour of another length takes other strides
            return None
        way = best_way_in(state, len(self.problem.visits) - 1, [slot])
        return None if way is None else (state, way)


def scene_of(state: State, v: int, slot: int) -> Scene:
    """Cut out what planning a visit into a shift depends on."""
    facts, shift = state.facts, state.facts.slots[slot]
    mine = state.visits_in(slot)
    number = {u: i for i, u in enumerate(mine)}
    van, houses = _left_for(state, mine, shift.engineer)
    engineer = replace(facts.problem.engineers[shift.engineer], van=van)
    visits = [_on_its_own(state, u, slot, {*mine, v}) for u in (*mine, v)]
    problem = _on_its_places(facts.problem, engineer, visits, houses)
    items = tuple(number[item] if item >= 0 else item for item in state.routes[slot])
    return Scene(problem, facts.policy, shift.shift_index, items, {number[u]: state.supply[u] for u in mine})


def _on_its_own(state: State, u: int, slot: int, here: set[int]) -> Visit:
    """A visit that keeps what it owes to visits elsewhere by the times when it may start."""
    facts, visit = state.facts, state.facts.problem.visits[u]
    if u not in facts.coupling.visits:
        return visit
    first, last, _ = state.bounds_of(u, slot, here)
    after = tuple(a for a in visit.after if facts.visit_index[a.visit] in here)
    alone = replace(visit, after=after, group=None, earliest=max(visit.earliest, first))
    if first == 0 and last >= facts.last:
        return alone
    pinned = None if visit.pin is None else visit.pin.window
    if visit.pin is not None and pinned is not None:
        start = max(pinned.start, first)
        return replace(alone, pin=Pin(PinKind.RANGE, visit.pin.engineer, start, max(start, min(pinned.end, last))))
    if last >= facts.last:
        return alone
    windows = visit.windows or (Window(0, last),)
    return replace(alone, windows=tuple(Window(w.start, min(w.end, last)) for w in windows if w.start <= last))


def _left_for(state: State, mine: list[int], engineer: int) -> tuple[dict[Sku, int], list[Warehouse]]:
    """What van and warehouses hold for the visits of a route and one more; the rest of the plan keeps its parts."""
    van = dict(state.ledger.vans[engineer])
    stock = [dict(units) for units in state.ledger.stock]
    for u in mine:
        parts = state.facts.problem.visits[u].parts
        for sku, source in state.supply[u].sources.items():
            if source.kind is SourceKind.VAN:
                van[sku] = van.get(sku, 0) + parts[sku]
            elif source.warehouse_id is not None:
                units = stock[state.facts.warehouse_index[source.warehouse_id]]
                units[sku] = units.get(sku, 0) + parts[sku]
    houses = state.facts.problem.warehouses
    return van, [replace(house, stock=units) for house, units in zip(houses, stock, strict=True)]


def _on_its_places(problem: Problem, engineer: Engineer, visits: list[Visit], houses: list[Warehouse]) -> Problem:
    """A problem with only the places that are mentioned."""
    places = sorted(
        {place for shift in engineer.shifts for place in (shift.start_place, shift.end_place)}
        | {visit.place for visit in visits}
        | {house.place for house in houses}
        | ({engineer.position.place} if engineer.position else set())
    )
    new = {place: i for i, place in enumerate(places)}
    square = np.ix_(places, places)
    return replace(
        problem,
        places=len(places),
        travel=problem.travel[square],
        distance=problem.distance[square],
        engineers=(_moved_engineer(engineer, new),),
        visits=tuple(replace(visit, place=new[visit.place]) for visit in visits),
        warehouses=tuple(replace(house, place=new[house.place]) for house in houses),
    )


def _moved_engineer(engineer: Engineer, new: dict[Place, Place]) -> Engineer:
    def moved(shift: Shift) -> Shift:
        return replace(shift, start_place=new[shift.start_place], end_place=new[shift.end_place])

    position = engineer.position
    if position is not None:
        position = Position(new[position.place], position.free_from)
    return replace(engineer, shifts=tuple(moved(shift) for shift in engineer.shifts), position=position)
