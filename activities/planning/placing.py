"""Insert mode: where one visit would go on the published plan as it stands, and what it would truly cost there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from activities.planning.builder import build
from activities.planning.drawbacks import drawbacks
from activities.planning.grid import SECOND
from activities.planning.moves import Ground
from domain.errors import NotFoundError
from domain.ids import VisitId
from domain.world import OpenVisit
from scheduler.build import place_in_order
from scheduler.facts import Facts
from scheduler.plan import Plan, PlanStatus
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Visit, Window
from scheduler.state import State
from scheduler.to_plan import routes_of

MOST = 10


@dataclass(frozen=True)
class PlaceSla:
    """Whether a place keeps the visit's promises, and by how many seconds it would not."""

    state: str
    late_seconds: int


@dataclass(frozen=True)
class Place:
    """One way to take a visit into the plan.

    Attributes:
        cost_change_cents: What the plan costs more than without the visit, the gain of serving it left out.
        travel_change_seconds: How much longer the engineer travels.
        others_late_seconds: By how much others would miss their promises more, summed up.
        drawbacks: What speaks against the engineer: ``moved``, ``not_preferred``, ``overqualified``.
        people: The engineer's name, by id; empty where the record is not at hand.
    """

    engineer_id: str
    arrival: datetime
    finish: datetime
    cost_change_cents: int
    travel_change_seconds: int
    others_late_seconds: int
    sla: PlaceSla
    sentence: str
    drawbacks: tuple[str, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)


class Placer:
    """Answers for one state of a territory: every published booking is a fact, and stays.

    Args:
        ground: The territory.
    """

    def __init__(self, ground: Ground) -> None:
        # The compiler takes half a second to load, which no other question should wait for.
        from scheduler.insert import Inserter  # noqa: PLC0415

        self._ground = ground
        held = build(ground.world, ground.built.ways, ground.settings, hold=True)
        self._timeline = held.timeline
        self._engineers = {engineer.id: engineer for engineer in held.problem.engineers}
        facts = Facts(held.problem, SchedulingPolicy())
        state = State(facts)
        place_in_order(state, {}, {v for v, visit in enumerate(held.problem.visits) if visit.pin is not None})
        plan = Plan(routes_of(state), (), {}, 0, PlanStatus.FEASIBLE)
        self._inserter = Inserter(held.problem, SchedulingPolicy(), plan)

    def places(self, visit: VisitId, most: int = MOST) -> tuple[Place, ...]:
        """The cheapest shifts for a visit, each with its cheapest time; none if it fits nowhere.

        Raises:
            NotFoundError: It is no visit that could be placed.
        """
        wish, known = self._ground.wishes.get(visit), self._ground.visits.get(visit)
        if wish is None or known is None:
            raise NotFoundError("open visit", visit)
        return tuple(self._told(known, most, self._between(wish, known)))

    def _between(self, wish: Visit, known: OpenVisit) -> Visit:
        """A part of a split job is tried only after the first, or before the second, as these are booked."""
        visits, after = self._ground.visits, self._timeline.after
        first = visits.get(known.after) if known.after else None
        if first is not None and first.booking is not None:
            wish = replace(wish, earliest=max(wish.earliest, after(first.booking.finish)))
        second = next((one for one in visits.values() if one.after == known.id and one.booking), None)
        if second is not None and second.booking is not None:
            last = max(wish.earliest, self._timeline.before(second.booking.arrival) - wish.duration)
            given = wish.windows or (Window(wish.earliest, last),)
            wish = replace(wish, windows=tuple(Window(w.start, min(w.end, last)) for w in given if w.start <= last))
        return wish

    def _told(self, visit: OpenVisit, most: int, wish: Visit) -> Iterator[Place]:
        moment = self._timeline.moment
        for offer in self._inserter.rank(wish, most=most):
            arrival, finish = moment(offer.arrival), moment(offer.finish)
            over = [finish - visit.resolve_due] if visit.resolve_due else []
            over += [arrival - visit.on_site_due] if visit.on_site_due else []
            late = max([0, *(gap // SECOND for gap in over)])
            yield Place(
                engineer_id=offer.engineer,
                arrival=arrival,
                finish=finish,
                cost_change_cents=offer.extra_cost,
                travel_change_seconds=offer.extra_travel,
                others_late_seconds=offer.others_late,
                sla=PlaceSla("none" if not over else "jeopardy" if late else "kept", late),
                sentence=offer.sentence,
                drawbacks=drawbacks(wish, self._engineers[offer.engineer], SchedulingPolicy()),
            )
