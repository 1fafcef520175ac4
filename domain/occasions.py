"""Which events somebody is told of, and who. Pure: an event in, notices out."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from domain.messages import EventDraft
from domain.people import Role
from domain.vocabulary import Decision, Outcome


class Occasion(StrEnum):
    """Why somebody is told something; each has words of its own."""

    REGISTERED = "registered"
    QUOTE = "quote"
    VISIT_BOOKED = "visit_booked"
    VISIT_MOVED = "visit_moved"
    VISIT_UNPLANNED = "visit_unplanned"
    VISIT_CANCELLED = "visit_cancelled"
    ON_THE_WAY = "on_the_way"
    PLEASE_CONFIRM = "please_confirm"
    PLEASE_RATE = "please_rate"
    ESCALATION = "escalation"
    TIME_ASKED = "time_asked"


_CUSTOMER = frozenset({"number", "product", "company", "link"})
_VISIT = _CUSTOMER | {"engineer", "window"}
_STAFF = frozenset({"number", "role"})
FIELDS: dict[Occasion, frozenset[str]] = {
    Occasion.REGISTERED: _CUSTOMER,
    Occasion.QUOTE: _CUSTOMER | {"amount"},
    Occasion.VISIT_BOOKED: _VISIT,
    Occasion.VISIT_MOVED: _VISIT,
    Occasion.VISIT_UNPLANNED: _CUSTOMER,
    Occasion.VISIT_CANCELLED: _CUSTOMER,
    Occasion.ON_THE_WAY: _CUSTOMER | {"engineer", "arrival"},
    Occasion.PLEASE_CONFIRM: _CUSTOMER,
    Occasion.PLEASE_RATE: _CUSTOMER,
    Occasion.ESCALATION: _STAFF | {"subject"},
    Occasion.TIME_ASKED: _STAFF,
}
"""What the words of each occasion may name. None of it is a name, phone or address of the customer."""

PROMISED = (Occasion.VISIT_BOOKED, Occasion.VISIT_MOVED)
"""After one of these the customer expects somebody at a certain time."""


@dataclass(frozen=True)
class Notice:
    """Something to tell.

    Attributes:
        key: Unique within the case: the same key is told once.
        role: Who is told; None is the customer.
        urgent: Not held back by quiet hours.
        takes_back: Told only if the customer was promised a visit before.
        subject: What is overdue, for an escalation: the name of a step or of a clock.
    """

    occasion: Occasion
    key: str
    role: Role | None = None
    urgent: bool = False
    takes_back: bool = False
    subject: str = ""


def notices(event: EventDraft, command_id: str, visit_id: str | None) -> list[Notice]:
    """What an event makes worth telling; mostly nothing.

    Args:
        command_id: The command that caused it: together with the kind it tells two such events apart.
    """
    tell = _TOLD.get(event.kind)
    return tell(event, command_id, visit_id or "") if tell else []


_Tell = Callable[[EventDraft, str, str], list[Notice]]


def _once(occasion: Occasion) -> _Tell:
    return lambda _event, _command, _visit: [Notice(occasion, occasion)]


def _each(occasion: Occasion) -> _Tell:
    return lambda _event, command, _visit: [Notice(occasion, f"{occasion}:{command}")]


def _quoted(event: EventDraft, command: str, _visit: str) -> list[Notice]:
    if event.data.get("decision") == Decision.REMOTE:
        return [Notice(Occasion.PLEASE_CONFIRM, f"{Occasion.PLEASE_CONFIRM}:{command}")]
    if event.data.get("decision") == Decision.ON_SITE and event.data.get("quote_cents"):
        return [Notice(Occasion.QUOTE, f"{Occasion.QUOTE}:{command}")]
    return []


def _confirmed_visit(_event: EventDraft, command: str, visit: str) -> list[Notice]:
    return [Notice(Occasion.VISIT_BOOKED, f"visit:{visit}:{command}")]


def _lost(_event: EventDraft, command: str, visit: str) -> list[Notice]:
    return [Notice(Occasion.VISIT_UNPLANNED, f"visit:{visit}:{command}", takes_back=True)]


def _called_off(_event: EventDraft, command: str, visit: str) -> list[Notice]:
    return [Notice(Occasion.VISIT_CANCELLED, f"visit:{visit}:{command}", takes_back=True)]


def _on_the_way(_event: EventDraft, _command: str, visit: str) -> list[Notice]:
    return [Notice(Occasion.ON_THE_WAY, f"{Occasion.ON_THE_WAY}:{visit}", urgent=True)]


def _finished(event: EventDraft, command: str, _visit: str) -> list[Notice]:
    if event.data.get("outcome") != Outcome.FIXED:
        return []
    return [Notice(Occasion.PLEASE_CONFIRM, f"{Occasion.PLEASE_CONFIRM}:{command}")]


_ROLES = {"team_lead": Role.TEAM_LEAD, "manager": Role.MANAGER, "director": Role.DIRECTOR}


def _escalated(event: EventDraft, command: str, visit: str) -> list[Notice]:
    role = _ROLES.get(str(event.data.get("rung")))
    if role is None:
        return []  # the owner sees it in the list of open work
    key = f"{Occasion.ESCALATION}:{visit}:{command}"
    return [Notice(Occasion.ESCALATION, key, role, urgent=True, subject=str(event.data.get("subject", "")))]


def _asked(_event: EventDraft, command: str, _visit: str) -> list[Notice]:
    return [Notice(Occasion.TIME_ASKED, f"{Occasion.TIME_ASKED}:{command}", Role.DISPATCHER, urgent=True)]


_TOLD: dict[str, _Tell] = {
    "registered": _once(Occasion.REGISTERED),
    "decided": _quoted,
    "accepted": _confirmed_visit,
    "booking_lost": _lost,
    "declined": _lost,
    "visit_cancelled": _called_off,
    "departed": _on_the_way,
    "visit_done": _finished,
    "settled": _finished,
    "solved_remotely": _each(Occasion.PLEASE_CONFIRM),
    "confirmed": _once(Occasion.PLEASE_RATE),
    "confirmed_by_silence": _once(Occasion.PLEASE_RATE),
    "step_escalated": _escalated,
    "clock_escalated": _escalated,
    "time_asked": _asked,
}
