"""The list of every change of stock, as it is written."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.people import Actor
from domain.vocabulary import MovementKind, WriteOffReason
from models import tables as t
from models.repositories.rows import table_of

_APPEND = insert(table_of(t.StockMovement))
Line = dict[str, Any]


def by_visit(place: tuple[str, str], visit_id: str, units: int, held: int, on_hand: int, now: datetime) -> Line:
    """What a visit's booking did: it held units, gave them back, or used them (and gave back the rest)."""
    kind = MovementKind.USED if units else MovementKind.RESERVED if held > 0 else MovementKind.RELEASED
    return _line(place, kind, units, on_hand, now) | {"held": held, "visit_id": visit_id}


def by_person(
    place: tuple[str, str],
    kind: MovementKind,
    units: int,
    on_hand: int,
    actor: Actor,
    now: datetime,
    *,
    serials: Sequence[str] = (),
    note: str = "",
    other: str | None = None,
    counted: int | None = None,
    reason: WriteOffReason | None = None,
) -> Line:
    """What somebody did. Arguments as the columns of the table."""
    return _line(place, kind, units, on_hand, now) | {
        "actor_role": actor.role,
        "actor_id": actor.id,
        "serials": list(serials),
        "note": note,
        "other_location_id": other,
        "counted": counted,
        "reason": reason,
    }


async def append(session: AsyncSession, lines: Sequence[Line]) -> None:
    """Add lines in their order, all of them by visits or all of them by people."""
    if lines:
        await session.execute(_APPEND, list(lines))


def _line(place: tuple[str, str], kind: MovementKind, units: int, on_hand: int, now: datetime) -> Line:
    return {
        "at": now,
        "kind": kind,
        "location_id": place[0],
        "sku": place[1],
        "units": units,
        "held": 0,
        "on_hand": on_hand,
        "note": "",
        "serials": [],
    }
