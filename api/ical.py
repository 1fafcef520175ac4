"""An engineer's visits as iCalendar (RFC 5545), and a territory's plan as GeoJSON (RFC 7946)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from models.screens.plans import StopLine, TerritoryPlan

LONGEST_LINE = 75  # octets, RFC 5545 3.1
PRODUCT = "-//Callout//Field service//EN"


def calendar(name: str, stops: Iterable[StopLine], now: datetime) -> str:
    """A calendar of visits. Neither the customer nor what people wrote is in it: other companies copy calendars.

    Args:
        now: When the calendar was made; virtual.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
    ]
    for stop in stops:
        lines += _event(stop, now)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(stop: StopLine, now: datetime) -> list[str]:
    booking = stop.booking
    sure = stop.visit_state not in {"requested", "booked", "offered"}
    place = f" · {stop.neighbourhood}" if stop.neighbourhood else ""
    travel = timedelta(seconds=booking.travel_seconds)
    return [
        "BEGIN:VEVENT",
        f"UID:{booking.id}@callout",
        f"DTSTAMP:{_moment(now)}",
        f"DTSTART:{_moment(booking.arrival)}",
        f"DTEND:{_moment(booking.finish)}",
        f"SUMMARY:{_text(f'{stop.case_id}{place}')}",
        f"DESCRIPTION:Leave {_minutes(travel)} min earlier.",
        f"GEO:{stop.latitude:.5f};{stop.longitude:.5f}",
        f"STATUS:{'CONFIRMED' if sure else 'TENTATIVE'}",
        "END:VEVENT",
    ]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)


def _text(given: str) -> str:
    escaped = given.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    plain = "".join(c for c in escaped.replace("\r", "") if c == "\n" or ord(c) >= 32)
    return plain.replace("\n", "\\n")


def _folded(line: str) -> str:
    """A long line in pieces of at most 75 octets that never cut a character."""
    pieces: list[str] = []
    piece = ""
    for character in line:
        room = LONGEST_LINE - (1 if pieces else 0)
        if len((piece + character).encode()) > room:
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece])


def geojson(plan: TerritoryPlan) -> dict[str, Any]:
    """A published plan: each visit a point, each route a line through its visits in their order."""
    features: list[dict[str, Any]] = []
    for route in plan.routes:
        places = [[stop.longitude, stop.latitude] for stop in route.stops]
        if len(places) > 1:
            about = {"kind": "route", "engineer_id": route.engineer_id, "engineer": route.engineer}
            features.append(_feature("LineString", places, about))
        for number, (place, stop) in enumerate(zip(places, route.stops, strict=True), start=1):
            features.append(_feature("Point", place, _stop(stop, number)))
    return {"type": "FeatureCollection", "features": features}


def _stop(stop: StopLine, number: int) -> dict[str, Any]:
    booking = stop.booking
    return {
        "kind": "visit",
        "number": number,
        "visit_id": stop.visit_id,
        "case_id": stop.case_id,
        "engineer_id": booking.engineer_id,
        "state": stop.visit_state,
        "severity": stop.severity,
        "arrival": booking.arrival.isoformat(),
        "finish": booking.finish.isoformat(),
        "predicted_arrival": booking.predicted_arrival.isoformat() if booking.predicted_arrival else None,
    }


def _feature(kind: str, coordinates: Any, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}
