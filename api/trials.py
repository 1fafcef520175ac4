"""What-if questions: each is a short workflow of its own, to be watched and cancelled, and outlives this process."""

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ActivityError, ApplicationError, WorkflowAlreadyStartedError

from activities.queues import CASES
from api.reaching import ANSWER_WITHIN, reaching_temporal
from api.refusals import refusal
from domain.because import Because, BecauseCode
from domain.draft import LeftOut
from domain.errors import NotFoundError, UnavailableError
from domain.ids import CommandId, TerritoryId
from domain.messages import DraftMove
from domain.timebase import Timebase
from domain.trial import Supposition, Trial, TrialOutcome
from models.screens.reasons import LeftOutLine
from workflows.ids import trial_workflow_id

Telling: TypeAlias = Callable[[Iterable[LeftOut]], Awaitable[tuple[LeftOutLine, ...]]]


class TrialState(StrEnum):
    """Where a what-if question stands."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


_STATES = {
    WorkflowExecutionStatus.RUNNING: TrialState.RUNNING,
    WorkflowExecutionStatus.COMPLETED: TrialState.DONE,
    WorkflowExecutionStatus.CANCELED: TrialState.CANCELLED,
    WorkflowExecutionStatus.TERMINATED: TrialState.CANCELLED,
}


@dataclass(frozen=True)
class TrialScreen:
    """A what-if question and, once it is done, its answer.

    Attributes:
        seconds: Real time since it was asked.
        budget_seconds: How long the search may take; loading and waiting for a planner come on top.
        moves: What would change about the published plan; a visit without an engineer loses its place.
        left_out: Every visit that would have no place, and why.
        kept: How many bookings would stay as they are.
        reason, because: Why it failed.
    """

    id: str
    state: TrialState
    seconds: float
    budget_seconds: float = 0.0
    moves: tuple[DraftMove, ...] = ()
    left_out: tuple[LeftOutLine, ...] = ()
    kept: int = 0
    reason: str = ""
    because: tuple[Because, ...] = ()


class Trials:
    """Holds a Temporal client.

    Args:
        client: The client.
        timebase: Tells the virtual present.
        telling: Puts names to the engineers in the reasons of what is left out.
    """

    def __init__(self, client: Client, timebase: Callable[[], Awaitable[Timebase]], telling: Telling) -> None:
        self._client = client
        self._timebase = timebase
        self._telling = telling

    async def ask(self, territory: TerritoryId, supposition: Supposition, command: CommandId) -> TrialScreen:
        """Ask; the same command again is the same question.

        Raises:
            UnavailableError: Temporal does not answer.
        """
        base = await self._timebase()
        asked = Trial(territory, supposition, base.virtual(datetime.now(UTC)), base.speed)
        id_ = hashlib.blake2b(command.encode(), digest_size=12).hexdigest()
        try:
            async with reaching_temporal(NotFoundError("trial", id_)):
                await self._client.start_workflow(
                    "TrialWorkflow",
                    asked,
                    id=trial_workflow_id(territory, id_),
                    task_queue=CASES,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    rpc_timeout=ANSWER_WITHIN,
                )
        except WorkflowAlreadyStartedError:
            return await self.look(territory, id_)
        return TrialScreen(id_, TrialState.RUNNING, 0.0)

    async def look(self, territory: TerritoryId, trial: str) -> TrialScreen:
        """Where a question stands, and its answer.

        Raises:
            NotFoundError: There is no such question, or it was asked too long ago.
            UnavailableError: Temporal does not answer.
        """
        handle = self._client.get_workflow_handle(trial_workflow_id(territory, trial), result_type=TrialOutcome)
        async with reaching_temporal(NotFoundError("trial", trial)):
            found = await handle.describe(rpc_timeout=ANSWER_WITHIN)
            ended = found.close_time or datetime.now(UTC)
            seconds = round(max(0.0, (ended - found.start_time).total_seconds()), 1)
            state = _STATES.get(found.status or WorkflowExecutionStatus.RUNNING, TrialState.FAILED)
            if state not in {TrialState.DONE, TrialState.FAILED}:
                return TrialScreen(trial, state, seconds)
            try:
                answer = await handle.result(rpc_timeout=ANSWER_WITHIN)
            except WorkflowFailureError as error:
                reason, because = _failure(error)
                return TrialScreen(trial, TrialState.FAILED, seconds, reason=reason, because=(because,))
        left_out = await self._telling(answer.left_out)
        return TrialScreen(trial, state, seconds, moves=answer.moves, left_out=left_out, kept=answer.kept)

    async def cancel(self, territory: TerritoryId, trial: str) -> None:
        """End a question; one that is over stays as it is.

        Raises:
            NotFoundError: There is no such question.
            UnavailableError: Temporal does not answer.
        """
        if (await self.look(territory, trial)).state is TrialState.RUNNING:
            handle = self._client.get_workflow_handle(trial_workflow_id(territory, trial))
            async with reaching_temporal(NotFoundError("trial", trial)):
                await handle.cancel(rpc_timeout=ANSWER_WITHIN)


def _failure(error: WorkflowFailureError) -> tuple[str, Because]:
    """Why a question failed, in English with every detail, and as a code."""
    cause = error.cause.cause if isinstance(error.cause, ActivityError) else error.cause
    if not isinstance(cause, ApplicationError):
        because = Because(BecauseCode.NO_PLANNER)
        return because.sentence, because
    known = refusal(cause)
    if isinstance(known, NotFoundError):
        return known.message, Because(BecauseCode.NOT_THERE, {"key": known.key})
    # A solver that crashed is unavailable too, under a code of its own.
    away = known.code == UnavailableError.code
    return known.message, Because(BecauseCode.RECORD_AWAY if away else BecauseCode.PLANNER_FAILED)
