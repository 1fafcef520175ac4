"""What keeps one visit from one shift: the first test that fails against the final plan."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from scheduler.facts import Facts, Slot
from scheduler.fitting import ways_in
from scheduler.never import never
from scheduler.parts import Ledger, Supply
from scheduler.plan import ReasonCode, SourceKind
from scheduler.sentences import Cause
from scheduler.state import State
from scheduler.timing import time_route, warehouse_item
from scheduler.units import Seconds, Sku


@dataclass(frozen=True)
class Miss:
    """The test that failed for one shift, or for one engineer whatever the shift.

    Attributes:
        engineer: index of the engineer.
        slot: the shift, or None if the engineer has none or could not do the visit in any.
        detail: the skills, certificates, tools or parts that are missing.
        causes: what exactly failed, where that differs.
        shortfall: by how much it failed, if that can be said.
        visits: whose removal would make room, or who take the parts.
        until: when shipped parts would be there, if they come too late.
    """

    code: ReasonCode
    engineer: int
    slot: int | None = None
    detail: str = ""
    causes: tuple[Cause, ...] = ()
    shortfall: int | None = None
    visits: tuple[int, ...] = ()
    until: Seconds | None = None


def misses_of(state: State, v: int, fresh: Ledger) -> list[Miss]:
    """One miss for each shift of each engineer; only one for an engineer who could never do the visit.

    Args:
        state: the final plan.
        v: a visit that is left out.
        fresh: vans and warehouses before anything was planned.
    """
    out: list[Miss] = []
    for engineer, slots in enumerate(state.facts.slots_of):
        block = never(state.facts, v, engineer)
        if block is not None:
            out.append(Miss(block.code, engineer, detail=", ".join(block.names), shortfall=block.shortfall))
        elif not slots:
            out.append(Miss(ReasonCode.SHIFT, engineer))
        else:
            out += [_test(state, v, slot, fresh) for slot in slots]
    return out


def _test(state: State, v: int, index: int, fresh: Ledger) -> Miss:
    facts, slot = state.facts, state.facts.slots[index]
    match facts.blocked[v][index]:
        case None:
            pass
        case ReasonCode.WINDOW:
            return _missed(facts, v, slot)
        case ReasonCode.LONGEST_TOUR:
            return Miss(
                ReasonCode.LONGEST_TOUR, slot.engineer, index, shortfall=facts.least_tour(v, slot) - slot.longest
            )
        case ReasonCode.CERTIFICATE:
            return _expired(facts, v, slot)
        case code:
            return Miss(code, slot.engineer, index)
    if next(ways_in(state, v, index), None) is not None:
        partners = facts.coupling.partners.get(v, ())
        return Miss(ReasonCode.GROUP if partners else ReasonCode.POSSIBLE, slot.engineer, index, visits=partners)
    if time_route(facts, slot, [v], {}) is None:
        return _no_time_alone(facts, v, slot)
    waited = facts.coupling.waited_for(v)
    if any(state.slot_of[u] is None for u in waited) or not _in_turn(state, v, slot):
        return Miss(ReasonCode.ORDER, slot.engineer, index, visits=tuple(sorted(waited)))
    live = list(state.ledger.supplies(v, slot.engineer))
    if not any(_in_time(facts, v, slot, supply) for supply in live):
        parts = list(state.ledger.part_supplies(v, slot.engineer))
        if facts.lenders(v, slot.engineer) and any(_in_time(facts, v, slot, supply) for supply in parts):
            lacking = facts.problem.visits[v].tools - facts.problem.engineers[slot.engineer].tools
            names = f"{', '.join(sorted(lacking))} not lent in time"
            return Miss(ReasonCode.TOOLS, slot.engineer, index, detail=names)
        return _no_parts(state, v, slot, fresh)
    full = len(state.visits_in(index)) >= slot.max_visits
    return Miss(ReasonCode.MAX_VISITS if full else ReasonCode.TIME, slot.engineer, index)


def _in_turn(state: State, v: int, slot: Slot) -> bool:
    """Could the visit start after those it waits for if the engineer had nothing else to do?"""
    bounds = {v: state.bounds_of(v, slot.index)}
    return time_route(state.facts, slot, [v], {}, bounds) is not None


def _in_time(facts: Facts, v: int, slot: Slot, supply: Supply) -> bool:
    """Could the parts be there in time if the engineer had nothing else to do?"""
    items = [*(warehouse_item(w) for w in supply.warehouses), v]
    return time_route(facts, slot, items, {v: supply.ready} if supply.ready else {}) is not None


def _no_time_alone(facts: Facts, v: int, slot: Slot) -> Miss:
    """There and back is possible, but not with the break, or not in the longest tour at that hour."""
    if time_route(facts, replace(slot, break_=None), [v], {}) is None:
        return Miss(ReasonCode.LONGEST_TOUR, slot.engineer, slot.index)
    return Miss(ReasonCode.WINDOW, slot.engineer, slot.index, causes=(Cause.BREAK,))


def _missed(facts: Facts, v: int, slot: Slot) -> Miss:
    """By how much the straight way misses the last window, or the way home the end of the shift."""
    timing = facts.timing(v, slot.engineer)
    if not timing.windows:
        return Miss(ReasonCode.WINDOW, slot.engineer, slot.index, causes=(Cause.CLOSED,))
    arrival = facts.arrival(slot.start, facts.travel[slot.start_place][timing.place])
    start = next((max(arrival, w.start) for w in timing.windows if w.end >= arrival), None)
    if start is None:
        late = arrival - max(window.end for window in timing.windows)
        return Miss(ReasonCode.WINDOW, slot.engineer, slot.index, causes=(Cause.LATE,), shortfall=late)
    home = facts.arrival(start + timing.duration, facts.travel[timing.place][slot.end_place])
    return Miss(ReasonCode.WINDOW, slot.engineer, slot.index, causes=(Cause.HOME,), shortfall=home - slot.limit)


def _expired(facts: Facts, v: int, slot: Slot) -> Miss:
    """The certificates that do not last to the end of the shift, and how long the first to end is short."""
    skills = facts.problem.engineers[slot.engineer].skills
    ends = {name: skills[name].expires for name in facts.problem.visits[v].skills if name in skills}
    short = {name: slot.end - end for name, end in ends.items() if end is not None and end < slot.end}
    detail = ", ".join(sorted(short))
    return Miss(ReasonCode.CERTIFICATE, slot.engineer, slot.index, detail, shortfall=max(short.values()))


def _no_parts(state: State, v: int, slot: Slot, fresh: Ledger) -> Miss:
    """Taken by other visits, held by nobody, sent too late, or too far to fetch."""
    facts, parts = state.facts, state.facts.problem.visits[v].parts
    before = list(fresh.supplies(v, slot.engineer))
    if any(_in_time(facts, v, slot, supply) for supply in before):
        short = _short(state.ledger, parts, slot.engineer)
        causes = [Cause.TAKEN]
    else:
        short = {} if before else _short(fresh, parts, slot.engineer)
        causes = [] if before else [Cause.MISSING]
    late = [s.ready for s in before if s.ready and not _in_time(facts, v, slot, Supply(ready=s.ready))]
    causes += [Cause.SENT_LATE] if late else []
    return Miss(
        ReasonCode.PARTS,
        slot.engineer,
        slot.index,
        detail=", ".join(sorted(short or parts)),
        causes=tuple(causes) or (Cause.FETCHED_LATE,),
        shortfall=sum(short.values()) or None,
        visits=_takers(state, slot.engineer, short) if Cause.TAKEN in causes else (),
        until=min(late, default=None),
    )


def _short(ledger: Ledger, parts: Mapping[Sku, int], engineer: int) -> dict[Sku, int]:
    """The units by which the fullest of the van and the warehouses falls short of each part."""
    places = [ledger.vans[engineer], *ledger.stock]
    short = {sku: units - max(place.get(sku, 0) for place in places) for sku, units in parts.items()}
    return {sku: units for sku, units in short.items() if units > 0}


def _takers(state: State, engineer: int, short: Mapping[Sku, int]) -> tuple[int, ...]:
    """The visits that take these parts from this engineer's van or from a warehouse."""

    def takes(u: int) -> bool:
        slot = state.slot_of[u]
        own_van = slot is not None and state.facts.slots[slot].engineer == engineer
        kinds = (source.kind for sku, source in state.supply[u].sources.items() if sku in short)
        return any(kind is SourceKind.WAREHOUSE or (kind is SourceKind.VAN and own_van) for kind in kinds)

    return tuple(u for u in sorted(state.supply) if takes(u))
