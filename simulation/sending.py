"""Sends what simulated people do the way real people's commands go: as updates of workflows."""

import logging
from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum

from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError

from api.commands import Commands
from api.reaching import ANSWER_WITHIN
from domain.errors import CalloutError
from domain.ids import CaseId, CommandId, ReservationId, TerritoryId, VisitId
from domain.messages import (
    AcceptOffer,
    AnswerQuote,
    Arrive,
    ClassifyCase,
    CompleteRegistration,
    ConfirmCase,
    DecideCase,
    DeclineOffer,
    Depart,
    FinishVisit,
    PartReceived,
    Receipt,
    ReceiveStock,
    RecordCallBack,
    RecordDiagnosis,
    SettleHandOver,
)
from simulation.acts import Act, Message
from workflows.ids import parts_workflow_id

log = logging.getLogger("callout.people")


class Answer(StrEnum):
    """What became of an act."""

    DONE = "done"
    REFUSED = "refused"
    UNANSWERED = "unanswered"


class _To(StrEnum):
    CASE = "case"
    VISIT = "visit"
    PART = "part"
    TERRITORY = "territory"


_UPDATES: dict[type[Message], tuple[_To, str]] = {
    CompleteRegistration: (_To.CASE, "complete_registration"),
    ClassifyCase: (_To.CASE, "classify"),
    RecordDiagnosis: (_To.CASE, "diagnose"),
    DecideCase: (_To.CASE, "decide"),
    AnswerQuote: (_To.CASE, "answer_quote"),
    SettleHandOver: (_To.CASE, "settle"),
    ConfirmCase: (_To.CASE, "confirm"),
    RecordCallBack: (_To.CASE, "call_back"),
    AcceptOffer: (_To.VISIT, "accept"),
    DeclineOffer: (_To.VISIT, "decline"),
    Depart: (_To.VISIT, "depart"),
    Arrive: (_To.VISIT, "arrive"),
    FinishVisit: (_To.VISIT, "finish"),
    PartReceived: (_To.PART, "received"),
    ReceiveStock: (_To.TERRITORY, "receive_stock"),
}


@dataclass
class Sender:
    """Sends acts; remembers which commands were refused, so that the next try counts as a new one.

    Attributes:
        sent: How many acts were answered with each answer.
        refusals: Which kinds of acts were refused, and with which code.
    """

    commands: Commands
    client: Client
    refused: dict[str, int] = field(default_factory=dict)
    sent: dict[Answer, int] = field(default_factory=lambda: dict.fromkeys(Answer, 0))
    refusals: Counter[str] = field(default_factory=Counter)

    async def send(self, act: Act) -> Answer:
        """Carry one act out; a refusal is a normal answer (somebody else was faster), silence may be tried again."""
        given = act.message.command.id
        tries = self.refused.get(given, 0)
        message = _numbered(act.message, tries) if tries else act.message
        code = ""
        try:
            await self._update(act.target, message)
        except CalloutError as error:
            answer, code = (Answer.UNANSWERED if error.retryable else Answer.REFUSED), error.code
        except (RPCError, WorkflowUpdateRPCTimeoutOrCancelledError):
            answer = Answer.UNANSWERED
        except WorkflowUpdateFailedError as error:
            answer, code = Answer.REFUSED, type(error.cause).__name__
        else:
            answer = Answer.DONE
        if answer is Answer.REFUSED:
            self.refused[given] = tries + 1
            self.refusals[f"{_UPDATES[type(message)][1]}: {code}"] += 1
            log.info("act_refused", extra={"target": act.target, "command": message.command.id, "code": code})
        self.sent[answer] += 1
        return answer

    async def _update(self, target: str, message: Message) -> None:
        to, name = _UPDATES[type(message)]
        match to:
            case _To.CASE:
                await self.commands.case(CaseId(target), name, message)
            case _To.VISIT:
                await self.commands.visit(VisitId(target), name, message)
            case _To.TERRITORY:
                await self.commands.territory(TerritoryId(target), name, message)
            case _To.PART:
                handle = self.client.get_workflow_handle(parts_workflow_id(ReservationId(target)))
                await handle.execute_update(
                    name, message, id=message.command.id, result_type=Receipt, rpc_timeout=ANSWER_WITHIN
                )


def _numbered(message: Message, tries: int) -> Message:
    """The same command under another id: an update that failed would only fail again under its first one."""
    head = message.command
    return replace(message, command=replace(head, id=CommandId(f"{head.id}:r{tries}")))
