"""Rows become requests, or rejects that name everything that is wrong with them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.registration import ArrivalWindow, Classification, ContactDraft, SiteDraft
from domain.vocabulary import CaseKind, Category, Channel, Severity
from intake.requests import ImportedRequest, Reject, read_requests
from tests.unit.intake_builders import a_csv, a_line, a_mapping, outcome_of, reasons


def good(folder: Path, line: str, **mapping: str) -> ImportedRequest:
    found = outcome_of(folder, line, a_mapping(folder, **mapping))
    assert isinstance(found, ImportedRequest), found
    return found


def reason(folder: Path, line: str, **mapping: str) -> str:
    found = outcome_of(folder, line, a_mapping(folder, **mapping))
    assert isinstance(found, Reject), found
    return found.reason


def test_a_good_row_becomes_a_registration(tmp_path: Path) -> None:
    found = good(tmp_path, a_line(detail="Basement floods", closed="2024-05-01T12:00:00"))

    assert found.case_id == "DEMO-7"
    assert (found.line, found.key) == (2, "7")
    assert found.created_at == datetime(2024, 5, 1, 16, 30, tzinfo=UTC)
    assert found.closed_at == datetime(2024, 5, 1, 19, 0, tzinfo=UTC)
    given = found.registration
    assert given.channel is Channel.PHONE
    assert given.symptom == "Leak: Basement floods"
    assert given.contact == ContactDraft(name="Caller")
    assert given.site == SiteDraft(latitude=37.5, longitude=-122.5)
    assert given.product_model == "PIPE"
    assert given.external_ref == "7"
    assert given.classification == Classification(CaseKind.FAULT, Category.PRODUCT_DEFECT, Severity.HIGH)
    assert given.suggested_skills == {"water": 3}
    assert given.suggested_minutes == 90


def test_the_first_rule_that_fits_counts(tmp_path: Path) -> None:
    assert good(tmp_path, a_line(type="LEAK", detail="in the CELLAR")).registration.suggested_minutes == 90
    assert good(tmp_path, a_line(type="leak", detail="in the attic")).registration.suggested_minutes == 45


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"id": ""}, "id: is missing"),
        ({"id": "7-8"}, "id: must be 1 to 40 letters, digits, dots or underscores"),
        ({"created": ""}, "created: is missing"),
        ({"created": "yesterday"}, "created: 'yesterday' is not a time of the form iso"),
        ({"created": "1900-01-01"}, "created: '1900-01-01' lies before 1970"),
        ({"created": "9999-12-31T23:00"}, "created: '9999-12-31T23:00' is not a time of the form iso"),
        ({"closed": "soon"}, "closed: 'soon' is not a time of the form iso"),
        ({"closed": "2024-05-01T09:29:59"}, "closed: is earlier than the request was created"),
        ({"lat": "", "lon": ""}, "lat, lon: are missing"),
        ({"lat": "0", "lon": "0"}, "lat, lon: are zero: the place is unknown"),
        ({"lat": "37.5", "lon": "0.0"}, "lat, lon: are zero: the place is unknown"),
        ({"lat": "north"}, "lat, lon: are not numbers"),
        ({"lat": "nan"}, "lat, lon: are not numbers"),
        ({"lat": "48.1", "lon": "11.5"}, "lat, lon: 48.1/11.5 lie outside the area of the mapping"),
        ({"type": "Noise"}, "kind: is unknown: no rule of the mapping fits type 'Noise', detail 'Kitchen tap'"),
        ({"via": "Pigeon"}, "via: 'Pigeon' is not a known channel"),
        ({"phone": "none"}, "contact.phone: is not a phone number"),
    ],
)  # fmt: skip
def test_a_bad_row_is_rejected_with_field_and_rule(tmp_path: Path, fields: dict[str, str], wanted: str) -> None:
    assert reason(tmp_path, a_line(**fields)) == wanted


def test_a_reject_names_everything_at_once(tmp_path: Path) -> None:
    found = reason(tmp_path, a_line(created="", lat="0", type="Noise", detail="Loud"))

    assert found == (
        "created: is missing; lat, lon: are zero: the place is unknown; "
        "kind: is unknown: no rule of the mapping fits type 'Noise', detail 'Loud'"
    )


def test_a_key_counts_once_in_a_file(tmp_path: Path) -> None:
    path = a_csv(tmp_path, a_line(id="7"), a_line(id="8"), a_line(id="7"))

    found = list(read_requests(path, a_mapping(tmp_path)))

    assert reasons(found) == {4: "id: '7' was already used in line 2"}


def test_a_request_from_the_future_is_rejected(tmp_path: Path) -> None:
    path = a_csv(tmp_path, a_line())
    created = datetime(2024, 5, 1, 16, 30, tzinfo=UTC)

    before = list(read_requests(path, a_mapping(tmp_path), created - timedelta(seconds=1)))
    after = list(read_requests(path, a_mapping(tmp_path), created))

    assert reasons(before) == {2: "created: lies in the future"}
    assert reasons(after) == {}


@pytest.mark.parametrize(
    ("time", "text", "wanted"),
    [
        ("", "2024-05-01T09:30:00", datetime(2024, 5, 1, 16, 30, tzinfo=UTC)),
        ("", "2024-05-01 09:30:00+00:00", datetime(2024, 5, 1, 9, 30, tzinfo=UTC)),
        ('offset = "ignore"', "2024-05-01 09:30:00+00:00", datetime(2024, 5, 1, 16, 30, tzinfo=UTC)),
        ('format = "%m/%d/%Y %I:%M:%S %p"', "05/01/2024 01:30:00 PM", datetime(2024, 5, 1, 20, 30, tzinfo=UTC)),
        ("", "2024-11-03T01:30:00", datetime(2024, 11, 3, 8, 30, tzinfo=UTC)),
        ("", "2024-11-03T02:30:00", datetime(2024, 11, 3, 10, 30, tzinfo=UTC)),
    ],
    ids=["local", "offset", "offset ignored", "pattern", "first of the doubled hour", "after the doubled hour"],
)  # fmt: skip
def test_times_are_read_as_the_mapping_says(tmp_path: Path, time: str, text: str, wanted: datetime) -> None:
    assert good(tmp_path, a_line(created=text), time=time).created_at == wanted


def test_a_channel_that_is_not_listed_may_have_a_default(tmp_path: Path) -> None:
    found = good(tmp_path, a_line(via="Pigeon"), channels='default = "api"')

    assert found.registration.channel is Channel.API


def test_window_rules_say_when_the_customer_lets_somebody_in(tmp_path: Path) -> None:
    rule = '[[windows]]\nopens = "08:00"\ncloses = "17:00"\ndays = 2\nweekdays = [0, 1, 2, 3, 4]'

    friday = good(tmp_path, a_line(created="2024-05-03T09:30:00"), more=rule).registration.windows

    assert friday == (
        ArrivalWindow(datetime(2024, 5, 3, 16, 30, tzinfo=UTC), datetime(2024, 5, 4, 0, 0, tzinfo=UTC)),
        ArrivalWindow(datetime(2024, 5, 6, 15, 0, tzinfo=UTC), datetime(2024, 5, 7, 0, 0, tzinfo=UTC)),
    )


def test_a_window_that_is_over_today_begins_tomorrow(tmp_path: Path) -> None:
    rule = '[[windows]]\nopens = "08:00"\ncloses = "09:30"\ndays = 1'

    (window,) = good(tmp_path, a_line(created="2024-05-01T09:30:00"), more=rule).registration.windows

    assert window.start == datetime(2024, 5, 2, 15, 0, tzinfo=UTC)


def test_the_mapping_names_the_territory(tmp_path: Path) -> None:
    assert good(tmp_path, a_line(), more='[territory]\nid = "T1"').territory == "T1"
    assert good(tmp_path, a_line()).territory == ""
