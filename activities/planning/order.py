"""The order of the two visits of a split job: the second begins when the first is over.

Where both may be placed the scheduler keeps their order. Where one is a fact already, the other gets what is left of
the time before or after it.
"""

from collections.abc import Mapping
from dataclasses import replace

from activities.planning.demand import Reach
from domain.because import WhyNot
from domain.ids import VisitId
from domain.world import BookingFact, OpenVisit, World
from scheduler.problem import After, Visit, Window
from scheduler.units import Seconds

Wishes = Mapping[VisitId, Visit | WhyNot]


def no_first(first: VisitId) -> WhyNot:
    """The first part cannot be placed, so the second waits."""
    text = f"It waits for {first}, the first part of the job, which cannot be placed."
    return WhyNot("order", text, visits=(first,), cause="no_first")


def no_time(second: VisitId) -> WhyNot:
    """The second part stays where it was agreed, too early for the first to come before it."""
    text = f"No time is left before {second}, the second part of the job, which is agreed: move that one first."
    return WhyNot("order", text, visits=(second,), cause="no_time")


def in_order(
    world: World, wishes: Wishes, facts: Mapping[VisitId, Visit], reach: Reach
) -> dict[VisitId, Visit | WhyNot]:
    """The wishes, with those of split jobs bound to one another.

    Args:
        world: The territory.
        wishes: What each visit that may be placed asks for, or why it cannot be placed.
        facts: Bookings that stay, as they lie in the engineers' shifts.
        reach: What holds for every visit.
    """
    out, visits = dict(wishes), {visit.id: visit for visit in world.visits}
    for second in world.visits:
        first = visits.get(second.after) if second.after else None
        if first is None:
            continue  # it is over, or another territory's
        mine, its = out.get(second.id), out.get(first.id)
        if isinstance(mine, Visit):
            out[second.id] = _after(mine, first, its, facts, reach)
        elif isinstance(its, Visit) and second.booking is not None and second.id not in out:
            out[first.id] = _before(its, second.id, second.booking, reach)
    return out


def pairs_of(world: World) -> frozenset[VisitId]:
    """Every visit that is part of a split job."""
    return frozenset(id_ for visit in world.visits if visit.after for id_ in (visit.id, visit.after))


def _after(
    mine: Visit, first: OpenVisit, its: Visit | WhyNot | None, facts: Mapping[VisitId, Visit], reach: Reach
) -> Visit | WhyNot:
    match its:
        case Visit():
            return replace(mine, after=(After(its.id),))
        case WhyNot():
            return no_first(first.id)
        case None:
            return _not_before(mine, _over(first, facts, reach))


def _over(first: OpenVisit, facts: Mapping[VisitId, Visit], reach: Reach) -> Seconds:
    """When a first part that stays, or is under way, will be over."""
    booking, fact = first.booking, facts.get(first.id)
    ends = [booking.finish, *([booking.predicted_finish] if booking.predicted_finish else [])] if booking else []
    over = max((reach.timeline.after(end) for end in ends), default=reach.floor)
    if fact is not None and fact.pin is not None and fact.pin.start is not None:
        over = max(over, fact.pin.start + fact.duration)
    return over


def _not_before(visit: Visit, over: Seconds) -> Visit:
    earliest = max(visit.earliest, over)
    pin = visit.pin if visit.pin is None or visit.pin.start is None or visit.pin.start >= earliest else None
    return replace(visit, earliest=earliest, pin=pin)


def _before(visit: Visit, second: VisitId, booking: BookingFact, reach: Reach) -> Visit | WhyNot:
    """The first part in the time that is left before its second, whose time somebody was promised."""
    last = reach.timeline.before(booking.arrival) - visit.duration
    given = visit.windows or (Window(visit.earliest, last),)
    left = tuple(Window(w.start, min(w.end, last)) for w in given if w.start <= last)
    return replace(visit, windows=left) if last >= visit.earliest and left else no_time(second)
