"""The dispatcher's board: a fixed number of queries, however much there is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.clock import ClockName
from domain.errors import NotFoundError
from domain.promise import Promise, sla_of_stop
from domain.vocabulary import BookingState, PinKind
from models import tables as t
from models.repositories.rows import among
from models.repositories.territories import territory
from models.screens.board_draft import draft_screen, held_plan
from models.screens.board_lines import (
    Board,
    BoardAbsence,
    BoardEngineer,
    BoardPart,
    BoardShift,
    BoardStop,
    BoardUnplanned,
    PickedPart,
    PlaceLine,
    SkillLine,
    WarehouseStop,
)
from models.screens.board_routes import Booked, Planned, published_routes, still_planned
from models.screens.parts_of_job import other_part, parts_of_job
from models.screens.plans import newest_plan, reasons_of, without_place

Found: TypeAlias = Any
"""A row with named columns."""
SHOWN = [state for state in BookingState if state is not BookingState.RELEASED]
SHOWN_DAYS = 2


async def board(session: AsyncSession, territory_id: str, now: datetime, start: datetime, end: datetime) -> Board:
    """The board of a territory between two moments.

    Raises:
        NotFoundError: There is no such active territory.
    """
    area = await territory(session, territory_id)
    if not area.active:
        raise NotFoundError("active territory", territory_id)
    people = await _engineers(session, territory_id)
    ids = [person.id for person in people]
    booked = await _booked(session, ids, start, end)
    waiting = await _waiting(session, territory_id)
    promises = await _promises(session, {row.case_id for row in (*booked, *waiting)})
    breaks, calls = await _planned(session, territory_id, booked)
    draft = await draft_screen(session, territory_id)
    return Board(
        territory=area.id,
        name=area.name,
        time_zone=area.time_zone,
        now=now,
        start=start,
        end=end,
        engineers=await _rows(session, people, booked, breaks, start, end),
        stops=await _stops(session, booked, promises, now),
        warehouse_stops=await _calls(session, [call for call in calls if start < call.end and call.start < end]),
        unplanned=await _unplanned(session, waiting, promises, now),
        draft_version=draft.version,
        draft=draft.draft,
        draft_people=draft.people,
        held_plan=await held_plan(session, territory_id),
        last_plan=await newest_plan(session, territory_id),
    )


async def shown_span(
    session: AsyncSession, territory_id: str, now: datetime, start: datetime | None, end: datetime | None
) -> tuple[datetime, datetime]:
    """What a board shows: as asked, or two local days from the day of the start on, which is today.

    Raises:
        NotFoundError: There is no such territory.
    """
    zone = ZoneInfo((await territory(session, territory_id)).time_zone)
    day = (start or now).astimezone(zone).date()
    first, last = (datetime.combine(day + timedelta(days=n), time(0), tzinfo=zone) for n in (0, SHOWN_DAYS))
    return start or first, end or last


# --- engineers -----------------------------------------------------------------------------------------------


async def _engineers(session: AsyncSession, territory_id: str) -> Sequence[Found]:
    row = t.Engineer
    asked = select(col(row.id), col(row.name), col(row.home_latitude), col(row.home_longitude))
    active = asked.where(col(row.territory_id) == territory_id, col(row.active))
    return list(await session.execute(active.order_by(col(row.name), col(row.id))))


async def _rows(
    session: AsyncSession,
    people: Sequence[Found],
    booked: Sequence[Found],
    breaks: Iterable[Planned],
    start: datetime,
    end: datetime,
) -> list[BoardEngineer]:
    ids = [person.id for person in people]
    skills, shift, away = t.EngineerSkill, t.Shift, t.Absence
    held = await _by_engineer(
        session,
        select(col(skills.engineer_id), col(skills.skill), col(skills.level), col(skills.expires_on))
        .where(col(skills.engineer_id).in_(ids))
        .order_by(col(skills.skill)),
    )
    shifts = await _by_engineer(
        session,
        select(
            col(shift.engineer_id), col(shift.starts_at), col(shift.ends_at), col(shift.break_earliest),
            col(shift.break_minutes), col(shift.overtime_minutes),
        )
        .where(col(shift.engineer_id).in_(ids), col(shift.ends_at) > start, col(shift.starts_at) < end)
        .order_by(col(shift.starts_at)),
    )  # fmt: skip
    absences = await _by_engineer(
        session,
        select(col(away.engineer_id), col(away.starts_at), col(away.ends_at), col(away.kind))
        .where(col(away.engineer_id).in_(ids), col(away.ends_at) > start, col(away.starts_at) < end)
        .order_by(col(away.starts_at)),
    )
    pauses: dict[str, list[Planned]] = defaultdict(list)
    busy: dict[str, float] = defaultdict(float)
    for pause in breaks:
        pauses[pause.engineer].append(pause)
    for stop in booked:
        busy[stop.engineer_id] += (stop.finish - stop.arrival).total_seconds() + stop.travel_seconds
    return [
        BoardEngineer(
            id=person.id,
            name=person.name,
            skills=[
                SkillLine(s.skill, s.level, s.expires_on.isoformat() if s.expires_on else None) for s in held[person.id]
            ],
            home=PlaceLine(person.home_latitude, person.home_longitude),
            shifts=[_shift(s, pauses[person.id]) for s in shifts[person.id]],
            absences=[BoardAbsence(a.starts_at, a.ends_at, a.kind) for a in absences[person.id]],
            load=_load(busy[person.id], shifts[person.id]),
        )
        for person in people
    ]


def _shift(row: Found, pauses: Iterable[Planned]) -> BoardShift:
    until = row.ends_at + timedelta(minutes=row.overtime_minutes)
    planned = next((p for p in pauses if row.starts_at <= p.start < until), None)
    first = row.break_earliest if row.break_minutes else None
    return BoardShift(
        start=row.starts_at,
        end=row.ends_at,
        break_start=planned.start if planned else first,
        break_end=planned.end if planned else first and first + timedelta(minutes=row.break_minutes),
        break_is_planned=planned is not None,
        overtime_until=until,
    )


def _load(busy: float, shifts: Iterable[Found]) -> float | None:
    length = sum((s.ends_at - s.starts_at).total_seconds() for s in shifts)
    return round(busy / length, 3) if length else None


async def _by_engineer(session: AsyncSession, asked: Any) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = defaultdict(list)
    for row in await session.execute(asked):
        found[row.engineer_id].append(row)
    return found


# --- visits --------------------------------------------------------------------------------------------------


async def _booked(session: AsyncSession, engineers: list[str], start: datetime, end: datetime) -> Sequence[Found]:
    booking, visit = t.Booking, t.Visit
    asked: Any = (
        select(
            col(visit.id).label("visit_id"), col(visit.case_id), col(visit.number), col(booking.id).label("booking_id"),
            col(booking.engineer_id), col(booking.state).label("booking_state"), col(visit.state).label("visit_state"),
            col(booking.arrival), col(booking.finish), col(booking.travel_seconds), col(booking.predicted_arrival),
            col(booking.predicted_finish), col(booking.window_start), col(booking.window_end), col(visit.severity),
            col(visit.priority), col(booking.pin), col(t.Case.symptom), col(t.Site.neighbourhood),
            col(t.Site.latitude), col(t.Site.longitude),
            *parts_of_job(),
        )
        .join(visit, col(visit.id) == col(booking.visit_id))
        .join(t.Case, col(t.Case.id) == col(visit.case_id))
        .join(t.Site, col(t.Site.id) == col(visit.site_id))
        .where(col(booking.engineer_id).in_(engineers), col(booking.state).in_(SHOWN))
        .where(func.greatest(col(booking.finish), col(booking.predicted_finish)) > start, col(booking.arrival) < end)
        .order_by(col(booking.engineer_id), col(booking.arrival), col(booking.id))
    )  # fmt: skip
    return list(await session.execute(asked))


async def _stops(
    session: AsyncSession, booked: Sequence[Found], promises: Mapping[str, list[Promise]], now: datetime
) -> list[BoardStop]:
    parts = await _parts(session, [row.booking_id for row in booked])
    return [
        BoardStop(
            **{name: getattr(row, name) for name in _AS_IS},
            sla=sla_of_stop(
                promises.get(row.case_id, ()),
                now,
                row.predicted_arrival or row.arrival,
                row.predicted_finish or row.finish,
            ),
            parts=parts.get(row.booking_id, []),
            other_part=other_part(row),
            movable=(fixed := _fixed_because(row)) is None,
            fixed_because=fixed,
        )
        for row in booked
    ]


_AS_IS = (
    "visit_id", "case_id", "number", "booking_id", "engineer_id", "booking_state", "visit_state", "arrival", "finish",
    "travel_seconds", "predicted_arrival", "predicted_finish", "window_start", "window_end", "severity", "priority",
    "symptom", "neighbourhood", "latitude", "longitude", "pin",
)  # fmt: skip


def _fixed_because(row: Found) -> str | None:
    if row.booking_state is not BookingState.PLANNED:
        return str(row.booking_state)
    return "pinned" if row.pin is PinKind.BOTH else None


async def _waiting(session: AsyncSession, territory_id: str) -> Sequence[Found]:
    visit = t.Visit
    asked: Any = (
        select(
            col(visit.id).label("visit_id"), col(visit.case_id), col(visit.severity), col(visit.priority),
            col(t.Case.symptom), col(visit.duration_seconds), col(visit.skills), col(visit.requested_at),
            col(visit.latest_sla_end), col(t.Site.neighbourhood), col(t.Site.latitude), col(t.Site.longitude),
            *parts_of_job(),
        )
        .join(t.Case, col(t.Case.id) == col(visit.case_id))
        .join(t.Site, col(t.Site.id) == col(visit.site_id))
        .where(col(visit.territory_id) == territory_id, without_place())
        .order_by(col(visit.priority).desc(), col(visit.requested_at), col(visit.id))
    )  # fmt: skip
    return list(await session.execute(asked))


async def _unplanned(
    session: AsyncSession, waiting: Sequence[Found], promises: Mapping[str, list[Promise]], now: datetime
) -> list[BoardUnplanned]:
    reasons = await reasons_of(session, [row.visit_id for row in waiting]) if waiting else {}
    return [
        BoardUnplanned(
            visit_id=row.visit_id,
            case_id=row.case_id,
            severity=row.severity,
            priority=row.priority,
            symptom=row.symptom,
            minutes=row.duration_seconds // 60,
            skills=row.skills,
            requested_at=row.requested_at,
            resolve_due=row.latest_sla_end,
            sla=sla_of_stop(promises.get(row.case_id, ()), now),
            neighbourhood=row.neighbourhood,
            latitude=row.latitude,
            longitude=row.longitude,
            reasons=reasons.get(row.visit_id, []),
            other_part=other_part(row),
        )
        for row in waiting
    ]


async def _promises(session: AsyncSession, cases: set[str]) -> dict[str, list[Promise]]:
    row = t.SlaClock
    asked = select(
        col(row.case_id), col(row.name), col(row.due_at), col(row.warn_at), col(row.stopped_at)
    ).where(among(col(row.case_id), cases), col(row.name) != ClockName.RESPOND)  # fmt: skip
    found: dict[str, list[Promise]] = defaultdict(list)
    for case_id, name, due, warn, stopped in await session.execute(asked):
        found[case_id].append(Promise(name, due, warn, stopped))
    return found


async def _parts(session: AsyncSession, bookings: list[str]) -> dict[str, list[BoardPart]]:
    row = t.Reservation
    asked = (
        select(
            col(row.booking_id), col(row.sku), col(row.quantity), col(row.source), col(row.location_id), col(row.state)
        )
        .where(among(col(row.booking_id), bookings), col(row.state) != "released")
        .order_by(col(row.id))
    )
    found: dict[str, list[BoardPart]] = defaultdict(list)
    for booking, sku, quantity, source, location, state in await session.execute(asked):
        found[booking].append(BoardPart(sku, quantity, source, location, state))
    return found


# --- the plan --------------------------------------------------------------------------------------------------


async def _planned(
    session: AsyncSession, territory_id: str, booked: Sequence[Found]
) -> tuple[list[Planned], list[Planned]]:
    routes = await published_routes(session, territory_id)
    if routes is None:
        return [], []
    return still_planned(
        *routes, {row.visit_id: Booked(row.engineer_id, row.arrival, row.predicted_arrival) for row in booked}
    )


async def _calls(session: AsyncSession, calls: list[Planned]) -> list[WarehouseStop]:
    row = t.Warehouse
    asked = select(row).where(col(row.id).in_({call.warehouse for call in calls}))
    houses = {house.id: house for house in await session.scalars(asked)} if calls else {}
    return [
        WarehouseStop(
            engineer_id=call.engineer,
            warehouse_id=house.id,
            name=house.name,
            start=call.start,
            end=call.end,
            latitude=house.latitude,
            longitude=house.longitude,
            parts=[PickedPart(sku, units) for sku, units in sorted((call.parts or {}).items())],
        )
        for call in calls
        if (house := houses.get(call.warehouse or ""))
    ]
