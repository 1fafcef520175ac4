"""Where parts and borrowed tools come from: what vans and warehouses still hold, and the ways to supply a visit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from scheduler.facts import Facts
from scheduler.plan import PartSource, SourceKind
from scheduler.policy import HardRule
from scheduler.units import Seconds, Sku

VAN = PartSource(SourceKind.VAN)
SHIPPED = PartSource(SourceKind.SHIPPED)


@dataclass(frozen=True)
class Supply:
    """One way to supply all parts and tools of a visit.

    Attributes:
        sources: where each part comes from.
        warehouses: the warehouses to call at before the visit, for parts or to borrow tools.
        ready: when the last shipped part is there, 0 without one.
    """

    sources: Mapping[Sku, PartSource] = field(default_factory=dict)
    warehouses: tuple[int, ...] = ()
    ready: Seconds = 0


NOTHING_NEEDED = Supply()


class Ledger:
    """Units left in vans and warehouses while a plan is being made."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.vans = [dict(engineer.van) for engineer in facts.problem.engineers]
        self.stock = [dict(warehouse.stock) for warehouse in facts.problem.warehouses]

    def copy(self) -> "Ledger":
        """An independent ledger with the same units."""
        twin = Ledger(self._facts)
        twin.vans = [dict(van) for van in self.vans]
        twin.stock = [dict(stock) for stock in self.stock]
        return twin

    def holds(self, v: int, engineer: int, supply: Supply) -> bool:
        """Whether the units of a supply are still there."""
        parts = self._facts.problem.visits[v].parts
        for sku, source in supply.sources.items():
            if source.kind is SourceKind.VAN and self.vans[engineer].get(sku, 0) < parts[sku]:
                return False
            if source.warehouse_id is not None:
                stock = self.stock[self._facts.warehouse_index[source.warehouse_id]]
                if stock.get(sku, 0) < parts[sku]:
                    return False
        return True

    def take(self, v: int, engineer: int, supply: Supply) -> None:
        """Book a supply out."""
        self._move(v, engineer, supply, -1)

    def give_back(self, v: int, engineer: int, supply: Supply) -> None:
        """Undo ``take``."""
        self._move(v, engineer, supply, 1)

    def _move(self, v: int, engineer: int, supply: Supply, sign: int) -> None:
        parts = self._facts.problem.visits[v].parts
        for sku, source in supply.sources.items():
            if source.kind is SourceKind.VAN:
                self.vans[engineer][sku] = self.vans[engineer].get(sku, 0) + sign * parts[sku]
            elif source.warehouse_id is not None:
                stock = self.stock[self._facts.warehouse_index[source.warehouse_id]]
                stock[sku] = stock.get(sku, 0) + sign * parts[sku]

    def supplies(self, v: int, engineer: int) -> Iterator[Supply]:
        """Every sensible way to supply a visit with parts and tools, the least trouble first.

        Tools that the engineer lacks are borrowed where parts are fetched, or else at each warehouse that lends them.
        """
        lenders = self._facts.lenders(v, engineer)
        if not lenders:
            yield from self.part_supplies(v, engineer)
            return
        for supply in self.part_supplies(v, engineer):
            if not set(lenders).isdisjoint(supply.warehouses):
                yield supply
            else:
                yield from (replace(supply, warehouses=(*supply.warehouses, w)) for w in lenders)

    def part_supplies(self, v: int, engineer: int) -> Iterator[Supply]:
        """Every sensible way to supply a visit with its parts, the least trouble first.

        What the van holds comes from the van. The rest is shipped, or fetched from one warehouse as far as it has
        it and shipped or fetched elsewhere beyond that.
        """
        visit = self._facts.problem.visits[v]
        if not visit.parts or not self._facts.policy.on(HardRule.PARTS):
            yield NOTHING_NEEDED
            return
        van = self.vans[engineer]
        sources = {sku: VAN for sku, units in visit.parts.items() if van.get(sku, 0) >= units}
        rest = {sku: units for sku, units in visit.parts.items() if sku not in sources}
        if not rest:
            yield Supply(sources)
            return
        if all(sku in visit.shipped for sku in rest):
            yield supply_of(self._facts, v, sources | dict.fromkeys(rest, SHIPPED))
        seen: set[tuple[tuple[Sku, PartSource], ...]] = set()
        for first in range(len(self.stock)):
            fetched = self._fetch(v, rest, first)
            if fetched is None or tuple(fetched.items()) in seen:
                continue
            if any(source.kind is SourceKind.WAREHOUSE for source in fetched.values()):
                seen.add(tuple(fetched.items()))
                yield supply_of(self._facts, v, sources | fetched)

    def _fetch(self, v: int, rest: Mapping[Sku, int], first: int) -> dict[Sku, PartSource] | None:
        order = [first, *(w for w in range(len(self.stock)) if w != first)]
        shipped = self._facts.problem.visits[v].shipped
        out: dict[Sku, PartSource] = {}
        for sku, units in rest.items():
            holders = [w for w in order if self.stock[w].get(sku, 0) >= units]
            if sku in shipped and (not holders or holders[0] != first):
                out[sku] = SHIPPED
            elif holders:
                out[sku] = PartSource(SourceKind.WAREHOUSE, self._facts.problem.warehouses[holders[0]].id)
            else:
                return None
        return out


def supply_of(facts: Facts, v: int, sources: Mapping[Sku, PartSource]) -> Supply:
    """The supply with these sources: the warehouses they lead to, and when the shipped parts are there."""
    shipped = facts.problem.visits[v].shipped
    houses = (facts.warehouse_index[s.warehouse_id] for s in sources.values() if s.warehouse_id is not None)
    ready = max((shipped.get(sku, 0) for sku, source in sources.items() if source == SHIPPED), default=0)
    return Supply(dict(sources), tuple(dict.fromkeys(houses)), ready)
