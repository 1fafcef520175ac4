"""Servers shared by every test that asks for them; a run without such a test starts none."""

from collections.abc import Iterator

import pytest

from runtime.postgres import EmbeddedPostgres
from runtime.temporal import EmbeddedTemporal
from tests import stack


@pytest.fixture(scope="session", autouse=True)
def _no_leftovers() -> None:
    stack.clear_killed_runs()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[EmbeddedPostgres]:
    """A real PostgreSQL server; make databases in it with `create_database(name, template=…)`."""
    with stack.running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres_server: EmbeddedPostgres) -> str:
    """The URL (asyncpg) of a database that is empty at the start of the run."""
    return postgres_server.create_database("callout_test")


@pytest.fixture(scope="session")
def temporal_server() -> Iterator[EmbeddedTemporal]:
    """A real Temporal dev server in memory with the project's search attributes."""
    with stack.running_temporal() as server:
        yield server


@pytest.fixture(scope="session")
def temporal_address(temporal_server: EmbeddedTemporal) -> str:
    """The gRPC address of the dev server; its namespace is `default`."""
    return temporal_server.address
