"""The company's settings of its messages: read, tried out on made-up facts, changed by one recorded command."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from activities.notify.words import Written, written
from activities.wording import LANGUAGES, Wording
from api.admin_document import DocumentDesk, Kept, Versioned, kept_as
from domain.ids import CaseId
from domain.message_settings import SETTING, MessageSettings
from domain.occasions import FIELDS, Occasion
from domain.people import Role
from models.repositories import message_settings, policies
from models.repositories.deliveries import Outgoing
from models.session import Session

SAMPLE_LINK = "SAMPLE"
"""Stands for a link's token in a preview: it opens nothing."""
_OF_STAFF = {Occasion.ESCALATION: Role.TEAM_LEAD, Occasion.TIME_ASKED: Role.DISPATCHER}


@dataclass(frozen=True)
class Template:
    """What an occasion says in one language unless the company says it differently.

    Attributes:
        names: What the text may name, without ``${}``.
    """

    language: str
    occasion: Occasion
    subject: str
    body: str
    sms: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class MessageScreen(Versioned):
    """The settings as they are edited.

    Attributes:
        templates: The text that Callout comes with, per language and occasion.
    """

    settings: MessageSettings
    templates: tuple[Template, ...]


class MessageDesk(DocumentDesk[MessageSettings, MessageScreen]):
    """What is told from now on follows the settings."""

    key, subject, title = SETTING, "messages", "What messages say"

    async def preview(self, document: Mapping[str, Any], language: str, occasion: Occasion) -> Written:
        """What a message would say by these settings, of a case that does not exist. Nothing is stored or sent.

        Raises:
            InvalidInputError: They break rules; every field is named.
        """
        settings = message_settings.checked(document)
        sample = _sample(settings, language, occasion, await self._now())
        return written(sample, f"{settings.link_page}#{SAMPLE_LINK}")

    @staticmethod
    def _checked(document: Mapping[str, Any]) -> MessageSettings:
        return message_settings.checked(document)

    @staticmethod
    async def _load(session: Session) -> Kept[MessageSettings]:
        return kept_as(await policies.setting_row(session, SETTING), await message_settings.load(session))

    @staticmethod
    async def _store(session: Session, value: MessageSettings, now: datetime, by: str) -> None:
        await message_settings.store(session, value, now, by)

    @staticmethod
    def _audited(value: MessageSettings) -> dict[str, Any]:
        document = value.model_dump(mode="json", exclude_none=True)
        # Sets come in any order, and the audit must not take that for a change.
        return document | {"silent": sorted(document["silent"])}

    @staticmethod
    async def _screen(_session: Session, kept: Kept[MessageSettings]) -> MessageScreen:
        templates = tuple(_template(language, occasion) for language in LANGUAGES for occasion in Occasion)
        return MessageScreen(kept.version, kept.changed_at, kept.changed_by, kept.value, templates)


def _template(language: str, occasion: Occasion) -> Template:
    usual = Wording(language, "UTC").message(occasion)
    parts = {part: usual[part].strip() for part in ("subject", "body", "sms")}
    return Template(language=language, occasion=occasion, names=tuple(sorted(FIELDS[occasion])), **parts)


def _sample(settings: MessageSettings, language: str, occasion: Occasion, now: datetime) -> Outgoing:
    arrival = now.replace(hour=9, minute=30, second=0, microsecond=0) + timedelta(days=1)
    return Outgoing(
        number=0,
        round=0,
        occasion=occasion,
        language=language,
        role=_OF_STAFF.get(occasion),
        people=(),
        case_id=CaseId("C-100042"),
        product="Callidus HX 20" if language == "en" else "热泵 HX 20",
        time_zone="UTC",
        engineer="Lena Hansen" if language == "en" else "王磊",
        arrival=arrival,
        window=(arrival, arrival + timedelta(hours=2)),
        quote_cents=18_900,
        about="diagnose",
        link_id=None,
        link_expires_at=None,
        settings=settings,
    )
