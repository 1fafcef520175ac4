"""Public holidays and make-up working days of a country, as calendar data. Adapter of the ``holidays`` library.

Countries such as China move working days: a week of holidays is paid for with working Saturdays and Sundays.
The government publishes them about a year ahead, so a calendar built for a later year holds the holidays
(which follow rules) but neither make-up working days nor the days off that they pay for. Build the calendar
anew when the library has been updated with the published days.
"""

from collections.abc import Collection
from datetime import date, time

import holidays

from domain.calendars import Calendar, OpeningHours
from domain.errors import InvalidInputError

OFFICE_HOURS = tuple(OpeningHours(weekday, time(9), time(18)) for weekday in range(5))


def holiday_calendar(
    country: str, subdivision: str | None, years: Collection[int]
) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """The days on which a country does not work although it would, and the reverse.

    Args:
        country: ISO 3166-1 code in capitals, e.g. ``CN``.
        subdivision: The library's code of a state or province, e.g. ``BY``; None for the whole country.
        years: The calendar years to cover.

    Returns:
        Closed dates (public holidays, on weekends too) and worked dates (make-up working days), both sorted;
        no date is in both.

    Raises:
        InvalidInputError: The country or subdivision is unknown, or there is no data for one of the years.
    """
    if not years:
        raise InvalidInputError("years", "name at least one year")
    try:
        known = holidays.country_holidays(country, subdiv=subdivision, years=set(years), expand=False)
    except NotImplementedError as error:
        field = "subdivision" if country in holidays.list_supported_countries() else "country"
        raise InvalidInputError(field, str(error)) from error
    if min(years) < known.start_year or max(years) > known.end_year:
        rule = f"holidays of {country} are known from {known.start_year} to {known.end_year}"
        raise InvalidInputError("years", rule)
    worked = {day for day in known.weekend_workdays if day.year in years}
    closed = {day for day in known if day.year in years} - worked
    return tuple(sorted(closed)), tuple(sorted(worked))


def business_calendar(
    name: str,
    time_zone: str,
    country: str,
    years: Collection[int],
    hours: tuple[OpeningHours, ...] = OFFICE_HOURS,
    subdivision: str | None = None,
) -> Calendar:
    """Opening hours without a country's holidays; its make-up working days have the hours of a weekday.

    Args:
        name: What people call the calendar.
        time_zone: IANA name.
        country: ISO 3166-1 code in capitals.
        years: The calendar years whose holidays are known to the calendar; others have none.
        hours: A normal week, Monday to Friday 09:00-18:00 unless given. Its first weekday with hours is the
            model for make-up working days.
        subdivision: The library's code of a state or province; None for the whole country.

    Raises:
        InvalidInputError: As for ``holiday_calendar`` and ``Calendar``.
    """
    closed, worked = holiday_calendar(country, subdivision, years)
    model_day = min((row.weekday for row in hours), default=0)
    return Calendar(
        name=name,
        time_zone=time_zone,
        hours=hours,
        closed=closed,
        worked=worked,
        worked_hours=tuple(row for row in hours if row.weekday == model_day),
    )
