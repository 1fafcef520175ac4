"""Activities that record stock."""

from temporalio import activity

from activities.errors import typed_errors
from domain.messages import StockRequest
from models.repositories import receipts
from models.session import Database


class StockActivities:
    """Holds the record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn
    @typed_errors
    async def receive_stock(self, asked: StockRequest) -> None:
        """Add units to a location. Key: (territory workflow, command)."""
        async with self._database.transaction() as session:
            await receipts.receive(session, asked)
