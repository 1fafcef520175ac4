"""The story of a visit, step by step: what the plan, the engineer and silence make of it.

Every function changes the progress that it is given and returns the events that explain the change; it raises
a domain error where the command does not fit. Facts for the case and the territory go into the progress's
outbox; the workflow sends them after the change is recorded, so that none is lost and none is sent for a
change that was refused.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.because import Because, BecauseCode, told, words
from domain.case import VisitNeeds
from domain.errors import AlreadySplitError, InvalidInputError
from domain.messages import (
    AcceptOffer,
    Arrive,
    BookingChanged,
    CancelVisit,
    ChooseSlot,
    DeclineOffer,
    Depart,
    EventData,
    EventDraft,
    FinishVisit,
    PartFact,
    Predicted,
    SplitVisit,
)
from domain.parts import ReservationFact
from domain.people import Role
from domain.registration import MAX_TEXT, ArrivalWindow
from domain.visit import VisitFact, VisitProgress, offer_at, open_step, require, require_booking, wake_up
from domain.vocabulary import Outcome, PartSource, ReservationState, VisitState

Events = list[EventDraft]
MINUTE = timedelta(minutes=1)
NOT_STARTED = (VisitState.REQUESTED, VisitState.BOOKED, VisitState.OFFERED, VisitState.CONFIRMED)


def request(progress: VisitProgress, now: datetime) -> Events:
    """The case asks for a visit; the territory is to plan it. One that was called off before stays so."""
    if progress.state is not VisitState.REQUESTED:
        return []
    _await_booking(progress, now, Because(BecauseCode.VISIT_REQUESTED))
    return [EventDraft("visit_requested", now, data={"severity": progress.severity.value})]


def change_booking(progress: VisitProgress, change: BookingChanged, now: datetime) -> Events:
    """The published plan gave the visit a place, another place, or took it off."""
    if progress.state.is_final or progress.state.has_started or change.booking == progress.booking:
        return []
    if change.booking is None:
        return _lose_booking(progress, now, *(change.because or [words(change.reason)]))
    progress.offered_at = progress.accepted_at = None
    booking = progress.booking = change.booking
    progress.bookings += 1
    progress.predicted_arrival, progress.predicted_finish = booking.arrival, booking.finish
    due = max(now, offer_at(progress)) + progress.terms.accept_within
    open_step(progress, VisitState.BOOKED, "offer", Role.DISPATCHER, now, due)
    _tell(progress, now)
    return [EventDraft("booked", now, data=_booking_data(progress), because=change.because)]


def predict(progress: VisitProgress, fact: Predicted, now: datetime) -> Events:
    """The plan expects other times; the booking stands. The case hears of it for its jeopardy."""
    if progress.state.is_final or progress.booking is None:
        return []
    progress.predicted_arrival, progress.predicted_finish = fact.arrival, fact.finish
    _tell(progress, now)
    return []


def offer(progress: VisitProgress, now: datetime) -> Events:
    """The visit is offered to its engineer, who accepts or declines in time."""
    if progress.state is not VisitState.BOOKED or now < offer_at(progress):
        return []
    booking = require_booking(progress, None)
    if now > booking.arrival - booking.travel + progress.terms.depart_grace:
        # Nobody was there to make the offer (an outage): nobody can keep that time any more either.
        return _lose_booking(progress, now, Because(BecauseCode.BOOKING_PASSED))
    progress.offers += 1
    progress.offered_at = now
    open_step(
        progress, VisitState.OFFERED, "accept_offer", Role.ENGINEER, now, now + progress.terms.accept_within,
        escalates=False,
    )  # fmt: skip
    _tell(progress, now)
    return [EventDraft("offered", now, data=_booking_data(progress))]


def choose_slot(progress: VisitProgress, command: ChooseSlot, at: datetime, now: datetime) -> Events:
    """The customer chose an arrival window. A booking that does not keep to it is given up, and planned anew."""
    require(progress, "choose_slot")
    window, booking = command.window, progress.booking
    window.require_ahead(now)
    progress.needs = replace(progress.needs, windows=(window,))
    chosen = EventDraft("slot_chosen", at, command.command.actor, window.told())
    if booking is not None and not window.covers(booking.window or ArrivalWindow(booking.arrival, booking.arrival)):
        return [chosen, *_lose_booking(progress, now, Because(BecauseCode.CUSTOMER_CHOSE))]
    _wake(progress, Because(BecauseCode.WINDOW_AGREED))
    return [chosen]


def accept(progress: VisitProgress, command: AcceptOffer, at: datetime, now: datetime) -> Events:
    """The engineer takes the visit. From here on only a person, or the engineer's absence, moves it."""
    require(progress, "accept")
    booking = require_booking(progress, command.booking)
    progress.accepted_at = at
    due = max(now, booking.arrival - booking.travel) + progress.terms.depart_grace
    open_step(progress, VisitState.CONFIRMED, "depart", Role.ENGINEER, now, due)
    _tell(progress, at)
    return [EventDraft("accepted", at, command.command.actor, {"engineer": booking.engineer})]


def decline(progress: VisitProgress, command: DeclineOffer, at: datetime, now: datetime) -> Events:
    """The engineer does not take the visit; somebody else is found."""
    require(progress, "decline")
    booking = require_booking(progress, command.booking)
    data = {"engineer": booking.engineer, "reason": command.reason.value}
    _free_engineer(progress, now, Because(BecauseCode.DECLINED, {"decline": command.reason.value}))
    return [EventDraft("declined", at, command.command.actor, data)]


def give_up_on_silence(progress: VisitProgress, now: datetime) -> Events:
    """The engineer did not answer the offer in time: the visit is dispatched anew, and the team lead is told."""
    step = progress.step
    if progress.state is not VisitState.OFFERED or step is None or now < step.due_at or progress.booking is None:
        return []
    engineer = progress.booking.engineer
    progress.silent.append(engineer)
    _free_engineer(progress, now, Because(BecauseCode.NO_ANSWER))
    return [EventDraft("offer_unanswered", now, data={"engineer": engineer, "told": Role.TEAM_LEAD.value})]


def split(progress: VisitProgress, command: SplitVisit, at: datetime, now: datetime) -> Events:
    """A long job becomes two visits: this one keeps the first part, and the case asks for a second one.

    Its place in the plan is given up, for it was chosen for the whole job; both parts are planned together.
    """
    require(progress, "split")
    if progress.is_split or progress.after is not None:
        raise AlreadySplitError(progress.visit_id)
    first, second = parted(progress.needs, command)
    progress.needs, progress.is_split = first, True
    data: EventData = {
        "first_minutes": command.first // MINUTE,
        "second_minutes": command.second // MINUTE,
        "second_parts": ", ".join(part.sku for part in second.parts),
    }
    events = [EventDraft("visit_split", at, command.command.actor, data)]
    if progress.booking is not None:
        events += _lose_booking(progress, now, Because(BecauseCode.SPLIT))
        progress.to_tell[-1] = replace(progress.to_tell[-1], split_off=second)
    else:
        _tell(progress, now, split_off=second)
        _wake(progress, Because(BecauseCode.SPLIT))
    return events


def parted(needs: VisitNeeds, command: SplitVisit) -> tuple[VisitNeeds, VisitNeeds]:
    """What each of the two visits needs: the same skills and tools, its own time, its share of the parts.

    An arrival window agreed for the whole job is the first part's; it says nothing about the second.

    Raises:
        InvalidInputError: A duration is out of bounds, or a part is not one of the visit's.
    """
    moved = frozenset(command.second_parts)
    for sku in sorted(moved - {part.sku for part in needs.parts}):
        raise InvalidInputError("second_parts", f"the visit needs no part {sku!r}")
    return (
        replace(needs, duration=command.first, parts=tuple(p for p in needs.parts if p.sku not in moved)),
        replace(needs, duration=command.second, parts=tuple(p for p in needs.parts if p.sku in moved), windows=()),
    )


def depart(progress: VisitProgress, command: Depart, at: datetime, now: datetime) -> Events:
    """The engineer is on the way."""
    require(progress, "depart")
    booking = require_booking(progress, None)
    progress.departed_at = at
    due = max(now, booking.arrival, at + booking.travel) + progress.terms.arrive_grace
    open_step(progress, VisitState.EN_ROUTE, "arrive", Role.ENGINEER, now, due)
    length = booking.finish - booking.arrival
    arrival = max(at + booking.travel, booking.window.start if booking.window else at)
    progress.predicted_arrival, progress.predicted_finish = arrival, arrival + length
    _tell(progress, at)
    _wake(progress, Because(BecauseCode.DEPARTED), prediction_only=True)
    return [EventDraft("departed", at, command.command.actor, {"engineer": booking.engineer})]


def arrive(progress: VisitProgress, command: Arrive, at: datetime, now: datetime) -> Events:
    """The engineer is at the site: the on-site promise is met."""
    require(progress, "arrive")
    booking = require_booking(progress, None)
    at = max(at, progress.departed_at or at)
    progress.arrived_at = at
    progress.checklists_seen = command.checklists
    length = booking.finish - booking.arrival
    progress.predicted_arrival, progress.predicted_finish = at, at + length
    due = max(now, at + length * progress.terms.overrun_factor)
    open_step(progress, VisitState.ON_SITE, "finish", Role.ENGINEER, now, due)
    _tell(progress, at)
    _wake(progress, Because(BecauseCode.ARRIVED), prediction_only=True)
    return [EventDraft("arrived", at, command.command.actor, {"engineer": booking.engineer})]


def finish(progress: VisitProgress, command: FinishVisit, at: datetime) -> Events:
    """The work ends, with a report. Parts are settled in the same transaction."""
    require(progress, "finish")
    booking = require_booking(progress, None)
    report = command.report
    if len(report.work_done) > MAX_TEXT:
        raise InvalidInputError("report.work_done", f"is longer than {MAX_TEXT} characters")
    if report.outcome is Outcome.PART_MISSING and not report.needed_parts:
        raise InvalidInputError("report.needed_parts", "say which part is missing, so that the next visit brings it")
    for line, part in enumerate(report.needed_parts):
        if part.quantity < 1:
            raise InvalidInputError(f"report.needed_parts[{line}].quantity", "must be 1 or more")
    if not timedelta(0) <= report.labour <= timedelta(hours=24):
        raise InvalidInputError("report.labour", "must lie between 0 and 24 hours")
    at = max(at, progress.arrived_at or at)
    progress.finished_at = at
    progress.predicted_finish = at
    progress.report = report
    progress.state = VisitState.DONE
    progress.step = None
    _tell(progress, at)
    _wake(progress, Because(BecauseCode.FINISHED))
    data = {"engineer": booking.engineer, "outcome": report.outcome.value, "parts_used": len(report.parts_used)}
    return [EventDraft("finished", at, command.command.actor, data)]


def cancel(progress: VisitProgress, command: CancelVisit, now: datetime) -> Events:
    """The case no longer needs the visit. One that has started runs to its end."""
    if progress.state not in NOT_STARTED:
        return []
    progress.state = VisitState.CANCELLED
    progress.step = None
    progress.booking = None
    _tell(progress, now)
    _wake(progress, Because(BecauseCode.CANCELLED))
    return [EventDraft("visit_cancelled", now, command.actor, {"reason": command.reason})]


def note_part(progress: VisitProgress, fact: PartFact, now: datetime) -> Events:
    """A shipped part is there, or late."""
    data = {"reservation_id": fact.reservation_id}
    if fact.state is ReservationState.READY and fact.reservation_id not in progress.parts_ready:
        progress.parts_ready.append(fact.reservation_id)
        _tell(progress, now)
        return [EventDraft("part_ready", fact.at, data=data)]
    if fact.late and fact.reservation_id not in progress.parts_late:
        progress.parts_late.append(fact.reservation_id)
        return [EventDraft("part_late", fact.at, data=data)]
    return []


def settle_parts(progress: VisitProgress, cents: int) -> None:
    """Take over what the parts cost, known once their stock is booked off, into the report to the case."""
    progress.parts_cents = cents
    progress.to_tell = [replace(fact, parts_cents=cents) for fact in progress.to_tell]


def shipments(progress: VisitProgress) -> list[ReservationFact]:
    """The reservations of the current booking that travel to the engineer."""
    held = progress.booking.reservations if progress.booking else ()
    return [part for part in held if part.source is PartSource.SHIPMENT]


def parts_to_follow(progress: VisitProgress) -> list[ReservationFact]:
    """The reservations that need a parts order now.

    A shipment starts when the visit is booked, because it takes time; parts from the van or the warehouse are
    followed from the moment the engineer has accepted, because until then the plan may still improve.
    """
    if progress.state.is_final or progress.booking is None:
        return []
    if progress.state in {VisitState.BOOKED, VisitState.OFFERED}:
        return shipments(progress)
    return list(progress.booking.reservations)


def _await_booking(progress: VisitProgress, now: datetime, *because: Because) -> None:
    due = now + progress.terms.plan_within
    if progress.dispatch_due is not None:
        due = min(due, max(now, progress.dispatch_due))
    open_step(progress, VisitState.REQUESTED, "plan", Role.DISPATCHER, now, due)
    _wake(progress, *because)


def _lose_booking(progress: VisitProgress, now: datetime, *because: Because) -> Events:
    progress.booking = None
    progress.offered_at = progress.accepted_at = None
    progress.predicted_arrival = progress.predicted_finish = None
    _await_booking(progress, now, *because)
    _tell(progress, now)
    return [EventDraft("booking_lost", now, data={"reason": told(because)}, because=because)]


def _free_engineer(progress: VisitProgress, now: datetime, because: Because) -> None:
    assert progress.booking is not None, "only a booked visit frees its engineer"  # noqa: S101 - a programming error
    progress.excluded.append(progress.booking.engineer)
    _lose_booking(progress, now, because)


def _wake(progress: VisitProgress, *because: Because, prediction_only: bool = False) -> None:
    # One wake-up is enough; a change of the plan outweighs a change of predictions.
    if progress.to_wake is None or progress.to_wake.prediction_only:
        progress.to_wake = wake_up(progress.visit_id, because, prediction_only=prediction_only)


def _tell(progress: VisitProgress, at: datetime, split_off: VisitNeeds | None = None) -> None:
    progress.facts += 1
    booking = progress.booking
    # Once the engineer has set out, nobody waits for a part, pressed "received" or not.
    missing = any(part.id not in progress.parts_ready for part in shipments(progress))
    waiting = missing and not progress.state.has_started
    progress.to_tell.append(
        VisitFact(
            visit_id=progress.visit_id,
            sequence=progress.facts,
            state=progress.state,
            at=at,
            engineer=booking.engineer if booking else None,
            accept_by=max(at, offer_at(progress)) if booking else None,
            arrival=progress.predicted_arrival,
            finish=progress.predicted_finish,
            report=progress.report,
            travel=_travelled(progress),
            parts_cents=progress.parts_cents,
            waiting_for_part=waiting,
            split_off=split_off,
        )
    )


def _travelled(progress: VisitProgress) -> timedelta:
    if progress.departed_at and progress.arrived_at:
        return progress.arrived_at - progress.departed_at
    return timedelta(0)


def _booking_data(progress: VisitProgress) -> dict[str, str | int | float | bool | None]:
    booking = progress.booking
    assert booking is not None, "only a booked visit has booking data"  # noqa: S101 - a programming error
    return {
        "booking_id": booking.id,
        "engineer": booking.engineer,
        "arrival": booking.arrival.isoformat(),
        "finish": booking.finish.isoformat(),
    }
