"""A migrated database for each test, copied from a template."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from models.migrate import migrate
from models.session import Database
from runtime.postgres import EmbeddedPostgres
from tests.builders import a_booking_row, a_case_row, a_company, a_visit_row, save

_NUMBERS = count(1)


@pytest.fixture(scope="session")
async def record_template(postgres_server: EmbeddedPostgres) -> str:
    """The name of a migrated database to which nobody is connected."""
    await migrate(postgres_server.create_database("record_template"))
    return "record_template"


@pytest.fixture
async def database(postgres_server: EmbeddedPostgres, record_template: str) -> AsyncIterator[Database]:
    """An empty record."""
    name = f"record_{next(_NUMBERS)}"
    record = Database(postgres_server.create_database(name, template=record_template))
    yield record
    await record.close()
    postgres_server.drop_database(name)


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
