"""Cases like this one: duplicates and repeats before one is opened, and what helped before."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.vocabulary import Outcome
from models import tables as t
from models.reach import EVERYTHING, Reach

ALIKE = 0.3
"""Trigram similarity from which two symptoms count as worded alike."""
NEARBY_DEGREES = 0.0005
"""Two places within this, some 50 metres, are one."""
MOST = 20
KNOWN = 300
"""So many of a model's newest closed cases are looked through, and as many with the same error code."""


@dataclass(frozen=True)
class Sought:
    """What is known of a case that is about to be opened; empty or None where it is not."""

    installed_product_id: str = ""
    product_model: str = ""
    serial: str = ""
    symptom: str = ""
    error_code: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Alike:
    """A case that may be the same.

    Attributes:
        kind: ``duplicate`` (open) or ``repeat`` (closed within the policy's time).
        score: 0 to 1, for the order.
        reasons: Why it is shown, the strongest first: ``same_product``, ``same_place_and_model``,
            ``same_error_code``, ``same_symptom``.
    """

    case_id: str
    kind: str
    score: float
    reasons: list[str]
    state: str
    symptom: str
    error_code: str
    product_model: str | None
    opened_at: datetime
    closed_at: datetime | None
    next_step: str | None
    due_at: datetime | None


@dataclass(frozen=True)
class Hint:
    """What helped in a case like this.

    Attributes:
        reasons: ``same_error_code``, ``same_symptom``.
        solved_by: ``visit`` or ``remote``.
        done: What was done, in the words of who did it.
        parts: Part to quantity that was used.
        first_time: Whether one visit was enough.
    """

    case_id: str
    score: float
    reasons: list[str]
    symptom: str
    error_code: str
    solved_by: str
    done: str
    parts: dict[str, int]
    minutes: int | None
    first_time: bool
    closed_at: datetime


@dataclass(frozen=True)
class Check:
    """What is known already: cases that may be the same, and what helped before."""

    alike: list[Alike] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)


async def alike(
    session: AsyncSession, sought: Sought, now: datetime, within: timedelta, reach: Reach = EVERYTHING
) -> list[Alike]:
    """Open cases of the same product or of the same model at the same place, and closed ones whose fault is back.

    Args:
        within: How long after its end the same fault counts as a repeat.
        reach: Which cases may be shown.
    """
    product, place = await _products(session, sought), _place(sought)
    same_product = col(t.Case.installed_product_id).in_(product) if product else None
    model = sought.product_model or await _model_of(session, product)
    same_place = and_(col(t.Case.product_model_code) == model, place) if place is not None and model else None
    known = [one for one in (same_product, same_place) if one is not None]
    if not known:
        return []
    row = t.Case
    likeness = func.similarity(col(row.symptom), sought.symptom)
    asked = (
        select(row, likeness)
        .where(reach.cases, or_(*known), or_(col(row.closed_at).is_(None), col(row.closed_at) >= now - within))
        .order_by(col(row.opened_at).desc())
        .limit(MOST * 5)
    )
    found = [
        one for case, like in await session.execute(asked) if (one := _alike(case, like, sought, product)) is not None
    ]
    return sorted(found, key=lambda one: (-one.score, one.case_id))[:MOST]


async def hints(
    session: AsyncSession,
    model: str | None,
    symptom: str,
    error_code: str,
    limit: int = 5,
    without: str = "",
    reach: Reach = EVERYTHING,
) -> list[Hint]:
    """Closed cases of the same model with the same error code or a symptom worded alike that were solved.

    Args:
        without: A case that is not shown.
        reach: Which cases may be shown.
    """
    row = t.Case
    if not model or not (symptom or error_code):
        return []
    closed = (col(row.product_model_code) == model, col(row.closed_at).is_not(None), reach.cases)
    newest = col(row.closed_at).desc()
    known = select(col(row.id)).where(*closed).order_by(newest).limit(KNOWN)
    alike_in = [col(row.id).in_(known)]
    if error_code:
        same = select(col(row.id)).where(*closed, col(row.error_code) == error_code).order_by(newest).limit(KNOWN)
        alike_in.append(col(row.id).in_(same))
    likeness = func.similarity(col(row.symptom), symptom)
    same_code = col(row.error_code) == error_code if error_code else false()
    asked = (
        select(row, likeness)
        .where(
            or_(*alike_in),
            or_(same_code, likeness >= ALIKE),
            or_(col(row.outcome) == Outcome.FIXED, col(row.diagnosis)["solved"].astext == "true"),
            col(row.id) != without,
        )
        .order_by(*([same_code.desc()] if error_code else []), likeness.desc(), newest)
        .limit(limit)
    )
    found = (await session.execute(asked)).all()
    reports = await _reports(session, [case.id for case, _ in found])
    return [_hint(case, like, error_code, reports.get(case.id)) for case, like in found]


def _alike(case: t.Case, likeness: float, sought: Sought, products: list[str]) -> Alike | None:
    is_open = case.closed_at is None
    same_code = bool(sought.error_code) and case.error_code == sought.error_code
    same_words = bool(sought.symptom) and likeness >= ALIKE
    if not is_open and not (same_code or same_words):
        return None  # another fault of the same product is no repeat
    same_product = case.installed_product_id in products
    reasons = ["same_product" if same_product else "same_place_and_model"]
    reasons += ["same_error_code"] if same_code else []
    reasons += ["same_symptom"] if same_words else []
    score = (0.5 if same_product else 0.3) + (0.2 if same_code else 0) + 0.2 * likeness + (0.1 if is_open else 0)
    return Alike(
        case_id=case.id,
        kind="duplicate" if is_open else "repeat",
        score=round(score, 3),
        reasons=reasons,
        state=case.state,
        symptom=case.symptom,
        error_code=case.error_code,
        product_model=case.product_model_code,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        next_step=case.next_step,
        due_at=case.due_at,
    )


def _hint(case: t.Case, likeness: float, error_code: str, visit: t.Visit | None) -> Hint:
    same_code = bool(error_code) and case.error_code == error_code
    report: dict[str, Any] = (visit.report if visit else None) or {}
    parts: dict[str, int] = {}
    for part in report.get("parts_used", ()):
        parts[part["sku"]] = parts.get(part["sku"], 0) + part["quantity"]
    diagnosis: dict[str, Any] = case.diagnosis or {}
    minutes = None
    if visit is not None and visit.arrived_at and visit.finished_at:
        minutes = round((visit.finished_at - visit.arrived_at).total_seconds() / 60)
    return Hint(
        case_id=case.id,
        score=round((0.5 if same_code else 0) + 0.5 * likeness, 3),
        reasons=(["same_error_code"] if same_code else []) + (["same_symptom"] if likeness >= ALIKE else []),
        symptom=case.symptom,
        error_code=case.error_code,
        solved_by="visit" if visit else "remote",
        done=str(report.get("work_done") or diagnosis.get("findings") or case.closing_note),
        parts=parts,
        minutes=minutes,
        first_time=case.visits <= 1 and case.reopened == 0,
        closed_at=case.closed_at or case.updated_at,
    )


async def _reports(session: AsyncSession, cases: list[str]) -> dict[str, t.Visit]:
    """The visit that solved each case, where one did."""
    visit = t.Visit
    asked = select(visit).where(col(visit.case_id).in_(cases), col(visit.outcome) == Outcome.FIXED)
    return {row.case_id: row for row in await session.scalars(asked.order_by(col(visit.number)))}


async def _products(session: AsyncSession, sought: Sought) -> list[str]:
    if sought.installed_product_id:
        return [sought.installed_product_id]
    if not sought.serial:
        return []
    row = t.InstalledProduct
    asked = select(col(row.id)).where(col(row.serial) == sought.serial)
    if sought.product_model:
        asked = asked.where(col(row.model_code) == sought.product_model)
    return list(await session.scalars(asked.limit(MOST)))


async def _model_of(session: AsyncSession, products: list[str]) -> str | None:
    row = t.InstalledProduct
    return await session.scalar(select(col(row.model_code)).where(col(row.id).in_(products)).limit(1))


def _place(sought: Sought) -> ColumnElement[bool] | None:
    if sought.latitude is None or sought.longitude is None:
        return None
    site = t.Site
    near = select(col(site.id)).where(
        col(site.latitude).between(sought.latitude - NEARBY_DEGREES, sought.latitude + NEARBY_DEGREES),
        col(site.longitude).between(sought.longitude - NEARBY_DEGREES, sought.longitude + NEARBY_DEGREES),
    )
    return col(t.Case.site_id).in_(near)
