"""Passwords: rules, hashes and checks. Argon2id is slow on purpose, so it runs beside the event loop."""

import asyncio
import secrets
import unicodedata
from functools import cache

from pwdlib import PasswordHash

from domain.errors import InvalidInputError

SHORTEST, LONGEST = 12, 200
_AT_ONCE = 2
"""Each check takes 64 MiB and a tenth of a second of a processor; more at once would only slow each other down."""

_HASHER = PasswordHash.recommended()


def check_rules(password: str, *known: str) -> None:
    """Refuse what is guessed first.

    Args:
        known: What others know of the user, such as the e-mail address.

    Raises:
        InvalidInputError: It is too short or too long, or repeats what others know.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInputError("password", f"must have {SHORTEST} to {LONGEST} characters")
    if len(set(password)) < 5:
        raise InvalidInputError("password", "repeats too few characters")
    lowered = password.casefold()
    if any(word and word.casefold() in lowered for word in known):
        raise InvalidInputError("password", "must not contain your name or e-mail address")


def fresh() -> str:
    """A password that nobody guesses."""
    return secrets.token_urlsafe(15)


def hash_now(password: str) -> str:
    """The hash to store. Blocks for a tenth of a second."""
    return _HASHER.hash(_same_form(password))


class Passwords:
    """Hashes and checks passwords beside the event loop."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def hash_of(self, password: str) -> str:
        """The hash to store."""
        async with self._turn:
            return await asyncio.to_thread(hash_now, password)

    async def is_right(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Whether this is the password.

        Args:
            stored: The hash; None when there is no such user, which takes just as long to refuse.

        Returns:
            Whether it is, and a hash with newer parameters if the stored one should be replaced.
        """
        async with self._turn:
            return await asyncio.to_thread(_check, password, stored)


def _check(password: str, stored: str | None) -> tuple[bool, str | None]:
    nobodys = _nobodys()  # in either case, or else the very first check would tell them apart
    right, newer = _HASHER.verify_and_update(_same_form(password), stored or nobodys)
    return right and stored is not None, newer


def _same_form(password: str) -> str:
    """Keyboards write the same letter in different ways."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    return hash_now(fresh())
