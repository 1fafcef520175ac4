"""Stock is finite for all parts together: each gets what its routes take already and a share of what nobody takes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from scheduler.plan import Route, SourceKind
from scheduler.problem import Visit
from scheduler.units import Sku

Holder = tuple[bool, str]
"""Whether it is a van, and the id of the engineer or warehouse."""

Amounts = Counter[tuple[Holder, Sku]]

Granted = Mapping[Holder, Mapping[Sku, int]]
"""Units that may be taken."""


def van(engineer: str) -> Holder:
    """The van of an engineer."""
    return True, engineer


def house(warehouse: str) -> Holder:
    """A warehouse."""
    return False, warehouse


def drawn(routes: Iterable[Route], visits: Mapping[str, Visit]) -> Amounts:
    """What routes take from vans and warehouses."""
    out: Amounts = Counter()
    for route in routes:
        for stop in route.stops:
            if stop.warehouse_id is not None:
                for sku, units in stop.parts.items():
                    out[house(stop.warehouse_id), sku] += units
            for sku, source in stop.sources.items():
                if source.kind is SourceKind.VAN and stop.visit_id is not None:
                    out[van(route.engineer), sku] += visits[stop.visit_id].parts[sku]
    return out


def needed(visits: Iterable[Visit]) -> Counter[Sku]:
    """Units of each part that visits need."""
    out: Counter[Sku] = Counter()
    for visit in visits:
        out.update(visit.parts)
    return out


def grants(
    free: Amounts, own: Sequence[Amounts], needs: Sequence[Mapping[Sku, int]], holders: Sequence[frozenset[Holder]]
) -> list[dict[Holder, dict[Sku, int]]]:
    """What each part may take; all together no more than there is.

    Args:
        free: units that nobody takes.
        own: for each part, what its routes take already.
        needs: for each part, the units its visits need.
        holders: for each part, the vans and warehouses it may use.

    Returns:
        For each part, units by holder and stock-keeping unit: its own and its share of the free ones by its need.
    """
    sharing: dict[Holder, list[int]] = {}
    for i, usable in enumerate(holders):
        for holder in usable:
            sharing.setdefault(holder, []).append(i)
    out: list[dict[Holder, dict[Sku, int]]] = [{} for _ in needs]
    for i, amounts in enumerate(own):
        for (holder, sku), units in amounts.items():
            out[i].setdefault(holder, {})[sku] = units
    for (holder, sku), units in free.items():
        parts = [i for i in sharing.get(holder, ()) if needs[i].get(sku, 0)]
        total, before = sum(needs[i][sku] for i in parts), 0
        for i in parts:
            after = before + needs[i][sku]
            share = min(needs[i][sku], units * after // total - units * before // total)
            before = after
            if share > 0:
                held = out[i].setdefault(holder, {})
                held[sku] = held.get(sku, 0) + share
    return out
