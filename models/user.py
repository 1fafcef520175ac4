"""People who use Callout, the roles they have, and what they sign in with."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from domain.people import Role
from models.columns import Row, choice, document, moment, reference


class User(Row, table=True):
    """Somebody who may sign in.

    Attributes:
        email: In small letters; the name that one signs in with.
        engineer_id: For an engineer, the record of the field engineer.
        territory_id: The territory whose work the user sees, and no other; None sees all.
        password_hash: Argon2id with its parameters; None for who signs in elsewhere, or not at all.
        session_version: Sessions of an older version are over: a new password raises it.
    """

    __tablename__ = "app_user"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email"),)
    id: str = Field(primary_key=True)
    name: str
    email: str = Field(unique=True)
    language: str = "en"
    engineer_id: str | None = reference("engineer.id", optional=True)
    territory_id: str | None = reference("territory.id", optional=True)
    active: bool = True
    created_at: datetime = moment()
    password_hash: str | None = None
    password_changed_at: datetime | None = moment(optional=True)
    last_sign_in_at: datetime | None = moment(optional=True)
    session_version: int = 1


class UserRole(Row, table=True):
    """A role that a user has."""

    __tablename__ = "user_role"
    user_id: str = reference("app_user.id", key=True)
    role: Role = choice(Role, key=True)


class UserSession(Row, table=True):
    """A browser in which somebody is signed in. Real time, not the company's.

    Attributes:
        token_hash: SHA-256 of what the browser's cookie holds; the token itself is kept nowhere.
        version: The user's ``session_version`` when it began.
        seen_at: The last use, to the minute.
        expires_at: The end, however much it is used.
    """

    __tablename__ = "user_session"
    token_hash: str = Field(primary_key=True)
    user_id: str = reference("app_user.id", index=True)
    version: int
    created_at: datetime = moment()
    seen_at: datetime = moment()
    expires_at: datetime = moment(index=True)


class ApiToken(Row, table=True):
    """A machine's way in.

    Attributes:
        token_hash: SHA-256 of the token, which is shown once and kept nowhere.
        role: What the machine acts as.
        scopes: What of that role's permissions it has: ``case.view``, ``case.*`` or ``*``.
        territory_id: The territory whose work it sees, and no other; None sees all.
        expires_at: None means never.
    """

    __tablename__ = "api_token"
    id: str = Field(primary_key=True)
    name: str
    token_hash: str = Field(unique=True)
    role: Role = choice(Role)
    scopes: list[str] = document()
    territory_id: str | None = reference("territory.id", optional=True)
    created_at: datetime = moment()
    expires_at: datetime | None = moment(optional=True)
    revoked_at: datetime | None = moment(optional=True)
    last_used_at: datetime | None = moment(optional=True)


class SignInAttempts(Row, table=True):
    """Failed sign-ins of one account or from one address, in the database so that every API process counts alike.

    Accounts that do not exist are counted, too: otherwise being slowed down would tell who does.

    Attributes:
        subject: ``account:`` and SHA-256 of the e-mail address, or ``address:`` and the network address.
        since: When the counting began; it begins anew after a while.
    """

    __tablename__ = "sign_in_attempts"
    subject: str = Field(primary_key=True)
    failures: int
    since: datetime = moment(index=True)
