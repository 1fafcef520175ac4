"""Engineers: skills, tools, shifts and absences."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Computed
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint
from sqlmodel import Field

from models.columns import Row, moment, reference


class Engineer(Row, table=True):
    """A field engineer. Home is where shifts start and end unless they say otherwise.

    Attributes:
        max_visits: Most visits in one shift; None for no limit.
    """

    __tablename__ = "engineer"
    __table_args__ = (CheckConstraint("max_visits > 0", name="max_visits"),)
    id: str = Field(primary_key=True)
    name: str
    phone: str = ""
    territory_id: str = reference("territory.id", index=True)
    home_latitude: float
    home_longitude: float
    cost_per_hour_cents: int = 4_000
    cost_per_km_cents: int = 40
    max_visits: int | None = None
    active: bool = True


class EngineerSkill(Row, table=True):
    """A skill with its level, 1 to 5. A certificate counts up to and including its last day."""

    __tablename__ = "engineer_skill"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 5", name="level"),)
    engineer_id: str = reference("engineer.id", key=True)
    skill: str = Field(primary_key=True)
    level: int
    expires_on: date | None = None


class EngineerTool(Row, table=True):
    """A tool that an engineer has on board."""

    __tablename__ = "engineer_tool"
    engineer_id: str = reference("engineer.id", key=True)
    tool: str = Field(primary_key=True)


class Shift(Row, table=True):
    """One stretch of work of one engineer.

    Attributes:
        break_earliest, break_latest: When the break may start; both None without a break.
        break_minutes: How long it lasts.
        overtime_minutes: Most minutes after the end.
        start_latitude, start_longitude, end_latitude, end_longitude: None means home.
    """

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("(break_earliest IS NULL) = (break_latest IS NULL)", name="break"),
        CheckConstraint("(start_latitude IS NULL) = (start_longitude IS NULL)", name="start_place"),
        CheckConstraint("(end_latitude IS NULL) = (end_longitude IS NULL)", name="end_place"),
        ExcludeConstraint(("engineer_id", "="), ("during", "&&"), name="shift_overlap_excl", using="gist"),
    )
    id: int | None = Field(default=None, primary_key=True)
    engineer_id: str = reference("engineer.id")
    kind: str = "day"
    starts_at: datetime = moment()
    ends_at: datetime = moment()
    break_earliest: datetime | None = moment(optional=True)
    break_latest: datetime | None = moment(optional=True)
    break_minutes: int = 0
    overtime_minutes: int = 0
    start_latitude: float | None = None
    start_longitude: float | None = None
    end_latitude: float | None = None
    end_longitude: float | None = None
    during: Any = Field(
        default=None, sa_column=Column(TSTZRANGE(), Computed("tstzrange(starts_at, ends_at)", persisted=True))
    )
    """Kept by the database: ``[starts_at, ends_at)``."""


class Absence(Row, table=True):
    """A stretch in which an engineer is away: ill, on leave, on a course."""

    __tablename__ = "absence"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="order"),)
    id: int | None = Field(default=None, primary_key=True)
    engineer_id: str = reference("engineer.id", index=True)
    starts_at: datetime = moment()
    ends_at: datetime = moment()
    kind: str = "sick"
    reported_by: str = ""
    reported_at: datetime = moment()
