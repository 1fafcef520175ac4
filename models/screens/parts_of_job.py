"""The two visits of a split job, each of which knows the other."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import col

from models import tables as t
from models.screens.board_lines import OtherPart


def parts_of_job() -> tuple[Any, Any]:
    """Columns for a selection of visits: the first part before each, and the second part after each."""
    second = aliased(t.Visit)
    later = select(col(second.id)).where(col(second.after_visit_id) == col(t.Visit.id)).correlate(t.Visit)
    return col(t.Visit.after_visit_id).label("first_part"), later.scalar_subquery().label("second_part")


def other_part(row: Any) -> OtherPart | None:
    """What the columns say of one visit; None for a job that was not split."""
    if row.first_part is not None:
        return OtherPart(row.first_part, 2)
    return OtherPart(row.second_part, 1) if row.second_part is not None else None
