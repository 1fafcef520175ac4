"""The company's checklists: read, tried out on the visits ahead, changed by one recorded command."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.admin_document import DocumentDesk, Kept, Versioned
from domain.checklists import Checklists
from models.repositories import checklists
from models.session import Session


@dataclass(frozen=True)
class ChecklistScreen(Versioned):
    """The checklists as they are edited; the version counts the editions."""

    checklists: Checklists


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


class ChecklistDesk(DocumentDesk[Checklists, ChecklistScreen]):
    """Visits whose work has begun keep the list that they began with, whatever changes."""

    key, subject, title = checklists.LOCK, "checklists", "The checklists"

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

    @staticmethod
    def _checked(document: Mapping[str, Any]) -> Checklists:
        return checklists.checked(document)

    @staticmethod
    async def _load(session: Session) -> Kept[Checklists]:
        edition = await checklists.newest(session)
        return Kept(edition.version, edition.made_at, edition.made_by, edition.checklists)

    @staticmethod
    async def _store(session: Session, value: Checklists, now: datetime, by: str) -> None:
        await checklists.store(session, value, now, by)

    @staticmethod
    def _audited(value: Checklists) -> dict[str, Any]:
        # The audit keeps lists as a whole: so it names the checklist that was changed, and not all of them.
        documents = {each.id: each.model_dump(mode="json", exclude={"id"}) for each in value.lists}
        return {"lists": documents, "order": list(documents)}

    @staticmethod
    async def _screen(_session: Session, kept: Kept[Checklists]) -> ChecklistScreen:
        return ChecklistScreen(kept.version, kept.changed_at, kept.changed_by, kept.value)
