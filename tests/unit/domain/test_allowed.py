"""Which commands are possible: one table, which the steps obey, and whose they are the table of access says."""

import pytest

from api.access import TABLE, Action, Resource
from api.schemas import CASE_COMMANDS, VISIT_COMMANDS
from domain.allowed import CASE_STATES, VISIT_STATES, case_commands, visit_commands
from domain.case import CaseProgress, require
from domain.errors import WrongStateError
from domain.ids import CaseId
from domain.vocabulary import CaseState, VisitState
from tests.builders import NOW

OF_CUSTOMERS = {"rate", "ask_for_time"}
"""What the customer's link alone does."""


def test_every_command_has_states_and_roles():
    assert CASE_STATES.keys() == {*CASE_COMMANDS, "choose_slot", "attach", *OF_CUSTOMERS}
    assert VISIT_STATES.keys() == {*VISIT_COMMANDS, "choose_slot", "split"}
    assert all(TABLE[Resource.CASE, Action(name)] for name in CASE_STATES.keys() - OF_CUSTOMERS)
    assert all(TABLE[Resource.VISIT, Action(name)] for name in VISIT_COMMANDS)


@pytest.mark.parametrize("state", CaseState)
def test_what_is_offered_is_what_the_steps_accept(state: CaseState):
    offered = case_commands(state, None, CASE_STATES.keys())
    for command in CASE_STATES:
        progress = CaseProgress(CaseId("C-1"), NOW, state=state)
        if command in offered:
            require(progress, command)
        else:
            with pytest.raises(WrongStateError):
                require(progress, command)


def test_a_caller_is_offered_own_commands_only():
    assert case_commands(CaseState.QUOTING, None, ["note", "cancel", "classify"]) == ["cancel", "note"]
    assert visit_commands(VisitState.CONFIRMED, ["decline", "depart", "arrive"]) == ["decline", "depart"]
    assert visit_commands(VisitState.CONFIRMED, []) == []


def test_a_case_whose_engineer_is_on_the_way_is_not_cancelled():
    assert "cancel" in case_commands(CaseState.VISITING, VisitState.CONFIRMED, ["cancel"])
    assert "cancel" not in case_commands(CaseState.VISITING, VisitState.EN_ROUTE, ["cancel"])
