"""What the server says about a moment is not told to people."""

import pytest
from temporalio.service import RPCError, RPCStatusCode

from api.reaching import TRIES, undisturbed


def a_server(*answers: RPCStatusCode | str):
    given = iter(answers)

    async def ask() -> str:
        answer = next(given)
        if isinstance(answer, RPCStatusCode):
            raise RPCError("said", answer, b"")
        return answer

    return ask, given


async def test_an_update_that_was_put_aside_is_asked_for_again() -> None:
    ask, rest = a_server(RPCStatusCode.FAILED_PRECONDITION, "done", "never asked for")
    assert await undisturbed(ask) == "done"
    assert list(rest) == ["never asked for"]


async def test_a_workflow_that_never_answers_is_told_in_the_end() -> None:
    ask, rest = a_server(*[RPCStatusCode.FAILED_PRECONDITION] * TRIES, "too late")
    with pytest.raises(RPCError):
        await undisturbed(ask)
    assert list(rest) == ["too late"]


async def test_another_trouble_is_told_at_once() -> None:
    ask, rest = a_server(RPCStatusCode.UNAVAILABLE, "never asked for")
    with pytest.raises(RPCError):
        await undisturbed(ask)
    assert list(rest) == ["never asked for"]
