"""A run as one HTML page: figures, a map, and the day of every engineer. It holds no contact data."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from domain.sla import SlaState
from domain.world import Point
from simulation.comparison import DispatcherResult, RunResult, comparison
from simulation.days import Day
from simulation.draws import world_key
from simulation.records import CaseRecord

MINUTE = timedelta(minutes=1)
_PLACES = 3  # about a hundred metres: enough for a picture, too little for an address


def as_page(result: RunResult) -> str:
    """One HTML page that asks nobody for anything: figures, map and the days of all engineers."""
    text = json.dumps(_page_data(result), ensure_ascii=False, separators=(",", ":"))
    # Inside a script element only "<" could end the text; as an escape it is the same JSON.
    safe = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return files("simulation").joinpath("page.html").read_text(encoding="utf-8").replace("__DATA__", safe)


def _page_data(result: RunResult) -> dict[str, Any]:
    zone = ZoneInfo(result.time_zone)
    rows = comparison(result.dispatchers)
    days = sorted(
        {_day_name(day, zone) for r in result.dispatchers for day in r.days if day.stops or _asked(result, day)}
    )
    names = " and ".join(r.name for r in result.dispatchers)
    cases = result.dispatchers[0].figures.cases if result.dispatchers else 0
    return {
        "title": f"{cases} requests, {result.engineers} engineers, {result.first_day} to {result.last_day}",
        "lead": f"{result.source} replayed at {result.speed:g}-fold speed, seed {result.seed}. {names} met the same "
        f"requests, engineers and chance. Times are local ({result.time_zone}).",
        "bounds": _bounds(result),
        "days": days,
        "figures": [asdict(row) for row in rows],
        "dispatchers": [_dispatcher(r, zone) for r in result.dispatchers],
    }


def _asked(result: RunResult, day: Day) -> bool:
    return result.first_day <= day.shift.start.astimezone(ZoneInfo(result.time_zone)).date() <= result.last_day


def _dispatcher(result: DispatcherResult, zone: ZoneInfo) -> dict[str, Any]:
    cases = {case.id: case for case in result.cases}
    days: dict[str, list[dict[str, Any]]] = {}
    for day in sorted(result.days, key=lambda d: (d.shift.start, d.shift.name)):
        days.setdefault(_day_name(day, zone), []).append(_row(day, cases, zone))
    shown = [case for case in result.cases if not case.state.is_final]
    return {"name": result.name, "days": days, "open": [_open_row(case, zone) for case in shown]}


def _row(day: Day, cases: dict[Any, CaseRecord], zone: ZoneInfo) -> dict[str, Any]:
    midnight = day.shift.start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)

    def minutes(moment: datetime) -> int:
        return round((moment - midnight) / MINUTE)

    stops = [
        {
            "visit": stop.visit.id,
            "label": world_key(stop.visit.id),
            "site": _place(stop.visit.site),
            "d": minutes(stop.departed_at),
            "a": minutes(stop.arrived_at),
            "f": minutes(stop.finished_at),
            "outcome": str(stop.visit.outcome or "").replace("_", " "),
            "severity": cases[stop.visit.case_id].severity.value if stop.visit.case_id in cases else "",
            "promise": promise_of(cases.get(stop.visit.case_id)),
        }
        for stop in day.stops
    ]
    return {
        "engineer": day.shift.engineer,
        "name": day.shift.name,
        "home": _place(day.shift.home),
        "shift": [minutes(day.shift.start), minutes(day.shift.end)],
        "stops": stops,
        "home_at": minutes(day.home_at) if day.home_at else None,
    }


def promise_of(case: CaseRecord | None) -> str:
    """``missed`` when one of a case's promises is broken, ``kept`` when all are decided and kept, else ``open``."""
    states = set(case.clocks.values()) if case else set()
    if states & {SlaState.MISSED, SlaState.BREACHED}:
        return "missed"
    return "kept" if states and states <= {SlaState.KEPT} else "open"


def _open_row(case: CaseRecord, zone: ZoneInfo) -> list[str]:
    due = f"{case.due.astimezone(zone):%Y-%m-%d %H:%M}" if case.due else ""
    words = (case.state.value, case.next_step, case.responsible)
    return [case.id, *(word.replace("_", " ") for word in words), due, case.reason]


def _day_name(day: Day, zone: ZoneInfo) -> str:
    return day.shift.start.astimezone(zone).date().isoformat()


def _place(point: Point) -> list[float]:
    return [round(point.latitude, _PLACES), round(point.longitude, _PLACES)]


def _bounds(result: RunResult) -> list[float]:
    """South, west, north, east of everything that is drawn."""
    days = [day for r in result.dispatchers for day in r.days]
    places = [day.shift.home for day in days] + [stop.visit.site for day in days for stop in day.stops]
    if not places:
        return [0.0, 0.0, 1.0, 1.0]
    latitudes, longitudes = [p.latitude for p in places], [p.longitude for p in places]
    return [min(latitudes), min(longitudes), max(latitudes), max(longitudes)]
