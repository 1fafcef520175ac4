"""What an offer costs whom, and why a window cannot be offered: counted, and in words."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

from scheduler.facts import Facts, fit_costs
from scheduler.plan import Reason, ReasonCode
from scheduler.problem import Window
from scheduler.state import Insertion, State
from scheduler.timing import Item, Timed, warehouse_item
from scheduler.units import Seconds


@dataclass(frozen=True)
class Effects:
    """What an insertion changes beside the cost.

    Attributes:
        travel: seconds of the matrix that the engineer travels more.
        late: seconds after the visit's promise.
        others_late: by how many seconds more the others of the route miss their promises, summed up.
        overtime: seconds of overtime more.
        calls: warehouses that are called at in addition.
    """

    travel: Seconds
    late: Seconds
    others_late: Seconds
    overtime: Seconds
    calls: tuple[str, ...]


def effects_of(state: State, found: Insertion) -> Effects:
    """What an insertion into a state would change."""
    facts, slot, before = state.facts, state.facts.slots[found.slot], state.timed[found.slot]
    route = state.routes[found.slot]
    late = _lateness(facts, found.slot, found.items, found.timed)
    was = {} if before is None else _lateness(facts, found.slot, route, before)
    own = late.pop(found.visit)
    over = max(0, found.timed.end - slot.end) - (0 if before is None else max(0, before.end - slot.end))
    houses = [item for item in found.items if item < 0 and item not in route]
    return Effects(
        travel=_travel(facts, found.slot, found.items) - _travel(facts, found.slot, route),
        late=own,
        others_late=sum(late.values()) - sum(was.values()),
        overtime=over,
        calls=tuple(facts.problem.warehouses[warehouse_item(item)].id for item in houses),
    )


def _lateness(facts: Facts, slot: int, items: tuple[Item, ...], timed: Timed) -> dict[int, Seconds]:
    engineer = facts.slots[slot].engineer
    return {
        item: max(0, start - facts.timing(item, engineer).late_after)
        for item, start in zip(items, timed.starts, strict=True)
        if item >= 0
    }


def _travel(facts: Facts, slot: int, items: tuple[Item, ...]) -> Seconds:
    if not items:
        return 0
    places = [facts.slots[slot].start_place, *(facts.nodes[i].place for i in items), facts.slots[slot].end_place]
    return sum(facts.travel[a][b] for a, b in pairwise(places))


def offer_sentence(facts: Facts, found: Insertion, effects: Effects) -> str:
    """What an offer costs and for what, for the dispatcher."""
    visit = facts.problem.visits[found.visit]
    engineer = facts.problem.engineers[facts.slots[found.slot].engineer]
    moved, passed_over, spare = fit_costs(visit, engineer, facts.policy)
    notes = [f"{_minutes(effects.travel):+d} min of travel"]
    notes += [f"a call at {', '.join(effects.calls)}"] if effects.calls else []
    notes += [f"{_minutes(effects.overtime):+d} min of overtime"] if effects.overtime else []
    notes += [f"{_minutes(effects.late)} min after the promise"] if effects.late else []
    notes += [f"others {_minutes(effects.others_late)} min later than promised"] if effects.others_late > 0 else []
    notes += ["the published engineer changes"] if moved else []
    notes += ["is not preferred"] if passed_over else []
    notes += ["is more qualified than needed"] if spare else []
    return f"{engineer.id} would cost {found.extra:+d}: {', '.join(notes)}."


def _minutes(seconds: Seconds) -> int:
    """Minutes begun, away from zero."""
    return -(-seconds // 60) if seconds > 0 else seconds // 60


_BLOCKED = {
    ReasonCode.PIN: "it is pinned to somebody else for {}",
    ReasonCode.EXCLUDED: "{} may not do it",
    ReasonCode.SKILL: "{} short of a skill",
    ReasonCode.CERTIFICATE: "{} with a certificate that ends too early",
    ReasonCode.TOOLS: "{} without the tools",
    ReasonCode.MAX_VISITS: "{} who take no visits",
    ReasonCode.WINDOW: "{} who cannot be there at an agreed time",
    ReasonCode.LONGEST_TOUR: "{} who would be out longer than agreed",
}


def reason_against(state: State, v: int, window: Window, starts: Collection[Window]) -> Reason:
    """Why a visit cannot start in a window: the first thing that keeps every shift from it.

    Args:
        state: the plan.
        v: a visit that no shift can take in the window.
        window: what was asked for.
        starts: when the visit may start at all.
    """
    facts, coupling = state.facts, state.facts.coupling
    if not any(own.start <= window.end and own.end >= window.start for own in starts):
        return Reason(ReasonCode.WINDOW, "The visit may not start then.", 0)
    missing = {u for u in (*coupling.waited_for(v), *coupling.partners.get(v, ())) if state.slot_of[u] is None}
    if v in coupling.visits and missing:
        names = tuple(facts.problem.visits[u].id for u in sorted(missing))
        return Reason(ReasonCode.ORDER, f"It depends on {', '.join(names)}, not planned.", len(names), visits=names)
    if not facts.allowed[v]:
        return _nobody(facts, v)
    near = [s for s in facts.allowed[v] if facts.slots[s].start <= window.end and facts.slots[s].limit >= window.start]
    able = len({facts.slots[s].engineer for s in facts.allowed[v]})
    if not near:
        return Reason(ReasonCode.SHIFT, f"None of the {able} able engineers works then.", able)
    free = [s for s in near if len(state.visits_in(s)) < facts.slots[s].max_visits]
    at_work = len({facts.slots[s].engineer for s in near})
    if not free:
        text = f"All able engineers who work then ({at_work}) already have the most visits agreed."
        return Reason(ReasonCode.MAX_VISITS, text, at_work)
    if all(next(state.ledger.supplies(v, facts.slots[s].engineer), None) is None for s in free):
        return Reason(ReasonCode.PARTS, f"None of the able engineers ({at_work}) can get the parts.", at_work)
    text = f"{at_work} able engineers work then, but none can come and still keep all other visits and the shift."
    return Reason(ReasonCode.TIME, text, at_work)


def _nobody(facts: Facts, v: int) -> Reason:
    """Who lacks what, each engineer counted for the shift that came nearest to being able."""
    codes: dict[int, ReasonCode] = {}
    for slot in facts.slots:
        code = facts.blocked[v][slot.index]
        if code is not None:
            codes[slot.engineer] = code
    if not codes:
        return Reason(ReasonCode.SHIFT, "There are no shifts.", 0)
    counts = Counter(codes.values()).most_common()
    parts = "; ".join(_BLOCKED[code].format(_engineers(count)) for code, count in counts)
    return Reason(counts[0][0], f"No engineer can do it: {parts}.", len(codes))


def _engineers(count: int) -> str:
    return "one engineer" if count == 1 else f"{count} engineers"
