"""Single units of parts with serial numbers, as stock keepers name them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import StockError
from models import tables as t
from models.repositories.rows import among
from models.repositories.stock_held import SENT

_GONE = {
    t.SerialState.USED: "was used already. Check the number",
    t.SerialState.WRITTEN_OFF: "was written off. If it is there again, count the units",
}


async def lying_at(session: AsyncSession, location: str, sku: str, serials: Sequence[str]) -> list[t.SerialNumber]:
    """Named units, locked, if all of them lie at a location.

    Raises:
        StockError: One does not.
    """
    known = {unit.serial: unit for unit in await _locked(session, sku, serials)}
    for serial in sorted(serials):
        unit = known.get(serial)
        if unit is None:
            raise _wrong(sku, serial, "is not known. Check the number, or count the units")
        if unit.state in _GONE:
            raise _wrong(sku, serial, _GONE[unit.state])
        if unit.location_id != location:
            raise _wrong(sku, serial, f"does not lie at {location}. Check the number")
    return list(known.values())


def write_off(units: Iterable[t.SerialNumber]) -> None:
    """They lie nowhere any more."""
    for unit in units:
        unit.state, unit.location_id = t.SerialState.WRITTEN_OFF, None


@dataclass(frozen=True)
class Compared:
    """What was counted, beside what the record says.

    Attributes:
        missing: Units that should lie there and do not.
        found: Units that lie there and should not.
    """

    missing: tuple[str, ...] = ()
    found: tuple[str, ...] = ()

    @property
    def differences(self) -> list[str]:
        """As the list of movements says it."""
        return [f"-{serial}" for serial in self.missing] + [f"+{serial}" for serial in self.found]

    async def settle(self, session: AsyncSession, location: str, sku: str) -> None:
        """Let the record say what was counted."""
        write_off(await _locked(session, sku, self.missing))
        known = {unit.serial: unit for unit in await _locked(session, sku, self.found)}
        for unit in known.values():
            unit.state, unit.location_id = t.SerialState.IN_STOCK, location
        session.add_all(
            t.SerialNumber(sku=sku, serial=serial, state=t.SerialState.IN_STOCK, location_id=location)
            for serial in self.found
            if serial not in known
        )


async def compared(session: AsyncSession, location: str, part: t.Part, counted: Sequence[str]) -> Compared:
    """The units that were counted beside those on record; these are locked.

    Raises:
        StockError: One that was counted was used, was sent to a visit, or lies elsewhere by the record.
    """
    if not part.serialised:
        return Compared()
    unit, sku = t.SerialNumber, part.sku
    asked = select(unit).where(col(unit.sku) == sku, col(unit.location_id) == location).order_by(col(unit.serial))
    here = set()
    for row in await session.scalars(asked.with_for_update(key_share=True).execution_options(populate_existing=True)):
        here.add(row.serial)
    away = await _sent(session, location, sku)
    for row in await _locked(session, sku, counted):
        if row.serial in away:
            raise _wrong(sku, row.serial, f"was sent to visit {away[row.serial]}. Check the number")
        if row.state is t.SerialState.USED:
            raise _wrong(sku, row.serial, _GONE[row.state])
        if row.location_id not in {None, location}:
            raise _wrong(sku, row.serial, "lies at another location by the record. Transfer it from there")
    missing = here - away.keys() - set(counted)
    return Compared(tuple(sorted(missing)), tuple(sorted(set(counted) - here)))


async def _locked(session: AsyncSession, sku: str, serials: Sequence[str]) -> list[t.SerialNumber]:
    # Reserving a unit refers to its row, and holds the stock line then; this lock lets it.
    row = t.SerialNumber
    asked = select(row).where(col(row.sku) == sku, among(col(row.serial), serials)).order_by(col(row.serial))
    asked = asked.with_for_update(key_share=True)
    return list(await session.scalars(asked.execution_options(populate_existing=True)))


async def _sent(session: AsyncSession, location: str, sku: str) -> dict[str, str]:
    """Units that are on record here and were sent, with their visits."""
    unit, row = t.ReservationSerial, t.Reservation
    asked = (
        select(col(unit.serial), col(row.visit_id))
        .join(row, col(row.id) == col(unit.reservation_id))
        .where(col(row.location_id) == location, col(row.sku) == sku, col(unit.active), SENT)
    )
    found = await session.execute(asked)
    return {str(serial): str(visit) for serial, visit in found}


def _wrong(sku: str, serial: str, why: str) -> StockError:
    return StockError(f"Unit {serial} of {sku} {why}.", sku=sku, serial=serial)
