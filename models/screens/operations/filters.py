"""Which cases a list shows: the chips above the list, the search box, and what a figure or a chart leads to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlmodel import col

from domain.clock import ClockName
from domain.people import Role
from domain.sla import SlaState
from domain.vocabulary import CaseKind, CaseState, Outcome, Severity, VisitState
from models import tables as t
from models.reach import EVERYTHING, Reach
from models.screens.operations.waiting import WaitingFor, waits_for
from models.screens.standing import stands_in

Condition = ColumnElement[bool]


class Kept(StrEnum):
    """How a promise that is over ended."""

    KEPT = "kept"
    MISSED = "missed"


@dataclass(frozen=True)
class Span:
    """Moments from ``start`` on, before ``end``; None leaves an end open."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, moment: Any) -> list[Condition]:
        """What it asks of a moment."""
        found: list[Condition] = []
        if self.start is not None:
            found.append(moment >= self.start)
        if self.end is not None:
            found.append(moment < self.end)
        return found


@dataclass(frozen=True)
class CaseQuery:
    """Which cases a list shows. What is empty or None does not restrict it.

    Attributes:
        clocks: The clock that hurts next is one of these.
        text: Words that the number, model, symptom or neighbourhood contains, each of them somewhere.
        overdue: Only cases whose next step is due.
        closed: Closed cases too; otherwise open ones only.
        engineer: Only cases whose visit is booked with this engineer and not over.
        opened: When the case was opened.
        promise, promise_in: A promise that ended so, in that time.
        visited_in: A visit was finished in that time.
        solved_in: A visit that was finished in that time solved it, which is what it stands at.
        first_time: Whether the first visit solved it for good.
        reach: What the caller may see at all.
    """

    territories: tuple[str, ...] = ()
    states: tuple[CaseState, ...] = ()
    sla: tuple[SlaState, ...] = ()
    clocks: tuple[ClockName, ...] = ()
    responsible: tuple[Role, ...] = ()
    kinds: tuple[CaseKind, ...] = ()
    severities: tuple[Severity, ...] = ()
    waiting: tuple[WaitingFor, ...] = ()
    text: str = ""
    overdue: bool = False
    closed: bool = False
    model: str | None = None
    error_code: str | None = None
    engineer: str | None = None
    opened: Span = Span()
    promise: Kept | None = None
    promise_in: Span = Span()
    visited_in: Span = Span()
    solved_in: Span = Span()
    first_time: bool | None = None
    reach: Reach = EVERYTHING


Drill = dict[str, list[str]]
"""Filters as the list's query parameters: what a figure or a bar leads to."""

SINGULAR = {
    "territories": "territory",
    "states": "state",
    "clocks": "clock",
    "kinds": "kind",
    "severities": "severity",
}


def drill(wanted: CaseQuery) -> Drill:
    """A query as query parameters; what does not restrict it is left out."""
    found: Drill = {}
    for name, value in vars(wanted).items():
        if name == "reach":
            continue
        key = SINGULAR.get(name, name).removesuffix("_in")
        if isinstance(value, Span):
            ends = {f"{key}_from": value.start, f"{key}_to": value.end}
            found |= {end: [moment.isoformat()] for end, moment in ends.items() if moment is not None}
        elif isinstance(value, tuple):
            found |= {key: [str(one) for one in value]} if value else {}
        elif isinstance(value, bool):
            found |= {key: [str(value).lower()]} if value or name == "first_time" else {}
        elif value not in {None, ""}:
            found[key] = [str(value)]
    return found


FACETS = ("territories", "states", "sla", "clocks", "responsible", "kinds", "severities", "waiting")
"""The filters whose choices are counted."""


def facet(wanted: CaseQuery, name: str, now: datetime) -> Condition | None:
    """What one of the ``FACETS`` asks of a case; None when nothing is chosen."""
    row = t.Case
    chosen: tuple[str, ...] = getattr(wanted, name)
    if not chosen:
        return None
    if name == "sla":
        return stands_in(wanted.sla, now)
    if name == "waiting":
        return or_(*(waits_for(kind) for kind in wanted.waiting))
    column = {
        "territories": col(row.territory_id),
        "states": col(row.state),
        "clocks": col(row.sla_clock),
        "responsible": col(row.responsible),
        "kinds": col(row.kind),
        "severities": col(row.severity),
    }[name]
    return column == chosen[0] if len(chosen) == 1 else column.in_(chosen)


def conditions(wanted: CaseQuery, now: datetime) -> list[Condition]:
    """Everything that a list asks of a case."""
    chosen = [facet(wanted, name, now) for name in FACETS]
    return [*base(wanted, now), *(one for one in chosen if one is not None)]


def base(wanted: CaseQuery, now: datetime) -> list[Condition]:
    """What is asked of a case beside the facets."""
    row = t.Case
    asked: list[Condition] = [] if wanted.reach.is_everything else [wanted.reach.cases]
    asked += [] if wanted.closed else [col(row.closed_at).is_(None)]
    if wanted.overdue:
        asked += [col(row.due_at) < now, col(row.closed_at).is_(None)]
    if wanted.model is not None:
        asked.append(col(row.product_model_code) == wanted.model)
    if wanted.error_code is not None:
        asked.append(col(row.error_code) == wanted.error_code)
    if wanted.engineer is not None:
        asked.append(_booked_with(wanted.engineer))
    asked += wanted.opened.holds(col(row.opened_at))
    asked += [_contains(word) for word in wanted.text.split()]
    if wanted.promise is not None:
        asked.append(_promise(wanted.promise, wanted.promise_in))
    if wanted.visited_in != Span():
        asked.append(_visited(wanted.visited_in))
    if wanted.solved_in != Span() or wanted.first_time is not None:
        asked.append(_solved(wanted.solved_in))
    if wanted.first_time is not None:
        asked.append(first_time() if wanted.first_time else ~first_time())
    return asked


def _contains(word: str) -> Condition:
    row = t.Case
    places = select(col(t.Site.id)).where(col(t.Site.neighbourhood).icontains(word, autoescape=True))
    return or_(
        col(row.id).icontains(word, autoescape=True),
        col(row.product_model_code).icontains(word, autoescape=True),
        col(row.symptom).icontains(word, autoescape=True),
        col(row.site_id).in_(places),
    )


def _booked_with(engineer: str) -> Condition:
    booking = t.Booking
    booked = select(col(booking.visit_id)).where(
        col(booking.engineer_id) == engineer, col(booking.state).in_(t.OCCUPYING)
    )
    return col(t.Case.open_visit_id).in_(booked)


def _promise(ended: Kept, when: Span) -> Condition:
    """``kept`` and ``missed`` are what the clock's state says once it has stopped."""
    clock = t.SlaClock
    asked = select(col(clock.case_id)).where(
        col(clock.state) == SlaState(ended.value), *when.holds(col(clock.stopped_at))
    )
    return col(t.Case.id).in_(asked)


def _visited(when: Span) -> Condition:
    visit = t.Visit
    done = select(col(visit.case_id)).where(col(visit.state) == VisitState.DONE, *when.holds(col(visit.finished_at)))
    return col(t.Case.id).in_(done)


def _solved(when: Span) -> Condition:
    return exists().where(col(t.Visit.case_id) == col(t.Case.id), *solves(), *when.holds(col(t.Visit.finished_at)))


def solves() -> list[Condition]:
    """What makes a visit the one that solved its case."""
    row, visit = t.Case, t.Visit
    return [
        col(visit.outcome) == Outcome.FIXED,
        col(row.outcome) == Outcome.FIXED,
        col(visit.number) == col(row.visits),
    ]


def first_time() -> Condition:
    """Whether one visit was enough and the customer did not reopen the case."""
    return and_(col(t.Case.visits) == 1, col(t.Case.reopened) == 0)
