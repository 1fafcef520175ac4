"""Shifts as the scheduler wants them: absences cut out, cut off at the present, and wide enough for the facts.

A *fact* is a booking that stays where it is. It is a fact also when it does not fit the shift any more (the
engineer runs late, a person moved it): the shift gives way, never the fact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from activities.planning.grid import Timeline, Ways, whole
from domain.ids import LocationId, VisitId
from domain.world import BreakRule, Duty, EngineerState, Span
from scheduler.problem import Break, Position, Shift, Window
from scheduler.units import Place, Seconds

NOTHING = timedelta(0)
NEAR: Seconds = 4 * 3600
"""A fact at most this far from a shift belongs to it."""
AIR: Seconds = 300
"""A limit that is raised is raised a little further: rounded travel times need not add up exactly."""


@dataclass(frozen=True)
class PickUp:
    """A stop at a warehouse that a fact needs: its parts are reserved there. ``opening`` None means always."""

    location: LocationId
    place: Place
    handling: Seconds
    opening: tuple[Window, ...] | None


@dataclass(frozen=True)
class Fact:
    """A booking that stays: from ``start`` for ``duration`` at ``place``.

    Attributes:
        taken: The time that it takes in the record, or will take as things stand.
    """

    visit: VisitId
    taken: Span
    place: Place
    start: Seconds
    duration: Seconds
    pickups: tuple[PickUp, ...] = ()


@dataclass
class Stretch:
    """A shift while it is being fitted to the facts."""

    start: Seconds
    end: Seconds
    limit: Seconds
    start_place: Place
    end_place: Place
    pause: Break | None = None
    facts: list[Fact] = field(default_factory=list)

    def distance(self, moment: Seconds) -> Seconds:
        """How far a moment is from the shift, overtime included."""
        return max(self.start - moment, moment - self.limit, 0)


@dataclass(frozen=True)
class FittedShifts:
    """An engineer's shifts, and when each fact really starts.

    Attributes:
        starts: Start of each fact that lies in one of the shifts; facts outside all shifts are not here.
        unreachable: Facts whose pick-up finds no open warehouse; they are planned without it.
    """

    shifts: tuple[Shift, ...]
    starts: Mapping[VisitId, Seconds]
    unreachable: frozenset[VisitId]
    most_facts: int


def fit_shifts(
    engineer: EngineerState,
    facts: Sequence[Fact],
    position: Position | None,
    floor: Seconds,
    timeline: Timeline,
    ways: Ways,
) -> FittedShifts:
    """An engineer's shifts from ``floor`` on, in which every fact is feasible.

    Args:
        engineer: Whose shifts.
        facts: The bookings that stay, with the earliest starts that are known for them.
        position: Where an engineer who is at work is free, and when.
        floor: Nothing is planned to begin before this second.
        timeline: Turns moments into seconds.
        ways: Travel times.
    """
    # A fact in an absence is a person's to settle; until then nothing else is planned into its time.
    away = [fact for fact in facts if any(_overlap(fact.taken, absence) for absence in engineer.absences)]
    stretches = _stretches(engineer, [*engineer.absences, *(fact.taken for fact in away)], timeline, ways)
    _give_facts(stretches, [fact for fact in facts if fact not in away])
    fitter = _Fitter(position, floor, ways)
    shifts, counts = [], [0]
    for stretch in stretches:
        shift = fitter.fit(stretch)
        if shift is not None:
            shifts.append(shift)
            counts.append(len(stretch.facts))
    return FittedShifts(tuple(shifts), fitter.starts, frozenset(fitter.unreachable), max(counts))


def cut_out(duty: Duty, absences: Sequence[Span]) -> list[Duty]:
    """What absences leave of a shift. Overtime is left to a part that nothing follows."""
    end_of_all = duty.end + duty.overtime
    pieces, cursor = [], duty.start
    for away in sorted(absences, key=lambda span: span.start):
        if away.end <= cursor or away.start >= end_of_all:
            continue
        if away.start > cursor:
            pieces.append((cursor, min(away.start, duty.end), max(away.start - duty.end, NOTHING)))
        cursor = max(cursor, away.end)
    if cursor < duty.end:
        pieces.append((cursor, duty.end, duty.overtime))
    return [
        Duty(start, end, duty.start_point, duty.end_point, overtime, _pause_within(duty.pause, start, end))
        for start, end, overtime in pieces
        if start < end
    ]


def _pause_within(pause: BreakRule | None, start: datetime, end: datetime) -> BreakRule | None:
    if pause is None:
        return None
    earliest, latest = max(pause.earliest, start), min(pause.latest, end - pause.duration)
    return BreakRule(earliest, latest, pause.duration) if earliest <= latest else None


def _stretches(engineer: EngineerState, absences: Sequence[Span], timeline: Timeline, ways: Ways) -> list[Stretch]:
    """The shifts in order, as seconds; overtime ends where the next shift begins."""
    duties = [piece for duty in engineer.duties for piece in cut_out(duty, absences)]
    out = [_stretch(duty, timeline, ways) for duty in sorted(duties, key=lambda duty: duty.start)]
    for before, after in pairwise(out):
        before.limit = min(before.limit, max(after.start, before.start))
        before.end = min(before.end, before.limit)
    return out


def _stretch(duty: Duty, timeline: Timeline, ways: Ways) -> Stretch:
    start = max(0, timeline.after(duty.start))
    end = max(start, timeline.before(duty.end))
    limit = max(end, timeline.before(duty.end + duty.overtime))
    pause = None
    if duty.pause is not None and timeline.before(duty.pause.latest) >= 0:
        earliest = max(0, timeline.after(duty.pause.earliest))
        pause = Break(earliest, max(earliest, timeline.before(duty.pause.latest)), whole(duty.pause.duration))
    return Stretch(start, end, limit, ways.place(duty.start_point), ways.place(duty.end_point), pause)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _give_facts(stretches: list[Stretch], facts: list[Fact]) -> None:
    for fact in sorted(facts, key=lambda fact: (fact.start, fact.visit)):
        nearest = min(stretches, key=lambda stretch: stretch.distance(fact.start), default=None)
        if nearest is not None and nearest.distance(fact.start) <= NEAR:
            nearest.facts.append(fact)


@dataclass(frozen=True)
class _Leg:
    """The way to a fact: free at ``free``, there by ``arrival`` at the earliest, at work from ``start``."""

    free: Seconds
    arrival: Seconds
    start: Seconds


class _Fitter:
    """Fits one engineer's shifts, in order of time."""

    def __init__(self, position: Position | None, floor: Seconds, ways: Ways) -> None:
        self._position = position
        self._floor = floor
        self._ways = ways
        self._taken_until: Seconds = 0
        self.starts: dict[VisitId, Seconds] = {}
        self.unreachable: set[VisitId] = set()

    def fit(self, stretch: Stretch) -> Shift | None:
        """The shift in which the stretch's facts are feasible; None if it is over."""
        stretch.start = max(stretch.start, self._taken_until)
        if not stretch.facts and stretch.limit <= max(self._floor, stretch.start, self._free_from(stretch)):
            return None
        if self._position is None or self._position.free_from < stretch.start:
            stretch.start = self._early_enough(stretch)
        stretch.end = max(stretch.end, stretch.start)
        stretch.limit = max(stretch.limit, stretch.end)
        if stretch.facts:
            self._widen(stretch)
        self._taken_until = stretch.limit
        return Shift(
            start=stretch.start,
            end=stretch.end,
            start_place=stretch.start_place,
            end_place=stretch.end_place,
            overtime_limit=stretch.limit - stretch.end,
            break_=stretch.pause,
        )

    def _free_from(self, stretch: Stretch) -> Seconds:
        if self._position is None or self._position.free_from < stretch.start:
            return 0
        return self._position.free_from

    def _early_enough(self, stretch: Stretch) -> Seconds:
        """A start of the shift from which the first fact is reached in time, but not before the present."""
        start = max(stretch.start, self._floor)
        if stretch.facts:
            first = stretch.facts[0]
            start = min(start, first.start - self._needed(stretch.start_place, first))
        bound = 0 if self._position is None else self._position.free_from + 1
        return max(start, self._floor, self._taken_until, bound)

    def _widen(self, stretch: Stretch) -> None:
        place, free = stretch.start_place, stretch.start
        if self._position is not None and self._position.free_from >= stretch.start:
            place, free = self._position.place, self._position.free_from
        legs, called_at = [], set[LocationId]()
        for fact in stretch.facts:
            arrival = self._drive(place, free, fact, called_at)
            start = max(arrival, fact.start)
            legs.append(_Leg(free, arrival, start))
            self.starts[fact.visit] = start
            place, free = fact.place, start + fact.duration
        home = self._ways.between(place, stretch.end_place)
        end = free + home
        if stretch.pause is not None:
            end = max(end, self._make_room_for_break(stretch, stretch.pause, legs, free, home))
        if end > stretch.limit:
            stretch.limit = end + AIR

    def _needed(self, place: Place, fact: Fact) -> Seconds:
        """How long the way to a fact takes if its warehouses are open."""
        needed = 0
        for stop in fact.pickups:
            needed += self._ways.between(place, stop.place) + stop.handling
            place = stop.place
        return needed + self._ways.between(place, fact.place)

    def _drive(self, place: Place, free: Seconds, fact: Fact, called_at: set[LocationId]) -> Seconds:
        """When a fact is reached by the warehouses that it needs and that were not called at yet."""
        for stop in fact.pickups:
            if stop.location in called_at:
                continue
            there = free + self._ways.between(place, stop.place)
            opens = _entry(stop.opening, there)
            if opens is None:
                self.unreachable.add(fact.visit)
                continue
            called_at.add(stop.location)
            place, free = stop.place, opens + stop.handling
        return free + self._ways.between(place, fact.place)

    def _make_room_for_break(
        self, stretch: Stretch, pause: Break, legs: list[_Leg], free: Seconds, home: Seconds
    ) -> Seconds:
        """Let the break begin later if the facts leave no room for it in its window; when the shift ends then."""
        for leg in legs:
            begin = max(leg.free, pause.earliest)
            if max(begin, leg.arrival) + pause.duration <= leg.start:
                if begin > pause.latest:
                    stretch.pause = Break(pause.earliest, begin, pause.duration)
                return 0
        if free + home <= pause.latest:
            return 0
        begin = max(free, pause.earliest)
        if begin > pause.latest:
            stretch.pause = Break(pause.earliest, begin, pause.duration)
        return max(begin, free + home) + pause.duration


def _entry(opening: tuple[Window, ...] | None, arrival: Seconds) -> Seconds | None:
    if opening is None:
        return arrival
    return min((max(w.start, arrival) for w in opening if w.end >= arrival), default=None)
