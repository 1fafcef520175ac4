"""The head of every command, what every answer and every line of the audit is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.because import Because
from domain.ids import CommandId
from domain.people import SYSTEM, Actor

MAX_EVENTS = 4_000  # a workflow continues as new beyond this; the server would suggest it at 4,096


@dataclass(frozen=True)
class Command:
    """The head of every command.

    Attributes:
        id: The caller's id; the same id twice changes nothing the second time.
        at: When the person acted (a phone that was offline sends it later); None means now. Never in the future.
    """

    id: CommandId
    actor: Actor
    at: datetime | None = None


EventData = Mapping[str, str | int | float | bool | None]


@dataclass(frozen=True)
class EventDraft:
    """One row of the audit: what happened, when, by whom, and why. ``data`` holds no contact data."""

    kind: str
    at: datetime
    actor: Actor = SYSTEM
    data: EventData = field(default_factory=dict)
    because: tuple[Because, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """The answer to a command: where the case or visit stands now."""

    id: str
    state: str
    version: int
    next_step: str = ""
    responsible: str = ""
    due_at: datetime | None = None
