"""What moves of a person would do to the routes that they touch.

A person's move is taken at its word: the visit comes where it was put, in the order of the wished times, and what
comes after it starts later where it must. Nothing starts before the time that it was booked for. What the routes broke
before the move does not count against it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from activities.planning.by_hand import Day
from activities.planning.moves import Broken, Consequence, Ground, Kept, Move, Pushed, Spot
from domain.ids import VisitId
from domain.vocabulary import BookingState, PinKind
from domain.world import OpenVisit


def consequence(ground: Ground, draft: Sequence[Move], moves: Sequence[Move]) -> Consequence:
    """What further moves would do on top of what is published and drafted.

    Args:
        ground: The territory.
        draft: Moves that count as done already; they are not part of the answer.
        moves: In their order; of several of one visit the last counts.
    """
    before = _moved(ground.spots, draft)
    after = _moved(before, moves)
    changed = {m.visit for m in moves if before.get(m.visit) != after.get(m.visit)}
    touched = {spot.engineer for id_ in changed for spot in (before.get(id_), after.get(id_)) if spot}
    was, now = Day(ground, before, touched), Day(ground, after, touched)
    broken = [
        *_forbidden(ground, after, changed),
        *_only_now(was.broken(), now.broken()),
        *_unwanted(ground, now, changed),
        *_out_of_order(ground, now, after, changed),
    ]
    lost, saved = _promises(ground, was, now)
    return Consequence(
        allowed=not broken,
        broken=tuple(broken),
        cost_change_cents=now.cost - was.cost,
        travel_change_seconds=now.travel - was.travel,
        overtime_change_seconds=now.overtime - was.overtime,
        promises_lost=lost,
        promises_saved=saved,
        others=_pushed(ground, was, now, changed),
        routes=now.routes(),
    )


def _moved(spots: Mapping[VisitId, Spot], moves: Iterable[Move]) -> dict[VisitId, Spot]:
    out = dict(spots)
    for move in moves:
        if move.to is None:
            out.pop(move.visit, None)
        else:
            out[move.visit] = move.to
    return out


def _forbidden(ground: Ground, after: Mapping[VisitId, Spot], changed: Iterable[VisitId]) -> list[Broken]:
    """What no timing can say: the visit or the engineer is not there to be moved."""
    engineers = {engineer.id for engineer in ground.world.engineers}
    found = []
    for id_ in sorted(changed):
        visit, spot = ground.visits.get(id_), after.get(id_)
        if visit is None or visit.is_foreign:
            found.append(Broken("visit", f"{id_} is no open visit of this territory.", id_))
        elif visit.has_started:
            found.append(Broken("started", f"The engineer is on the way to {id_} already.", id_))
        elif spot and spot.engineer not in engineers:
            text = f"{spot.engineer} does not work in this territory."
            found.append(Broken("engineer", text, id_, spot.engineer, "elsewhere"))
        elif spot and id_ in ground.built.refused:
            why = ground.built.refused[id_]
            found.append(Broken(why.code, why.sentence, id_, spot.engineer, why.cause))
    return found


def _only_now(before: Sequence[Broken], after: Sequence[Broken]) -> list[Broken]:
    known = {(b.rule, b.visit_id, b.engineer_id) for b in before}
    return [b for b in after if (b.rule, b.visit_id, b.engineer_id) not in known]


def _unwanted(ground: Ground, day: Day, changed: set[VisitId]) -> list[Broken]:
    """Visits that somebody was promised, or pinned, and that the moves would push to a later time."""
    found = []
    for id_, (engineer, start, _) in sorted(day.times.items()):
        visit, spot = ground.visits[id_], ground.spots.get(id_)
        fixed = _fixed_as(visit)
        if spot is None or fixed is None or id_ in changed or engineer != spot.engineer:
            continue
        planned = ground.built.timeline.moment(start)
        if planned > max(spot.arrival, _expected(visit)):
            text = f"{id_} is {fixed} for {ground.clock(spot.arrival)} and would begin at {ground.clock(planned)}."
            found.append(Broken("pin", text, id_, engineer, fixed, planned, spot.arrival))
    return found


def _out_of_order(ground: Ground, day: Day, after: Mapping[VisitId, Spot], changed: set[VisitId]) -> Iterable[Broken]:
    """Second parts of split jobs that the moves let begin before the first part is over."""
    for second in ground.world.visits:
        first = ground.visits.get(second.after) if second.after else None
        if first is None or not changed & {first.id, second.id}:
            continue
        here, there = _span(ground, day, after, first), _span(ground, day, after, second)
        if here is not None and there is not None and there[0] < here[1]:
            text = f"{second.id} would begin before {first.id}, the first part of the job, is over."
            spot = after.get(second.id)
            yield Broken("order", text, second.id, spot.engineer if spot else None, at=there[0])


def _span(
    ground: Ground, day: Day, after: Mapping[VisitId, Spot], visit: OpenVisit
) -> tuple[datetime, datetime] | None:
    """From when to when a visit would be worked on; None without a place."""
    found, spot = day.times.get(visit.id), after.get(visit.id)
    moment = ground.built.timeline.moment
    if found is not None:
        return moment(found[1]), moment(found[2])
    if spot is not None:
        return spot.arrival, spot.arrival + visit.needs.duration
    booking = visit.booking
    return (booking.arrival, booking.finish) if booking is not None and visit.has_started else None


def _fixed_as(visit: OpenVisit) -> str | None:
    booking = visit.booking
    if booking is None:
        return None
    if booking.state is not BookingState.PLANNED:
        return booking.state.value
    return "pinned" if booking.pin in {PinKind.BOTH, PinKind.TIME} else None


def _expected(visit: OpenVisit) -> datetime:
    booking = visit.booking
    if booking is None:
        return visit.requested
    return booking.predicted_arrival or booking.arrival


def _promises(ground: Ground, was: Day, now: Day) -> tuple[tuple[Kept, ...], tuple[Kept, ...]]:
    """Promises of the touched visits that are kept only without, and only with, the moves."""
    lost, saved = [], []
    for id_ in sorted(was.visits | now.visits):
        visit = ground.visits.get(id_)
        if visit is None or (visit.resolve_due is None and visit.on_site_due is None):
            continue
        before, after = was.late(visit), now.late(visit)
        if before == 0 and after != 0:
            lost.append(Kept(id_, visit.case_id, after))
        if before != 0 and after == 0:
            saved.append(Kept(id_, visit.case_id, before))
    return tuple(lost), tuple(saved)


def _pushed(ground: Ground, was: Day, now: Day, changed: set[VisitId]) -> tuple[Pushed, ...]:
    moment = ground.built.timeline.moment
    return tuple(
        Pushed(id_, engineer, moment(was.times[id_][1]), moment(start))
        for id_, (engineer, start, _) in sorted(now.times.items())
        if id_ not in changed and id_ in was.times and was.times[id_][1] != start
    )
