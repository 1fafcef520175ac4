"""Business calendars: what holds for every calendar and moment."""

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given

from domain.calendars import ALWAYS, MIDNIGHT, Calendar, add, elapsed, open_intervals
from tests.unit.sla_builders import STEADY, TICK, M, calendars, moments, spans


def is_open(calendar: Calendar, moment: datetime) -> bool:
    """Another way to ask whether time counts: look at the wall clock of this very moment."""
    if calendar is ALWAYS:
        return True
    local = moment.astimezone(ZoneInfo(calendar.time_zone))
    if local.date() in calendar.closed:
        return False
    rows = [r for r in calendar.hours if r.weekday == local.weekday()]
    if local.date() in calendar.worked:
        rows = list(calendar.worked_hours)
    wall = local.time().replace(fold=0)
    return any(r.opens <= wall and (r.closes == MIDNIGHT or wall < r.closes) for r in rows)


@STEADY
@given(calendars, moments(), spans())
def test_elapsed_time_is_the_number_of_open_minutes(calendar: Calendar, start: datetime, length: timedelta) -> None:
    start, minutes = start.replace(second=0, microsecond=0), length // M
    counted = sum(is_open(calendar, start + n * M) for n in range(minutes))
    assert elapsed(calendar, start, start + minutes * M) == counted * M


@STEADY
@given(calendars, moments(), spans())
def test_an_added_amount_has_elapsed_then_and_not_before(
    calendar: Calendar, start: datetime, amount: timedelta
) -> None:
    end = add(calendar, start, amount)
    assert elapsed(calendar, start, end) == amount
    assert elapsed(calendar, start, end - TICK) == amount - TICK


@STEADY
@given(calendars, moments(), spans(), spans())
def test_a_larger_amount_and_a_later_start_never_end_earlier(
    calendar: Calendar, start: datetime, amount: timedelta, more: timedelta
) -> None:
    end = add(calendar, start, amount)
    assert add(calendar, start, amount + more) > end
    assert add(calendar, start + more, amount) >= end


@STEADY
@given(calendars, moments(), spans(), spans())
def test_amounts_add_up(calendar: Calendar, start: datetime, one: timedelta, other: timedelta) -> None:
    assert add(calendar, add(calendar, start, one), other) == add(calendar, start, one + other)
    middle, end = start + one, start + one + other
    assert elapsed(calendar, start, middle) + elapsed(calendar, middle, end) == elapsed(calendar, start, end)


@STEADY
@given(calendars, moments(), spans())
def test_open_intervals_are_in_order_not_empty_and_inside(
    calendar: Calendar, start: datetime, length: timedelta
) -> None:
    found = list(open_intervals(calendar, start, start + length))
    assert all(start <= opens < closes <= start + length for opens, closes in found)
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(found))
