"""Open steps: at every moment each open case has one next step, one responsible role and one due time.

A step that nobody does in time escalates up the ladder; each announcement has a key, so that it is made once.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.escalation import Ladder, Rung, escalation_times
from domain.people import Role


@dataclass(frozen=True)
class OpenStep:
    """The next thing that somebody must do.

    Attributes:
        name: What is to be done, e.g. ``classify`` or ``accept_offer``.
        responsible: The role that must act.
        since: When the step opened.
        due_at: By when it must be done.
        number: Counts the steps of one workflow, so that a repeated step announces anew.
        escalates: Whether lateness climbs the ladder; a step that silence itself concludes does not.
    """

    name: str
    responsible: Role
    since: datetime
    due_at: datetime
    number: int = 1
    escalates: bool = True


@dataclass(frozen=True)
class Announcement:
    """Something that time alone made true: a step overdue, a clock's warning, breach or escalation.

    Attributes:
        key: Unique within the workflow; makes the record idempotent.
        kind: Event kind, e.g. ``step_escalated`` or ``clock_breached``.
        at: When it became true.
        subject: The step's or the clock's name.
        rung: Whom the escalation reaches, if it is one.
    """

    key: str
    kind: str
    at: datetime
    subject: str
    rung: Rung | None = None


ROLE_OF_RUNG = {
    Rung.OWNER: None,
    Rung.TEAM_LEAD: Role.TEAM_LEAD,
    Rung.MANAGER: Role.MANAGER,
    Rung.DIRECTOR: Role.DIRECTOR,
}


def responsible_at(step: OpenStep, rung: Rung | None) -> Role:
    """Who answers for a step after it has been escalated to ``rung``; the owner keeps it on the first rung."""
    return (ROLE_OF_RUNG[rung] if rung else None) or step.responsible


def step_announcements(step: OpenStep, ladder: Ladder) -> list[Announcement]:
    """Every escalation that a step meets if it stays undone, in time order."""
    if not step.escalates:
        return []
    return [
        Announcement(f"step:{step.number}:{step.name}:{rung}", "step_escalated", at, step.name, rung)
        for at, rung in escalation_times(ladder, step.due_at)
    ]
