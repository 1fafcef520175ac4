"""When simulated people work: the first moment, at or after another, at which somebody is there."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.repositories.live_field import LiveShift


def next_open(moment: datetime, zone: str, opens: int, closes: int) -> datetime:
    """The first moment at or after ``moment`` between two full local hours of a day."""
    local = moment.astimezone(ZoneInfo(zone))
    if local.hour < opens:
        return _at(local, opens)
    return _at(local + timedelta(days=1), opens) if local.hour >= closes else moment


def _at(day: datetime, hour: int) -> datetime:
    return datetime.combine(day.date(), time(hour), tzinfo=day.tzinfo).astimezone(UTC)


def next_reachable(
    moment: datetime, shifts: tuple[LiveShift, ...], before: timedelta, after: timedelta
) -> datetime | None:
    """The first moment at or after ``moment`` at which an engineer looks at the phone.

    That is during a shift, a while before it and a while after it. None when no shift is known.
    """
    for shift in sorted(shifts, key=lambda s: s.start):
        if moment <= shift.end + after:
            return max(moment, shift.start - before)
    return None


def shift_at(moment: datetime, shifts: tuple[LiveShift, ...]) -> LiveShift | None:
    """The shift that a moment belongs to: the one it lies in, else the next one, else the last one."""
    ordered = sorted(shifts, key=lambda s: s.start)
    return next((s for s in ordered if moment < s.end), ordered[-1] if ordered else None)
