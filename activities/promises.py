"""What a case is promised where it is: policy, territory and public holidays together."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from activities.holiday_calendar import OFFICE_HOURS, business_calendar
from domain.calendars import ALWAYS, Calendar, OpeningHours
from domain.policy import CaseTerms, ServicePolicy, resolve_terms
from domain.registration import Classification
from domain.vocabulary import Warranty
from models.repositories.territories import opening_hours
from models.tables import Territory

HEAD_OFFICE = Calendar(name="office hours", hours=OFFICE_HOURS)
"""Counts for a case whose place is not known yet."""


def terms_for(
    policy: ServicePolicy, area: Territory | None, given: Classification, warranty: Warranty, now: datetime
) -> CaseTerms:
    """The terms of a case.

    Args:
        policy: The company's, with what the territory changes.
        area: Where the case is; None while that is unknown.
        given: What the case is about.
        warranty: Who pays.
        now: Holidays of this year and the next, of the year before too, are known to the calendar.

    Raises:
        InvalidInputError: The territory's country, zone or hours are not valid.
    """
    in_hours = policy.promise_for(given.kind, given.severity, warranty).business_hours
    calendar = calendar_of(area, now.year) if in_hours else ALWAYS
    return resolve_terms(policy, given.kind, given.severity, warranty, calendar)


def calendar_of(area: Territory | None, year: int) -> Calendar:
    """When a territory works, with the holidays of a year and of those beside it; office hours without a territory."""
    if area is None:
        return HEAD_OFFICE
    hours: Sequence[OpeningHours] = opening_hours(area.business_hours)
    return _cached(area.name, area.time_zone, area.country, area.subdivision, tuple(hours) or OFFICE_HOURS, year)


@lru_cache(maxsize=256)
def _cached(
    name: str, zone: str, country: str, subdivision: str | None, hours: tuple[OpeningHours, ...], year: int
) -> Calendar:
    # Looking up holidays takes milliseconds, and every case of a territory needs the same ones.
    return business_calendar(name, zone, country, range(year - 1, year + 2), hours, subdivision)
