"""An engineer's day as it really was: ways, work and the way home, in order. The basis of figures and drawings."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.world import Point
from simulation.records import ShiftRecord, VisitRecord

TravelTime = Callable[[Point, Point, datetime], timedelta]
NOTHING = timedelta(0)


@dataclass(frozen=True)
class Stop:
    """A visit within a day: the way there and the work. ``from_`` is where the way began."""

    visit: VisitRecord
    from_: Point
    departed_at: datetime
    arrived_at: datetime
    finished_at: datetime


@dataclass(frozen=True)
class Day:
    """One shift and what was done in it. ``home_at`` is when the engineer was home; None without visits."""

    shift: ShiftRecord
    stops: tuple[Stop, ...] = ()
    home_at: datetime | None = None

    @property
    def travel(self) -> timedelta:
        """Time on the road, both ways of home included."""
        ways = sum((stop.arrived_at - stop.departed_at for stop in self.stops), NOTHING)
        return ways + (self.home_at - self.stops[-1].finished_at if self.home_at else NOTHING)

    @property
    def work(self) -> timedelta:
        """Time on site."""
        return sum((stop.finished_at - stop.arrived_at for stop in self.stops), NOTHING)

    @property
    def overtime(self) -> timedelta:
        """Time until the engineer is home, beyond the end of the shift."""
        return max(self.home_at - self.shift.end, NOTHING) if self.home_at else NOTHING

    @property
    def idle(self) -> timedelta:
        """Paid time within the shift with neither travel nor work nor break."""
        busy = sum((_overlap(self.shift, s.departed_at, s.finished_at) for s in self.stops), NOTHING)
        if self.home_at:
            busy += _overlap(self.shift, self.stops[-1].finished_at, self.home_at)
        pause = timedelta(seconds=self.shift.pause_seconds)
        return max(self.shift.end - self.shift.start - busy - pause, NOTHING)


def days_of(shifts: Iterable[ShiftRecord], visits: Iterable[VisitRecord], travel: TravelTime) -> list[Day]:
    """Every shift with the finished visits that belong to it: to the last shift that began before the departure.

    Args:
        travel: The time of the way home, which nobody records.
    """
    ordered = sorted(shifts, key=lambda s: (s.engineer, s.start))
    of_shift: dict[tuple[str, datetime], list[VisitRecord]] = {}
    for visit in visits:
        if visit.engineer is None or visit.departed_at is None or visit.finished_at is None:
            continue
        mine = [s for s in ordered if s.engineer == visit.engineer]
        begun = [s for s in mine if s.start <= visit.departed_at] or mine[:1]
        if begun:
            of_shift.setdefault((visit.engineer, begun[-1].start), []).append(visit)
    return [_day(shift, of_shift.get((shift.engineer, shift.start), []), travel) for shift in ordered]


def _day(shift: ShiftRecord, visits: list[VisitRecord], travel: TravelTime) -> Day:
    stops: list[Stop] = []
    place = shift.home
    for visit in sorted(visits, key=lambda v: v.departed_at or shift.start):
        departed, finished = visit.departed_at, visit.finished_at
        if departed is None or finished is None:
            continue
        stops.append(Stop(visit, place, departed, visit.arrived_at or departed, finished))
        place = visit.site
    if not stops:
        return Day(shift)
    last = stops[-1].finished_at
    return Day(shift, tuple(stops), last + travel(place, shift.home, last))


def _overlap(shift: ShiftRecord, start: datetime, end: datetime) -> timedelta:
    return max(min(end, shift.end) - max(start, shift.start), NOTHING)
