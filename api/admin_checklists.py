"""The company's checklists: read, tried out on the visits ahead, changed by one recorded command."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.checklists import Checklists
from models.repositories import administration, checklists, policies
from models.repositories.administration import By, ChangeLine
from models.repositories.checklists import Edition
from models.session import Database

SUBJECT = "checklists"


@dataclass(frozen=True)
class ChecklistScreen:
    """The checklists as they are edited.

    Attributes:
        version: Counts the editions; 0 while nobody has kept any.
    """

    version: int
    changed_at: datetime | None
    changed_by: str
    checklists: Checklists

    @property
    def etag(self) -> str:
        """The version as If-Match gives it back."""
        return f'"{self.version}"'


@dataclass(frozen=True)
class ChecklistPreview:
    """What checklists would mean for the visits whose work has not begun. Nothing is stored.

    Attributes:
        visits: How many there are.
        carry: How many of them would carry each list, by its id.
        without: How many would carry none.
    """

    visits: int
    carry: dict[str, int]
    without: int


class ChecklistDesk:
    """Holds the record.

    Args:
        now: Virtual: work begins in the company's time, with the edition that counts by then.
    """

    def __init__(self, database: Database, now: Callable[[], Awaitable[datetime]]) -> None:
        self._database = database
        self._now = now

    async def show(self) -> ChecklistScreen:
        """The checklists as they are now."""
        async with self._database.reading() as session:
            return _screen(await checklists.newest(session))

    async def history(self) -> list[ChangeLine]:
        """Who changed what, the newest first."""
        async with self._database.reading() as session:
            return await administration.history(session, SUBJECT)

    async def preview(self, document: Mapping[str, Any]) -> ChecklistPreview:
        """How many visits ahead would carry each list.

        Raises:
            InvalidInputError: They break rules; every field is named.
        """
        new = checklists.checked(document)
        async with self._database.reading() as session:
            counts = await checklists.visits_ahead(session, new)
        carry = {id_: count for id_, count in counts.items() if id_ is not None}
        return ChecklistPreview(sum(counts.values()), carry, counts[None])

    async def change(self, document: Mapping[str, Any], seen: str | None, by: By) -> ChecklistScreen:
        """Make another edition. Visits whose work has begun keep the list that they began with.

        Args:
            seen: The version that the change is based on, as If-Match.

        Raises:
            InvalidInputError: They break rules; every field is named.
            VersionMissingError, VersionChangedError: The caller has not seen the present version.
        """
        new, now = checklists.checked(document), await self._now()
        async with self._database.transaction() as session:
            await policies.lock_setting(session, checklists.LOCK)
            old = await checklists.newest(session)
            if await administration.is_done(session, by):
                return _screen(old)
            await administration.require_version(session, "The checklists", SUBJECT, seen, _screen(old).etag)
            made = await checklists.store(session, new, now, f"{by.actor.role}:{by.actor.id}")
            await administration.write_down(
                session, SUBJECT, "changed", by, _by_id(old.checklists), _by_id(made.checklists)
            )
            return _screen(made)


def _screen(edition: Edition) -> ChecklistScreen:
    return ChecklistScreen(edition.version, edition.made_at, edition.made_by, edition.checklists)


def _by_id(lists: Checklists) -> dict[str, Any]:
    """For the audit, which keeps lists as a whole: so it names the checklist that was changed, and not all of them."""
    documents = {each.id: each.model_dump(mode="json", exclude={"id"}) for each in lists.lists}
    return {"lists": documents, "order": list(documents)}
