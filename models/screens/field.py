"""An engineer's day as the phone carries it: everything that must be there when no network is."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.checklists import Checklist
from domain.ids import EngineerId, van_of
from domain.vocabulary import Outcome, Severity, VisitState
from models import tables as t
from models.reach import Reach
from models.repositories import checklists
from models.repositories.territories import territory
from models.screens.engineers import SHOWN, EngineerName, engineer

HISTORY_LINES = 2
MOST_PARTS = 1_000
ACCEPTED = frozenset({VisitState.CONFIRMED, VisitState.EN_ROUTE, VisitState.ON_SITE})
UNFINISHED = frozenset(state for state in VisitState if not state.is_final)


@dataclass(frozen=True)
class FieldContact:
    """Whom the engineer meets, and where. Personal data."""

    name: str
    phone: str
    address: str
    access_notes: str


@dataclass(frozen=True)
class FieldProduct:
    """What the visit is about."""

    model_code: str
    name: str
    serial: str


@dataclass(frozen=True)
class HistoryLine:
    """An earlier visit to the same site or product."""

    visit_id: str
    finished_at: datetime
    symptom: str
    outcome: str | None
    work_done: str


@dataclass(frozen=True)
class FieldPart:
    """A part that the booking holds: what to take, and where it comes from.

    Attributes:
        source: ``van``, ``warehouse`` or ``shipment``.
        place: The warehouse's name; empty for the engineer's own van.
        serials: The very units that are held.
    """

    sku: str
    name: str
    quantity: int
    source: str
    place: str
    state: str
    ready_at: datetime | None
    serialised: bool
    serials: list[str]


@dataclass(frozen=True)
class VanPart:
    """A part in the engineer's van; ``free`` units are held for no visit."""

    sku: str
    name: str
    on_hand: int
    free: int
    serialised: bool
    serials: list[str]


@dataclass(frozen=True)
class PartName:
    """A part that may be asked for."""

    sku: str
    name: str
    serialised: bool


@dataclass(frozen=True)
class FieldVisit:
    """One stop of the day.

    Attributes:
        contact: None until the visit is accepted, and on days other than today and tomorrow.
        checklist: The one with which the work began; before that, the one that a visit like this has now.
        part: 1 or 2 where the job is split into two visits.
        unsafe_before: Earlier visits to this site that ended because it was unsafe, the newest first.
    """

    id: str
    case_id: str
    number: int
    part: int | None
    state: VisitState
    severity: Severity
    booking_id: str
    arrival: datetime
    finish: datetime
    travel_seconds: int
    window_start: datetime | None
    window_end: datetime | None
    on_site_due: datetime | None
    departed_at: datetime | None
    arrived_at: datetime | None
    finished_at: datetime | None
    outcome: Outcome | None
    symptom: str
    error_code: str
    findings: str
    product: FieldProduct | None
    minutes: int
    tools: list[str]
    parts: list[FieldPart]
    neighbourhood: str
    latitude: float
    longitude: float
    contact: FieldContact | None
    checklist: Checklist | None
    unsafe_before: list[HistoryLine]
    history: list[HistoryLine]


@dataclass(frozen=True)
class FieldDay:
    """An engineer's local day in route order, with what is in the van and what may be asked for.

    Attributes:
        today: The territory's date now.
        catalogue: The company's parts by number without retired ones, at most ``MOST_PARTS``.
        checklists: The edition from which visits ahead have their checklists; arriving tells it.
    """

    engineer: EngineerName
    territory: str
    time_zone: str
    day: date
    today: date
    visits: list[FieldVisit]
    van: list[VanPart]
    catalogue: list[PartName]
    checklists: int


async def field_day(session: AsyncSession, reach: Reach, day: date | None, now: datetime) -> FieldDay:
    """The day of the reach's engineer.

    What was begun earlier and is not over yet belongs to today as well.

    Args:
        reach: Of an engineer's own work.
        day: Local to the territory; None means today.

    Raises:
        NotFoundError: There is no such engineer.
    """
    person = await engineer(session, reach.engineer)
    home = await territory(session, person.territory_id)
    zone = ZoneInfo(home.time_zone)
    today = now.astimezone(zone).date()
    day = day or today
    start = datetime.combine(day, time(0), tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone)
    open_contact = today <= day <= today + timedelta(days=1)
    begun_earlier = and_(col(t.Booking.arrival) < start, col(t.Visit.state).in_(UNFINISHED))
    asked = (
        select(t.Visit, t.Booking)
        .join(t.Booking, col(t.Booking.visit_id) == col(t.Visit.id))
        .where(col(t.Booking.engineer_id) == reach.engineer, col(t.Booking.state).in_(SHOWN), reach.visits)
        .where(col(t.Booking.arrival) < end)
        .where(or_(col(t.Booking.arrival) >= start, begun_earlier) if day == today else col(t.Booking.arrival) >= start)
        .order_by(col(t.Booking.arrival), col(t.Visit.id))
    )
    found = [(visit, booking) for visit, booking in await session.execute(asked)]
    held = await _held(session, [booking.id for _, booking in found], person.id)
    lists = await checklists.carried(session, [visit for visit, _ in found])
    return FieldDay(
        engineer=EngineerName(person.id, person.name, person.territory_id),
        territory=home.name,
        time_zone=home.time_zone,
        day=day,
        today=today,
        visits=[
            await _visit(session, *row, held[row[1].id], lists.get(row[0].id), open_contact=open_contact)
            for row in found
        ],
        van=await _van(session, person.id),
        catalogue=await _catalogue(session),
        checklists=(await checklists.newest(session)).version,
    )


async def _visit(
    session: AsyncSession,
    row: t.Visit,
    booking: t.Booking,
    parts: list[FieldPart],
    checklist: Checklist | None,
    *,
    open_contact: bool,
) -> FieldVisit:
    case = await session.get_one(t.Case, row.case_id)
    site = await session.get_one(t.Site, row.site_id)
    earlier = await _earlier(session, row, case)
    return FieldVisit(
        id=row.id,
        case_id=row.case_id,
        number=row.number,
        part=await _part(session, row),
        state=row.state,
        severity=row.severity,
        booking_id=booking.id,
        arrival=booking.arrival,
        finish=booking.finish,
        travel_seconds=booking.travel_seconds,
        window_start=booking.window_start,
        window_end=booking.window_end,
        on_site_due=row.on_site_due,
        departed_at=row.departed_at,
        arrived_at=row.arrived_at,
        finished_at=row.finished_at,
        outcome=row.outcome,
        symptom=case.symptom,
        error_code=case.error_code,
        findings=str((case.diagnosis or {}).get("findings", "")),
        product=await _product(session, case),
        minutes=row.duration_seconds // 60,
        tools=row.tools,
        parts=parts,
        neighbourhood=site.neighbourhood,
        latitude=site.latitude,
        longitude=site.longitude,
        contact=await _contact(session, case, site) if open_contact and row.state in ACCEPTED else None,
        checklist=checklist,
        unsafe_before=[line for line in earlier if line.outcome == Outcome.UNSAFE],
        history=earlier[:HISTORY_LINES],
    )


async def _part(session: AsyncSession, row: t.Visit) -> int | None:
    if row.after_visit_id is not None:
        return 2
    second = await session.scalar(select(col(t.Visit.id)).where(col(t.Visit.after_visit_id) == row.id))
    return 1 if second is not None else None


async def _contact(session: AsyncSession, case: t.Case, site: t.Site) -> FieldContact:
    person = await session.get(t.Contact, case.contact_id) if case.contact_id else None
    name, phone = (person.name, person.phone) if person else ("", "")
    return FieldContact(name, phone, site.address, site.access_notes)


async def _product(session: AsyncSession, case: t.Case) -> FieldProduct | None:
    installed = case.installed_product_id
    product = await session.get(t.InstalledProduct, installed) if installed else None
    code = product.model_code if product else case.product_model_code
    model = await session.get(t.ProductModel, code) if code else None
    return FieldProduct(model.code, model.name, product.serial if product else "") if model else None


async def _earlier(session: AsyncSession, row: t.Visit, case: t.Case) -> list[HistoryLine]:
    """Finished visits to the same site or product, the newest first; at most ten."""
    same = [col(t.Visit.site_id) == row.site_id]
    if case.installed_product_id:
        same.append(col(t.Case.installed_product_id) == case.installed_product_id)
    asked = (
        select(t.Visit, col(t.Case.symptom))
        .join(t.Case, col(t.Case.id) == col(t.Visit.case_id))
        .where(col(t.Visit.id) != row.id, col(t.Visit.state) == VisitState.DONE, or_(*same))
        .order_by(col(t.Visit.finished_at).desc(), col(t.Visit.id))
        .limit(10)
    )
    return [
        HistoryLine(
            visit.id,
            visit.finished_at or visit.state_since,
            symptom,
            visit.outcome,
            str((visit.report or {}).get("work_done", "")),
        )
        for visit, symptom in await session.execute(asked)
    ]


async def _held(session: AsyncSession, bookings: list[str], engineer_id: str) -> dict[str, list[FieldPart]]:
    row, place = t.Reservation, t.StockLocation
    asked = (
        select(row, t.Part, place, col(t.Warehouse.name))
        .join(t.Part, col(t.Part.sku) == col(row.sku))
        .join(place, col(place.id) == col(row.location_id))
        .outerjoin(t.Warehouse, col(t.Warehouse.id) == col(place.warehouse_id))
        .where(col(row.booking_id).in_(bookings), col(row.state) != "released")
        .order_by(col(row.id))
    )
    found = (await session.execute(asked)).all()
    serials = await _serials_of(session, [reservation.id for reservation, *_ in found])
    held: dict[str, list[FieldPart]] = defaultdict(list)
    for reservation, part, location, warehouse in found:
        own = location.engineer_id == engineer_id
        held[reservation.booking_id].append(
            FieldPart(
                sku=part.sku,
                name=part.name,
                quantity=reservation.quantity,
                source=reservation.source,
                place="" if own else warehouse or location.id,
                state=reservation.state,
                ready_at=reservation.ready_at,
                serialised=part.serialised,
                serials=serials[reservation.id],
            )
        )
    return held


async def _serials_of(session: AsyncSession, reservations: list[str]) -> dict[str, list[str]]:
    row = t.ReservationSerial
    found: dict[str, list[str]] = defaultdict(list)
    asked = select(row).where(col(row.reservation_id).in_(reservations)).order_by(col(row.serial))
    for unit in await session.scalars(asked):
        found[unit.reservation_id].append(unit.serial)
    return found


async def _van(session: AsyncSession, engineer_id: str) -> list[VanPart]:
    van = van_of(EngineerId(engineer_id))
    units: dict[str, list[str]] = defaultdict(list)
    serial = t.SerialNumber
    lying = select(serial).where(col(serial.location_id) == van).order_by(col(serial.serial))
    for unit in await session.scalars(lying):
        units[unit.sku].append(unit.serial)
    asked = (
        select(t.Stock, t.Part)
        .join(t.Part, col(t.Part.sku) == col(t.Stock.sku))
        .where(col(t.Stock.location_id) == van, col(t.Stock.on_hand) > 0)
        .order_by(col(t.Part.sku))
    )
    return [
        VanPart(part.sku, part.name, lot.on_hand, lot.on_hand - lot.reserved, part.serialised, units[part.sku])
        for lot, part in await session.execute(asked)
    ]


async def _catalogue(session: AsyncSession) -> list[PartName]:
    asked = select(t.Part).where(col(t.Part.active)).order_by(col(t.Part.sku)).limit(MOST_PARTS)
    return [PartName(part.sku, part.name, part.serialised) for part in await session.scalars(asked)]
