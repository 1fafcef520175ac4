"""Holidays and make-up working days, against the published calendars."""

from datetime import date, datetime, timedelta

import pytest

from activities.holiday_calendar import business_calendar, holiday_calendar
from domain.calendars import add, elapsed
from domain.errors import InvalidInputError
from tests.unit.sla_builders import SHANGHAI, H, rows


def days(*texts: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(text) for text in texts)


def test_china_works_on_the_six_published_weekend_days_of_2026() -> None:
    _, worked = holiday_calendar("CN", None, [2026])
    assert worked == days("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")


def test_china_is_closed_over_new_year_2026() -> None:
    closed, _ = holiday_calendar("CN", None, [2026])
    assert set(days("2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-23")) <= set(closed)


def test_several_years_come_together_in_order() -> None:
    closed, worked = holiday_calendar("CN", None, [2026, 2025])
    assert worked[:5] == days("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11")
    assert list(closed) == sorted(closed)
    assert {day.year for day in closed} == {2025, 2026}


def test_a_year_beyond_the_published_ones_has_holidays_but_no_make_up_days() -> None:
    closed, worked = holiday_calendar("CN", None, [2099])
    assert date(2099, 10, 1) in closed
    assert worked == ()


def test_an_observed_holiday_counts_in_the_year_in_which_it_lies() -> None:
    # New Year 2022 was a Saturday; offices closed on Friday, 31 December 2021.
    assert date(2021, 12, 31) in holiday_calendar("US", None, [2021])[0]
    assert all(day.year == 2022 for day in holiday_calendar("US", None, [2022])[0])


def test_a_subdivision_adds_its_own_holidays() -> None:
    epiphany = date(2026, 1, 6)
    assert epiphany in holiday_calendar("DE", "BY", [2026])[0]
    assert epiphany not in holiday_calendar("DE", "BE", [2026])[0]


def test_the_netherlands_close_on_kings_day() -> None:
    assert date(2026, 4, 27) in holiday_calendar("NL", None, [2026])[0]


@pytest.mark.parametrize(
    ("country", "subdivision", "years", "problem"),
    [
        ("XX", None, [2026], "country: Country XX not available"),
        ("US", "ZZ", [2026], "subdivision: Entity `US` does not have subdivision ZZ"),
        ("CN", None, [1900], "years: holidays of CN are known from 1950 to 2100"),
        ("CN", None, [2026, 2200], "years: holidays of CN are known from 1950 to 2100"),
        ("CN", None, [], "years: name at least one year"),
    ],
)
def test_unknown_places_and_years_are_refused(
    country: str, subdivision: str | None, years: list[int], problem: str
) -> None:
    with pytest.raises(InvalidInputError, match=problem):
        holiday_calendar(country, subdivision, years)


def test_a_business_calendar_counts_make_up_days_and_skips_holidays() -> None:
    calendar = business_calendar("Shanghai", "Asia/Shanghai", "CN", [2026])

    def shanghai(month: int, day: int, hour: int = 0) -> datetime:
        return datetime(2026, month, day, hour, tzinfo=SHANGHAI)

    assert elapsed(calendar, shanghai(1, 4), shanghai(1, 5)) == 9 * H  # a Sunday
    assert elapsed(calendar, shanghai(1, 11), shanghai(1, 12)) == timedelta(0)  # a usual Sunday
    assert elapsed(calendar, shanghai(10, 1), shanghai(10, 8)) == timedelta(0)
    # Two hours from Wednesday, 30 September, 17:00 end after the National Day week, on Thursday, 8 October.
    assert add(calendar, shanghai(9, 30, 17), 2 * H) == shanghai(10, 8, 10)


def test_make_up_days_have_the_hours_of_a_normal_weekday() -> None:
    hours = (*rows(range(5), (8, 12), (14, 18)), *rows(range(5, 6), (10, 12)))
    calendar = business_calendar("Shanghai", "Asia/Shanghai", "CN", [2026], hours)
    make_up = datetime(2026, 2, 14, tzinfo=SHANGHAI)
    usual = datetime(2026, 2, 7, tzinfo=SHANGHAI)
    assert elapsed(calendar, make_up, make_up + 24 * H) == 8 * H
    assert elapsed(calendar, usual, usual + 24 * H) == 2 * H
