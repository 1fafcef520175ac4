"""What the dispatcher's board sends, checked at the edge."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from api.forms import check_visit_id
from api.schemas import GivenText, Minutes, Short, Strict, example
from domain.because import Because, BecauseCode, told
from domain.ids import EngineerId, Sku
from domain.messages import Command, DraftMove, PublishMoves, SplitVisit
from domain.vocabulary import PinKind


class DraftMoveIn(Strict):
    """Where a visit should go; without engineer and arrival off the plan."""

    visit_id: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    engineer_id: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = None
    arrival: AwareDatetime | None = None
    pin: PinKind | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.engineer_id is None) != (self.arrival is None):
            raise ValueError("name engineer_id and arrival, or neither to take the visit off the plan")
        return self

    def to_domain(self) -> DraftMove:
        """The domain's form."""
        engineer = EngineerId(self.engineer_id) if self.engineer_id else None
        return DraftMove(check_visit_id(self.visit_id), engineer, self.arrival, self.pin)


DraftVersion = Annotated[int, Field(ge=0)]
Moves = Annotated[tuple[DraftMoveIn, ...], Field(max_length=200)]
A_MOVE = {"visit_id": "C-100042-V1", "engineer_id": "E-07", "arrival": "2026-03-02T10:30:00+01:00"}


class PreviewIn(Strict):
    """Moves whose consequences are asked for; without any, those of the draft."""

    model_config = example(moves=[A_MOVE])
    moves: Moves = ()


class DraftIn(Strict):
    """Moves for the territory's draft; ``base_version`` is the draft that was looked at."""

    model_config = example(moves=[A_MOVE], base_version=3)
    moves: Annotated[Moves, Field(min_length=1)]
    base_version: DraftVersion


class PublishMovesIn(Strict):
    """Publish the draft that was looked at (``base_version``): all of it, or the moves of some visits.

    Without a reason it was published from the board.
    """

    model_config = example(visit_ids=["C-100042-V1"], reason="Customer asked for it", base_version=3)
    base_version: DraftVersion
    visit_ids: Annotated[tuple[Short, ...], Field(min_length=1, max_length=200)] | None = None
    reason: GivenText | None = None

    def message(self, command: Command) -> PublishMoves:
        """The message for the territory's workflow."""
        chosen = None if self.visit_ids is None else tuple(check_visit_id(visit) for visit in self.visit_ids)
        because = () if self.reason is not None else (Because(BecauseCode.FROM_BOARD),)
        return PublishMoves(command, self.reason or told(because), chosen, self.base_version, because)


class PinIn(Strict):
    """What planning may not change about a booking; null sets it free."""

    model_config = example(kind="resource")
    kind: PinKind | None


class SplitIn(Strict):
    """How a long job becomes two visits. Parts stay with the first unless they are named for the second."""

    model_config = example(first_minutes=240, second_minutes=120, second_parts=["B001"])
    first_minutes: Minutes
    second_minutes: Minutes
    second_parts: Annotated[tuple[Short, ...], Field(max_length=50)] = ()

    def message(self, command: Command) -> SplitVisit:
        """The message for the visit's workflow."""
        first, second = timedelta(minutes=self.first_minutes), timedelta(minutes=self.second_minutes)
        return SplitVisit(command, first, second, tuple(Sku(sku) for sku in self.second_parts))
