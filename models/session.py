"""Connections and transactions. ``Database.transaction`` is the only place that commits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from models.errors import DRIVER_ERRORS, typed

Session = AsyncSession
"""A session within a transaction, for those who pass it on without speaking SQL themselves."""

SERVER_SETTINGS = {
    "application_name": "callout",
    "timezone": "UTC",
    "jit": "off",  # short queries: compiling them costs more than it saves
    "lock_timeout": "4s",  # below the time-out of a recording activity, so that waiting ends in a typed error
    "idle_in_transaction_session_timeout": "60s",
}


def create_engine(url: str, *, pool_size: int = 10, max_overflow: int = 5) -> AsyncEngine:
    """An engine whose connections speak UTC and never wait for ever.

    Args:
        url: ``postgresql+asyncpg://...``.
        pool_size: Connections that are kept; two workers and the API together stay below PostgreSQL's 100.
        max_overflow: Further connections in a rush.
    """
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_timeout=4,
        hide_parameters=True,  # an error's text goes into logs and histories, names and addresses must not
        pool_pre_ping=True,  # a restarted server must not cost each pooled connection one failed command
        connect_args={"timeout": 4, "command_timeout": 60, "server_settings": SERVER_SETTINGS},
    )


class Database:
    """The record. One per process; holds a pool, so close it at the end."""

    def __init__(self, url: str, *, pool_size: int = 10, max_overflow: int = 5) -> None:
        """Prepares the pool; connects at first use. Arguments as for ``create_engine``."""
        self.engine = create_engine(url, pool_size=pool_size, max_overflow=max_overflow)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose changes are committed together at the end, or not at all.

        Raises:
            BookingConflictError: Two bookings would overlap.
            StockError: Stock would fall below zero, or below what is reserved.
            ConflictError: Another rule of the record refuses the change.
            UnavailableError: The database does not answer, or is too busy.
        """
        try:
            async with self._sessions() as session, session.begin():
                yield session
        except DRIVER_ERRORS as error:
            if (known := typed(error)) is None:
                raise
            raise known from error

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that sees one consistent state of the record and cannot change it.

        Raises:
            UnavailableError: The database does not answer.
        """
        async with self.transaction() as session:
            await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield session

    async def close(self) -> None:
        """Ends the pool's connections."""
        await self.engine.dispose()
