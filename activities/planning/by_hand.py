"""The routes of some engineers with every visit where a person wants it, timed and judged by the scheduler's own means.

Rules are not enforced on the way: a copy of the problem refuses as little as possible, and the independent checker says
afterwards which rules of the real one the routes break.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from activities.planning.demand import is_shipment
from activities.planning.drafting import ON_THE_WAY
from activities.planning.grid import SECOND
from activities.planning.moves import Broken, Ground, PreviewRoute, PreviewStop, Spot
from activities.planning.telling import missing_skills, missing_tools
from domain.ids import EngineerId, VisitId
from domain.world import OpenVisit
from scheduler.check import CheckRule, Violation, check
from scheduler.check_cost import recompute
from scheduler.facts import Facts
from scheduler.plan import Objective, Plan, PlanStatus, Reason, ReasonCode, Route, StopKind, Unassigned
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Engineer, Pin, PinKind, Problem, Visit, Warehouse
from scheduler.state import State
from scheduler.to_plan import routes_of
from scheduler.units import Cost, Seconds

POLICY = SchedulingPolicy()
LENIENT: Seconds = 24 * 3600
"""Overtime without an end: the checker says what is too much."""

NEAR: Seconds = 4 * 3600
"""A wished time this close to a shift belongs to it."""


class Day:
    """The routes of some engineers with every visit where it is wanted.

    Attributes:
        visits: The visits that are wanted there.
        times: Of each visit that could be timed: engineer, start and end.
    """

    def __init__(self, ground: Ground, spots: Mapping[VisitId, Spot], engineers: set[EngineerId]) -> None:
        self._ground = ground
        mine = {id_: spot for id_, spot in spots.items() if spot.engineer in engineers and id_ in ground.wishes}
        self.visits = set(mine)
        self._problem = _part_of(ground, engineers, mine)
        self._wanted = {id_: ground.built.timeline.after(spot.arrival) for id_, spot in mine.items()}
        self._spots = mine
        self._found: list[Broken] = []
        self._state = self._timed(frozenset())
        self._routes = routes_of(self._state)
        self.times = {
            VisitId(stop.visit_id): (EngineerId(route.engineer), stop.start, stop.end)
            for route in self._routes
            for stop in route.stops
            if stop.visit_id is not None
        }

    @property
    def cost(self) -> Cost:
        """Everything but the gain of serving."""
        score = recompute(self._problem, self._plan(()), POLICY)
        return sum(cost for objective, cost in score.items() if objective is not Objective.UNSERVED)

    @property
    def travel(self) -> Seconds:
        """Seconds on the road."""
        return sum(s.end - s.start for route in self._routes for s in route.stops if s.kind is StopKind.TRAVEL)

    @property
    def overtime(self) -> Seconds:
        """Seconds after the ends of the shifts."""
        over = ((slot, self._state.timed[slot.index]) for slot in self._state.facts.slots)
        return sum(max(0, timed.end - slot.end) for slot, timed in over if timed is not None)

    def late(self, visit: OpenVisit) -> int | None:
        """By how many seconds a visit would miss its promises; None if it has no place."""
        found = self.times.get(visit.id)
        if found is None:
            return None
        moment = self._ground.built.timeline.moment
        over = [moment(found[2]) - visit.resolve_due] if visit.resolve_due else []
        over += [moment(found[1]) - visit.on_site_due] if visit.on_site_due else []
        return max(0, *(gap // SECOND for gap in over))

    def broken(self) -> list[Broken]:
        """Every rule that these routes break, as the independent checker sees it."""
        left = tuple(
            Unassigned(visit.id, (Reason(ReasonCode.TIME, "", 0),))
            for visit in self._problem.visits
            if visit.id not in self.times
        )
        found = check(self._problem, self._plan(left), POLICY)
        return [*self._found, *(self._said(v) for v in found if v.rule is not CheckRule.SCORE)]

    def _plan(self, left: tuple[Unassigned, ...]) -> Plan:
        """The routes as a plan, whatever it costs."""
        return Plan(self._routes, left, {}, 0, PlanStatus.FEASIBLE)

    def routes(self) -> tuple[PreviewRoute, ...]:
        """The visits of each engineer in their order."""
        return tuple(PreviewRoute(route.engineer, tuple(self._stops(route))) for route in self._routes)

    def _stops(self, route: Route) -> Iterable[PreviewStop]:
        moment, travel = self._ground.built.timeline.moment, 0
        for stop in route.stops:
            if stop.kind in ON_THE_WAY:
                travel += stop.end - stop.start
            elif stop.visit_id is not None:
                yield PreviewStop(stop.visit_id, moment(stop.start), moment(stop.end), travel)
                travel = 0

    def _said(self, violation: Violation) -> Broken:
        spot = self._spots.get(VisitId(violation.who))
        if spot is not None:
            return self._of_visit(violation, VisitId(violation.who), spot.engineer)
        return self._of_route(violation, violation.who.rpartition("/")[0])

    def _of_visit(self, violation: Violation, id_: VisitId, who: EngineerId) -> Broken:
        """The checker counts seconds; people are told the time."""
        said = Broken(violation.rule.value, violation.sentence, id_, who, lacking=self._lacking(violation.rule, id_))
        if violation.rule is CheckRule.WINDOW:
            _, start, _ = self.times.get(id_, (who, self._wanted[id_], 0))
            at = self._ground.built.timeline.moment(start)
            begins = f"{id_} would begin at {self._ground.clock(at)}"
            return replace(said, sentence=f"{begins}, which is not a time that the customer agreed to.", at=at)
        if violation.rule is CheckRule.CERTIFICATE:
            return replace(said, sentence=f"A certificate of {who} that {id_} asks for ends before the shift does.")
        return said

    def _lacking(self, rule: CheckRule, id_: VisitId) -> Mapping[str, int]:
        """What the visit needs and its engineer has not."""
        engineer = next((one for one in self._problem.engineers if one.id == self._spots[id_].engineer), None)
        wish = self._ground.wishes[id_]
        match rule:
            case CheckRule.SKILL if engineer:
                return missing_skills(wish, engineer)
            case CheckRule.TOOLS if engineer:
                return missing_tools(wish, engineer)
            case CheckRule.PARTS:
                return dict(sorted(wish.parts.items()))
            case _:
                return {}

    def _of_route(self, violation: Violation, who: str) -> Broken:
        said = Broken(violation.rule.value, violation.sentence, None, who or None)
        if violation.rule is CheckRule.OVERTIME:
            end = max((route.stops[-1].end for route in self._routes if route.engineer == who), default=0)
            at = self._ground.built.timeline.moment(end)
            home = f"{who} would be home at {self._ground.clock(at)}"
            return replace(said, sentence=f"{home}, after the last minute of agreed overtime.", at=at)
        if violation.rule is CheckRule.BREAK:
            return replace(said, sentence=f"{who} would have no time left for the break.")
        if violation.rule is CheckRule.LONGEST_TOUR:
            return replace(said, sentence=f"{who} would be out for longer than agreed.")
        if violation.rule is CheckRule.STOCK:
            return replace(said, sentence=f"Not enough in stock: {violation.sentence}")
        return said

    # --- timing ------------------------------------------------------------------------------------------------

    def _timed(self, breakless: frozenset[tuple[str, int]]) -> State:
        """Every visit put at the end of its engineer's route, in the order of the wished times.

        Where that is impossible, what is in the way is noted and left aside, and the routes are timed anew.
        """
        facts = Facts(_lenient(self._problem, self._wanted, self._spots, breakless), POLICY)
        state, stranded = State(facts), list[Broken]()
        for id_ in sorted(self._wanted, key=lambda id_: (self._wanted[id_], id_)):
            v, who = facts.visit_index[id_], self._spots[id_].engineer
            index = _slot(facts, who, self._wanted[id_])
            if index is None:
                stranded.append(Broken("shift", f"{who} has no shift at that time.", id_, who, "none"))
                continue
            slot = facts.slots[index]
            ways = state.insertions(v, index, [len(state.routes[index])])
            best = min(ways, key=lambda way: way.extra, default=None)
            if best is not None:
                state.apply(best)
            elif next(state.ledger.supplies(v, slot.engineer), None) is None:
                self._leave_aside(id_, who)
                return self._timed(breakless)
            elif slot.break_ is not None:
                return self._timed(breakless | {(who, slot.shift_index)})
            else:
                stranded.append(Broken("time", f"{who} cannot reach {id_} in that shift.", id_, who))
        self._found += stranded
        return state

    def _leave_aside(self, id_: VisitId, who: EngineerId) -> None:
        """What a visit needs and its engineer can get nowhere."""
        wish = self._ground.wishes[id_]
        lacking = dict(sorted(wish.parts.items())) or dict.fromkeys(sorted(wish.tools), 1)
        rule = "parts" if wish.parts else "tools"
        text = f"{who} can get {', '.join(lacking)} for {id_} nowhere."
        self._found.append(Broken(rule, text, id_, who, "nowhere", lacking=lacking))
        bare = replace(wish, parts={}) if wish.parts else replace(wish, tools=frozenset())
        visits = (replace(bare, place=v.place) if v.id == id_ else v for v in self._problem.visits)
        self._problem = replace(self._problem, visits=tuple(visits))


def _slot(facts: Facts, engineer: EngineerId, moment: Seconds) -> int | None:
    """The shift that a wished time belongs to: the one that it lies in, else the nearest of that stretch of hours."""
    index = facts.engineer_index.get(engineer)
    if index is None:
        return None
    near = [(max(facts.slots[s].start - moment, moment - facts.slots[s].end, 0), s) for s in facts.slots_of[index]]
    gap, slot = min(near, default=(LENIENT, -1))
    return slot if gap <= NEAR else None


def _lenient(
    problem: Problem,
    wanted: Mapping[VisitId, Seconds],
    spots: Mapping[VisitId, Spot],
    breakless: frozenset[tuple[str, int]],
) -> Problem:
    """The same routes where nothing is refused that the checker can say; no visit starts before it is wanted."""

    def put(visit: Visit) -> Visit:
        id_ = VisitId(visit.id)
        pin = Pin(PinKind.RANGE, spots[id_].engineer, max(0, wanted[id_]), problem.horizon + LENIENT)
        # What was published before must not hold it at that time; what moving it costs is counted in the real problem.
        return replace(visit, pin=pin, published=None)

    def patient(engineer: Engineer) -> Engineer:
        shifts = tuple(
            replace(
                shift,
                overtime_limit=_until(engineer, k) - shift.end,
                longest=None,
                break_=None if (engineer.id, k) in breakless else shift.break_,
            )
            for k, shift in enumerate(engineer.shifts)
        )
        return replace(engineer, shifts=shifts, max_visits_per_shift=None)

    return replace(
        problem,
        visits=tuple(put(visit) for visit in problem.visits),
        engineers=tuple(patient(engineer) for engineer in problem.engineers),
    )


def _until(engineer: Engineer, k: int) -> Seconds:
    """The end of a shift without a limit to its overtime: at most until the next one begins."""
    shift = engineer.shifts[k]
    later = [other.start for other in engineer.shifts if other.start >= shift.end]
    return max(shift.end + shift.overtime_limit, min([shift.end + LENIENT, *later]))


def _part_of(ground: Ground, engineers: set[EngineerId], spots: Mapping[VisitId, Spot]) -> Problem:
    """The problem of some engineers and of their visits, with the places that these mention.

    What other bookings hold in the warehouses is theirs.
    """
    whole = ground.built.problem
    taken: dict[tuple[str, str], int] = {}
    for visit in ground.world.visits:
        if visit.booking and not visit.has_started and visit.id not in spots:
            for held in visit.booking.held:
                taken[held.location, held.sku] = taken.get((held.location, held.sku), 0) + held.quantity
    houses = [replace(house, stock=_left(house, taken)) for house in whole.warehouses]
    people = [engineer for engineer in whole.engineers if engineer.id in engineers]
    visits = [ground.wishes[id_] for id_ in sorted(spots)]
    places = sorted(
        {place for e in people for shift in e.shifts for place in (shift.start_place, shift.end_place)}
        | {e.position.place for e in people if e.position}
        | {visit.place for visit in visits}
        | {house.place for house in whole.warehouses}
    )
    new = {place: i for i, place in enumerate(places)}
    square = np.ix_(places, places)
    return replace(
        whole,
        places=len(places),
        travel=whole.travel[square],
        distance=whole.distance[square],
        engineers=tuple(_at(engineer, new) for engineer in people),
        visits=tuple(replace(v, place=new[v.place], shipped=_can_be_sent(ground, v, houses)) for v in visits),
        warehouses=tuple(replace(house, place=new[house.place]) for house in houses),
    )


def _can_be_sent(ground: Ground, visit: Visit, houses: list[Warehouse]) -> dict[str, Seconds]:
    """The parts that are under way, or that one warehouse has enough of."""
    booking = ground.visits[VisitId(visit.id)].booking
    sent = {held.sku for held in (booking.held if booking else ()) if is_shipment(held)}
    return {
        sku: ready
        for sku, ready in visit.shipped.items()
        if sku in sent or any(house.stock.get(sku, 0) >= visit.parts[sku] for house in houses)
    }


def _left(house: Warehouse, taken: Mapping[tuple[str, str], int]) -> dict[str, int]:
    return {sku: max(0, units - taken.get((house.id, sku), 0)) for sku, units in house.stock.items()}


def _at(engineer: Engineer, new: Mapping[int, int]) -> Engineer:
    shifts = tuple(
        replace(shift, start_place=new[shift.start_place], end_place=new[shift.end_place]) for shift in engineer.shifts
    )
    position = engineer.position and replace(engineer.position, place=new[engineer.position.place])
    return replace(engineer, shifts=shifts, position=position)
