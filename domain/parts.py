"""Parts: what a visit needs, what it holds, what was used."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import LocationId, ReservationId, Sku
from domain.vocabulary import PartSource


@dataclass(frozen=True)
class PartNeed:
    """A part that a visit needs, with its quantity (1 or more)."""

    sku: Sku
    quantity: int = 1


@dataclass(frozen=True)
class PartUsed:
    """A part that an engineer used, with the serial number where the part has one."""

    sku: Sku
    quantity: int = 1
    serial: str | None = None


@dataclass(frozen=True)
class ReservationFact:
    """A reservation that a booking holds.

    Attributes:
        location: The stock location that the part comes from.
        ready_at: When a shipped part is expected to be there; None for van and warehouse.
    """

    id: ReservationId
    sku: Sku
    quantity: int
    source: PartSource
    location: LocationId
    ready_at: datetime | None = None
