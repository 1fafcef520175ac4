"""The company's settings of its messages."""

from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import InvalidInputError
from domain.message_settings import SETTING, MessageSettings
from models.repositories import policies


def checked(document: Any) -> MessageSettings:
    """Settings from a document.

    Raises:
        InvalidInputError: It breaks a rule; the field is named.
    """
    try:
        return MessageSettings.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "messages"
        raise InvalidInputError(field, str(first["msg"]).removeprefix("Value error, ")) from error


async def load(session: AsyncSession) -> MessageSettings:
    """The company's settings, or the defaults."""
    return checked(await policies.setting(session, SETTING) or {})


async def store(session: AsyncSession, settings: MessageSettings, now: datetime, by: str) -> None:
    """Replace the company's settings; what is told from now on follows them."""
    await policies.store_setting(session, SETTING, settings.model_dump(mode="json"), now, by)
