"""Single values of a row: times, coordinates, rules, arrival windows. Pure functions."""

import math
from collections.abc import Mapping as Values
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

from domain.registration import ArrivalWindow
from intake.mapping import Area, Conditions, Rule, Times, WindowRule


def parse_time(text: str, times: Times) -> datetime | None:
    """A timestamp, in UTC; None when it has another form.

    A local time that comes twice (autumn) is the first of the two.
    """
    try:
        moment = datetime.fromisoformat(text) if times.format == "iso" else datetime.strptime(text, times.format)  # noqa: DTZ007
        if moment.tzinfo is None or times.offset == "ignore":
            moment = moment.replace(tzinfo=ZoneInfo(times.zone))
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def coordinates(latitude: str, longitude: str, area: Area) -> tuple[float, float] | str:
    """A place in degrees, or what is wrong with it."""
    if not latitude or not longitude:
        return "are missing"
    try:
        place = float(latitude), float(longitude)
    except ValueError:
        return "are not numbers"
    if not (math.isfinite(place[0]) and math.isfinite(place[1])):
        return "are not numbers"
    if place[0] == 0 or place[1] == 0:
        return "are zero: the place is unknown"
    if not (area.south <= place[0] <= area.north and area.west <= place[1] <= area.east):
        return f"{place[0]}/{place[1]} lie outside the area of the mapping"
    return place


def holds(conditions: Conditions, values: Values[str, str]) -> bool:
    """Whether every condition fits; without conditions everything does."""
    return all(
        any(fnmatchcase(values[column].casefold(), pattern.casefold()) for pattern in patterns)
        for column, patterns in conditions.items()
    )


def first_match(rules: Sequence[Rule], values: Values[str, str]) -> Rule | None:
    """The first rule that fits a row."""
    return next((rule for rule in rules if holds(rule.when, values)), None)


def arrival_windows(
    rules: Sequence[WindowRule], values: Values[str, str], created: datetime, zone: str
) -> tuple[ArrivalWindow, ...]:
    """When the customer lets somebody in, by the first window rule that fits; without one at any time."""
    rule = next((rule for rule in rules if holds(rule.when, values)), None)
    if rule is None:
        return ()
    local = created.astimezone(ZoneInfo(zone))
    found: list[ArrivalWindow] = []
    day = local.date()
    while len(found) < rule.days:
        closes = datetime.combine(day, rule.closes, tzinfo=local.tzinfo)
        if day.weekday() in rule.weekdays and closes > local:
            opens = datetime.combine(day, rule.opens, tzinfo=local.tzinfo)
            found.append(ArrivalWindow(max(opens, local), closes))
        day += timedelta(days=1)
    return tuple(found)
