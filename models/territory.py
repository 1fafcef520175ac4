"""Territories: the areas that are planned on their own."""

from typing import Any

from sqlmodel import Field

from models.columns import Row, document


class Territory(Row, table=True):
    """An area with its own engineers, business hours and, where it differs, policy.

    Attributes:
        country: ISO 3166-1 code, for public holidays.
        radius_km: The area is a circle around the centre; used when there is no polygon.
        polygon: The area's outline as ``[[latitude, longitude], ...]``.
        business_hours: ``[{"weekday": 0, "opens": "09:00", "closes": "18:00"}, ...]``; empty means office hours.
        policy: What differs from the company's policy, in the same form.
    """

    __tablename__ = "territory"
    id: str = Field(primary_key=True)
    name: str
    city: str
    country: str
    subdivision: str | None = None
    time_zone: str
    latitude: float
    longitude: float
    radius_km: float | None = None
    polygon: list[list[float]] | None = document(optional=True)
    business_hours: list[dict[str, Any]] = document()
    policy: dict[str, Any] | None = document(optional=True)
    active: bool = True
