"""Calendars that calendar programs understand, and metrics that say nothing secret."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from api.guard import _shown
from api.ical import calendar, geojson
from models.screens.plans import RouteLine, StopLine, TerritoryPlan
from models.screens.visits import BookingLine

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
BOOKING = BookingLine(
    "C-1-V1-B1", "confirmed", "E1", "Jane Doe", NOW, NOW + timedelta(hours=1), 1_200, NOW, None, None, "system:x", ""
)
STOP = StopLine("C-1-V1", "C-1", "confirmed", "high", "call Erika Mustermann", "Altona", 53.55, 9.93, BOOKING, None)


def test_a_visit_is_an_event_without_the_customer() -> None:
    text = calendar("Jane Doe", [STOP], NOW)
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    for line in ("UID:C-1-V1-B1@callout", "DTSTART:20261124T080000Z", "DTEND:20261124T090000Z", "STATUS:CONFIRMED",
                 "SUMMARY:C-1 · Altona", "DESCRIPTION:Leave 20 min earlier."):  # fmt: skip
        assert line in lines
    assert "Erika" not in text
    assert "STATUS:TENTATIVE" in calendar("", [replace(STOP, visit_state="booked")], NOW)


def test_special_characters_are_escaped_and_long_lines_folded_between_characters() -> None:
    strange = replace(STOP, neighbourhood="a;b,c\\d\r\nATTENDEE:evil" + "街" * 60)
    text = calendar("x", [strange], NOW)
    assert "\nATTENDEE" not in text.replace("\r\n ", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    unfolded = text.replace("\r\n ", "")
    assert "SUMMARY:C-1 · a\\;b\\,c\\\\d\\nATTENDEE:evil" + "街" * 60 in unfolded


def test_a_plan_is_points_and_lines() -> None:
    other = replace(STOP, visit_id="C-2-V1", latitude=53.6, longitude=10.0)
    plan = TerritoryPlan("T1", "North", "UTC", None, [RouteLine("E1", "Jane", [STOP, other]), RouteLine("E2", "x")], [])
    features = geojson(plan)["features"]
    assert [f["geometry"]["type"] for f in features] == ["LineString", "Point", "Point"]
    assert features[0]["geometry"]["coordinates"] == [[9.93, 53.55], [10.0, 53.6]]
    assert [f["properties"].get("number") for f in features] == [None, 1, 2]


def test_a_calendars_secret_is_not_logged() -> None:
    assert _shown("/api/feeds/abc123/calendar.ics") == "/api/feeds/***/calendar.ics"
    assert _shown("/cases/C-1") == "/cases/C-1"
