"""What operations ask, answered from the record at the virtual present."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any

from domain.people import Actor
from models.repositories import saved_views
from models.repositories.saved_views import View
from models.screens.operations import ageing, cases, charts, counts, figures
from models.screens.operations.ageing import WaitingLine, WaitingPage
from models.screens.operations.cases import OperationsLine, OperationsPage, Sort
from models.screens.operations.charts import Charts
from models.screens.operations.counts import Counts
from models.screens.operations.figures import Figures
from models.screens.operations.filters import CaseQuery
from models.session import Database

EXPORT_PAGE = 500


class Operations:
    """Holds the record.

    Args:
        database: The record.
        now: Tells the virtual present.
    """

    def __init__(self, database: Database, now: Callable[[], Awaitable[datetime]]) -> None:
        self._database, self._now = database, now

    async def cases(self, wanted: CaseQuery, sort: Sort, cursor: str | None, limit: int) -> OperationsPage:
        """A page of cases."""
        now = await self._now()
        async with self._database.reading() as session:
            return await cases.cases(session, wanted, sort, now, cursor, limit)

    async def counts(self, wanted: CaseQuery) -> Counts:
        """How many cases each choice of each filter shows."""
        now = await self._now()
        async with self._database.reading() as session:
            return await counts.counts(session, wanted, now)

    async def figures(self, territories: tuple[str, ...], zone: str | None) -> Figures:
        """The five figures."""
        now = await self._now()
        async with self._database.reading() as session:
            return await figures.figures(session, territories, now, zone)

    async def ageing(self, wanted: CaseQuery, cursor: str | None, limit: int) -> WaitingPage:
        """A page of waiting cases."""
        now = await self._now()
        async with self._database.reading() as session:
            return await ageing.ageing(session, wanted, now, cursor, limit)

    async def charts(self, territories: tuple[str, ...], zone: str | None, days: int) -> Charts:
        """Every chart."""
        now = await self._now()
        async with self._database.reading() as session:
            return await charts.charts(session, territories, now, zone, days)

    async def every_case(self, wanted: CaseQuery, sort: Sort) -> AsyncIterator[list[OperationsLine]]:
        """All cases of a list, page by page.

        Each page is read on its own: a slow reader must not hold a transaction open.
        """
        cursor: str | None = None
        while True:
            page = await self.cases(wanted, sort, cursor, EXPORT_PAGE)
            yield page.items
            if (cursor := page.next_cursor) is None:
                return

    async def everything_waiting(self, wanted: CaseQuery) -> AsyncIterator[list[WaitingLine]]:
        """All waiting cases, page by page."""
        cursor: str | None = None
        while True:
            page = await self.ageing(wanted, cursor, EXPORT_PAGE)
            yield page.items
            if (cursor := page.next_cursor) is None:
                return

    async def views(self, who: Actor) -> list[View]:
        """Somebody's saved views."""
        async with self._database.reading() as session:
            return await saved_views.views(session, _owner(who))

    async def save_view(self, who: Actor, name: str, query: dict[str, Any]) -> View:
        """Keep a view. Written here and not by a workflow: no case depends on it, and nobody else reads it."""
        view = View(name, query, await self._now())
        async with self._database.transaction() as session:
            return await saved_views.save(session, _owner(who), view)

    async def forget_view(self, who: Actor, name: str) -> None:
        """Delete a view."""
        async with self._database.transaction() as session:
            await saved_views.forget(session, _owner(who), name)


def _owner(who: Actor) -> str:
    return f"{who.role}:{who.id}"
