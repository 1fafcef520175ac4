"""The five figures above the list, each with what it was a day earlier and the filter that lists its cases."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.sla import SlaState
from domain.vocabulary import PartSource
from models import tables as t
from models.screens.operations.days import midnight, zone_of
from models.screens.operations.filters import CaseQuery, Drill, Kept, Span, drill
from models.screens.operations.waiting import WaitingFor, waits_for
from models.screens.standing import stands_in

BEFORE = timedelta(days=1)


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        name: ``kept_today``, ``jeopardy``, ``breached``, ``waiting_for_parts`` or ``oldest``.
        value: A count; for ``oldest`` seconds. ``of``: out of how many, where that says something.
        before: The same, a day earlier at this time. None where nothing was open then.
        cases: The list's filters that show the cases behind it.
    """

    name: str
    value: int
    of: int | None
    before: int | None
    cases: Drill
    case_id: str | None = None


@dataclass(frozen=True)
class Figures:
    """All five, at a moment."""

    as_of: datetime
    time_zone: str
    figures: list[Figure]


async def figures(session: AsyncSession, territories: tuple[str, ...], now: datetime, zone: str | None) -> Figures:
    """The five figures of some territories, or of all.

    What was a day earlier is told by what is kept: when cases were opened and closed, when promises were due and
    stopped, when parts were reserved and used, and the bookings that held then. A promise that was moved since (a
    pause, another class) is judged by where it is now.

    Raises:
        InvalidInputError: There is no such time zone.
    """
    place = await zone_of(session, zone, territories)
    then = now - BEFORE
    today, yesterday = Span(midnight(now, place), now), Span(midnight(then, place), then)
    kept, of = await _promises(session, territories, today)
    kept_before, _ = await _promises(session, territories, yesterday)
    oldest, opened = await _oldest(session, territories, now)
    _, opened_before = await _oldest(session, territories, then)
    here = CaseQuery(territories=territories)

    def over(query: Select[int]) -> Select[int]:
        return query.where(*_in(territories))

    is_open = col(t.Case.closed_at).is_(None)
    count = select(func.count()).select_from(t.Case)
    asked = {
        "jeopardy": over(count.where(is_open, stands_in([SlaState.JEOPARDY], now))),
        "breached": over(count.where(is_open, stands_in([SlaState.BREACHED], now))),
        "waiting_for_parts": over(count.where(is_open, waits_for(WaitingFor.PART))),
        "jeopardy_before": over(_jeopardy_at(then)),
        "breached_before": over(_breached_at(then)),
        "waiting_for_parts_before": over(_awaiting_at(then)),
    }
    found = {name: await session.scalar(query) or 0 for name, query in asked.items()}

    def stock(name: str, **cases: Any) -> Figure:
        return Figure(
            name, found[name], None, found[f"{name}_before"], drill(CaseQuery(territories=territories, **cases))
        )

    listed = CaseQuery(territories=territories, closed=True, promise=Kept.KEPT, promise_in=today)
    return Figures(
        now,
        place.key,
        [
            Figure("kept_today", kept, of, kept_before, drill(listed)),
            stock("jeopardy", sla=(SlaState.JEOPARDY,)),
            stock("breached", sla=(SlaState.BREACHED,)),
            stock("waiting_for_parts", waiting=(WaitingFor.PART,)),
            Figure("oldest", _age(opened, now) or 0, None, _age(opened_before, then), drill(here), oldest),
        ],
    )


def _in(territories: tuple[str, ...]) -> list[Any]:
    return [col(t.Case.territory_id).in_(territories)] if territories else []


def _age(opened: datetime | None, now: datetime) -> int | None:
    return None if opened is None else round((now - opened).total_seconds())


def _open_at(moment: datetime) -> Any:
    closed = col(t.Case.closed_at)
    return and_(col(t.Case.opened_at) <= moment, or_(closed.is_(None), closed > moment))


async def _promises(session: AsyncSession, territories: tuple[str, ...], when: Span) -> tuple[int, int]:
    """Promises that were kept in some time, and how many ended in it."""
    clock = t.SlaClock
    asked = (
        select(func.count().filter(col(clock.state) == SlaState.KEPT), func.count())
        .select_from(clock)
        .where(*when.holds(col(clock.stopped_at)))
    )
    if territories:
        asked = asked.join(t.Case, col(t.Case.id) == col(clock.case_id)).where(*_in(territories))
    kept, ended = (await session.execute(asked)).one()
    return kept, ended


async def _oldest(
    session: AsyncSession, territories: tuple[str, ...], moment: datetime
) -> tuple[str | None, datetime | None]:
    row = t.Case
    still, since = col(row.closed_at).is_(None), col(row.closed_at) > moment
    found: list[Any] = []
    for condition in (still, since):  # one index each
        asked = select(col(row.opened_at), col(row.id)).where(condition, col(row.opened_at) <= moment)
        first = asked.where(*_in(territories)).order_by(col(row.opened_at), col(row.id)).limit(1)
        found += (await session.execute(first)).all()
    opened, id_ = min(found, default=(None, None))
    return id_, opened


def _breached_at(moment: datetime) -> Select[int]:
    clock = t.SlaClock
    late = exists().where(
        col(clock.case_id) == col(t.Case.id),
        col(clock.due_at) <= moment,
        or_(col(clock.stopped_at).is_(None), col(clock.stopped_at) > moment),
    )
    return select(func.count()).select_from(t.Case).where(_open_at(moment), late)


def _jeopardy_at(moment: datetime) -> Select[int]:
    """Cases whose booking of then would have been over too late, and whose promise was not broken yet."""
    booking, visit = t.Booking, t.Visit
    planned = exists().where(
        col(visit.case_id) == col(t.Case.id),
        col(booking.visit_id) == col(visit.id),
        col(booking.made_at) <= moment,
        or_(col(booking.ended_at).is_(None), col(booking.ended_at) > moment),
        col(booking.finish) > col(visit.latest_sla_end),
        col(visit.latest_sla_end) > moment,
        or_(col(visit.finished_at).is_(None), col(visit.finished_at) > moment),
    )
    return select(func.count()).select_from(t.Case).where(_open_at(moment), planned)


def _awaiting_at(moment: datetime) -> Select[int]:
    """Cases for which a part was on its way: reserved, not used or given back, not there by its time."""
    held, visit = t.Reservation, t.Visit
    on_its_way = exists().where(
        col(visit.case_id) == col(t.Case.id),
        col(held.visit_id) == col(visit.id),
        col(held.source) == PartSource.SHIPMENT,
        col(held.made_at) <= moment,
        or_(col(held.ended_at).is_(None), col(held.ended_at) > moment),
        or_(col(held.ready_at).is_(None), col(held.ready_at) > moment),
    )
    return select(func.count()).select_from(t.Case).where(_open_at(moment), on_its_way)
