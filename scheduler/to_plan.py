"""Write a state down as a plan: stops with start and end, score, and what was left out."""

from collections.abc import Iterator

from scheduler.facts import Facts, fit_costs
from scheduler.plan import Objective, PartSource, Route, SourceKind, Stop, StopKind
from scheduler.state import State
from scheduler.timing import Timed, warehouse_item
from scheduler.units import Cost, Place, Seconds, Sku


def routes_of(state: State) -> tuple[Route, ...]:
    """The used shifts with all their stops."""
    facts = state.facts
    return tuple(
        Route(
            facts.problem.engineers[slot.engineer].id,
            slot.shift_index,
            tuple(_stops(state, slot.index, timed)),
        )
        for slot in facts.slots
        if (timed := state.timed[slot.index]) is not None
    )


def _stops(state: State, index: int, timed: Timed) -> Iterator[Stop]:
    slot, items = state.facts.slots[index], state.routes[index]
    free, place = timed.departure, slot.start_place
    for i, start in enumerate(timed.starts):
        stop = _work(state, index, i, start)
        yield from _way(state, index, free, start, place, stop.place, i == timed.break_gap)
        yield stop
        free, place = stop.end, stop.place
    home = timed.break_gap == len(items)
    yield from _way(state, index, free, timed.end, place, slot.end_place, home)


def _work(state: State, index: int, i: int, start: Seconds) -> Stop:
    facts, item = state.facts, state.routes[index][i]
    if item >= 0:
        visit = facts.problem.visits[item]
        return Stop(
            StopKind.VISIT,
            start,
            start + facts.timing(item, facts.slots[index].engineer).duration,
            visit.place,
            visit_id=visit.id,
            sources=dict(state.supply[item].sources),
        )
    warehouse = facts.problem.warehouses[warehouse_item(item)]
    return Stop(
        StopKind.WAREHOUSE,
        start,
        start + warehouse.handling,
        warehouse.place,
        warehouse_id=warehouse.id,
        parts=_picked(state, index, PartSource(SourceKind.WAREHOUSE, warehouse.id)),
        tools=_borrowed(state, index, warehouse_item(item)),
    )


def _picked(state: State, index: int, source: PartSource) -> dict[Sku, int]:
    """The units that the visits of a route take from a warehouse."""
    picked: dict[Sku, int] = {}
    for v in state.visits_in(index):
        for sku, where in state.supply[v].sources.items():
            if where == source:
                picked[sku] = picked.get(sku, 0) + state.facts.problem.visits[v].parts[sku]
    return picked


def _borrowed(state: State, index: int, w: int) -> frozenset[str]:
    """The tools that the visits of a route need from a warehouse."""
    problem, engineer = state.facts.problem, state.facts.slots[index].engineer
    borrowers = (
        v for v in state.visits_in(index) if w in state.supply[v].warehouses and w in state.facts.lenders(v, engineer)
    )
    return frozenset().union(*(problem.visits[v].tools - problem.engineers[engineer].tools for v in borrowers))


def _way(
    state: State, index: int, free: Seconds, start: Seconds, place: Place, to: Place, with_break: bool
) -> Iterator[Stop]:
    """Travel, break and waiting between two pieces of work; the break may interrupt the travel."""
    leg = state.facts.travel[place][to]
    arrival = state.facts.arrival(free, leg)
    pause = state.facts.slots[index].break_
    if with_break and pause is not None:
        begin = max(free, pause.earliest)
        resume = begin + pause.duration
        before = min(arrival, begin)
        if before > free:
            yield Stop(StopKind.TRAVEL, free, before, to)
        if begin > before:
            yield Stop(StopKind.WAIT, before, begin, to)
        yield Stop(StopKind.BREAK, begin, resume, to if before > free or not leg else place)
        arrival = _resumed(state, free, begin, resume, leg)
        free = resume
    if arrival > free:
        yield Stop(StopKind.TRAVEL, free, arrival, to)
    if start > arrival:
        yield Stop(StopKind.WAIT, arrival, start, to)


def _resumed(state: State, leaves: Seconds, begin: Seconds, resume: Seconds, leg: Seconds) -> Seconds:
    """The arrival after a break on the way."""
    hours = state.facts.hours
    if hours is not None:
        return hours.interrupted(leaves, begin, resume, leg)
    return resume + max(0, leg - (begin - leaves))


def score_of(state: State) -> dict[Objective, Cost]:
    """The cost of a state by objective."""
    facts = state.facts
    score = dict.fromkeys(Objective, 0)
    score[Objective.UNSERVED] = sum(facts.unserved[v] for v in state.unassigned)
    for slot in facts.slots:
        timed = state.timed[slot.index]
        if timed is not None:
            score[Objective.OVERTIME] += facts.overtime_cost(slot, timed.end)
            score[Objective.FAIRNESS] += facts.load_cost(slot, state.routes[slot.index])
            score[Objective.WORKING] += facts.working_cost(slot, timed.departure, timed.end)
            _score_route(facts, state, slot.index, timed, score)
    return score


def _score_route(facts: Facts, state: State, index: int, timed: Timed, score: dict[Objective, Cost]) -> None:
    slot = facts.slots[index]
    legs, place = facts.legs(slot.engineer), slot.start_place
    engineer = facts.problem.engineers[slot.engineer]
    for i, (item, start) in enumerate(zip(state.routes[index], timed.starts, strict=True)):
        to = _work(state, index, i, start).place
        score[Objective.TRAVEL] += legs.travel[place][to]
        score[Objective.DISTANCE] += legs.distance[place][to]
        place = to
        if item >= 0:
            late, minutes = facts.timing(item, slot.engineer).soft_cost(start)
            moved, passed_over, spare = fit_costs(facts.problem.visits[item], engineer, facts.policy)
            score[Objective.LATENESS] += late
            score[Objective.DISRUPTION] += minutes + moved
            score[Objective.NOT_PREFERRED] += passed_over
            score[Objective.OVERQUALIFIED] += spare
    score[Objective.TRAVEL] += legs.travel[place][slot.end_place]
    score[Objective.DISTANCE] += legs.distance[place][slot.end_place]
