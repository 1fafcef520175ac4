"""Who acts: roles and actors."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The part somebody plays; ``SYSTEM`` stands for a workflow that acts by itself."""

    AGENT = "agent"
    DISPATCHER = "dispatcher"
    ENGINEER = "engineer"
    STOCK_KEEPER = "stock_keeper"
    OPERATIONS = "operations"
    TEAM_LEAD = "team_lead"
    MANAGER = "manager"
    DIRECTOR = "director"
    ADMIN = "admin"
    CUSTOMER = "customer"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Somebody who gives a command: a role and an id without personal data."""

    role: Role
    id: str


SYSTEM = Actor(Role.SYSTEM, "callout")

PEOPLE = tuple(role for role in Role if role not in {Role.SYSTEM, Role.CUSTOMER})
"""The roles that somebody who signs in can have."""
