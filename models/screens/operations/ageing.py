"""Repairs that take long: what each waits for, since when, why, and who can end it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, Subquery, cast, func, literal, null, select, tuple_, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.clock import PauseReason
from domain.people import Role
from domain.vocabulary import CaseState
from models import tables as t
from models.screens.operations.cases import OperationsLine, lines
from models.screens.operations.filters import CaseQuery, conditions
from models.screens.operations.waiting import ASKS_THE_CUSTOMER, AWAITED, NOT_STARTED, WaitingFor, lacking_parts
from models.screens.paging import Place, from_cursor, to_cursor

ENDS_IT: Mapping[WaitingFor, Role] = {
    WaitingFor.PART: Role.STOCK_KEEPER,
    WaitingFor.CUSTOMER: Role.CUSTOMER,
    WaitingFor.DEPOT: Role.OPERATIONS,
}


@dataclass(frozen=True)
class WaitingLine:
    """A case that waits.

    Attributes:
        waits_for: ``part``, ``customer`` or ``depot``; ``since`` when, and for how many ``seconds``.
        why: In words.
        who: The role that ends the waiting; ``from_`` says more: the stock location that sends the part.
    """

    waits_for: str
    since: datetime
    seconds: int
    why: str
    who: str
    from_: str | None
    case: OperationsLine


@dataclass(frozen=True)
class WaitingPage:
    """A page, the longest waiting first."""

    items: list[WaitingLine]
    next_cursor: str | None


async def ageing(
    session: AsyncSession, wanted: CaseQuery, now: datetime, cursor: str | None = None, limit: int = 50
) -> WaitingPage:
    """A page of waiting cases.

    Raises:
        InvalidInputError: The cursor was not made by an earlier page.
    """
    waits = _waits()
    asked = (
        select(t.Case, waits.c.waits_for, waits.c.since, waits.c.origin)
        .join(waits, waits.c.case_id == col(t.Case.id))
        .where(*conditions(wanted, now))
        .order_by(waits.c.since, col(t.Case.id))
        .limit(limit + 1)
    )
    if cursor:
        after = from_cursor(cursor)
        asked = asked.where(tuple_(waits.c.since, col(t.Case.id)) > (after.at, after.id))
    found = (await session.execute(asked)).all()
    shown = found[:limit]
    told = await lines(session, [row for row, *_ in shown], now)
    items = [
        _line(line, waits_for, began, origin, now)
        for line, (_, waits_for, began, origin) in zip(told, shown, strict=True)
    ]
    more = to_cursor(Place(shown[-1].since, shown[-1][0].id)) if len(found) > limit else None
    return WaitingPage(items, more)


def _waits() -> Subquery:
    """Each waiting case once: the depot before a part before the customer, since the first moment of that."""
    row, pause, held, visit = t.Case, t.ClockPause, t.Reservation, t.Visit
    opened = col(row.closed_at).is_(None)
    none = cast(null(), String)
    case_id: Any = col(row.id).label("case_id")
    since: Any = col(row.state_since).label("since")

    def kind(rank: int, what: WaitingFor) -> tuple[Any, Any]:
        return literal(rank).label("rank"), literal(what.value).label("waits_for")

    depot = select(case_id, *kind(0, WaitingFor.DEPOT), since, none.label("origin")).where(
        opened, col(row.state) == CaseState.HANDED_OVER
    )
    shipped = (
        select(case_id, *kind(1, WaitingFor.PART), func.min(col(held.made_at)), func.min(col(held.location_id)))
        .join(held, col(held.visit_id) == col(row.open_visit_id))
        .join(visit, col(visit.id) == col(held.visit_id))
        .where(opened, *AWAITED, col(visit.state).in_(NOT_STARTED))
        .group_by(col(row.id))
    )
    lacking = (
        select(case_id, *kind(1, WaitingFor.PART), col(visit.requested_at), none)
        .join(visit, col(visit.id) == col(row.open_visit_id))
        .where(opened, col(row.open_visit_id).in_(lacking_parts()))
    )
    paused = [
        select(case_id, *kind(rank, what), func.min(col(pause.started_at)), none)
        .join(pause, col(pause.case_id) == col(row.id))
        .where(opened, col(pause.reason) == reason, col(pause.ended_at).is_(None))
        .group_by(col(row.id))
        for rank, what, reason in (
            (1, WaitingFor.PART, PauseReason.WAITING_FOR_PART),
            (2, WaitingFor.CUSTOMER, PauseReason.WAITING_FOR_CUSTOMER),
        )
    ]
    asked = select(case_id, *kind(2, WaitingFor.CUSTOMER), since, none).where(
        opened, col(row.state).in_(ASKS_THE_CUSTOMER)
    )
    every = union_all(depot, shipped, lacking, *paused, asked).subquery()
    return (
        select(every.c.case_id, every.c.waits_for, every.c.since, every.c.origin)
        .ext(distinct_on(every.c.case_id))
        .order_by(every.c.case_id, every.c.rank, every.c.since)
        .subquery("waits")
    )


def _line(line: OperationsLine, waits_for: str, since: datetime, origin: str | None, now: datetime) -> WaitingLine:
    return WaitingLine(
        waits_for=waits_for,
        since=since,
        seconds=round((now - since).total_seconds()),
        why=line.cause.sentence if line.cause else "",
        who=ENDS_IT[WaitingFor(waits_for)],
        from_=origin,
        case=line,
    )
