"""What was answered at visits, item by item, as the office reads it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.checklists import Checklist, Item, ItemKind, Option, Words
from domain.visit import CheckAnswer
from models import tables as t
from models.documents import from_json
from models.repositories import checklists


@dataclass(frozen=True)
class CheckLine:
    """An item and its answer.

    Attributes:
        answer: ``done``, a number, or an option's id; None: no answer.
        options: Of a choice.
        choice: What the chosen option says.
        out_of_range: Whether the value lies outside of ``lowest`` to ``highest``.
    """

    item: str
    kind: ItemKind
    label: Words
    required: bool
    answer: str | None
    options: tuple[Option, ...]
    choice: Words | None
    unit: str
    lowest: float | None
    highest: float | None
    out_of_range: bool


@dataclass(frozen=True)
class AnsweredChecklist:
    """A visit's checklist with the answers of its report."""

    name: Words
    lines: list[CheckLine]


async def answered(session: AsyncSession, visits: Iterable[str]) -> dict[str, AnsweredChecklist]:
    """The checklists of these visits, by visit, as far as they have one; without answers while there is no report."""
    ids = list(visits)
    if not ids:
        return {}
    rows = {row.id: row for row in await session.scalars(select(t.Visit).where(col(t.Visit.id).in_(ids)))}
    found = await checklists.carried(session, rows.values())
    return {id_: _answered(checklist, rows[id_]) for id_, checklist in found.items()}


def _answered(checklist: Checklist, visit: t.Visit) -> AnsweredChecklist:
    given = from_json(tuple[CheckAnswer, ...], (visit.report or {}).get("checklist", ()))
    answers = {each.item: each.answer for each in given}
    return AnsweredChecklist(checklist.name, [_line(item, answers.get(item.id)) for item in checklist.items])


def _line(item: Item, answer: str | None) -> CheckLine:
    return CheckLine(
        item=item.id,
        kind=item.kind,
        label=item.label,
        required=item.required,
        answer=answer,
        options=item.options,
        choice=next((option.label for option in item.options if option.id == answer), None),
        unit=item.unit,
        lowest=item.lowest,
        highest=item.highest,
        out_of_range=answer is not None and item.is_out_of_range(answer),
    )
