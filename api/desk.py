"""The case desk: is it there already, what helped before, and one case on one screen."""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime

from models.reach import EVERYTHING, Reach
from models.repositories.policies import service_policy
from models.screens import cases, desk, similar
from models.screens.desk import Desk, Permitted, Timeline
from models.screens.similar import Check, Hint, Sought
from models.session import Database


class CaseDesk:
    """Holds the record.

    Args:
        database: The record.
        now: Tells the virtual present.
        reach: What may be seen of it.
    """

    def __init__(self, database: Database, now: Callable[[], Awaitable[datetime]], reach: Reach = EVERYTHING) -> None:
        self._database, self._now, self._reach = database, now, reach

    async def check(self, sought: Sought) -> Check:
        """What is known of a case that is about to be opened."""
        now = await self._now()
        async with self._database.reading() as session:
            within = (await service_policy(session)).repeat_within
            alike = await similar.alike(session, sought, now, within, self._reach)
            model = sought.product_model or next((one.product_model for one in alike if one.product_model), None)
            found = await similar.hints(session, model, sought.symptom, sought.error_code, reach=self._reach)
            return Check(alike, found)

    async def desk(self, case_id: str, permitted: Permitted) -> Desk:
        """One case on one screen, its contact unmasked."""
        now = await self._now()
        async with self._database.reading() as session:
            await self._reach.require_case(session, case_id)
            return await desk.desk(session, case_id, permitted, now, self._reach)

    async def timeline(self, case_id: str, kinds: Collection[str], cursor: str | None, limit: int) -> Timeline:
        """A page of what happened, the newest first."""
        async with self._database.reading() as session:
            await self._reach.require_case(session, case_id)
            await cases.require(session, case_id)
            return await desk.timeline(session, case_id, kinds, cursor, limit)

    async def hints(self, case_id: str, limit: int) -> list[Hint]:
        """What helped in cases like this one."""
        async with self._database.reading() as session:
            await self._reach.require_case(session, case_id)
            row = await cases.require(session, case_id)
            return await similar.hints(
                session, row.product_model_code, row.symptom, row.error_code, limit, without=row.id, reach=self._reach
            )
