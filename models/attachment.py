"""Files that belong to a case: photos, signatures, documents."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, LargeBinary
from sqlmodel import Field

from domain.people import Role
from domain.vocabulary import AttachmentKind
from models.columns import Row, choice, moment, reference


class Attachment(Row, table=True):
    """What is known of a file. It belongs to its case once the case's timeline says so (event ``attached``).

    The bytes are too large for a workflow's history, so they are stored first and announced by the case's workflow
    afterwards. A row without that event is an upload that was cut off, and no screen shows it.

    Attributes:
        id: Follows from the case and the command's id, so that an upload sent twice is stored once.
        media_type: As found in the content, whatever the sender called it.
        sha256: Of the content as it is stored; ``given_sha256`` as it was sent, before it was cleaned.
        width, height: Pixels; None for a document.
    """

    __tablename__ = "attachment"
    __table_args__ = (CheckConstraint("size > 0", name="size"),)
    id: str = Field(primary_key=True)
    case_id: str = reference("service_case.id", index=True)
    visit_id: str | None = reference("visit.id", optional=True)
    kind: AttachmentKind = choice(AttachmentKind)
    media_type: str
    size: int
    sha256: str
    given_sha256: str
    width: int | None = None
    height: int | None = None
    uploaded_by_role: Role = choice(Role)
    uploaded_by: str
    uploaded_at: datetime = moment()


class AttachmentContent(Row, table=True):
    """The bytes, apart from what lists read. They are in the database so that one backup holds everything."""

    __tablename__ = "attachment_content"
    attachment_id: str = Field(
        sa_column=Column(ForeignKey("attachment.id", ondelete="CASCADE"), primary_key=True, nullable=False)
    )
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    thumbnail: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
