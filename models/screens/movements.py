"""The list of every change of stock, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import InvalidInputError
from domain.people import Role
from domain.vocabulary import MovementKind, WriteOffReason
from models import tables as t
from models.reach import Reach
from models.screens.stock import place_name

_LARGEST = 2**63 - 1


@dataclass(frozen=True)
class MovementLine:
    """One change of one part at one location.

    Attributes:
        units: By how much what lies there changed.
        held: By how much what is held for visits changed.
        on_hand: What lay there afterwards.
        counted: For a count, what was there.
        other_location: For a transfer, where the units went or came from; None when that is out of reach.
        visit_id: Whose booking held, gave back or used them; None when that is out of reach.
        serials: The units that were named; for a count those that differed, ``-`` missing and ``+`` found.
        actor_role, actor_id: Who did it; None for what a visit's booking did.
    """

    id: int
    at: datetime
    kind: MovementKind
    location: str
    location_name: str
    sku: str
    name: str
    units: int
    held: int
    on_hand: int
    counted: int | None
    other_location: str | None
    visit_id: str | None
    reason: WriteOffReason | None
    note: str
    serials: str
    actor_role: Role | None
    actor_id: str | None


@dataclass(frozen=True)
class MovementPage:
    """A page, the newest first; ``next_cursor`` is None on the last one."""

    items: list[MovementLine]
    next_cursor: str | None


@dataclass(frozen=True)
class MovementFilter:
    """Which movements are asked for.

    Attributes:
        location: Of this location alone; one out of reach has none.
        text: A part of the part's number or name.
        kinds: Of these kinds alone; empty for all.
    """

    location: str | None = None
    text: str | None = None
    kinds: Sequence[MovementKind] = ()


async def movements(
    session: AsyncSession, reach: Reach, wanted: MovementFilter, cursor: str | None, limit: int
) -> MovementPage:
    """A page of movements at locations within reach; those of warehouses that are retired by now are among them.

    Raises:
        InvalidInputError: The cursor was not made here.
    """
    row, part, place, visit = t.StockMovement, t.Part, t.StockLocation, t.Visit
    asked = (
        select(row, col(part.name), place_name(), _other(reach), col(visit.id))
        .join(part, col(part.sku) == col(row.sku))
        .join(place, col(place.id) == col(row.location_id))
        .outerjoin(t.Warehouse, col(t.Warehouse.id) == col(place.warehouse_id))
        .outerjoin(t.Engineer, col(t.Engineer.id) == col(place.engineer_id))
        .outerjoin(visit, and_(col(visit.id) == col(row.visit_id), reach.visits))
        .where(_within(reach))
        .order_by(col(row.id).desc())
        .limit(limit + 1)
    )
    if wanted.location:
        asked = asked.where(col(row.location_id) == wanted.location)
    if wanted.text:
        fits = (each.icontains(wanted.text, autoescape=True) for each in (col(part.sku), col(part.name)))
        asked = asked.where(or_(*fits))
    if wanted.kinds:
        asked = asked.where(col(row.kind).in_(wanted.kinds))
    if cursor:
        asked = asked.where(col(row.id) < _from_cursor(cursor))
    found = [_line(*each) for each in await session.execute(asked)]
    page = found[:limit]
    return MovementPage(page, str(page[-1].id) if len(found) > limit else None)


def _line(row: t.StockMovement, part: str, place: str, other: str | None, visit: str | None) -> MovementLine:
    return MovementLine(
        id=row.id or 0,
        at=row.at,
        kind=row.kind,
        location=row.location_id,
        location_name=place,
        sku=row.sku,
        name=part,
        units=row.units,
        held=row.held,
        on_hand=row.on_hand,
        counted=row.counted,
        other_location=other,
        visit_id=visit,
        reason=row.reason,
        note=row.note,
        serials=", ".join(row.serials),
        actor_role=row.actor_role,
        actor_id=row.actor_id,
    )


def _within(reach: Reach) -> ColumnElement[bool]:
    place = t.StockLocation
    return or_(
        and_(col(place.warehouse_id).is_not(None), reach.warehouses),
        and_(col(place.engineer_id).is_not(None), reach.engineers),
    )


def _other(reach: Reach) -> Any:
    """The other end of a transfer, if it is within reach."""
    place = t.StockLocation
    asked = (
        select(col(place.id))
        .select_from(place)
        .outerjoin(t.Warehouse, col(t.Warehouse.id) == col(place.warehouse_id))
        .outerjoin(t.Engineer, col(t.Engineer.id) == col(place.engineer_id))
        .where(col(place.id) == col(t.StockMovement.other_location_id), _within(reach))
    )
    return asked.correlate(t.StockMovement).scalar_subquery()


def _from_cursor(cursor: str) -> int:
    if not cursor.isascii() or not cursor.isdigit() or int(cursor) > _LARGEST:
        raise InvalidInputError("cursor", "must be the next_cursor of the page before")
    return int(cursor)
