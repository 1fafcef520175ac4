"""Visits and their bookings: who is where, when."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Computed, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint
from sqlmodel import Field

from domain.people import Role
from domain.vocabulary import BookingState, Outcome, PinKind, Severity, VisitState
from models.columns import Row, choice, document, moment, reference

OCCUPYING = tuple(state for state in BookingState if state.occupies)
"""The states in which a booking takes its engineer's time."""

OCCUPIES = text(f"state IN ({', '.join(repr(state.value) for state in OCCUPYING)})")


class Visit(Row, table=True):
    """A visit's current state, written by its workflow, and what the planner must know about it.

    Attributes:
        skills: Skill to least level.
        parts: ``[{"sku": ..., "quantity": ...}]``.
        windows: ``[{"start": ..., "end": ...}]``; empty means any time.
        earliest: Not before; None means at once.
        after_visit_id: The first part of the job that this visit is the second part of.
        latest_sla_end: When the visit must be over for the case's resolve promise.
        priority: 1 (can wait) to 5 (most urgent).
        booking_id: The booking that the workflow knew of at its last change; the current one is the row of
            ``Booking`` that occupies, which may be newer.
        checklist_edition, checklist_id: The checklist with which the work began; None before, and without one.
        version: Counts every change that a plan must know of; publishing checks it.
        progress_version: The workflow's own count of changes; the row never goes back.
    """

    __tablename__ = "visit"
    __table_args__ = (
        Index("visit_territory_state_idx", "territory_id", "state"),
        Index("visit_finished_at_idx", "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
        UniqueConstraint("after_visit_id"),
        CheckConstraint("duration_seconds > 0", name="duration"),
        CheckConstraint("priority BETWEEN 1 AND 5", name="priority"),
        CheckConstraint("(checklist_edition IS NULL) = (checklist_id IS NULL)", name="checklist"),
    )
    id: str = Field(primary_key=True)
    case_id: str = reference("service_case.id", index=True)
    territory_id: str = reference("territory.id")
    site_id: str = reference("site.id")
    number: int = 1
    state: VisitState = choice(VisitState)
    state_since: datetime = moment()
    next_step: str | None = None
    step_number: int = 0
    step_since: datetime | None = moment(optional=True)
    responsible: Role = choice(Role)
    due_at: datetime | None = moment(optional=True)
    severity: Severity = choice(Severity)
    priority: int
    duration_seconds: int
    skills: dict[str, int] = document()
    tools: list[str] = document()
    parts: list[dict[str, Any]] = document()
    windows: list[dict[str, Any]] = document()
    earliest: datetime | None = moment(optional=True)
    latest_sla_end: datetime | None = moment(optional=True)
    dispatch_due: datetime | None = moment(optional=True)
    on_site_due: datetime | None = moment(optional=True)
    preferred_engineer_id: str | None = reference("engineer.id", optional=True)
    excluded_engineers: list[str] = document()
    after_visit_id: str | None = reference("visit.id", optional=True)
    booking_id: str | None = None
    offers: int = 0
    requested_at: datetime = moment()
    offered_at: datetime | None = moment(optional=True)
    accepted_at: datetime | None = moment(optional=True)
    departed_at: datetime | None = moment(optional=True)
    arrived_at: datetime | None = moment(optional=True)
    finished_at: datetime | None = moment(optional=True)
    checklist_edition: int | None = reference("checklist_edition.version", optional=True)
    checklist_id: str | None = None
    outcome: Outcome | None = choice(Outcome, optional=True)
    report: dict[str, Any] | None = document(optional=True)
    labour_cents: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    travel_cents: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    parts_cents: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    updated_at: datetime = moment()
    version: int = 0
    progress_version: int = 0


class Booking(Row, table=True):
    """A visit's place in an engineer's day. A changed plan releases a booking and makes another.

    The database refuses two bookings that occupy one engineer at the same time, and two that occupy one visit.
    The first rule is checked at the end of each statement; a transaction that swaps bookings may defer it with
    ``SET CONSTRAINTS booking_engineer_excl DEFERRED``.

    Attributes:
        arrival, finish: Planned work on site; after the visit, the actual times.
        during: ``[arrival, finish)``, kept by the database.
        travel_seconds: The engineer leaves this long before ``arrival``.
        window_start, window_end: The arrival window that the customer is told.
        plan_id: The plan that made it; None when a person did.
        pin: What planning may not change about it. A person who moves a visit fixes both engineer and time.
        made_by_role, made_by, reason: Who made it, and why.
        predicted_arrival, predicted_finish: What the engineer's progress makes of the planned times.
    """

    __tablename__ = "booking"
    __table_args__ = (
        ExcludeConstraint(
            ("engineer_id", "="),
            ("during", "&&"),
            name="booking_engineer_excl",
            using="gist",
            where=OCCUPIES,
            deferrable=True,
            initially="IMMEDIATE",
        ),
        Index("booking_visit_occupied_key", "visit_id", unique=True, postgresql_where=OCCUPIES),
        Index("booking_engineer_arrival_idx", "engineer_id", "arrival"),
        CheckConstraint("arrival < finish OR (arrival = finish AND state IN ('done', 'released'))", name="order"),
        CheckConstraint("(window_start IS NULL) = (window_end IS NULL)", name="window"),
        CheckConstraint("travel_seconds >= 0", name="travel"),
    )
    id: str = Field(primary_key=True)
    visit_id: str = reference("visit.id", index=True)
    engineer_id: str = reference("engineer.id")
    number: int
    arrival: datetime = moment()
    finish: datetime = moment()
    during: Any = Field(
        default=None, sa_column=Column(TSTZRANGE(), Computed("tstzrange(arrival, finish)", persisted=True))
    )
    travel_seconds: int = 0
    window_start: datetime | None = moment(optional=True)
    window_end: datetime | None = moment(optional=True)
    state: BookingState = choice(BookingState)
    plan_id: str | None = reference("plan.id", optional=True)
    pin: PinKind | None = choice(PinKind, optional=True)
    predicted_arrival: datetime | None = moment(optional=True)
    predicted_finish: datetime | None = moment(optional=True)
    made_by_role: Role = choice(Role)
    made_by: str
    reason: str = ""
    made_at: datetime = moment()
    ended_at: datetime | None = moment(optional=True)
    end_reason: str = ""
