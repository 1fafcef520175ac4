"""Registration: what the record knows about a contact, and the rows that a complete one becomes."""

import calendar
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.ids import CaseId
from domain.messages import RegisterCase
from domain.people import Role
from domain.policy import ServicePolicy
from domain.registration import ArrivalWindow, ContactDraft, FieldProblem, Registration, problems
from domain.sla import SlaState
from domain.vocabulary import CaseState, Warranty
from models import tables as t
from models.documents import to_json
from models.repositories import parties, territories
from models.repositories.rows import locked, take_turns

EARLIEST_DAY = timezone(timedelta(hours=14))
"""Where a day begins first on Earth. A purchase is dated by the customer's calendar, which may be ahead of UTC's."""


@dataclass
class Findings:
    """What the record says about a registration; with ``problems`` nothing is created yet."""

    problems: list[FieldProblem]
    customer: t.Customer | None = None
    product: t.InstalledProduct | None = None
    model: t.ProductModel | None = None
    territory: t.Territory | None = None
    duplicate_of: CaseId | None = None


async def look_up(session: AsyncSession, asked: RegisterCase) -> Findings:
    """Check a registration's form, and its references against the record; every problem at once."""
    given = asked.registration
    found = Findings(problems(given))

    def problem(field: str, rule: str) -> None:
        found.problems.append(FieldProblem(field, rule))

    if given.customer_id:
        found.customer = await session.get(t.Customer, given.customer_id)
        if found.customer is None:
            problem("customer_id", f"there is no customer {given.customer_id!r}")
    await _find_product(session, given, found)
    if given.purchased_on and given.purchased_on > asked.opened_at.astimezone(EARLIEST_DAY).date():
        problem("purchased_on", "lies in the future")
    await _find_territory(session, asked, found)
    if given.external_ref:
        other = await _same_reference(session, asked)
        if other is not None:
            found.duplicate_of = CaseId(other)
            problem("external_ref", f"{given.external_ref!r} is case {other} already")
    return found


async def keep_incomplete(session: AsyncSession, asked: RegisterCase, found: Findings) -> t.Case:
    """Keep everything that was said, so that an agent can complete it and nothing is asked twice."""
    row = await _case(session, asked)
    row.problems = to_json(list[FieldProblem], found.problems)
    row.registration = to_json(Registration, asked.registration)
    row.territory_id = found.territory.id if found.territory else None
    return row


async def write(session: AsyncSession, asked: RegisterCase, found: Findings, policy: ServicePolicy) -> t.Case:
    """Create what is new (customer, contact, site, product) and fill the case."""
    given, now = asked.registration, asked.now
    assert found.model is not None, "a complete registration has a model"  # noqa: S101 - a programming error
    assert found.territory is not None, "a complete registration has a territory"  # noqa: S101 - likewise
    row = await _case(session, asked)
    customer = found.customer or await parties.owner(session, found.product, given.contact, now)
    contact = await parties.contact(session, customer, given.contact, now)
    site = await parties.site(session, customer, found.product, given.site, now)
    product = found.product or await parties.install(session, customer, site, found.model, given)
    if product.purchased_on is None and given.purchased_on is not None:
        product.purchased_on = given.purchased_on
    if product.warranty_until is None and product.purchased_on is not None:
        product.warranty_until = end_of_warranty(product.purchased_on, found.model.warranty_months)
    await session.flush()
    row.customer_id, row.contact_id, row.site_id = customer.id, contact.id if contact else None, site.id
    row.installed_product_id, row.product_model_code = product.id, found.model.code
    row.territory_id = found.territory.id
    row.external_ref = given.external_ref or None
    row.registration = to_json(Registration, without_person(given))
    row.problems = []
    row.warranty = warranty_on(product, asked.opened_at, found.territory.time_zone)
    row.repeat_of = await _repeated(session, asked, product, policy)
    return row


def end_of_warranty(purchased_on: date, months: int) -> date:
    """The last day of a warranty: the day of purchase some months later, or that month's last day."""
    years, month = divmod(purchased_on.month - 1 + months, 12)
    year = purchased_on.year + years
    return date(year, month + 1, min(purchased_on.day, calendar.monthrange(year, month + 1)[1]))


def warranty_on(product: t.InstalledProduct, at: datetime, time_zone: str) -> Warranty:
    """Who pays for a repair that is asked for at a moment; the last day counts in full at the place."""
    if product.warranty_until is None:
        return Warranty.UNKNOWN
    today = at.astimezone(ZoneInfo(time_zone)).date()
    return Warranty.COVERED if today <= product.warranty_until else Warranty.EXPIRED


def without_person(given: Registration) -> Registration:
    """A registration without what identifies somebody; contact and site have rows of their own."""
    contact = ContactDraft(language=given.contact.language)
    return replace(given, contact=contact, site=replace(given.site, address="", access_notes=""))


def source_of(case_id: str, channel: str) -> str:
    """Where a case's external reference is unique: the prefix of an imported case's id, else the channel."""
    prefix = case_id.partition("-")[0]
    return channel if prefix == "C" else prefix


async def _find_product(session: AsyncSession, given: Registration, found: Findings) -> None:
    def problem(field: str, rule: str) -> None:
        found.problems.append(FieldProblem(field, rule))

    if given.installed_product_id:
        found.product = await session.get(t.InstalledProduct, given.installed_product_id)
        if found.product is None:
            problem("installed_product_id", f"there is no installed product {given.installed_product_id!r}")
        elif found.customer and found.product.customer_id != found.customer.id:
            problem("installed_product_id", "belongs to another customer")
        elif given.product_model and given.product_model != found.product.model_code:
            problem("product_model", f"the installed product is a {found.product.model_code}")
    elif given.product_model and given.serial:
        await take_turns(session, f"serial {given.product_model} {given.serial}")
        found.product = await parties.product_by_serial(session, given.product_model, given.serial)
    code = found.product.model_code if found.product else given.product_model
    found.model = await session.get(t.ProductModel, code) if code else None
    if code and found.model is None:
        problem("product_model", f"there is no product model {code!r}")


async def _find_territory(session: AsyncSession, asked: RegisterCase, found: Findings) -> None:
    if asked.territory:
        found.territory = await session.get(t.Territory, asked.territory)
        if found.territory is None or not found.territory.active:
            found.territory = None
            found.problems.append(FieldProblem("territory", f"there is no active territory {asked.territory!r}"))
        return
    place = asked.registration.site
    latitude, longitude = place.latitude, place.longitude
    if (latitude is None or longitude is None) and found.product is not None:
        site = await session.get_one(t.Site, found.product.site_id)
        latitude, longitude = site.latitude, site.longitude
    if latitude is None or longitude is None or any(p.field.startswith("site") for p in found.problems):
        return
    serving = await territories.serving(session, latitude, longitude)
    if serving is None:
        found.problems.append(FieldProblem("site", "no territory serves this place"))
    else:
        found.territory = await session.get(t.Territory, serving)


async def _same_reference(session: AsyncSession, asked: RegisterCase) -> str | None:
    given = asked.registration
    source = source_of(asked.case_id, given.channel)
    await take_turns(session, f"reference {source} {given.external_ref}")
    same = select(col(t.Case.id)).where(
        col(t.Case.source) == source,
        col(t.Case.external_ref) == given.external_ref,
        col(t.Case.id) != asked.case_id,
    )
    return await session.scalar(same)


async def _case(session: AsyncSession, asked: RegisterCase) -> t.Case:
    given = asked.registration
    row = await locked(
        session, t.Case, asked.case_id, lambda: blank_case(asked.case_id, asked.opened_at, asked.now, given)
    )
    row.channel, row.source = given.channel, source_of(asked.case_id, given.channel)
    row.symptom, row.error_code = given.symptom, given.error_code
    row.windows = to_json(tuple[ArrivalWindow, ...], given.windows)
    row.updated_at = asked.now
    return row


def blank_case(case_id: str, opened_at: datetime, now: datetime, given: Registration) -> t.Case:
    """A case of which nothing is known yet but that somebody called."""
    return t.Case(
        id=case_id,
        channel=given.channel,
        source=source_of(case_id, given.channel),
        symptom=given.symptom,
        windows=[],
        problems=[],
        warranty=Warranty.UNKNOWN,
        state=CaseState.REGISTERING,
        state_since=opened_at,
        responsible=Role.AGENT,
        sla_state=SlaState.NONE,
        opened_at=opened_at,
        updated_at=now,
    )


async def _repeated(
    session: AsyncSession, asked: RegisterCase, product: t.InstalledProduct, policy: ServicePolicy
) -> str | None:
    """The newest case of the same product that was archived not long before this one was opened."""
    row = t.Case
    recent = (
        select(col(row.id))
        .where(
            col(row.installed_product_id) == product.id,
            col(row.state) == CaseState.ARCHIVED,
            col(row.closed_at) >= asked.opened_at - policy.repeat_within,
            col(row.closed_at) <= asked.opened_at,
            col(row.id) != asked.case_id,
        )
        .order_by(col(row.closed_at).desc(), func.length(col(row.id)).desc())
        .limit(1)
    )
    return await session.scalar(recent)
