"""Small things that every repository needs."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, String, Table, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.columns import Row

R = TypeVar("R", bound=Row)


def values_of(row: Row) -> dict[str, Any]:
    """A row's columns, without those that the database keeps by itself."""
    columns = table_of(type(row)).columns
    return {column.key: getattr(row, column.key) for column in columns if column.computed is None}


async def locked(session: AsyncSession, kind: type[R], key: str, blank: Callable[[], R]) -> R:
    """The row with this key, locked until the transaction ends; where there is none yet, a new one.

    Of two transactions that bring the same new row, the second waits and finds the first one's.

    Args:
        blank: Makes the new row.
    """
    known = await session.get(kind, key, with_for_update=True, populate_existing=True)
    if known is not None:
        return known
    await session.execute(insert(table_of(kind)).on_conflict_do_nothing(), [values_of(blank())])
    return await session.get_one(kind, key, with_for_update=True, populate_existing=True)


async def take_turns(session: AsyncSession, subject: str) -> None:
    """Wait until no other transaction works on the same subject; released when the transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(subject, 0))))


def among(column: Any, values: Iterable[str]) -> ColumnElement[bool]:
    """Whether a column has one of many values: one parameter, however many there are."""
    found: ColumnElement[bool] = column == any_(literal(sorted(values), ARRAY(String)))
    return found


def table_of(kind: type[Row]) -> Table:
    """The table behind a row's class: for statements whose rows need not become objects, which is much faster."""
    return kind.metadata.tables[str(kind.__tablename__)]
