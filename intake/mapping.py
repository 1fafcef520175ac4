"""The mapping file: how the columns of a CSV file become service requests. TOML, checked key by key."""

import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from domain.vocabulary import CaseKind, Category, Channel, Severity
from intake.errors import MappingError


def _several(value: Any) -> Any:
    """One text stands for a list of one."""
    return (value,) if isinstance(value, str) else value


def _zone_exists(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone, such as America/Los_Angeles") from error
    return name


Texts = Annotated[tuple[str, ...], BeforeValidator(_several), Field(min_length=1)]
Conditions = dict[str, Texts]
Level = Annotated[int, Field(ge=1, le=5)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Part):
    """The file as such.

    Attributes:
        name: The first half of every case id: capitals and digits.
        encoding: How the file's bytes are text; utf-8 also takes a byte order mark.
    """

    name: str = Field(pattern=r"^[A-Z][A-Z0-9]*$", max_length=20)
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: Literal["utf-8", "latin-1", "cp1252", "gb18030"] = "utf-8"


class Territory(_Part):
    """Where every case goes. With a name it is made where it does not exist yet, in the middle of the area."""

    id: str = Field(pattern=r"^[A-Z][A-Z0-9_-]*$", max_length=40)
    name: str = ""
    city: str = ""
    country: str = Field(default="", pattern=r"^([A-Z]{2})?$")
    subdivision: str | None = None

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.name and not (self.city and self.country):
            raise ValueError("a territory with a name needs city and country (ISO 3166-1, such as US), too")
        return self


class Columns(_Part):
    """Which column holds which field. The symptom may take several columns, joined by a colon."""

    key: str
    created: str
    latitude: str
    longitude: str
    symptom: Texts
    closed: str | None = None
    channel: str | None = None
    address: str | None = None
    access_notes: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None
    product_model: str | None = None
    serial: str | None = None
    error_code: str | None = None

    def used(self) -> dict[str, tuple[str, ...]]:
        """Mapping key to the columns that it names."""
        given = self.model_dump(exclude_none=True)
        return {f"columns.{key}": _several(value) for key, value in given.items()}


class Times(_Part):
    """How timestamps are written.

    Attributes:
        zone: The zone of times without an offset, and of every local rule.
        format: ``iso``, or a ``strptime`` pattern such as ``%m/%d/%Y %I:%M:%S %p``.
        offset: ``ignore`` takes the clock's reading as local time, for exports whose offset is wrong.
    """

    zone: Annotated[str, AfterValidator(_zone_exists)]
    format: str = "iso"
    offset: Literal["keep", "ignore"] = "keep"


class Area(_Part):
    """The box, in degrees, outside which coordinates are wrong."""

    south: float = Field(ge=-90, le=90)
    north: float = Field(ge=-90, le=90)
    west: float = Field(ge=-180, le=180)
    east: float = Field(ge=-180, le=180)

    @model_validator(mode="after")
    def _has_a_size(self) -> Self:
        if self.south >= self.north or self.west >= self.east:
            raise ValueError("south must lie below north, and west below east")
        return self


class Channels(_Part):
    """A channel for each value of ``columns.channel``; ``default`` for values that are not listed."""

    default: Channel | None = None
    values: dict[str, Channel] = {}


class Defaults(_Part):
    """What stands in where a row says nothing."""

    contact_name: str = ""
    language: str = "en"
    product_model: str = ""


class Conditional(_Part):
    """A rule that counts for the rows that fit every condition of ``when``."""

    when: Conditions = {}


class Model(_Part):
    """A product model that the file's requests are about; made where it does not exist yet."""

    name: str = Field(min_length=1)
    category: str = ""
    warranty_months: int = Field(default=0, ge=0)


class Rule(Conditional):
    """What a row is about; the first rule whose every condition holds counts.

    A condition names a column and one or several patterns; ``*`` stands for any text, capitals do not matter.
    """

    kind: CaseKind
    category: Category = Category.PRODUCT_DEFECT
    severity: Severity
    skills: dict[str, Level] = {}
    minutes: int = Field(ge=5, le=720)
    product_model: str = ""


class WindowRule(Conditional):
    """When the customer lets somebody in: between two local times on days after the request.

    Attributes:
        days: How many days, the day of the request included, where it is not over yet.
        weekdays: 0 is Monday; days on which nobody is let in do not count.
    """

    opens: time
    closes: time
    days: int = Field(ge=1, le=31)
    weekdays: frozenset[Annotated[int, Field(ge=0, le=6)]] = frozenset(range(7))

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("opens must be earlier than closes")
        if not self.weekdays:
            raise ValueError("weekdays must name at least one day")
        return self


class Mapping(_Part):
    """One whole mapping file. Without a territory each case goes to the one that serves its place."""

    source: Source
    territory: Territory | None = None
    columns: Columns
    time: Times
    area: Area
    channels: Channels = Channels(default=Channel.API)
    defaults: Defaults = Defaults()
    product_models: dict[str, Model] = {}
    rules: tuple[Rule, ...] = Field(min_length=1)
    windows: tuple[WindowRule, ...] = ()

    def used_columns(self) -> dict[str, tuple[str, ...]]:
        """Mapping key to the columns of the file that it needs."""
        used = self.columns.used()
        lists: dict[str, tuple[Conditional, ...]] = {"rules": self.rules, "windows": self.windows}
        for name, rules in lists.items():
            for number, rule in enumerate(rules):
                if rule.when:
                    used[f"{name}[{number}].when"] = tuple(rule.when)
        return used

    def named_models(self) -> dict[str, str]:
        """The product models that rules and defaults name, each with one mapping key that names it."""
        named = {rule.product_model: f"rules[{number}].product_model" for number, rule in enumerate(self.rules)}
        named[self.defaults.product_model] = "defaults.product_model"
        named.pop("", None)
        return named


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises:
        MappingError: The file is missing, is not TOML, or a key breaks a rule.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise MappingError(path, (("file", f"cannot be read: {error.strerror}"),)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(path, (("file", f"is not TOML: {error}"),)) from error
    try:
        return Mapping.model_validate(raw)
    except ValidationError as error:
        raise MappingError(path, tuple((_key(e["loc"]), e["msg"]) for e in error.errors())) from error


def _key(location: tuple[int | str, ...]) -> str:
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return key.removeprefix(".") or "file"
