"""When a run of a workflow may end without losing what it was given."""

import asyncio

from temporalio import workflow


def is_idle(lock: asyncio.Lock) -> bool:
    """Whether no handler runs or waits for its turn, and nobody holds the lock."""
    return workflow.all_handlers_finished() and not lock.locked()


async def until_idle(lock: asyncio.Lock) -> None:
    """Wait until the workflow is idle; the caller may then end this run, as long as it awaits nothing in between.

    Taking the lock instead would overtake nobody, but a handler that came meanwhile would wait behind it and its
    signal would be gone with this run.
    """
    while not is_idle(lock):
        await workflow.wait_condition(lambda: is_idle(lock))
