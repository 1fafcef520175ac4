"""The sample company as rows of the record."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from domain.ids import van_of
from domain.people import Role
from domain.vocabulary import MovementKind
from models import tables as t
from models.columns import Row
from samples.company import Company, Engineer, Shift

Rows = tuple[type[Row], list[dict[str, Any]]]
OFFICE_HOURS = [{"weekday": day, "opens": "08:00", "closes": "18:00"} for day in range(5)]
STORE_HOURS = [{"weekday": day, "opens": "06:00", "closes": "20:00"} for day in range(6)]
_LANGUAGE = "en"


def everything(company: Company, now: datetime) -> Iterator[Rows]:
    """Every table's rows but those of the history, in an order in which each refers to earlier ones only."""
    yield from _places(company)
    yield from _people(company, now)
    yield from _parts(company, now)
    yield from _customers(company, now)


def shift_rows(shifts: tuple[Shift, ...]) -> list[dict[str, Any]]:
    """Shifts as rows."""
    return [
        {
            "engineer_id": s.engineer,
            "kind": s.kind,
            "starts_at": s.start,
            "ends_at": s.end,
            "break_earliest": s.break_from,
            "break_latest": s.break_to,
            "break_minutes": round(s.break_length.total_seconds() / 60),
            "overtime_minutes": round(s.overtime.total_seconds() / 60),
        }
        for s in shifts
    ]


def _places(company: Company) -> Iterator[Rows]:
    yield (
        t.Territory,
        [
            {
                "id": area.id,
                "name": area.name,
                "city": "Hamburg",
                "country": "DE",
                "subdivision": "HH",
                "time_zone": company.time_zone,
                "latitude": area.centre.latitude,
                "longitude": area.centre.longitude,
                "polygon": [list(corner) for corner in area.outline],
                "business_hours": OFFICE_HOURS,
                "active": True,
            }
            for area in company.territories
        ],
    )
    yield (
        t.Warehouse,
        [
            {
                "id": w.id,
                "name": w.name,
                "time_zone": company.time_zone,
                "latitude": w.place.latitude,
                "longitude": w.place.longitude,
                "opening_hours": STORE_HOURS,
                "handling_minutes": 10,
            }
            for w in company.warehouses
        ],
    )


def _people(company: Company, now: datetime) -> Iterator[Rows]:
    staff = company.engineers
    yield t.Engineer, [_engineer(e) for e in staff]
    yield (
        t.EngineerSkill,
        [
            {"engineer_id": e.id, "skill": s.name, "level": s.level, "expires_on": s.expires}
            for e in staff
            for s in e.skills
        ],
    )
    yield t.EngineerTool, [{"engineer_id": e.id, "tool": tool} for e in staff for tool in e.tools]
    yield t.Shift, shift_rows(company.shifts)
    yield (
        t.Absence,
        [
            {
                "engineer_id": a.engineer,
                "starts_at": a.start,
                "ends_at": a.end,
                "kind": a.kind,
                "reported_by": "lead-1",
                "reported_at": min(a.start, now),
            }
            for a in company.absences
        ],
    )
    engineers = {e.id.lower(): e for e in staff}
    yield (
        t.User,
        [
            {
                "id": u.id,
                "name": u.name,
                "email": u.email,
                "language": _LANGUAGE,
                "engineer_id": engineers[u.id].id if u.role is Role.ENGINEER else None,
                "territory_id": engineers[u.id].territory if u.role is Role.ENGINEER else None,
                "active": True,
                "created_at": now,
            }
            for u in company.users
        ],
    )
    yield t.UserRole, [{"user_id": u.id, "role": u.role} for u in company.users]


def _engineer(engineer: Engineer) -> dict[str, Any]:
    return {
        "id": engineer.id,
        "name": engineer.name,
        "phone": engineer.phone,
        "territory_id": engineer.territory,
        "home_latitude": engineer.home.latitude,
        "home_longitude": engineer.home.longitude,
        "cost_per_hour_cents": 4_000,
        "cost_per_km_cents": 40,
        "max_visits": None,
        "active": True,
    }


def _parts(company: Company, now: datetime) -> Iterator[Rows]:
    yield (
        t.Part,
        [
            {"sku": p.sku, "name": p.name, "price_cents": p.price_cents, "serialised": p.serialised}
            for p in company.parts
        ],
    )
    yield (
        t.StockLocation,
        [
            {"id": w.id, "kind": t.LocationKind.WAREHOUSE, "warehouse_id": w.id, "engineer_id": None}
            for w in company.warehouses
        ]
        + [
            {"id": van_of(e.id), "kind": t.LocationKind.VAN, "warehouse_id": None, "engineer_id": e.id}
            for e in company.engineers
        ],
    )
    yield (
        t.Stock,
        [{"location_id": s.location, "sku": s.sku, "on_hand": s.quantity, "reserved": 0} for s in company.stock],
    )
    yield (
        t.StockMovement,
        [
            {
                "at": now,
                "kind": MovementKind.OPENING,
                "location_id": s.location,
                "sku": s.sku,
                "units": s.quantity,
                "held": 0,
                "on_hand": s.quantity,
                "note": "",
                "serials": [],
            }
            for s in company.stock
            if s.quantity
        ],
    )
    yield (
        t.SerialNumber,
        [
            {
                "sku": s.sku,
                "serial": serial,
                "state": t.SerialState.IN_STOCK,
                "location_id": s.location,
                "used_in": None,
            }
            for s in company.stock
            for serial in s.serials
        ],
    )


def _customers(company: Company, now: datetime) -> Iterator[Rows]:
    yield (
        t.Customer,
        [{"id": c.id, "name": c.name, "language": c.language, "created_at": now} for c in company.customers],
    )
    yield (
        t.Contact,
        [
            {
                "id": contact_id(c.id),
                "customer_id": c.id,
                "name": c.contact,
                "phone": c.phone,
                "email": c.email,
                "language": c.language,
                "created_at": now,
            }
            for c in company.customers
        ],
    )
    yield (
        t.Site,
        [
            {
                "id": site_id(c.id),
                "customer_id": c.id,
                "address": c.site.address,
                "neighbourhood": c.site.address.rpartition(", ")[2],
                "latitude": c.site.latitude,
                "longitude": c.site.longitude,
                "access_notes": c.access_notes,
                "created_at": now,
            }
            for c in company.customers
        ],
    )
    yield (
        t.ProductModel,
        [
            {
                "code": m.code,
                "name": m.name,
                "category": "",
                "warranty_months": m.warranty_months,
                "skills": dict(m.skills),
                "visit_minutes": round(sum(s.minutes for s in m.symptoms) / len(m.symptoms)),
            }
            for m in company.models
        ],
    )
    yield (
        t.InstalledProduct,
        [
            {
                "id": p.id,
                "model_code": p.model,
                "customer_id": p.customer,
                "site_id": site_id(p.customer),
                "serial": p.serial,
                "purchased_on": p.purchased_on,
                "warranty_until": p.warranty_until,
            }
            for p in company.products
        ],
    )


def contact_id(customer: str) -> str:
    """The id of a sample customer's contact."""
    return f"{customer}-C"


def site_id(customer: str) -> str:
    """The id of a sample customer's site."""
    return f"{customer}-S"
