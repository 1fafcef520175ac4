"""Passwords and keys of one checkout, made at the first start and kept in a file that only its owner reads."""

import base64
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from runtime.errors import StackError

FILE_NAME = "secrets.env"
SIGN_IN_FILE_NAME = "sign-in.env"
POSTGRES_PASSWORD = "CALLOUT_POSTGRES_PASSWORD"  # noqa: S105 - the name, not the password
PAYLOAD_KEYS = "CALLOUT_PAYLOAD_KEYS"
API_TOKEN = "CALLOUT_API_TOKEN"  # noqa: S105 - the name, not the token
SIGNING_KEY = "CALLOUT_SIGNING_KEY"
LINK_KEY = "CALLOUT_LINK_KEY"


def new_payload_key(key_id: str = "k1") -> str:
    """Returns a fresh 256-bit key as `id:base64url`, the form of CALLOUT_PAYLOAD_KEYS and CALLOUT_LINK_KEY."""
    return f"{key_id}:{base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}"


_MAKERS: Mapping[str, Callable[[], str]] = {
    POSTGRES_PASSWORD: lambda: secrets.token_urlsafe(24),
    PAYLOAD_KEYS: new_payload_key,
    API_TOKEN: lambda: secrets.token_urlsafe(32),
    SIGNING_KEY: lambda: secrets.token_urlsafe(32),
    LINK_KEY: new_payload_key,
}


def load_or_create(home: Path) -> dict[str, str]:
    """Returns the secrets of this home folder; makes and stores those that are missing.

    Raises:
        StackError: the file cannot be read or written, or has a line that is no `NAME=value`.
    """
    return _kept(home, FILE_NAME, _MAKERS, "Losing this file loses the database and every case's history.")


def sign_in_passwords(home: Path, names: Iterable[str]) -> dict[str, str]:
    """Returns a password for each of these people of the sample company, made and stored like the secrets.

    Raises:
        StackError: as for `load_or_create`.
    """
    makers = {name: lambda: secrets.token_urlsafe(15) for name in names}
    return _kept(home, SIGN_IN_FILE_NAME, makers, "Sign in with these: e-mail address=password.")


def _kept(home: Path, name: str, makers: Mapping[str, Callable[[], str]], about: str) -> dict[str, str]:
    file = home / name
    try:
        home.mkdir(parents=True, exist_ok=True)
        known = _parse(file) if file.exists() else {}
        missing = {name: make() for name, make in makers.items() if name not in known}
        if missing:
            _write(file, known | missing, about)
    except PermissionError as error:
        raise StackError(f"{file} belongs to another user: run this as the user who made {home}") from error
    return known | missing


def _parse(file: Path) -> dict[str, str]:
    values: dict[str, str] = {}
    for number, line in enumerate(file.read_text().splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, found, value = line.partition("=")
        if not found or not value:
            raise StackError(f"{file}, line {number}: expected NAME=value")
        values[name.strip()] = value.strip()
    return values


def _write(file: Path, values: Mapping[str, str], about: str) -> None:
    """Replaces the file in one step: a crash leaves the old one or the new one, never half of it."""
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        output.write(f"# Made at the first start. {about}\n")
        output.writelines(f"{name}={value}\n" for name, value in values.items())
        output.flush()
        os.fsync(output.fileno())
    fresh.replace(file)
