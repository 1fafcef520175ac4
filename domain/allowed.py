"""Which commands a case or visit takes in which state. The steps refuse all others."""

from collections.abc import Collection, Mapping

from domain.vocabulary import CaseState, VisitState

OPEN_STATES = tuple(state for state in CaseState if not state.is_final)

CASE_STATES: Mapping[str, tuple[CaseState, ...]] = {
    "complete_registration": (CaseState.REGISTERING,),
    "classify": (CaseState.CLASSIFYING, CaseState.DIAGNOSING),
    "diagnose": (CaseState.DIAGNOSING,),
    "decide": (CaseState.DECIDING,),
    "answer_quote": (CaseState.QUOTING,),
    "choose_slot": (CaseState.CLASSIFYING, CaseState.DIAGNOSING, CaseState.DECIDING, CaseState.QUOTING),
    "settle": (CaseState.HANDED_OVER,),
    "confirm": (CaseState.CONFIRMING, CaseState.CALLING_BACK),
    "call_back": (CaseState.CALLING_BACK,),
    "pause": OPEN_STATES,
    "resume": OPEN_STATES,
    "cancel": OPEN_STATES,
    "note": OPEN_STATES,
    "attach": OPEN_STATES,
    "rate": (CaseState.CONFIRMING, CaseState.CALLING_BACK),
    "ask_for_time": (
        CaseState.CLASSIFYING,
        CaseState.DIAGNOSING,
        CaseState.DECIDING,
        CaseState.QUOTING,
        CaseState.VISITING,
    ),
}
"""Command of a case to the states in which it is possible, in the order in which a case meets them."""

VISIT_STATES: Mapping[str, tuple[VisitState, ...]] = {
    "choose_slot": (VisitState.REQUESTED, VisitState.BOOKED),
    "accept": (VisitState.BOOKED, VisitState.OFFERED),
    "decline": (VisitState.BOOKED, VisitState.OFFERED, VisitState.CONFIRMED),
    "depart": (VisitState.CONFIRMED,),
    "arrive": (VisitState.EN_ROUTE,),
    "finish": (VisitState.ON_SITE,),
    "split": (VisitState.REQUESTED, VisitState.BOOKED, VisitState.OFFERED, VisitState.CONFIRMED),
}
"""Command of a visit to the states in which it is possible."""


def case_commands(state: CaseState, visit: VisitState | None, permitted: Collection[str]) -> list[str]:
    """The commands that somebody may give a case now.

    Args:
        state: The case's state.
        visit: Its open visit's state; None without one. A case whose visit has started cannot be cancelled.
        permitted: The commands that are the caller's at all.
    """
    found = _possible(CASE_STATES, state, permitted)
    return [name for name in found if not (name == "cancel" and visit is not None and visit.has_started)]


def visit_commands(state: VisitState, permitted: Collection[str]) -> list[str]:
    """The commands that somebody may give a visit now."""
    return _possible(VISIT_STATES, state, permitted)


def _possible(
    states: Mapping[str, tuple[CaseState, ...]] | Mapping[str, tuple[VisitState, ...]],
    state: CaseState | VisitState,
    permitted: Collection[str],
) -> list[str]:
    return [name for name, possible in states.items() if state in possible and name in permitted]
