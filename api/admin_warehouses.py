"""Warehouses as administrators see and change them: where they are, when they are open, whom they serve."""

from dataclasses import asdict, dataclass
from datetime import time
from typing import Any

from domain.calendars import Calendar, OpeningHours
from domain.errors import CalloutError, InvalidInputError, named
from models import tables as t
from models.reach import Reach
from models.repositories import administration, warehouses
from models.repositories.administration import By, ChangeLine, etag_of, kind_of
from models.session import Database, Session

_DAY = 24 * 60


class WarehouseNotEmptyError(CalloutError):
    """A warehouse cannot be retired while parts lie in it."""

    code = "warehouse_not_empty"
    http_status = 409

    def __init__(self, name: str, left: dict[str, int]) -> None:
        some = named([f"{units} × {sku}" for sku, units in left.items()])
        super().__init__(
            f"{name} is not empty: {some}. Transfer or write off what is free and let visits use the rest up, "
            "then retire it.",
            left=some,
        )


class WarehouseHoldsPartsError(CalloutError):
    """Visits of a territory that would not be served any more have parts there."""

    code = "warehouse_holds_parts"
    http_status = 409

    def __init__(self, name: str, visits: list[str]) -> None:
        some = named(visits)
        super().__init__(
            f"{name} holds parts for visits of other territories: {some}. "
            "Let it serve all territories until they are over.",
            visits=some,
        )


@dataclass(frozen=True)
class Stretch:
    """The warehouse is open on a weekday (0 is Monday); ``closes`` 00:00 is midnight at the end of the day."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True)
class WarehouseDraft:
    """What an administrator says of a warehouse.

    Attributes:
        territory_id: The territory that it serves; None serves all.
        time_zone: The IANA name of the zone of its opening hours.
        opening_hours: No stretch at all means open around the clock.
        handling_minutes: How long a pick-up takes.
        active: False retires it.
    """

    name: str
    territory_id: str | None
    time_zone: str
    latitude: float
    longitude: float
    opening_hours: tuple[Stretch, ...]
    handling_minutes: int
    active: bool


@dataclass(frozen=True)
class WarehouseLine(WarehouseDraft):
    """A warehouse in the list. ``units`` lie there; ``etag`` is what If-Match needs."""

    id: str
    units: int
    etag: str


class WarehouseDesk:
    """Holds the record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def warehouses(self, reach: Reach) -> list[WarehouseLine]:
        """Every warehouse within reach by name, retired ones included."""
        async with self._database.reading() as session:
            return [_line(house, units) for house, units in await warehouses.warehouses(session, reach)]

    async def history(self, warehouse_id: str, reach: Reach) -> list[ChangeLine]:
        """What was changed of a warehouse, the newest first.

        Raises:
            NotFoundError: There is none within reach.
        """
        async with self._database.reading() as session:
            await warehouses.require_warehouse(session, reach, warehouse_id)
            return await administration.history(session, _subject(warehouse_id))

    async def add(self, id_: str, draft: WarehouseDraft, by: By) -> WarehouseLine:
        """A new, empty warehouse. The next plan may call there as soon as something lies in it.

        Raises:
            InvalidInputError: A field breaks a rule, or the id is taken.
        """
        house = t.Warehouse(id=id_, **_columns(draft))
        _check(id_, draft)
        async with self._database.transaction() as session:
            if await administration.is_done(session, by):
                return await _as_it_is(session, id_)
            await warehouses.add(session, house)
            await administration.write_down(session, _subject(id_), "added", by, {}, _plain(house))
            return _line(house, 0)

    async def change(self, warehouse_id: str, draft: WarehouseDraft, seen: str | None, by: By) -> WarehouseLine:
        """Change, retire, or take into use again. Bookings stay as they are; the next plan goes by it.

        Raises:
            NotFoundError: There is no such warehouse.
            InvalidInputError: A field breaks a rule.
            WarehouseNotEmptyError: It would be retired, and parts lie in it.
            WarehouseHoldsPartsError: It would serve one territory, and visits of others have parts there.
            VersionMissingError, VersionChangedError: The caller has not seen the present state.
        """
        subject = _subject(warehouse_id)
        async with self._database.transaction() as session:
            house = await warehouses.locked_warehouse(session, warehouse_id)
            left = await warehouses.units_left(session, warehouse_id)
            if await administration.is_done(session, by):
                return _line(house, sum(left.values()))
            before = _plain(house)
            await administration.require_version(session, "This warehouse", subject, seen, etag_of(before))
            _check(warehouse_id, draft)
            await warehouses.require_territory(session, draft.territory_id)
            if left and not draft.active:
                raise WarehouseNotEmptyError(house.name, left)
            await _require_served(session, house, draft.territory_id)
            for name, value in _columns(draft).items():
                setattr(house, name, value)
            await administration.write_down(
                session, subject, kind_of(before["active"], draft.active), by, before, _plain(house)
            )
            return _line(house, sum(left.values()))


async def _as_it_is(session: Session, warehouse_id: str) -> WarehouseLine:
    house = await warehouses.locked_warehouse(session, warehouse_id)
    return _line(house, sum((await warehouses.units_left(session, warehouse_id)).values()))


async def _require_served(session: Session, house: t.Warehouse, territory_id: str | None) -> None:
    if territory_id is None or territory_id == house.territory_id:
        return
    if visits := await warehouses.held_outside(session, house.id, territory_id):
        raise WarehouseHoldsPartsError(house.name, list(visits))


def _check(name: str, draft: WarehouseDraft) -> None:
    """The opening hours are those of a calendar, and each stretch is long enough for a pick-up.

    Raises:
        InvalidInputError: A rule is broken.
    """
    hours = tuple(_opening(number, each) for number, each in enumerate(draft.opening_hours))
    try:
        Calendar(name, draft.time_zone, hours, always=not hours)
    except InvalidInputError as error:
        field = "opening_hours" if error.field == "hours" else error.field
        raise InvalidInputError(field, error.rule) from error
    for number, each in enumerate(draft.opening_hours):
        if _minutes(each) < draft.handling_minutes:
            rule = f"is shorter than a pick-up takes ({draft.handling_minutes} min): nobody could be served"
            raise InvalidInputError(f"opening_hours[{number}]", rule, why="too_short", weekday=each.weekday)


def _opening(number: int, stretch: Stretch) -> OpeningHours:
    try:
        return OpeningHours(stretch.weekday, stretch.opens, stretch.closes)
    except InvalidInputError as error:
        raise InvalidInputError(f"opening_hours[{number}].{error.field}", error.rule) from error


def _minutes(stretch: Stretch) -> int:
    """How long it is open; closing at midnight is at the end of the day."""
    opens, closes = (60 * each.hour + each.minute for each in (stretch.opens, stretch.closes))
    return (closes or _DAY) - opens


def _columns(draft: WarehouseDraft) -> dict[str, Any]:
    rows = [
        {"weekday": each.weekday, "opens": f"{each.opens:%H:%M}", "closes": f"{each.closes:%H:%M}"}
        for each in sorted(draft.opening_hours, key=lambda each: (each.weekday, each.opens))
    ]
    return asdict(draft) | {"opening_hours": rows}


def _line(house: t.Warehouse, units: int) -> WarehouseLine:
    plain = _plain(house)
    hours = tuple(
        Stretch(int(row["weekday"]), time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"]))
        for row in house.opening_hours
    )
    return WarehouseLine(**plain | {"opening_hours": hours}, id=house.id, units=units, etag=etag_of(plain))


def _plain(house: t.Warehouse) -> dict[str, Any]:
    return {
        "name": house.name,
        "territory_id": house.territory_id,
        "time_zone": house.time_zone,
        "latitude": house.latitude,
        "longitude": house.longitude,
        "opening_hours": house.opening_hours,
        "handling_minutes": house.handling_minutes,
        "active": house.active,
    }


def _subject(warehouse_id: str) -> str:
    return f"warehouse:{warehouse_id}"
