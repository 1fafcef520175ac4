"""What stock keepers ask, answered from the record at the virtual present."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

from domain.errors import InvalidInputError
from domain.ids import TerritoryId
from models.reach import EVERYTHING, Reach
from models.repositories import stock_held
from models.screens import movements, plans, stock
from models.screens.movements import MovementFilter, MovementLine, MovementPage
from models.screens.stock import HeldPage, LocationPage, StockLine, StockPage
from models.session import Database

EXPORT_PAGE = 500


class StockDesk:
    """Holds the record.

    Args:
        database: The record.
        now: Tells the virtual present.
        reach: What may be seen of it.
    """

    def __init__(self, database: Database, now: Callable[[], Awaitable[datetime]], reach: Reach = EVERYTHING) -> None:
        self._database, self._now, self._reach = database, now, reach

    async def locations(self) -> LocationPage:
        """Every warehouse and van."""
        async with self._database.reading() as session:
            return await stock.locations(session, self._reach)

    async def require_location(self, location: str) -> None:
        """Go on only if the location is within reach. Raises NotFoundError."""
        async with self._database.reading() as session:
            await stock.require_location(session, self._reach, location)

    async def territory_of(self, location: str) -> TerritoryId:
        """Whose workflow carries out what changes at a location: one whose plan counts on it, else any within reach.

        Raises:
            NotFoundError: The location is out of reach, or does not exist.
            InvalidInputError: No territory is in use.
        """
        async with self._database.reading() as session:
            await stock.require_location(session, self._reach, location)
            planners = await stock_held.planners(session, [location])
            within = await plans.territory_ids(session, self._reach)
        found = [territory for territory in within if territory in planners] or within
        if not found:
            raise InvalidInputError("location", "serves no territory that is in use; add one first")
        return TerritoryId(found[0])

    async def page(self, location: str | None, text: str | None, cursor: str | None, limit: int) -> StockPage:
        """A page of what lies where."""
        async with self._database.reading() as session:
            return await stock.stock(session, self._reach, location, text, cursor, limit)

    async def everything(self, location: str | None, text: str | None) -> AsyncIterator[list[StockLine]]:
        """The whole list, page by page, each read on its own."""
        cursor: str | None = None
        while True:
            page = await self.page(location, text, cursor, EXPORT_PAGE)
            yield page.items
            if (cursor := page.next_cursor) is None:
                return

    async def movements(self, wanted: MovementFilter, cursor: str | None, limit: int) -> MovementPage:
        """A page of what came and went, the newest first."""
        async with self._database.reading() as session:
            return await movements.movements(session, self._reach, wanted, cursor, limit)

    async def every_movement(self, wanted: MovementFilter) -> AsyncIterator[list[MovementLine]]:
        """The whole list, page by page, each read on its own."""
        cursor: str | None = None
        while True:
            page = await self.movements(wanted, cursor, EXPORT_PAGE)
            yield page.items
            if (cursor := page.next_cursor) is None:
                return

    async def to_pick(self) -> HeldPage:
        """What the visits of today and tomorrow need."""
        now = await self._now()
        async with self._database.reading() as session:
            return await stock.to_pick(session, self._reach, now)

    async def expected(self) -> HeldPage:
        """What is on its way."""
        now = await self._now()
        async with self._database.reading() as session:
            return await stock.expected(session, self._reach, now)
