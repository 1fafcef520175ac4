"""The catalogue of parts, as administrators change it."""

from collections.abc import Sequence

from sqlalchemy import ScalarSelect, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import InvalidInputError, NotFoundError
from domain.vocabulary import VisitState
from models import tables as t

_OPEN = [state for state in VisitState if not state.is_final]


async def catalogue(session: AsyncSession, text: str | None, after: str | None, limit: int) -> list[tuple[t.Part, int]]:
    """Parts by number, retired ones included, with the units that lie anywhere.

    Args:
        text: A part of the number or the name.
        after: Only numbers behind this one.
    """
    row = t.Part
    asked = select(row, _units()).order_by(col(row.sku)).limit(limit)
    if text:
        asked = asked.where(
            or_(col(row.sku).icontains(text, autoescape=True), col(row.name).icontains(text, autoescape=True))
        )
    if after is not None:
        asked = asked.where(col(row.sku) > after)
    return [(part, int(units)) for part, units in await session.execute(asked)]


async def locked_part(session: AsyncSession, sku: str) -> tuple[t.Part, int]:
    """One part with the units that lie anywhere; none comes in until the transaction ends.

    Raises:
        NotFoundError: There is none with this number.
    """
    part = await session.get(t.Part, sku, with_for_update=True)
    if part is None:
        raise NotFoundError("part", sku)
    units = await session.scalar(select(_units()).select_from(t.Part).where(col(t.Part.sku) == sku))
    return part, int(units or 0)


async def add(session: AsyncSession, part: t.Part) -> None:
    """Add a part.

    Raises:
        InvalidInputError: The number is taken, whatever the case of its letters.
    """
    row = t.Part
    taken = await session.scalar(select(col(row.sku)).where(func.lower(col(row.sku)) == part.sku.lower()))
    if taken is not None:
        raise InvalidInputError("sku", f"part {taken!r} is there already; choose another number", why="taken")
    session.add(part)
    await session.flush()


async def is_known_by_serial(session: AsyncSession, sku: str) -> bool:
    """Whether a unit of a part ever came in with a serial number."""
    return bool(await session.scalar(select(exists().where(col(t.SerialNumber.sku) == sku))))


async def needed_by(session: AsyncSession, sku: str) -> Sequence[str]:
    """Open visits that need a part."""
    row = t.Visit
    needs = col(row.parts).contains([{"sku": sku}])
    asked = select(col(row.id)).where(col(row.state).in_(_OPEN), needs).order_by(col(row.id))
    return list(await session.scalars(asked))


def _units() -> ScalarSelect[int]:
    row = t.Stock
    return select(func.coalesce(func.sum(col(row.on_hand)), 0)).where(col(row.sku) == col(t.Part.sku)).scalar_subquery()
