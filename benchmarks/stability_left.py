"""What is left of a published day at some moment, as the product would plan it again.

Begun work stays, bookings that were offered to their engineers are pinned, a customer who was told an arrival window
keeps it, and every other booking carries what was published.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from benchmarks.landscape import DAY, HOUR, MINUTE
from scheduler.plan import Assignment, PartSource, Plan, Route, SourceKind, Stop, StopKind
from scheduler.problem import Engineer, Pin, PinKind, Position, Problem, Published, Visit, Warehouse, Window
from scheduler.units import Seconds

LEAD = 2 * MINUTE
"""Nothing is planned to begin sooner than this after the moment."""

OFFERED = 2 * HOUR
"""Bookings that begin within this time were offered to their engineers and stay."""

WORK = (StopKind.VISIT, StopKind.WAREHOUSE)


class Kind(StrEnum):
    """What happens."""

    NOTHING = "nothing"
    EMERGENCY = "emergency"
    ILL_REST = "ill for the rest of the day"
    ILL_DAY = "ill the whole day"
    OVERRUN = "overrun"


@dataclass(frozen=True)
class Booking:
    """What was published of a visit; the window is the one that the customer was told, if there is one."""

    engineer: str
    start: Seconds
    window: Window | None

    @property
    def day(self) -> int:
        """Days since the first one."""
        return self.start // DAY


@dataclass(frozen=True, eq=False)
class PublishedDay:
    """A problem, its plan as it was published, and a visit that nobody knows of yet."""

    problem: Problem
    plan: Plan
    emergency: Visit
    seed: int


@dataclass(frozen=True, eq=False)
class Situation:
    """What is left of a published day after something happened.

    Attributes:
        problem: what is to be planned, with what was published.
        kept: what is left of the published plan, to begin from.
        bookings: of the visits that were not begun, by visit.
        forced: the visits that cannot keep their booking, because their engineer is ill.
    """

    kind: Kind
    problem: Problem
    kept: Plan
    bookings: Mapping[str, Booking]
    forced: frozenset[str] = frozenset()

    @property
    def free(self) -> Problem:
        """The same as if nothing had been published but what is pinned."""
        return replace(self.problem, visits=tuple(replace(visit, published=None) for visit in self.problem.visits))

    @property
    def held(self) -> Problem:
        """The same with every booking pinned that can be kept."""
        stay = self.bookings.keys() - self.forced
        return replace(
            self.problem,
            visits=tuple(pinned(v, self.bookings[v.id]) if v.id in stay else v for v in self.problem.visits),
        )


def left_at(day: PublishedDay, now: Seconds) -> Situation:
    """What is left at a moment, and what was published of it."""
    begun = {(route.engineer, route.shift_index): list(_begun(day.problem, route, now)) for route in day.plan.routes}
    over = {stop.visit_id for stops in begun.values() for stop in stops}
    visits = [visit for visit in day.problem.visits if visit.id not in over]
    bookings = {visit.id: _booking(visit, day.plan.assignments[visit.id]) for visit in visits}
    today = {route.engineer: route for route in day.plan.routes if route.shift_index == 0}
    rest = (_rest(route, begun[route.engineer, route.shift_index]) for route in day.plan.routes)
    return Situation(
        kind=Kind.NOTHING,
        problem=replace(
            day.problem,
            engineers=tuple(_at(e, today.get(e.id), begun.get((e.id, 0), []), now) for e in day.problem.engineers),
            visits=tuple(_open(visit, bookings[visit.id], now) for visit in visits),
            warehouses=tuple(_depleted(house, begun.values()) for house in day.problem.warehouses),
        ),
        kept=replace(day.plan, routes=tuple(route for route in rest if route.stops)),
        bookings=bookings,
    )


def _booking(visit: Visit, got: Assignment) -> Booking:
    window = next((w for w in visit.windows if w.start <= got.arrival <= w.end), None)
    return Booking(got.engineer, got.arrival, window)


def _begun(problem: Problem, route: Route, now: Seconds) -> Iterator[Stop]:
    """The visits and warehouse stops that the engineer has set out for; engineers set out just in time."""
    engineer = next(e for e in problem.engineers if e.id == route.engineer)
    place, pause = engineer.shifts[route.shift_index].start_place, 0
    for stop in route.stops:
        if stop.kind is StopKind.BREAK:
            pause = stop.end - stop.start
        elif stop.kind in WORK:
            if stop.start - pause - int(problem.travel[place, stop.place]) > now + LEAD:
                return
            place, pause = stop.place, 0
            yield stop


def _at(engineer: Engineer, route: Route | None, begun: Sequence[Stop], now: Seconds) -> Engineer:
    """Where the engineer is free, and when; what is in the van; no break any more if it was taken."""
    today = engineer.shifts[0]
    free = max([now + LEAD, *(stop.end for stop in begun)])
    pauses = [s for s in route.stops if s.kind is StopKind.BREAK] if route else []
    taken = [s for s in pauses if s.start <= max([now, *(stop.start for stop in begun)])]
    if taken:
        free, today = max(free, taken[0].end), replace(today, break_=None)
    place = begun[-1].place if begun else today.start_place
    return replace(
        engineer,
        shifts=(today, *engineer.shifts[1:]),
        van=_van(engineer, begun),
        position=Position(place, free) if begun or today.start <= free else None,
    )


def _van(engineer: Engineer, begun: Iterable[Stop]) -> dict[str, int]:
    """What was fetched is in the van, what was or will be used at a begun visit is not."""
    van = dict(engineer.van)
    for stop in begun:
        for sku, units in stop.parts.items():
            van[sku] = van.get(sku, 0) + units
        for sku in stop.sources:
            van[sku] = van.get(sku, 0) - 1
    return {sku: units for sku, units in van.items() if units > 0}


def _depleted(house: Warehouse, begun: Iterable[Sequence[Stop]]) -> Warehouse:
    fetched = [stop.parts for stops in begun for stop in stops if stop.warehouse_id == house.id]
    return replace(
        house, stock={sku: n - sum(parts.get(sku, 0) for parts in fetched) for sku, n in house.stock.items()}
    )


def _open(visit: Visit, booking: Booking, now: Seconds) -> Visit:
    """A visit that was not begun, with what was published of it."""
    booked = replace(
        visit,
        windows=(booking.window,) if booking.window else (),
        earliest=now + LEAD,
        published=Published(booking.engineer, booking.start),
    )
    return pinned(booked, booking) if booking.start <= now + OFFERED else booked


def pinned(visit: Visit, booking: Booking) -> Visit:
    return replace(visit, pin=Pin(PinKind.BOTH, booking.engineer, booking.start))


def _rest(route: Route, begun: Sequence[Stop]) -> Route:
    """The visits and warehouse stops of a route that were not begun; what was fetched comes from the van now."""
    called = {stop.warehouse_id for stop in begun if stop.warehouse_id}
    work = [stop for stop in route.stops if stop.kind in WORK][len(begun) :]
    return replace(route, stops=tuple(replace(stop, sources=_now_from(stop, called)) for stop in work))


def _now_from(stop: Stop, called: set[str]) -> dict[str, PartSource]:
    van = PartSource(SourceKind.VAN)
    return {sku: van if source.warehouse_id in called else source for sku, source in stop.sources.items()}
