"""The draft that a territory's dispatchers share."""

from dataclasses import dataclass
from datetime import datetime

from domain.because import Because
from domain.ids import EngineerId, TerritoryId, VisitId
from domain.messages.shared import Command, Receipt
from domain.messages.visit import BookingChanged
from domain.vocabulary import PinKind


@dataclass(frozen=True)
class DraftMove:
    """Where a visit should go; without engineer and arrival off the plan.

    ``pin`` is what planning may not change afterwards; None means both.
    """

    visit_id: VisitId
    engineer: EngineerId | None = None
    arrival: datetime | None = None
    pin: PinKind | None = None


@dataclass(frozen=True)
class ChangeDraft:
    """Update ``change_draft``: a dispatcher moves visits in the territory's draft.

    ``base_version`` is the draft that the dispatcher saw; a newer one refuses the change.
    """

    command: Command
    moves: tuple[DraftMove, ...]
    base_version: int


@dataclass(frozen=True)
class UndoDraft:
    """Update ``undo_draft``: the dispatcher's own last change of the draft is taken back."""

    command: Command


@dataclass(frozen=True)
class DiscardDraft:
    """Update ``discard_draft``: nothing of the draft is kept.

    Attributes:
        base_version: The draft that was looked at; None takes whatever is in it.
    """

    command: Command
    base_version: int | None = None


@dataclass(frozen=True)
class PublishMoves:
    """Update ``publish_moves``: the draft's moves become bookings; all, or those of some visits.

    Attributes:
        base_version: The draft that was looked at; None takes whatever is in it.
        because: Empty when the dispatcher gave the reason.
    """

    command: Command
    reason: str
    visit_ids: tuple[VisitId, ...] | None = None
    base_version: int | None = None
    because: tuple[Because, ...] = ()


@dataclass(frozen=True)
class ChangeDraftRequest:
    """Activity input behind ``change_draft``. Key: (territory workflow id, command id)."""

    territory: TerritoryId
    change: ChangeDraft
    now: datetime


@dataclass(frozen=True)
class DraftRequest:
    """Activity input behind ``undo_draft`` and ``discard_draft``. Key: (territory workflow id, command id)."""

    territory: TerritoryId
    command: Command
    now: datetime
    base_version: int | None = None


@dataclass(frozen=True)
class DraftOutcome:
    """The draft's version after a change."""

    version: int


@dataclass(frozen=True)
class PublishMovesRequest:
    """Activity input behind ``publish_moves``. Key: (territory workflow id, command id)."""

    territory: TerritoryId
    moves: PublishMoves
    now: datetime


@dataclass(frozen=True)
class LeftAlone:
    """A visit that was not moved, and why."""

    visit_id: VisitId
    why: str
    because: tuple[Because, ...] = ()


@dataclass(frozen=True)
class MovesOutcome:
    """What publishing moves did: bookings made or changed, and what was left alone."""

    version: int
    changes: tuple[BookingChanged, ...] = ()
    left_alone: tuple[LeftAlone, ...] = ()


@dataclass(frozen=True)
class MovesReceipt(Receipt):
    """The answer to ``publish_moves``; ``moved`` names those too that had to follow."""

    moved: tuple[VisitId, ...] = ()
    left_alone: tuple[LeftAlone, ...] = ()
