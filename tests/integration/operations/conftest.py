"""One migrated record, emptied before each test, behind the API at a moment that the test knows."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, cast

import httpx2 as httpx
import pytest
from sqlalchemy import text

from api.app import Serving, create_app
from api.commands import Commands
from api.composing import compose
from api.queries import Queries
from models import tables as t
from models.migrate import migrate
from models.session import Database
from runtime.postgres import EmbeddedPostgres
from tests.builders import NOW, a_company, save

LINK_KEYS = {"k1": bytes(32)}
TOKEN = "the-environments-own-token-of-these-tests"


@pytest.fixture(scope="session")
async def operations_record(postgres_server: EmbeddedPostgres) -> AsyncIterator[Database]:
    url = postgres_server.create_database("operations")
    await migrate(url)
    shared = Database(url)
    yield shared
    await shared.close()


@pytest.fixture
async def company(operations_record: Database) -> Database:
    """A record with the company of the builders and nothing else."""
    async with operations_record.transaction() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        for table in t.METADATA.sorted_tables:
            await session.execute(table.delete())
    await save(operations_record, *a_company())
    return operations_record


class Moment:
    """The present of a test; it stands still until the test moves it."""

    now = NOW


class StandingStill(Queries):
    """Questions at a moment, whatever the wall says."""

    def __init__(self, database: Database, moment: Moment) -> None:
        super().__init__(database)
        self._moment = moment

    async def now(self) -> datetime:
        return self._moment.now


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
async def http(company: Database, moment: Moment) -> AsyncIterator[httpx.AsyncClient]:
    """The API on that record; no workflow runs."""
    queries = StandingStill(company, moment)
    nobody = Commands(cast("Any", None), queries.timebase, queries.answered_before)
    app = create_app(compose(company, nobody, queries, LINK_KEYS), Serving(token=TOKEN))
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api", headers=headers) as client:
        yield client
