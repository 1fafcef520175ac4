"""Changes of parts: they are sent to the customer in time, or a warehouse has more of them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

from scheduler.change import Change, ChangeKind
from scheduler.change_search import MINUTE, Candidate, Search, first, least
from scheduler.policy import HardRule
from scheduler.units import Sku


def _slots(search: Search) -> Iterator[int]:
    """The shifts that could do the work and need parts for it."""
    facts = search.state.facts
    if facts.problem.visits[search.v].parts and facts.policy.on(HardRule.PARTS):
        yield from (slot for slot in search.slots(None) if search.room(slot) >= 0)


def _needed(search: Search, slot: int) -> dict[Sku, int]:
    """Units of the parts that neither the van nor a warehouse has; if there are none, of those not in the van."""
    state, visit = search.state, search.state.facts.problem.visits[search.v]
    van = state.ledger.vans[state.facts.slots[slot].engineer]
    fetched = {sku: units for sku, units in visit.parts.items() if van.get(sku, 0) < units}
    nowhere = {sku: n for sku, n in fetched.items() if all(stock.get(sku, 0) < n for stock in state.ledger.stock)}
    return nowhere or fetched


def sent(search: Search) -> Change | None:
    """Parts are sent to the customer, and are there by the latest moment that will do."""
    found = least(search, _sent_candidates(search))
    return None if found is None else _without_spares(search, found)


def _without_spares(search: Search, change: Change) -> Change:
    """Only the parts that have to be sent: some could be fetched after all."""
    for sku in tuple(change.names):
        rest = {name: units for name, units in change.names.items() if name != sku}
        fewer = replace(change, names=rest, amount=sum(rest.values()))
        verified = first(search, [(search.slot_of(change), fewer)]) if rest else None
        change = change if verified is None else verified
    return change


def _sent_candidates(search: Search) -> Iterator[Candidate]:
    end = search.state.facts.last // MINUTE
    for slot in _slots(search):
        names = _needed(search, slot)
        if names:
            base = replace(search.change(ChangeKind.SENT, slot), names=names, amount=sum(names.values()))
            yield Candidate(max(1, end - search.alone(slot)[1] // MINUTE), slot, _sent_by(base, end), end)


def _sent_by(base: Change, end: int) -> Callable[[int], Change]:
    return lambda minutes: replace(base, until=(end - minutes) * MINUTE)


def stocked(search: Search) -> Change | None:
    """A warehouse has so many units more."""
    return first(search, _stocked_candidates(search))


def _stocked_candidates(search: Search) -> Iterator[tuple[int, Change]]:
    state = search.state
    for slot in _slots(search):
        needed = _needed(search, slot)
        for house, stock in zip(state.facts.problem.warehouses, state.ledger.stock, strict=True):
            short = {sku: units - stock.get(sku, 0) for sku, units in needed.items() if stock.get(sku, 0) < units}
            for names in _some_of(short):
                base = search.change(ChangeKind.STOCKED, slot)
                yield slot, replace(base, names=names, amount=sum(names.values()), warehouse=house.id)


def _some_of(names: dict[Sku, int]) -> Iterator[dict[Sku, int]]:
    """Every choice of one or more parts: what one warehouse lacks another one may have."""
    for size in range(1, len(names) + 1):
        for chosen in combinations(sorted(names), size):
            yield {sku: names[sku] for sku in chosen}
