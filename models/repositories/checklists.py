"""The company's checklists, edition by edition, and which one a visit carries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.checklists import Checklist, Checklists, check
from domain.errors import InvalidInputError
from domain.invalid import problems
from domain.visit import VisitReport
from domain.vocabulary import VisitState
from models import tables as t

NONE = Checklists()
LOCK = "checklists"
"""What two administrators who change the checklists wait for."""


@dataclass(frozen=True)
class Edition:
    """The checklists as they were from a moment on; version 0 while nobody has kept any."""

    version: int = 0
    checklists: Checklists = NONE
    made_at: datetime | None = None
    made_by: str = ""


def checked(document: Any) -> Checklists:
    """Checklists from a document.

    Raises:
        InvalidInputError: They break rules; every field is named, as ``lists.0.items.2.label``.
    """
    try:
        return Checklists.model_validate(document)
    except ValidationError as error:
        found = problems(error, "checklists")
        raise InvalidInputError(**found[0], errors=found) from error


async def newest(session: AsyncSession) -> Edition:
    """The edition that counts now."""
    row = t.ChecklistEdition
    return _edition(await session.scalar(select(row).order_by(col(row.version).desc()).limit(1)))


async def store(session: AsyncSession, checklists: Checklists, now: datetime, by: str) -> Edition:
    """Make another edition. Whoever calls holds ``LOCK``. Visits whose work has begun keep theirs."""
    document = checklists.model_dump(mode="json")
    version = (await newest(session)).version + 1
    session.add(t.ChecklistEdition(version=version, checklists=document, made_at=now, made_by=by))
    await session.flush()
    return Edition(version, checklists, now, by)


async def pin(session: AsyncSession, visit: t.Visit, seen: int | None) -> None:
    """Let a visit keep the checklist with which its work begins.

    Args:
        seen: The edition that the engineer has at hand, who may have been without a network when a newer one was
            made; the newest one where it is None, or unknown.
    """
    edition = await newest(session)
    if seen is not None and seen < edition.version:
        edition = _edition(await session.get(t.ChecklistEdition, seen))
    found = (await _matching(session, [visit], edition.checklists)).get(visit.id)
    visit.checklist_edition = edition.version if found else None
    visit.checklist_id = found.id if found else None


async def check_report(session: AsyncSession, visit: t.Visit, report: VisitReport) -> None:
    """Whether a report answers what the visit's checklist asks.

    Raises:
        InvalidInputError: An answer fits no item.
        ChecklistIncompleteError: Required items have no answer.
    """
    check((await carried(session, [visit])).get(visit.id), report.checklist, report.outcome)


async def carried(session: AsyncSession, visits: Iterable[t.Visit]) -> dict[str, Checklist]:
    """The checklists of visits, by visit: the one with which the work began, and before that the one of now."""
    given = list(visits)
    pinned = [visit for visit in given if visit.checklist_edition is not None]
    ahead = [visit for visit in given if visit.arrived_at is None and not visit.state.is_final]
    found = await _matching(session, ahead, (await newest(session)).checklists) if ahead else {}
    row = t.ChecklistEdition
    asked = select(row).where(col(row.version).in_({visit.checklist_edition for visit in pinned}))
    editions = {each.version: _edition(each).checklists for each in await session.scalars(asked)} if pinned else {}
    for visit in pinned:
        checklist = editions[visit.checklist_edition or 0].called(visit.checklist_id or "")
        if checklist is not None:
            found[visit.id] = checklist
    return found


async def visits_ahead(session: AsyncSession, checklists: Checklists) -> dict[str | None, int]:
    """How many visits whose work has not begun would carry each list, by its id; None: no list."""
    visit = t.Visit
    asked = select(visit).where(
        col(visit.arrived_at).is_(None), col(visit.state).not_in([VisitState.DONE, VisitState.CANCELLED])
    )
    ahead = list(await session.scalars(asked))
    found = await _matching(session, ahead, checklists)
    counts: dict[str | None, int] = {each.id: 0 for each in checklists.lists} | {None: 0}
    for one in ahead:
        counts[found[one.id].id if one.id in found else None] += 1
    return counts


async def _matching(session: AsyncSession, visits: Iterable[t.Visit], checklists: Checklists) -> dict[str, Checklist]:
    skills = {visit.id: visit.skills for visit in visits}
    if not skills or not checklists.lists:
        return {}
    visit, case, product = t.Visit, t.Case, t.InstalledProduct
    asked = (
        select(col(visit.id), col(case.kind), func.coalesce(product.model_code, case.product_model_code))
        .join(case, col(case.id) == col(visit.case_id))
        .outerjoin(product, col(product.id) == col(case.installed_product_id))
        .where(col(visit.id).in_(skills))
    )
    return {
        id_: found
        for id_, kind, model in await session.execute(asked)
        if (found := checklists.for_visit(kind, model, skills[id_])) is not None
    }


def _edition(row: t.ChecklistEdition | None) -> Edition:
    if row is None:
        return Edition()
    return Edition(row.version, checked(row.checklists), row.made_at, row.made_by)
