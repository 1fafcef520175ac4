"""Workflows with skipped time: the real server's virtual clock, the real record, the real activities."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.common import SearchAttributeKey
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.planning.activities import PlanningActivities
from activities.planning.engines import MatrixTravel, SolverPool
from models.migrate import migrate
from models.session import Database
from runtime.postgres import EmbeddedPostgres
from runtime.temporal import SEARCH_ATTRIBUTES
from samples.load import load
from tests.workflow.house import House
from travel.great_circle import GreatCircleTravel
from worker import cases_worker

TEMPORAL = Path(shutil.which("temporal", path=f"{Path(__file__).parents[2]}/.venv/bin") or "temporal")
EXTRA = (
    "--dynamic-config-value",
    "frontend.WorkflowTimeSkippingEnabled=true",
    "--dynamic-config-value",
    'history.timerProcessorMaxTimeShift="10ms"',
)


@pytest.fixture(scope="session")
async def database(postgres_server: EmbeddedPostgres) -> AsyncIterator[Database]:
    """The sample company on a database of its own."""
    url = await asyncio.to_thread(postgres_server.create_database, "workflow_tests")
    await migrate(url)
    record = Database(url)
    await load(record, datetime.now(UTC), speed=1.0)
    yield record
    await record.close()


@pytest.fixture(scope="session")
async def environment() -> AsyncIterator[WorkflowEnvironment]:
    """A dev server that skips time, with the project's search attributes."""
    keys = {"Keyword": SearchAttributeKey.for_keyword, "Datetime": SearchAttributeKey.for_datetime}
    env = await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=str(TEMPORAL),
        search_attributes=[keys[kind](name) for name, kind in SEARCH_ATTRIBUTES.items()],
        data_converter=pydantic_data_converter,
        dev_server_extra_args=list(EXTRA),
    )
    async with env:
        yield env


@pytest.fixture(scope="session")
async def worker(environment: WorkflowEnvironment, database: Database) -> AsyncIterator[Worker]:
    """The worker of the queue ``cases``; nobody serves the planner, so tests publish the bookings themselves."""
    # A machine that is busy with other tests may hold a workflow's thread for longer than the deadlock limit of 2 s.
    os.environ["TEMPORAL_DEBUG"] = "1"
    planning = PlanningActivities(database, SolverPool(), MatrixTravel(GreatCircleTravel()))
    async with cases_worker(environment.client, database, planning) as running:
        yield running


@pytest.fixture
async def house(environment: WorkflowEnvironment, database: Database, worker: Worker) -> House:
    """What a test needs to act as the company's people."""
    return await House.open(environment, database, timedelta(minutes=1))
