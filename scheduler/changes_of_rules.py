"""Changes of what people can and may do: skills, certificates, tools, exclusions, pins, most visits."""

from collections.abc import Iterator
from dataclasses import replace

from scheduler.change import Change, ChangeKind
from scheduler.change_search import Search, first
from scheduler.facts import engineer_block
from scheduler.never import Never, never
from scheduler.plan import ReasonCode


def more_visits(search: Search) -> Change | None:
    """An engineer does more visits in a shift than agreed."""
    state = search.state
    slots = search.slots(None, ReasonCode.MAX_VISITS)
    over = {slot: len(state.visits_in(slot)) + 1 - state.facts.slots[slot].max_visits for slot in slots}
    full = [slot for slot, more in over.items() if more > 0 and search.fits_whoever(slot)]
    return first(search, ((s, replace(search.change(ChangeKind.MORE_VISITS, s), amount=over[s])) for s in full))


def unpinned(search: Search) -> Change | None:
    """The pin of the visit is taken off."""
    facts, visit = search.state.facts, search.state.facts.problem.visits[search.v]
    if visit.pin is None:
        return None
    free, houses = replace(visit, pin=None), facts.problem.warehouses
    able = (
        slot.index
        for slot in facts.slots
        if search.has_time(slot.index)
        and engineer_block(free, facts.problem.engineers[slot.engineer], slot.end, facts.policy, houses) is None
    )
    return first(search, ((slot, search.change(ChangeKind.UNPIN, slot)) for slot in able))


def allowed(search: Search) -> Change | None:
    """An engineer who is excluded, or not among the required ones, may come."""
    found = _kept_out(search, ReasonCode.EXCLUDED)
    return first(search, ((slot, search.change(ChangeKind.ALLOW, slot)) for slot, _ in found))


def equipped(search: Search) -> Change | None:
    """An engineer gets the tools that are missing."""
    found = _kept_out(search, ReasonCode.TOOLS)
    return first(search, ((slot, _more(search, ChangeKind.TOOLS, slot, block)) for slot, block in found))


def skilled(search: Search) -> Change | None:
    """An engineer has a skill, or more of it."""
    found = _kept_out(search, ReasonCode.SKILL)
    return first(search, ((slot, _more(search, ChangeKind.SKILL, slot, block)) for slot, block in found))


def _kept_out(search: Search, code: ReasonCode) -> Iterator[tuple[int, Never]]:
    """The shifts with room, of engineers whom one rule keeps from the visit."""
    facts = search.state.facts
    for engineer in range(len(facts.problem.engineers)):
        block = never(facts, search.v, engineer)
        if block is not None and block.code is code:
            yield from ((slot, block) for slot in facts.slots_of[engineer] if search.fits_whoever(slot))


def _more(search: Search, kind: ChangeKind, slot: int, block: Never) -> Change:
    """The engineer has what is missing: skills at the level that is needed, or tools."""
    levels = search.state.facts.problem.visits[search.v].skills
    names = {name: levels[name] if kind is ChangeKind.SKILL else 1 for name in block.names}
    return replace(search.change(kind, slot), amount=block.shortfall or 1, names=names)


def renewed(search: Search) -> Change | None:
    """A certificate is renewed, so that it lasts to the end of the shift."""
    return first(search, _renewed_candidates(search))


def _renewed_candidates(search: Search) -> Iterator[tuple[int, Change]]:
    facts = search.state.facts
    for slot in search.slots(ReasonCode.CERTIFICATE):
        shift = facts.slots[slot]
        if never(facts, search.v, shift.engineer) is None and search.fits_whoever(slot):
            skills = facts.problem.engineers[shift.engineer].skills
            ends = {name: skills[name].expires for name in facts.problem.visits[search.v].skills if name in skills}
            over = {name: shift.end - end for name, end in ends.items() if end is not None and end < shift.end}
            names = {name: skills[name].level for name in over}
            change = replace(search.change(ChangeKind.CERTIFICATE, slot), names=names, until=shift.end)
            yield slot, replace(change, amount=max(over.values()))
