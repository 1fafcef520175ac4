"""Activities that record reservations."""

from temporalio import activity

from activities.errors import typed_errors
from domain.messages import ReservationChange
from models.repositories import part_orders
from models.session import Database


class PartsOrderActivities:
    """Holds the record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn
    @typed_errors
    async def record_reservation(self, change: ReservationChange) -> None:
        """Move a reservation on, with its event and its stock. Key: (workflow, command)."""
        async with self._database.transaction() as session:
            await part_orders.record(session, change)
