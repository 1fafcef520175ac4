"""Business calendars: exact values."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.calendars import ALWAYS, Calendar, OpeningHours, add, elapsed, open_intervals
from domain.errors import InvalidInputError
from tests.unit.sla_builders import (
    ALL_DAY,
    CHINA,
    NEW_YORK,
    NIGHTS,
    OFFICE,
    SHANGHAI,
    TICK,
    WITH_LUNCH,
    H,
    M,
    berlin,
    rows,
    utc,
)


def test_an_office_week_has_forty_open_hours() -> None:
    assert elapsed(OFFICE, berlin(3, 2), berlin(3, 9)) == 40 * H


def test_time_outside_opening_hours_does_not_count() -> None:
    assert elapsed(OFFICE, berlin(3, 6, 16), berlin(3, 9, 10)) == 2 * H
    assert elapsed(OFFICE, berlin(3, 7), berlin(3, 8, 23)) == timedelta(0)


def test_nothing_has_passed_when_the_end_is_not_after_the_start() -> None:
    assert elapsed(OFFICE, berlin(3, 2, 12), berlin(3, 2, 12)) == timedelta(0)
    assert elapsed(OFFICE, berlin(3, 2, 12), berlin(3, 2, 10)) == timedelta(0)
    assert elapsed(ALWAYS, berlin(3, 2, 12), berlin(3, 2, 10)) == timedelta(0)


def test_several_opening_hours_a_day_and_a_holiday_are_respected() -> None:
    # 2 April is Maundy Thursday; Good Friday and Easter Monday are closed.
    assert list(open_intervals(WITH_LUNCH, berlin(4, 2, 11), berlin(4, 7, 10))) == [
        (utc(4, 2, 9), utc(4, 2, 10)),
        (utc(4, 2, 11), utc(4, 2, 16)),
        (utc(4, 7, 7), utc(4, 7, 8)),
    ]


def test_a_stretch_that_ends_at_opening_time_holds_no_empty_interval() -> None:
    assert list(open_intervals(OFFICE, berlin(3, 2, 17), berlin(3, 3, 9))) == []


def test_adding_time_goes_over_night_weekend_and_holidays() -> None:
    assert add(OFFICE, berlin(3, 6, 16), 3 * H) == berlin(3, 9, 11)
    assert add(WITH_LUNCH, berlin(4, 2, 17), 2 * H) == berlin(4, 7, 10)


def test_an_amount_used_up_at_closing_time_ends_there_and_not_at_the_next_opening() -> None:
    assert add(OFFICE, berlin(3, 6, 16), 1 * H) == berlin(3, 6, 17)
    assert add(OFFICE, berlin(3, 6, 16), 1 * H + TICK) == berlin(3, 9, 9) + TICK


def test_adding_nothing_stays_at_the_start_even_when_closed() -> None:
    assert add(OFFICE, berlin(3, 7, 3), timedelta(0)) == berlin(3, 7, 3)


def test_round_the_clock_time_is_plain_time() -> None:
    assert elapsed(ALWAYS, utc(3, 1), utc(4, 1)) == 31 * 24 * H
    assert add(ALWAYS, berlin(3, 28, 12), 24 * H) == berlin(3, 29, 13)


def test_an_office_day_lasts_eight_hours_on_clock_change_days_too() -> None:
    sundays = Calendar("sundays", "Europe/Berlin", rows(range(6, 7), (9, 17)))
    for day in (berlin(3, 29), berlin(10, 25)):
        assert elapsed(sundays, day, day + timedelta(days=1)) == 8 * H


def test_a_day_open_around_the_clock_lasts_23_or_25_hours_on_clock_change_days() -> None:
    assert elapsed(ALL_DAY, utc(3, 28), utc(3, 29)) == 24 * H
    london = ZoneInfo("Europe/London")

    def day(month: int, number: int) -> datetime:
        return datetime(2026, month, number, tzinfo=london)

    assert elapsed(ALL_DAY, day(3, 29), day(3, 30)) == 23 * H
    assert elapsed(ALL_DAY, day(10, 25), day(10, 26)) == 25 * H


def test_moments_of_one_zone_are_compared_in_real_time() -> None:
    # 8 March: New York goes from 02:00 to 03:00, so the wall clock shows one hour more than has passed.
    start, end = (datetime(2026, 3, 8, hour, tzinfo=NEW_YORK) for hour in (1, 4))
    assert elapsed(ALWAYS, start, end) == 2 * H
    # 1 November: 01:30 comes twice; the second one is an hour later.
    first = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK)
    assert elapsed(ALWAYS, first, first.replace(fold=1)) == 1 * H


def test_a_night_shift_counts_eight_hours_and_one_less_or_more_at_clock_changes() -> None:
    def noon(month: int, day: int) -> datetime:
        return datetime(2026, month, day, 12, tzinfo=NEW_YORK)

    assert elapsed(NIGHTS, noon(3, 3), noon(3, 4)) == 8 * H
    assert elapsed(NIGHTS, noon(3, 7), noon(3, 8)) == 7 * H
    assert elapsed(NIGHTS, noon(10, 31), noon(11, 1)) == 9 * H


def test_a_night_shift_goes_on_over_midnight() -> None:
    evening = datetime(2026, 3, 3, 22, tzinfo=NEW_YORK)
    assert add(NIGHTS, evening, 3 * H) == datetime(2026, 3, 4, 1, tzinfo=NEW_YORK)


def test_an_opening_time_that_the_clock_skips_is_the_moment_of_the_jump() -> None:
    # Berlin jumps from 02:00 to 03:00 (01:00 UTC) on 29 March.
    calendar = Calendar("skipped", "Europe/Berlin", (OpeningHours(6, time(2, 30), time(5)),))
    assert list(open_intervals(calendar, utc(3, 28), utc(3, 30))) == [(utc(3, 29, 1), utc(3, 29, 3))]


def test_a_closing_time_that_the_clock_skips_is_the_moment_of_the_jump() -> None:
    calendar = Calendar("skipped", "Europe/Berlin", (OpeningHours(6, time(1), time(2, 30)),))
    assert list(open_intervals(calendar, utc(3, 28), utc(3, 30))) == [(utc(3, 29, 0), utc(3, 29, 1))]


def test_hours_that_the_clock_skips_altogether_do_not_exist() -> None:
    calendar = Calendar("skipped", "Europe/Berlin", (OpeningHours(6, time(2, 10), time(2, 50)),))
    assert list(open_intervals(calendar, utc(3, 28), utc(3, 30))) == []


def test_a_day_that_the_calendar_skipped_has_no_hours() -> None:
    # Samoa went from Thursday, 29 December 2011, to Saturday, 31 December.
    calendar = Calendar("Samoa", "Pacific/Apia", rows(range(7), (9, 17)))
    start = datetime(2011, 12, 29, 0, tzinfo=ZoneInfo("Pacific/Apia"))
    assert [opens for opens, _ in open_intervals(calendar, start, start.astimezone(UTC) + 48 * H)] == [
        datetime(2011, 12, 29, 19, tzinfo=UTC),
        datetime(2011, 12, 30, 19, tzinfo=UTC),
    ]


def test_midnight_that_the_clock_skips_neither_loses_nor_doubles_time() -> None:
    # Beirut jumps from 00:00 to 01:00 on 29 March 2026: that Sunday begins at 01:00 and lasts 23 hours.
    calendar = Calendar("Beirut", "Asia/Beirut", rows(range(7), (0, 24)))
    assert list(open_intervals(calendar, utc(3, 28, 12), utc(3, 29, 12))) == [
        (utc(3, 28, 12), utc(3, 28, 22)),
        (utc(3, 28, 22), utc(3, 29, 12)),
    ]


def test_an_ambiguous_boundary_is_its_first_occurrence_so_neighbours_do_not_overlap() -> None:
    # Berlin shows 02:30 twice on 25 October: at 00:30 UTC and at 01:30 UTC.
    hours = (OpeningHours(6, time(1), time(2, 30)), OpeningHours(6, time(2, 30), time(4)))
    calendar = Calendar("ambiguous", "Europe/Berlin", hours)
    assert list(open_intervals(calendar, utc(10, 24, 22), utc(10, 25, 12))) == [
        (utc(10, 24, 23), utc(10, 25, 0, 30)),
        (utc(10, 25, 0, 30), utc(10, 25, 3)),
    ]


def test_a_make_up_working_saturday_counts_and_a_usual_saturday_does_not() -> None:
    def shanghai(day: int, hour: int = 0) -> datetime:
        return datetime(2026, 2, day, hour, tzinfo=SHANGHAI)

    assert elapsed(CHINA, shanghai(14), shanghai(15)) == 9 * H
    assert elapsed(CHINA, shanghai(7), shanghai(8)) == timedelta(0)
    # From the make-up Saturday over Chinese New Year to the Tuesday after it.
    assert add(CHINA, shanghai(14, 17), 2 * H) == shanghai(24, 10)


def test_an_amount_beyond_a_century_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="amount: reaches more than a century ahead"):
        add(ALWAYS, utc(1, 1), timedelta(days=40_000))


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="amount: must not be negative"):
        add(OFFICE, utc(1, 1), -1 * M)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    naive = utc(3, 2).replace(tzinfo=None)
    for question in (
        lambda: elapsed(OFFICE, naive, utc(3, 3)),
        lambda: elapsed(OFFICE, utc(3, 1), naive),
        lambda: add(OFFICE, naive, 1 * H),
    ):
        with pytest.raises(InvalidInputError, match="moment: must carry a time zone"):
            question()


@pytest.mark.parametrize(
    ("weekday", "opens", "closes", "problem"),
    [
        (7, time(9), time(17), "weekday: must lie between 0"),
        (-1, time(9), time(17), "weekday: must lie between 0"),
        (0, time(22), time(6), "closes: must be later than opens; enter a night shift as two rows"),
        (0, time(9), time(9), "closes: must be later than opens"),
        (0, time(9, tzinfo=UTC), time(17), "opens: opening hours are local times"),
    ],
)
def test_wrong_opening_hours_are_refused(weekday: int, opens: time, closes: time, problem: str) -> None:
    with pytest.raises(InvalidInputError, match=problem):
        OpeningHours(weekday, opens, closes)


MONDAY = rows(range(1), (9, 17))


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: Calendar("x", "Mars/Olympus", MONDAY), "time_zone: 'Mars/Olympus' is not an IANA time zone"),
        (lambda: Calendar("x", "../etc/passwd", MONDAY), "time_zone: '../etc/passwd' is not an IANA"),
        (lambda: Calendar("x", "", MONDAY), "time_zone: '' is not an IANA time zone"),
        (lambda: Calendar("x"), "hours: a calendar needs opening hours, or must be always open"),
        (lambda: Calendar("x", hours=MONDAY, always=True), "always: a calendar that is always open has no"),
        (lambda: Calendar("x", closed=(date(2026, 1, 1),), always=True), "always: a calendar that is always"),
        (lambda: Calendar("x", hours=rows(range(1), (9, 13), (12, 17))), "hours: the hours from 09:00:00 and"),
        (lambda: Calendar("x", hours=rows(range(1), (22, 24), (23, 24))), "hours: the hours from 22:00:00"),
        (lambda: Calendar("x", hours=MONDAY, worked=(date(2026, 1, 3),)), "worked_hours: make-up working days"),
        (
            lambda: Calendar(
                "x",
                hours=MONDAY,
                closed=(date(2026, 1, 3),),
                worked=(date(2026, 1, 3),),
                worked_hours=MONDAY,
            ),
            "worked: 2026-01-03 is both closed and worked",
        ),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(make: object, problem: str) -> None:
    assert callable(make)
    with pytest.raises(InvalidInputError, match=problem):
        make()


def test_hours_that_touch_are_not_an_overlap() -> None:
    calendar = Calendar("x", "UTC", rows(range(1), (9, 12), (12, 17)))
    assert elapsed(calendar, utc(3, 2), utc(3, 3)) == 8 * H
