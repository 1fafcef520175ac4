"""The draft that a territory's dispatchers share: its moves, with who made them and when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import DraftChangedError, InvalidInputError, NotFoundError, WrongStateError
from domain.ids import EngineerId, TerritoryId, VisitId
from domain.messages import ChangeDraftRequest, DraftMove, DraftOutcome, DraftRequest, PublishMovesRequest
from domain.people import Actor
from domain.vocabulary import PinKind
from models import tables as t
from models.repositories import bookings, engineers
from models.repositories.changes_by_people import NOT_STARTED
from models.repositories.rows import locked


@dataclass(frozen=True)
class Drafted:
    """The move of a visit that counts.

    Attributes:
        version, booking_id: The visit as the dispatcher saw it.
    """

    visit: VisitId
    engineer: EngineerId | None
    arrival: datetime | None
    pin: PinKind | None
    version: int
    booking_id: str | None


async def drafted(session: AsyncSession, territory: str) -> list[Drafted]:
    """The move that counts for each visit, in the order in which they were made."""
    row = t.DraftChange
    newest = (
        select(col(row.id))
        .where(col(row.territory_id) == territory)
        .ext(distinct_on(col(row.visit_id)))
        .order_by(col(row.visit_id), col(row.id).desc())
    )
    found = await session.scalars(select(row).where(col(row.id).in_(newest)).order_by(col(row.id)))
    return [
        Drafted(
            visit=VisitId(r.visit_id),
            engineer=EngineerId(r.engineer_id) if r.engineer_id else None,
            arrival=r.arrival,
            pin=r.pin,
            version=r.visit_version,
            booking_id=r.booking_id,
        )
        for r in found
    ]


async def change_draft(session: AsyncSession, asked: ChangeDraftRequest) -> DraftOutcome:
    """Add a dispatcher's moves.

    Raises:
        DraftChangedError: Another dispatcher changed the draft meanwhile.
        NotFoundError: There is no such visit or engineer in the territory.
        WrongStateError: A visit has started, or is over.
        InvalidInputError: A place is half given, in the past, or without a time zone.
    """
    change, now = asked.change, asked.now
    if not change.moves:
        raise InvalidInputError("moves", "name at least one visit")
    visits = [move.visit_id for move in change.moves]
    draft = await _as_seen(session, asked.territory, change.command.actor, now, change.base_version, visits)
    for move in change.moves:
        _check_place(move, now)
        session.add(await _row(session, asked, move))
        await session.flush()
    return _next(draft, change.command.actor, now)


async def undo_draft(session: AsyncSession, asked: DraftRequest) -> DraftOutcome:
    """Take back the last change that this person made.

    Raises:
        NotFoundError: There is none.
    """
    draft = await _locked(session, asked.territory, asked.command.actor, asked.now)
    row = t.DraftChange
    own = select(col(row.command_id)).where(
        col(row.territory_id) == asked.territory,
        col(row.made_by) == asked.command.actor.id,
        col(row.made_by_role) == asked.command.actor.role,
    )
    last = await session.scalar(own.order_by(col(row.id).desc()).limit(1))
    if last is None:
        raise NotFoundError("change of yours in the draft of", asked.territory)
    await session.execute(delete(row).where(col(row.territory_id) == asked.territory, col(row.command_id) == last))
    return _next(draft, asked.command.actor, asked.now)


async def discard_draft(session: AsyncSession, asked: DraftRequest) -> DraftOutcome:
    """Forget every move.

    Raises:
        DraftChangedError: Another dispatcher changed the draft meanwhile.
    """
    draft = await _as_seen(session, asked.territory, asked.command.actor, asked.now, asked.base_version)
    await session.execute(delete(t.DraftChange).where(col(t.DraftChange.territory_id) == asked.territory))
    return _next(draft, asked.command.actor, asked.now)


async def require_as_seen(session: AsyncSession, asked: PublishMovesRequest) -> None:
    """Go on only if the draft is what the dispatcher who publishes it looked at.

    Raises:
        DraftChangedError: Another dispatcher changed it meanwhile.
    """
    moves = asked.moves
    await _as_seen(session, asked.territory, moves.command.actor, asked.now, moves.base_version, moves.visit_ids)


async def forget(
    session: AsyncSession, territory: TerritoryId, visits: Iterable[VisitId], actor: Actor, now: datetime
) -> int:
    """Take the moves of some visits out of the draft, since they were published; the draft's new version."""
    draft = await _locked(session, territory, actor, now)
    row = t.DraftChange
    gone = delete(row).where(col(row.territory_id) == territory, col(row.visit_id).in_(list(visits)))
    await session.execute(gone)
    return _next(draft, actor, now).version


async def _as_seen(
    session: AsyncSession,
    territory: str,
    actor: Actor,
    now: datetime,
    base_version: int | None,
    visits: Sequence[str] | None = None,
) -> t.Draft:
    """The draft, locked, at the version that was looked at; ``visits`` are those that are asked about, None for all."""
    draft = await _locked(session, territory, actor, now)
    if base_version is not None and draft.version != base_version:
        raise await _overtaken(session, draft, base_version, visits)
    return draft


async def _locked(session: AsyncSession, territory: str, actor: Actor, now: datetime) -> t.Draft:
    def blank() -> t.Draft:
        return t.Draft(
            territory_id=territory, version=0, updated_at=now, updated_by_role=actor.role, updated_by=actor.id
        )

    return await locked(session, t.Draft, territory, blank)


def _next(draft: t.Draft, actor: Actor, now: datetime) -> DraftOutcome:
    draft.version += 1
    draft.updated_at, draft.updated_by_role, draft.updated_by = now, actor.role, actor.id
    return DraftOutcome(draft.version)


async def _overtaken(
    session: AsyncSession, draft: t.Draft, base_version: int, visits: Sequence[str] | None
) -> DraftChangedError:
    """Who changed the draft last, and which of these visits are in it."""
    row = t.DraftChange
    asked = select(col(row.visit_id)).where(col(row.territory_id) == draft.territory_id).distinct()
    if visits is not None:
        asked = asked.where(col(row.visit_id).in_(visits))
    moved: Sequence[str] = (await session.scalars(asked)).all()
    by = f"{draft.updated_by_role}:{draft.updated_by}"
    return DraftChangedError(draft.version, base_version, by, tuple(sorted(moved)))


def _check_place(move: DraftMove, now: datetime) -> None:
    if (move.engineer is None) != (move.arrival is None):
        raise InvalidInputError("moves", f"{move.visit_id}: name engineer and arrival, or neither to take it off")
    if move.arrival is not None and (move.arrival.tzinfo is None or move.arrival < now):
        raise InvalidInputError("arrival", "must carry a time zone and not lie in the past")


async def _row(session: AsyncSession, asked: ChangeDraftRequest, move: DraftMove) -> t.DraftChange:
    visit = await session.get(t.Visit, move.visit_id)
    if visit is None or visit.territory_id != asked.territory:
        raise NotFoundError(f"visit in territory {asked.territory}", move.visit_id)
    if visit.state.is_final or visit.state.has_started:
        raise WrongStateError("visit", visit.id, visit.state, "move", NOT_STARTED)
    if move.engineer is not None:
        person = await engineers.engineer(session, move.engineer)
        if person.territory_id != asked.territory:
            raise NotFoundError(f"engineer in territory {asked.territory}", move.engineer)
    booking = await bookings.current(session, visit.id)
    command = asked.change.command
    return t.DraftChange(
        territory_id=asked.territory,
        visit_id=visit.id,
        command_id=command.id,
        engineer_id=move.engineer,
        arrival=move.arrival,
        pin=move.pin,
        visit_version=visit.version,
        booking_id=booking.id if booking else None,
        made_by_role=command.actor.role,
        made_by=command.actor.id,
        made_at=asked.now,
    )
