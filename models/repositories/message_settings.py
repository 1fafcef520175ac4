"""The company's settings of its messages."""

from datetime import datetime
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import InvalidInputError
from domain.invalid import problem
from domain.message_settings import SETTING, MessageSettings, WrongNamesError
from models.repositories import policies


def checked(document: Any) -> MessageSettings:
    """Settings from a document.

    Raises:
        InvalidInputError: It breaks rules; every field is named, as ``words.en.registered.sms``.
    """
    try:
        return MessageSettings.model_validate(document)
    except ValidationError as error:
        found = [each for details in error.errors() for each in _problems(details)]
        raise InvalidInputError(**found[0], errors=found) from error


async def load(session: AsyncSession) -> MessageSettings:
    """The company's settings, or the defaults."""
    return checked(await policies.setting(session, SETTING) or {})


async def store(session: AsyncSession, settings: MessageSettings, now: datetime, by: str) -> None:
    """Replace the company's settings; what is told from now on follows them."""
    await policies.store_setting(session, SETTING, settings.model_dump(mode="json"), now, by)


def _problems(details: ErrorDetails) -> list[dict[str, str]]:
    cause = details.get("ctx", {}).get("error")
    if isinstance(cause, WrongNamesError):
        return [{"field": field, "rule": rule} for field, rule in cause.found]
    return [problem(details, "messages")]
