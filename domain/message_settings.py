"""What a company says of its messages: its name, its quiet hours, its own words."""

from datetime import datetime, time, timedelta
from string import Template
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, field_validator, model_validator

from domain.occasions import FIELDS, Occasion

SETTING = "messages"
"""The key of the document in the company's settings."""


class WrongNamesError(ValueError):
    """Own words name what their occasion does not have.

    Attributes:
        found: The dotted path of each such text, and what is wrong with it.
    """

    def __init__(self, found: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{path} {rule}" for path, rule in found))
        self.found = found


class OwnWords(BaseModel):
    """A message in the company's own words; what is None stays as it comes."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    subject: str | None = Field(default=None, min_length=1, max_length=200)
    body: str | None = Field(default=None, min_length=1, max_length=4_000)
    sms: str | None = Field(default=None, min_length=1, max_length=300)


LocalTime = Annotated[
    time, WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d(:\d\d)?$", "examples": ["21:00:00"]})
]
"""A time of day without a zone; JSON Schema's own ``time`` has one."""


class MessageSettings(BaseModel):
    """Settings of a company's messages.

    Attributes:
        company: How the company signs.
        link_page: Where the customer's page is; the token follows after ``#``, which no server ever sees.
        currency: Behind every amount.
        quiet_from, quiet_until: Customers hear nothing in between, local time of their territory, except that the
            engineer is on the way. Equal times: no quiet hours.
        silent: Occasions that nobody is told of.
        staff_language: Of messages to roles.
        link_days: How long a link lasts that a message carries.
        words: Language to occasion to the company's own words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    company: str = Field(default="Callout", min_length=1, max_length=60)
    link_page: str = Field(default="http://127.0.0.1:8080/link", pattern=r"^https?://[^\s#?]+$")
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    quiet_from: LocalTime = time(21, 0)
    quiet_until: LocalTime = time(8, 0)
    silent: frozenset[Occasion] = frozenset()
    staff_language: str = "en"
    link_days: int = Field(default=30, ge=2, le=180)
    words: dict[str, dict[Occasion, OwnWords]] = Field(default_factory=dict)

    @field_validator("quiet_from", "quiet_until")
    @classmethod
    def _local(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("is local time: give it without a time zone")
        return value

    @model_validator(mode="after")
    def _known_names(self) -> "MessageSettings":
        found = [
            (f"words.{language}.{occasion}.{part}", rule)
            for language, occasions in self.words.items()
            for occasion, words in occasions.items()
            for part, text in words.model_dump(exclude_none=True).items()
            if (rule := _broken_rule(text, FIELDS[occasion]))
        ]
        if found:
            raise WrongNamesError(found)
        return self

    def not_before(self, now: datetime, zone: str) -> datetime:
        """The first moment from ``now`` on that lies outside the quiet hours."""
        local = now.astimezone(ZoneInfo(zone))
        start, end = self.quiet_from, self.quiet_until
        if start == end:
            return now
        clock = local.time()
        over_night = start > end
        quiet = (clock >= start or clock < end) if over_night else start <= clock < end
        if not quiet:
            return now
        day = local.date() + timedelta(days=1 if over_night and clock >= start else 0)
        return datetime.combine(day, end, tzinfo=local.tzinfo).astimezone(now.tzinfo)


def _broken_rule(text: str, fields: frozenset[str]) -> str:
    """What is wrong with a text of a message; empty when nothing is."""
    template = Template(text)
    names = ", ".join(f"${{{name}}}" for name in sorted(fields))
    if not template.is_valid():
        return f"has a $ without a name (write $$); it may use {names}"
    unknown = sorted(set(template.get_identifiers()) - fields)
    return f"knows no ${{{unknown[0]}}}; it may use {names}" if unknown else ""
