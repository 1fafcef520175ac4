"""One migrated database that is emptied before each test."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from models import tables as t
from models.migrate import migrate
from models.session import Database
from runtime.postgres import EmbeddedPostgres
from tests.builders import a_booking_row, a_case_row, a_company, a_visit_row, save


@pytest.fixture(scope="session")
async def record(postgres_server: EmbeddedPostgres) -> AsyncIterator[Database]:
    """The record that the tests share."""
    url = postgres_server.create_database("record")
    await migrate(url)
    shared = Database(url)
    yield shared
    await shared.close()


@pytest.fixture
async def database(record: Database) -> Database:
    """An empty record."""
    async with record.transaction() as session:
        # As a replica the server asks neither foreign keys nor the guard of the audit, and emptying takes no time.
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        for table in t.METADATA.sorted_tables:
            await session.execute(table.delete())
    return record


@pytest.fixture
async def company(database: Database) -> Database:
    """A record with the company of the builders."""
    await save(database, *a_company())
    return database


@pytest.fixture
async def booked(company: Database) -> Database:
    """The company with case C-1, whose visit is booked with E1 from 10:00 to 11:00 UTC."""
    await save(company, a_case_row(), a_visit_row(), a_booking_row())
    return company
