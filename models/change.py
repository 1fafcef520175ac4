"""The feed of changes: which thing of the record changed, so that whoever looks at it may look again."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, text
from sqlmodel import Field

from models.columns import Row

TRANSACTION = "pg_current_xact_id()::text::bigint"
"""The running transaction's 64 bit id, which never wraps around; there is no shorter cast."""


class Change(Row, table=True):
    """One thing that one transaction changed, written by triggers; rows older than a day are removed again.

    Attributes:
        xid: The transaction. Readers go by (xid, id) and stop before the first transaction that still runs: one that
            commits late must not be passed over.
        topic: visit, booking, case, plan, draft, absence, stock, engineer or settings.
        subject: The thing's id.
        territory_id: None for what concerns all territories.
        engineer_id: Whose work it is, if it is one engineer's.
    """

    __tablename__ = "change"
    __table_args__ = (
        Index("change_xid_id_idx", "xid", "id"),
        Index("change_territory_xid_idx", "territory_id", "xid", "id"),
    )
    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True, autoincrement=True)
    )
    xid: int | None = Field(
        default=None, sa_column=Column(BigInteger, nullable=False, server_default=text(TRANSACTION))
    )
    topic: str
    subject: str
    territory_id: str | None = None
    case_id: str | None = None
    engineer_id: str | None = None
    at: datetime | None = Field(
        default=None, sa_column=Column(DateTime(timezone=True), nullable=False, server_default=text("now()"))
    )
