"""Activities that record stock."""

from temporalio import activity

from activities.errors import typed_errors
from domain.messages import CountRequest, StockKept, StockRequest, TransferRequest, WriteOffRequest
from models.repositories import receipts, stock_keeping
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

    @activity.defn
    @typed_errors
    async def transfer_stock(self, asked: TransferRequest) -> StockKept:
        """Move units to another location. Key: (source location, command)."""
        async with self._database.transaction() as session:
            return await stock_keeping.transfer(session, asked)

    @activity.defn
    @typed_errors
    async def write_off_stock(self, asked: WriteOffRequest) -> StockKept:
        """Take units that are broken, lost or expired from the stock. Key: (location, command)."""
        async with self._database.transaction() as session:
            return await stock_keeping.write_off(session, asked)

    @activity.defn
    @typed_errors
    async def count_stock(self, asked: CountRequest) -> StockKept:
        """Set the stock to what was counted. Key: (location, command)."""
        async with self._database.transaction() as session:
            return await stock_keeping.count(session, asked)
