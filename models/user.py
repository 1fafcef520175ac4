"""People who use Callout, and the roles they have."""

from datetime import datetime

from sqlmodel import Field

from domain.people import Role
from models.columns import Row, choice, moment, reference


class User(Row, table=True):
    """Somebody who may sign in.

    Attributes:
        engineer_id: For an engineer, the record of the field engineer.
        territory_id: The territory whose work the user sees first; None sees all.
    """

    __tablename__ = "app_user"
    id: str = Field(primary_key=True)
    name: str
    email: str = Field(unique=True)
    language: str = "en"
    engineer_id: str | None = reference("engineer.id", optional=True)
    territory_id: str | None = reference("territory.id", optional=True)
    active: bool = True
    created_at: datetime = moment()


class UserRole(Row, table=True):
    """A role that a user has."""

    __tablename__ = "user_role"
    user_id: str = reference("app_user.id", key=True)
    role: Role = choice(Role, key=True)
