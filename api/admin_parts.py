"""Parts as administrators see and change them: names, prices, and whether units have serial numbers."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from domain.errors import CalloutError, InvalidInputError, named
from models import tables as t
from models.repositories import administration, catalogue
from models.repositories.administration import By, ChangeLine, etag_of, kind_of
from models.session import Database


class PartNeededError(CalloutError):
    """A part cannot be retired while open visits need it."""

    code = "part_needed"
    http_status = 409

    def __init__(self, sku: str, visits: Sequence[str]) -> None:
        some = named(visits)
        super().__init__(f"Open visits need part {sku}: {some}. Retire it when they are over.", sku=sku, visits=some)


@dataclass(frozen=True)
class PartDraft:
    """What an administrator says of a part.

    Attributes:
        serialised: Its units are told apart by serial number.
        active: False retires it: nothing comes in any more; what lies in stock is used up.
    """

    name: str
    price_cents: int
    serialised: bool
    active: bool


@dataclass(frozen=True)
class PartLine(PartDraft):
    """A part in the list. ``units`` lie in warehouses and vans; ``etag`` is what If-Match needs."""

    sku: str
    units: int
    etag: str


@dataclass(frozen=True)
class PartPage:
    """Parts by number; ``next_after`` leads to the next page, None on the last one."""

    items: list[PartLine]
    next_after: str | None


class PartDesk:
    """Holds the record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def parts(self, text: str | None, after: str | None, limit: int) -> PartPage:
        """A page of parts, retired ones included.

        Args:
            text: A part of the number or the name.
            after: The last number of the page before.
        """
        async with self._database.reading() as session:
            found = await catalogue.catalogue(session, text, after, limit + 1)
        page = [_line(part, units) for part, units in found[:limit]]
        return PartPage(page, page[-1].sku if len(found) > limit else None)

    async def history(self, sku: str) -> list[ChangeLine]:
        """What was changed of a part, the newest first."""
        async with self._database.reading() as session:
            return await administration.history(session, _subject(sku))

    async def add(self, sku: str, draft: PartDraft, by: By) -> PartLine:
        """A new part.

        Raises:
            InvalidInputError: The number is taken.
        """
        part = t.Part(sku=sku, **asdict(draft))
        async with self._database.transaction() as session:
            if await administration.is_done(session, by):
                return _line(*await catalogue.locked_part(session, sku))
            await catalogue.add(session, part)
            await administration.write_down(session, _subject(sku), "added", by, {}, _plain(part))
            return _line(part, 0)

    async def change(self, sku: str, draft: PartDraft, seen: str | None, by: By) -> PartLine:
        """Change, retire, or take into use again. What cases were charged already stays as it is.

        Raises:
            NotFoundError: There is no such part.
            InvalidInputError: Units are there, so it must stay as it is whether they have serial numbers.
            PartNeededError: It would be retired, and open visits need it.
            VersionMissingError, VersionChangedError: The caller has not seen the present state.
        """
        async with self._database.transaction() as session:
            part, units = await catalogue.locked_part(session, sku)
            if await administration.is_done(session, by):
                return _line(part, units)
            before = _plain(part)
            await administration.require_version(session, "This part", _subject(sku), seen, etag_of(before))
            if draft.serialised != part.serialised and (units or await catalogue.is_known_by_serial(session, sku)):
                rule = "stays as it is: units came in already. Add another part instead"
                raise InvalidInputError("serialised", rule, why="settled")
            if part.active and not draft.active and (visits := await catalogue.needed_by(session, sku)):
                raise PartNeededError(sku, visits)
            for name, value in asdict(draft).items():
                setattr(part, name, value)
            await administration.write_down(
                session, _subject(sku), kind_of(before["active"], draft.active), by, before, _plain(part)
            )
            return _line(part, units)


def _line(part: t.Part, units: int) -> PartLine:
    plain = _plain(part)
    return PartLine(**plain, sku=part.sku, units=units, etag=etag_of(plain))


def _plain(part: t.Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "price_cents": part.price_cents,
        "serialised": part.serialised,
        "active": part.active,
    }


def _subject(sku: str) -> str:
    return f"part:{sku}"
