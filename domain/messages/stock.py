"""What stock keepers do."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import LocationId, Sku, TerritoryId
from domain.messages.shared import Command
from domain.messages.visit import BookingChanged
from domain.vocabulary import WriteOffReason


@dataclass(frozen=True)
class ReceiveStock:
    """Update ``receive_stock``: parts came into a stock location."""

    command: Command
    location: LocationId
    sku: Sku
    quantity: int
    serials: tuple[str, ...] = ()


@dataclass(frozen=True)
class TransferStock:
    """Update ``transfer_stock``: units go from one stock location to another; ``note`` says why, and may be empty."""

    command: Command
    location: LocationId
    to: LocationId
    sku: Sku
    quantity: int
    serials: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class WriteOffStock:
    """Update ``write_off_stock``: units are broken, lost or expired.

    ``release`` takes them even from visits that hold them; those lose their place and are planned anew.
    """

    command: Command
    location: LocationId
    sku: Sku
    quantity: int
    reason: WriteOffReason
    note: str
    serials: tuple[str, ...] = ()
    release: bool = False


@dataclass(frozen=True)
class CountStock:
    """Update ``count_stock``: so many units lie at a location, those included that are held for visits.

    What was sent to a visit already does not lie there. ``release`` as in ``WriteOffStock``.
    """

    command: Command
    location: LocationId
    sku: Sku
    counted: int
    serials: tuple[str, ...] = ()
    note: str = ""
    release: bool = False


@dataclass(frozen=True)
class StockRequest:
    """Activity input behind ``receive_stock``. Key: (territory workflow id, command id)."""

    territory: TerritoryId
    receipt: ReceiveStock
    now: datetime


@dataclass(frozen=True)
class TransferRequest:
    """Activity input behind ``transfer_stock``. Key: (source location, command id)."""

    territory: TerritoryId
    transfer: TransferStock
    now: datetime


@dataclass(frozen=True)
class WriteOffRequest:
    """Activity input behind ``write_off_stock``. Key: (location, command id)."""

    territory: TerritoryId
    write_off: WriteOffStock
    now: datetime


@dataclass(frozen=True)
class CountRequest:
    """Activity input behind ``count_stock``. Key: (location, command id)."""

    territory: TerritoryId
    count: CountStock
    now: datetime


@dataclass(frozen=True)
class StockKept:
    """Result of a transfer, a write-off or a count: who must hear of it.

    Attributes:
        planners: The territories whose plans may count on the stock that changed; none when nothing changed.
        changes: Visits that lost their place because their parts are gone.
    """

    planners: tuple[TerritoryId, ...] = ()
    changes: tuple[BookingChanged, ...] = ()
