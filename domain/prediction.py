"""When each booked visit will really begin and end, from where its engineer is now. Pure functions of time.

An engineer's bookings form a chain from where the engineer is: at a started visit, where the last visit ended, or
at the start of the shift. It is followed in the booked order: the work begins at its booked time, or as soon as
the engineer can be there. Breaks are not predicted: the plan leaves room for them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from domain.ids import LocationId, VisitId
from domain.vocabulary import PartSource, ReservationState
from domain.world import BookingFact, Duty, EngineerState, Held, OpenVisit, Point, WarehouseState, World

Way = Callable[[Point, Point], timedelta]
"""How long it takes from one place to another."""

NEAR = timedelta(hours=4)
"""A booking this close to a shift belongs to it."""


@dataclass(frozen=True)
class Prediction:
    """When the work on a visit will begin and end; the beginning is a fact when the engineer is on site."""

    visit: VisitId
    arrival: datetime
    finish: datetime


@dataclass(frozen=True)
class Standing:
    """Where an engineer is or will be free, and from when on.

    Attributes:
        at_work: A visit was started, or one was finished in the running shift.
    """

    point: Point
    free: datetime
    at_work: bool


def is_booked(visit: OpenVisit) -> bool:
    """Whether a visit has a place on the published plan."""
    return visit.booking is not None


def booking_of(visit: OpenVisit) -> BookingFact:
    """The booking of a booked visit.

    Raises:
        ValueError: The visit is not booked; a fault of the program.
    """
    if visit.booking is None:
        raise ValueError(f"visit {visit.id} is not booked")
    return visit.booking


def predict(world: World, way: Way, counts: Callable[[OpenVisit], bool] = is_booked) -> dict[VisitId, Prediction]:
    """Predict every booked visit.

    Args:
        world: The territory now.
        way: Travel times.
        counts: Which booked visits take the engineers' time; the others are treated as if they were not there.
    """
    warehouses = {warehouse.id: warehouse for warehouse in world.warehouses}
    found: dict[VisitId, Prediction] = {}
    for engineer in world.engineers:
        own = [v for v in world.visits if v.booking and v.booking.engineer == engineer.id and counts(v)]
        for prediction in _predict_engineer(engineer, own, world.now, way, warehouses):
            found[prediction.visit] = prediction
    return found


def standing(engineer: EngineerState, visits: Iterable[OpenVisit], now: datetime) -> Standing:
    """Where an engineer is free next, before any visit that has not been started.

    Args:
        engineer: Who.
        visits: The engineer's open visits, started or not.
        now: The moment.
    """
    started = [(_of_started(visit, now).finish, visit) for visit in visits if visit.has_started and visit.booking]
    if started:
        free, last = max(started, key=lambda pair: (pair[0], pair[1].id))
        return Standing(last.point, free, at_work=True)
    duty = running(engineer, now)
    seen = engineer.last_seen
    if duty is not None and seen is not None and duty.start - NEAR <= seen.at <= now:
        return Standing(seen.point, now, at_work=True)
    return Standing(duty.start_point if duty else engineer.home, now, at_work=False)


def running(engineer: EngineerState, now: datetime) -> Duty | None:
    """The shift that is on, overtime included."""
    return next((d for d in engineer.duties if d.start <= now < d.end + d.overtime), None)


def duty_of(engineer: EngineerState, moment: datetime) -> Duty | None:
    """The shift that a booked moment belongs to: the nearest one, if it is near."""
    return min(
        (duty for duty in engineer.duties if _distance(duty, moment) <= NEAR),
        key=lambda duty: (_distance(duty, moment), duty.start),
        default=None,
    )


def pickups(held: Iterable[Held], seen: set[LocationId]) -> list[LocationId]:
    """Warehouses that must still be called at for a booking; they are added to ``seen``."""
    found = []
    for part in held:
        waits = part.source is PartSource.WAREHOUSE and part.state is ReservationState.HELD
        if waits and part.location not in seen:
            seen.add(part.location)
            found.append(part.location)
    return found


def changed(
    visits: Iterable[OpenVisit], predictions: Mapping[VisitId, Prediction], tolerance: timedelta
) -> list[Prediction]:
    """Predictions that differ from the last ones (at first: from the booking) by more than the tolerance."""
    found = []
    for visit in visits:
        prediction, booking = predictions.get(visit.id), visit.booking
        if prediction is None or booking is None:
            continue
        arrival = booking.predicted_arrival or booking.arrival
        finish = booking.predicted_finish or booking.finish
        if abs(prediction.arrival - arrival) > tolerance or abs(prediction.finish - finish) > tolerance:
            found.append(prediction)
    return found


def _predict_engineer(
    engineer: EngineerState,
    visits: list[OpenVisit],
    now: datetime,
    way: Way,
    warehouses: Mapping[LocationId, WarehouseState],
) -> Iterator[Prediction]:
    yield from (_of_started(visit, now) for visit in visits if visit.has_started)
    here = standing(engineer, visits, now)
    point, free = here.point, here.free
    waiting = sorted((v for v in visits if not v.has_started), key=lambda v: (booking_of(v).arrival, v.id))
    chains = groupby(waiting, key=lambda v: duty_of(engineer, booking_of(v).arrival))
    for duty, chain in chains:
        if duty is not None and duty.start > free:
            point = duty.start_point
        called_at: set[LocationId] = set()
        for visit in chain:
            booking = booking_of(visit)
            for location in pickups(booking.held, called_at):
                if warehouse := warehouses.get(location):
                    free += way(point, warehouse.point) + warehouse.handling
                    point = warehouse.point
            arrival = max(booking.arrival, free + way(point, visit.point))
            free, point = arrival + (booking.finish - booking.arrival), visit.point
            yield Prediction(visit.id, arrival, free)


def _of_started(visit: OpenVisit, now: datetime) -> Prediction:
    """An engineer on the way needs the planned way; one on site needs the planned time, or is about to finish."""
    booking = booking_of(visit)
    if visit.arrived is not None:
        return Prediction(visit.id, visit.arrived, max(visit.arrived + visit.needs.duration, now))
    there = now if visit.departed is None else max(visit.departed + booking.travel, now)
    if booking.window is not None:
        there = max(there, booking.window.start)
    return Prediction(visit.id, there, there + visit.needs.duration)


def _distance(duty: Duty, moment: datetime) -> timedelta:
    return max(duty.start - moment, moment - duty.end - duty.overtime, timedelta(0))
