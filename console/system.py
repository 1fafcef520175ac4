"""The system that a command talks to: found in the environment, or as the local stack of this folder."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from opentelemetry.trace import Tracer

from api.commands import Commands
from api.queries import Queries
from connection import connect
from console.failures import NoStackError
from models.session import Database, Session
from runtime import secrets, state
from runtime.postgres import EmbeddedPostgres
from runtime.stack import API_PORT_SETTING, DATABASE
from runtime.temporal import NAMESPACE, EmbeddedTemporal
from settings import Settings

T = TypeVar("T")
DATABASE_SETTING = "CALLOUT_DATABASE_URL"
PATIENCE_SECONDS = 5.0


@dataclass(frozen=True)
class System:
    """A connection to a running system."""

    settings: Settings
    database: Database
    commands: Commands
    queries: Queries


def home(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the local stack."""
    return Path(environment.get("CALLOUT_HOME") or ".callout")


def environment(given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of this program's processes; what it does not say comes from the local stack, if one runs.

    Raises:
        NoStackError: There are no settings, and no local stack runs.
    """
    if given.get(DATABASE_SETTING):
        return dict(given)
    folder = home(given)
    running = state.status(folder)
    if running.phase not in {"running", "starting"}:
        raise NoStackError(
            f"Nothing runs in {folder} (it is {running.phase}): is `make up` running? "
            f"For another system set {DATABASE_SETTING}, CALLOUT_TEMPORAL_ADDRESS and CALLOUT_PAYLOAD_KEYS."
        )
    return {**local_environment(folder), **given}


def settings(given: Mapping[str, str] = os.environ) -> Settings:
    """Settings from that environment.

    Raises:
        NoStackError: There are no settings, and no local stack runs.
        ValidationError: A setting is not valid.
    """
    known = environment(given)
    names = {f"CALLOUT_{field.upper()}": field for field in Settings.model_fields}
    return Settings.model_validate({field: known[name] for name, field in names.items() if known.get(name)})


def local_environment(folder: Path) -> dict[str, str]:
    """What the local stack tells its own processes."""
    port = folder / "api-port"
    return {
        **secrets.load_or_create(folder),
        DATABASE_SETTING: EmbeddedPostgres(folder).url(DATABASE),
        "CALLOUT_TEMPORAL_ADDRESS": EmbeddedTemporal(folder).address,
        "CALLOUT_TEMPORAL_NAMESPACE": NAMESPACE,
        "CALLOUT_HOME": str(folder),
        **({API_PORT_SETTING: port.read_text().strip()} if port.exists() else {}),
    }


@asynccontextmanager
async def record(given: Settings) -> AsyncIterator[tuple[Database, Queries]]:
    """The record alone, for questions; Temporal may be away."""
    database = Database(given.database_url.get_secret_value(), pool_size=4)
    try:
        yield database, Queries(database)
    finally:
        await database.close()


@asynccontextmanager
async def system(
    given: Settings, patience: float = PATIENCE_SECONDS, tracer: Tracer | None = None
) -> AsyncIterator[System]:
    """The record and Temporal, for commands.

    Raises:
        UnavailableError: Temporal does not answer within ``patience`` seconds.
    """
    async with record(given) as (database, queries):
        client = await connect(
            given.temporal_address,
            given.temporal_namespace,
            given.payload_keys.get_secret_value(),
            patience=patience,
            tracer=tracer,
        )
        yield System(given, database, Commands(client, queries.timebase, queries.answered_before), queries)


def ask(question: Callable[[Queries], Awaitable[T]]) -> T:
    """Put a question to the record."""

    async def answer() -> T:
        async with record(settings()) as (_, queries):
            return await question(queries)

    return asyncio.run(answer())


def write(work: Callable[[Session], Awaitable[T]]) -> T:
    """Change or read who may use Callout, in one transaction. The company's business is changed by commands alone."""

    async def carry_out() -> T:
        async with record(settings()) as (database, _), database.transaction() as session:
            return await work(session)

    return asyncio.run(carry_out())


def tell(work: Callable[[System], Awaitable[T]]) -> T:
    """Give a command."""

    async def carry_out() -> T:
        async with system(settings()) as found:
            return await work(found)

    return asyncio.run(carry_out())
