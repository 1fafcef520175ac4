"""How a plan chose an engineer, as people are told."""

from dataclasses import dataclass


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
