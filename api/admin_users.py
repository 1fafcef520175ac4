"""Who may use Callout: users and machines' tokens, as administrators see and change them."""

import re
import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from api.access import check_scopes
from api.accounts import digest, new_token
from api.passwords import Passwords, fresh
from domain.errors import CalloutError, InvalidInputError
from domain.people import PEOPLE, Role
from models import tables as t
from models.repositories import administration, users
from models.repositories.administration import By, ChangeLine, RepeatedSecretError, etag_of
from models.repositories.users import Account
from models.session import Database, Session

ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class LastAdminError(CalloutError):
    """Nobody could administrate any more."""

    code = "last_admin"
    http_status = 409

    def __init__(self) -> None:
        super().__init__("This is the last active administrator. Make somebody else an administrator first.")


@dataclass(frozen=True)
class UserDraft:
    """What an administrator says of a user."""

    name: str
    roles: frozenset[Role]
    language: str
    territory_id: str | None
    engineer_id: str | None
    active: bool = True


@dataclass(frozen=True)
class UserLine:
    """A user in the list. ``etag`` is what If-Match needs."""

    id: str
    name: str
    email: str
    roles: list[Role]
    language: str
    territory_id: str | None
    engineer_id: str | None
    active: bool
    has_password: bool
    created_at: datetime
    last_sign_in_at: datetime | None
    etag: str


@dataclass(frozen=True)
class NewPassword:
    """A user with a password that is shown this once."""

    user: UserLine
    password: str


@dataclass(frozen=True)
class TokenLine:
    """A machine's token, without the secret. ``state`` is ``valid``, ``expired`` or ``revoked``."""

    id: str
    name: str
    role: Role
    scopes: list[str]
    territory_id: str | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    state: str


@dataclass(frozen=True)
class NewToken:
    """A token with its secret, which is shown this once."""

    token: TokenLine
    secret: str


class UserDesk:
    """Holds the record."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._passwords = Passwords()

    async def users(self) -> list[UserLine]:
        """Everybody, by id."""
        async with self._database.reading() as session:
            return [line(account) for account in await users.users(session)]

    async def history(self, user_id: str) -> list[ChangeLine]:
        """What was changed of a user, the newest first."""
        async with self._database.reading() as session:
            return await administration.history(session, f"user:{user_id}")

    async def add(self, id_: str, email: str, draft: UserDraft, by: By) -> NewPassword:
        """A new user, with a password to hand over.

        Raises:
            InvalidInputError: A field breaks a rule, or id or address is taken.
            RepeatedSecretError: The same command came before.
        """
        check_user(id_, email, draft.roles, draft.engineer_id)
        password = fresh()
        hashed = await self._passwords.hash_of(password)
        async with self._database.transaction() as session:
            await _require_new(session, by)
            user = t.User(
                id=id_,
                name=draft.name,
                email=email.lower(),
                language=draft.language,
                engineer_id=draft.engineer_id,
                territory_id=draft.territory_id,
                created_at=by.at,
                password_hash=hashed,
                password_changed_at=by.at,
            )
            await users.add(session, user, draft.roles)
            account = Account(user, draft.roles)
            await administration.write_down(session, f"user:{id_}", "added", by, {}, audited(account))
            return NewPassword(line(account), password)

    async def change(self, user_id: str, draft: UserDraft, seen: str | None, by: By) -> UserLine:
        """Change a user. Fewer rights, another territory and being disabled count from the next request on.

        Raises:
            NotFoundError: There is no such user.
            InvalidInputError: A field breaks a rule.
            LastAdminError: Nobody could administrate any more.
            VersionMissingError, VersionChangedError: The caller has not seen the present state.
        """
        async with self._database.transaction() as session:
            before = await users.locked_account(session, user_id)
            if await administration.is_done(session, by):
                return line(before)
            await administration.require_version(session, "This user", f"user:{user_id}", seen, line(before).etag)
            check_user(user_id, before.user.email, draft.roles, draft.engineer_id)
            old = audited(before)
            after = await users.change(session, before, asdict(draft))
            if not await users.somebody_is(session, Role.ADMIN):
                raise LastAdminError
            kind = administration.kind_of(old["active"], after.user.active)
            await administration.write_down(session, f"user:{user_id}", kind, by, old, audited(after))
            return line(after)

    async def reset_password(self, user_id: str, by: By) -> NewPassword:
        """Give a user a fresh password; every session of the user is over.

        Raises:
            NotFoundError: There is no such user.
            RepeatedSecretError: The same command came before.
        """
        password = fresh()
        hashed = await self._passwords.hash_of(password)
        async with self._database.transaction() as session:
            account = await users.locked_account(session, user_id)
            await _require_new(session, by)
            await users.set_password(session, user_id, hashed, by.at)
            account.user.password_hash = hashed
            await administration.write_down(session, f"user:{user_id}", "password_reset", by, {}, {})
            return NewPassword(line(account), password)

    async def tokens(self, now: datetime) -> list[TokenLine]:
        """Every token, revoked ones included, by age."""
        async with self._database.reading() as session:
            return [token_line(token, now) for token in await users.tokens(session)]

    async def add_token(
        self, name: str, role: Role, scopes: list[str], territory_id: str | None, days: int | None, by: By
    ) -> NewToken:
        """A new token.

        Args:
            days: How long it lasts; None for ever.

        Raises:
            InvalidInputError: A machine cannot have this role, or a scope or the territory does not exist.
            RepeatedSecretError: The same command came before.
        """
        if role not in PEOPLE or role is Role.ENGINEER:
            raise InvalidInputError("role", f"a machine cannot act as {role}")
        secret = new_token()
        token = t.ApiToken(
            id=secrets.token_hex(4),
            name=name,
            token_hash=digest(secret),
            role=role,
            scopes=check_scopes(scopes),
            territory_id=territory_id,
            created_at=by.at,
            expires_at=by.at + timedelta(days=days) if days else None,
        )
        shown = token_line(token, by.at)
        async with self._database.transaction() as session:
            await _require_new(session, by)
            await users.add_token(session, token)
            await administration.write_down(session, f"token:{shown.id}", "added", by, {}, _audited_token(shown))
        return NewToken(shown, secret)

    async def revoke_token(self, token_id: str, by: By) -> TokenLine:
        """Let a token in no more, from now on; harmless when it is revoked already.

        Raises:
            NotFoundError: There is none with this id.
        """
        async with self._database.transaction() as session:
            found = await users.revoke_token(session, token_id, by.at)
            if found.revoked_at == by.at and not await administration.is_done(session, by):
                before, after = {"state": "valid"}, {"state": "revoked"}
                await administration.write_down(session, f"token:{token_id}", "revoked", by, before, after)
            return token_line(found, by.at)


def check_user(id_: str, email: str, roles: Collection[Role], engineer_id: str | None) -> None:
    """The rules for users, wherever they are added.

    Raises:
        InvalidInputError: One is broken.
    """
    if not ID.fullmatch(id_):
        raise InvalidInputError("id", "must be small letters, digits, dots and dashes, 60 at most")
    if not EMAIL.fullmatch(email):
        raise InvalidInputError("email", "is not an e-mail address")
    for role in roles:
        if role not in PEOPLE:
            raise InvalidInputError("roles", f"{role} cannot sign in; choose from {', '.join(PEOPLE)}")
    if Role.ENGINEER in roles and not engineer_id:
        raise InvalidInputError("engineer_id", "an engineer needs the id of a field engineer, or sees no work at all")


def line(account: Account) -> UserLine:
    """A user as the list shows it."""
    user = account.user
    return UserLine(
        id=user.id,
        name=user.name,
        email=user.email,
        roles=sorted(account.roles),
        language=user.language,
        territory_id=user.territory_id,
        engineer_id=user.engineer_id,
        active=user.active,
        has_password=user.password_hash is not None,
        created_at=user.created_at,
        last_sign_in_at=user.last_sign_in_at,
        etag=etag_of(audited(account) | {"name": user.name}),
    )


def audited(account: Account) -> dict[str, Any]:
    """What the audit keeps of a user: rights, never name or address."""
    user = account.user
    return {
        "roles": sorted(account.roles),
        "language": user.language,
        "territory_id": user.territory_id,
        "engineer_id": user.engineer_id,
        "active": user.active,
    }


def token_line(token: t.ApiToken, now: datetime) -> TokenLine:
    """A token as the list shows it."""
    state = "revoked" if token.revoked_at else "valid"
    if state == "valid" and token.expires_at and token.expires_at <= now:
        state = "expired"
    return TokenLine(
        token.id,
        token.name,
        token.role,
        list(token.scopes),
        token.territory_id,
        token.created_at,
        token.expires_at,
        token.last_used_at,
        state,
    )


def _audited_token(token: TokenLine) -> dict[str, Any]:
    return {
        "name": token.name,
        "role": token.role,
        "scopes": token.scopes,
        "territory_id": token.territory_id,
        "expires_at": token.expires_at.isoformat() if token.expires_at else None,
    }


async def _require_new(session: Session, by: By) -> None:
    if await administration.is_done(session, by):
        raise RepeatedSecretError
