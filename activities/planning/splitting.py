"""What splitting a visit would do: which place it gives up, and where its two parts would go instead."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from activities.planning.moves import Ground, ground_of
from activities.planning.placing import Place, Placer
from domain.errors import AlreadySplitError, NotFoundError, PinnedError, WrongStateError
from domain.ids import BookingId, EngineerId, LocationId, Sku, VisitId, van_of, visit_id
from domain.messages import SplitVisit
from domain.parts import PartNeed
from domain.visit_steps import NOT_STARTED, parted
from domain.vocabulary import BookingState, PartSource, VisitState
from domain.world import BookingFact, OpenVisit, World


@dataclass(frozen=True)
class GivenUp:
    """The place that the visit leaves.

    Attributes:
        state: ``planned``, or ``offered`` or ``confirmed`` where its engineer was told.
    """

    engineer_id: str
    arrival: datetime
    finish: datetime
    state: str


@dataclass(frozen=True)
class SplitPart:
    """One of the two visits.

    Attributes:
        place: The cheapest place on the plan as it stands; None if it fits nowhere.
    """

    visit_id: str
    minutes: int
    parts: tuple[PartNeed, ...]
    place: Place | None


@dataclass(frozen=True)
class SplitConsequence:
    """What splitting would do; the next plan decides, and may find better places."""

    gives_up: GivenUp | None
    first: SplitPart
    second: SplitPart
    people: Mapping[str, str] = field(default_factory=dict)


def split_consequence(ground: Ground, id_: VisitId, asked: SplitVisit) -> SplitConsequence:
    """Where the two parts would go, the second after the first.

    Raises:
        NotFoundError: It is no open visit of the territory.
        WrongStateError: It is under way.
        AlreadySplitError: It is one of two parts already.
        PinnedError: A person fixed its place.
        InvalidInputError: A duration is out of bounds, or a part is not one of the visit's.
    """
    visit = _require_whole(ground, id_)
    first_needs, second_needs = parted(visit.needs, asked)
    number = int(id_.rpartition("-V")[2])
    # The first keeps the on-site promise, the second the end of the job.
    first = replace(visit, needs=first_needs, booking=None, state=VisitState.REQUESTED, resolve_due=None)
    second = replace(
        first, id=visit_id(visit.case_id, number + 1), needs=second_needs, on_site_due=None,
        resolve_due=visit.resolve_due, after=id_,
    )  # fmt: skip
    others = tuple(one for one in ground.world.visits if one.id != id_)
    world = replace(_given_back(ground.world, visit), visits=(*others, first, second))
    first_place = _best(ground, world, first.id)
    second_place = None
    if first_place is not None:
        booked = replace(first, booking=_booking(first_place), state=VisitState.BOOKED)
        second_place = _best(ground, replace(world, visits=(*others, booked, second)), second.id)
    return SplitConsequence(
        gives_up=_given_up(visit),
        first=_part(first, first_place),
        second=_part(second, second_place),
    )


def _require_whole(ground: Ground, id_: VisitId) -> OpenVisit:
    visit = ground.visits.get(id_)
    if visit is None or visit.is_foreign:
        raise NotFoundError("open visit", id_)
    if visit.has_started:
        raise WrongStateError("visit", id_, visit.state, "split", " or ".join(NOT_STARTED))
    if visit.after is not None or any(other.after == id_ for other in ground.visits.values()):
        raise AlreadySplitError(id_)
    if visit.booking is not None and visit.booking.pin is not None:
        raise PinnedError(id_)
    return visit


def _best(ground: Ground, world: World, id_: VisitId) -> Place | None:
    made = ground_of(world, ground.built.ways, ground.settings, ground.zone)
    if id_ not in made.wishes:
        return None
    return next(iter(Placer(made).places(id_, most=1)), None)


def _booking(place: Place) -> BookingFact:
    return BookingFact(
        BookingId("split"), BookingState.PLANNED, EngineerId(place.engineer_id), place.arrival, place.finish
    )


def _given_back(world: World, visit: OpenVisit) -> World:
    """The territory with what the visit's booking holds back in stock."""
    units: dict[LocationId, dict[Sku, int]] = {}
    for held in visit.booking.held if visit.booking else ():
        if held.source is not PartSource.SHIPMENT:
            there = units.setdefault(held.location, {})
            there[held.sku] = there.get(held.sku, 0) + held.quantity
    return replace(
        world,
        engineers=tuple(replace(e, van=_sum(e.van, units.get(van_of(e.id), {}))) for e in world.engineers),
        warehouses=tuple(replace(w, stock=_sum(w.stock, units.get(w.id, {}))) for w in world.warehouses),
    )


def _sum(one: Mapping[Sku, int], other: Mapping[Sku, int]) -> Mapping[Sku, int]:
    return {sku: one.get(sku, 0) + other.get(sku, 0) for sku in one.keys() | other.keys()} if other else one


def _given_up(visit: OpenVisit) -> GivenUp | None:
    booking = visit.booking
    return None if booking is None else GivenUp(booking.engineer, booking.arrival, booking.finish, booking.state.value)


def _part(visit: OpenVisit, place: Place | None) -> SplitPart:
    return SplitPart(visit.id, round(visit.needs.duration.total_seconds() / 60), visit.needs.parts, place)
