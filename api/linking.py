"""Customers' links, and how often each may knock."""

import copy
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.rates import Buckets, Rate
from domain.customer_link import LinkKeys
from domain.errors import NotFoundError
from domain.ids import CaseId, LinkId
from domain.people import Actor, Role
from models.reach import EVERYTHING, Reach
from models.repositories import links
from models.repositories.links import LinkLine
from models.screens import cases
from models.session import Database

KNOCKS = Rate(per_second=1.0, at_once=60)
"""A page that looks every few seconds stays far below; a script that tries things out does not."""


@dataclass(frozen=True)
class NewLink:
    """A link that was just made. ``token`` is shown only now; the page is ``/link#`` and the token."""

    id: str
    case_id: str
    expires_at: datetime
    token: str


@dataclass(frozen=True)
class OpenLink:
    """A link that opens its case now."""

    id: LinkId
    case_id: CaseId

    @property
    def actor(self) -> Actor:
        """The customer, as the audit names them."""
        return Actor(Role.CUSTOMER, self.id)


class Links:
    """Holds the record and the keys."""

    def __init__(self, database: Database, now: Callable[[], Awaitable[datetime]], keys: LinkKeys) -> None:
        self._database = database
        self._now = now
        self._keys = keys
        self._buckets = Buckets()
        self._reach = EVERYTHING

    def within(self, reach: Reach) -> "Links":
        """The same for a caller who does not see everything."""
        limited = copy.copy(self)
        limited._reach = reach  # noqa: SLF001 - a copy of its own kind
        return limited

    async def make(self, case_id: CaseId, by: Actor, validity: timedelta) -> NewLink:
        """A new link to a case.

        Raises:
            NotFoundError: There is no such case.
        """
        now = await self._now()
        async with self._database.transaction() as session:
            await self._reach.require_case(session, case_id)
            row = await links.make(session, case_id, by, now, validity)
            return NewLink(row.id, row.case_id, row.expires_at, self._keys.token(LinkId(row.id), row.expires_at))

    async def of_case(self, case_id: CaseId) -> list[LinkLine]:
        """A case's links, the newest first.

        Raises:
            NotFoundError: There is no such case.
        """
        now = await self._now()
        async with self._database.reading() as session:
            await self._reach.require_case(session, case_id)
            await cases.require(session, case_id)
            return await links.of_case(session, case_id, now)

    async def revoke(self, link_id: LinkId, by: Actor) -> LinkLine:
        """End a link at once.

        Raises:
            NotFoundError: There is none with this id.
        """
        now = await self._now()
        async with self._database.transaction() as session:
            ended = await links.revoke(session, link_id, by, now)
            if not await self._reach.sees_case(session, ended.case_id):
                raise NotFoundError("link", link_id)
            return ended

    async def open(self, token: str, cost: float = 1.0) -> OpenLink:
        """What a token opens.

        Raises:
            LinkRefusedError: Nothing.
            TooManyError: It was used too often.
        """
        said = self._keys.read(token)
        self._buckets.take(said.link_id, KNOCKS, cost)
        now = await self._now()
        async with self._database.reading() as session:
            row = await links.opened_by(session, said, now)
            return OpenLink(LinkId(row.id), CaseId(row.case_id))
