"""Publishing a draft: old bookings out, new ones in, parts reserved, all in one transaction.

Only tentative bookings are touched. Each visit's version, state and booking are compared with what the plan saw;
what differs, and what a rule of the database refuses, is left exactly as it is.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import and_, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.draft import DraftBooking, PartLine, PlanDraft
from domain.errors import NotFoundError, StockError
from domain.ids import BookingId, VisitId
from domain.messages import Predicted, PublishOutcome, PublishRequest
from domain.vocabulary import BookingState, PinKind, ReservationState, VisitState
from models import tables as t
from models.documents import from_json, to_json
from models.errors import typed
from models.repositories import parts
from models.repositories.published import Change, OldBooking, Scribe, Standing

REFUSALS = (IntegrityError, StockError)
PLANNABLE = {VisitState.REQUESTED, VisitState.BOOKED}
"""A visit in another state was offered, confirmed or started, or is over: planning leaves it alone."""


async def publish(session: AsyncSession, request: PublishRequest) -> PublishOutcome:
    """Publish a draft. The second time it changes nothing and returns the same outcome.

    Raises:
        NotFoundError: The territory has no such plan.
    """
    row = t.Plan
    ours = and_(col(row.id) == request.plan_id, col(row.territory_id) == request.territory)
    document = await session.scalar(select(col(row.plan)).where(ours).with_for_update())
    if document is None:
        raise NotFoundError("plan", request.plan_id)
    if document["outcome"] is not None:
        return from_json(PublishOutcome, document["outcome"])
    if request.recall:
        return PublishOutcome(request.plan_id, changes=(), left_alone=(), unassigned=0)
    outcome = await _Publication(session, request, from_json(PlanDraft, document["draft"])).run()
    current = and_(col(row.territory_id) == request.territory, col(row.state) == t.PlanState.PUBLISHED)
    await session.execute(update(row).where(current).values(state=t.PlanState.SUPERSEDED))
    published = {
        "state": t.PlanState.PUBLISHED,
        "published_at": request.now,
        "published_by": request.actor.id,
        "plan": {**document, "outcome": to_json(PublishOutcome, outcome)},
    }
    await session.execute(update(row).where(ours).values(published))
    return outcome


async def store_predictions(session: AsyncSession, predictions: Iterable[Predicted]) -> list[VisitId]:
    """Write down when visits will really begin and end; returns those that are still booked."""
    told = []
    for fact in sorted(predictions, key=lambda fact: fact.visit_id):
        booked = and_(col(t.Booking.visit_id) == fact.visit_id, col(t.Booking.state).in_(t.OCCUPYING))
        changed = update(t.Booking).where(booked).returning(col(t.Booking.id))
        expected = changed.values(predicted_arrival=fact.arrival, predicted_finish=fact.finish)
        if await session.scalar(expected) is not None:
            told.append(fact.visit_id)
    return told


class _Publication:
    """One publishing of one draft, within the caller's transaction."""

    def __init__(self, session: AsyncSession, request: PublishRequest, draft: PlanDraft) -> None:
        self._session = session
        self._request = request
        self._draft = draft
        changes: tuple[Change, ...] = (*draft.bookings, *draft.taken_off)
        self._changes = {change.visit: change for change in changes}
        self._now: dict[VisitId, Standing] = {}
        self._scribe = Scribe(request, draft, self._now)

    async def run(self) -> PublishOutcome:
        """The story: lock and compare, then try; what the database refuses is taken out, and the rest tried again."""
        self._now.update(await self._locked())
        fresh = {id_ for id_, change in self._changes.items() if self._is_fresh(change)}
        fresh -= await self._away(fresh)
        await self._lock_stock(fresh)
        wanted = sorted(fresh, key=self._urgency)
        while refused := await self._try(wanted):
            wanted = [id_ for id_ in wanted if id_ not in refused]
        changes = tuple(self._scribe.told(self._changes[id_]) for id_ in wanted)
        await self._record(wanted)
        return PublishOutcome(
            plan_id=self._draft.id,
            changes=changes,
            left_alone=tuple(sorted(self._changes.keys() - set(wanted))),
            unassigned=len(self._draft.left_out),
        )

    # --- lock and compare --------------------------------------------------------------------------------------

    async def _locked(self) -> dict[VisitId, Standing]:
        ids, row = sorted(self._changes), t.Visit
        asked = select(col(row.id), col(row.version), col(row.state), col(row.priority)).where(col(row.id).in_(ids))
        visits = (await self._session.execute(asked.order_by(col(row.id)).with_for_update())).all()
        bookings = await self._old_bookings(ids)
        numbers = await self._last_numbers(ids)
        return {
            VisitId(id_): Standing(version, state, priority, bookings.get(id_), numbers.get(id_, 0))
            for id_, version, state, priority in visits
        }

    async def _old_bookings(self, ids: list[VisitId]) -> dict[str, OldBooking]:
        row = t.Booking
        occupying = and_(col(row.visit_id).in_(ids), col(row.state).in_(t.OCCUPYING))
        asked = select(
            col(row.visit_id), col(row.id), col(row.state), col(row.engineer_id), col(row.arrival), col(row.pin)
        )
        found = await self._session.execute(asked.where(occupying).order_by(col(row.visit_id)).with_for_update())
        return {visit: OldBooking(id_, state, who, arrival, pin) for visit, id_, state, who, arrival, pin in found}

    async def _last_numbers(self, ids: list[VisitId]) -> dict[str, int]:
        row = t.Booking
        asked = select(col(row.visit_id), func.max(row.number)).where(col(row.visit_id).in_(ids))
        found = await self._session.execute(asked.group_by(col(row.visit_id)))
        return {str(visit): int(number) for visit, number in found}

    def _is_fresh(self, change: Change) -> bool:
        """Whether the visit still is what the plan saw, and nobody was promised its booking."""
        now = self._now.get(change.visit)
        if now is None or now.version != change.version or now.state not in PLANNABLE:
            return False
        booked = now.booking.id if now.booking else None
        movable = now.booking is None or (
            now.booking.state is BookingState.PLANNED and now.booking.pin is not PinKind.BOTH
        )
        return booked == change.replaces and movable

    async def _away(self, fresh: set[VisitId]) -> set[VisitId]:
        """Visits whose engineer was reported absent, or left, since the plan was made.

        Locking the engineers makes an absence that is being reported wait: inserting it needs the same rows.
        """
        new = [c for c in self._draft.bookings if c.visit in fresh]
        engineer, absence = t.Engineer, t.Absence
        asked = select(engineer).where(col(engineer.id).in_({c.engineer for c in new})).order_by(col(engineer.id))
        found = {e.id: e.active for e in await self._session.scalars(asked.with_for_update())}
        spans = defaultdict(list)
        for away in await self._session.scalars(select(absence).where(col(absence.engineer_id).in_(found))):
            spans[away.engineer_id].append((away.starts_at, away.ends_at))
        return {
            c.visit
            for c in new
            if not found.get(c.engineer, False)
            or any(start < c.finish and c.arrival < end for start, end in spans[c.engineer])
        }

    async def _lock_stock(self, fresh: set[VisitId]) -> None:
        """In one order for everybody, so that two territories with one warehouse never wait for each other."""
        row, held = t.Stock, await parts.active_reservations(self._session, self._old_ids(fresh))
        keys = {(part.location_id, part.sku) for part in held}
        keys |= {(line.location, line.sku) for c in self._draft.bookings if c.visit in fresh for line in c.parts}
        place = tuple_(col(row.location_id), col(row.sku))
        asked = select(col(row.sku)).where(place.in_(sorted(keys))).order_by(col(row.location_id), col(row.sku))
        if keys:
            await self._session.execute(asked.with_for_update())

    def _old_ids(self, visits: Iterable[VisitId]) -> list[str]:
        return [old.id for id_ in visits if (old := self._now[id_].booking)]

    def _urgency(self, id_: VisitId) -> tuple[int, VisitId]:
        return -self._now[id_].priority, id_

    # --- try -------------------------------------------------------------------------------------------------

    async def _try(self, wanted: Sequence[VisitId]) -> set[VisitId]:
        """Apply the changes; if the record refuses some of them, apply none and name those."""
        if not wanted:
            return set()
        bookings = [change for id_ in wanted if isinstance(change := self._changes[id_], DraftBooking)]
        try:
            async with self._session.begin_nested():
                await self._release(wanted)
                await self._book(bookings)
        except REFUSALS as error:
            _raise_unless_refused(error)
            return await self._refused(wanted, bookings)
        return set()

    async def _refused(self, wanted: Sequence[VisitId], bookings: list[DraftBooking]) -> set[VisitId]:
        """Find out one by one, the most urgent first, which bookings are refused, and leave no trace of it."""
        refused: set[VisitId] = set()
        trial = await self._session.begin_nested()
        await self._release(wanted)
        for booking in bookings:
            try:
                async with self._session.begin_nested():
                    await self._book([booking])
            except REFUSALS as error:
                _raise_unless_refused(error)
                refused.add(booking.visit)
        await trial.rollback()
        return refused

    async def _release(self, wanted: Sequence[VisitId]) -> None:
        """End the replaced bookings, and give back what they hold, except parts that are under way."""
        old, row = self._old_ids(wanted), t.Booking
        if not old:
            return
        ended = update(row).where(col(row.id).in_(old), col(row.state) == BookingState.PLANNED)
        ended = ended.values(state=BookingState.RELEASED, ended_at=self._request.now, end_reason=self._draft.reason)
        await self._session.execute(ended.execution_options(synchronize_session=False))
        carried = {line.carries for id_ in wanted for line in self._lines(id_) if line.carries}
        held = await parts.active_reservations(self._session, old)
        freed = [part for part in held if part.id not in carried]
        moves = parts.StockMoves(self._request.now)
        for part in freed:
            moves.hold((part.location_id, part.sku), -part.quantity, part.visit_id)
        await moves.write(self._session)
        await parts.end_reservations(self._session, freed, ReservationState.RELEASED, self._request.now)

    def _lines(self, visit: VisitId) -> tuple[PartLine, ...]:
        change = self._changes[visit]
        return change.parts if isinstance(change, DraftBooking) else ()

    async def _book(self, bookings: Sequence[DraftBooking]) -> None:
        """Make bookings and reserve their parts.

        Raises:
            IntegrityError: A rule of the database refuses it.
            StockError: A location has not enough of a part, or a part that was under way is not any more.
        """
        if not bookings:
            return
        await self._session.execute(insert(t.Booking), [self._scribe.booking_row(booking) for booking in bookings])
        for booking in bookings:
            for line in booking.parts:
                if line.carries:
                    await self._carry(line, self._scribe.new_id(booking))
            carried = {line.carries for line in booking.parts}
            new = [fact for fact in self._scribe.facts(booking) if fact.id not in carried]
            if new:
                await parts.reserve(self._session, new, self._scribe.new_id(booking), booking.visit, self._request.now)

    async def _carry(self, line: PartLine, to: BookingId) -> None:
        row = t.Reservation
        active = and_(col(row.id) == line.carries, col(row.state).in_(t.ACTIVE))
        moved = update(row).where(active).values(booking_id=to).returning(col(row.id))
        if await self._session.scalar(moved.execution_options(synchronize_session=False)) is None:
            raise parts.not_enough(line.sku, line.location, 0)

    # --- record and tell -----------------------------------------------------------------------------------------

    async def _record(self, wanted: Sequence[VisitId]) -> None:
        """Write the audit."""
        if wanted:
            rows = [self._scribe.event_row(seq, self._changes[id_]) for seq, id_ in enumerate(wanted)]
            await self._session.execute(insert(t.CaseEvent), rows)


def _raise_unless_refused(error: Exception) -> None:
    """Pass on what is not a refusal of one booking."""
    if isinstance(error, IntegrityError) and typed(error) is None:
        raise error
