"""A document of the whole company: read, changed as a whole by one recorded command, and never over another change."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from fastapi import Response

from models import tables as t
from models.repositories import administration, policies
from models.repositories.administration import By, ChangeLine
from models.session import Database, Session

Value = TypeVar("Value")
Screen = TypeVar("Screen", bound="Versioned")


@dataclass(frozen=True)
class Versioned:
    """What is edited with its version.

    Attributes:
        version: Counts the changes; 0 while what Callout comes with counts, which no one has changed.
    """

    version: int
    changed_at: datetime | None
    changed_by: str

    @property
    def etag(self) -> str:
        """The version as If-Match gives it back."""
        return f'"{self.version}"'


@dataclass(frozen=True)
class Kept(Versioned, Generic[Value]):
    """The document as it is kept, or what counts without one."""

    value: Value


class DocumentDesk(ABC, Generic[Value, Screen]):
    """Holds the record.

    Attributes:
        key: What two administrators who change the document wait for, also the very first one.
        subject: Names the document in the audit.
        title: Names it at the beginning of a sentence.

    Args:
        now: Virtual: what changes counts from then on, in the company's time.
    """

    key: ClassVar[str]
    subject: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, database: Database, now: Callable[[], Awaitable[datetime]]) -> None:
        self._database = database
        self._now = now

    async def show(self) -> Screen:
        """The document as it is now."""
        async with self._database.reading() as session:
            return await self._screen(session, await self._load(session))

    async def history(self) -> list[ChangeLine]:
        """Who changed what, the newest first."""
        async with self._database.reading() as session:
            return await administration.history(session, self.subject)

    async def change(self, document: Mapping[str, Any], seen: str | None, by: By) -> Screen:
        """Replace the document.

        Args:
            seen: The version that the change is based on, as If-Match.

        Raises:
            CalloutError: It breaks rules; every field is named.
            VersionMissingError, VersionChangedError: The caller has not seen the present version.
        """
        new, now = self._checked(document), await self._now()
        async with self._database.transaction() as session:
            await policies.lock_setting(session, self.key)
            kept = await self._load(session)
            if not await administration.is_done(session, by):
                await administration.require_version(session, self.title, self.subject, seen, kept.etag)
                await self._store(session, new, now, f"{by.actor.role}:{by.actor.id}")
                before, after = self._audited(kept.value), self._audited(new)
                await administration.write_down(session, self.subject, "changed", by, before, after)
                kept = await self._load(session)
            return await self._screen(session, kept)

    @staticmethod
    @abstractmethod
    def _checked(document: Mapping[str, Any]) -> Value:
        """The document, if it keeps the rules."""

    @staticmethod
    @abstractmethod
    async def _load(session: Session) -> Kept[Value]:
        """The document as it is kept."""

    @staticmethod
    @abstractmethod
    async def _store(session: Session, value: Value, now: datetime, by: str) -> None:
        """Keep another one."""

    @staticmethod
    @abstractmethod
    def _audited(value: Value) -> dict[str, Any]:
        """The document for the audit: what means the same looks the same."""

    @staticmethod
    @abstractmethod
    async def _screen(session: Session, kept: Kept[Value]) -> Screen:
        """The document with what its editor needs beside it."""


def kept_as(row: t.Setting | None, value: Value) -> Kept[Value]:
    """A document that is kept as a setting."""
    if row is None:
        return Kept(0, None, "", value)
    return Kept(row.version, row.updated_at, row.updated_by, value)


def tagged(screen: Screen, response: Response) -> Screen:
    """The answer to who reads or changes a document: its version is the ETag."""
    response.headers["ETag"] = screen.etag
    return screen
