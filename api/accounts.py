"""Signing in and out, passwords, and machines' tokens. Sessions and tokens are stored as hashes alone.

Times here are real ones: a sample company that lives faster does not sign its people out faster.
"""

import hashlib
import logging
import math
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from api import passwords
from api.passwords import Passwords
from domain.errors import CalloutError, InvalidInputError, UnavailableError
from models import tables as t
from models.repositories import users
from models.repositories.users import Account
from models.session import Database

IDLE = timedelta(hours=12)
LASTING = timedelta(days=7)
"""A session ends when it was not used for ``IDLE``, and ``LASTING`` after it began in any case."""

WINDOW = timedelta(minutes=15)
ACCOUNT_TRIES, ADDRESS_TRIES = 10, 60
"""Failed sign-ins within ``WINDOW`` after which an account, or a network address, waits until the window is over."""

TOKEN_PREFIX = "callout_"  # noqa: S105 - what tokens begin with, so that scanners find leaked ones

log = logging.getLogger("callout.accounts")


class WrongPasswordError(CalloutError):
    """There is no such user, or the password is another: the same answer for both."""

    code = "wrong_password"
    http_status = 401

    def __init__(self) -> None:
        super().__init__("E-mail address or password is wrong.")


class TooManyError(CalloutError):
    """The caller must wait."""

    code = "too_many_requests"
    http_status = 429

    def __init__(self, what: str, seconds: float) -> None:
        wait = max(1, math.ceil(seconds))
        super().__init__(f"{what} Wait {wait} seconds.", retry_after_seconds=wait)


@dataclass(frozen=True)
class SignedIn:
    """A new session: its token goes into the browser's cookie and is kept nowhere else."""

    token: str
    account: Account


class Accounts:
    """Holds the record.

    Args:
        clock: Tells the real time.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._clock = clock
        self._passwords = Passwords()

    async def sign_in(self, email: str, password: str, address: str) -> SignedIn:
        """Check a password and begin a session.

        Args:
            address: The caller's network address.

        Raises:
            TooManyError: Too many failed for this account or from this address.
            WrongPasswordError: There is no such user, or the password is another.
        """
        account = account_subject(email)
        await self._count(account, f"address:{address}")
        async with self._database.reading() as session:
            found = await users.by_email(session, email)
        await self._check(found, password)
        assert found is not None, "nobody has no right password"  # noqa: S101
        return await self._begin(found, account, f"address:{address}")

    async def sign_in_known(self, email: str) -> SignedIn | None:
        """Begin a session for whom somebody else has identified; None when we do not know that address."""
        async with self._database.reading() as session:
            found = await users.by_email(session, email)
        return await self._begin(found) if found else None

    async def somebody_may_sign_in(self) -> bool:
        """Whether any active user has a password."""
        async with self._database.reading() as session:
            return any(known.user.active and known.user.password_hash for known in await users.users(session))

    async def session(self, token: str) -> Account | None:
        """Whose session this is; None when it is over or never was."""
        async with self._database.transaction() as session:
            return await users.session_of(session, digest(token), self._clock(), IDLE)

    async def sign_out(self, token: str) -> None:
        """End a session."""
        async with self._database.transaction() as session:
            await users.end_session(session, digest(token))

    async def sign_out_everywhere(self, user_id: str) -> None:
        """End every session of a user."""
        async with self._database.transaction() as session:
            await users.sign_out_everywhere(session, user_id)
        log.info("signed_out_everywhere", extra={"user": user_id})

    async def change_password(self, known: Account, current: str, new: str) -> SignedIn:
        """Replace the own password: every session of the user is over, and a new one begins.

        Raises:
            TooManyError: Too many wrong ones were tried.
            InvalidInputError: The current one is wrong, or the new one breaks a rule.
        """
        subject = account_subject(known.user.email)
        await self._count(subject)
        try:
            await self._check(known, current)
        except WrongPasswordError:
            raise InvalidInputError("current_password", "is wrong") from None
        passwords.check_rules(new, *known_words(known.user))
        hashed = await self._passwords.hash_of(new)
        async with self._database.transaction() as session:
            known.user.session_version = await users.set_password(session, known.user.id, hashed, self._clock())
        log.info("password_changed", extra={"user": known.user.id})
        return await self._begin(known, subject)

    async def token(self, token: str) -> t.ApiToken | None:
        """The machine's token; None when there is none, or it is expired or revoked."""
        if not token.startswith(TOKEN_PREFIX):
            return None
        async with self._database.transaction() as session:
            return await users.token_of(session, digest(token), self._clock())

    async def _count(self, account: str, address: str | None = None) -> None:
        now = self._clock()
        limits = {account: ACCOUNT_TRIES} | ({address: ADDRESS_TRIES} if address else {})
        for subject, tries in limits.items():
            async with self._database.transaction() as session:
                failures, since = await users.count_attempt(session, subject, now, WINDOW)
            if failures > tries:
                log.warning("sign_in_slowed_down", extra={"of": subject.partition(":")[0], "failures": failures})
                raise TooManyError("Too many sign-ins failed.", (since + WINDOW - now).total_seconds())

    async def _check(self, known: Account | None, password: str) -> None:
        stored = known.user.password_hash if known else None
        right, newer = await self._passwords.is_right(password, stored)
        if not right or known is None or stored is None:
            log.info("sign_in_failed")
            raise WrongPasswordError
        if newer is not None:
            async with self._database.transaction() as session:
                await users.refresh_hash(session, known.user.id, stored, newer)

    async def _begin(self, known: Account, account: str = "", address: str = "") -> SignedIn:
        token, now = secrets.token_urlsafe(32), self._clock()
        async with self._database.transaction() as session:
            await users.begin_session(session, digest(token), known.user, now, LASTING)
            await users.forget_attempts(session, account, address)
        with suppress(UnavailableError):  # only tidying up; the next one does it
            async with self._database.transaction() as session:
                await users.clear_old(session, now, WINDOW)
        log.info("signed_in", extra={"user": known.user.id})
        return SignedIn(token, known)


def digest(token: str) -> str:
    """What is stored of a token. It has 256 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """A token for a machine."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def account_subject(email: str) -> str:
    """Under which name failed sign-ins of an account are counted."""
    return f"account:{digest(email.strip().lower())}"


def known_words(user: t.User) -> tuple[str, ...]:
    """What others know of a user and a password must not contain."""
    return user.email, user.email.partition("@")[0], user.name
