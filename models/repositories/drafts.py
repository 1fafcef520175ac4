"""Draft plans: stored once under their id, read back for publishing and for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.because import WhyNot
from domain.draft import PlanDraft
from domain.errors import NotFoundError
from domain.ids import PlanId, TerritoryId, VisitId
from models import tables as t
from models.documents import from_json, to_json


@dataclass(frozen=True)
class Worked:
    """What a draft was made from, as the scheduler's documents.

    Attributes:
        origin: Second 0 of both documents.
        problem: The problem without its matrices, and the places that they are made of.
        solution: The scheduler's plan; None if there was nothing to place.
        versions: Version of each open visit that was seen.
        bound: A proven lower bound of the cost.
    """

    origin: datetime
    problem: Mapping[str, Any]
    solution: Mapping[str, Any] | None
    versions: Mapping[VisitId, int]
    bound: int | None = None


async def last_number(session: AsyncSession, territory: TerritoryId) -> int:
    """The number of a territory's newest plan, published or not; 0 when there is none."""
    newest = select(func.max(col(t.Plan.number))).where(col(t.Plan.territory_id) == territory)
    return await session.scalar(newest) or 0


async def store_draft(session: AsyncSession, draft: PlanDraft, worked: Worked) -> PlanDraft:
    """Store a draft under its id. A second one with the same id changes nothing: the stored one is returned."""
    row = {
        "id": draft.id,
        "territory_id": draft.territory,
        "number": draft.number,
        "state": t.PlanState.DRAFT,
        "reason": draft.reason,
        "engine": draft.engine,
        "horizon_start": worked.origin,
        "problem": dict(worked.problem),
        "plan": {"draft": to_json(PlanDraft, draft), "solution": worked.solution, "outcome": None},
        "visit_versions": dict(worked.versions),
        "score": dict(draft.score),
        "cost": draft.cost,
        "bound": worked.bound,
        "seconds": draft.seconds,
        "created_at": draft.made_at,
    }
    stored = upsert(t.Plan).values(row).on_conflict_do_nothing().returning(col(t.Plan.id))
    if await session.scalar(stored) is None:
        return await draft_of(session, draft.id)
    if draft.left_out:
        reasons = [
            {"plan_id": draft.id, "visit_id": out.visit, "reasons": to_json(tuple[WhyNot, ...], out.reasons)}
            for out in draft.left_out
        ]
        await session.execute(insert(t.UnassignedVisit), reasons)
    return draft


async def find_draft(session: AsyncSession, plan_id: PlanId) -> PlanDraft | None:
    """The draft with this id, published or not; None if there is none."""
    document = await session.scalar(select(col(t.Plan.plan)).where(col(t.Plan.id) == plan_id))
    return None if document is None else from_json(PlanDraft, document["draft"])


async def draft_of(session: AsyncSession, plan_id: PlanId) -> PlanDraft:
    """The draft with this id, published or not.

    Raises:
        NotFoundError: There is no such plan.
    """
    found = await find_draft(session, plan_id)
    if found is None:
        raise NotFoundError("plan", plan_id)
    return found
