"""Brings a database to a version of the schema: ``python -m models.migrate [up | down REV | current]``.

The URL comes from ``--url`` or from the environment variable ``CALLOUT_DATABASE_URL``. Several processes may
migrate at the same time: they wait for one another.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from domain.errors import CalloutError
from models.errors import DRIVER_ERRORS, typed
from models.session import create_engine

T = TypeVar("T")
HERE = Path(__file__).parent
_LOCK = 4_021_960_117  # any number that nothing else in the database locks


async def migrate(url: str, revision: str = "head") -> None:
    """Upgrades a database; harmless when it is there already.

    Raises:
        UnavailableError: The database does not answer.
    """
    await _run(url, lambda config: command.upgrade(config, revision))


async def downgrade(url: str, revision: str) -> None:
    """Takes a database back to a revision (``base``: to nothing, ``-1``: by one).

    Raises:
        UnavailableError: The database does not answer.
    """
    await _run(url, lambda config: command.downgrade(config, revision))


async def current(url: str) -> str | None:
    """The revision that a database is at; None before the first.

    Raises:
        UnavailableError: The database does not answer.
    """
    return await _with_connection(url, lambda on: MigrationContext.configure(on).get_current_revision())


def configuration(connection: Connection) -> Config:
    """Alembic's configuration for one connection; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(HERE / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def _run(url: str, work: Callable[[Config], None]) -> None:
    def locked(connection: Connection) -> None:
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        work(configuration(connection))

    await _with_connection(url, locked)


async def _with_connection(url: str, work: Callable[[Connection], T]) -> T:
    engine = create_engine(url, pool_size=1, max_overflow=0)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    except DRIVER_ERRORS as error:
        if (known := typed(error)) is None:
            raise
        raise known from error
    finally:
        await engine.dispose()


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m models.migrate", description="Migrate the Callout database.")
    parser.add_argument("--url", default=os.environ.get("CALLOUT_DATABASE_URL"), help="postgresql+asyncpg://...")
    actions = parser.add_subparsers(dest="action")
    actions.add_parser("up", help="to the newest version (the default)")
    actions.add_parser("down", help="back to a revision").add_argument("revision", help="an id, base or -1")
    actions.add_parser("current", help="say where the database is")
    given = parser.parse_args(arguments)
    if not given.url:
        parser.error("name the database: --url or CALLOUT_DATABASE_URL")
    try:
        if given.action == "down":
            asyncio.run(downgrade(given.url, given.revision))
        elif given.action != "current":
            asyncio.run(migrate(given.url))
        sys.stdout.write(f"{asyncio.run(current(given.url)) or 'empty'}\n")
    except CalloutError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
