"""The smallest change of each kind that would let a visit in that was left out.

Each is found by planning the shift concerned anew with the change (see ``scene``), so what is said to do does, and
one minute, unit or level less does not.
"""

from dataclasses import replace

from scheduler.change import Change, ChangeKind
from scheduler.change_search import Search
from scheduler.changes_of_parts import sent, stocked
from scheduler.changes_of_rules import allowed, equipped, more_visits, renewed, skilled, unpinned
from scheduler.changes_of_times import earlier, later, longer, longer_tour
from scheduler.giving_way import giving_way
from scheduler.sentences import change_sentence
from scheduler.state import State
from scheduler.units import Seconds

KINDS = (longer, longer_tour, more_visits, later, earlier, sent, stocked, unpinned, allowed, equipped, renewed, skilled)


def spare_times(state: State) -> list[Seconds]:
    """What travel and work leave of each shift."""
    return [state.way(slot, items)[1] for slot, items in enumerate(state.routes)]


def changes_for(state: State, v: int, spare: list[Seconds]) -> tuple[Change, ...]:
    """The smallest change of each kind that lets a visit in, the easiest first.

    Args:
        state: the final plan.
        v: a visit that is left out and has no way in. For one of a group, and one that waits for a visit that is
            left out too, no single change does; nor is one looked for where a pinned visit waits for others.
        spare: ``spare_times`` of the plan.
    """
    if _depends_on_what_is_left_out(state, v):
        return ()
    search, order = Search(state, v, spare), list(ChangeKind)
    found = [*giving_way(state, v, spare), *(change for kind in KINDS if (change := kind(search)) is not None)]
    found.sort(key=lambda change: order.index(change.kind))
    return tuple(replace(change, sentence=change_sentence(change)) for change in found)


def _depends_on_what_is_left_out(state: State, v: int) -> bool:
    coupling = state.facts.coupling
    waited = coupling.waited_for(v)
    pinned = bool(waited) and state.facts.problem.visits[v].pin is not None
    return v in coupling.partners or pinned or any(state.slot_of[u] is None for u in waited)
