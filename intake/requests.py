"""Rows as service requests: what each good row says, and everything that is wrong with a bad one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from domain.errors import InvalidInputError
from domain.ids import CaseId
from domain.registration import (
    Classification,
    ContactDraft,
    FieldProblem,
    Registration,
    SiteDraft,
    check_case_id,
    problems,
)
from domain.vocabulary import Channel
from intake.fields import arrival_windows, coordinates, first_match, parse_time
from intake.mapping import Mapping, Rule
from intake.rows import BadRow, Row, read_rows

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""No request is older; a date before it stands for an unknown one."""


@dataclass(frozen=True)
class ImportedRequest:
    """A good row.

    Attributes:
        created_at: When the customer called; aware.
        closed_at: When it was over elsewhere; None while it is open.
    """

    line: int
    key: str
    case_id: CaseId
    created_at: datetime
    closed_at: datetime | None
    registration: Registration
    territory: str = ""


@dataclass(frozen=True)
class Reject:
    """A bad row, with everything that is wrong with it."""

    line: int
    key: str
    problems: tuple[FieldProblem, ...]

    @property
    def reason(self) -> str:
        """Every problem in one sentence each."""
        return "; ".join(f"{problem.field}: {problem.rule}" for problem in self.problems)


def read_requests(
    path: Path, mapping: Mapping, not_after: datetime | None = None
) -> Iterator[ImportedRequest | Reject]:
    """Every row of a file as a request or as a reject, one at a time; only the keys stay in memory.

    Args:
        not_after: Requests from after this moment are rejected; None takes any.

    Raises:
        FileFormatError: The file cannot be read.
    """
    seen: dict[str, int] = {}
    for row in read_rows(path, mapping):
        if isinstance(row, BadRow):
            yield Reject(row.line, "", (FieldProblem("row", row.reason),))
            continue
        key = row.values[mapping.columns.key]
        found = convert(row, mapping, not_after)
        first = seen.setdefault(key, row.line) if key else row.line
        if first != row.line:
            problem = FieldProblem(mapping.columns.key, f"{key!r} was already used in line {first}")
            known = found.problems if isinstance(found, Reject) else ()
            found = Reject(row.line, key, (problem, *known))
        yield found


def convert(row: Row, mapping: Mapping, not_after: datetime | None = None) -> ImportedRequest | Reject:
    """One row as a request, or as a reject that lists everything that is wrong with it."""
    return _Conversion(row, mapping, not_after).result()


class _Conversion:
    """Collects what a row says and what it gets wrong, so that a reject names everything at once."""

    def __init__(self, row: Row, mapping: Mapping, not_after: datetime | None) -> None:
        self._row = row
        self._mapping = mapping
        self._not_after = not_after
        self._problems: list[FieldProblem] = []

    def result(self) -> ImportedRequest | Reject:
        columns = self._mapping.columns
        key = self._value(columns.key)
        case_id = self._case_id(key)
        created, closed = self._times()
        latitude, longitude = self._place()
        rule = self._rule()
        channel = self._channel()
        if not self._problems and created and rule and channel:
            site = SiteDraft(self._value(columns.address), latitude, longitude, self._value(columns.access_notes))
            given = self._registration(key, rule, channel, site, created)
            self._problems += problems(given)
            if not self._problems:
                return ImportedRequest(self._row.line, key, case_id, created, closed, given, self._territory())
        return Reject(self._row.line, key, tuple(self._problems))

    def _territory(self) -> str:
        return self._mapping.territory.id if self._mapping.territory else ""

    def _value(self, column: str | None) -> str:
        return self._row.values[column] if column else ""

    def _wrong(self, field: str, rule: str) -> None:
        self._problems.append(FieldProblem(field, rule))

    def _case_id(self, key: str) -> CaseId:
        case_id = f"{self._mapping.source.name}-{key}"
        try:
            return check_case_id(case_id)
        except InvalidInputError:
            rule = "must be 1 to 40 letters, digits, dots or underscores" if key else "is missing"
            self._wrong(self._mapping.columns.key, rule)
            return CaseId(case_id)

    def _times(self) -> tuple[datetime | None, datetime | None]:
        columns = self._mapping.columns
        created = self._time(columns.created)
        closed = self._time(columns.closed) if columns.closed else None
        if not self._value(columns.created):
            self._wrong(columns.created, "is missing")
        elif created and self._not_after and created > self._not_after:
            self._wrong(columns.created, "lies in the future")
        if created and closed and closed < created and columns.closed:
            self._wrong(columns.closed, "is earlier than the request was created")
        return created, closed

    def _time(self, column: str) -> datetime | None:
        value = self._value(column)
        if not value:
            return None
        moment = parse_time(value, self._mapping.time)
        if moment is None:
            self._wrong(column, f"{value!r} is not a time of the form {self._mapping.time.format}")
        elif moment < EARLIEST:
            self._wrong(column, f"{value!r} lies before 1970")
        return moment

    def _place(self) -> tuple[float | None, float | None]:
        columns = self._mapping.columns
        found = coordinates(self._value(columns.latitude), self._value(columns.longitude), self._mapping.area)
        if isinstance(found, str):
            self._wrong(f"{columns.latitude}, {columns.longitude}", found)
            return None, None
        return found

    def _rule(self) -> Rule | None:
        rules = self._mapping.rules
        rule = first_match(rules, self._row.values)
        if rule is None:
            looked_at = dict.fromkeys(column for rule in rules for column in rule.when)
            values = ", ".join(f"{column} {self._value(column)!r}" for column in looked_at)
            self._wrong("kind", f"is unknown: no rule of the mapping fits {values}")
        return rule

    def _channel(self) -> Channel | None:
        value = self._value(self._mapping.columns.channel)
        channel = self._mapping.channels.values.get(value, self._mapping.channels.default)
        if channel is None:
            self._wrong(self._mapping.columns.channel or "channels.default", f"{value!r} is not a known channel")
        return channel

    def _registration(self, key: str, rule: Rule, channel: Channel, site: SiteDraft, created: datetime) -> Registration:
        columns, defaults = self._mapping.columns, self._mapping.defaults
        contact = ContactDraft(
            self._value(columns.contact_name) or defaults.contact_name,
            self._value(columns.contact_phone),
            self._value(columns.contact_email),
            defaults.language,
        )
        return Registration(
            channel=channel,
            symptom=": ".join(filter(None, map(self._value, columns.symptom))),
            contact=contact,
            site=site,
            product_model=self._value(columns.product_model) or rule.product_model or defaults.product_model,
            serial=self._value(columns.serial),
            error_code=self._value(columns.error_code),
            external_ref=key,
            windows=arrival_windows(self._mapping.windows, self._row.values, created, self._mapping.time.zone),
            classification=Classification(rule.kind, rule.category, rule.severity),
            suggested_skills=dict(rule.skills),
            suggested_minutes=rule.minutes,
        )
