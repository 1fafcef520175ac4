"""Who may use Callout: users, their sessions, machines' tokens, and how often a sign-in failed.

Not the company's business but access to it, so the API writes it directly. Every moment here is real time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import InvalidInputError, NotFoundError
from domain.people import Role
from models import tables as t
from models.repositories.rows import table_of

SEEN_EVERY = timedelta(minutes=1)
"""A session or token in use is written down at most so often."""


@dataclass(frozen=True)
class Account:
    """A user with all roles."""

    user: t.User
    roles: frozenset[Role]


# --- users ---------------------------------------------------------------------------------------------------


async def by_email(session: AsyncSession, email: str) -> Account | None:
    """The active user with this address, in whatever letters; None without one."""
    row = t.User
    asked = select(row).where(col(row.email) == email.strip().lower(), col(row.active))
    user = (await session.scalars(asked)).one_or_none()
    return Account(user, await _roles(session, user.id)) if user else None


async def require(session: AsyncSession, known_as: str) -> t.User:
    """The user with this id or address.

    Raises:
        NotFoundError: There is none.
    """
    row = t.User
    asked = select(row).where((col(row.id) == known_as) | (col(row.email) == known_as.strip().lower()))
    user = (await session.scalars(asked)).one_or_none()
    if user is None:
        raise NotFoundError("user", known_as)
    return user


async def users(session: AsyncSession) -> list[Account]:
    """Everybody, by id."""
    found = list(await session.scalars(select(t.User).order_by(col(t.User.id))))
    roles: dict[str, set[Role]] = {user.id: set() for user in found}
    for row in await session.scalars(select(t.UserRole)):
        roles[row.user_id].add(row.role)
    return [Account(user, frozenset(roles[user.id])) for user in found]


async def add(session: AsyncSession, user: t.User, roles: Iterable[Role]) -> None:
    """Add a user.

    Raises:
        InvalidInputError: The id or the address is taken, or territory or engineer does not exist.
    """
    row = t.User
    if await session.get(row, user.id) is not None:
        raise InvalidInputError("id", f"there is a user {user.id!r} already")
    if await session.scalar(select(col(row.id)).where(col(row.email) == user.email)) is not None:
        raise InvalidInputError("email", "another user has this address")
    await _require_places(session, user.territory_id, user.engineer_id)
    session.add(user)
    await session.flush()
    session.add_all(t.UserRole(user_id=user.id, role=role) for role in sorted(set(roles)))


async def locked_account(session: AsyncSession, user_id: str) -> Account:
    """The user with all roles; nobody else changes either until the transaction ends.

    Raises:
        NotFoundError: There is none.
    """
    user = await session.get(t.User, user_id, with_for_update=True)
    if user is None:
        raise NotFoundError("user", user_id)
    return Account(user, await _roles(session, user_id))


async def change(session: AsyncSession, account: Account, changes: Mapping[str, Any]) -> Account:
    """Change a locked user; ``roles`` among the changes replaces the roles. Who is disabled is signed out everywhere.

    Raises:
        InvalidInputError: Territory or engineer does not exist.
    """
    user, roles = account.user, frozenset[Role](changes["roles"])
    await _require_places(session, changes["territory_id"], changes["engineer_id"])
    was_active = user.active
    for name, value in changes.items():
        if name != "roles":
            setattr(user, name, value)
    row = t.UserRole
    await session.execute(delete(row).where(col(row.user_id) == user.id, col(row.role).not_in(roles)))
    session.add_all(row(user_id=user.id, role=role) for role in sorted(roles - account.roles))
    await session.flush()
    if was_active and not user.active:
        await disable(session, user.id)
    return Account(user, roles)


async def somebody_is(session: AsyncSession, role: Role) -> bool:
    """Whether an active user has this role."""
    row, user = t.UserRole, t.User
    asked = select(col(user.id)).join(row, col(row.user_id) == col(user.id))
    return await session.scalar(asked.where(col(user.active), col(row.role) == role).limit(1)) is not None


async def set_password(session: AsyncSession, user_id: str, password_hash: str, now: datetime) -> int:
    """Replace a password; every session of the user is over. Returns the sessions' new version."""
    row = t.User
    changed = {
        "password_hash": password_hash,
        "password_changed_at": now,
        "session_version": col(row.session_version) + 1,
    }
    asked = update(row).where(col(row.id) == user_id).values(changed).returning(col(row.session_version))
    version = (await session.execute(asked)).scalar_one()
    await end_sessions(session, user_id)
    return version


async def refresh_hash(session: AsyncSession, user_id: str, old: str, new: str) -> None:
    """The same password under newer parameters, unless it was changed meanwhile."""
    row = t.User
    same = (col(row.id) == user_id, col(row.password_hash) == old)
    await session.execute(update(row).where(*same).values(password_hash=new))


async def disable(session: AsyncSession, user_id: str) -> None:
    """A user may no longer sign in, and is signed out everywhere."""
    row = t.User
    changed = {"active": False, "session_version": col(row.session_version) + 1}
    await session.execute(update(row).where(col(row.id) == user_id).values(changed))
    await end_sessions(session, user_id)


# --- sessions ------------------------------------------------------------------------------------------------


async def begin_session(
    session: AsyncSession, token_hash: str, user: t.User, now: datetime, lasting: timedelta
) -> None:
    """Sign a user in."""
    session.add(
        t.UserSession(
            token_hash=token_hash,
            user_id=user.id,
            version=user.session_version,
            created_at=now,
            seen_at=now,
            expires_at=now + lasting,
        )
    )
    await session.execute(update(t.User).where(col(t.User.id) == user.id).values(last_sign_in_at=now))


async def session_of(session: AsyncSession, token_hash: str, now: datetime, idle: timedelta) -> Account | None:
    """Whose session this is; None when there is none, or it is over."""
    row, user = t.UserSession, t.User
    asked = (
        select(row, user)
        .join(user, col(user.id) == col(row.user_id))
        .where(
            col(row.token_hash) == token_hash,
            col(row.expires_at) > now,
            col(row.seen_at) > now - idle,
            col(row.version) == col(user.session_version),
            col(user.active),
        )
    )
    found = (await session.execute(asked)).one_or_none()
    if found is None:
        return None
    if found[0].seen_at < now - SEEN_EVERY:
        await session.execute(update(row).where(col(row.token_hash) == token_hash).values(seen_at=now))
    return Account(found[1], await _roles(session, found[1].id))


async def end_session(session: AsyncSession, token_hash: str) -> None:
    """Sign out here."""
    await session.execute(delete(t.UserSession).where(col(t.UserSession.token_hash) == token_hash))


async def sign_out_everywhere(session: AsyncSession, user_id: str) -> None:
    """End every session of a user, one that begins at this moment too."""
    row = t.User
    await session.execute(
        update(row).where(col(row.id) == user_id).values(session_version=col(row.session_version) + 1)
    )
    await end_sessions(session, user_id)


async def end_sessions(session: AsyncSession, user_id: str) -> None:
    """Remove every session of a user."""
    await session.execute(delete(t.UserSession).where(col(t.UserSession.user_id) == user_id))


# --- tokens of machines --------------------------------------------------------------------------------------


async def tokens(session: AsyncSession) -> list[t.ApiToken]:
    """Every token, revoked ones included, by age."""
    return list(await session.scalars(select(t.ApiToken).order_by(col(t.ApiToken.created_at), col(t.ApiToken.id))))


async def token_of(session: AsyncSession, token_hash: str, now: datetime) -> t.ApiToken | None:
    """The token with this hash; None when there is none, or it is expired or revoked."""
    row = t.ApiToken
    asked = select(row).where(
        col(row.token_hash) == token_hash,
        col(row.revoked_at).is_(None),
        col(row.expires_at).is_(None) | (col(row.expires_at) > now),
    )
    found = (await session.scalars(asked)).one_or_none()
    if found is not None and (found.last_used_at is None or found.last_used_at < now - SEEN_EVERY):
        await session.execute(update(row).where(col(row.id) == found.id).values(last_used_at=now))
    return found


async def add_token(session: AsyncSession, token: t.ApiToken) -> None:
    """Add a token.

    Raises:
        InvalidInputError: The territory does not exist.
    """
    if token.territory_id is not None and await session.get(t.Territory, token.territory_id) is None:
        raise InvalidInputError("territory", f"there is no territory {token.territory_id!r}")
    session.add(token)


async def revoke_token(session: AsyncSession, token_id: str, now: datetime) -> t.ApiToken:
    """A token lets nobody in any more; harmless when it is revoked already.

    Raises:
        NotFoundError: There is none with this id.
    """
    found = await session.get(t.ApiToken, token_id, with_for_update=True)
    if found is None:
        raise NotFoundError("token", token_id)
    found.revoked_at = found.revoked_at or now
    return found


# --- failed sign-ins -----------------------------------------------------------------------------------------


async def count_attempt(session: AsyncSession, subject: str, now: datetime, window: timedelta) -> tuple[int, datetime]:
    """Count one more try, before its password is looked at, so that tries at the same time are all counted.

    Returns:
        How many there are within the window, and when it began.
    """
    attempts = table_of(t.SignInAttempts)
    new = insert(attempts).values(subject=subject, failures=1, since=now)
    is_old = attempts.c.since < now - window
    again = new.on_conflict_do_update(
        index_elements=[attempts.c.subject],
        set_={
            "failures": case((is_old, 1), else_=attempts.c.failures + 1),
            "since": case((is_old, now), else_=attempts.c.since),
        },
    ).returning(attempts.c.failures, attempts.c.since)
    failures, since = (await session.execute(again)).one()
    return int(failures), since


async def forget_attempts(session: AsyncSession, account: str, address: str) -> None:
    """A sign-in went well: the account starts afresh, and the address is given back this one try.

    Not more than this one: somebody with an account could otherwise go on guessing others' passwords for ever.
    """
    row = t.SignInAttempts
    await session.execute(delete(row).where(col(row.subject) == account))
    less = func.greatest(col(row.failures) - 1, 0)
    await session.execute(update(row).where(col(row.subject) == address).values(failures=less))


async def clear_old(session: AsyncSession, now: datetime, window: timedelta) -> None:
    """Delete sessions that are over and attempts that no longer count."""
    await session.execute(delete(t.UserSession).where(col(t.UserSession.expires_at) < now))
    await session.execute(delete(t.SignInAttempts).where(col(t.SignInAttempts.since) < now - window))


async def _require_places(session: AsyncSession, territory_id: str | None, engineer_id: str | None) -> None:
    if territory_id is not None and await session.get(t.Territory, territory_id) is None:
        raise InvalidInputError("territory", f"there is no territory {territory_id!r}")
    if engineer_id is not None and await session.get(t.Engineer, engineer_id) is None:
        raise InvalidInputError("engineer", f"there is no engineer {engineer_id!r}")


async def _roles(session: AsyncSession, user_id: str) -> frozenset[Role]:
    row = t.UserRole
    return frozenset(await session.scalars(select(col(row.role)).where(col(row.user_id) == user_id)))
