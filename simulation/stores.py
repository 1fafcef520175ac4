"""Stock keepers and carriers: shipments arrive about when they were expected; every morning brings what ran out."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.ids import CommandId
from domain.messages import Command, PartReceived, ReceiveStock
from domain.people import Actor, Role
from models.repositories.live_field import LiveShipment, Shortage
from samples.catalogue import OUT_OF_STOCK, SCARCE
from simulation.acts import Act
from simulation.behaviour import Behaviour
from simulation.draws import Draws, world_key

KEEPER = Actor(Role.STOCK_KEEPER, "stock-1")
DELIVERY = time(6)
_THURSDAY = 3
_PIECES_WAREHOUSE, _PIECES_VAN = 5, 1


class Stores:
    """Everybody who moves parts."""

    def __init__(self, draws: Draws, behaviour: Behaviour, time_zone: str) -> None:
        """Sets the world's chance, the usual deviation of a shipment, and the zone of the morning delivery."""
        self._draws = draws
        self._behaviour = behaviour
        self._zone = ZoneInfo(time_zone)

    def receive(self, shipment: LiveShipment) -> Act:
        """A shipped part arrives, a little early or late."""
        key = world_key(shipment.reservation)
        early_or_late = self._behaviour.shipment_spread * self._draws.of("carrier", key).gauss(0, 0.5)
        at = shipment.ready_at + early_or_late
        head = Command(CommandId(f"sim:{shipment.reservation}:received"), KEEPER, at)
        return Act(shipment.reservation, at, PartReceived(head))

    def restock(self, low: Shortage, now: datetime) -> Act | None:
        """The last morning delivery brought what had run out; rare parts come on Thursdays only."""
        local = now.astimezone(self._zone)
        if local.time() < DELIVERY:
            local -= timedelta(days=1)
        if low.sku == OUT_OF_STOCK or (low.sku in SCARCE and local.weekday() != _THURSDAY):
            return None
        quantity = _PIECES_VAN if low.is_van else _PIECES_WAREHOUSE
        head = Command(CommandId(f"sim:{low.location}:{low.sku}:{local:%Y%m%d}"), KEEPER)
        batch = f"{low.sku}-{low.location}-{local:%y%m%d}"
        serials = tuple(f"{batch}-{n}" for n in range(1, quantity + 1)) if low.serialised else ()
        return Act(low.territory, now, ReceiveStock(head, low.location, low.sku, quantity, serials))
