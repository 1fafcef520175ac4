"""Why a visit was left out: every engineer and shift is tested against the final plan.

For each engineer the shift that came nearest counts. What takes longer to test (whose visit holds the place) is
tested for the engineers who pass nearest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scheduler.facts import NEVER, Facts, Slot, engineer_block, pinned_engineer
from scheduler.parts import Ledger, Supply
from scheduler.plan import Reason, ReasonCode, SourceKind, Unassigned
from scheduler.sentences import Told, sentence
from scheduler.state import State
from scheduler.timing import Bounds, time_route, warehouse_item
from scheduler.units import Sku

STAGES = (
    ReasonCode.PIN,
    ReasonCode.EXCLUDED,
    ReasonCode.SKILL,
    ReasonCode.CERTIFICATE,
    ReasonCode.TOOLS,
    ReasonCode.SHIFT,
    ReasonCode.WINDOW,
    ReasonCode.MAX_VISITS,
    ReasonCode.PARTS,
    ReasonCode.ORDER,
    ReasonCode.GROUP,
    ReasonCode.TIME,
    ReasonCode.PUSHED_OUT,
    ReasonCode.POSSIBLE,
)
"""The tests in their order: a later one is nearer to success."""

NEAREST = 4
"""For so many engineers it is tested which visits hold the place."""

NAMED_FOR = 40
"""That is done for so many visits, the most urgent; for the others it is only said that no time is left."""


@dataclass(frozen=True)
class Miss:
    """The test that failed for one engineer's nearest shift.

    Attributes:
        engineer: index of the engineer.
        slot: the shift, or None if the engineer has none.
        detail: the skill, tools or parts that are missing.
        shortfall: by how much it failed, if that can be said.
        visits: whose removal would make room.
    """

    code: ReasonCode
    engineer: int
    slot: int | None = None
    detail: str = ""
    shortfall: int | None = None
    visits: tuple[int, ...] = ()

    @property
    def rank(self) -> tuple[int, int]:
        """Nearer to success is greater."""
        return STAGES.index(self.code), -(NEVER if self.shortfall is None else self.shortfall)


def explain(state: State) -> tuple[Unassigned, ...]:
    """Each visit without a slot, with its reasons, the nearest to success first."""
    fresh = Ledger(state.facts)
    return tuple(
        Unassigned(state.facts.problem.visits[v].id, reasons_for(state, v, fresh, name_holders=rank < NAMED_FOR))
        for rank, v in enumerate(state.unassigned)
    )


def reasons_for(state: State, v: int, fresh: Ledger, name_holders: bool) -> tuple[Reason, ...]:
    """The reasons for one visit; ``fresh`` is the stock before anything was planned."""
    facts = state.facts
    misses = [_nearest(state, v, engineer, fresh) for engineer in range(len(facts.problem.engineers))]
    full = sorted((m for m in misses if m.code is ReasonCode.TIME), key=lambda m: _distance(state, v, m))
    for miss in full[: NEAREST if name_holders else 0]:
        misses[miss.engineer] = _who_holds(state, v, miss)
    groups: dict[ReasonCode, list[Miss]] = {}
    for miss in misses:
        groups.setdefault(miss.code, []).append(miss)
    if not groups:
        return (Reason(ReasonCode.SHIFT, "There are no engineers.", 0),)
    return tuple(_reason(facts, v, groups[code]) for code in reversed(STAGES) if code in groups)


def _nearest(state: State, v: int, engineer: int, fresh: Ledger) -> Miss:
    never = _never(state.facts, v, engineer)
    if never is not None:
        return never
    slots = state.facts.slots_of[engineer]
    if not slots:
        return Miss(ReasonCode.SHIFT, engineer)
    return max((_test(state, v, slot, fresh) for slot in slots), key=lambda miss: miss.rank)


def _never(facts: Facts, v: int, e: int) -> Miss | None:
    """What keeps an engineer from a visit in every shift: pin, exclusion, skill, tools."""
    visit, engineer = facts.problem.visits[v], facts.problem.engineers[e]
    pinned = pinned_engineer(visit)
    if pinned is not None:
        return None if pinned == engineer.id else Miss(ReasonCode.PIN, e)
    code = engineer_block(visit, engineer, 0, facts.policy, facts.problem.warehouses)
    match code:
        case ReasonCode.SKILL:
            gaps = {
                name: level - (engineer.skills[name].level if name in engineer.skills else 0)
                for name, level in visit.skills.items()
            }
            lacking = sorted(name for name, gap in gaps.items() if gap > 0)
            return Miss(code, e, detail=", ".join(lacking), shortfall=sum(gaps[name] for name in lacking))
        case ReasonCode.TOOLS:
            missing = sorted(visit.tools - engineer.tools)
            return Miss(code, e, detail=", ".join(missing), shortfall=len(missing))
        case ReasonCode.EXCLUDED:
            return Miss(code, e)
        case _:
            return None


def _test(state: State, v: int, index: int, fresh: Ledger) -> Miss:
    """The first test that one shift fails."""
    facts, slot = state.facts, state.facts.slots[index]
    engineer = slot.engineer
    blocked = facts.blocked[v][index]
    if blocked is ReasonCode.WINDOW:
        return Miss(ReasonCode.WINDOW, engineer, index, shortfall=_too_late_by(facts, v, slot))
    if blocked is not None:
        return Miss(blocked, engineer, index, detail=_expiring(facts, v, slot))
    alone = time_route(facts, slot, [v], {})
    if alone is None:
        return Miss(ReasonCode.WINDOW, engineer, index)
    waited = facts.coupling.waited_for(v)
    if any(state.slot_of[u] is None for u in waited) or not _in_turn(state, v, slot):
        return Miss(ReasonCode.ORDER, engineer, index, visits=tuple(sorted(waited)))
    if not _supplied_alone(state, v, slot, fresh.supplies(v, engineer)):
        if facts.lenders(v, engineer) and _supplied_alone(state, v, slot, fresh.part_supplies(v, engineer)):
            missing = sorted(facts.problem.visits[v].tools - facts.problem.engineers[engineer].tools)
            return Miss(ReasonCode.TOOLS, engineer, index, detail=f"{', '.join(missing)} not lent in time")
        return _no_parts(state, v, index, fresh)
    if len(state.visits_in(index)) >= slot.max_visits:
        return Miss(ReasonCode.MAX_VISITS, engineer, index, visits=tuple(state.visits_in(index)))
    if next(state.ledger.supplies(v, engineer), None) is None:
        return _no_parts(state, v, index, state.ledger)
    if _fits(state, v, index):
        partners = facts.coupling.partners.get(v, ())
        return Miss(ReasonCode.GROUP if partners else ReasonCode.POSSIBLE, engineer, index, visits=partners)
    return Miss(ReasonCode.TIME, engineer, index)


def _in_turn(state: State, v: int, slot: Slot) -> bool:
    """Could the visit start after those it waits for if the engineer had nothing else to do?"""
    bounds = {v: state.bounds_of(v, slot.index)}
    return time_route(state.facts, slot, [v], {}, bounds) is not None


def _fits(state: State, v: int, index: int) -> bool:
    """Could the visit be put into a shift as it is, whenever the rest of its group comes?"""
    within = Bounds() if v in state.facts.coupling.partners else None
    return next(state.insertions(v, index, within=within), None) is not None


def _supplied_alone(state: State, v: int, slot: Slot, supplies: Iterable[Supply]) -> bool:
    """Could parts and tools be there in time if the engineer had nothing else to do?"""
    for supply in supplies:
        items = [*(warehouse_item(w) for w in supply.warehouses), v]
        if time_route(state.facts, slot, items, {v: supply.ready}) is not None:
            return True
    return False


def _no_parts(state: State, v: int, index: int, ledger: Ledger) -> Miss:
    """Which parts neither the van nor a warehouse holds, by how many units, and which visits have taken some."""
    facts, engineer = state.facts, state.facts.slots[index].engineer
    parts = facts.problem.visits[v].parts
    held = {
        sku: max(ledger.vans[engineer].get(sku, 0), *(stock.get(sku, 0) for stock in ledger.stock), 0) for sku in parts
    }
    missing = {sku: units - held[sku] for sku, units in parts.items() if held[sku] < units}
    return Miss(
        ReasonCode.PARTS,
        engineer,
        index,
        detail=", ".join(sorted(missing or parts)),
        shortfall=sum(missing.values()) or None,
        visits=tuple(u for u in sorted(state.supply) if _takes(state, u, engineer, missing)),
    )


def _takes(state: State, u: int, engineer: int, missing: Mapping[Sku, int]) -> bool:
    """Whether a visit takes one of the missing parts from this engineer's van or from a warehouse."""
    slot = state.slot_of[u]
    own_van = slot is not None and state.facts.slots[slot].engineer == engineer
    sources = state.supply[u].sources
    return any(
        sku in missing and (source.kind is SourceKind.WAREHOUSE or (source.kind is SourceKind.VAN and own_van))
        for sku, source in sources.items()
    )


def _expiring(facts: Facts, v: int, slot: Slot) -> str:
    """The certificates that do not last to the end of the shift."""
    engineer = facts.problem.engineers[slot.engineer]
    until = engineer.shifts[slot.shift_index].end
    return ", ".join(
        sorted(
            name
            for name in facts.problem.visits[v].skills
            if name in engineer.skills and (expires := engineer.skills[name].expires) is not None and expires < until
        )
    )


def _too_late_by(facts: Facts, v: int, slot: Slot) -> int | None:
    """Seconds by which the straight way misses the last window, or the way home the end of the shift."""
    timing = facts.timing(v, slot.engineer)
    if not timing.windows:
        return None
    arrival = facts.arrival(slot.start, facts.travel[slot.start_place][timing.place])
    start = next((max(arrival, w.start) for w in timing.windows if w.end >= arrival), None)
    if start is None:
        return arrival - max(window.end for window in timing.windows)
    home = facts.arrival(start + timing.duration, facts.travel[timing.place][slot.end_place])
    return max(0, home - slot.limit)


def _distance(state: State, v: int, miss: Miss) -> tuple[int, int]:
    """How near the engineer passes on that shift."""
    slot = miss.slot or 0
    places = [state.facts.slots[slot].start_place]
    places += [state.facts.timings[u].place for u in state.visits_in(slot)]
    return min(state.facts.travel[place][state.facts.timings[v].place] for place in places), miss.engineer


def _who_holds(state: State, v: int, miss: Miss) -> Miss:
    """Name the visits of the same or a higher priority whose removal would make room."""
    facts, slot = state.facts, miss.slot or 0
    holders = tuple(
        u
        for u in state.visits_in(slot)
        if facts.urgency(u)[:3] <= facts.urgency(v)[:3] and _fits_without(state, v, u, slot)
    )
    return Miss(ReasonCode.PUSHED_OUT, miss.engineer, slot, visits=holders) if holders else miss


def _fits_without(state: State, v: int, u: int, slot: int) -> bool:
    twin = state.copy()
    return twin.remove(u) and _fits(twin, v, slot)


def _reason(facts: Facts, v: int, misses: list[Miss]) -> Reason:
    best = max(misses, key=lambda miss: miss.rank)
    code = best.code
    visits = tuple(dict.fromkeys(facts.problem.visits[u].id for miss in misses for u in miss.visits))
    details = tuple(dict.fromkeys(miss.detail for miss in misses if miss.detail))
    nearest = None if code is ReasonCode.PIN else facts.problem.engineers[best.engineer].id
    shipped = facts.problem.visits[v].shipped
    told = Told(facts.problem.visits[v], len(misses), details, nearest, best.shortfall, visits)
    return Reason(
        code=code,
        sentence=sentence(code, told),
        count=len(misses),
        nearest=nearest,
        shortfall=best.shortfall,
        visits=visits,
        until=max(shipped.values()) if code is ReasonCode.PARTS and shipped else None,
    )
