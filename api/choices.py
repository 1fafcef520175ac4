"""How a plan chose an engineer, and what would let in a visit that it left out, as people are told."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime


@dataclass(frozen=True)
class Alternative:
    """Another engineer for the visit.

    Attributes:
        extra_cost: What the plan would cost more.
        extra_travel_seconds: How much longer everybody would travel.
        late_seconds: How late the visit would be over.
        drawbacks: What speaks against the engineer: ``moved`` (the published one changes), ``not_preferred``,
            ``overqualified``.
        people: The engineer's name, by id.
    """

    engineer_id: str
    extra_cost: int
    extra_travel_seconds: int
    late_seconds: int
    sentence: str
    drawbacks: tuple[str, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """How the plan chose.

    Attributes:
        considered: Engineers who could do it at all.
        code: Stable, for programs: ``only_able``, ``only_free`` (others could but have no room), ``cheapest``, or
            ``not_cheapest`` (the first alternative would be).
        engineer_id: Who has the visit.
        people: The engineers' names, by id.
        alternatives: The next best, the cheapest first.
    """

    sentence: str
    considered: int
    alternatives: tuple[Alternative, ...]
    code: str = ""
    engineer_id: str = ""
    people: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WhatIf:
    """The smallest change of one kind that would give a visit a place; verified by planning it.

    Attributes:
        kind: Stable, for programs.
        engineer_id, arrival: Who would then come, and when.
        amount: How much is changed: seconds, units, levels, tools or visits.
        from_moment, until: The time that the customer would accept, or until when parts or certificates are needed.
        gives_way: The visit that would be moved or given up.
        goes_to: The engineer to whom it would be moved.
        names: Skills with the level, parts with the units, or tools (with 1) that would then be there.
        warehouse_id: Where the parts would be.
        people: The engineers' names, by id.
    """

    kind: str
    sentence: str
    engineer_id: str
    arrival: datetime
    amount: int
    from_moment: datetime | None = None
    until: datetime | None = None
    gives_way: str | None = None
    goes_to: str | None = None
    names: Mapping[str, int] = field(default_factory=dict)
    warehouse_id: str | None = None
    people: Mapping[str, str] = field(default_factory=dict)


def with_names(choice: Choice, names: Mapping[str, str]) -> Choice:
    """A choice with the names of its engineers."""
    others = tuple(replace(one, people=_of(names, one.engineer_id)) for one in choice.alternatives)
    spoken_of = (choice.engineer_id, *(one.engineer_id for one in others))
    return replace(choice, alternatives=others, people=_of(names, *spoken_of))


def change_with_names(change: WhatIf, names: Mapping[str, str]) -> WhatIf:
    """A change with the names of its engineers."""
    return replace(change, people=_of(names, change.engineer_id, change.goes_to or ""))


def _of(names: Mapping[str, str], *ids: str) -> dict[str, str]:
    return {id_: names[id_] for id_ in ids if id_ in names}
