"""A small company on a real database, and its workflows on a real Temporal server, behind the API and the CLI."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, cast

import httpx2 as httpx
import pytest
from sqlalchemy import text
from temporalio.client import Client
from temporalio.worker import Worker

from activities.database import record_activities
from activities.planning.activities import PlanningActivities
from activities.queues import CASES
from activities.waking import WakeActivities
from api.app import create_app
from api.asking import Parts
from api.commands import Commands
from api.outside import Outside
from api.queries import Queries
from connection import connect, link_keys
from models.migrate import migrate
from models.session import Database
from runtime.postgres import EmbeddedPostgres
from runtime.secrets import new_payload_key
from runtime.temporal import NAMESPACE, EmbeddedTemporal
from tests import stack
from tests.builders import a_company, save
from workflows.case import ServiceCaseWorkflow
from workflows.delivery import DeliveryWorkflow
from workflows.parts_order import PartsOrderWorkflow
from workflows.territory import TerritoryWorkflow
from workflows.visit import VisitWorkflow

KEYS = new_payload_key()
LINK_KEYS = link_keys(new_payload_key())
_NUMBERS = count(1)


@dataclass(frozen=True)
class Doors:
    """What a test opens."""

    url: str
    database: Database
    queries: Queries
    commands: Commands
    http: httpx.AsyncClient
    environment: dict[str, str]


@pytest.fixture(scope="session")
async def doors_template(postgres_server: EmbeddedPostgres) -> str:
    """The name of a migrated database to which nobody is connected."""
    await migrate(postgres_server.create_database("doors_template"))
    return "doors_template"


@pytest.fixture(scope="session")
async def temporal_server_of_ours() -> AsyncIterator[EmbeddedTemporal]:
    """A server of its own: workers of other tests poll the same queues."""
    with stack.running_temporal() as server:
        yield server


@pytest.fixture(scope="session")
async def temporal(temporal_server_of_ours: EmbeddedTemporal) -> Client:
    """A client of that server."""
    return await connect(temporal_server_of_ours.address, NAMESPACE, KEYS)


@pytest.fixture
async def doors(
    postgres_server: EmbeddedPostgres,
    doors_template: str,
    temporal: Client,
    temporal_server_of_ours: EmbeddedTemporal,
) -> AsyncIterator[Doors]:
    """The company of the builders; no worker runs."""
    name = f"doors_{next(_NUMBERS)}"
    url = postgres_server.create_database(name, template=doors_template)
    database = Database(url, pool_size=4)
    await save(database, *a_company())
    async with database.transaction() as session:
        # One Temporal server sees the cases of every test, so no two tests may use the same numbers.
        await session.execute(text(f"ALTER SEQUENCE case_number RESTART WITH {next(_NUMBERS)}00001"))
    queries = Queries(database)
    commands = Commands(temporal, queries.timebase, queries.answered_before)
    outside = Outside.of(database, commands, queries, LINK_KEYS, webhooks_to_private=True)
    app = create_app(Parts(commands, queries, outside), None)
    environment = {
        **os.environ,
        "CALLOUT_DATABASE_URL": url,
        "CALLOUT_TEMPORAL_ADDRESS": temporal_server_of_ours.address,
        "CALLOUT_TEMPORAL_NAMESPACE": NAMESPACE,
        "CALLOUT_PAYLOAD_KEYS": KEYS,
    }
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as http:
        yield Doors(url, database, queries, commands, http, environment)
    async for running in temporal.list_workflows("ExecutionStatus = 'Running'"):
        await temporal.get_workflow_handle(running.id).terminate()
    await database.close()
    postgres_server.drop_database(name)


@pytest.fixture
async def worker(doors: Doors, temporal: Client) -> AsyncIterator[None]:
    """Workflows and recording activities; nobody plans."""
    planning = PlanningActivities(doors.database, cast("Any", None), cast("Any", None))
    async with Worker(
        temporal,
        task_queue=CASES,
        workflows=[ServiceCaseWorkflow, VisitWorkflow, TerritoryWorkflow, PartsOrderWorkflow, DeliveryWorkflow],
        activities=[
            *record_activities(doors.database),
            WakeActivities(temporal).wake_territory,
            planning.planning_terms,
        ],
        graceful_shutdown_timeout=timedelta(seconds=2),
    ):
        yield
