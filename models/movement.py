"""Every change of stock: how many units came or went, or were held or given back, where and why."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index
from sqlmodel import Field

from domain.people import Role
from domain.vocabulary import MovementKind, WriteOffReason
from models.columns import Row, choice, document, moment, reference


class StockMovement(Row, table=True):
    """One change of one part at one location. Rows are only ever added: the database refuses to change one.

    Attributes:
        units: By how much what lies there changed.
        held: By how much what is held for visits changed.
        on_hand: What lay there afterwards.
        counted: For a count, what was there; units that were sent to visits lie there in the record alone.
        other_location_id: For a transfer, where the units went, or came from.
        visit_id: Whose booking held, gave back or used them. Its timeline says who did that.
        serials: The units, where a person named them.
        actor_role, actor_id: Who did it; None for what a visit's booking did.
    """

    __tablename__ = "stock_movement"
    __table_args__ = (
        CheckConstraint("units <> 0 OR held <> 0 OR kind = 'counted'", name="change"),
        CheckConstraint("(kind = 'counted') = (counted IS NOT NULL)", name="counted"),
        CheckConstraint("(kind = 'written_off') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint("(kind = 'transferred') = (other_location_id IS NOT NULL)", name="other"),
        Index("stock_movement_location_idx", "location_id", "id"),
        Index("stock_movement_sku_idx", "sku", "id"),
    )
    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True, autoincrement=True)
    )
    at: datetime = moment()
    kind: MovementKind = choice(MovementKind)
    location_id: str = reference("stock_location.id")
    sku: str = reference("part.sku")
    units: int = 0
    held: int = 0
    on_hand: int
    counted: int | None = None
    other_location_id: str | None = reference("stock_location.id", optional=True)
    visit_id: str | None = reference("visit.id", optional=True)
    reason: WriteOffReason | None = choice(WriteOffReason, optional=True)
    note: str = ""
    serials: list[str] = document()
    actor_role: Role | None = choice(Role, optional=True)
    actor_id: str | None = None
