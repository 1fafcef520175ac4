"""The company's settings of its messages: read, tried out on made-up facts, changed by one recorded command."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from activities.notify.words import Written, written
from activities.wording import LANGUAGES, Wording
from domain.ids import CaseId
from domain.message_settings import SETTING, MessageSettings
from domain.occasions import FIELDS, Occasion
from domain.people import Role
from models import tables as t
from models.repositories import administration, message_settings, policies
from models.repositories.administration import By, ChangeLine
from models.repositories.deliveries import Outgoing
from models.session import Database, Session

SUBJECT = "messages"
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
class MessageScreen:
    """The settings as they are edited.

    Attributes:
        version: Counts the changes; 0 while the defaults count that no one has changed.
        templates: The text that Callout comes with, per language and occasion.
    """

    version: int
    changed_at: datetime | None
    changed_by: str
    settings: MessageSettings
    templates: tuple[Template, ...]

    @property
    def etag(self) -> str:
        """The version as If-Match gives it back."""
        return f'"{self.version}"'


class MessageDesk:
    """Holds the record.

    Args:
        now: Virtual: messages are told in the company's time.
    """

    def __init__(self, database: Database, now: Callable[[], Awaitable[datetime]]) -> None:
        self._database = database
        self._now = now

    async def show(self) -> MessageScreen:
        """The settings as they are now."""
        async with self._database.reading() as session:
            return await _screen(session, await policies.setting_row(session, SETTING))

    async def history(self) -> list[ChangeLine]:
        """Who changed what, the newest first."""
        async with self._database.reading() as session:
            return await administration.history(session, SUBJECT)

    async def preview(self, document: Mapping[str, Any], language: str, occasion: Occasion) -> Written:
        """What a message would say by these settings, of a case that does not exist. Nothing is stored or sent.

        Raises:
            InvalidInputError: They break rules; every field is named.
        """
        settings = message_settings.checked(document)
        sample = _sample(settings, language, occasion, await self._now())
        return written(sample, f"{settings.link_page}#{SAMPLE_LINK}")

    async def change(self, document: Mapping[str, Any], seen: str | None, by: By) -> MessageScreen:
        """Replace the settings; what is told from now on follows them.

        Args:
            seen: The version that the change is based on, as If-Match.

        Raises:
            InvalidInputError: They break rules; every field is named.
            VersionMissingError, VersionChangedError: The caller has not seen the present version.
        """
        new, now = message_settings.checked(document), await self._now()
        async with self._database.transaction() as session:
            await policies.lock_setting(session, SETTING)  # also the very first change, which has no row to lock
            row = await policies.setting_row(session, SETTING)
            if not await administration.is_done(session, by):
                current = f'"{row.version if row else 0}"'
                await administration.require_version(session, "What messages say", SUBJECT, seen, current)
                old = await message_settings.load(session)
                await message_settings.store(session, new, now, f"{by.actor.role}:{by.actor.id}")
                await administration.write_down(session, SUBJECT, "changed", by, _plain(old), _plain(new))
                row = await policies.setting_row(session, SETTING)
            return await _screen(session, row)


async def _screen(session: Session, row: t.Setting | None) -> MessageScreen:
    return MessageScreen(
        version=row.version if row else 0,
        changed_at=row.updated_at if row else None,
        changed_by=row.updated_by if row else "",
        settings=await message_settings.load(session),
        templates=tuple(_template(language, occasion) for language in LANGUAGES for occasion in Occasion),
    )


def _template(language: str, occasion: Occasion) -> Template:
    usual = Wording(language, "UTC").message(occasion)
    parts = {part: usual[part].strip() for part in ("subject", "body", "sms")}
    return Template(language=language, occasion=occasion, names=tuple(sorted(FIELDS[occasion])), **parts)


def _plain(settings: MessageSettings) -> dict[str, Any]:
    document = settings.model_dump(mode="json", exclude_none=True)
    # Sets come in any order, and the audit must not take that for a change.
    return document | {"silent": sorted(document["silent"])}


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
