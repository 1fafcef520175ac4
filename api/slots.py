"""Times that a customer may choose from. The console's slot offers implement it; without them there are none."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.errors import CalloutError
from domain.ids import CaseId
from domain.messages import Command, Receipt


@dataclass(frozen=True)
class SlotOffer:
    """A span in which an engineer can come. ``id`` chooses it."""

    id: str
    start: datetime
    end: datetime


class SlotGoneError(CalloutError):
    """The slot is not to be had any more."""

    code = "slot_gone"
    http_status = 409

    def __init__(self) -> None:
        super().__init__("This time is not to be had any more. Reload and choose another one.")


class Slots(Protocol):
    """Finds times for a case, and takes one."""

    async def offers(self, case_id: CaseId) -> list[SlotOffer]:
        """Times to choose from, the earliest first; none when nothing is to be chosen now."""

    async def choose(self, case_id: CaseId, slot_id: str, command: Command) -> Receipt:
        """Take one.

        Raises:
            SlotGoneError: Somebody else has it.
        """


class NoSlots:
    """Offers nothing: times are found by the plan alone."""

    async def offers(self, case_id: CaseId) -> list[SlotOffer]:  # noqa: ARG002
        """None."""
        return []

    async def choose(self, case_id: CaseId, slot_id: str, command: Command) -> Receipt:  # noqa: ARG002
        """Refuses."""
        raise SlotGoneError
