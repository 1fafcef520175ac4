"""What publishing writes for one change of a draft: the booking's row, the audit's row, and what the visit is told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.draft import DraftBooking, PlanDraft, TakenOff
from domain.ids import BookingId, CaseId, PlanId, VisitId, booking_id, reservation_id
from domain.messages import BookingChanged, PublishRequest
from domain.parts import ReservationFact
from domain.visit import Booking
from domain.vocabulary import BookingState, PinKind, VisitState
from models.repositories.events import because_data

Change = DraftBooking | TakenOff


@dataclass(frozen=True)
class OldBooking:
    """The booking that a visit has now."""

    id: str
    state: BookingState
    engineer: str
    arrival: datetime
    pin: PinKind | None = None


@dataclass(frozen=True)
class Standing:
    """A visit as the record has it now, locked."""

    version: int
    state: VisitState
    priority: int
    booking: OldBooking | None
    last_number: int


@dataclass(frozen=True)
class Scribe:
    """Writes down the changes of one publishing.

    Attributes:
        now: Each visit as it was before.
    """

    request: PublishRequest
    draft: PlanDraft
    now: dict[VisitId, Standing]

    def booking_row(self, booking: DraftBooking) -> dict[str, Any]:
        """A new booking; what a person fixed about the one that it replaces stays fixed."""
        request, old = self.request, self.now[booking.visit].booking
        return {
            "id": self.new_id(booking),
            "visit_id": booking.visit,
            "engineer_id": booking.engineer,
            "number": self.now[booking.visit].last_number + 1,
            "arrival": booking.arrival,
            "finish": booking.finish,
            "travel_seconds": int(booking.travel.total_seconds()),
            "window_start": booking.window.start if booking.window else None,
            "window_end": booking.window.end if booking.window else None,
            "state": BookingState.PLANNED,
            "plan_id": self.draft.id,
            "pin": old.pin if old else None,
            "predicted_arrival": booking.arrival,
            "predicted_finish": booking.finish,
            "made_by_role": request.actor.role,
            "made_by": request.actor.id,
            "reason": self.draft.reason,
            "made_at": request.now,
        }

    def event_row(self, seq: int, change: Change) -> dict[str, Any]:
        """What the audit says about a change; ``seq`` is its place among those of the plan."""
        old = self.now[change.visit].booking
        data: dict[str, Any] = {"plan_id": self.draft.id, "reason": self._of(change).reason}
        data |= because_data(self._of(change).because)
        if old is not None:
            data |= {"replaces": old.id, "from_engineer": old.engineer, "from_arrival": old.arrival.isoformat()}
        if isinstance(change, DraftBooking):
            data |= {"booking_id": self.new_id(change), "engineer": change.engineer}
            data |= {"arrival": change.arrival.isoformat()}
            kind = "booking_moved" if old else "booking_made"
        else:
            data |= {"booking_id": change.replaces}
            kind = "booking_released"
        request = self.request
        return {
            "case_id": change.case,
            "visit_id": change.visit,
            "workflow_id": f"territory/{request.territory}",
            "command_id": f"publish:{self.draft.id}",
            "seq": seq,
            "kind": kind,
            "at": request.now,
            "recorded_at": request.now,
            "actor_role": request.actor.role,
            "actor_id": request.actor.id,
            "data": data,
        }

    def _of(self, change: Change) -> TakenOff | PlanDraft:
        """What says why a visit was placed, moved or taken off."""
        return change if isinstance(change, TakenOff) else self.draft

    def told(self, change: Change) -> BookingChanged:
        """What the visit's workflow learns."""
        booking = None
        if isinstance(change, DraftBooking):
            booking = Booking(
                id=self.new_id(change),
                engineer=change.engineer,
                arrival=change.arrival,
                finish=change.finish,
                travel=change.travel,
                window=change.window,
                reservations=self.facts(change),
            )
        released = change.replaces if isinstance(change, TakenOff) else None
        plan, case_id, why = PlanId(self.draft.id), CaseId(change.case), self._of(change)
        return BookingChanged(change.visit, booking, why.reason, plan, case_id, released, why.because)

    def new_id(self, booking: DraftBooking) -> BookingId:
        """The new booking's id; a visit's bookings are counted over its whole life."""
        return booking_id(booking.visit, self.now[booking.visit].last_number + 1)

    def facts(self, booking: DraftBooking) -> tuple[ReservationFact, ...]:
        """The booking's reservations; one under way keeps its id."""
        new = self.new_id(booking)
        return tuple(
            ReservationFact(
                line.carries or reservation_id(new, number),
                line.sku,
                line.quantity,
                line.source,
                line.location,
                line.ready_at,
            )
            for number, line in enumerate(booking.parts, start=1)
        )
