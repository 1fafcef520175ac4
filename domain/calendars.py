"""Business calendars: when time counts. Pure functions of aware datetimes; all results are in UTC.

Opening hours are local wall-clock times; the arithmetic is done in real (UTC) time, so a day from 09:00 to
17:00 lasts eight hours on a clock-change day too, and a day that is open around the clock lasts 23 or 25.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.errors import InvalidInputError

MIDNIGHT = time(0)
NOTHING = timedelta(0)
SECOND = timedelta(seconds=1)
CENTURY = timedelta(days=36525)


@dataclass(frozen=True)
class OpeningHours:
    """One stretch of a weekday during which time counts.

    A night shift is two of them: one up to midnight, one from midnight on the next weekday.

    Attributes:
        weekday: 0 is Monday, 6 is Sunday.
        opens: Local time without a zone.
        closes: Local time without a zone, later than ``opens``; 00:00 is midnight at the end of the day.

    Raises:
        InvalidInputError: The weekday or the order of the two times is wrong.
    """

    weekday: int
    opens: time
    closes: time

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise InvalidInputError("weekday", "must lie between 0 (Monday) and 6 (Sunday)")
        if self.opens.tzinfo is not None or self.closes.tzinfo is not None:
            raise InvalidInputError("opens", "opening hours are local times of the calendar, without a zone")
        if self.closes != MIDNIGHT and self.closes <= self.opens:
            raise InvalidInputError("closes", "must be later than opens; enter a night shift as two rows")


@dataclass(frozen=True)
class Calendar:
    """When time counts at one place.

    Attributes:
        name: What people call it.
        time_zone: IANA name; opening hours are local times there.
        hours: Opening hours of a normal week; several per weekday are possible, overlaps are not.
        closed: Dates without opening hours (holidays).
        worked: Dates that are worked although their weekday is not (make-up working days).
        worked_hours: The opening hours of ``worked`` dates; their ``weekday`` has no meaning.
        always: Open around the clock; then the other fields except the name stay empty.

    Raises:
        InvalidInputError: The zone is unknown, hours overlap, a date is both closed and worked, or the
            calendar would never be open.
    """

    name: str
    time_zone: str = "UTC"
    hours: tuple[OpeningHours, ...] = ()
    closed: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()
    worked_hours: tuple[OpeningHours, ...] = ()
    always: bool = False

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise InvalidInputError("time_zone", f"{self.time_zone!r} is not an IANA time zone") from error
        if self.always:
            if self.hours or self.closed or self.worked:
                raise InvalidInputError("always", "a calendar that is always open has no hours and no holidays")
            return
        if not self.hours:
            raise InvalidInputError("hours", "a calendar needs opening hours, or must be always open")
        for weekday in range(7):
            _refuse_overlaps("hours", [row for row in self.hours if row.weekday == weekday])
        _refuse_overlaps("worked_hours", list(self.worked_hours))
        if self.worked and not self.worked_hours:
            raise InvalidInputError("worked_hours", "make-up working days need opening hours")
        if both := set(self.closed) & set(self.worked):
            raise InvalidInputError("worked", f"{min(both)} is both closed and worked")


ALWAYS = Calendar(name="24x7", always=True)


def to_utc(moment: datetime) -> datetime:
    """The same moment in UTC, where differences and comparisons are those of real time.

    Raises:
        InvalidInputError: The moment carries no time zone.
    """
    if moment.tzinfo is None:
        raise InvalidInputError("moment", "must carry a time zone")
    return moment.astimezone(UTC)


def open_intervals(calendar: Calendar, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The stretches between two moments during which the calendar is open, in order.

    They never overlap and never are empty; two may touch (at midnight, for example).

    Raises:
        InvalidInputError: A moment carries no time zone.
    """
    start, end = to_utc(start), to_utc(end)
    for opens, closes in _open_from(calendar, start):
        if opens >= end:
            return
        yield opens, min(closes, end)


def elapsed(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Open time between two moments; zero when ``end`` is not after ``start``.

    Raises:
        InvalidInputError: A moment carries no time zone.
    """
    return sum((closes - opens for opens, closes in open_intervals(calendar, start, end)), NOTHING)


def add(calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """The first moment at which ``amount`` of open time has passed since ``start``.

    That is ``start`` itself for no amount, and a closing time (not the next opening) when the amount is used
    up exactly then.

    Raises:
        InvalidInputError: The moment carries no time zone, the amount is negative, or it reaches more than a
            century ahead.
    """
    start = to_utc(start)
    if amount < NOTHING:
        raise InvalidInputError("amount", "must not be negative")
    if amount == NOTHING:
        return start
    left = amount
    for opens, closes in open_intervals(calendar, start, start + CENTURY):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    raise InvalidInputError("amount", "reaches more than a century ahead")


def _open_from(calendar: Calendar, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Open stretches from a UTC moment on, without an end."""
    if calendar.always:
        yield start, datetime.max.replace(tzinfo=UTC)
        return
    zone = ZoneInfo(calendar.time_zone)
    closed, worked = frozenset(calendar.closed), frozenset(calendar.worked)
    week = [_in_order(row for row in calendar.hours if row.weekday == weekday) for weekday in range(7)]
    extra = _in_order(calendar.worked_hours)
    day = start.astimezone(zone).date()
    while True:
        following = day + timedelta(days=1)
        if day not in closed:
            for row in extra if day in worked else week[day.weekday()]:
                opens = _reached(zone, day, row.opens)
                closes = _reached(zone, following if row.closes == MIDNIGHT else day, row.closes)
                opens = max(opens, start)
                if opens < closes:
                    yield opens, closes
        day = following


@lru_cache(maxsize=8192)
def _reached(zone: ZoneInfo, day: date, wall: time) -> datetime:
    """The first moment, in UTC, at which the local clock shows this time or a later one.

    A time that a clock change skips is reached when the clock jumps over it; a time that comes twice is
    reached when it comes first. So the order of wall-clock times is the order of moments, neighbouring hours
    neither overlap nor leave a hole, and no stretch is negative.
    """
    local = datetime.combine(day, wall, tzinfo=zone)
    before, after = local.utcoffset(), local.replace(fold=1).utcoffset()
    moment = local.astimezone(UTC)
    if before is None or after is None or after <= before:
        return moment
    gap = after - before
    base = (moment - gap).replace(microsecond=0)  # before the jump, which happens on a full second
    seconds = range(gap // SECOND + 2)
    jump = bisect_left(seconds, True, key=lambda s: (base + s * SECOND).astimezone(zone).utcoffset() != before)
    return base + jump * SECOND


def _in_order(rows: Iterator[OpeningHours] | tuple[OpeningHours, ...]) -> list[OpeningHours]:
    return sorted(rows, key=lambda row: row.opens)


def _refuse_overlaps(field: str, rows: list[OpeningHours]) -> None:
    for earlier, later in pairwise(_in_order(tuple(rows))):
        if earlier.closes == MIDNIGHT or later.opens < earlier.closes:
            raise InvalidInputError(field, f"the hours from {earlier.opens} and from {later.opens} overlap")
