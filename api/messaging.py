"""Messages: what was told, and sending again."""

import copy
from collections.abc import Awaitable, Callable
from datetime import datetime

from domain.ids import CaseId
from domain.vocabulary import MessageState
from models.reach import EVERYTHING, Reach
from models.screens import cases, messages
from models.screens.messages import MessageLine, MessagePage
from models.session import Database


class Messages:
    """Holds the record."""

    def __init__(self, database: Database, now: Callable[[], Awaitable[datetime]]) -> None:
        self._database = database
        self._now = now
        self._reach = EVERYTHING

    def within(self, reach: Reach) -> "Messages":
        """The same for a caller who does not see everything."""
        limited = copy.copy(self)
        limited._reach = reach  # noqa: SLF001 - a copy of its own kind
        return limited

    async def of_case(self, case_id: CaseId) -> list[MessageLine]:
        """A case's messages, the newest first.

        Raises:
            NotFoundError: There is no such case.
        """
        async with self._database.reading() as session:
            await self._reach.require_case(session, case_id)
            await cases.require(session, case_id)
            return await messages.of_case(session, case_id)

    async def page(self, states: list[MessageState], before: int | None, limit: int) -> MessagePage:
        """Messages in these states (none: any), the newest first."""
        async with self._database.reading() as session:
            return await messages.page(session, states, before, limit, self._reach)

    async def send_again(self, number: int) -> MessageLine:
        """Have a message sent again that was not delivered.

        Raises:
            NotFoundError: There is none with this id.
            WrongStateError: It was sent, or it is on its way.
        """
        now = await self._now()
        async with self._database.transaction() as session:
            return await messages.send_again(session, number, now, self._reach)

    async def by_state(self) -> dict[str, int]:
        """How many messages are in each state."""
        async with self._database.reading() as session:
            return await messages.by_state(session)
