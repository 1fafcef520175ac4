"""Adding a file to a case: cleaned, stored, then announced by the case's workflow."""

import asyncio
import copy
import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime

from api.commands import Commands
from api.uploads import CleanFile, clean
from domain.errors import CalloutError, NotFoundError
from domain.ids import AttachmentId, CaseId, VisitId
from domain.messages import AttachFile, Command, Receipt
from domain.vocabulary import AttachmentKind
from models import tables as t
from models.reach import EVERYTHING, Reach
from models.repositories import attachments
from models.repositories.attachments import AttachmentLine, Content
from models.session import Database, Session


class Attachments:
    """Holds the record and the commands.

    The bytes go into the record before the command, because a workflow's history cannot hold them. Only the event
    that the command records makes them part of the case; a crash in between leaves an upload that no screen shows, and
    the same upload sent again completes it.
    """

    def __init__(self, database: Database, commands: Commands, now: Callable[[], Awaitable[datetime]]) -> None:
        self._database = database
        self._commands = commands
        self._now = now
        self._reach = EVERYTHING

    def within(self, reach: Reach, commands: Commands) -> "Attachments":
        """The same for a caller who does not see everything, and who gives these commands."""
        limited = copy.copy(self)
        limited._reach, limited._commands = reach, commands  # noqa: SLF001 - a copy of its own kind
        return limited

    async def add(
        self, case_id: CaseId, visit_id: VisitId | None, kind: AttachmentKind, given: bytes, command: Command
    ) -> tuple[AttachmentId, Receipt]:
        """Add a file to a case; the same command again changes nothing.

        Raises:
            UnknownFileError: It is of no kind that is kept.
            CalloutError: The case refuses it, has enough of them, or does not exist.
        """
        async with self._database.reading() as session:
            await self._require(session, case_id, visit_id)
        file = await asyncio.to_thread(clean, given, kind)
        id_ = attachment_id(case_id, command)
        row = _row(id_, case_id, visit_id, kind, file, command, await self._now())
        async with self._database.transaction() as session:
            await attachments.store(session, row, file.content, file.thumbnail)
        message = AttachFile(command, id_, kind, file.media_type, len(file.content), visit_id)
        try:
            receipt = await self._commands.case(case_id, "attach", message)
        except CalloutError as error:
            if not error.retryable:
                async with self._database.transaction() as session:
                    await attachments.forget(session, id_)
            raise
        return id_, receipt

    async def of_case(self, case_id: CaseId, visit_id: VisitId | None = None) -> list[AttachmentLine]:
        """A case's files, or those of one of its visits."""
        async with self._database.reading() as session:
            await self._require(session, case_id, visit_id)
            return await attachments.of_case(session, case_id, visit_id)

    async def read(self, attachment_id: str) -> tuple[AttachmentLine, Content]:
        """A file with its bytes.

        Raises:
            NotFoundError: There is none with this id.
        """
        async with self._database.reading() as session:
            line = await attachments.one(session, attachment_id)
            if not await self._reach.sees_case(session, line.case_id):
                raise NotFoundError("attachment", attachment_id)
            return line, await attachments.content(session, attachment_id)

    async def _require(self, session: Session, case_id: CaseId, visit_id: VisitId | None) -> None:
        await (self._reach.require_visit(session, visit_id) if visit_id else self._reach.require_case(session, case_id))


def attachment_id(case_id: CaseId, command: Command) -> AttachmentId:
    """The id of the file that a command adds: the same for the same command."""
    return AttachmentId("A-" + hashlib.sha256(f"{case_id}\n{command.id}".encode()).hexdigest()[:32])


def _row(
    id_: AttachmentId,
    case_id: CaseId,
    visit_id: VisitId | None,
    kind: AttachmentKind,
    file: CleanFile,
    command: Command,
    now: datetime,
) -> t.Attachment:
    return t.Attachment(
        id=id_,
        case_id=case_id,
        visit_id=visit_id,
        kind=kind,
        media_type=file.media_type,
        size=len(file.content),
        sha256=file.sha256,
        given_sha256=file.given_sha256,
        width=file.width,
        height=file.height,
        uploaded_by_role=command.actor.role,
        uploaded_by=command.actor.id,
        uploaded_at=now,
    )
