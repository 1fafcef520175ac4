"""Why a visit was left out, and what would let it in: every engineer and shift is tested against the final plan.

What takes longer to test (whose visit holds the place, the smallest changes) is tested for the most urgent visits.
"""

from collections.abc import Iterable
from dataclasses import replace

from scheduler.build import state_from_plan
from scheduler.change import Change, ChangeKind
from scheduler.changes import changes_for, spare_times
from scheduler.facts import NEVER, Facts
from scheduler.giving_way import makes_room
from scheduler.misses import Miss, misses_of
from scheduler.parts import Ledger
from scheduler.plan import Plan, PlanStatus, Reason, ReasonCode, Unassigned
from scheduler.sentences import Told, sentence
from scheduler.state import State
from scheduler.to_plan import routes_of
from scheduler.units import Seconds

STAGES = (
    ReasonCode.PIN,
    ReasonCode.EXCLUDED,
    ReasonCode.SKILL,
    ReasonCode.TOOLS,
    ReasonCode.SHIFT,
    ReasonCode.CERTIFICATE,
    ReasonCode.WINDOW,
    ReasonCode.LONGEST_TOUR,
    ReasonCode.ORDER,
    ReasonCode.PARTS,
    ReasonCode.MAX_VISITS,
    ReasonCode.TIME,
    ReasonCode.GROUP,
    ReasonCode.PUSHED_OUT,
    ReasonCode.POSSIBLE,
)
"""The tests in their order: a later one is nearer to success."""

OF_ENGINEERS = frozenset(STAGES[: STAGES.index(ReasonCode.SHIFT) + 1])
"""What does not depend on the shift is counted by engineers, all else by shifts."""

NEAREST = 4
"""For so many shifts it is tested which visits hold the place: those that pass nearest."""

EXPLAINED_IN_FULL = 30
"""For so many visits, the most urgent, holders of the place and smallest changes are looked for."""


def explain(state: State, in_full: int = EXPLAINED_IN_FULL) -> tuple[Unassigned, ...]:
    """Each visit without a slot, with its reasons, the nearest to success first.

    Args:
        state: the final plan.
        in_full: for so many visits, the most urgent, it is said who holds the place and what would let them in.
    """
    if not state.unassigned:
        return ()
    written = _as_written(state)
    fresh, spare = Ledger(state.facts), spare_times(written)
    return tuple(_explained(written, v, fresh, spare if i < in_full else None) for i, v in enumerate(state.unassigned))


def _as_written(state: State) -> State:
    """The state as everybody reads it from the plan: an engine may have held visits back for reasons of its own."""
    return state_from_plan(state.facts, Plan(routes_of(state), (), {}, 0, PlanStatus.FEASIBLE))


def _explained(state: State, v: int, fresh: Ledger, spare: list[Seconds] | None) -> Unassigned:
    """Why one visit was left out; without ``spare`` only what is quickly tested."""
    misses = misses_of(state, v, fresh)
    changes: tuple[Change, ...] = ()
    if spare is not None and all(miss.code is not ReasonCode.POSSIBLE for miss in misses):
        changes = changes_for(state, v, spare)
        misses = _named(state, v, misses, changes)
    return Unassigned(state.facts.problem.visits[v].id, _reasons(state.facts, v, misses), changes)


def _named(state: State, v: int, misses: list[Miss], changes: Iterable[Change]) -> list[Miss]:
    """Say whose visits hold the place in the nearest shifts, and how much time the nearest lacks."""
    full = [miss for miss in misses if miss.code in (ReasonCode.TIME, ReasonCode.MAX_VISITS)]
    nearest = {miss.slot for miss in sorted(full, key=lambda miss: _distance(state, v, miss))[:NEAREST]}
    named = [_who_holds(state, v, miss) if miss in full and miss.slot in nearest else miss for miss in misses]
    for change in changes:
        if change.kind is ChangeKind.LONGER:
            named = [_short_of(state.facts, miss, change) for miss in named]
    return named


def _short_of(facts: Facts, miss: Miss, change: Change) -> Miss:
    if miss.slot is None or miss.code is not ReasonCode.TIME:
        return miss
    is_it = facts.engineer_index[change.engineer] == miss.engineer
    same = is_it and facts.slots[miss.slot].shift_index == change.shift_index
    return replace(miss, shortfall=change.amount) if same else miss


def _distance(state: State, v: int, miss: Miss) -> tuple[Seconds, int]:
    """How near the engineer passes on that shift."""
    facts, slot = state.facts, miss.slot or 0
    places = [facts.slots[slot].start_place, *(facts.timings[u].place for u in state.visits_in(slot))]
    return min(facts.travel[place][facts.timings[v].place] for place in places), slot


def _who_holds(state: State, v: int, miss: Miss) -> Miss:
    """Name the visits of the same or a greater weight any one of which would make room."""
    weights, slot = state.facts.unserved, miss.slot or 0
    others = (u for u in state.visits_in(slot) if weights[u] >= weights[v])
    holders = tuple(u for u in others if makes_room(state, v, u, slot))
    if not holders:
        return miss
    code = ReasonCode.PUSHED_OUT if miss.code is ReasonCode.TIME else miss.code
    return replace(miss, code=code, visits=holders)


def _reasons(facts: Facts, v: int, misses: list[Miss]) -> tuple[Reason, ...]:
    if not misses:
        return (Reason(ReasonCode.SHIFT, "There are no engineers.", 0),)
    groups: dict[ReasonCode, list[Miss]] = {}
    for miss in misses:
        groups.setdefault(miss.code, []).append(miss)
    return tuple(_reason(facts, v, groups[code]) for code in reversed(STAGES) if code in groups)


def _reason(facts: Facts, v: int, misses: list[Miss]) -> Reason:
    best = min(misses, key=lambda miss: NEVER if miss.shortfall is None else miss.shortfall)
    code, engineers = best.code, {miss.engineer for miss in misses}
    is_known = best.shortfall is not None or len(engineers) == 1 or code is ReasonCode.POSSIBLE
    nearest = facts.problem.engineers[best.engineer].id if is_known and code is not ReasonCode.PIN else None
    visits = tuple(dict.fromkeys(facts.problem.visits[u].id for miss in misses for u in miss.visits))
    told = Told(
        visit=facts.problem.visits[v],
        count=len(engineers),
        shifts=None if code in OF_ENGINEERS else len(misses),
        details=tuple(dict.fromkeys(miss.detail for miss in misses if miss.detail)),
        causes=tuple(dict.fromkeys(cause for miss in (best, *misses) for cause in miss.causes)),
        nearest=nearest,
        shortfall=best.shortfall,
        visits=visits,
    )
    return Reason(
        code=code,
        sentence=sentence(code, told),
        count=len(misses),
        nearest=nearest,
        shortfall=best.shortfall,
        visits=visits,
        until=min((miss.until for miss in misses if miss.until is not None), default=None),
    )
