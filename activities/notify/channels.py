"""Ways to reach people. The port, and the adapter that speaks to the world through apprise."""

import asyncio
import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from urllib.parse import quote

import apprise

from domain.errors import InvalidInputError

# Apprise logs whom it wrote to; addresses belong in no log.
logging.getLogger("apprise").disabled = True


class Channel(StrEnum):
    """A way to reach somebody."""

    EMAIL = "email"
    SMS = "sms"
    STAFF = "staff"


@dataclass(frozen=True)
class Letter:
    """What is sent.

    Attributes:
        to: An e-mail address or a phone number; empty for the staff's group.
        id: Stable over repetitions, so that a receiver that knows ids sees one letter.
    """

    to: str
    subject: str
    text: str
    id: str


class ChannelRefusedError(Exception):
    """The channel did not take the letter. It says no more: its own words may quote the address."""


class Channels(Protocol):
    """What the company has to reach people with."""

    @property
    def known(self) -> frozenset[Channel]:
        """The channels that are configured."""

    async def send(self, channel: Channel, letter: Letter) -> str:
        """Send a letter and return the channel's own reference of it, empty where it gives none.

        Raises:
            ChannelRefusedError: It was not taken; it may be tried again.
        """


class NoChannels:
    """Nothing is configured: messages are written down as undeliverable, and staff see why."""

    known: frozenset[Channel] = frozenset()

    async def send(self, channel: Channel, letter: Letter) -> str:  # noqa: ARG002
        """Refuses."""
        raise ChannelRefusedError


class AppriseChannels:
    """Channels by URLs of apprise: SMTP, SMS gateways, JSON webhooks, WeCom, DingTalk, Feishu and a hundred more.

    In a URL ``{to}`` stands for the address and ``{id}`` for the letter's id, for example
    ``mailtos://user:password@mail.example.org/?to={to}`` or
    ``jsons://sms.example.org/send?:to={to}&+Idempotency-Key={id}``.

    Args:
        urls: Channel to its URLs; each letter goes to all of them.

    Raises:
        InvalidInputError: A URL is none that apprise knows, or a channel for single people has no ``{to}``.
    """

    def __init__(self, urls: dict[Channel, tuple[str, ...]]) -> None:
        self._urls = {channel: given for channel, given in urls.items() if given}
        for channel, given in self._urls.items():
            for url in given:
                _check(channel, url)

    @property
    def known(self) -> frozenset[Channel]:
        """The channels that are configured."""
        return frozenset(self._urls)

    async def send(self, channel: Channel, letter: Letter) -> str:
        """Send a letter through every URL of the channel. Apprise gives no reference.

        Raises:
            ChannelRefusedError: One of them did not take it.
        """
        for url in self._urls[channel]:
            service = _service(url, letter.to, letter.id)
            if service is None or not await asyncio.to_thread(_notify, service, letter):
                raise ChannelRefusedError
        return ""


def _service(url: str, to: str, id_: str) -> apprise.NotifyBase | None:
    filled = url.replace("{to}", quote(to, safe="")).replace("{id}", quote(id_, safe=""))
    service: apprise.NotifyBase | None = apprise.Apprise.instantiate(filled, suppress_exceptions=True)
    return service


def _notify(service: apprise.NotifyBase, letter: Letter) -> bool:
    taken = service.notify(body=letter.text, title=letter.subject, body_format=apprise.NotifyFormat.TEXT)
    return bool(taken)


def _check(channel: Channel, url: str) -> None:
    setting = f"CALLOUT_{channel.upper()}_URLS"
    if channel is not Channel.STAFF and "{to}" not in url:
        raise InvalidInputError(setting, "must contain {to}, where the address of each recipient goes")
    example = "someone@example.org" if channel is not Channel.SMS else "+4940123456"
    if _service(url, example, "M-1") is None:
        # The URL holds a password, so it is not quoted.
        raise InvalidInputError(setting, f"starts with {url.partition(':')[0]!r}:// and is no URL that apprise knows")


def channels(urls: dict[Channel, tuple[str, ...]]) -> Channels:
    """The channels behind these URLs; none at all where there is no URL."""
    return AppriseChannels(urls) if any(urls.values()) else NoChannels()
