"""Builders: each makes one valid thing, and a test names only what it is about.

Rows of the record are written with ``save``; everything lies around Hamburg on a Monday morning.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.calendars import ALWAYS
from domain.case import CaseProgress, VisitNeeds
from domain.clock import ClockName, ClockTerms, start
from domain.ids import BookingId, CaseId, CommandId, EngineerId, TerritoryId, VisitId, case_of, van_of
from domain.messages import CaseChange, Command, EventDraft, RegisterCase, VisitChange
from domain.people import SYSTEM, Actor, Role
from domain.policy import CaseTerms
from domain.registration import ContactDraft, Registration, SiteDraft
from domain.visit import Booking, VisitProgress
from domain.vocabulary import (
    BookingState,
    CaseState,
    Channel,
    PartSource,
    ReservationState,
    Severity,
    VisitState,
    Warranty,
)
from models import tables as t
from models.columns import Row
from models.session import Database

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
AGENT = Actor(Role.AGENT, "agent-1")
DISPATCHER = Actor(Role.DISPATCHER, "dispatcher-1")
KEEPER = Actor(Role.STOCK_KEEPER, "keeper-1")


def at(hours: float) -> datetime:
    """A moment so many hours after ``NOW``."""
    return NOW + timedelta(hours=hours)


async def save(database: Database, *rows: Row) -> None:
    """Write rows in their order."""
    async with database.transaction() as session:
        for row in rows:
            session.add(row)
            await session.flush()


# --- the company ---------------------------------------------------------------------------------------------


def a_territory(id_: str = "T1", **changes: Any) -> t.Territory:
    given: dict[str, Any] = {
        "id": id_,
        "name": f"Territory {id_}",
        "city": "Hamburg",
        "country": "DE",
        "time_zone": "Europe/Berlin",
        "latitude": 53.55,
        "longitude": 10.0,
        "radius_km": 30.0,
        "business_hours": [],
    }
    return t.Territory(**given | changes)


def an_engineer(id_: str = "E1", territory: str = "T1", **changes: Any) -> t.Engineer:
    given: dict[str, Any] = {
        "id": id_,
        "name": f"Engineer {id_}",
        "territory_id": territory,
        "home_latitude": 53.56,
        "home_longitude": 10.02,
    }
    return t.Engineer(**given | changes)


def a_van(engineer: str = "E1") -> t.StockLocation:
    return t.StockLocation(id=van_of(EngineerId(engineer)), kind=t.LocationKind.VAN, engineer_id=engineer)


def a_warehouse(id_: str = "W1", **changes: Any) -> list[Row]:
    given: dict[str, Any] = {
        "id": id_,
        "name": id_,
        "time_zone": "Europe/Berlin",
        "latitude": 53.53,
        "longitude": 10.08,
        "opening_hours": [],
    }
    place = t.StockLocation(id=id_, kind=t.LocationKind.WAREHOUSE, warehouse_id=id_)
    return [t.Warehouse(**given | changes), place]


def a_part(sku: str = "P1", **changes: Any) -> t.Part:
    return t.Part(**{"sku": sku, "name": f"Part {sku}", "price_cents": 1_500, **changes})


def stock(location: str, sku: str = "P1", on_hand: int = 5, reserved: int = 0) -> t.Stock:
    return t.Stock(location_id=location, sku=sku, on_hand=on_hand, reserved=reserved)


def a_serial(serial: str, location: str, sku: str = "S1") -> t.SerialNumber:
    return t.SerialNumber(sku=sku, serial=serial, state=t.SerialState.IN_STOCK, location_id=location)


def a_model(code: str = "M1", **changes: Any) -> t.ProductModel:
    return t.ProductModel(**{"code": code, "name": code, "warranty_months": 24, "skills": {}, **changes})


def a_customer(id_: str = "CU-1", **changes: Any) -> t.Customer:
    return t.Customer(**{"id": id_, "name": "Jane Roe", "created_at": NOW, **changes})


def a_site(id_: str = "SI-1", customer: str = "CU-1", **changes: Any) -> t.Site:
    given: dict[str, Any] = {
        "id": id_,
        "customer_id": customer,
        "address": "Hafenstr. 1",
        "latitude": 53.545,
        "longitude": 9.96,
        "created_at": NOW,
    }
    return t.Site(**given | changes)


def a_product(id_: str = "IP-1", customer: str = "CU-1", site: str = "SI-1", **changes: Any) -> t.InstalledProduct:
    given: dict[str, Any] = {
        "id": id_,
        "model_code": "M1",
        "customer_id": customer,
        "site_id": site,
        "serial": f"SN-{id_}",
        "purchased_on": date(2026, 1, 10),
        "warranty_until": date(2028, 1, 10),
    }
    return t.InstalledProduct(**given | changes)


def a_company() -> list[Row]:
    """One territory, two engineers with vans, a warehouse, three parts (S1 has serial numbers), one customer."""
    return [
        a_territory(),
        an_engineer("E1"),
        an_engineer("E2"),
        a_van("E1"),
        a_van("E2"),
        *a_warehouse("W1"),
        a_part("P1"),
        a_part("P2", price_cents=700),
        a_part("S1", price_cents=20_000, serialised=True),
        a_model(),
        a_customer(),
        a_site(),
        a_product(),
    ]


# --- cases, visits, bookings as rows -------------------------------------------------------------------------


def a_case_row(id_: str = "C-1", **changes: Any) -> t.Case:
    given: dict[str, Any] = {
        "id": id_,
        "channel": Channel.PHONE,
        "source": "phone",
        "symptom": "does not heat",
        "customer_id": "CU-1",
        "site_id": "SI-1",
        "installed_product_id": "IP-1",
        "territory_id": "T1",
        "windows": [],
        "problems": [],
        "warranty": Warranty.COVERED,
        "state": CaseState.VISITING,
        "state_since": NOW,
        "responsible": Role.DISPATCHER,
        "sla_state": "running",
        "opened_at": NOW,
        "updated_at": NOW,
    }
    return t.Case(**given | changes)


def a_visit_row(id_: str = "C-1-V1", **changes: Any) -> t.Visit:
    given: dict[str, Any] = {
        "id": id_,
        "case_id": case_of(VisitId(id_)),
        "territory_id": "T1",
        "site_id": "SI-1",
        "state": VisitState.REQUESTED,
        "state_since": NOW,
        "responsible": Role.DISPATCHER,
        "severity": Severity.MEDIUM,
        "priority": 2,
        "duration_seconds": 3600,
        "skills": {},
        "tools": [],
        "parts": [],
        "windows": [],
        "excluded_engineers": [],
        "requested_at": NOW,
        "updated_at": NOW,
    }
    return t.Visit(**given | changes)


def a_booking_row(id_: str = "C-1-V1-B1", engineer: str = "E1", start: float = 2, **changes: Any) -> t.Booking:
    given: dict[str, Any] = {
        "id": id_,
        "visit_id": id_.rpartition("-B")[0],
        "engineer_id": engineer,
        "number": int(id_.rpartition("-B")[2]),
        "arrival": at(start),
        "finish": at(start + 1),
        "travel_seconds": 1200,
        "state": BookingState.PLANNED,
        "made_by_role": Role.SYSTEM,
        "made_by": "callout",
        "made_at": NOW,
    }
    return t.Booking(**given | changes)


def a_reservation(
    id_: str = "C-1-V1-B1-P1", location: str = "VAN-E1", sku: str = "P1", quantity: int = 1, **changes: Any
) -> t.Reservation:
    """A reservation; the stock line that belongs to it is the test's matter."""
    booking = id_.rpartition("-P")[0]
    given: dict[str, Any] = {
        "id": id_,
        "booking_id": booking,
        "visit_id": booking.rpartition("-B")[0],
        "location_id": location,
        "sku": sku,
        "quantity": quantity,
        "source": PartSource.VAN if location.startswith("VAN-") else PartSource.WAREHOUSE,
        "state": ReservationState.HELD,
        "made_at": NOW,
    }
    return t.Reservation(**given | changes)


# --- what workflows bring ------------------------------------------------------------------------------------


def a_command(id_: str = "cmd-1", actor: Actor = AGENT, when: datetime | None = None) -> Command:
    return Command(CommandId(id_), actor, when)


def a_registration(**changes: Any) -> Registration:
    given: dict[str, Any] = {
        "channel": Channel.PHONE,
        "symptom": "does not heat",
        "contact": ContactDraft("Max Muster", "+49 40 1234567", "max@example.org", "de"),
        "site": SiteDraft("Elbchaussee 5", 53.546, 9.93, "ring twice"),
        "product_model": "M1",
        "serial": "SN-77",
        "purchased_on": date(2025, 12, 1),
    }
    return Registration(**given | changes)


def a_register_case(case_id: str = "C-7", command: str = "open", **changes: Any) -> RegisterCase:
    """A request to register; other fields than those of ``RegisterCase`` go into the registration."""
    given: dict[str, Any] = {"opened_at": NOW, "now": NOW}
    given |= {name: changes.pop(name) for name in ("territory", "opened_at", "now") if name in changes}
    return RegisterCase(
        case_id=CaseId(case_id),
        command_id=CommandId(command),
        actor=AGENT,
        registration=a_registration(**changes),
        **given,
    )


def a_clock(name: ClockName = ClockName.RESOLVE, hours: float = 48) -> Any:
    return start(ClockTerms(name, timedelta(hours=hours), ALWAYS, remedy="a voucher"), NOW)


def a_case(case_id: str = "C-1", **changes: Any) -> CaseProgress:
    given: dict[str, Any] = {
        "opened_at": NOW,
        "state": CaseState.CLASSIFYING,
        "territory": TerritoryId("T1"),
        "warranty": Warranty.COVERED,
        "clocks": {ClockName.RESOLVE: a_clock()},
        "version": 1,
    }
    return CaseProgress(CaseId(case_id), **given | changes)


def a_case_change(progress: CaseProgress, command: str = "k1", now: datetime = NOW, *kinds: str) -> CaseChange:
    events = tuple(EventDraft(kind, now, AGENT) for kind in kinds or ("changed",))
    return CaseChange(f"case/{progress.case_id}", CommandId(command), progress, events, now)


def a_booking(id_: str = "C-1-V1-B1", engineer: str = "E1", start: float = 2) -> Booking:
    return Booking(BookingId(id_), EngineerId(engineer), at(start), at(start + 1), 20 * MINUTE)


def a_visit(visit_id: str = "C-1-V1", **changes: Any) -> VisitProgress:
    given: dict[str, Any] = {
        "case_id": case_of(VisitId(visit_id)),
        "territory": TerritoryId("T1"),
        "severity": Severity.HIGH,
        "terms": CaseTerms(),
        "needs": VisitNeeds(),
        "version": 1,
    }
    return VisitProgress(VisitId(visit_id), **given | changes)


def a_visit_change(
    progress: VisitProgress,
    command: str = "k1",
    now: datetime = NOW,
    releases: str | None = None,
    kind: str = "changed",
) -> VisitChange:
    gone = BookingId(releases) if releases else None
    events = (EventDraft(kind, now, SYSTEM),)
    return VisitChange(f"visit/{progress.visit_id}", CommandId(command), progress, events, now, gone)


def rows(*groups: Row | Iterable[Row]) -> list[Row]:
    """Rows and lists of rows as one list."""
    return [row for group in groups for row in ([group] if isinstance(group, Row) else group)]
