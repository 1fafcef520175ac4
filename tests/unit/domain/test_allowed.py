"""Which commands are possible, and whose they are: one table, which the steps obey."""

import pytest

from api.schemas import CASE_COMMANDS, VISIT_COMMANDS
from domain.allowed import CASE_ROLES, CASE_STATES, VISIT_ROLES, VISIT_STATES, case_commands, visit_commands
from domain.case import CaseProgress, require
from domain.errors import WrongStateError
from domain.ids import CaseId
from domain.people import Role
from domain.vocabulary import CaseState, VisitState
from tests.builders import NOW


def test_every_command_has_states_and_roles():
    assert CASE_STATES.keys() == CASE_ROLES.keys() == {*CASE_COMMANDS, "choose_slot"}
    assert VISIT_STATES.keys() == VISIT_ROLES.keys() == {*VISIT_COMMANDS, "choose_slot"}


@pytest.mark.parametrize("state", CaseState)
def test_what_is_offered_is_what_the_steps_accept(state: CaseState):
    offered = case_commands(state, None, [Role.ADMIN])
    for command in CASE_STATES:
        progress = CaseProgress(CaseId("C-1"), NOW, state=state)
        if command in offered:
            require(progress, command)
        else:
            with pytest.raises(WrongStateError):
                require(progress, command)


def test_roles_see_their_own_commands_only():
    assert case_commands(CaseState.QUOTING, None, [Role.CUSTOMER]) == ["answer_quote", "choose_slot", "cancel", "note"]
    assert case_commands(CaseState.CLASSIFYING, None, [Role.ENGINEER]) == ["note"]
    assert visit_commands(VisitState.CONFIRMED, [Role.ENGINEER]) == ["decline", "depart"]
    assert visit_commands(VisitState.CONFIRMED, [Role.CUSTOMER]) == []
    both = case_commands(CaseState.CALLING_BACK, None, [Role.ENGINEER, Role.AGENT])
    assert both == ["confirm", "call_back", "pause", "resume", "cancel", "note"]


def test_a_case_whose_engineer_is_on_the_way_is_not_cancelled():
    assert "cancel" in case_commands(CaseState.VISITING, VisitState.CONFIRMED, [Role.AGENT])
    assert "cancel" not in case_commands(CaseState.VISITING, VisitState.EN_ROUTE, [Role.AGENT])
