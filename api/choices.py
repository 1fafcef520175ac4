"""How a plan chose an engineer, and what would let in a visit that it left out, as people are told."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Alternative:
    """Another engineer for the visit.

    Attributes:
        extra_cost: What the plan would cost more.
        extra_travel_seconds: How much longer everybody would travel.
        late_seconds: How late the visit would be over.
    """

    engineer_id: str
    extra_cost: int
    extra_travel_seconds: int
    late_seconds: int
    sentence: str


@dataclass(frozen=True)
class Choice:
    """How the plan chose.

    Attributes:
        considered: Engineers who could do it at all.
        alternatives: The next best, the cheapest first.
    """

    sentence: str
    considered: int
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True)
class WhatIf:
    """The smallest change of one kind that would give a visit a place; verified by planning it.

    Attributes:
        kind: Stable, for programs.
        engineer_id, arrival: Who would then come, and when.
        amount: How much is changed: seconds, units, levels, tools or visits.
        from_moment, until: The time that the customer would accept, or until when parts or certificates are needed.
        gives_way: The visit that would be moved or given up.
    """

    kind: str
    sentence: str
    engineer_id: str
    arrival: datetime
    amount: int
    from_moment: datetime | None = None
    until: datetime | None = None
    gives_way: str | None = None
