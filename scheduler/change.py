"""What could be changed so that a visit that was left out gets a place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from scheduler.problem import Window
from scheduler.units import Seconds


class ChangeKind(StrEnum):
    """What is changed. The order is that of the effort: what is easiest to agree on comes first."""

    MOVE = "move"
    """Another visit is moved to another place in the plan."""
    LONGER = "longer"
    """An engineer works longer than the limit of the overtime."""
    LONGER_TOUR = "longer_tour"
    """From leaving to coming back an engineer takes longer than agreed."""
    MORE_VISITS = "more_visits"
    """An engineer does more visits in a shift than agreed."""
    LATER = "later"
    """The customer, or who pinned the visit, accepts a later start."""
    EARLIER = "earlier"
    """The customer, or who pinned the visit, accepts an earlier start."""
    SENT = "sent"
    """Parts are at the customer's by a certain moment."""
    STOCKED = "stocked"
    """A warehouse has more units of parts."""
    GIVE_UP = "give_up"
    """A visit that is not more urgent is left out instead."""
    UNPIN = "unpin"
    """The pin of the visit is taken off."""
    ALLOW = "allow"
    """An engineer who is excluded, or not among the required ones, may come."""
    TOOLS = "tools"
    """An engineer gets tools."""
    CERTIFICATE = "certificate"
    """A certificate is renewed."""
    SKILL = "skill"
    """An engineer has a skill, or more of it."""


@dataclass(frozen=True)
class Change:
    """The smallest change of one kind that lets a visit in, verified by planning it.

    Attributes:
        visit_id: the visit that gets a place.
        engineer: who then comes, in the shift ``shift_index``; the work starts at ``start``.
        sentence: in words, for the dispatcher; times are relative, as a plan knows no dates.
        amount: how much is changed: seconds (``longer``, ``longer_tour``, ``later``, ``earlier``, ``certificate``),
            units (``stocked``, ``sent``), levels, tools or visits. A minute, unit, level, tool or visit less does not
            do.
        names: skills with the level, parts with the units, or tools (with 1) that are then there.
        window: the window that the customer then accepts; it contains the one it is made from.
        until: parts must be there at this moment, or certificates last to it. The latest (``sent``) or earliest
            (``certificate``) moment that will do.
        warehouse: where the parts are needed.
        other: the visit that gives way; it goes to ``other_engineer`` at ``other_start``, or is given up.
    """

    kind: ChangeKind
    visit_id: str
    engineer: str
    shift_index: int
    start: Seconds = 0
    sentence: str = ""
    amount: int = 1
    names: Mapping[str, int] = field(default_factory=dict)
    window: Window | None = None
    until: Seconds | None = None
    warehouse: str | None = None
    other: str | None = None
    other_engineer: str | None = None
    other_start: Seconds | None = None
