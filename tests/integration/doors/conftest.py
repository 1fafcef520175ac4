"""A small company on a real database, and its workflows on a real Temporal server, behind the API and the CLI."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, cast

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from temporalio.client import Client
from temporalio.worker import Worker

from activities.database import record_activities
from activities.planning.activities import PlanningActivities
from activities.planning.engines import MatrixTravel
from activities.queues import CASES
from activities.waking import WakeActivities
from api.app import Serving, create_app
from api.asking import Parts
from api.commands import Commands
from api.composing import compose
from api.passwords import hash_now
from api.queries import Queries
from connection import connect, data_converter, link_keys
from domain.people import Role
from models import tables as t
from models.migrate import migrate
from models.repositories import users
from models.session import Database
from runtime.postgres import EmbeddedPostgres
from runtime.secrets import new_payload_key
from runtime.temporal import NAMESPACE, EmbeddedTemporal
from tests import stack
from tests.builders import NOW, a_company, save
from travel.great_circle import GreatCircleTravel
from workflows.case import ServiceCaseWorkflow
from workflows.delivery import DeliveryWorkflow
from workflows.parts_order import PartsOrderWorkflow
from workflows.territory import TerritoryWorkflow
from workflows.visit import VisitWorkflow

KEYS = new_payload_key()
TOKEN = "the-environments-own-token-of-these-tests"
ORIGIN = "https://callout.test"
PASSWORD = "a password of the tests"
HASH = hash_now(PASSWORD)
LINK_KEYS = link_keys(new_payload_key())
_NUMBERS = count(1)


@dataclass(frozen=True)
class Doors:
    """What a test opens."""

    url: str
    database: Database
    queries: Queries
    commands: Commands
    parts: Parts
    http: httpx.AsyncClient
    environment: dict[str, str]
    app: FastAPI

    @asynccontextmanager
    async def visitor(self) -> AsyncIterator[httpx.AsyncClient]:
        """A browser in which nobody is signed in."""
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=ORIGIN) as http:
            yield http

    @asynccontextmanager
    async def signed_in(self, *roles: Role, id_: str = "", **user: Any) -> AsyncIterator[httpx.AsyncClient]:
        """A browser in which a new user with these roles is signed in: ``doors.signed_in(Role.AGENT)``."""
        known_as = id_ or f"{'-'.join(roles)}-1"
        await self.add_user(known_as, *roles, **user)
        async with self.visitor() as http:
            await sign_in(http, known_as)
            yield http

    async def add_user(self, id_: str, *roles: Role, **user: Any) -> None:
        """A user who signs in as ``id_@example.com`` with the password of the tests."""
        given = {"id": id_, "name": id_, "email": f"{id_}@example.com", "password_hash": HASH, "created_at": NOW}
        async with self.database.transaction() as session:
            await users.add(session, t.User(**given | user), roles)


async def sign_in(http: httpx.AsyncClient, id_: str, password: str = PASSWORD) -> httpx.Response:
    """Sign in and, if that went well, send the CSRF token from now on."""
    answer = await http.post("/api/session", json={"email": f"{id_}@example.com", "password": password})
    if answer.status_code == 200:
        http.headers["x-csrf-token"] = answer.json()["csrf_token"]
    return answer


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
    parts = compose(
        database,
        commands,
        queries,
        LINK_KEYS,
        webhooks_to_private=True,
        codec=data_converter(KEYS).payload_codec,
    )
    app = create_app(parts, Serving(token=TOKEN))
    environment = {
        **os.environ,
        "CALLOUT_DATABASE_URL": url,
        "CALLOUT_TEMPORAL_ADDRESS": temporal_server_of_ours.address,
        "CALLOUT_TEMPORAL_NAMESPACE": NAMESPACE,
        "CALLOUT_PAYLOAD_KEYS": KEYS,
    }
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN, headers=headers) as http:
        yield Doors(url, database, queries, commands, parts, http, environment, app)
    async for running in temporal.list_workflows("ExecutionStatus = 'Running'"):
        await temporal.get_workflow_handle(running.id).terminate()
    await database.close()
    postgres_server.drop_database(name)


@pytest.fixture
async def worker(doors: Doors, temporal: Client) -> AsyncIterator[None]:
    """Workflows and recording activities; nobody plans."""
    async with a_worker(temporal, doors.database):
        yield


def a_worker(client: Client, database: Database) -> Worker:
    """Workflows and recording activities; nobody plans."""
    planning = PlanningActivities(database, cast("Any", None), MatrixTravel(GreatCircleTravel()))
    return Worker(
        client,
        task_queue=CASES,
        workflows=[ServiceCaseWorkflow, VisitWorkflow, TerritoryWorkflow, PartsOrderWorkflow, DeliveryWorkflow],
        activities=[
            *record_activities(database),
            WakeActivities(client).wake_territory,
            planning.planning_terms,
            planning.publish_moves,
        ],
        graceful_shutdown_timeout=timedelta(seconds=2),
    )
