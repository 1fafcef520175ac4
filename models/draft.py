"""What dispatchers are about to change of a territory's plan, not published yet."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index
from sqlmodel import Field

from domain.people import Role
from domain.vocabulary import PinKind
from models.columns import Row, choice, moment, reference


class Draft(Row, table=True):
    """A territory's draft, which its dispatchers share.

    Attributes:
        version: Counts every change of the draft, for ever, so that a dispatcher notices another's.
    """

    __tablename__ = "draft"
    territory_id: str = reference("territory.id", key=True)
    version: int = Field(sa_column=Column(BigInteger, nullable=False))
    updated_at: datetime = moment()
    updated_by_role: Role = choice(Role)
    updated_by: str


class DraftChange(Row, table=True):
    """One move of one dispatcher. Of several moves of a visit the newest counts.

    Attributes:
        command_id: The command that brought it; undoing takes back one command's moves together.
        engineer_id, arrival: Where it should go; both None take it off the plan.
        pin: What planning may not change afterwards.
        visit_version, booking_id: The visit as the dispatcher saw it; publishing compares.
    """

    __tablename__ = "draft_change"
    __table_args__ = (
        Index("draft_change_territory_idx", "territory_id", "id"),
        CheckConstraint("(engineer_id IS NULL) = (arrival IS NULL)", name="place"),
    )
    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True, autoincrement=True)
    )
    territory_id: str = reference("territory.id")
    visit_id: str = reference("visit.id", index=True)
    command_id: str
    engineer_id: str | None = reference("engineer.id", optional=True)
    arrival: datetime | None = moment(optional=True)
    pin: PinKind | None = choice(PinKind, optional=True)
    visit_version: int
    booking_id: str | None = None
    made_by_role: Role = choice(Role)
    made_by: str
    made_at: datetime = moment()
