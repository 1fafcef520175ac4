"""The record of a visit, written from the state of its workflow; its booking and parts follow."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import NotFoundError, PinnedError, StaleBookingError
from domain.messages import RecordedVisit, VisitChange
from domain.parts import PartNeed
from domain.registration import ArrivalWindow
from domain.visit import VisitProgress, VisitReport
from domain.vocabulary import BookingState, VisitState
from models import tables as t
from models.documents import to_json
from models.errors import StaleVersionError
from models.repositories import bookings, checklists, commands, events
from models.repositories.consumption import consume
from models.repositories.rows import locked

HOUR = timedelta(hours=1)


async def record(session: AsyncSession, change: VisitChange) -> RecordedVisit:
    """Write a visit's new state, its booking and parts, and its events.

    A repeated command adds no event. It still writes a state that is newer than the record's: a workflow that was
    interrupted may bring the same command again on top of another one.

    Raises:
        StaleBookingError: The change rests on a booking that a newer plan has replaced or taken off.
        PinnedError: The visit was to be split, and a person fixed its place.
        StaleVersionError: The record is at a later version.
        StockError: Parts were used that were not held and are not in the van.
        InvalidInputError: The report names a part that does not exist, or lacks a serial number; or it answers what
            the visit's checklist does not ask.
        ChecklistIncompleteError: The report leaves out required items of the visit's checklist.
        NotFoundError: The case has no site, so nobody can go there.
    """
    progress, now = change.progress, change.now
    key = commands.CommandKey(change.workflow_id, change.command_id, "record_visit")
    is_new = await commands.begin(session, key, now)
    row = await _locked_row(session, progress, now)
    if is_new and progress.version < row.progress_version:
        raise StaleVersionError("visit", progress.visit_id, progress.version, row.progress_version)
    if is_new or progress.version > row.progress_version:
        await _settle_checklist(session, row, progress)
        await _settle_booking(session, row, change)
        before = _planned_from(row)
        _project(row, progress, now)
        row.version += before != _planned_from(row)
        await session.flush()
    if is_new:
        await events.append(session, key, change.events, now, case_id=progress.case_id, visit_id=progress.visit_id)
    return RecordedVisit(row.parts_cents)


async def _locked_row(session: AsyncSession, progress: VisitProgress, now: datetime) -> t.Visit:
    known = await session.get(t.Visit, progress.visit_id, with_for_update=True, populate_existing=True)
    if known is not None:
        return known
    site = await session.scalar(select(col(t.Case.site_id)).where(col(t.Case.id) == progress.case_id))
    if site is None:
        raise NotFoundError("site of case", progress.case_id)
    blank = t.Visit(
        id=progress.visit_id,
        case_id=progress.case_id,
        territory_id=progress.territory,
        site_id=site,
        number=int(progress.visit_id.rpartition("-V")[2]),
        state=VisitState.REQUESTED,
        state_since=now,
        responsible=progress.responsible,
        severity=progress.severity,
        priority=progress.severity.priority,
        after_visit_id=progress.after,
        requested_at=now,
        updated_at=now,
        **_needs(progress),
    )
    return await locked(session, t.Visit, progress.visit_id, lambda: blank)


async def _settle_checklist(session: AsyncSession, row: t.Visit, progress: VisitProgress) -> None:
    if progress.arrived_at is not None and row.arrived_at is None:
        await checklists.pin(session, row, progress.checklists_seen)
    if progress.report is not None and row.report is None:
        await checklists.check_report(session, row, progress.report)


# --- the booking ---------------------------------------------------------------------------------------------


async def _settle_booking(session: AsyncSession, row: t.Visit, change: VisitChange) -> None:
    progress, now = change.progress, change.now
    booking = await bookings.current(session, progress.visit_id)
    if progress.state is VisitState.CANCELLED:
        # Whatever the plan says by now: nobody goes there.
        await bookings.release(session, [booking] if booking else [], "visit cancelled", now)
    elif progress.booking is None:
        await _give_up(session, booking, change)
    elif booking is not None and booking.id == progress.booking.id:
        await _follow(session, row, booking, progress, now)
    elif (row.booking_id, row.state) != (progress.booking.id, progress.state):
        raise StaleBookingError(progress.visit_id, progress.booking.id, booking.id if booking else None)


async def _give_up(session: AsyncSession, booking: t.Booking | None, change: VisitChange) -> None:
    if booking is None or change.releases is None:
        return
    if booking.id != change.releases:
        raise StaleBookingError(change.progress.visit_id, change.releases, booking.id)
    if booking.pin is not None and any(event.kind == "visit_split" for event in change.events):
        raise PinnedError(change.progress.visit_id)
    reason = str(change.events[-1].data.get("reason") or change.events[-1].kind) if change.events else ""
    await bookings.release(session, [booking], reason, change.now)


async def _follow(
    session: AsyncSession, row: t.Visit, booking: t.Booking, progress: VisitProgress, now: datetime
) -> None:
    state = bookings.STATE_OF[progress.state]
    if state is BookingState.DONE:
        used = progress.report.parts_used if progress.report else ()
        row.parts_cents = await consume(session, booking, used, now)
        booking.arrival = progress.arrived_at or booking.arrival
        booking.finish = max(progress.finished_at or now, booking.arrival)
        booking.ended_at = now
    booking.state = state
    await session.flush()


# --- the row -------------------------------------------------------------------------------------------------


def _project(row: t.Visit, progress: VisitProgress, now: datetime) -> None:
    step, report = progress.step, progress.report
    if row.state != progress.state:
        row.state, row.state_since = progress.state, now
    for name, value in _needs(progress).items():
        setattr(row, name, value)
    row.next_step = step.name if step else None
    row.step_number = progress.steps_opened
    row.step_since = step.since if step else None
    row.due_at = step.due_at if step else None
    row.responsible = progress.responsible
    row.severity, row.priority = progress.severity, progress.severity.priority
    row.territory_id = progress.territory
    row.booking_id = progress.booking.id if progress.booking else None
    row.offers = progress.offers
    row.offered_at, row.accepted_at = progress.offered_at, progress.accepted_at
    row.departed_at, row.arrived_at = progress.departed_at, progress.arrived_at
    row.finished_at = progress.finished_at
    if report is not None:
        row.outcome, row.report = report.outcome, to_json(VisitReport, report)
        row.labour_cents = round(report.labour / HOUR * progress.terms.labour_cents_per_hour)
    if progress.departed_at and progress.arrived_at:
        way = progress.arrived_at - progress.departed_at
        row.travel_cents = round(way / HOUR * progress.terms.travel_cents_per_hour)
    row.updated_at, row.progress_version = now, progress.version


def _needs(progress: VisitProgress) -> dict[str, Any]:
    needs = progress.needs
    return {
        "duration_seconds": round(needs.duration.total_seconds()),
        "skills": needs.skills,
        "tools": list(needs.tools),
        "parts": to_json(tuple[PartNeed, ...], needs.parts),
        "windows": to_json(tuple[ArrivalWindow, ...], needs.windows),
        "latest_sla_end": progress.resolve_due,
        "dispatch_due": progress.dispatch_due,
        "on_site_due": progress.on_site_due,
        "preferred_engineer_id": progress.preferred,
        "excluded_engineers": list(progress.excluded),
    }


def _planned_from(row: t.Visit) -> tuple[Any, ...]:
    """What a plan rests on: while it stays the same, a plan that was made from it is not outdated.

    A plan compares the booking itself, and that a visit has taken note of its booking changes nothing for it.
    """
    state = VisitState.REQUESTED if row.state is VisitState.BOOKED else row.state
    return (
        state, row.territory_id, row.priority, row.duration_seconds, row.skills, row.tools,
        row.parts, row.windows, row.latest_sla_end, row.on_site_due, row.preferred_engineer_id,
        row.excluded_engineers,
    )  # fmt: skip
