"""New cases from outside: their numbers, what an import needs to be there, and history that nobody works on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.ids import CaseId, CommandId
from domain.people import SYSTEM, Role
from domain.registration import ArrivalWindow, ContactDraft, Registration
from domain.sla import SlaState
from domain.vocabulary import CaseState, Warranty
from models import tables as t
from models.documents import to_json
from models.repositories.commands import CommandKey, once
from models.repositories.registrations import source_of, without_person
from models.repositories.rows import take_turns

HISTORY_NOTE = "imported as history"


@dataclass(frozen=True)
class HistoryCase:
    """A case that was opened and closed elsewhere."""

    case_id: CaseId
    opened_at: datetime
    closed_at: datetime
    territory: str
    registration: Registration


@dataclass(frozen=True)
class NewModel:
    """A product model that an import brings."""

    code: str
    name: str
    category: str = ""
    warranty_months: int = 0


@dataclass(frozen=True)
class NewTerritory:
    """A territory that an import brings: a circle, in degrees and kilometres."""

    id: str
    name: str
    city: str
    country: str
    subdivision: str | None
    time_zone: str
    latitude: float
    longitude: float
    radius_km: float


async def case_number(session: AsyncSession, command_id: CommandId, now: datetime) -> CaseId:
    """The number of the case that a command opens; the same command has the same number again."""

    async def next_number() -> str:
        return f"C-{await session.scalar(t.CASE_NUMBER)}"

    return CaseId(await once(session, CommandKey("open", command_id, "case_number"), now, str, next_number))


async def known_cases(session: AsyncSession, ids: Iterable[str]) -> frozenset[CaseId]:
    """Which of these cases exist."""
    asked = select(col(t.Case.id)).where(col(t.Case.id).in_(list(ids)))
    return frozenset(CaseId(id_) for id_ in await session.scalars(asked))


async def product_models(session: AsyncSession) -> frozenset[str]:
    """The code of every product model."""
    return frozenset(await session.scalars(select(col(t.ProductModel.code))))


async def add_missing(session: AsyncSession, models: Sequence[NewModel], territories: Sequence[NewTerritory]) -> None:
    """Add product models and territories that are not there; those that are stay as they are."""
    for model in models:
        row = {**vars(model), "skills": {}, "visit_minutes": 60}
        await session.execute(upsert(t.ProductModel).values(row).on_conflict_do_nothing())
    for territory in territories:
        row = {**vars(territory), "business_hours": [], "active": True}
        await session.execute(upsert(t.Territory).values(row).on_conflict_do_nothing())


async def add_history(session: AsyncSession, cases: Sequence[HistoryCase], now: datetime) -> int:
    """Write closed cases with their customers, sites and one event each; those that exist stay as they are.

    Two imports of one source take turns, so a case is written once.

    Returns:
        How many were new.
    """
    for source in sorted({source_of(case.case_id, case.registration.channel) for case in cases}):
        await take_turns(session, f"import {source}")
    known = await known_cases(session, (case.case_id for case in cases))
    new = [case for case in cases if case.case_id not in known]
    if new:
        owners = await _owners(session, [case.registration.contact for case in new], now)
        sites = await _ids(session, "SI", len(new))
        written = list(zip(new, sites, strict=True))
        await session.execute(
            insert(t.Site), [_site(c, id_, owners[c.registration.contact], now) for c, id_ in written]
        )
        await session.execute(
            insert(t.Case), [_case(c, id_, owners[c.registration.contact], now) for c, id_ in written]
        )
        await session.execute(insert(t.CaseEvent), [_event(case, now) for case in new])
    return len(new)


@dataclass(frozen=True)
class _Owner:
    customer: str
    contact: str


async def _owners(session: AsyncSession, given: Iterable[ContactDraft], now: datetime) -> dict[ContactDraft, _Owner]:
    """The customer and contact of each person: known ones by name, phone and e-mail, else new ones."""
    people = list(dict.fromkeys(given))
    row = t.Contact
    asked = select(row).where(col(row.name).in_([person.name for person in people])).order_by(col(row.created_at))
    known = {(c.name, c.phone, c.email): _Owner(c.customer_id, c.id) for c in await session.scalars(asked)}
    strangers = [p for p in people if (p.name, p.phone, p.email) not in known]
    if strangers:
        customers = await _ids(session, "CU", len(strangers))
        contacts = await _ids(session, "CO", len(strangers))
        rows = list(zip(strangers, customers, contacts, strict=True))
        await session.execute(
            insert(t.Customer),
            [{"id": cu, "name": p.name, "language": p.language, "created_at": now} for p, cu, _ in rows],
        )
        await session.execute(insert(t.Contact), [_contact(p, cu, co, now) for p, cu, co in rows])
        known |= {(p.name, p.phone, p.email): _Owner(cu, co) for p, cu, co in rows}
    return {person: known[person.name, person.phone, person.email] for person in people}


async def _ids(session: AsyncSession, prefix: str, count: int) -> list[str]:
    numbers = select(t.PARTY_NUMBER.next_value()).select_from(func.generate_series(1, count))
    return [f"{prefix}-{number}" for number in await session.scalars(numbers)]


def _contact(person: ContactDraft, customer: str, contact: str, now: datetime) -> dict[str, Any]:
    return {
        "id": contact,
        "customer_id": customer,
        "name": person.name,
        "phone": person.phone,
        "email": person.email,
        "language": person.language,
        "created_at": now,
    }


def _site(case: HistoryCase, site: str, owner: _Owner, now: datetime) -> dict[str, Any]:
    place = case.registration.site
    return {
        "id": site,
        "customer_id": owner.customer,
        "address": place.address,
        "neighbourhood": "",
        "latitude": place.latitude,
        "longitude": place.longitude,
        "access_notes": place.access_notes,
        "created_at": now,
    }


def _case(case: HistoryCase, site: str, owner: _Owner, now: datetime) -> dict[str, Any]:
    given = case.registration
    known = given.classification
    row = t.Case(
        id=case.case_id,
        channel=given.channel,
        source=source_of(case.case_id, given.channel),
        external_ref=given.external_ref or None,
        symptom=given.symptom,
        error_code=given.error_code,
        customer_id=owner.customer,
        contact_id=owner.contact,
        site_id=site,
        product_model_code=given.product_model,
        territory_id=case.territory,
        windows=to_json(tuple[ArrivalWindow, ...], given.windows),
        registration=to_json(Registration, without_person(given)),
        problems=[],
        kind=known.kind if known else None,
        category=known.category if known else None,
        severity=known.severity if known else None,
        warranty=Warranty.UNKNOWN,
        state=CaseState.ARCHIVED,
        state_since=case.closed_at,
        responsible=Role.AGENT,
        sla_state=SlaState.NONE,
        closing_note=HISTORY_NOTE,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        updated_at=now,
    )
    return {column.key: getattr(row, column.key) for column in t.METADATA.tables["service_case"].columns}


def _event(case: HistoryCase, now: datetime) -> dict[str, Any]:
    return {
        "case_id": case.case_id,
        "visit_id": None,
        "workflow_id": "import",
        "command_id": case.case_id,
        "seq": 0,
        "kind": "imported",
        "at": case.closed_at,
        "recorded_at": now,
        "actor_role": SYSTEM.role,
        "actor_id": "import",
        "data": {"note": HISTORY_NOTE},
    }
