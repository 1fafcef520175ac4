"""The promise of the product: kill any process at any moment, and every case goes on."""

import asyncio
import time
from datetime import timedelta

import pytest
from sqlalchemy import text

from connection import connect
from console.system import environment
from domain.errors import UnavailableError
from models.session import Database
from tests.e2e.stack import RunningStack, a_running_stack

SPEED = 240
VICTIMS = ("Worker", "PostgreSQL", "Temporal", "API", "Sample people")

DOUBLED = """
    SELECT case_id, visit_id, kind, at, data, array_agg(workflow_id || command_id) AS commands FROM case_event
    WHERE kind IN ('registered', 'classified', 'decided', 'archived', 'offered', 'accepted', 'departed', 'arrived',
                   'finished', 'clock_breached', 'clock_warning')
    GROUP BY case_id, visit_id, kind, at, data HAVING count(*) > 1
"""
LATEST = "SELECT max(recorded_at) FROM case_event WHERE workflow_id LIKE 'case/%' OR workflow_id LIKE 'visit/%'"
LATENESS = """
    SELECT coalesce(max(extract(epoch FROM recorded_at - at)), 0) FROM case_event
    WHERE kind IN ('clock_breached', 'clock_warning', 'step_escalated') AND workflow_id IS NOT NULL
"""
# A clock fires by a timer and is then recorded; on a busy machine that takes some seconds of its own.
MARGIN = timedelta(seconds=10)
UNLED = """
    SELECT count(*) FROM service_case WHERE state NOT IN ('archived', 'cancelled')
    AND (next_step IS NULL OR responsible IS NULL OR due_at IS NULL)
"""


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_a_day_of_work_survives_the_death_of_every_process():
    with a_running_stack(SPEED) as stack:
        stack.until(lambda: len(stack.callout("case", "list")["items"]) >= 3, "cases arrive", 120)
        stack.until(lambda: asyncio.run(ask(stack, LATEST)) is not None, "cases are worked on", 120)
        outages = [outage(stack, victim) for victim in VICTIMS]
        assert asyncio.run(failed_workflows(stack)) == 0
        assert asyncio.run(ask(stack, f"SELECT json_agg(doubled) FROM ({DOUBLED}) AS doubled")) is None
        # A case is registered in one transaction and led from the next one on, moments later.
        stack.until(lambda: asyncio.run(ask(stack, UNLED)) == 0, "every open case has a next step, a role, a time", 30)
        late = asyncio.run(ask(stack, LATENESS))
        assert timedelta(seconds=float(late)) <= (max(outages) + MARGIN) * SPEED


def outage(stack: RunningStack, victim: str) -> timedelta:
    """Kill a process and wait until cases move again; how long that took, in real time."""
    before = asyncio.run(ask(stack, LATEST))
    began = time.monotonic()
    pid = stack.kill(victim)
    stack.until(lambda: stack.is_up(victim, pid), f"{victim} is restarted")
    stack.until(lambda: asyncio.run(ask(stack, LATEST)) > before, f"cases go on after {victim} died", 90)
    return timedelta(seconds=time.monotonic() - began)


async def ask(stack: RunningStack, question: str):
    """One value from the record; retried while the database comes back."""
    for _ in range(20):
        try:
            return await _ask(stack, question)
        except UnavailableError:
            await asyncio.sleep(0.5)
    return await _ask(stack, question)


async def _ask(stack: RunningStack, question: str):
    database = Database(environment(stack.environment)["CALLOUT_DATABASE_URL"], pool_size=1, max_overflow=0)
    try:
        async with database.reading() as session:
            return await session.scalar(text(question))
    finally:
        await database.close()


async def failed_workflows(stack: RunningStack) -> int:
    given = environment(stack.environment)
    client = await connect(
        given["CALLOUT_TEMPORAL_ADDRESS"], given["CALLOUT_TEMPORAL_NAMESPACE"], given["CALLOUT_PAYLOAD_KEYS"]
    )
    found = await client.count_workflows("ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut')")
    return found.count
