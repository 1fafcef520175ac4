"""The list: open cases by when it hurts, page by page, as they stand at one moment."""

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import InvalidInputError
from models import tables as t
from models.screens.operations.causes import Cause, cause_of, facts_of
from models.screens.operations.filters import CaseQuery, conditions
from models.screens.standing import case_standing, clock_standing


class Sort(StrEnum):
    """``HURTS``: the promise that breaks or broke first comes first; ``OPENED``: the oldest case comes first."""

    HURTS = "hurts"
    OPENED = "opened"


@dataclass(frozen=True)
class ClockChip:
    """One clock of a line."""

    name: str
    state: str
    due_at: datetime | None
    predicted: datetime | None


@dataclass(frozen=True)
class OperationsLine:
    """An open case as operations see it.

    Attributes:
        sla: The worst state among its clocks at the page's moment.
        clock: The clock that hurts next, and ``hurts_at``, when it breaks or broke; None when no clock runs.
        seconds_to_go: Until then; negative when it is over.
        cause: What stands between the case and its promise; None for a closed case.
        age_seconds: Since it was opened, until it was closed.
    """

    id: str
    state: str
    sla: str
    clock: str | None
    hurts_at: datetime | None
    seconds_to_go: int | None
    cause: Cause | None
    next_step: str | None
    responsible: str
    due_at: datetime | None
    overdue: bool
    age_seconds: int
    opened_at: datetime
    closed_at: datetime | None
    kind: str | None
    severity: str | None
    territory: str | None
    time_zone: str
    product_model: str | None
    symptom: str
    neighbourhood: str
    open_visit_id: str | None
    clocks: list[ClockChip] = field(default_factory=list)


@dataclass(frozen=True)
class OperationsPage:
    """A page. Every page of one walk shows the cases as they stand at ``as_of``, the moment of the first one."""

    items: list[OperationsLine]
    next_cursor: str | None
    as_of: datetime


@dataclass(frozen=True)
class Position:
    """Where a page ended: the moment that the walk looks at, and the last case's key; ``at`` None: no clock runs."""

    as_of: datetime
    sort: Sort
    at: datetime | None
    opened: datetime
    id: str

    def to_text(self) -> str:
        """As callers hand it back unread."""
        moments = [moment and moment.isoformat() for moment in (self.as_of, self.at, self.opened)]
        return base64.urlsafe_b64encode(json.dumps([self.sort, self.id, *moments]).encode()).decode()


def position(cursor: str) -> Position:
    """The position behind a cursor.

    Raises:
        InvalidInputError: The cursor was not made here.
    """
    try:
        sort, id_, *moments = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        as_of, at, opened = (one and datetime.fromisoformat(one).astimezone(UTC) for one in moments)
        return Position(as_of, Sort(sort), at, opened, str(id_))
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise InvalidInputError("cursor", "must be the next_cursor of the page before") from error


async def cases(
    session: AsyncSession, wanted: CaseQuery, sort: Sort, now: datetime, cursor: str | None = None, limit: int = 50
) -> OperationsPage:
    """A page of cases.

    The order is by moments that only a change of the case itself moves, never by what time makes of them, so a case
    that nobody touches is shown once however long the reader takes.

    Args:
        now: The moment of a first page; a later page looks at the moment of its walk.

    Raises:
        InvalidInputError: The cursor was not made by an earlier page of this list and order.
    """
    after = position(cursor) if cursor else None
    if after is not None and after.sort is not sort:
        raise InvalidInputError("cursor", f"belongs to the order {after.sort}: begin again without it")
    as_of = after.as_of if after else now
    asked = select(t.Case).where(*conditions(wanted, as_of))
    found = await (_by_age if sort is Sort.OPENED else _by_hurt)(session, asked, after, limit + 1)
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    more = Position(as_of, sort, last.sla_due_at, last.opened_at, last.id).to_text() if last else None
    return OperationsPage(await lines(session, shown, as_of), more, as_of)


async def _by_age(session: AsyncSession, asked: Select[t.Case], after: Position | None, limit: int) -> list[t.Case]:
    key = (col(t.Case.opened_at), col(t.Case.id))
    if after:
        asked = asked.where(tuple_(*key) > (after.opened, after.id))
    return list(await session.scalars(asked.order_by(*key).limit(limit)))


async def _by_hurt(session: AsyncSession, asked: Select[t.Case], after: Position | None, limit: int) -> list[t.Case]:
    """Cases with a running clock by its end, then those without one, the oldest first."""
    due, found = col(t.Case.sla_due_at), []
    if after is None or after.at is not None:
        running = asked.where(due.is_not(None))
        if after:
            running = running.where(tuple_(due, col(t.Case.id)) > (after.at, after.id))
        found = list(await session.scalars(running.order_by(due, col(t.Case.id)).limit(limit)))
        after = None
    if len(found) < limit:
        found += await _by_age(session, asked.where(due.is_(None)), after, limit - len(found))
    return found


async def lines(session: AsyncSession, rows: list[t.Case], now: datetime) -> list[OperationsLine]:
    """Cases with their clocks, causes and places, in a fixed number of queries."""
    ids = [row.id for row in rows]
    clocks: dict[str, list[ClockChip]] = {id_: [] for id_ in ids}
    asked = select(t.SlaClock).where(col(t.SlaClock.case_id).in_(ids)).order_by(col(t.SlaClock.target_seconds))
    for clock in await session.scalars(asked):
        chip = ClockChip(clock.name, clock_standing(clock, now), clock.due_at, clock.predicted)
        clocks[clock.case_id].append(chip)
    facts = await facts_of(session, [row.open_visit_id for row in rows if row.open_visit_id])
    zones = await _named(session, t.Territory.id, t.Territory.time_zone, {row.territory_id for row in rows})
    places = await _named(session, t.Site.id, t.Site.neighbourhood, {row.site_id for row in rows})
    return [
        _line(row, clocks[row.id], facts.get(row.open_visit_id or ""), zones, places.get(row.site_id or "", ""), now)
        for row in rows
    ]


async def _named(session: AsyncSession, key: Any, value: Any, wanted: set[str | None]) -> dict[str, str]:
    asked = select(col(key), col(value)).where(col(key).in_([one for one in wanted if one]))
    return {str(id_): str(found) for id_, found in await session.execute(asked)}


def _line(
    row: t.Case, clocks: list[ClockChip], facts: Any, zones: dict[str, str], neighbourhood: str, now: datetime
) -> OperationsLine:
    zone = zones.get(row.territory_id or "", "UTC")
    is_open = row.closed_at is None
    return OperationsLine(
        id=row.id,
        state=row.state,
        sla=case_standing(row, now),
        clock=row.sla_clock,
        hurts_at=row.sla_due_at,
        seconds_to_go=round((row.sla_due_at - now).total_seconds()) if row.sla_due_at else None,
        cause=cause_of(row, facts, now, ZoneInfo(zone)) if is_open else None,
        next_step=row.next_step,
        responsible=row.responsible,
        due_at=row.due_at,
        overdue=is_open and row.due_at is not None and row.due_at < now,
        age_seconds=round(((row.closed_at or now) - row.opened_at).total_seconds()),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        kind=row.kind,
        severity=row.severity,
        territory=row.territory_id,
        time_zone=zone,
        product_model=row.product_model_code,
        symptom=row.symptom,
        neighbourhood=neighbourhood,
        open_visit_id=row.open_visit_id,
        clocks=clocks,
    )
