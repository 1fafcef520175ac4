"""What is going on now, as people at work see it: open cases and open visits."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.case import VisitNeeds
from domain.checklists import Checklist
from domain.ids import BookingId, CaseId, EngineerId, Sku, TerritoryId, VisitId
from domain.parts import PartNeed
from domain.registration import ArrivalWindow, Registration
from domain.vocabulary import (
    CaseKind,
    CaseState,
    Outcome,
    PartSource,
    Severity,
    VisitState,
    Warranty,
)
from domain.world import Point
from models import tables as t
from models.documents import from_json
from models.repositories import checklists

OPEN_CASES = [state for state in CaseState if not state.is_final]
OPEN_VISITS = [state for state in VisitState if not state.is_final]


@dataclass(frozen=True)
class LiveCase:
    """A case and what it waits for. ``given`` is what was registered, without contact and address."""

    id: CaseId
    territory: TerritoryId
    state: CaseState
    step: str
    number: int
    since: datetime
    due: datetime
    version: int
    severity: Severity
    warranty: Warranty
    given: Registration
    kind: CaseKind = CaseKind.FAULT
    outcome: Outcome | None = None
    quoted: bool = False
    reopened: int = 0
    call_back_from: datetime | None = None


@dataclass(frozen=True)
class LiveVisit:
    """A visit that is not over, with its booking and the parts that are held for it.

    Attributes:
        number, since: The open step's count within the visit, and when it opened.
        serials: The first serial number of each held part that has one.
        warehouse_stop: Whether a part must be picked up on the way.
        checklist: What the engineer works through; known once the work has begun.
    """

    id: VisitId
    case_id: CaseId
    territory: TerritoryId
    state: VisitState
    severity: Severity
    number: int
    since: datetime
    version: int
    site: Point
    needs: VisitNeeds
    offers: int = 0
    engineer: EngineerId | None = None
    booking: BookingId | None = None
    arrival: datetime | None = None
    finish: datetime | None = None
    travel: timedelta = timedelta(0)
    window: ArrivalWindow | None = None
    departed_at: datetime | None = None
    arrived_at: datetime | None = None
    held: Mapping[Sku, int] = field(default_factory=dict)
    serials: Mapping[Sku, str] = field(default_factory=dict)
    warehouse_stop: bool = False
    checklist: Checklist | None = None


async def open_cases(session: AsyncSession) -> list[LiveCase]:
    """Every case that waits for somebody, the longest waiting first."""
    row = t.Case
    asked = select(row).where(col(row.state).in_(OPEN_CASES), col(row.next_step).is_not(None))
    found = await session.scalars(asked.order_by(col(row.step_since), col(row.id)))
    return [_case(case) for case in found]


async def open_visits(session: AsyncSession) -> list[LiveVisit]:
    """Every visit that is not over, by id."""
    visit, booking = t.Visit, t.Booking
    occupies = and_(col(booking.visit_id) == col(visit.id), col(booking.state).in_(t.OCCUPYING))
    asked = (
        select(visit, booking, t.Site)
        .join(t.Site, col(t.Site.id) == col(visit.site_id))
        .outerjoin(booking, occupies)
        .where(col(visit.state).in_(OPEN_VISITS))
        .order_by(col(visit.id))
    )
    rows = (await session.execute(asked)).all()
    held = await _held(session, [booked.id for _, booked, _ in rows if booked is not None])
    serials = await _held_serials(session, [part.id for parts in held.values() for part in parts])
    lists = await checklists.carried(session, [visit for visit, _, _ in rows if visit.arrived_at is not None])
    return [
        _visit(visit, booked, site, held[booked.id] if booked is not None else [], serials, lists.get(visit.id))
        for visit, booked, site in rows
    ]


# --- rows to what people see ---------------------------------------------------------------------------------


def _case(row: t.Case) -> LiveCase:
    since = row.step_since or row.state_since
    return LiveCase(
        id=CaseId(row.id),
        territory=TerritoryId(row.territory_id or ""),
        state=row.state,
        step=row.next_step or "",
        number=row.step_number,
        since=since,
        due=row.due_at or since,
        version=row.version,
        severity=row.severity or Severity.MEDIUM,
        warranty=row.warranty,
        given=from_json(Registration, row.registration or {"channel": row.channel, "symptom": row.symptom}),
        kind=row.kind or CaseKind.FAULT,
        outcome=row.outcome,
        quoted=row.quote_cents > 0,
        reopened=row.reopened,
        call_back_from=row.call_back_from,
    )


def _visit(
    row: t.Visit,
    booking: t.Booking | None,
    site: t.Site,
    held: list[t.Reservation],
    serials: Mapping[str, str],
    checklist: Checklist | None,
) -> LiveVisit:
    units: dict[Sku, int] = defaultdict(int)
    for part in held:
        units[Sku(part.sku)] += part.quantity
    window = None
    if booking is not None and booking.window_start is not None and booking.window_end is not None:
        window = ArrivalWindow(booking.window_start, booking.window_end)
    return LiveVisit(
        id=VisitId(row.id),
        case_id=CaseId(row.case_id),
        territory=TerritoryId(row.territory_id),
        state=row.state,
        severity=row.severity,
        number=row.step_number,
        since=row.step_since or row.state_since,
        version=row.version,
        site=Point(site.latitude, site.longitude),
        needs=needs_of(row),
        offers=row.offers,
        engineer=EngineerId(booking.engineer_id) if booking else None,
        booking=BookingId(booking.id) if booking else None,
        arrival=booking.arrival if booking else None,
        finish=booking.finish if booking else None,
        travel=timedelta(seconds=booking.travel_seconds if booking else 0),
        window=window,
        departed_at=row.departed_at,
        arrived_at=row.arrived_at,
        held=dict(units),
        serials={Sku(part.sku): serials[part.id] for part in held if part.id in serials},
        warehouse_stop=any(p.source is PartSource.WAREHOUSE for p in held),
        checklist=checklist,
    )


def needs_of(row: t.Visit) -> VisitNeeds:
    """What a visit asks of its engineer."""
    return VisitNeeds(
        duration=timedelta(seconds=row.duration_seconds),
        skills=row.skills,
        tools=tuple(row.tools),
        parts=from_json(tuple[PartNeed, ...], row.parts),
        windows=from_json(tuple[ArrivalWindow, ...], row.windows),
    )


async def _held(session: AsyncSession, bookings: list[str]) -> dict[str, list[t.Reservation]]:
    row, found = t.Reservation, defaultdict(list)
    asked = select(row).where(col(row.booking_id).in_(bookings), col(row.state).in_(t.ACTIVE)).order_by(col(row.id))
    for part in await session.scalars(asked):
        found[part.booking_id].append(part)
    return found


async def _held_serials(session: AsyncSession, reservations: list[str]) -> dict[str, str]:
    row = t.ReservationSerial
    asked = (
        select(col(row.reservation_id), func.min(col(row.serial)))
        .where(col(row.reservation_id).in_(reservations), col(row.active))
        .group_by(col(row.reservation_id))
    )
    return {str(reservation): str(serial) for reservation, serial in await session.execute(asked)}
