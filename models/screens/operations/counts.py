"""How many cases each choice of each filter would show, the other filters being as they are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import tables as t
from models.screens.operations.filters import FACETS, CaseQuery, base, facet
from models.screens.operations.waiting import waiting
from models.screens.standing import standing


@dataclass(frozen=True)
class Counts:
    """Facet to choice to how many cases; ``total`` with every filter as it is."""

    total: int
    facets: dict[str, dict[str, int]]
    as_of: datetime


async def counts(session: AsyncSession, wanted: CaseQuery, now: datetime) -> Counts:
    """Every filter's counts, from one pass over the cases that the other conditions leave."""
    row = t.Case
    values: dict[str, Any] = {
        "territories": col(row.territory_id),
        "states": col(row.state),
        "sla": standing(now),
        "clocks": col(row.sla_clock),
        "responsible": col(row.responsible),
        "kinds": col(row.kind),
        "severities": col(row.severity),
        "waiting": waiting(),
    }
    chosen = {name: facet(wanted, name, now) for name in FACETS}
    narrowed = [name for name in FACETS if chosen[name] is not None]
    seen = (
        select(
            *(cast(values[name], String).label(name) for name in FACETS),
            *(func.coalesce(chosen[name], False).label(f"in_{name}") for name in narrowed),
        )
        .where(*base(wanted, now))
        .cte("seen")
        .prefix_with("MATERIALIZED")
    )

    def matching(without: str = "") -> ColumnElement[bool]:
        return and_(true(), *(seen.c[f"in_{name}"] for name in narrowed if name != without))

    parts = [
        select(literal(name), seen.c[name], func.count())
        .where(matching(name), seen.c[name].is_not(None))
        .group_by(seen.c[name])
        for name in FACETS
    ]
    total = select(literal("total"), literal(""), func.count()).select_from(seen).where(matching())
    facets: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    found = 0
    for name, value, count in await session.execute(union_all(total, *parts)):
        if name == "total":
            found = count
        else:
            facets[name][value] = count
    return Counts(found, facets, now)
