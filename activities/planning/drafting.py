"""From a plan to a draft: what publishing it would change in the record, and nothing else."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from activities.planning.builder import Built
from activities.planning.demand import is_shipment
from activities.planning.grid import SECOND
from activities.planning.order import pairs_of
from activities.planning.telling import Telling
from domain.because import Because, BecauseCode, WhyNot, told
from domain.draft import DraftBooking, LeftOut, PartLine, PlanDraft, TakenOff, plan_id
from domain.ids import EngineerId, LocationId, VisitId, van_of
from domain.parts import PartNeed
from domain.registration import ArrivalWindow
from domain.vocabulary import PartSource
from domain.world import BookingFact, Held, OpenVisit, World
from scheduler.plan import PartSource as PlannedSource
from scheduler.plan import Plan, Route, SourceKind, StopKind

ON_THE_WAY = {StopKind.TRAVEL, StopKind.WAREHOUSE}


@dataclass(frozen=True)
class Round:
    """Which planning this is.

    Attributes:
        tolerance: A tentative booking whose time would move by no more than this stays where it is.
        refused: Rules that a first plan broke.
    """

    number: int
    reason: str
    tolerance: timedelta
    refused: tuple[str, ...] = ()
    because: tuple[Because, ...] = ()


@dataclass(frozen=True)
class _Place:
    """Where a plan puts a visit; ``kept`` if its booking is a fact."""

    visit: OpenVisit
    kept: bool
    engineer: EngineerId
    arrival: datetime
    finish: datetime
    travel: timedelta
    sources: Mapping[str, PlannedSource]


def draft_of(world: World, built: Built, plan: Plan | None, this: Round) -> PlanDraft:
    """What publishing a plan would change.

    Args:
        world: What the plan was made from.
        built: The problem that was solved.
        plan: The answer; None if there was nothing to place, or no answer that may be used: nothing changes then.
        this: Which planning it is.
    """
    visits = {visit.id: visit for visit in world.visits}
    routes = [list(_places(route, visits, built)) for route in plan.routes] if plan else []
    shelf = _Shelf(built, (place for route in routes for place in route if not place.kept))
    bookings: list[DraftBooking] = []
    left_out: dict[VisitId, tuple[WhyNot, ...]] = {visit: (why,) for visit, why in built.refused.items()}
    kept = len(built.kept)
    pairs = pairs_of(world)
    for route in routes:
        stays = _staying(route, this.tolerance, pairs)
        for place in route:
            if place.kept:
                continue
            parts = shelf.lines(place)
            if parts is None:
                left_out[place.visit.id] = (_SOLD_OUT,)
            elif place.visit.id in stays and _same_parts(place, parts):
                kept += 1
            else:
                bookings.append(_booking(place, parts))
    telling = Telling(built)
    for item in plan.unassigned if plan else ():
        if VisitId(item.visit_id) not in built.kept:
            left_out[VisitId(item.visit_id)] = tuple(telling.of(item.visit_id, reason) for reason in item.reasons)
    if plan is None:
        standing = [v for v in world.visits if not v.has_started and v.id not in built.kept | left_out.keys()]
        kept += sum(1 for visit in standing if visit.booking)
        left_out |= {visit.id: (_NO_PLAN,) for visit in standing if not visit.booking}
    return PlanDraft(
        id=plan_id(world.territory, this.number),
        territory=world.territory,
        number=this.number,
        made_at=world.now,
        reason=this.reason,
        open_visits=len(world.visits),
        bookings=tuple(sorted(bookings, key=lambda booking: booking.visit)),
        taken_off=tuple(_taken_off(visits, left_out)),
        left_out=tuple(LeftOut(visit, reasons) for visit, reasons in sorted(left_out.items())),
        kept=kept,
        cost=plan.cost if plan else 0,
        score={objective.value: cost for objective, cost in plan.score.items()} if plan else {},
        status=plan.status.value if plan else "optimal",
        engine=plan.engine if plan else "none",
        seconds=plan.seconds if plan else 0.0,
        seed=plan.seed if plan else 0,
        refused=this.refused,
        because=this.because,
    )


_NO_PLAN = WhyNot("budget", "No plan could be made that keeps every rule; it is tried again.")
_SOLD_OUT = WhyNot("parts", "Another visit of this plan gets the last parts that could be sent.", cause="sold_out")


def _places(route: Route, visits: Mapping[VisitId, OpenVisit], built: Built) -> Iterator[_Place]:
    moment, on_the_way = built.timeline.moment, 0
    for stop in route.stops:
        if stop.kind in ON_THE_WAY:
            on_the_way += stop.end - stop.start
        if stop.visit_id is None:
            continue
        yield _Place(
            visit=visits[VisitId(stop.visit_id)],
            kept=stop.visit_id in built.kept,
            engineer=EngineerId(route.engineer),
            arrival=moment(stop.start),
            finish=moment(stop.end),
            travel=on_the_way * SECOND,
            sources=stop.sources,
        )
        on_the_way = 0


def _staying(places: list[_Place], tolerance: timedelta, pairs: frozenset[VisitId]) -> set[VisitId]:
    """Visits whose booking is near enough to the plan to stay, in the order of the route.

    A booking that would then overlap what is before it, or delay what is after it, moves after all. So does the part of
    a split job that is not exactly where the plan has it: its other part may be on another route.
    """
    stays: set[VisitId] = set()
    taken_until: datetime | None = None
    for place, following in zip(places, [*places[1:], None], strict=True):
        booking = place.visit.booking
        near = timedelta(0) if place.visit.id in pairs else tolerance
        if booking is not None and not place.kept and _is_near(place, booking, near):
            is_free = taken_until is None or booking.arrival >= taken_until
            if is_free and (following is None or booking.finish <= _departure(following)):
                stays.add(place.visit.id)
                taken_until = booking.finish
                continue
        taken_until = max(place.finish, booking.finish) if booking and place.kept else place.finish
    return stays


def _departure(place: _Place) -> datetime:
    """When its engineer must set out; a fact's time stays taken as it was booked."""
    booked = place.visit.booking.arrival if place.kept and place.visit.booking else place.arrival
    return min(booked, place.arrival - place.travel)


def _is_near(place: _Place, booking: BookingFact, tolerance: timedelta) -> bool:
    same_length = booking.finish - booking.arrival == place.finish - place.arrival
    return booking.engineer == place.engineer and same_length and abs(booking.arrival - place.arrival) <= tolerance


def _same_parts(place: _Place, parts: tuple[PartLine, ...]) -> bool:
    held = place.visit.booking.held if place.visit.booking else ()
    return {(h.sku, h.quantity, h.source, h.location) for h in held} == {
        (p.sku, p.quantity, p.source, p.location) for p in parts
    }


def _booking(place: _Place, parts: tuple[PartLine, ...]) -> DraftBooking:
    visit = place.visit
    return DraftBooking(
        visit=visit.id,
        case=visit.case_id,
        version=visit.version,
        engineer=place.engineer,
        arrival=place.arrival,
        finish=place.finish,
        travel=place.travel,
        window=_window(visit, place.arrival),
        parts=parts,
        replaces=visit.booking.id if visit.booking else None,
    )


def _window(visit: OpenVisit, arrival: datetime) -> ArrivalWindow | None:
    """The customer's window that the arrival lies in."""
    return next((w for w in visit.needs.windows if w.start <= arrival <= w.end), None)


def _taken_off(
    visits: Mapping[VisitId, OpenVisit], left_out: Mapping[VisitId, tuple[WhyNot, ...]]
) -> Iterable[TakenOff]:
    for id_, reasons in sorted(left_out.items()):
        visit = visits[id_]
        if visit.booking is not None and visit.booking.is_movable:
            because = (Because(BecauseCode.NO_PLACE, why_not=reasons[0]),)
            yield TakenOff(visit.id, visit.case_id, visit.version, visit.booking.id, told(because), because)


class _Shelf:
    """Says where each part of a visit comes from, and from which warehouse a shipped part is sent.

    What the plan fetches, and what is under way already, is set aside first.
    """

    def __init__(self, built: Built, places: Iterable[_Place]) -> None:
        self._built = built
        self._left = {location: dict(units) for location, units in built.supply.warehouses.items()}
        self._arrives = {visit.id: visit.shipped for visit in built.problem.visits}
        for place in places:
            for need in place.visit.part_needs:
                source, sent = place.sources[need.sku], _under_way(place.visit, need)
                if source.kind is SourceKind.WAREHOUSE:
                    self._take(LocationId(source.warehouse_id or ""), need)
                elif source.kind is SourceKind.SHIPPED and sent is not None:
                    self._take(sent.location, need)

    def lines(self, place: _Place) -> tuple[PartLine, ...] | None:
        """The parts of a visit with their sources; None if something that the plan sends is gone."""
        lines = [self._line(place, need) for need in place.visit.part_needs]
        found = tuple(line for line in lines if line is not None)
        return found if len(found) == len(lines) else None

    def _line(self, place: _Place, need: PartNeed) -> PartLine | None:
        source = place.sources[need.sku]
        match source.kind:
            case SourceKind.VAN:
                return PartLine(need.sku, need.quantity, PartSource.VAN, van_of(place.engineer))
            case SourceKind.WAREHOUSE:
                location = LocationId(source.warehouse_id or "")
                return PartLine(need.sku, need.quantity, PartSource.WAREHOUSE, location)
            case SourceKind.SHIPPED:
                return self._shipment(place, need)

    def _shipment(self, place: _Place, need: PartNeed) -> PartLine | None:
        sent = _under_way(place.visit, need)
        if sent is not None:
            return PartLine(need.sku, need.quantity, sent.source, sent.location, sent.ready_at, sent.id)
        fullest = max(self._left, key=lambda location: (self._left[location].get(need.sku, 0), location), default=None)
        if fullest is None or self._left[fullest].get(need.sku, 0) < need.quantity:
            return None
        self._take(fullest, need)
        ready_at = self._built.timeline.moment(self._arrives[place.visit.id][need.sku])
        return PartLine(need.sku, need.quantity, PartSource.SHIPMENT, fullest, ready_at)

    def _take(self, location: LocationId, need: PartNeed) -> None:
        units = self._left.setdefault(location, {})
        units[need.sku] = units.get(need.sku, 0) - need.quantity


def _under_way(visit: OpenVisit, need: PartNeed) -> Held | None:
    """The part if it is sent to the visit already."""
    held = visit.booking.held if visit.booking else ()
    return next((h for h in held if is_shipment(h) and h.sku == need.sku and h.quantity == need.quantity), None)
