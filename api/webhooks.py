"""Webhooks: other systems that are told of events."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from domain.addresses import check_url
from domain.people import Actor
from models.repositories import webhooks
from models.repositories.webhooks import CallLine, WebhookLine
from models.session import Database


@dataclass(frozen=True)
class NewWebhook:
    """A webhook that was just made. The secret is shown only now; it signs every call."""

    webhook: WebhookLine
    secret: str


class Webhooks:
    """Holds the record.

    Args:
        allow_private: Whether a webhook may go to an address of the own network, and without TLS.
    """

    def __init__(
        self, database: Database, now: Callable[[], Awaitable[datetime]], *, allow_private: bool = False
    ) -> None:
        self._database = database
        self._now = now
        self._allow_private = allow_private

    async def make(self, url: str, topics: list[str], by: Actor) -> NewWebhook:
        """A new webhook.

        Raises:
            InvalidInputError: The URL may not be called.
        """
        check_url(url, allow_private=self._allow_private)
        now = await self._now()
        async with self._database.transaction() as session:
            return NewWebhook(*await webhooks.make(session, url, topics, by, now))

    async def change(
        self, webhook_id: str, url: str | None, topics: list[str] | None, active: bool | None
    ) -> WebhookLine:
        """Change what is given.

        Raises:
            InvalidInputError: The URL may not be called.
            NotFoundError: There is none with this id.
        """
        if url is not None:
            check_url(url, allow_private=self._allow_private)
        async with self._database.transaction() as session:
            return await webhooks.change(session, webhook_id, url, topics, active)

    async def all_of_them(self) -> list[WebhookLine]:
        """Every webhook."""
        async with self._database.reading() as session:
            return await webhooks.all_of_them(session)

    async def calls(self, webhook_id: str, before: int | None, limit: int) -> list[CallLine]:
        """A webhook's calls, the newest first.

        Raises:
            NotFoundError: There is no such webhook.
        """
        async with self._database.reading() as session:
            return await webhooks.calls(session, webhook_id, before, limit)

    async def test(self, webhook_id: str) -> CallLine:
        """Queue a call that tells of nothing; the log shows what became of it.

        Raises:
            NotFoundError: There is no such webhook.
        """
        now = await self._now()
        async with self._database.transaction() as session:
            return await webhooks.queue_test(session, webhook_id, now)
