"""Breaks and warehouse stops of the published plan, where its routes still are what is booked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import tables as t

CLOSE = timedelta(minutes=15)
"""Publishing leaves a booking where it is when its time would move by less; so much may plan and booking differ."""


@dataclass(frozen=True)
class Planned:
    """A stop of a planned route beside the visits: a break, or a call at a warehouse."""

    engineer: str
    start: datetime
    end: datetime
    warehouse: str | None = None
    parts: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Booked:
    """Where a visit is booked; ``expected`` is when the work is expected to begin by now."""

    engineer: str
    arrival: datetime
    expected: datetime | None = None


async def published_routes(session: AsyncSession, territory_id: str) -> tuple[datetime, list[dict[str, Any]]] | None:
    """Second 0 and the routes of the newest published plan; None before the first."""
    row = t.Plan
    asked = (
        select(col(row.horizon_start), col(row.plan)["solution"]["routes"])
        .where(col(row.territory_id) == territory_id, col(row.state) == t.PlanState.PUBLISHED)
        .order_by(col(row.number).desc())
        .limit(1)
    )
    found = (await session.execute(asked)).one_or_none()
    return None if found is None else (found[0], found[1] or [])


def still_planned(
    origin: datetime, routes: Iterable[Mapping[str, Any]], booked: Mapping[str, Booked]
) -> tuple[list[Planned], list[Planned]]:
    """Breaks and warehouse stops that lie between visits which are still booked as they were planned.

    Args:
        origin: The moment that is second 0 of the routes.
        routes: The scheduler's document.
        booked: The current booking of each visit.
    """
    breaks: list[Planned] = []
    calls: list[Planned] = []
    for route in routes:
        engineer, stops = str(route["engineer"]), route["stops"]
        for i, stop in enumerate(stops):
            if stop["kind"] not in {"break", "warehouse"}:
                continue
            around = [_next(stops[:i][::-1]), _next(stops[i + 1 :])]
            if not all(visit is None or _agrees(visit, engineer, origin, booked) for visit in around):
                continue
            start, end = (origin + timedelta(seconds=stop[name]) for name in ("start", "end"))
            if stop["kind"] == "break":
                breaks.append(Planned(engineer, start, end))
            else:
                calls.append(Planned(engineer, start, end, stop.get("warehouse_id"), stop.get("parts") or {}))
    return breaks, calls


def _next(stops: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    return next((stop for stop in stops if stop["kind"] == "visit"), None)


def _agrees(stop: Mapping[str, Any], engineer: str, origin: datetime, booked: Mapping[str, Booked]) -> bool:
    found = booked.get(stop["visit_id"])
    if found is None or found.engineer != engineer:
        return False
    planned = origin + timedelta(seconds=stop["start"])
    return any(abs(planned - moment) <= CLOSE for moment in (found.arrival, found.expected) if moment)
