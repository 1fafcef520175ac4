"""What people read, in their language: sentences from ``texts/``, with names, times and amounts filled in."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from string import Template
from typing import Any
from zoneinfo import ZoneInfo

LANGUAGES = ("en", "zh-CN")


def language_for(tag: str) -> str:
    """The language of ours that is nearest to a tag such as ``zh-Hans`` or ``de-AT``."""
    wanted = tag.lower()
    for known in LANGUAGES:
        if wanted == known.lower() or wanted.partition("-")[0] == known.lower().partition("-")[0]:
            return known
    return LANGUAGES[0]


@cache
def _texts(language: str) -> Mapping[str, Any]:
    file = resources.files("activities") / "texts" / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


class Wording:
    """One language at one place.

    Args:
        language: Any tag; the nearest language of ours counts.
        zone: Where the times are told.
    """

    def __init__(self, language: str, zone: str) -> None:
        self.language = language_for(language)
        self._texts = _texts(self.language)
        self._zone = ZoneInfo(zone)

    def text(self, path: str, **values: str) -> str:
        """The sentence at a dotted path, with its ``${names}`` filled in.

        Raises:
            KeyError: There is no such sentence, or a name has no value: a fault of the program.
        """
        found: Any = self._texts
        for key in path.split("."):
            found = found[key]
        return Template(str(found)).substitute(values)

    def has(self, path: str) -> bool:
        """Whether there is a sentence at a dotted path."""
        found: Any = self._texts
        for key in path.split("."):
            if not isinstance(found, Mapping) or key not in found:
                return False
            found = found[key]
        return True

    def message(self, occasion: str) -> Mapping[str, str]:
        """The parts of a message as templates: ``subject``, ``body``, ``sms``."""
        parts: Mapping[str, str] = self._texts["messages"][occasion]
        return parts

    def time(self, at: datetime) -> str:
        """``14:05``."""
        return f"{at.astimezone(self._zone):%H:%M}"

    def moment(self, at: datetime) -> str:
        """``Tue 24 Nov, 14:05``."""
        return self.text("dates.moment", date=self._date(at), time=self.time(at))

    def span(self, start: datetime, end: datetime) -> str:
        """``Tue 24 Nov, 14:00–16:00``."""
        between = {"date": self._date(start), "from": self.time(start), "until": self.time(end)}
        if start.astimezone(self._zone).date() == end.astimezone(self._zone).date():
            return self.text("dates.span", **between)
        return self.text("dates.long_span", date_until=self._date(end), **between)

    def is_today(self, at: datetime, now: datetime) -> bool:
        """Whether a moment lies on the local day of ``now``."""
        return at.astimezone(self._zone).date() == now.astimezone(self._zone).date()

    def engineer(self, full_name: str) -> str:
        """An engineer as a customer may know them: the first name, or 张师傅 where the surname comes first."""
        first = full_name.split(maxsplit=1)[0] if full_name.split() else ""
        if not first:
            return self.text("names.somebody")
        if "\u4e00" <= first[0] <= "\u9fff":
            return self.text("names.engineer", name=first[0])
        return first

    def _date(self, at: datetime) -> str:
        local, dates = at.astimezone(self._zone), self._texts["dates"]
        return self.text(
            "dates.day",
            weekday=dates["weekdays"][local.weekday()],
            day=str(local.day),
            month=dates["months"][local.month - 1],
        )


def money(cents: int, currency: str) -> str:
    """``120.00 EUR``."""
    return f"{cents // 100:,}.{cents % 100:02d} {currency}"
