"""Reservations as their own workflow moves them on."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import NotFoundError, WrongStateError
from domain.messages import ReservationChange
from domain.vocabulary import ReservationState
from models import tables as t
from models.repositories import commands, events, parts


async def record(session: AsyncSession, change: ReservationChange) -> None:
    """Move a reservation on, with its event.

    A reservation that the visit has settled already (used up or given back) stays as it is; the event then says
    how it ended.

    Raises:
        NotFoundError: There is no such reservation.
        WrongStateError: A part that is no longer held cannot be shipped or received.
    """
    key = commands.CommandKey(change.workflow_id, change.command_id, "record_reservation")
    if not await commands.begin(session, key, change.now):
        return
    row = await session.get(t.Reservation, change.reservation_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError("reservation", change.reservation_id)
    if row.state.is_active:
        await _move(session, row, change)
    elif change.state.is_active:
        raise WrongStateError("part", row.id, row.state, change.state, "held")
    event = replace(change.event, data={**change.event.data, "state": row.state.value})
    await events.append(session, key, [event], change.now, case_id=change.case_id, visit_id=change.visit_id)


async def _move(session: AsyncSession, row: t.Reservation, change: ReservationChange) -> None:
    if change.state.is_active:
        row.state = change.state
        if change.state is ReservationState.READY:
            row.ready_at = change.event.at
        await session.flush()
        return
    moves = parts.StockMoves(change.now)
    moves.hold((row.location_id, row.sku), -row.quantity, row.visit_id)
    if change.state is ReservationState.CONSUMED:
        moves.take((row.location_id, row.sku), row.quantity, row.visit_id)
    await moves.write(session)
    await parts.end_reservations(session, [row], change.state, change.now)
