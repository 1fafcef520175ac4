"""The audit of what administrators change: users, tokens, the policy, engineers, territories, warehouses, parts."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Identity, Index
from sqlmodel import Field

from domain.people import Role
from models.columns import Row, choice, document, moment


class AdminChange(Row, table=True):
    """One change. Rows are only ever added: the database refuses to change or delete one.

    Attributes:
        subject: What was changed: ``policy``, ``user:dana``, ``token:ab12``, ``engineer:E1``, ``territory:T1``,
            ``warehouse:WH-1``, ``part:P1``.
        kind: How: ``added``, ``changed``, ``disabled``, ``enabled``, ``password_reset``, ``revoked``.
        before, after: What differs, by dotted path; never a password, a token, a phone number or an address.
        reason: In the administrator's words; may be empty.
        at: Real time: whoever may sign in does not depend on the company's clock.
    """

    __tablename__ = "admin_change"
    __table_args__ = (Index("admin_change_subject_idx", "subject", "id"),)
    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True, autoincrement=True)
    )
    subject: str
    kind: str
    command_id: str = Field(unique=True)
    at: datetime = moment()
    actor_role: Role = choice(Role)
    actor_id: str
    reason: str = ""
    before: dict[str, Any] = document()
    after: dict[str, Any] = document()
