"""Activities behind the draft that a territory's dispatchers share."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from temporalio import activity

from activities.errors import typed_errors
from domain.ids import CommandId, TerritoryId
from domain.messages import ChangeDraftRequest, DraftOutcome, DraftRequest
from models.repositories import commands, draft_moves
from models.session import Database, Session


class DraftActivities:
    """Holds the record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn
    @typed_errors
    async def change_draft(self, asked: ChangeDraftRequest) -> DraftOutcome:
        """Add a dispatcher's moves. Key: (territory workflow, command)."""
        return await self._once(
            asked.territory, asked.change.command.id, asked.now, lambda s: draft_moves.change_draft(s, asked)
        )

    @activity.defn
    @typed_errors
    async def undo_draft(self, asked: DraftRequest) -> DraftOutcome:
        """Take a dispatcher's last change back. Key: (territory workflow, command)."""
        return await self._once(
            asked.territory, asked.command.id, asked.now, lambda s: draft_moves.undo_draft(s, asked)
        )

    @activity.defn
    @typed_errors
    async def discard_draft(self, asked: DraftRequest) -> DraftOutcome:
        """Forget every move. Key: (territory workflow, command)."""
        return await self._once(
            asked.territory, asked.command.id, asked.now, lambda s: draft_moves.discard_draft(s, asked)
        )

    async def _once(
        self,
        territory: TerritoryId,
        command: CommandId,
        now: datetime,
        act: Callable[[Session], Awaitable[DraftOutcome]],
    ) -> DraftOutcome:
        key = commands.CommandKey(f"territory/{territory}", command, "draft")
        async with self._database.transaction() as session:
            return await commands.once(session, key, now, DraftOutcome, lambda: act(session))
