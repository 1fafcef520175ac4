"""Customers with their contacts and sites. Names, phones, e-mails and addresses are personal data."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.columns import Row, moment, reference


class Customer(Row, table=True):
    """A person or company that the service works for."""

    __tablename__ = "customer"
    id: str = Field(primary_key=True)
    name: str
    language: str = "en"
    created_at: datetime = moment()


class Contact(Row, table=True):
    """A person to speak with."""

    __tablename__ = "contact"
    id: str = Field(primary_key=True)
    customer_id: str = reference("customer.id", index=True)
    name: str
    phone: str = ""
    email: str = ""
    language: str = "en"
    created_at: datetime = moment()


class Site(Row, table=True):
    """A place where products stand.

    Attributes:
        neighbourhood: The part of the town, which may be shown where the address may not.
    """

    __tablename__ = "site"
    __table_args__ = (
        Index(
            "site_neighbourhood_idx",
            "neighbourhood",
            postgresql_using="gin",
            postgresql_ops={"neighbourhood": "gin_trgm_ops"},
        ),
    )
    id: str = Field(primary_key=True)
    customer_id: str = reference("customer.id", index=True)
    address: str = ""
    neighbourhood: str = ""
    latitude: float
    longitude: float
    access_notes: str = ""
    created_at: datetime = moment()
