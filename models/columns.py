"""How the tables' columns are declared, so that every table says the same thing the same way."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, DateTime, Enum, ForeignKey, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

CONVENTION = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "ck": "%(table_name)s_%(constraint_name)s_check",
}
"""Constraints have stable names: migrations drop them by name, and errors are told apart by name."""

LONGEST_CHOICE = 32


class Row(SQLModel):
    """Base of every table."""

    metadata = MetaData(naming_convention=CONVENTION)


def choice(options: type[StrEnum], *, optional: bool = False, key: bool = False, index: bool = False) -> Any:
    """A word of a fixed vocabulary: text with a check constraint, which a migration changes in both directions."""
    kind = Enum(
        options,
        native_enum=False,
        create_constraint=True,
        length=LONGEST_CHOICE,
        name=_snake(options.__name__),
        values_callable=lambda words: [word.value for word in words],
    )
    column: Column[Any] = Column(kind, nullable=optional, primary_key=key, index=index or None)
    return Field(default=None, sa_column=column) if optional else Field(sa_column=column)


def moment(*, optional: bool = False, index: bool = False) -> Any:
    """A moment with its time zone."""
    column: Column[datetime] = Column(DateTime(timezone=True), nullable=optional, index=index or None)
    return Field(default=None, sa_column=column) if optional else Field(sa_column=column)


def document(*, optional: bool = False) -> Any:
    """A JSON document; an optional one is SQL NULL when it is absent, not the JSON word null."""
    column: Column[Any] = Column(JSONB(none_as_null=True), nullable=optional)
    return Field(default=None, sa_column=column) if optional else Field(sa_column=column)


def reference(target: str, *, optional: bool = False, key: bool = False, index: bool = False) -> Any:
    """A foreign key; what is referred to cannot be removed."""
    column: Column[Any] = Column(ForeignKey(target), nullable=optional, primary_key=key, index=index or None)
    return Field(default=None, sa_column=column) if optional else Field(sa_column=column)


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


__all__ = ["CONVENTION", "Row", "choice", "document", "moment", "reference"]
