"""Dispatchers' moves become bookings: all in one transaction, and what changed meanwhile is left alone and named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.because import Because, BecauseCode, told
from domain.errors import CalloutError, InvalidInputError, OutOfOrderError, StockError, WrongStateError
from domain.ids import BookingId, CaseId, EngineerId, VisitId
from domain.messages import (
    BookingChanged,
    EventData,
    EventDraft,
    LeftAlone,
    MovesOutcome,
    MoveVisit,
    PinRequest,
    PublishMovesRequest,
)
from domain.vocabulary import BookingState, PinKind
from models.errors import BookingConflictError, EngineerUnfitError, typed
from models.repositories import bookings, draft_moves, engineers, events, parts
from models.repositories.changes_by_people import NOT_STARTED, book, locked_visit
from models.repositories.commands import CommandKey

REFUSALS = (IntegrityError, StockError, EngineerUnfitError, OutOfOrderError)


@dataclass(frozen=True)
class Wanted:
    """What should become of one visit.

    Attributes:
        version, booking_id: The visit as it was looked at.
        engineer, arrival: None takes it off the plan.
        travel: The way to the site on the route as it will be.
        reason, because: For the audit, and for whom it concerns; the second is empty when a person gave the reason.
        from_draft: False for a visit that has to follow one that was moved.
    """

    visit: VisitId
    version: int
    booking_id: str | None
    engineer: EngineerId | None
    arrival: datetime | None
    travel: timedelta
    pin: PinKind | None
    reason: str
    because: tuple[Because, ...] = ()
    from_draft: bool = True


async def publish_moves(
    session: AsyncSession, asked: PublishMovesRequest, key: CommandKey, wanted: Sequence[Wanted]
) -> MovesOutcome:
    """Release and book, as one; what the record refuses is taken out, and the rest tried again.

    Raises:
        InvalidInputError: The reason is missing.
        DraftChangedError: The draft is not the one that was looked at.
    """
    if not asked.moves.reason.strip():
        raise InvalidInputError("reason", "say why the visits are moved")
    await draft_moves.require_as_seen(session, asked)
    return await _Publication(session, asked, key).run(wanted)


class _Publication:
    """One publishing of moves, within the caller's transaction."""

    def __init__(self, session: AsyncSession, asked: PublishMovesRequest, key: CommandKey) -> None:
        self._session = session
        self._asked = asked
        self._key = key
        self._left: dict[VisitId, tuple[Because, ...]] = {}

    async def run(self, wanted: Sequence[Wanted]) -> MovesOutcome:
        """The story: lock and compare, then try until nothing is refused."""
        fresh = [one for one in sorted(wanted, key=lambda one: one.visit) if await self._is_fresh(one)]
        while (done := await self._try(fresh)) is None:
            fresh = [one for one in fresh if one.visit not in self._left]
        await self._record(fresh, done)
        command = self._asked.moves.command
        published = [one.visit for one in fresh if one.from_draft]
        version = await draft_moves.forget(
            self._session, self._asked.territory, published, command.actor, self._asked.now
        )
        left = tuple(LeftAlone(visit, told(why), why) for visit, why in sorted(self._left.items(), key=_visit))
        return MovesOutcome(version, tuple(done), left)

    async def _is_fresh(self, one: Wanted) -> bool:
        """Whether the visit is what the dispatcher saw; locks it."""
        visit = await locked_visit(self._session, one.visit)
        old = await bookings.current(self._session, one.visit)
        why = None
        if visit.state.is_final or visit.state.has_started or (old and old.state is BookingState.STARTED):
            why = Because(BecauseCode.STATE_NOW, {"state": visit.state.value})
        elif visit.version != one.version or (old.id if old else None) != one.booking_id:
            why = Because(BecauseCode.CHANGED_SINCE)
        elif one.arrival is not None and one.arrival < self._asked.now:
            why = Because(BecauseCode.TIME_PASSED)
        if why is not None:
            self._left[one.visit] = (why,)
        return why is None

    async def _try(self, wanted: Sequence[Wanted]) -> list[BookingChanged] | None:
        """Carry the moves out; None if some are refused: nothing was changed then, and those are named."""
        trial = await self._session.begin_nested()
        refused = False
        done: list[BookingChanged] = []
        for one in wanted:
            await self._release(one)
        for one in wanted:
            try:
                async with self._session.begin_nested():
                    done.append(await self._carry_out(one))
            except REFUSALS as error:
                self._left[one.visit] = _why(error)
                refused = True
        if refused:
            await trial.rollback()
            self._session.expire_all()
            return None
        await trial.commit()
        return done

    async def _release(self, one: Wanted) -> None:
        old = await bookings.current(self._session, one.visit)
        if old is not None:
            await bookings.release(self._session, [old], one.reason, self._asked.now)

    async def _carry_out(self, one: Wanted) -> BookingChanged:
        now, command = self._asked.now, self._asked.moves.command
        visit = await locked_visit(self._session, one.visit)
        visit.version += 1
        case = CaseId(visit.case_id)
        if one.engineer is None or one.arrival is None:
            await self._session.flush()
            released = BookingId(one.booking_id) if one.booking_id else None
            return BookingChanged(one.visit, None, one.reason, None, case, released, one.because)
        finish = one.arrival + timedelta(seconds=visit.duration_seconds)
        await engineers.require_fit(self._session, one.engineer, visit, one.arrival, finish)
        move = MoveVisit(command, one.visit, one.engineer, one.arrival, one.reason)
        new = await book(self._session, visit, move, finish, one.travel, now, one.pin)
        await self._session.flush()
        booking = bookings.to_domain(new, await parts.facts_of(self._session, new.id))
        return BookingChanged(one.visit, booking, one.reason, case_id=case, because=one.because)

    async def _record(self, wanted: Sequence[Wanted], done: Sequence[BookingChanged]) -> None:
        """Write the audit: who moved what, and why."""
        command, now = self._asked.moves.command, self._asked.now
        for seq, (one, change) in enumerate(zip(wanted, done, strict=True)):
            booking = change.booking
            data: EventData = {
                "booking_id": booking.id if booking else one.booking_id,
                "replaces": one.booking_id if booking else None,
                "engineer": one.engineer,
                "arrival": one.arrival.isoformat() if one.arrival else None,
                "reason": one.reason,
            }
            kind = "visit_moved" if booking else "booking_released"
            event = EventDraft(kind, now, command.actor, data, one.because)
            await events.append(
                self._session, self._key, [event], now, case_id=change.case_id, visit_id=one.visit, first=seq
            )


def _visit(left: tuple[VisitId, tuple[Because, ...]]) -> VisitId:
    return left[0]


def _why(error: Exception) -> tuple[Because, ...]:
    """What one of the ``REFUSALS`` says."""
    known = error if isinstance(error, CalloutError) else typed(error)
    if known is None:
        raise error
    if isinstance(known, EngineerUnfitError):
        return known.because
    facts = {name: value if isinstance(value, int) else str(value) for name, value in known.facts.items()}
    match known:
        case OutOfOrderError():
            return (Because(BecauseCode.OUT_OF_ORDER, {"second": facts["visit_id"], "first": facts["first"]}),)
        case BookingConflictError(constraint="booking_visit_occupied_key"):
            return (Because(BecauseCode.VISIT_BOOKED),)
        case BookingConflictError():
            return (Because(BecauseCode.ENGINEER_BOOKED),)
        case StockError() if "free" in facts:
            return (Because(BecauseCode.STOCK_SHORT, {"sku": facts["sku"], "free": facts["free"]}),)
        case StockError():
            return (Because(BecauseCode.STOCK_REFUSED),)
    return (Because(BecauseCode.RECORD_REFUSED, {"rule": facts.get("rule", known.code)}),)


async def pin_visit(session: AsyncSession, asked: PinRequest, key: CommandKey) -> None:
    """Fix the engineer, the time or both of a visit's booking, or set it free.

    Raises:
        NotFoundError: There is no such visit.
        WrongStateError: It has no booking, or was set out for.
    """
    pin, now = asked.pin, asked.now
    visit = await locked_visit(session, pin.visit_id)
    booking = await bookings.current(session, visit.id)
    if visit.territory_id != asked.territory or booking is None or booking.state is BookingState.STARTED:
        raise WrongStateError("visit", visit.id, visit.state, "pin", NOT_STARTED.removeprefix("requested, "))
    booking.pin = pin.kind
    visit.version += 1
    data = {"booking_id": booking.id, "pin": pin.kind}
    event = EventDraft("booking_pinned", pin.command.at or now, pin.command.actor, data)
    await events.append(session, key, [event], now, case_id=visit.case_id, visit_id=visit.id)
