"""The audit, and the memory of which commands were carried out."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Identity, Index, UniqueConstraint
from sqlmodel import Field

from domain.people import Role
from models.columns import Row, choice, document, moment, reference


class CaseEvent(Row, table=True):
    """One thing that happened. Rows are only ever added: the database refuses to change or delete one.

    Attributes:
        case_id: None for what concerns no single case (an absence, received stock).
        workflow_id, command_id, seq: Whose command caused it, and its place among that command's events.
        at: When it happened.
        recorded_at: When it was written; later than ``at`` for what a phone sent late.
    """

    __tablename__ = "case_event"
    __table_args__ = (
        UniqueConstraint("workflow_id", "command_id", "seq"),
        Index("case_event_case_idx", "case_id", "id"),
        Index("case_event_visit_idx", "visit_id", "id"),
    )
    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True, autoincrement=True)
    )
    case_id: str | None = reference("service_case.id", optional=True)
    visit_id: str | None = reference("visit.id", optional=True)
    workflow_id: str
    command_id: str
    seq: int
    kind: str
    at: datetime = moment()
    recorded_at: datetime = moment()
    actor_role: Role = choice(Role)
    actor_id: str
    data: dict[str, Any] = document()


class HandledCommand(Row, table=True):
    """A command that an activity has carried out, with its answer, so that a repeated one changes nothing."""

    __tablename__ = "handled_command"
    workflow_id: str = Field(primary_key=True)
    command_id: str = Field(primary_key=True)
    activity: str = Field(primary_key=True)
    answer: Any = document(optional=True)
    handled_at: datetime = moment()
