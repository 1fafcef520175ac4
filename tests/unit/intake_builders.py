"""Small mapping files and CSV files for the import's tests."""

from collections.abc import Iterable
from pathlib import Path

from intake.mapping import Mapping, load_mapping
from intake.requests import ImportedRequest, Reject, read_requests

MAPPING = """
[source]
name = "DEMO"
{source}

[columns]
key = "id"
created = "created"
closed = "closed"
latitude = "lat"
longitude = "lon"
symptom = ["type", "detail"]
channel = "via"
contact_phone = "phone"

[time]
zone = "America/Los_Angeles"
{time}

[area]
south = 37.0
north = 38.0
west = -123.0
east = -122.0

[channels]
{channels}

[channels.values]
"Phone" = "phone"
"Web" = "web"

[defaults]
contact_name = "Caller"

[[rules]]
when = {{ type = "Leak", detail = ["*basement*", "*cellar*"] }}
kind = "fault"
severity = "high"
skills = {{ water = 3 }}
minutes = 90
product_model = "PIPE"

[[rules]]
when = {{ type = "Leak" }}
kind = "fault"
severity = "medium"
skills = {{ water = 1 }}
minutes = 45
product_model = "PIPE"
{more}
"""
HEADER = "id,created,closed,lat,lon,type,detail,via,phone"


def mapping_text(*, source: str = "", time: str = "", channels: str = "", more: str = "") -> str:
    """A mapping file's text with additions in one of its tables."""
    return MAPPING.format(source=source, time=time, channels=channels, more=more)


def a_mapping(folder: Path, *, source: str = "", time: str = "", channels: str = "", more: str = "") -> Mapping:
    """A mapping as the import reads it."""
    path = folder / "mapping.toml"
    path.write_text(mapping_text(source=source, time=time, channels=channels, more=more))
    return load_mapping(path)


def a_line(**fields: str) -> str:
    """One good row, but for the fields given."""
    values = {
        "id": "7", "created": "2024-05-01T09:30:00", "closed": "", "lat": "37.5", "lon": "-122.5", "type": "Leak",
        "detail": "Kitchen tap", "via": "Phone", "phone": "",
    }  # fmt: skip
    return ",".join((values | fields).values())


def a_csv(folder: Path, *lines: str, header: str = HEADER) -> Path:
    """A CSV file."""
    path = folder / "requests.csv"
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


def outcome_of(folder: Path, line: str, mapping: Mapping | None = None) -> ImportedRequest | Reject:
    """What one row becomes."""
    (found,) = read_requests(a_csv(folder, line), mapping or a_mapping(folder))
    return found


def reasons(found: Iterable[ImportedRequest | Reject]) -> dict[int, str]:
    """Line to reason of every reject."""
    return {row.line: row.reason for row in found if isinstance(row, Reject)}
