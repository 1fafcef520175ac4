"""Files of cases: stored before the case's workflow announces them, shown once it has."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import CalloutError, KeyUsedError, NotFoundError
from domain.ids import AttachmentId
from domain.people import Role
from models import tables as t
from models.repositories.rows import table_of, values_of

MOST_OF_A_CASE = 200
MOST_OF_A_CUSTOMER = 20


class TooManyAttachmentsError(CalloutError):
    """The case has as many files as one may have."""

    code = "too_many_attachments"
    http_status = 409

    def __init__(self, most: int) -> None:
        super().__init__(f"There are {most} files already, which is the most. Describe the rest in a note.")


@dataclass(frozen=True)
class AttachmentLine:
    """A file in a list."""

    id: str
    case_id: str
    visit_id: str | None
    kind: str
    media_type: str
    size: int
    sha256: str
    width: int | None
    height: int | None
    uploaded_by_role: str
    uploaded_by: str
    uploaded_at: datetime


@dataclass(frozen=True)
class Content:
    """The bytes of a file; ``thumbnail`` is a JPEG, None for a document."""

    media_type: str
    sha256: str
    content: bytes
    thumbnail: bytes | None


async def store(session: AsyncSession, row: t.Attachment, content: bytes, thumbnail: bytes | None) -> None:
    """Keep a file; the same file under the same id changes nothing.

    Raises:
        NotFoundError: There is no such case or visit.
        KeyUsedError: Another file has this id.
        TooManyAttachmentsError: The case has enough of them.
    """
    known = await session.get(t.Attachment, row.id)
    if known is not None:
        if known.given_sha256 != row.given_sha256:
            raise KeyUsedError
        return
    if await session.get(t.Case, row.case_id) is None:
        raise NotFoundError("case", row.case_id)
    if row.visit_id and await session.get(t.Visit, row.visit_id) is None:
        raise NotFoundError("visit", row.visit_id)
    await _require_room(session, row)
    added = insert(table_of(t.Attachment)).on_conflict_do_nothing().returning(col(t.Attachment.id))
    if await session.scalar(added, values_of(row)) is None:
        return  # the same upload, at the same time
    await session.execute(
        insert(table_of(t.AttachmentContent)).values(attachment_id=row.id, content=content, thumbnail=thumbnail)
    )


async def forget(session: AsyncSession, attachment_id: AttachmentId) -> None:
    """Remove a file that its case refused. One that the timeline names stays."""
    row = t.Attachment
    await session.execute(delete(row).where(col(row.id) == attachment_id, ~_announced()))


async def of_case(session: AsyncSession, case_id: str, visit_id: str | None = None) -> list[AttachmentLine]:
    """A case's files in the order in which they came, or those of one of its visits."""
    row = t.Attachment
    asked = select(row).where(col(row.case_id) == case_id, _announced()).order_by(col(row.uploaded_at), col(row.id))
    if visit_id:
        asked = asked.where(col(row.visit_id) == visit_id)
    return [_line(found) for found in await session.scalars(asked)]


async def one(session: AsyncSession, attachment_id: str) -> AttachmentLine:
    """One file.

    Raises:
        NotFoundError: There is none with this id.
    """
    row = t.Attachment
    found = await session.scalar(select(row).where(col(row.id) == attachment_id, _announced()))
    if found is None:
        raise NotFoundError("attachment", attachment_id)
    return _line(found)


async def content(session: AsyncSession, attachment_id: str) -> Content:
    """The bytes of a file that ``one`` found."""
    row = await session.get_one(t.Attachment, attachment_id)
    kept = await session.get_one(t.AttachmentContent, attachment_id)
    return Content(row.media_type, row.sha256, kept.content, kept.thumbnail)


async def _require_room(session: AsyncSession, row: t.Attachment) -> None:
    of_this_case = select(func.count()).select_from(t.Attachment).where(col(t.Attachment.case_id) == row.case_id)
    if (await session.scalar(of_this_case) or 0) >= MOST_OF_A_CASE:
        raise TooManyAttachmentsError(MOST_OF_A_CASE)
    if row.uploaded_by_role is Role.CUSTOMER:
        theirs = of_this_case.where(col(t.Attachment.uploaded_by_role) == Role.CUSTOMER)
        if (await session.scalar(theirs) or 0) >= MOST_OF_A_CUSTOMER:
            raise TooManyAttachmentsError(MOST_OF_A_CUSTOMER)


def _announced() -> ColumnElement[bool]:
    event = t.CaseEvent
    named = select(col(event.id)).where(
        and_(
            col(event.case_id) == col(t.Attachment.case_id),
            col(event.kind) == "attached",
            col(event.data)["attachment_id"].as_string() == col(t.Attachment.id),
        )
    )
    return named.correlate(t.Attachment).exists()


def _line(row: t.Attachment) -> AttachmentLine:
    return AttachmentLine(
        id=row.id,
        case_id=row.case_id,
        visit_id=row.visit_id,
        kind=row.kind,
        media_type=row.media_type,
        size=row.size,
        sha256=row.sha256,
        width=row.width,
        height=row.height,
        uploaded_by_role=row.uploaded_by_role,
        uploaded_by=row.uploaded_by,
        uploaded_at=row.uploaded_at,
    )
