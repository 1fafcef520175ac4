"""Waking a territory's workflow where none runs yet."""

from temporalio import activity
from temporalio.client import Client

from activities.queues import CASES
from domain.messages import RequestPlanning, TerritoryStart


class WakeActivities:
    """Holds a Temporal client, because only a client can start a workflow together with a signal."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @activity.defn
    async def wake_territory(self, request: RequestPlanning) -> None:
        """Signal the territory's workflow, and start it if it does not run.

        Key: none needed; a second wake-up finds the territory awake, and a plan more does no harm.
        """
        await self._client.start_workflow(
            "TerritoryWorkflow",
            TerritoryStart(request.territory, request.timebase),
            id=f"territory/{request.territory}",
            task_queue=CASES,
            start_signal="changed",
            start_signal_args=[request.change],
        )
