"""Spare parts: where they are, and which visits hold them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlmodel import Field

from domain.vocabulary import PartSource, ReservationState
from models.columns import Row, choice, document, moment, reference

ACTIVE = tuple(state for state in ReservationState if state.is_active)
"""The states in which a reservation holds stock."""


AWAITED = text("source = 'shipment' AND state IN ('held', 'shipped')")
"""A part that is sent to its visit and is not there yet."""


HOLDING = text("state IN ('held', 'shipped', 'ready')")
"""A reservation that holds stock: those of a location's part are asked for when it is counted or listed."""


class LocationKind(StrEnum):
    """Where stock lies."""

    WAREHOUSE = "warehouse"
    VAN = "van"


class SerialState(StrEnum):
    """What became of one unit of a part with serial numbers."""

    IN_STOCK = "in_stock"
    USED = "used"
    WRITTEN_OFF = "written_off"


class Warehouse(Row, table=True):
    """A place where engineers pick up parts and from which parts are shipped.

    Attributes:
        territory_id: The territory that it serves; None serves all.
        opening_hours: As a territory's business hours, local there; empty means always.
        handling_minutes: How long a pick-up takes.
        active: False for a retired one, which is empty: nothing comes in, and no plan calls there.
    """

    __tablename__ = "warehouse"
    id: str = Field(primary_key=True)
    name: str
    territory_id: str | None = reference("territory.id", optional=True)
    time_zone: str
    latitude: float
    longitude: float
    opening_hours: list[dict[str, Any]] = document()
    handling_minutes: int = 10
    active: bool = True


class Part(Row, table=True):
    """A spare part. Units of a ``serialised`` part are told apart by serial number.

    Attributes:
        active: False for a retired one: nothing comes in any more; what still lies in stock is used up.
    """

    __tablename__ = "part"
    __table_args__ = (CheckConstraint("price_cents >= 0", name="price"),)
    sku: str = Field(primary_key=True)
    name: str
    price_cents: int
    serialised: bool = False
    active: bool = True


class StockLocation(Row, table=True):
    """A warehouse (with the warehouse's id) or an engineer's van (``VAN-<engineer id>``)."""

    __tablename__ = "stock_location"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'warehouse') = (warehouse_id IS NOT NULL) AND (kind = 'van') = (engineer_id IS NOT NULL)",
            name="owner",
        ),
    )
    id: str = Field(primary_key=True)
    kind: LocationKind = choice(LocationKind)
    warehouse_id: str | None = reference("warehouse.id", optional=True)
    engineer_id: str | None = reference("engineer.id", optional=True)


class Stock(Row, table=True):
    """How many units of a part lie at a location, and how many of them are held for visits."""

    __tablename__ = "stock"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="on_hand"),
        CheckConstraint("reserved >= 0", name="reserved"),
        CheckConstraint("reserved <= on_hand", name="available"),
    )
    location_id: str = reference("stock_location.id", key=True)
    sku: str = reference("part.sku", key=True)
    on_hand: int = 0
    reserved: int = 0


class Reservation(Row, table=True):
    """Units of a part that a booking holds. While it is active they count as ``reserved`` at the location."""

    __tablename__ = "reservation"
    __table_args__ = (
        Index("reservation_awaited_idx", "visit_id", postgresql_where=AWAITED),
        Index("reservation_held_idx", "location_id", "sku", postgresql_where=HOLDING),
        CheckConstraint("quantity > 0", name="quantity"),
    )
    id: str = Field(primary_key=True)
    booking_id: str = reference("booking.id", index=True)
    visit_id: str = reference("visit.id", index=True)
    location_id: str = reference("stock_location.id")
    sku: str = reference("part.sku")
    quantity: int
    source: PartSource = choice(PartSource)
    state: ReservationState = choice(ReservationState)
    ready_at: datetime | None = moment(optional=True)
    made_at: datetime = moment()
    ended_at: datetime | None = moment(optional=True)


class SerialNumber(Row, table=True):
    """One unit of a part with serial numbers.

    Attributes:
        location_id: Where it lies; None when it was used or written off.
        used_in: The visit that used it.
    """

    __tablename__ = "serial_number"
    __table_args__ = (
        CheckConstraint("(state = 'in_stock') = (location_id IS NOT NULL)", name="place"),
        Index("serial_number_location_idx", "location_id", "sku"),
    )
    sku: str = reference("part.sku", key=True)
    serial: str = Field(primary_key=True)
    state: SerialState = choice(SerialState)
    location_id: str | None = reference("stock_location.id", optional=True)
    used_in: str | None = reference("visit.id", optional=True)


class ReservationSerial(Row, table=True):
    """The very units that a reservation holds. The database refuses a unit that two reservations hold."""

    __tablename__ = "reservation_serial"
    __table_args__ = (
        ForeignKeyConstraint(["sku", "serial"], ["serial_number.sku", "serial_number.serial"]),
        Index("reservation_serial_held_key", "sku", "serial", unique=True, postgresql_where=text("active")),
    )
    reservation_id: str = reference("reservation.id", key=True)
    sku: str = Field(primary_key=True)
    serial: str = Field(primary_key=True)
    active: bool = True
