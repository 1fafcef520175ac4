"""Plans: drafts, what was published, and the visits that found no place."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, UniqueConstraint
from sqlmodel import Field

from models.columns import Row, choice, document, moment, reference


class PlanState(StrEnum):
    """The life of a plan. One published plan per territory is current; the earlier ones are superseded."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"


class Plan(Row, table=True):
    """One optimisation of one territory.

    Attributes:
        number: The territory's count of plans.
        horizon_start: The moment that is second 0 of ``problem`` and ``plan``.
        problem, plan: The scheduler's documents.
        visit_versions: Visit id to the version that was planned; publishing leaves alone what changed since.
        score: Cost by objective.
        bound: A proven lower bound of the cost; None when there is none.
        seconds: How long the solver took.
    """

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("territory_id", "number"),)
    id: str = Field(primary_key=True)
    territory_id: str = reference("territory.id")
    number: int
    state: PlanState = choice(PlanState)
    reason: str = ""
    engine: str
    horizon_start: datetime = moment()
    problem: dict[str, Any] = document()
    plan: dict[str, Any] = document()
    visit_versions: dict[str, int] = document()
    score: dict[str, Any] = document()
    cost: int = Field(sa_column=Column(BigInteger, nullable=False))
    bound: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    seconds: float
    created_at: datetime = moment()
    published_at: datetime | None = moment(optional=True)
    published_by: str | None = None


class UnassignedVisit(Row, table=True):
    """A visit that a plan could not place, with the reasons, each verified."""

    __tablename__ = "unassigned_visit"
    plan_id: str = reference("plan.id", key=True)
    visit_id: str = reference("visit.id", key=True, index=True)
    reasons: list[dict[str, Any]] = document()
