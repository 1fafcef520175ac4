"""What people change about the published plan: an absence is reported, a visit is moved."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy.ext.asyncio import AsyncSession

from domain.because import Because, BecauseCode, told
from domain.errors import InvalidInputError, NotFoundError, WrongStateError
from domain.ids import BookingId, CaseId, LocationId, Sku, VisitId, booking_id, reservation_id, van_of
from domain.messages import AbsenceRequest, BookingChanged, Bookings, EventDraft, MoveRequest, MoveVisit
from domain.parts import PartNeed, ReservationFact
from domain.registration import ArrivalWindow
from domain.vocabulary import BookingState, PartSource, PinKind
from models import tables as t
from models.documents import from_json
from models.repositories import bookings, engineers, events, parts
from models.repositories.commands import CommandKey

NOT_STARTED = "requested, booked, offered or confirmed"


async def record_absence(session: AsyncSession, asked: AbsenceRequest, key: CommandKey) -> Bookings:
    """Note that an engineer is away, and release the bookings of that time which were not set out for.

    Raises:
        NotFoundError: The territory has no such engineer.
        InvalidInputError: The absence ends before it starts, or a time has no zone.
    """
    absence, now = asked.absence, asked.now
    if absence.start.tzinfo is None or absence.end.tzinfo is None:
        raise InvalidInputError("start", "times must carry a time zone")
    if absence.end <= absence.start:
        raise InvalidInputError("end", "must be later than start")
    engineer = await engineers.engineer(session, absence.engineer)
    if engineer.territory_id != asked.territory:
        raise NotFoundError(f"engineer in territory {asked.territory}", absence.engineer)
    session.add(
        t.Absence(
            engineer_id=engineer.id,
            starts_at=absence.start,
            ends_at=absence.end,
            kind=absence.kind,
            reported_by=absence.command.actor.id,
            reported_at=now,
        )
    )
    at, actor = absence.command.at or now, absence.command.actor
    data = {"engineer": engineer.id, "kind": absence.kind, "from": _text(absence.start), "to": _text(absence.end)}
    await events.append(session, key, [EventDraft("absence_reported", at, actor, data)], now)
    because = (Because(BecauseCode.ENGINEER_ABSENT, {"engineer": engineer.id}),)
    freed = await _lock_and_release(session, engineer.id, absence.start, absence.end, told(because), now)
    for seq, (visit, booking) in enumerate(freed, start=1):
        released = {"booking_id": booking.id, "reason": told(because)}
        draft = EventDraft("booking_released", at, actor, released, because)
        await events.append(session, key, [draft], now, case_id=visit.case_id, visit_id=visit.id, first=seq)
    return Bookings(
        tuple(
            BookingChanged(
                VisitId(visit.id),
                None,
                told(because),
                case_id=CaseId(visit.case_id),
                released=BookingId(booking.id),
                because=because,
            )
            for visit, booking in freed
        )
    )


async def move_visit(session: AsyncSession, asked: MoveRequest, key: CommandKey, travel: timedelta) -> Bookings:
    """Put a visit where a person wants it; who and why go into the audit.

    Args:
        travel: The engineer's way to the site.

    Raises:
        NotFoundError: There is no such visit in the territory, or no such engineer.
        WrongStateError: The visit has started, or is over.
        InvalidInputError: The reason is missing, or the arrival has no time zone or lies in the past.
        EngineerUnfitError: A skill, a tool or the customer's window is in the way, or the engineer is away.
        StockError: The parts are neither in the engineer's van nor in a warehouse.
        BookingConflictError: The engineer is booked at that time.
    """
    move, now = asked.move, asked.now
    if not move.reason.strip():
        raise InvalidInputError("reason", "say why the visit is moved")
    if move.arrival.tzinfo is None or move.arrival < now:
        raise InvalidInputError("arrival", "must carry a time zone and not lie in the past")
    visit = await locked_visit(session, move.visit_id)
    if visit.territory_id != asked.territory:
        raise NotFoundError(f"visit in territory {asked.territory}", move.visit_id)
    old = await bookings.current(session, visit.id)
    started = old is not None and old.state is BookingState.STARTED
    if started or visit.state.is_final or visit.state.has_started:
        raise WrongStateError("visit", visit.id, visit.state, "move", NOT_STARTED)
    finish = move.arrival + timedelta(seconds=visit.duration_seconds)
    await engineers.require_fit(session, move.engineer, visit, move.arrival, finish)
    if old is not None:
        await bookings.release(session, [old], move.reason, now)
    new = await book(session, visit, move, finish, travel, now)
    visit.version += 1
    await session.flush()
    data = {
        "booking_id": new.id, "replaces": old.id if old else None, "engineer": new.engineer_id,
        "arrival": _text(new.arrival), "reason": move.reason,
    }  # fmt: skip
    event = EventDraft("visit_moved", move.command.at or now, move.command.actor, data)
    await events.append(session, key, [event], now, case_id=visit.case_id, visit_id=visit.id)
    told = bookings.to_domain(new, await parts.facts_of(session, new.id))
    return Bookings((BookingChanged(VisitId(visit.id), told, move.reason, case_id=CaseId(visit.case_id)),))


async def locked_visit(session: AsyncSession, visit_id: str) -> t.Visit:
    """A visit, locked until the transaction ends.

    Raises:
        NotFoundError: There is none with this id.
    """
    row = await session.get(t.Visit, visit_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError("visit", visit_id)
    return row


async def _lock_and_release(
    session: AsyncSession, engineer_id: str, start: datetime, end: datetime, reason: str, now: datetime
) -> list[tuple[t.Visit, t.Booking]]:
    # A visit is locked before its booking, as everywhere; what it is booked for may have changed by then.
    seen = [b.visit_id for b in await bookings.not_started_between(session, engineer_id, start, end)]
    visits = {visit_id: await locked_visit(session, visit_id) for visit_id in seen}
    still = await bookings.not_started_between(session, engineer_id, start, end)
    freed = [(visits[b.visit_id], b) for b in still if b.visit_id in visits]
    await bookings.release(session, [booking for _, booking in freed], reason, now)
    for visit, _ in freed:
        visit.version += 1
    await session.flush()
    return freed


async def book(
    session: AsyncSession,
    visit: t.Visit,
    move: MoveVisit,
    finish: datetime,
    travel: timedelta,
    now: datetime,
    pin: PinKind | None = PinKind.BOTH,
) -> t.Booking:
    """Make the booking that a person wants, and reserve its parts; the visit is locked and has none.

    Raises:
        StockError: The parts are neither in the engineer's van nor in a warehouse.
        OutOfOrderError: The other part of a split job is booked at a time that this one has to come before, or after.
    """
    await bookings.require_order(session, visit, move.arrival, finish)
    number = await bookings.next_number(session, visit.id)
    id_ = booking_id(VisitId(visit.id), number)
    window = next((w for w in _windows(visit) if w.start <= move.arrival <= w.end), None)
    new = t.Booking(
        id=id_,
        visit_id=visit.id,
        engineer_id=move.engineer,
        number=number,
        arrival=move.arrival,
        finish=finish,
        travel_seconds=round(travel.total_seconds()),
        window_start=window.start if window else None,
        window_end=window.end if window else None,
        state=BookingState.PLANNED,
        pin=pin,
        made_by_role=move.command.actor.role,
        made_by=move.command.actor.id,
        reason=move.reason,
        made_at=now,
    )
    session.add(new)
    await session.flush()
    facts = await _find_parts(session, visit, id_, move)
    await parts.reserve(session, facts, id_, visit.id, now)
    return new


async def _find_parts(
    session: AsyncSession, visit: t.Visit, booking: BookingId, move: MoveVisit
) -> list[ReservationFact]:
    """Each needed part from the engineer's van, else from the warehouse that has most of it."""
    van, line, found = van_of(move.engineer), count(1), []
    houses = await parts.warehouses_of(session, visit.territory_id)
    for need in from_json(tuple[PartNeed, ...], visit.parts):
        free = await parts.free_stock(session, [van, *houses], need.sku)
        source = _best(free, van, need.quantity)
        if source is None:
            raise parts.not_enough(need.sku, f"{van} and the warehouses", sum(free.values()))
        kind = PartSource.VAN if source == van else PartSource.WAREHOUSE
        found.append(ReservationFact(reservation_id(booking, next(line)), Sku(need.sku), need.quantity, kind, source))
    return found


def _best(free: dict[str, int], van: LocationId, quantity: int) -> LocationId | None:
    if free.get(van, 0) >= quantity:
        return van
    houses: Sequence[tuple[int, str]] = [(units, place) for place, units in free.items() if place != van]
    enough = [(-units, place) for units, place in houses if units >= quantity]
    return LocationId(min(enough)[1]) if enough else None


def _windows(visit: t.Visit) -> tuple[ArrivalWindow, ...]:
    return from_json(tuple[ArrivalWindow, ...], visit.windows)


def _text(moment: datetime) -> str:
    return moment.isoformat()
