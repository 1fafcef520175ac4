"""Why a promise will break, or a case waits, in words and as facts: the one cause that somebody can act on."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.vocabulary import BookingState, CaseState, VisitState
from models import tables as t
from models.screens.operations.waiting import AWAITED
from models.screens.plans import reasons_of
from models.screens.reasons import ReasonLine

NOTICEABLE = timedelta(minutes=5)
"""An engineer who is less late than this is not late."""


@dataclass(frozen=True)
class Cause:
    """What stands between a case and its promise.

    Attributes:
        kind: ``part``, ``no_place``, ``engineer_late``, ``planned_late``, ``no_answer``, ``customer``, ``depot`` or
            ``step``; stable, for programs and translations.
        sentence: In words; times in the territory's zone.
        until: When it will be over, where that is known.
        seconds: By how much: the engineer's or the plan's lateness.
    """

    kind: str
    sentence: str
    until: datetime | None = None
    seconds: int | None = None
    sku: str | None = None
    engineer_id: str | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of an open visit: its place, parts that are awaited, and why the last plan left it out."""

    visit: t.Visit
    booking: t.Booking | None
    engineer: str
    awaited: list[t.Reservation]
    reasons: list[ReasonLine]


async def facts_of(session: AsyncSession, visits: Iterable[str]) -> dict[str, Facts]:
    """The facts of some open visits, in three queries."""
    visit, booking = t.Visit, t.Booking
    ids = list(visits)
    if not ids:
        return {}
    occupies = and_(col(booking.visit_id) == col(visit.id), col(booking.state).in_(t.OCCUPYING))
    asked = (
        select(visit, booking, col(t.Engineer.name))
        .outerjoin(booking, occupies)
        .outerjoin(t.Engineer, col(t.Engineer.id) == col(booking.engineer_id))
        .where(col(visit.id).in_(ids))
    )
    rows = (await session.execute(asked)).all()
    awaited = defaultdict(list)
    parts = select(t.Reservation).where(col(t.Reservation.visit_id).in_(ids), *AWAITED)
    for part in await session.scalars(parts.order_by(col(t.Reservation.ready_at), col(t.Reservation.id))):
        awaited[part.visit_id].append(part)
    reasons = await reasons_of(session, [row.id for row, booked, _ in rows if booked is None])
    return {
        row.id: Facts(row, booked, name or "", awaited.get(row.id, []), reasons.get(row.id, []))
        for row, booked, name in rows
    }


def cause_of(case: t.Case, facts: Facts | None, now: datetime, zone: ZoneInfo) -> Cause:
    """The cause for one open case."""
    if case.state is CaseState.HANDED_OVER:
        return Cause("depot", f"In the depot since {_told(case.state_since, zone)}", case.due_at)
    if case.state in {CaseState.QUOTING, CaseState.CONFIRMING}:
        what = "accepts the quote" if case.state is CaseState.QUOTING else "confirms"
        return Cause("customer", f"Until the customer {what}, asked {_told(case.state_since, zone)}", case.due_at)
    if facts is None:
        return _step(case, now, zone)
    return _of_visit(case, facts, now, zone)


def _of_visit(case: t.Case, facts: Facts, now: datetime, zone: ZoneInfo) -> Cause:
    visit, booking = facts.visit, facts.booking
    if facts.awaited and not visit.state.has_started:
        part = max(facts.awaited, key=lambda held: (held.ready_at is None, held.ready_at))
        due = f"due {_told(part.ready_at, zone)}" if part.ready_at else "ordered"
        late = ", late" if part.ready_at is not None and part.ready_at < now else ""
        return Cause("part", f"Part {part.sku} {due}{late}", part.ready_at, sku=part.sku)
    if booking is None:
        if facts.reasons:
            reason = facts.reasons[0]
            kind = "part" if reason.code == "parts" else "no_place"
            return Cause(kind, f"No place in the plan: {reason.sentence}", engineer_id=reason.nearest)
        return Cause("no_place", f"No place in the plan yet, asked for {_told(visit.requested_at, zone)}")
    return _of_booking(case, visit, booking, facts.engineer, now, zone)


def _of_booking(
    case: t.Case, visit: t.Visit, booking: t.Booking, engineer: str, now: datetime, zone: ZoneInfo
) -> Cause:
    arrival = booking.predicted_arrival or booking.arrival
    if visit.state is VisitState.ON_SITE:
        return Cause("step", f"{engineer} is at work", booking.predicted_finish, engineer_id=booking.engineer_id)
    if arrival < now and not visit.state.has_started:
        arrival = now
    behind = arrival - booking.arrival
    if behind > NOTICEABLE:
        sentence = f"{engineer} is {_long(behind)} late, expected {_told(arrival, zone)}"
        return Cause("engineer_late", sentence, arrival, round(behind.total_seconds()), None, booking.engineer_id)
    due = case.sla_due_at
    after = booking.finish - due if due is not None else timedelta(0)
    if case.sla_jeopardy and due is not None and after > timedelta(0):
        sentence = f"Planned {_told(booking.arrival, zone)} with {engineer}, {_long(after)} after the promise"
        return Cause("planned_late", sentence, booking.finish, round(after.total_seconds()), None, booking.engineer_id)
    if booking.state is BookingState.OFFERED:
        sentence = f"{engineer} has not accepted yet, asked {_told(visit.offered_at or booking.made_at, zone)}"
        return Cause("no_answer", sentence, visit.due_at, engineer_id=booking.engineer_id)
    sentence = f"{engineer} comes {_told(arrival, zone)}"
    return Cause("step", sentence, arrival, engineer_id=booking.engineer_id)


def _step(case: t.Case, now: datetime, zone: ZoneInfo) -> Cause:
    step = (case.next_step or case.state.value).replace("_", " ")
    if case.due_at is not None and case.due_at < now:
        late = now - case.due_at
        sentence = f"Step '{step}' has been due for {_long(late)}"
        return Cause("step", sentence, case.due_at, round(late.total_seconds()))
    due = f", due {_told(case.due_at, zone)}" if case.due_at else ""
    return Cause("step", f"Next step '{step}'{due}", case.due_at)


def _told(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%a %d %b %H:%M")


def _long(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
