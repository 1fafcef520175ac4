"""Customers, their contacts and sites, and the products that stand there."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.registration import ContactDraft, Registration, SiteDraft
from models import tables as t
from models.columns import Row

R = TypeVar("R", bound=Row)


async def owner(
    session: AsyncSession, product: t.InstalledProduct | None, given: ContactDraft, now: datetime
) -> t.Customer:
    """The customer whose product it is, else a new one named after the contact."""
    if product is not None:
        return await session.get_one(t.Customer, product.customer_id)
    customer = t.Customer(
        id=await _new_id(session, "CU"), name=given.name.strip(), language=given.language, created_at=now
    )
    return await _added(session, customer)


async def contact(session: AsyncSession, customer: t.Customer, given: ContactDraft, now: datetime) -> t.Contact | None:
    """The customer's contact with this name and phone, a new one, or the first known when nobody is named."""
    known = list(
        await session.scalars(
            select(t.Contact).where(col(t.Contact.customer_id) == customer.id).order_by(col(t.Contact.created_at))
        )
    )
    if not (given.name or given.phone or given.email):
        return known[0] if known else None
    for person in known:
        if (person.name, person.phone, person.email) == (given.name.strip(), given.phone, given.email):
            return person
    person = t.Contact(
        id=await _new_id(session, "CO"),
        customer_id=customer.id,
        name=given.name.strip(),
        phone=given.phone,
        email=given.email,
        language=given.language,
        created_at=now,
    )
    return await _added(session, person)


async def site(
    session: AsyncSession, customer: t.Customer, product: t.InstalledProduct | None, given: SiteDraft, now: datetime
) -> t.Site:
    """The place that is named, known or new; without one, where the product stands."""
    if given.latitude is None or given.longitude is None:
        assert product is not None, "a registration names a place or a product"  # noqa: S101 - a programming error
        return await session.get_one(t.Site, product.site_id)
    known = await session.scalar(
        select(t.Site)
        .where(
            col(t.Site.customer_id) == customer.id,
            col(t.Site.latitude) == given.latitude,
            col(t.Site.longitude) == given.longitude,
            col(t.Site.address) == given.address,
        )
        .limit(1)
    )
    if known is not None:
        known.access_notes = given.access_notes or known.access_notes
        return known
    place = t.Site(
        id=await _new_id(session, "SI"),
        customer_id=customer.id,
        address=given.address,
        latitude=given.latitude,
        longitude=given.longitude,
        access_notes=given.access_notes,
        created_at=now,
    )
    return await _added(session, place)


async def product_by_serial(session: AsyncSession, model: str, serial: str) -> t.InstalledProduct | None:
    """The installed product with this serial number."""
    row = t.InstalledProduct
    return await session.scalar(select(row).where(col(row.model_code) == model, col(row.serial) == serial))


async def install(
    session: AsyncSession, customer: t.Customer, place: t.Site, model: t.ProductModel, given: Registration
) -> t.InstalledProduct:
    """A product that was not known yet."""
    product = t.InstalledProduct(
        id=await _new_id(session, "IP"),
        model_code=model.code,
        customer_id=customer.id,
        site_id=place.id,
        serial=given.serial,
        purchased_on=given.purchased_on,
    )
    return await _added(session, product)


async def _added(session: AsyncSession, row: R) -> R:
    # The tables have no relationships, so each row is written before another one refers to it.
    session.add(row)
    await session.flush()
    return row


async def _new_id(session: AsyncSession, prefix: str) -> str:
    return f"{prefix}-{await session.scalar(t.PARTY_NUMBER)}"
