"""What a simulated person does: one command for one case, visit, shipment or stock location."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import CommandId
from domain.messages import (
    AcceptOffer,
    AnswerQuote,
    Arrive,
    ClassifyCase,
    Command,
    CompleteRegistration,
    ConfirmCase,
    DecideCase,
    DeclineOffer,
    Depart,
    FinishVisit,
    PartReceived,
    ReceiveStock,
    RecordCallBack,
    RecordDiagnosis,
    SettleHandOver,
)
from domain.people import Actor

Message = (
    CompleteRegistration
    | ClassifyCase
    | RecordDiagnosis
    | DecideCase
    | AnswerQuote
    | SettleHandOver
    | ConfirmCase
    | RecordCallBack
    | AcceptOffer
    | DeclineOffer
    | Depart
    | Arrive
    | FinishVisit
    | PartReceived
    | ReceiveStock
)


@dataclass(frozen=True)
class Act:
    """Somebody does something at a moment.

    Attributes:
        target: The id of the case, visit, reservation or territory that the command goes to.
        at: When the person acts, in virtual time.
    """

    target: str
    at: datetime
    message: Message


def command(what: str, target: str, turn: int, actor: Actor, at: datetime) -> Command:
    """The head of a simulated command.

    Args:
        turn: The number of the open step that is answered: one step is answered once, also after a restart.
    """
    return Command(CommandId(f"sim:{target}:{what}:{turn}"), actor, at)
