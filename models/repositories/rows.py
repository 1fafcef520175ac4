"""Small things that every repository needs."""

from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.columns import Row

R = TypeVar("R", bound=Row)


def values_of(row: Row) -> dict[str, Any]:
    """A row's columns, without those that the database keeps by itself."""
    columns = row.metadata.tables[str(row.__tablename__)].columns
    return {column.key: getattr(row, column.key) for column in columns if column.computed is None}


async def locked(session: AsyncSession, blank: R) -> R:
    """The row with the blank's key, locked until the transaction ends; the blank itself where there is none yet.

    Of two transactions that bring the same new row, the second waits and finds the first one's.
    """
    kind = type(blank)
    await session.execute(insert(kind).values(values_of(blank)).on_conflict_do_nothing())
    keys = [column == getattr(blank, column.key) for column in _table(kind).primary_key]
    asked = select(kind).where(*keys).with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(asked)).one()


async def take_turns(session: AsyncSession, subject: str) -> None:
    """Wait until no other transaction works on the same subject; released when the transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(subject, 0))))


def _table(kind: type[Row]) -> Any:
    return kind.metadata.tables[str(kind.__tablename__)]
