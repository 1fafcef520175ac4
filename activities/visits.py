"""Activities that record visits."""

from temporalio import activity

from activities.errors import typed_errors
from domain.messages import RecordedVisit, VisitChange
from models.repositories import visit_record
from models.session import Database


class VisitActivities:
    """Holds the record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn
    @typed_errors
    async def record_visit(self, change: VisitChange) -> RecordedVisit:
        """Write a visit's state, its booking, parts and events. Key: (workflow, command).

        A change that rests on a booking which a newer plan replaced fails with ``stale_booking``; the newer
        booking is on its way to the visit then.
        """
        async with self._database.transaction() as session:
            return await visit_record.record(session, change)
