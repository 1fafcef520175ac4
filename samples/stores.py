"""Warehouses and stock of the sample company."""

from random import Random

from domain.ids import LocationId, Sku, TerritoryId, van_of
from samples.catalogue import OUT_OF_STOCK, PARTS, SCARCE
from samples.company import Engineer, Part, Place, StockLine, Warehouse

WAREHOUSES = (
    Warehouse(LocationId("WH-BILLBROOK"), "Billbrook", Place(53.5330, 10.0860, "Billbrook")),
    Warehouse(LocationId("WH-EIDELSTEDT"), "Eidelstedt", Place(53.6060, 9.9010, "Eidelstedt")),
)
NEAREST: dict[TerritoryId, LocationId] = {
    TerritoryId("HH-WEST"): LocationId("WH-EIDELSTEDT"),
    TerritoryId("HH-NORTH"): LocationId("WH-BILLBROOK"),
    TerritoryId("HH-SOUTH"): LocationId("WH-BILLBROOK"),
}


def stock(seed: int, staff: tuple[Engineer, ...]) -> tuple[StockLine, ...]:
    """What lies in the warehouses and drives in the vans.

    Of a scarce part there is one piece in one warehouse; one part is nowhere.
    """
    draw = Random(f"{seed}:stock")
    lines = [_line(w.id, part, _in_warehouse(part.sku, w.id, draw)) for w in WAREHOUSES for part in PARTS]
    for engineer in staff:
        trades = {skill.name for skill in engineer.skills}
        for part in PARTS:
            carried = 0 if part.sku in SCARCE or part.sku == OUT_OF_STOCK else _in_van(part, trades, draw)
            lines.append(_line(van_of(engineer.id), part, carried))
    return tuple(line for line in lines if line.quantity)


def _in_warehouse(sku: Sku, warehouse: LocationId, draw: Random) -> int:
    if sku == OUT_OF_STOCK:
        return 0
    if sku in SCARCE:
        return 1 if warehouse == WAREHOUSES[0].id else 0
    return draw.randint(4, 18)


_CARRIED_BY = {"WP08": "refrigerant", "WP14": "refrigerant", "KZ12": "refrigerant", "KV40": "refrigerant",
               "GB24": "gas", "KO10": "electronics", "LF30": "ventilation", "SM50": "water"}  # fmt: skip


def _in_van(part: Part, trades: set[str], draw: Random) -> int:
    """Small parts of the engineer's own trade; the dear ones stay in the warehouse."""
    prefix = part.sku.split("-")[0]
    if prefix == "X":
        return draw.randint(2, 5)
    if _CARRIED_BY[prefix] not in trades or part.price_cents > 20_000:
        return 0
    return draw.choice((0, 1, 1, 2))


def _line(location: LocationId, part: Part, quantity: int) -> StockLine:
    serials = tuple(f"{part.sku}-{location}-{n + 1:03d}" for n in range(quantity)) if part.serialised else ()
    return StockLine(location, part.sku, quantity, serials)
