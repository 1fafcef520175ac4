"""Scarce parts are allocated before the routing search, the most urgent visits first. Tools are lent without limit.

For each visit and engineer this says which warehouses the way leads through; nothing when the van has the
parts or they are shipped. The allocation never promises more units than there are, so whatever orders the search
returns can be supplied.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from scheduler.facts import Facts
from scheduler.parts import VAN, Ledger, Supply
from scheduler.plan import SourceKind
from scheduler.policy import HardRule
from scheduler.state import State
from scheduler.units import Seconds, Sku


@dataclass
class Detours:
    """How the parts of each visit travel.

    Attributes:
        ways: warehouses to call at before a visit, by visit and engineer.
        ready: when shipped parts are there, by visit.
        barred: visits and engineers for which no part is left.
    """

    ways: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)
    ready: dict[int, Seconds] = field(default_factory=dict)
    barred: set[tuple[int, int]] = field(default_factory=set)

    def of(self, v: int, engineer: int) -> tuple[int, ...]:
        """The warehouses on this engineer's way to a visit."""
        return self.ways.get((v, engineer), ())


def allocate(state: State, visits: Iterable[int]) -> Detours:
    """Allocate vans and warehouses to the visits that need parts or tools; what the state uses stays in use."""
    detours, facts = Detours(), state.facts
    visits = tuple(visits)
    if facts.policy.on(HardRule.PARTS):
        _allocate_parts(state, visits, detours)
    _lend_tools(facts, visits, detours)
    return detours


def _allocate_parts(state: State, visits: Iterable[int], detours: Detours) -> None:
    facts = state.facts
    needy = [v for v in visits if facts.problem.visits[v].parts and facts.allowed[v]]
    needy.sort(key=lambda v: (v not in state.supply, facts.urgency(v)))
    in_van = _allocate_vans(state, needy)
    stock = state.ledger.copy()
    stock.vans = [{} for _ in stock.vans]
    for v in needy:
        current = None if (slot := state.slot_of[v]) is None else facts.slots[slot].engineer
        parts = set(facts.problem.visits[v].parts)
        short = {e: held for e in facts.engineers_for(v) if (held := in_van[v, e]) != parts and e != current}
        if current is not None:
            detours.ways[v, current] = state.supply[v].warehouses
            stock.give_back(v, current, _fetched_part(state.supply[v]))
        supply = _choose(facts, v, stock, someone_has_all=len(short) < len(facts.engineers_for(v)))
        _record(facts, v, supply, short, detours)
        if supply is not None and short:
            stock.take(v, 0, supply)
        elif current is not None:
            stock.take(v, current, _fetched_part(state.supply[v]))


def _lend_tools(facts: Facts, visits: Iterable[int], detours: Detours) -> None:
    """Lead engineers without the tools by the lender that is nearest to the visit."""
    houses = facts.problem.warehouses
    for v in visits:
        for e in facts.engineers_for(v) if facts.problem.visits[v].tools else ():
            lenders, way = facts.lenders(v, e), detours.of(v, e)
            if lenders and set(lenders).isdisjoint(way):
                to = facts.timings[v].place
                detours.ways[v, e] = (*way, min(lenders, key=lambda w: facts.travel[houses[w].place][to]))


def _allocate_vans(state: State, needy: list[int]) -> dict[tuple[int, int], set[Sku]]:
    """For each visit and engineer, the parts that the van can give; the visits on its routes go first."""
    out: dict[tuple[int, int], set[Sku]] = {}
    facts = state.facts
    for e, left in enumerate(state.ledger.copy().vans):
        mine = [v for v in needy if e in facts.engineers_for(v)]
        for v in mine:
            slot = state.slot_of[v]
            if slot is not None and facts.slots[slot].engineer == e:
                out[v, e] = {sku for sku, source in state.supply[v].sources.items() if source == VAN}
                continue
            parts = facts.problem.visits[v].parts
            out[v, e] = {sku for sku, units in parts.items() if left.get(sku, 0) >= units}
            for sku in out[v, e]:
                left[sku] -= parts[sku]
    return out


def _fetched_part(supply: Supply) -> Supply:
    """The part of a supply that comes from warehouses."""
    fetched = {sku: source for sku, source in supply.sources.items() if source.kind is SourceKind.WAREHOUSE}
    return Supply(fetched)


def _choose(facts: Facts, v: int, stock: Ledger, someone_has_all: bool) -> Supply | None:
    """Shipped if that is in time and keeps nobody waiting, else the nearest warehouse, else shipped late."""
    supplies = list(stock.part_supplies(v, 0))
    fetched = [supply for supply in supplies if supply.warehouses]
    shipped = [supply for supply in supplies if not supply.warehouses]
    timing = facts.timings[v]
    for supply in shipped:
        in_time = any(max(supply.ready, w.start) <= min(w.end, timing.late_after) for w in timing.windows)
        if in_time and not (someone_has_all and fetched):
            return supply
    if fetched:
        warehouses = facts.problem.warehouses
        return min(
            fetched,
            key=lambda s: (s.ready, sum(facts.travel[warehouses[w].place][timing.place] for w in s.warehouses)),
        )
    return shipped[0] if shipped else None


def _record(facts: Facts, v: int, supply: Supply | None, short: dict[int, set[Sku]], detours: Detours) -> None:
    if supply is None:
        detours.barred.update((v, e) for e in short)
        return
    if supply.ready:
        detours.ready[v] = supply.ready
    for e, in_van in short.items():
        ids = [s.warehouse_id for sku, s in supply.sources.items() if sku not in in_van]
        detours.ways[v, e] = tuple(dict.fromkeys(facts.warehouse_index[i] for i in ids if i is not None))
