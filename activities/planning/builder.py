"""From the world to a problem: which bookings are facts, what may be placed, and what there is to place it with.

- A started visit is not planned any more: it says where its engineer is and when he or she is free.
- An offered or confirmed booking is a fact at its predicted time. With ``hold`` so is every published booking.
- A tentative booking may move; what it holds of the stock counts as available, and moving it has a cost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from activities.planning.demand import LATE_CENTS_PER_MINUTE, Reach, Supply, promised_end, wish
from activities.planning.grid import Timeline, Ways, timeline_from, whole
from activities.planning.order import in_order
from activities.planning.shifts import Fact, FittedShifts, PickUp, fit_shifts
from domain.because import WhyNot
from domain.ids import EngineerId, LocationId, Sku, VisitId, van_of
from domain.policy import PlanningSettings
from domain.prediction import Prediction, booking_of, predict, standing
from domain.vocabulary import PartSource, ReservationState
from domain.world import EngineerState, Held, OpenVisit, Span, WarehouseState, World
from scheduler.problem import Engineer, Pin, PinKind, Position, Problem, Skill, Visit, Warehouse, Window
from scheduler.units import Seconds

LEAD = timedelta(minutes=1)
"""Nothing is planned to begin sooner: publishing and telling the engineer take a moment."""


@dataclass(frozen=True)
class Built:
    """A problem and the way back from it.

    Attributes:
        kept: Booked visits that stay as they are, in the problem as pins or outside all shifts.
        refused: Visits that are not in the problem because no plan could place them, with the reason.
        movable: How many visits the scheduler may place.
        supply: What could be had while the problem was solved.
    """

    problem: Problem
    timeline: Timeline
    ways: Ways
    kept: frozenset[VisitId]
    refused: Mapping[VisitId, WhyNot]
    movable: int
    supply: Supply


def build(world: World, ways: Ways, settings: PlanningSettings, *, lead: timedelta = LEAD, hold: bool = False) -> Built:
    """Make the scheduler's problem.

    Args:
        world: The territory now.
        ways: Travel between all of its places.
        settings: The territory's planning policy.
        lead: Nothing is planned to begin sooner than this.
        hold: Every published booking stays; only visits without one are placed.
    """
    timeline = timeline_from(world.now)
    floor = timeline.after(world.now + lead)
    known = frozenset(engineer.id for engineer in world.engineers)
    kept = {v.id: v for v in world.visits if _stays(v, known, hold)}
    supply = supply_of(world, kept)
    end = timeline.before(world.horizon_end)
    reach = Reach(timeline, ways, floor, end, settings.shipping, supply, settings.promise_margin)
    wishes = {v.id: wish(v, reach) for v in world.visits if not v.has_started and v.id not in kept}
    engineers, pins = _engineers(world, kept, reach)
    wishes = in_order(world, wishes, {VisitId(pin.id): pin for pin in pins}, reach)
    visits = (*pins, *(w for w in wishes.values() if isinstance(w, Visit)))
    problem = Problem(
        places=len(ways.points),
        travel=ways.seconds,
        distance=ways.metres,
        engineers=engineers,
        visits=tuple(sorted(visits, key=lambda visit: visit.id)),
        warehouses=_warehouses(world.warehouses, reach, pins, kept),
        horizon=reach.horizon,
    )
    return Built(
        problem=problem,
        timeline=timeline,
        ways=ways,
        kept=frozenset(kept),
        refused={id_: why for id_, why in wishes.items() if isinstance(why, WhyNot)},
        movable=len(visits) - len(pins),
        supply=supply,
    )


def _stays(visit: OpenVisit, known: frozenset[EngineerId], hold: bool) -> bool:
    booking = visit.booking
    if visit.has_started or booking is None:
        return False
    return not booking.is_movable or visit.is_foreign or (hold and booking.engineer in known)


# --- stock ---------------------------------------------------------------------------------------------------


def supply_of(world: World, kept: Iterable[VisitId]) -> Supply:
    """Free stock, with what the movable bookings hold given back."""
    vans = {van_of(engineer.id): dict(engineer.van) for engineer in world.engineers}
    houses = {warehouse.id: dict(warehouse.stock) for warehouse in world.warehouses}
    for visit in world.visits:
        if visit.has_started or visit.id in kept or visit.booking is None:
            continue
        for held in visit.booking.held:
            place = vans.get(held.location) if held.source is PartSource.VAN else houses.get(held.location)
            if place is not None:
                place[held.sku] = place.get(held.sku, 0) + held.quantity
    return Supply(vans, houses)


def _waiting(held: Held) -> bool:
    return held.source is PartSource.WAREHOUSE and held.state is ReservationState.HELD


def _own_sku(visit: VisitId, held: Held) -> Sku:
    """A name for reserved units that no other visit can ask for: only their visit can fetch them."""
    return Sku(f"{held.sku} for {visit}")


def _warehouses(
    states: tuple[WarehouseState, ...], reach: Reach, pins: Iterable[Visit], kept: Mapping[VisitId, OpenVisit]
) -> tuple[Warehouse, ...]:
    stock = {
        state.id: {str(sku): units for sku, units in reach.supply.warehouses[state.id].items()} for state in states
    }
    for pin in pins:
        booking = kept[VisitId(pin.id)].booking
        for held in booking.held if booking else ():
            if _own_sku(VisitId(pin.id), held) in pin.parts:
                stock[held.location][_own_sku(VisitId(pin.id), held)] = pin.parts[_own_sku(VisitId(pin.id), held)]
    return tuple(
        Warehouse(
            id=state.id,
            place=reach.ways.place(state.point),
            opening=_opening(state, reach),
            stock=stock[state.id],
            handling=whole(state.handling),
        )
        for state in states
        if _opening(state, reach) or state.opening is None
    )


def _opening(state: WarehouseState, reach: Reach) -> tuple[Window, ...]:
    """Moments at which an engineer may come in and still be served before it closes."""
    spans = (
        (max(0, reach.timeline.after(o.start)), reach.timeline.before(o.end) - whole(state.handling))
        for o in state.opening or ()
    )
    return tuple(Window(start, end) for start, end in spans if start <= end)


# --- engineers and facts ---------------------------------------------------------------------------------------


def _engineers(
    world: World, kept: Mapping[VisitId, OpenVisit], reach: Reach
) -> tuple[tuple[Engineer, ...], tuple[Visit, ...]]:
    """The engineers with shifts that fit the facts, and the facts as pinned visits."""
    predictions = predict(world, reach.ways.way, lambda visit: visit.has_started or visit.id in kept)
    houses = {state.id: state for state in world.warehouses}
    engineers, pins = [], []
    for engineer in world.engineers:
        own = [v for v in world.visits if v.booking and v.booking.engineer == engineer.id]
        facts = [_fact(v, predictions[v.id], houses, reach) for v in own if v.id in kept]
        position = _position(engineer, own, reach)
        fitted = fit_shifts(engineer, facts, position, reach.floor, reach.timeline, reach.ways)
        engineers.append(_engineer(engineer, fitted, position, reach))
        pins += [_pin(kept[VisitId(id_)], start, fitted, reach, houses) for id_, start in fitted.starts.items()]
    return tuple(engineers), tuple(pins)


def _fact(visit: OpenVisit, prediction: Prediction, houses: Mapping[LocationId, WarehouseState], reach: Reach) -> Fact:
    booking = booking_of(visit)
    locations = sorted({part.location for part in booking.held if _waiting(part)} & houses.keys())
    return Fact(
        visit=visit.id,
        taken=Span(booking.arrival, max(booking.finish, prediction.finish)),
        place=reach.ways.place(visit.point),
        start=max(reach.floor, reach.timeline.after(prediction.arrival)),
        duration=whole(prediction.finish - prediction.arrival),
        pickups=tuple(_pick_up(houses[location], reach) for location in locations),
    )


def _pick_up(state: WarehouseState, reach: Reach) -> PickUp:
    opening = None if state.opening is None else _opening(state, reach)
    return PickUp(state.id, reach.ways.place(state.point), whole(state.handling), opening)


def _position(engineer: EngineerState, visits: list[OpenVisit], reach: Reach) -> Position | None:
    """Where an engineer at work is free: not before the booked end, which stays taken in the record."""
    here = standing(engineer, visits, reach.timeline.origin)
    if not here.at_work:
        return None
    booked = [v.booking.finish for v in visits if v.booking and v.has_started]
    free = reach.timeline.after(max([here.free, *booked]))
    return Position(reach.ways.place(here.point), max(reach.floor, free))


def _engineer(engineer: EngineerState, fitted: FittedShifts, position: Position | None, reach: Reach) -> Engineer:
    most = engineer.max_visits
    return Engineer(
        id=engineer.id,
        shifts=fitted.shifts,
        skills={
            name: Skill(held.level, None if held.expires is None else reach.timeline.before(held.expires))
            for name, held in engineer.skills.items()
        },
        van={sku: units for sku, units in reach.supply.vans[van_of(engineer.id)].items() if units > 0},
        tools=engineer.tools,
        max_visits_per_shift=None if most is None else max(most, fitted.most_facts),
        cost_per_hour=engineer.cents_per_hour,
        cost_per_km=engineer.cents_per_km,
        position=position,
    )


def _pin(
    visit: OpenVisit,
    start: Seconds,
    fitted: FittedShifts,
    reach: Reach,
    houses: Mapping[LocationId, WarehouseState],
) -> Visit:
    booking = booking_of(visit)
    parts: dict[str, int] = {}
    if visit.id not in fitted.unreachable:
        for held in booking.held:
            if _waiting(held) and held.location in houses:
                own = _own_sku(visit.id, held)
                parts[own] = parts.get(own, 0) + held.quantity
    return Visit(
        id=visit.id,
        place=reach.ways.place(visit.point),
        duration=whole(booking.finish - booking.arrival),
        parts=parts,
        latest_sla_end=promised_end(visit, reach),
        late_cost_per_minute=LATE_CENTS_PER_MINUTE[visit.severity.priority],
        priority=visit.severity.priority,
        pin=Pin(PinKind.BOTH, booking.engineer, start),
        requested=reach.timeline.before(visit.requested),
    )
