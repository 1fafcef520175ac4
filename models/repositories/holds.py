"""Held windows: who holds what until when. A case holds one at most; an expired one counts for nothing."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.case import VisitNeeds
from domain.holding import HeldSlot
from domain.ids import CaseId, EngineerId, TerritoryId
from domain.registration import ArrivalWindow
from domain.world import Point
from models import tables as t
from models.documents import from_json, to_json
from models.repositories.rows import table_of, take_turns


async def live(
    session: AsyncSession, territory: TerritoryId, now: datetime, asking: CaseId | None = None
) -> list[HeldSlot]:
    """The windows that are held in a territory, those of the asking case left out."""
    row = t.SlotHold
    asked = select(row).where(col(row.territory_id) == territory, col(row.expires_at) > now)
    if asking is not None:
        asked = asked.where(col(row.case_id) != asking)
    return [_held(hold) for hold in await session.scalars(asked.order_by(col(row.case_id)))]


async def of_case(session: AsyncSession, case_id: CaseId) -> HeldSlot | None:
    """The case's last hold, live or expired."""
    row = await session.get(t.SlotHold, case_id)
    return _held(row) if row else None


async def one_at_a_time(session: AsyncSession, territory: TerritoryId) -> None:
    """Let nobody else hold a window of the territory until this transaction ends."""
    await take_turns(session, f"hold {territory}")


async def keep(session: AsyncSession, territory: TerritoryId, hold: HeldSlot, by: str) -> None:
    """Hold a window for a case instead of the one that it held before."""
    values = {
        "id": hold.id,
        "territory_id": territory,
        "window_start": hold.window.start,
        "window_end": hold.window.end,
        "engineer_id": hold.engineer,
        "arrival": hold.arrival,
        "finish": hold.finish,
        "latitude": hold.point.latitude,
        "longitude": hold.point.longitude,
        "needs": to_json(VisitNeeds, hold.needs),
        "held_by": by,
        "held_at": hold.held_at,
        "expires_at": hold.expires,
    }
    written = insert(table_of(t.SlotHold)).values(case_id=hold.case_id, **values)
    await session.execute(written.on_conflict_do_update(index_elements=["case_id"], set_=values))


def _held(row: t.SlotHold) -> HeldSlot:
    return HeldSlot(
        id=row.id,
        case_id=CaseId(row.case_id),
        window=ArrivalWindow(row.window_start, row.window_end),
        engineer=EngineerId(row.engineer_id),
        arrival=row.arrival,
        finish=row.finish,
        point=Point(row.latitude, row.longitude),
        needs=from_json(VisitNeeds, row.needs),
        held_at=row.held_at,
        expires=row.expires_at,
    )
