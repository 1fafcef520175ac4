"""What stock keepers send, checked at the edge."""

from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas import Quantity, Short, Strict, example
from domain.ids import LocationId, Sku
from domain.messages import Command, CountStock, TransferStock, WriteOffStock
from domain.vocabulary import WriteOffReason


class AtLocation(Strict):
    """Units of a part at a stock location; serial numbers where the part's units have them."""

    location: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    sku: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    serials: Annotated[tuple[Short, ...], Field(max_length=1000)] = ()


class TransferIn(AtLocation):
    """Units go to another stock location."""

    model_config = example(location="WH-NORTH", to="VAN-E001", sku="WP08-FAN", quantity=2, note="For Monday")
    to: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    quantity: Quantity
    note: Short = ""

    def message(self, command: Command) -> TransferStock:
        """The message for the workflow."""
        here, there = LocationId(self.location), LocationId(self.to)
        return TransferStock(command, here, there, Sku(self.sku), self.quantity, self.serials, self.note)


class WriteOffIn(AtLocation):
    """Units are broken, lost or expired. With ``release`` even visits that hold them give them up."""

    model_config = example(location="WH-NORTH", sku="WP08-FAN", quantity=1, reason="broken", note="Fell from the shelf")
    quantity: Quantity
    reason: WriteOffReason
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    release: bool = False

    def message(self, command: Command) -> WriteOffStock:
        """The message for the workflow."""
        return WriteOffStock(
            command,
            LocationId(self.location),
            Sku(self.sku),
            self.quantity,
            self.reason,
            self.note,
            self.serials,
            self.release,
        )


class CountIn(AtLocation):
    """So many units lie there, held ones included, without those that were sent to visits. ``release`` as above."""

    model_config = example(location="WH-NORTH", sku="WP08-FAN", counted=7, note="Yearly count")
    counted: Annotated[int, Field(ge=0, le=100_000)]
    note: Short = ""
    release: bool = False

    def message(self, command: Command) -> CountStock:
        """The message for the workflow."""
        here = LocationId(self.location)
        return CountStock(command, here, Sku(self.sku), self.counted, self.serials, self.note, self.release)
