"""The dispatchers' draft, and the optimiser's plan that waits to be approved, as the board shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import tables as t
from models.screens.board_lines import DraftLine, DraftPlace, DraftScreen, HeldPlan


@dataclass(frozen=True)
class DraftState:
    """A territory's draft. ``people`` are the names of those who changed it, by actor."""

    version: int
    draft: DraftScreen | None
    people: dict[str, str]


async def draft_screen(session: AsyncSession, territory_id: str) -> DraftState:
    """The draft's version, which counts on for ever, the draft if there is one, and who changed it."""
    draft = await session.get(t.Draft, territory_id)
    if draft is None:
        return DraftState(0, None, {})
    lines = await _lines(session, territory_id)
    actors = {f"{draft.updated_by_role}:{draft.updated_by}", *(line.made_by for line in lines)}
    return DraftState(
        draft.version, DraftScreen(draft.version, lines) if lines else None, await _names(session, actors)
    )


async def _names(session: AsyncSession, actors: Iterable[str]) -> dict[str, str]:
    """The names of those who are users."""
    ids = {actor: actor.partition(":")[2] for actor in actors}
    row = t.User
    asked = select(col(row.id), col(row.name)).where(col(row.id).in_(sorted(set(ids.values()))))
    names = {found.id: found.name for found in await session.execute(asked)}
    return {actor: names[id_] for actor, id_ in sorted(ids.items()) if id_ in names}


async def _lines(session: AsyncSession, territory_id: str) -> list[DraftLine]:
    row, visit, booking = t.DraftChange, t.Visit, t.Booking
    newest = (
        select(col(row.id))
        .where(col(row.territory_id) == territory_id)
        .ext(distinct_on(col(row.visit_id)))
        .order_by(col(row.visit_id), col(row.id).desc())
    )
    occupies = and_(col(booking.visit_id) == col(visit.id), col(booking.state).in_(t.OCCUPYING))
    asked = (
        select(row, visit, booking)
        .join(visit, col(visit.id) == col(row.visit_id))
        .outerjoin(booking, occupies)
        .where(col(row.id).in_(newest))
        .order_by(col(row.id))
    )
    return [_line(*found) for found in await session.execute(asked)]


def _line(change: t.DraftChange, visit: t.Visit, booking: t.Booking | None) -> DraftLine:
    before = DraftPlace(booking.engineer_id, booking.arrival, booking.finish) if booking else None
    same = change.visit_version == visit.version and change.booking_id == (booking.id if booking else None)
    return DraftLine(
        visit_id=visit.id,
        case_id=visit.case_id,
        before=before,
        to=_to(change.engineer_id, change.arrival, visit.duration_seconds),
        pin=change.pin,
        made_by=f"{change.made_by_role}:{change.made_by}",
        made_at=change.made_at,
        stale=not same,
    )


def _to(engineer: str | None, arrival: datetime | None, seconds: int) -> DraftPlace | None:
    if engineer is None or arrival is None:
        return None
    return DraftPlace(engineer, arrival, arrival + timedelta(seconds=seconds))


async def held_plan(session: AsyncSession, territory_id: str) -> HeldPlan | None:
    """The plan that was held back in the last round: the one right before the newest published one."""
    row = t.Plan
    ours = col(row.territory_id) == territory_id
    last = select(func.max(col(row.number))).where(ours, col(row.state) == t.PlanState.PUBLISHED).scalar_subquery()
    draft = col(row.plan)["draft"]
    moves = func.jsonb_array_length(draft["bookings"]) + func.jsonb_array_length(draft["taken_off"])
    asked = select(col(row.id), moves).where(ours, col(row.state) == t.PlanState.DRAFT, col(row.number) == last - 1)
    found = (await session.execute(asked)).one_or_none()
    return HeldPlan(found[0], found[1]) if found else None
