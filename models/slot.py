"""Arrival windows that are held for a customer who is still deciding."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from models.columns import Row, document, moment, reference


class SlotHold(Row, table=True):
    """An engineer's time that is kept free for one case until ``expires_at``. A case holds one window at most.

    Attributes:
        window_start, window_end: When the customer would let the engineer arrive.
        engineer_id, arrival, finish: Whose time is kept, from where the offer came; planning may find another one.
        latitude, longitude: Where the visit would be.
        needs: What the visit would need (``VisitNeeds``).
    """

    __tablename__ = "slot_hold"
    __table_args__ = (
        Index("slot_hold_territory_idx", "territory_id", "expires_at"),
        CheckConstraint("window_start <= window_end AND arrival < finish AND held_at < expires_at", name="order"),
    )
    case_id: str = reference("service_case.id", key=True)
    id: str = Field(unique=True)
    territory_id: str = reference("territory.id")
    window_start: datetime = moment()
    window_end: datetime = moment()
    engineer_id: str = reference("engineer.id")
    arrival: datetime = moment()
    finish: datetime = moment()
    latitude: float
    longitude: float
    needs: dict[str, Any] = document()
    held_by: str
    held_at: datetime = moment()
    expires_at: datetime = moment()
