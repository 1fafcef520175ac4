"""Telling a territory that its plan may have to change."""

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities import options
    from activities.waking import WakeActivities
    from domain.ids import TerritoryId
    from domain.messages import RequestPlanning, TerritoryChanged
    from domain.timebase import Timebase
    from workflows.ids import territory_workflow_id


async def wake(territory: TerritoryId, change: TerritoryChanged, timebase: Timebase) -> None:
    """Signal the territory's workflow; where none runs yet, start it with the signal (only a client can do that)."""
    try:
        await workflow.get_external_workflow_handle(territory_workflow_id(territory)).signal("changed", change)
    except ApplicationError:
        await workflow.execute_activity_method(
            WakeActivities.wake_territory, RequestPlanning(territory, change, timebase), **options.WAKE
        )
