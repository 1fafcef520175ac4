"""Mapping files: what is wrong is said key by key."""

from pathlib import Path

import pytest

from domain.vocabulary import CaseKind, Category, Channel, Severity
from intake.errors import MappingError
from intake.mapping import Mapping, load_mapping
from tests.unit.intake_builders import a_mapping, mapping_text


def wrong_keys(folder: Path, text: str) -> dict[str, str]:
    path = folder / "mapping.toml"
    path.write_text(text)
    with pytest.raises(MappingError) as caught:
        load_mapping(path)
    return dict(caught.value.problems)


def test_a_mapping_is_read_with_its_defaults(tmp_path: Path) -> None:
    mapping = a_mapping(tmp_path)

    assert mapping.source.delimiter == ","
    assert mapping.rules[0].when == {"type": ("Leak",), "detail": ("*basement*", "*cellar*")}
    assert mapping.rules[0].kind is CaseKind.FAULT
    assert mapping.rules[0].category is Category.PRODUCT_DEFECT
    assert mapping.rules[1].severity is Severity.MEDIUM
    assert mapping.channels.values["Web"] is Channel.WEB
    assert mapping.territory is None


def test_it_knows_which_columns_it_needs_and_for_what(tmp_path: Path) -> None:
    assert a_mapping(tmp_path).used_columns() == {
        "columns.key": ("id",),
        "columns.created": ("created",),
        "columns.closed": ("closed",),
        "columns.latitude": ("lat",),
        "columns.longitude": ("lon",),
        "columns.symptom": ("type", "detail"),
        "columns.channel": ("via",),
        "columns.contact_phone": ("phone",),
        "rules[0].when": ("type", "detail"),
        "rules[1].when": ("type",),
    }


def test_it_knows_which_product_models_it_needs(tmp_path: Path) -> None:
    assert a_mapping(tmp_path).named_models() == {"PIPE": "rules[1].product_model"}


@pytest.mark.parametrize(
    ("given", "wanted", "key", "rule"),
    [
        ('name = "DEMO"', 'name = "demo"', "source.name", "String should match pattern"),
        ('name = "DEMO"', 'name = "DEMO"\nspeed = 3', "source.speed", "Extra inputs are not permitted"),
        ('name = "DEMO"', 'name = "DEMO"\nencoding = "utf-16"', "source.encoding", "Input should be 'utf-8'"),
        ('key = "id"', "", "columns.key", "Field required"),
        ('zone = "America/Los_Angeles"', 'zone = "Mars/Olympus"', "time.zone", "is not an IANA time zone"),
        ('zone = "America/Los_Angeles"', 'zone = "../etc"', "time.zone", "is not an IANA time zone"),
        ("south = 37.0", "south = 39.0", "area", "south must lie below north"),
        ("south = 37.0", "south = -91", "area.south", "greater than or equal to -90"),
        ('"Web" = "web"', '"Web" = "pigeon"', "channels.values.Web", "Input should be 'phone', 'web'"),
        ('severity = "high"', 'severity = "urgent"', "rules[0].severity", "Input should be 'low', 'medium'"),
        ("water = 3", "water = 6", "rules[0].skills.water", "less than or equal to 5"),
        ("minutes = 90", "minutes = 4", "rules[0].minutes", "greater than or equal to 5"),
    ],
)  # fmt: skip
def test_a_wrong_key_is_named_with_its_rule(tmp_path: Path, given: str, wanted: str, key: str, rule: str) -> None:
    text = mapping_text()
    assert given in text

    problems = wrong_keys(tmp_path, text.replace(given, wanted, 1))

    assert list(problems) == [key]
    assert rule in problems[key]


def test_all_wrong_keys_are_named_at_once(tmp_path: Path) -> None:
    text = mapping_text().replace('name = "DEMO"', 'name = "demo"').replace("minutes = 90", "minutes = 4")

    assert set(wrong_keys(tmp_path, text)) == {"source.name", "rules[0].minutes"}


def test_without_rules_there_is_nothing_to_import(tmp_path: Path) -> None:
    text = mapping_text()
    without = text[: text.index("[[rules]]")]

    assert wrong_keys(tmp_path, without) == {"rules": "Field required"}


def test_a_window_that_closes_before_it_opens_is_refused(tmp_path: Path) -> None:
    window = '[[windows]]\nopens = "17:00"\ncloses = "08:00"\ndays = 3'

    problems = wrong_keys(tmp_path, mapping_text(more=window))

    assert problems == {"windows[0]": "Value error, opens must be earlier than closes"}


def test_a_territory_with_a_name_needs_city_and_country(tmp_path: Path) -> None:
    problems = wrong_keys(tmp_path, mapping_text(more='[territory]\nid = "T1"\nname = "Town"'))

    assert list(problems) == ["territory"]


def test_a_file_that_is_no_toml_says_where(tmp_path: Path) -> None:
    problems = wrong_keys(tmp_path, "[source\nname")

    assert problems["file"].startswith("is not TOML: Expected ']' at the end of a table declaration (at line 1")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"no\.toml is not valid:\n  file: cannot be read: No such file"):
        load_mapping(tmp_path / "no.toml")


def test_the_shipped_mapping_defines_every_product_model_that_it_names() -> None:
    shipped = Path(__file__).parents[2] / "intake" / "mappings" / "sf311.toml"

    mapping: Mapping = load_mapping(shipped)

    assert set(mapping.named_models()) == set(mapping.product_models) == {"SEWER", "WINDOW", "DWELLING"}
