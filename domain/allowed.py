"""Which commands a case or visit takes in which state, and whose they are. The steps refuse all others."""

from collections.abc import Collection, Mapping

from domain.people import Role
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
}
"""Command of a case to the states in which it is possible, in the order in which a case meets them."""

VISIT_STATES: Mapping[str, tuple[VisitState, ...]] = {
    "choose_slot": (VisitState.REQUESTED, VisitState.BOOKED),
    "accept": (VisitState.BOOKED, VisitState.OFFERED),
    "decline": (VisitState.BOOKED, VisitState.OFFERED, VisitState.CONFIRMED),
    "depart": (VisitState.CONFIRMED,),
    "arrive": (VisitState.EN_ROUTE,),
    "finish": (VisitState.ON_SITE,),
}
"""Command of a visit to the states in which it is possible."""

LEADS = frozenset({Role.TEAM_LEAD, Role.MANAGER, Role.DIRECTOR, Role.ADMIN})
"""They may do what those do whom they lead."""

_DESK = frozenset({Role.AGENT, Role.DISPATCHER})
_OFFICE = _DESK | {Role.OPERATIONS}
_FIELD = frozenset({Role.ENGINEER, Role.DISPATCHER})

CASE_ROLES: Mapping[str, frozenset[Role]] = {
    "complete_registration": _DESK,
    "classify": _DESK,
    "diagnose": _DESK,
    "decide": _DESK,
    "answer_quote": frozenset({Role.AGENT, Role.CUSTOMER}),
    "choose_slot": _DESK | {Role.CUSTOMER},
    "settle": _OFFICE,
    "confirm": frozenset({Role.AGENT, Role.CUSTOMER}),
    "call_back": frozenset({Role.AGENT}),
    "pause": _OFFICE,
    "resume": _OFFICE,
    "cancel": _OFFICE | {Role.CUSTOMER},
    "note": frozenset(Role) - {Role.SYSTEM},
}
VISIT_ROLES: Mapping[str, frozenset[Role]] = {
    "choose_slot": CASE_ROLES["choose_slot"],
    **dict.fromkeys(("accept", "decline", "depart", "arrive", "finish"), _FIELD),
}


def case_commands(state: CaseState, visit: VisitState | None, roles: Collection[Role]) -> list[str]:
    """The commands that somebody with these roles may give a case now.

    Args:
        state: The case's state.
        visit: Its open visit's state; None without one. A case whose visit has started cannot be cancelled.
        roles: Every role of the caller.
    """
    found = _allowed(CASE_STATES, CASE_ROLES, state, roles)
    return [name for name in found if not (name == "cancel" and visit is not None and visit.has_started)]


def visit_commands(state: VisitState, roles: Collection[Role]) -> list[str]:
    """The commands that somebody with these roles may give a visit now."""
    return _allowed(VISIT_STATES, VISIT_ROLES, state, roles)


def _allowed(
    states: Mapping[str, tuple[CaseState, ...]] | Mapping[str, tuple[VisitState, ...]],
    owners: Mapping[str, frozenset[Role]],
    state: CaseState | VisitState,
    roles: Collection[Role],
) -> list[str]:
    leads = not LEADS.isdisjoint(roles)
    return [
        name for name, possible in states.items() if state in possible and (leads or not owners[name].isdisjoint(roles))
    ]
