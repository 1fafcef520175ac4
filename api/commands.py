"""Commands of people: each starts a workflow or becomes an update of one. Used by the API and the command line.

The command's id is the update's id, so sending it again changes nothing. Nothing here writes to the record.
"""

import copy
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.queues import CASES, NOTIFY, PLANNER
from api.reaching import ANSWER_WITHIN, no_worker, reaching_temporal, rpc_trouble, undisturbed
from api.refusals import refusal
from api.trials import Telling, Trials
from domain.errors import CalloutError, NotFoundError, UnavailableError
from domain.ids import CaseId, CommandId, TerritoryId, VisitId
from domain.messages import CaseStart, CaseView, Command, MovesReceipt, PublishMoves, Receipt, TerritoryStart
from domain.registration import Registration
from domain.timebase import Timebase
from workflows.ids import case_workflow_id, territory_workflow_id, visit_workflow_id

R = TypeVar("R", bound=Receipt)


@dataclass(frozen=True)
class OpenCase:
    """A case to be opened.

    Attributes:
        territory: Where it goes; None leaves it to the place.
    """

    case_id: CaseId
    opened_at: datetime
    command: Command
    registration: Registration
    territory: TerritoryId | None = None


Check = Callable[[str, Command], Awaitable[None]]


class Commands:
    """Holds a Temporal client.

    Args:
        answered_before: Finds the answer to a command that was carried out by a workflow that has ended, or
            raises what its state forbids; gets the workflow's id and the command's.
    """

    def __init__(
        self,
        client: Client,
        timebase: Callable[[], Awaitable[Timebase]],
        answered_before: Callable[[str, CommandId], Awaitable[Receipt]],
    ) -> None:
        self._client = client
        self._timebase = timebase
        self._answered_before = answered_before
        self._check: Check | None = None

    def checked(self, check: Check) -> "Commands":
        """The same commands for somebody who does not reach everything.

        Args:
            check: Raises when the command must not reach the workflow with this id.
        """
        limited = copy.copy(self)
        limited._check = check  # noqa: SLF001 - a copy of its own kind
        return limited

    def trials(self, telling: Telling) -> Trials:
        """What-if questions to the same planner, told with names."""
        return Trials(self._client, self._timebase, telling)

    async def open_case(self, case: OpenCase) -> bool:
        """Start a case's workflow; from here on the case is not lost.

        Returns:
            False when the case is there already.

        Raises:
            UnavailableError: Temporal does not answer.
        """
        start = CaseStart(
            case_id=case.case_id,
            opened_at=case.opened_at,
            command=case.command,
            registration=case.registration,
            timebase=await self._timebase(),
            territory=case.territory,
        )
        try:
            async with _reaching_temporal():
                await self._client.start_workflow(
                    "ServiceCaseWorkflow",
                    start,
                    id=case_workflow_id(case.case_id),
                    task_queue=CASES,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    rpc_timeout=ANSWER_WITHIN,
                )
        except WorkflowAlreadyStartedError:
            return False
        return True

    async def view_case(self, case_id: CaseId) -> CaseView | None:
        """The case as its workflow sees it; None while no worker answers.

        Raises:
            NotFoundError: There is no such workflow.
            UnavailableError: Temporal does not answer.
        """
        handle = self._client.get_workflow_handle(case_workflow_id(case_id))
        try:
            view: CaseView = await handle.query("view", result_type=CaseView, rpc_timeout=ANSWER_WITHIN)
        except WorkflowQueryRejectedError:
            return None
        except RPCError as error:
            if error.status in {RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED}:
                return None
            raise rpc_trouble(error, NotFoundError("case", case_id)) from error
        return view

    async def case(self, case_id: CaseId, update: str, message: Any) -> Receipt:
        """Carry out a command on a case; ``update`` is the name in ``domain.messages``.

        Raises:
            CalloutError: The case refuses it, does not exist, or the system does not answer.
        """
        return await self._update(case_workflow_id(case_id), update, message)

    async def visit(self, visit_id: VisitId, update: str, message: Any) -> Receipt:
        """Carry out a command on a visit. Raises as ``case`` does."""
        return await self._update(visit_workflow_id(visit_id), update, message)

    async def territory(self, territory: TerritoryId, update: str, message: Any) -> Receipt:
        """Carry out a command on a territory, whose workflow starts if it does not run yet. Raises as ``case``."""
        return await self._territory(territory, update, message, Receipt)

    async def publish_moves(self, territory: TerritoryId, message: PublishMoves) -> MovesReceipt:
        """Make the moves of a territory's draft bookings. Raises as ``case``."""
        return await self._territory(territory, "publish_moves", message, MovesReceipt)

    async def _territory(self, territory: TerritoryId, update: str, message: Any, kind: type[R]) -> R:
        if self._check is not None:
            await self._check(territory_workflow_id(territory), message.command)
        start: WithStartWorkflowOperation[Any, None] = WithStartWorkflowOperation(
            "TerritoryWorkflow",
            TerritoryStart(territory, await self._timebase()),
            id=territory_workflow_id(territory),
            task_queue=CASES,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        async with _refusals():
            answer: R = await self._client.execute_update_with_start_workflow(
                update,
                message,
                start_workflow_operation=start,
                id=message.command.id,
                result_type=kind,
                rpc_timeout=ANSWER_WITHIN,
            )
            return answer

    async def check_temporal(self) -> None:
        """Whether Temporal answers.

        Raises:
            UnavailableError: It does not.
        """
        async with _reaching_temporal():
            if not await self._client.service_client.check_health(timeout=ANSWER_WITHIN):
                raise UnavailableError("Temporal is not healthy.")

    async def workers(self) -> dict[str, int]:
        """How many worker processes asked for work lately, by queue; a queue without any stands still.

        Raises:
            UnavailableError: Temporal does not answer.
        """
        activities = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
        kinds = {CASES: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, PLANNER: activities, NOTIFY: activities}
        found = {}
        for name, kind in kinds.items():
            asked = DescribeTaskQueueRequest(
                namespace=self._client.namespace, task_queue=TaskQueue(name=name), task_queue_type=kind
            )
            async with _reaching_temporal():
                answer = await self._client.workflow_service.describe_task_queue(asked, timeout=ANSWER_WITHIN)
            found[name] = len({poller.identity for poller in answer.pollers})
        return found

    async def _update(self, workflow_id: str, update: str, message: Any) -> Receipt:
        if self._check is not None:
            await self._check(workflow_id, message.command)
        handle = self._client.get_workflow_handle(workflow_id)
        try:
            async with _refusals():
                answer: Receipt = await undisturbed(
                    lambda: handle.execute_update(
                        update, message, id=message.command.id, result_type=Receipt, rpc_timeout=ANSWER_WITHIN
                    )
                )
                return answer
        except _EndedError:
            return await self._answered_before(workflow_id, message.command.id)


class _EndedError(CalloutError):
    """The workflow does not run: it has ended, or there never was one."""


@asynccontextmanager
async def _refusals() -> AsyncIterator[None]:
    """Turn what Temporal raises for a refused or unanswered update into the domain's errors."""
    try:
        async with _reaching_temporal():
            yield
    except WorkflowUpdateFailedError as error:
        if isinstance(error.cause, ApplicationError) and error.cause.type != "AcceptedUpdateCompletedWorkflow":
            raise refusal(error.cause) from error
        # The workflow ended while it carried this out; the record knows whether it did.
        raise _EndedError("the workflow has ended") from error
    except WorkflowUpdateRPCTimeoutOrCancelledError as error:
        raise no_worker() from error


def _reaching_temporal() -> AbstractAsyncContextManager[None]:
    return reaching_temporal(_EndedError("the workflow has ended"))
