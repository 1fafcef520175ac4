"""Open visits as the scheduler wants them: what each asks for, when it may begin, and what it was promised."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from activities.planning.grid import Timeline, Ways, whole
from domain.because import WhyNot
from domain.ids import LocationId, Sku
from domain.vocabulary import PartSource, PinKind, ReservationState, Severity, VisitState
from domain.world import BookingFact, Held, OpenVisit
from scheduler.problem import Pin, Published, Visit, Window
from scheduler.problem import PinKind as PlannedPin
from scheduler.units import Cost, Seconds

LATE_CENTS_PER_MINUTE: Mapping[int, Cost] = {1: 100, 2: 200, 3: 400, 4: 800, 5: 1_600}
"""By priority. A quarter of an hour late outweighs giving a published booking to another engineer."""

PASSED = WhyNot("window", "All windows of the customer have passed: agree a new one.", cause="passed")
BEYOND = WhyNot("window", "All windows of the customer lie beyond the days that are planned now.", cause="beyond")
UNCLEAR = WhyNot("state", "The visit is being changed at this moment: it is planned as soon as that is over.")


@dataclass(frozen=True)
class Supply:
    """What can be had from where while the problem is solved.

    Attributes:
        vans: Units by van (its stock location) and part, those of movable bookings included.
        warehouses: Units by warehouse and part, likewise.
    """

    vans: Mapping[LocationId, Mapping[Sku, int]]
    warehouses: Mapping[LocationId, Mapping[Sku, int]]

    def can_ship(self, sku: Sku, quantity: int) -> bool:
        """Whether one warehouse has enough to send."""
        return any(stock.get(sku, 0) >= quantity for stock in self.warehouses.values())


@dataclass(frozen=True)
class Reach:
    """What holds for every visit of one problem.

    Attributes:
        floor: Nothing is planned to begin before this second.
        horizon: The end of the planned time.
        shipping: How long a part takes from a warehouse.
        margin: Promises are planned to be kept with this much time to spare.
    """

    timeline: Timeline
    ways: Ways
    floor: Seconds
    horizon: Seconds
    shipping: timedelta
    supply: Supply
    margin: timedelta


def wish(visit: OpenVisit, reach: Reach) -> Visit | WhyNot:
    """A visit that planning may place, or why it cannot be placed whatever the plan."""
    booking = visit.booking
    if visit.state not in {VisitState.REQUESTED, VisitState.BOOKED}:
        return UNCLEAR
    windows = open_windows(visit, reach)
    if isinstance(windows, WhyNot):
        return windows
    timeline = reach.timeline
    return Visit(
        id=visit.id,
        place=reach.ways.place(visit.point),
        duration=whole(visit.needs.duration),
        skills=dict(visit.needs.skills),
        tools=frozenset(visit.needs.tools),
        parts={need.sku: need.quantity for need in visit.part_needs},
        windows=windows,
        earliest=reach.floor if visit.earliest is None else max(reach.floor, timeline.after(visit.earliest)),
        latest_sla_end=promised_end(visit, reach),
        late_cost_per_minute=LATE_CENTS_PER_MINUTE[visit.severity.priority],
        priority=visit.severity.priority,
        mandatory=visit.severity is Severity.SAFETY,
        preferred=frozenset([visit.preferred] if visit.preferred else []),
        excluded=frozenset(visit.excluded),
        pin=_pin(booking, reach) if booking else None,
        published=Published(booking.engineer, timeline.before(booking.arrival)) if booking else None,
        shipped=_shipped(visit, reach),
        requested=timeline.before(visit.requested),
    )


def _pin(booking: BookingFact, reach: Reach) -> Pin | None:
    """The engineer, or the time as long as it can still be met, that a person fixed."""
    if booking.pin is PinKind.RESOURCE:
        return Pin(PlannedPin.RESOURCE, booking.engineer)
    start = reach.timeline.after(booking.arrival)
    return Pin(PlannedPin.TIME, start=start) if booking.pin is PinKind.TIME and start >= reach.floor else None


def open_windows(visit: OpenVisit, reach: Reach) -> tuple[Window, ...] | WhyNot:
    """What is left of the customer's windows; the one that the customer was told counts alone while it can be met."""
    given = visit.needs.windows
    told = visit.booking.window if visit.booking else None
    for windows in ([told] if told else [], given):
        left = [Window(max(reach.floor, reach.timeline.after(w.start)), reach.timeline.before(w.end)) for w in windows]
        left = [w for w in left if w.start <= w.end]
        if soon := tuple(w for w in left if w.start < reach.horizon):
            return soon
        if left and windows is given:
            return BEYOND
    return PASSED if given or told else ()


def promised_end(visit: OpenVisit, reach: Reach) -> Seconds | None:
    """When the work must be over so that neither the on-site nor the resolve promise is broken, with room to spare.

    Days do not go as planned; a visit at the last moment of its promise is one declined offer away from breaking it.
    """
    timeline = reach.timeline
    ends = [timeline.before(visit.resolve_due - reach.margin)] if visit.resolve_due else []
    if visit.on_site_due:
        ends.append(timeline.before(visit.on_site_due - reach.margin) + whole(visit.needs.duration))
    return min(ends, default=None)


def _shipped(visit: OpenVisit, reach: Reach) -> dict[str, Seconds]:
    """What could be sent, and when it would be there; a part that is under way keeps its time."""
    under_way = {held.sku: held for held in (visit.booking.held if visit.booking else ()) if is_shipment(held)}
    found: dict[str, Seconds] = {}
    for need in visit.part_needs:
        held = under_way.get(need.sku)
        if held is not None and held.quantity >= need.quantity:
            found[need.sku] = _ready(held, reach.timeline)
        elif reach.supply.can_ship(need.sku, need.quantity):
            found[need.sku] = max(0, reach.timeline.after(reach.timeline.origin + reach.shipping))
    return found


def _ready(held: Held, timeline: Timeline) -> Seconds:
    if held.state is ReservationState.READY or held.ready_at is None:
        return 0
    return max(0, timeline.after(held.ready_at))


def is_shipment(held: Held) -> bool:
    """Whether a part is sent to the visit."""
    return held.source is PartSource.SHIPMENT
