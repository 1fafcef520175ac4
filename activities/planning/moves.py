"""Moves of people and what they would do, and a territory prepared for questions about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from activities.planning.builder import Built, build
from activities.planning.grid import Ways, whole
from domain.ids import EngineerId, VisitId
from domain.policy import PlanningSettings
from domain.vocabulary import BookingState, VisitState
from domain.world import OpenVisit, World
from scheduler.problem import Visit
from scheduler.units import Cost


@dataclass(frozen=True)
class Spot:
    """Who is wanted when."""

    engineer: EngineerId
    arrival: datetime


@dataclass(frozen=True)
class Move:
    """A visit should go to a spot, or off the plan without one."""

    visit: VisitId
    to: Spot | None


@dataclass(frozen=True)
class Broken:
    """A rule that the moves break, with every fact that the sentence tells.

    Attributes:
        rule: Stable, for programs.
        cause: Which case of the rule it is, where one rule has several; empty for the usual one.
        at: When the visit would begin, or the engineer would be home.
        agreed: For when the visit is pinned or agreed.
        lacking: What is missing: skills with the level that is needed, parts with the units, tools (with 1).
        people: The engineer's name, by id; empty where the record is not at hand.
    """

    rule: str
    sentence: str
    visit_id: str | None = None
    engineer_id: str | None = None
    cause: str = ""
    at: datetime | None = None
    agreed: datetime | None = None
    lacking: Mapping[str, int] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Kept:
    """A promise that the moves break or save; how late it would be kept, None while the visit has no place."""

    visit_id: str
    case_id: str
    late_seconds: int | None


@dataclass(frozen=True)
class Pushed:
    """A visit that nobody moved and that would begin at another time."""

    visit_id: str
    engineer_id: str
    from_arrival: datetime
    to_arrival: datetime


@dataclass(frozen=True)
class PreviewStop:
    """A visit on a touched route; ``travel_seconds`` is the way to it, calls at warehouses included."""

    visit_id: str
    arrival: datetime
    finish: datetime
    travel_seconds: int


@dataclass(frozen=True)
class PreviewRoute:
    """A touched route as it would be."""

    engineer_id: str
    stops: tuple[PreviewStop, ...]


@dataclass(frozen=True)
class Consequence:
    """What moves would do.

    Attributes:
        allowed: No rule is broken.
        cost_change_cents: Of travel, distance, overtime, lateness, disruption and fit, all but the gain of serving.
        promises_lost, promises_saved: Broken only with the moves, and only without.
        others: Visits that start at another time although nobody moved them.
    """

    allowed: bool
    broken: tuple[Broken, ...] = ()
    cost_change_cents: Cost = 0
    travel_change_seconds: int = 0
    overtime_change_seconds: int = 0
    promises_lost: tuple[Kept, ...] = ()
    promises_saved: tuple[Kept, ...] = ()
    others: tuple[Pushed, ...] = ()
    routes: tuple[PreviewRoute, ...] = ()


@dataclass(frozen=True)
class Ground:
    """A territory prepared for questions about moves; nothing in it changes.

    Attributes:
        built: The problem with every visit that was not started free to move.
        visits: Every open visit, by id.
        spots: Where each visit that was not started is booked.
        wishes: What each visit that was not started asks for.
        settings: The territory's planning policy.
        zone: In which people are told times.
    """

    world: World
    built: Built
    visits: Mapping[VisitId, OpenVisit]
    spots: Mapping[VisitId, Spot]
    wishes: Mapping[VisitId, Visit]
    settings: PlanningSettings
    zone: ZoneInfo

    def clock(self, moment: datetime) -> str:
        """A moment as people are told it."""
        return moment.astimezone(self.zone).strftime("%a %H:%M")


def ground_of(world: World, ways: Ways, settings: PlanningSettings, zone: ZoneInfo) -> Ground:
    """Prepare a territory.

    Args:
        world: The territory now.
        ways: Travel between all of its places.
        settings: The territory's planning policy.
        zone: In which people are told times.
    """
    free = replace(world, visits=tuple(_freed(visit) for visit in world.visits))
    built = build(free, ways, settings)
    spots = {v.id: Spot(v.booking.engineer, v.booking.arrival) for v in world.visits if v.booking and not v.has_started}
    # People may put the two parts of a split job anywhere; ``moving`` says where that breaks their order.
    wishes = {VisitId(visit.id): replace(visit, after=()) for visit in built.problem.visits}
    for visit in free.visits:
        if visit.id not in wishes and not visit.has_started:
            # Its windows have passed, or another territory plans it: it still takes its engineer's time.
            wishes[visit.id] = _without_windows(visit, built)
    return Ground(world, built, {visit.id: visit for visit in world.visits}, spots, wishes, settings, zone)


def _freed(visit: OpenVisit) -> OpenVisit:
    """A person may move whatever was not started, whoever confirmed it."""
    if visit.has_started or visit.is_foreign:
        return visit
    booking = visit.booking and replace(visit.booking, state=BookingState.PLANNED, pin=None)
    state = VisitState.BOOKED if booking else VisitState.REQUESTED
    return replace(visit, booking=booking, state=state)


def _without_windows(visit: OpenVisit, built: Built) -> Visit:
    return Visit(
        id=visit.id,
        place=built.ways.place(visit.point),
        duration=whole(visit.needs.duration),
        skills=dict(visit.needs.skills),
        tools=frozenset(visit.needs.tools),
        parts={need.sku: need.quantity for need in visit.part_needs},
        priority=visit.severity.priority,
    )
