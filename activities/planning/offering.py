"""Which arrival windows can be offered to a customer: each is tried on the plan as it stands, in insert mode."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from activities.planning.builder import Built, build
from activities.planning.drawbacks import drawbacks
from activities.planning.grid import SECOND, Ways
from activities.planning.telling import Telling
from domain.because import WhyNot
from domain.holding import HeldSlot
from domain.ids import CaseId, EngineerId
from domain.policy import PlanningSettings
from domain.registration import ArrivalWindow
from domain.world import OpenVisit, World
from scheduler.budget import Budget
from scheduler.facts import Facts
from scheduler.first_come import solve_first_come
from scheduler.insert import Choice, Inserter
from scheduler.plan import Plan, PlanStatus
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Pin, PinKind, Problem, Visit, Window
from scheduler.to_plan import routes_of


@dataclass(frozen=True)
class Place:
    """How a window can be kept: who would come when, and what it costs.

    Attributes:
        extra_cost: What the plan costs more than without the visit, in cents.
        extra_travel: How much longer the engineer travels.
        late: How long after the case's promise the work would be over; none if in time.
        others_late: By how much more others on the way miss their promises.
        drawbacks: What speaks against the engineer: ``moved``, ``not_preferred``, ``overqualified``.
    """

    engineer: EngineerId
    arrival: datetime
    finish: datetime
    extra_cost: int
    extra_travel: timedelta
    late: timedelta
    others_late: timedelta
    sentence: str
    drawbacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tried:
    """A window with its best place, or why nobody can come then."""

    window: ArrivalWindow
    place: Place | None
    why: WhyNot | None = None


def tried(
    world: World,
    ways: Ways,
    settings: PlanningSettings,
    visit: OpenVisit,
    windows: Sequence[ArrivalWindow],
    holds: Sequence[HeldSlot] = (),
) -> list[Tried]:
    """Try windows for a visit on the published plan, with a place for every visit that was asked for before it.

    Args:
        world: The territory, with its holds; the visit itself may be in it or not.
        ways: Travel between all places, that of the visit among them.
        settings: The territory's planning policy.
        visit: Who asks. Its own windows do not count.
        windows: Which windows.
        holds: Whose visits wait within a held window: these have their held place, and no other.
    """
    asking = replace(visit, needs=replace(visit.needs, windows=()))
    if asking.booking is not None:
        asking = replace(asking, booking=replace(asking.booking, window=None))
    held = {hold.case_id for hold in holds}
    others = tuple(one for one in world.visits if one.id != visit.id and _counts(one, visit, held))
    built = build(replace(world, visits=(*others, asking)), ways, settings)
    if visit.id in built.refused:
        return [Tried(window, None, built.refused[visit.id]) for window in windows]
    problem = _with_held_places(built, world, holds)
    wanted = next(one for one in problem.visits if one.id == visit.id)
    policy = SchedulingPolicy()
    state = solve_first_come(Facts(problem, policy), Budget(), None)
    plan = Plan(routes_of(state), (), {}, 0, PlanStatus.FEASIBLE)
    timeline = built.timeline
    spans = [Window(timeline.after(window.start), timeline.before(window.end)) for window in windows]
    found = Inserter(problem, policy, plan).offers(replace(wanted, published=None), spans)
    telling = Telling(built)
    return [_told(window, choice, built, telling, wanted) for window, choice in zip(windows, found, strict=True)]


def _counts(other: OpenVisit, visit: OpenVisit, held: Collection[CaseId]) -> bool:
    """Whether another visit has its place before this one is offered any."""
    waits = other.booking is None and not other.has_started
    return not waits or other.case_id in held or (other.requested, other.id) < (visit.requested, visit.id)


def _with_held_places(built: Built, world: World, holds: Sequence[HeldSlot]) -> Problem:
    """The problem with the visits that wait within a held window pinned to where they were offered."""
    held = {hold.case_id: hold for hold in holds}
    pins: dict[str, Pin] = {}
    for visit in world.visits:
        hold = held.get(visit.case_id)
        start = built.timeline.after(hold.arrival) if hold else 0
        if hold is not None and visit.booking is None and start > 0:
            pins[visit.id] = Pin(PinKind.BOTH, hold.engineer, start)

    def placed(visit: Visit) -> Visit:
        return replace(visit, pin=pins[visit.id]) if visit.id in pins and visit.pin is None else visit

    return replace(built.problem, visits=tuple(placed(visit) for visit in built.problem.visits))


def _told(window: ArrivalWindow, choice: Choice, built: Built, telling: Telling, wanted: Visit) -> Tried:
    offer = choice.offer
    if offer is None:
        return Tried(window, None, None if choice.reason is None else telling.of(wanted.id, choice.reason))
    engineer = next(one for one in built.problem.engineers if one.id == offer.engineer)
    return Tried(
        window,
        Place(
            engineer=EngineerId(offer.engineer),
            arrival=built.timeline.moment(offer.arrival),
            finish=built.timeline.moment(offer.finish),
            extra_cost=offer.extra_cost,
            extra_travel=offer.extra_travel * SECOND,
            late=offer.late * SECOND,
            others_late=offer.others_late * SECOND,
            sentence=offer.sentence,
            drawbacks=drawbacks(replace(wanted, published=None), engineer, SchedulingPolicy()),
        ),
    )
