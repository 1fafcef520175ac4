"""What a simulation works with: the record, Temporal, and the commands of people."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from temporalio.client import Client

from api.commands import Commands
from api.queries import Queries
from connection import connect
from models.session import Database
from settings import Settings

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class System:
    """A connection to a running system."""

    database: Database
    client: Client
    commands: Commands
    queries: Queries


@asynccontextmanager
async def system(given: Settings) -> AsyncIterator[System]:
    """Connect; the record's connections are closed at the end.

    Raises:
        UnavailableError: Temporal does not answer within a minute.
    """
    database = Database(given.database_url.get_secret_value(), pool_size=6, max_overflow=2)
    try:
        client = await connect(
            given.temporal_address,
            given.temporal_namespace,
            given.payload_keys.get_secret_value(),
            patience=PATIENCE_SECONDS,
        )
        queries = Queries(database)
        yield System(database, client, Commands(client, queries.timebase, queries.answered_before), queries)
    finally:
        await database.close()
