"""Cases as lists, screens and reports see them, with their clocks."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Index, Sequence, text
from sqlmodel import Field

from domain.clock import ClockName, PauseReason
from domain.people import Role
from domain.sla import SlaState
from domain.vocabulary import CaseKind, CaseState, Category, Channel, Decision, Outcome, Severity, Warranty
from models.columns import Row, choice, document, moment, reference

CASE_NUMBER = Sequence("case_number", start=100_001, metadata=Row.metadata)
IS_OPEN = text("closed_at IS NULL")
"""A case is closed at the moment at which its state becomes final."""
PARTY_NUMBER = Sequence("party_number", start=100_001, metadata=Row.metadata)
"""Numbers customers, contacts, sites and installed products that registration creates."""


class Case(Row, table=True):
    """A case's current state, written by its workflow.

    Attributes:
        source: Where ``external_ref`` is unique: the prefix of an imported case's id, else the channel.
        registration: What was registered. Contact and address are part of it only while ``problems`` keep it from
            being complete.
        next_step: What somebody must do now; ``responsible`` must do it until ``due_at``. ``step_number`` counts
            the steps of the case.
        sla_state: The worst state among the clocks when the row was written.
        sla_due_at: When the next running clock breaches, or breached; ``sla_clock`` is that clock.
        sla_warn_at: When the first of the running clocks warns, or warned.
        sla_jeopardy: Whether the plan misses a running clock. What time alone changes is compared with the clock on
            the wall when the row is read (``models.screens.standing``).
        version: The workflow's count of changes; the row never goes back.
    """

    __tablename__ = "service_case"
    __table_args__ = (
        Index("service_case_external_ref_key", "source", "external_ref", unique=True),
        Index("service_case_opened_at_idx", "opened_at", "id"),
        Index("service_case_territory_state_idx", "territory_id", "state"),
        Index("service_case_product_closed_idx", "installed_product_id", "closed_at"),
        Index("service_case_hurts_idx", "sla_due_at", "id", postgresql_where=IS_OPEN),
        Index("service_case_territory_hurts_idx", "territory_id", "sla_due_at", "id", postgresql_where=IS_OPEN),
        Index("service_case_open_idx", "opened_at", "id", postgresql_where=IS_OPEN),
        Index("service_case_closed_at_idx", "closed_at"),
        Index("service_case_site_idx", "site_id", "product_model_code"),
        Index("service_case_model_idx", "product_model_code", "error_code", "opened_at"),
        Index("service_case_knowledge_idx", "product_model_code", "closed_at"),
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction"),
    )
    id: str = Field(primary_key=True)
    channel: Channel = choice(Channel)
    source: str
    external_ref: str | None = None
    symptom: str = ""
    error_code: str = ""
    customer_id: str | None = reference("customer.id", optional=True, index=True)
    contact_id: str | None = reference("contact.id", optional=True)
    site_id: str | None = reference("site.id", optional=True)
    installed_product_id: str | None = reference("installed_product.id", optional=True)
    product_model_code: str | None = reference("product_model.code", optional=True)
    territory_id: str | None = reference("territory.id", optional=True)
    windows: list[dict[str, Any]] = document()
    registration: dict[str, Any] | None = document(optional=True)
    problems: list[dict[str, Any]] = document()
    kind: CaseKind | None = choice(CaseKind, optional=True)
    category: Category | None = choice(Category, optional=True)
    severity: Severity | None = choice(Severity, optional=True)
    warranty: Warranty = choice(Warranty)
    repeat_of: str | None = reference("service_case.id", optional=True)
    state: CaseState = choice(CaseState, index=True)
    state_since: datetime = moment()
    next_step: str | None = None
    step_number: int = 0
    step_since: datetime | None = moment(optional=True)
    responsible: Role = choice(Role)
    due_at: datetime | None = moment(optional=True, index=True)
    sla_state: SlaState = choice(SlaState)
    sla_due_at: datetime | None = moment(optional=True)
    sla_clock: ClockName | None = choice(ClockName, optional=True)
    sla_warn_at: datetime | None = moment(optional=True)
    sla_jeopardy: bool = False
    diagnosis: dict[str, Any] | None = document(optional=True)
    decision: Decision | None = choice(Decision, optional=True)
    ruling: dict[str, Any] | None = document(optional=True)
    quote_cents: int = 0
    open_visit_id: str | None = None
    visits: int = 0
    outcome: Outcome | None = choice(Outcome, optional=True)
    closing_note: str = ""
    satisfaction: int | None = None
    reopened: int = 0
    call_back_from: datetime | None = moment(optional=True)
    labour_cents: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    travel_cents: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    parts_cents: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    opened_at: datetime = moment()
    closed_at: datetime | None = moment(optional=True)
    updated_at: datetime = moment()
    version: int = 0


class SlaClock(Row, table=True):
    """One promise of one case, as it stood when the row was written.

    Attributes:
        used_seconds: Time that had counted by then.
        due_at, warn_at: None while an open pause leaves them open.
        predicted: When the published plan expects the promise to be met.
        stops: Earlier stops that a reopening took back, as ``[{"start": ..., "end": ...}]``.
    """

    __tablename__ = "sla_clock"
    __table_args__ = (
        Index("sla_clock_stopped_at_idx", "stopped_at"),
        CheckConstraint("target_seconds > 0", name="target"),
    )
    case_id: str = reference("service_case.id", key=True)
    name: ClockName = choice(ClockName, key=True)
    target_seconds: int = Field(sa_column=Column(BigInteger, nullable=False))
    calendar: str
    remedy: str = ""
    started_at: datetime = moment()
    stopped_at: datetime | None = moment(optional=True)
    warn_at: datetime | None = moment(optional=True)
    due_at: datetime | None = moment(optional=True, index=True)
    predicted: datetime | None = moment(optional=True)
    state: SlaState = choice(SlaState)
    used_seconds: float = 0.0
    stops: list[dict[str, Any]] = document()


class ClockPause(Row, table=True):
    """A stretch that does not count for one clock, and why; open without an end."""

    __tablename__ = "clock_pause"
    __table_args__ = (
        ForeignKeyConstraint(["case_id", "clock"], ["sla_clock.case_id", "sla_clock.name"], ondelete="CASCADE"),
        Index("clock_pause_open_idx", "reason", "case_id", postgresql_where=text("ended_at IS NULL")),
    )
    case_id: str = Field(primary_key=True)
    clock: ClockName = choice(ClockName, key=True)
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    reason: PauseReason = choice(PauseReason)
    started_at: datetime = moment()
    ended_at: datetime | None = moment(optional=True)
