"""Shapes that say more than a number. Every bar names the list's filters that show the cases behind it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.sla import SlaState
from domain.vocabulary import CaseKind, VisitState
from models import tables as t
from models.screens.operations.days import day_of, midnight, zone_of
from models.screens.operations.filters import CaseQuery, Drill, Kept, Span, drill, first_time, solves

HOUR = 3600
LOAD_DAYS = 3
"""Today and the days after it that are planned."""
TOP = 10
AGES = (0, 1, 2, 3, 5, 7, 14, 30)
"""The backlog's classes begin at these ages, in days."""


@dataclass(frozen=True)
class Bar:
    """One bar or point.

    Attributes:
        key: The day (ISO), the class, the engineer, the model and error code.
        values: What is shown, by name.
        cases: By the name of a value, the filters that list the cases behind it.
    """

    key: str
    values: dict[str, float]
    cases: dict[str, Drill]
    label: str = ""


@dataclass(frozen=True)
class Charts:
    """Every chart, over some days up to now."""

    as_of: datetime
    time_zone: str
    days: int
    promises: list[Bar] = field(default_factory=list)
    first_time_fix: list[Bar] = field(default_factory=list)
    backlog: list[Bar] = field(default_factory=list)
    travel: list[Bar] = field(default_factory=list)
    load: list[Bar] = field(default_factory=list)
    faults: list[Bar] = field(default_factory=list)


@dataclass(frozen=True)
class _Asked:
    """What every chart is asked for."""

    session: AsyncSession
    territories: tuple[str, ...]
    now: datetime
    midnights: list[datetime]

    @property
    def since(self) -> Span:
        return Span(self.midnights[0], self.now)

    def here(self, territory: Any) -> list[Any]:
        return [col(territory).in_(self.territories)] if self.territories else []

    def cases(self, **filters: Any) -> Drill:
        return drill(CaseQuery(territories=self.territories, **filters))

    def day(self, moment: Any) -> ColumnElement[Any]:
        """The day of a moment, as PostgreSQL counts it in the zone."""
        zone = self.midnights[0].tzinfo
        return func.date(func.timezone(literal(str(zone)), moment))


async def charts(
    session: AsyncSession, territories: tuple[str, ...], now: datetime, zone: str | None, days: int = 14
) -> Charts:
    """Every chart of some territories, or of all.

    Args:
        days: How many days up to today those by the day show.

    Raises:
        InvalidInputError: There is no such time zone.
    """
    place = await zone_of(session, zone, territories)
    asked = _Asked(session, territories, now, [midnight(now, place, ago) for ago in reversed(range(days))])
    return Charts(
        now,
        place.key,
        days,
        promises=await _promises(asked),
        first_time_fix=await _first_time_fix(asked),
        backlog=await _backlog(asked),
        travel=await _travel(asked),
        load=await _load(asked),
        faults=await _faults(asked),
    )


async def _promises(asked: _Asked) -> list[Bar]:
    """Promises that ended, by the day."""
    clock = t.SlaClock
    day = asked.day(col(clock.stopped_at))
    query = (
        select(
            day,
            func.count().filter(col(clock.state) == SlaState.KEPT),
            func.count().filter(col(clock.state) == SlaState.MISSED),
        )
        .where(*asked.since.holds(col(clock.stopped_at)))
        .group_by(text("1"))
    )
    if asked.territories:
        query = query.join(t.Case, col(t.Case.id) == col(clock.case_id)).where(*asked.here(t.Case.territory_id))
    found = {day: counts for day, *counts in await asked.session.execute(query)}
    bars = []
    for start in asked.midnights:
        kept, missed = found.get(start.date(), (0, 0))
        when = day_of(start)
        listed = {how.value: asked.cases(closed=True, promise=how, promise_in=when) for how in Kept}
        bars.append(Bar(start.date().isoformat(), {"kept": kept, "missed": missed}, listed))
    return bars


async def _first_time_fix(asked: _Asked) -> list[Bar]:
    """Cases that a visit solved, by the day of that visit: how many by the first one, and did not come back."""
    row, visit = t.Case, t.Visit
    query = (
        select(asked.day(col(visit.finished_at)), func.count(), func.count().filter(first_time()))
        .join(row, col(row.id) == col(visit.case_id))
        .where(
            *asked.since.holds(col(visit.finished_at)),
            *solves(),
            *asked.here(row.territory_id),
        )
        .group_by(text("1"))
    )
    found = {day: counts for day, *counts in await asked.session.execute(query)}
    bars = []
    for start in asked.midnights:
        solved, at_once = found.get(start.date(), (0, 0))
        when = day_of(start)
        listed = {
            "first_time": asked.cases(closed=True, solved_in=when, first_time=True),
            "later": asked.cases(closed=True, solved_in=when, first_time=False),
        }
        values = {"first_time": at_once, "later": solved - at_once}
        bars.append(Bar(start.date().isoformat(), values, listed))
    return bars


async def _backlog(asked: _Asked) -> list[Bar]:
    """Open cases by their age."""
    row = t.Case
    edges = [asked.now - timedelta(days=age) for age in AGES] + [None]
    spans = [Span(older, younger) for younger, older in pairwise(edges)]
    counts = [func.count().filter(and_(literal(True), *span.holds(col(row.opened_at)))) for span in spans]
    query = select(*counts).select_from(row).where(col(row.closed_at).is_(None), *asked.here(row.territory_id))
    found = (await asked.session.execute(query)).one()
    names = [f"{age}-{older} d" for age, older in pairwise(AGES)] + [f"{AGES[-1]} d +"]
    return [
        Bar(name, {"open": count}, {"open": asked.cases(opened=span)})
        for name, count, span in zip(names, found, spans, strict=True)
    ]


async def _travel(asked: _Asked) -> list[Bar]:
    """Hours on the way and at work of visits that were finished, by the day."""
    visit, booking = t.Visit, t.Booking
    work = func.extract("epoch", col(visit.finished_at) - col(visit.arrived_at))
    way = case(
        (
            col(visit.departed_at).is_not(None),
            func.extract("epoch", col(visit.arrived_at) - col(visit.departed_at)),
        ),
        else_=col(booking.travel_seconds),
    )
    query = (
        select(asked.day(col(visit.finished_at)), func.sum(way), func.sum(work))
        .join(booking, col(booking.id) == col(visit.booking_id))
        .where(
            *asked.since.holds(col(visit.finished_at)),
            col(visit.state) == VisitState.DONE,
            *asked.here(visit.territory_id),
        )
        .group_by(text("1"))
    )
    found = {
        day: (float(way or 0) / HOUR, float(work or 0) / HOUR) for day, way, work in await asked.session.execute(query)
    }
    bars = []
    for start in asked.midnights:
        travelled, worked = found.get(start.date(), (0.0, 0.0))
        share = travelled / (travelled + worked) if travelled + worked else 0.0
        values = {"travel_hours": round(travelled, 2), "work_hours": round(worked, 2), "share": round(share, 3)}
        bars.append(
            Bar(start.date().isoformat(), values, {"share": asked.cases(closed=True, visited_in=day_of(start))})
        )
    return bars


async def _load(asked: _Asked) -> list[Bar]:
    """How much of each engineer's shifts, today and the next days, is booked: work and travel."""
    session, start = asked.session, asked.midnights[-1]
    end = start + timedelta(days=LOAD_DAYS)
    shift, booking, person = t.Shift, t.Booking, t.Engineer
    length = func.sum(func.extract("epoch", col(shift.ends_at) - col(shift.starts_at)))
    hours = (
        select(col(shift.engineer_id), length)
        .where(col(shift.starts_at) >= start, col(shift.starts_at) < end)
        .group_by(col(shift.engineer_id))
    )
    taken = func.extract("epoch", col(booking.finish) - col(booking.arrival)) + col(booking.travel_seconds)
    booked = (
        select(col(booking.engineer_id), func.sum(taken), func.count())
        .where(
            col(booking.arrival) >= start,
            col(booking.arrival) < end,
            or_(col(booking.state).in_(t.OCCUPYING), col(booking.state) == "done"),
        )
        .group_by(col(booking.engineer_id))
    )
    shifts = {id_: float(seconds) for id_, seconds in await session.execute(hours)}
    work = {id_: (float(seconds), visits) for id_, seconds, visits in await session.execute(booked)}
    people = select(col(person.id), col(person.name)).where(col(person.active), *asked.here(person.territory_id))
    bars = []
    for id_, name in await session.execute(people.order_by(col(person.id))):
        seconds, visits = work.get(id_, (0.0, 0))
        whole = shifts.get(id_, 0.0)
        values = {
            "booked_hours": round(seconds / HOUR, 2),
            "shift_hours": round(whole / HOUR, 2),
            "share": round(seconds / whole, 3) if whole else 0.0,
            "visits": visits,
        }
        bars.append(Bar(id_, values, {"share": asked.cases(engineer=id_)}, name))
    return sorted(bars, key=lambda bar: -bar.values["share"])


async def _faults(asked: _Asked) -> list[Bar]:
    """What fails most: model and error code of the faults that were reported."""
    row = t.Case
    query = (
        select(col(row.product_model_code), col(row.error_code), func.count())
        .where(
            *asked.since.holds(col(row.opened_at)),
            col(row.kind) == CaseKind.FAULT,
            col(row.product_model_code).is_not(None),
            *asked.here(row.territory_id),
        )
        .group_by(col(row.product_model_code), col(row.error_code))
        .order_by(func.count().desc(), col(row.product_model_code), col(row.error_code))
        .limit(TOP)
    )
    return [
        Bar(
            f"{model} {code}".strip(),
            {"cases": count},
            {
                "cases": asked.cases(
                    closed=True, kinds=(CaseKind.FAULT,), model=model, error_code=code, opened=asked.since
                )
            },
        )
        for model, code, count in await asked.session.execute(query)
    ]
