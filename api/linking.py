"""Customers' links, and how often each may knock."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.customer_link import LinkKeys
from domain.errors import CalloutError
from domain.ids import CaseId, LinkId
from domain.people import Actor, Role
from models.repositories import links
from models.repositories.links import LinkLine
from models.screens import cases
from models.session import Database

BURST = 60
PER_SECOND = 1.0
"""A page that looks every few seconds stays far below; a script that tries things out does not."""

REMEMBERED = 10_000


class TooOftenError(CalloutError):
    """The link was used too often in a short time."""

    code = "too_often"
    http_status = 429
    retryable = True

    def __init__(self) -> None:
        super().__init__("That was too often in a short time. Wait a minute, then try again.")


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


class Allowance:
    """Lets each key knock ``burst`` times at once and ``per_second`` from then on, in this process alone.

    Args:
        clock: Seconds; real time, whatever virtual time does.
    """

    def __init__(
        self, burst: int = BURST, per_second: float = PER_SECOND, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, cost: float = 1.0) -> None:
        """Count one knock.

        Raises:
            TooOftenError: Nothing is left at the moment.
        """
        now = self._clock()
        left, at = self._left.pop(key, (float(self._burst), now))
        left = min(float(self._burst), left + (now - at) * self._per_second)
        if left >= cost:
            self._left[key] = (left - cost, now)
        else:
            self._left[key] = (left, now)
            raise TooOftenError
        if len(self._left) > REMEMBERED:
            self._left.popitem(last=False)  # who has not knocked for longest


class Links:
    """Holds the record and the keys."""

    def __init__(self, database: Database, now: Callable[[], Awaitable[datetime]], keys: LinkKeys) -> None:
        self._database = database
        self._now = now
        self._keys = keys
        self._allowance = Allowance()

    async def make(self, case_id: CaseId, by: Actor, validity: timedelta) -> NewLink:
        """A new link to a case.

        Raises:
            NotFoundError: There is no such case.
        """
        now = await self._now()
        async with self._database.transaction() as session:
            row = await links.make(session, case_id, by, now, validity)
            return NewLink(row.id, row.case_id, row.expires_at, self._keys.token(LinkId(row.id), row.expires_at))

    async def of_case(self, case_id: CaseId) -> list[LinkLine]:
        """A case's links, the newest first.

        Raises:
            NotFoundError: There is no such case.
        """
        now = await self._now()
        async with self._database.reading() as session:
            await cases.require(session, case_id)
            return await links.of_case(session, case_id, now)

    async def revoke(self, link_id: LinkId, by: Actor) -> LinkLine:
        """End a link at once.

        Raises:
            NotFoundError: There is none with this id.
        """
        now = await self._now()
        async with self._database.transaction() as session:
            return await links.revoke(session, link_id, by, now)

    async def open(self, token: str, cost: float = 1.0) -> OpenLink:
        """What a token opens.

        Raises:
            LinkRefusedError: Nothing.
            TooOftenError: It was used too often.
        """
        said = self._keys.read(token)
        self._allowance.take(said.link_id, cost)
        now = await self._now()
        async with self._database.reading() as session:
            row = await links.opened_by(session, said, now)
            return OpenLink(LinkId(row.id), CaseId(row.case_id))
