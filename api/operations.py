"""What operations ask, answered from the record at the virtual present."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.errors import NotFoundError
from domain.people import Actor
from models.reach import EVERYTHING, Reach
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
        reach: What may be seen of it.
    """

    def __init__(self, database: Database, now: Callable[[], Awaitable[datetime]], reach: Reach = EVERYTHING) -> None:
        self._database, self._now, self._reach = database, now, reach

    async def cases(self, wanted: CaseQuery, sort: Sort, cursor: str | None, limit: int) -> OperationsPage:
        """A page of cases."""
        now = await self._now()
        async with self._database.reading() as session:
            return await cases.cases(session, self._within(wanted), sort, now, cursor, limit)

    async def counts(self, wanted: CaseQuery) -> Counts:
        """How many cases each choice of each filter shows."""
        now = await self._now()
        async with self._database.reading() as session:
            return await counts.counts(session, self._within(wanted), now)

    async def figures(self, territories: tuple[str, ...], zone: str | None) -> Figures:
        """The five figures."""
        now = await self._now()
        async with self._database.reading() as session:
            return await figures.figures(session, self._seen(territories), now, zone)

    async def ageing(self, wanted: CaseQuery, cursor: str | None, limit: int) -> WaitingPage:
        """A page of waiting cases."""
        now = await self._now()
        async with self._database.reading() as session:
            return await ageing.ageing(session, self._within(wanted), now, cursor, limit)

    async def charts(self, territories: tuple[str, ...], zone: str | None, days: int) -> Charts:
        """Every chart."""
        now = await self._now()
        async with self._database.reading() as session:
            return await charts.charts(session, self._seen(territories), now, zone, days)

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
            return await saved_views.views(session, who.id)

    async def save_view(self, who: Actor, name: str, query: dict[str, Any]) -> View:
        """Keep a view. Written here and not by a workflow: no case depends on it, and nobody else reads it."""
        view = View(name, query, await self._now())
        async with self._database.transaction() as session:
            return await saved_views.save(session, who.id, view)

    async def forget_view(self, who: Actor, name: str) -> None:
        """Delete a view."""
        async with self._database.transaction() as session:
            await saved_views.forget(session, who.id, name)

    def _within(self, wanted: CaseQuery) -> CaseQuery:
        return replace(wanted, reach=self._reach)

    def _seen(self, asked: tuple[str, ...]) -> tuple[str, ...]:
        """The territories that figures are about: those that are asked for, as far as the caller sees them.

        Raises:
            NotFoundError: None of them.
        """
        only = self._reach.territory
        if only is None:
            return asked
        if asked and only not in asked:
            raise NotFoundError("territory", asked[0])
        return (only,)
