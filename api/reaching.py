"""Reaching Temporal: how long to wait, and what its failures mean to a caller."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeVar

from temporalio.service import RPCError, RPCStatusCode

from domain.errors import CalloutError, UnavailableError

ANSWER_WITHIN = timedelta(seconds=10)
"""How long a command may take; a worker that is busy or away makes it longer, and the caller tries again."""

TRIES = 4
PAUSE = 0.1
"""Seconds between them."""

R = TypeVar("R")

_OUR_FAULT = {RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED}
"""What no repetition heals; everything else is the server's state, such as a workflow whose worker fails."""


@asynccontextmanager
async def reaching_temporal(when_not_found: CalloutError) -> AsyncIterator[None]:
    """Turn what Temporal's server answers into the domain's errors.

    Raises:
        UnavailableError: It does not answer, or no worker does.
        CalloutError: The given one, when there is no such workflow.
    """
    try:
        yield
    except RPCError as error:
        raise rpc_trouble(error, when_not_found) from error


async def undisturbed(ask: Callable[[], Awaitable[R]]) -> R:
    """The answer to an update that has an id; asked again where something came in between.

    A workflow that ends by an update begins that step anew when an event arrives at the same moment, such as the end
    of a visit, and the server drops the update instead of repeating it.

    Raises:
        RPCError: What the last try, or another trouble, ended with.
    """
    for _ in range(TRIES - 1):
        try:
            return await ask()
        except RPCError as error:
            if error.status is not RPCStatusCode.FAILED_PRECONDITION:
                raise
        await asyncio.sleep(PAUSE)
    return await ask()


def rpc_trouble(error: RPCError, when_not_found: CalloutError) -> CalloutError | RPCError:
    """What to raise for an error of the server."""
    if error.status is RPCStatusCode.NOT_FOUND:
        return when_not_found
    if error.status is RPCStatusCode.DEADLINE_EXCEEDED:
        return no_worker()
    if error.status in _OUR_FAULT:
        return error
    return UnavailableError("Temporal does not answer at the moment. Send the same command again shortly.")


def no_worker() -> UnavailableError:
    """Nobody answered in time."""
    return UnavailableError(
        "Nobody carried out the command in time; it may still be. Send it again with the same id: it counts once."
    )
