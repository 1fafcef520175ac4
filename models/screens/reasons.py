"""Why a visit has no place, as screens tell it: the sentence, its facts, and the names of the engineers in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.because import Because, WhyNot
from domain.draft import LeftOut
from models import tables as t
from models.documents import from_json
from models.repositories.rows import among


@dataclass(frozen=True)
class ReasonLine:
    """Why some engineers or shifts cannot take a visit.

    Attributes:
        code: Stable, for programs; what keeps them from it.
        cause: Which case of the code it is, where one code has several; empty for the usual one.
        count: How many shifts fail for it; engineers, where it does not depend on the shift.
        nearest: The engineer who came nearest.
        shortfall: By how much the nearest failed: levels, units of a part, or seconds.
        visits: The visits that hold the place.
        until: When shipped parts would be there.
        lacking: What is missing: skills with the level that is needed, parts with the units, tools (with 1).
        only: The engineers whom the visit is for, where it is for nobody else.
        people: The names of these engineers, by id.
    """

    code: str
    sentence: str
    cause: str
    count: int
    nearest: str | None
    shortfall: int | None
    visits: list[str]
    until: datetime | None
    lacking: dict[str, int]
    only: list[str]
    people: dict[str, str]


@dataclass(frozen=True)
class LeftOutLine:
    """A visit that would have no place, and why."""

    visit: str
    reasons: list[ReasonLine]


def reason_line(why: WhyNot, names: Mapping[str, str]) -> ReasonLine:
    """A reason as it is told; an engineer without a name among these is left unnamed."""
    spoken_of = [one for one in (why.nearest, *why.only) if one]
    return ReasonLine(
        code=why.code,
        sentence=why.sentence,
        cause=why.cause,
        count=why.count,
        nearest=why.nearest,
        shortfall=why.shortfall,
        visits=list(why.visits),
        until=why.until,
        lacking=dict(why.lacking),
        only=list(why.only),
        people={one: names[one] for one in spoken_of if one in names},
    )


def stored_reasons(documents: Iterable[Any]) -> tuple[WhyNot, ...]:
    """Reasons as the record keeps them; those from before some facts were kept have the rest."""
    return tuple(from_json(WhyNot, document) for document in documents)


def stored_because(document: Mapping[str, Any] | None) -> tuple[Because, ...]:
    """Why something happened, from an event's data or a plan's draft; empty in those from before there were codes."""
    return from_json(tuple[Because, ...], (document or {}).get("because", ()))


def spoken_of(because: Iterable[Because]) -> set[str]:
    """The ids of the engineers whom reasons name."""
    ids = {str(one.facts["engineer"]) for one in because if "engineer" in one.facts}
    found = [one.why_not for one in because if one.why_not]
    return ids.union(id_ for why in found for id_ in (why.nearest, *why.only) if id_)


async def reason_lines(session: AsyncSession, found: Mapping[str, tuple[WhyNot, ...]]) -> dict[str, list[ReasonLine]]:
    """Reasons by visit, told with the names that the record has."""
    every = [why for reasons in found.values() for why in reasons]
    names = await engineer_names(session, {one for why in every for one in (why.nearest, *why.only) if one})
    return {visit: [reason_line(why, names) for why in reasons] for visit, reasons in found.items()}


async def left_out_lines(session: AsyncSession, left_out: Iterable[LeftOut]) -> tuple[LeftOutLine, ...]:
    """Visits without a place, told with the names that the record has."""
    lines = await reason_lines(session, {item.visit: item.reasons for item in left_out})
    return tuple(LeftOutLine(visit, reasons) for visit, reasons in lines.items())


async def engineer_names(session: AsyncSession, ids: Iterable[str]) -> dict[str, str]:
    """The names of engineers by their ids; unknown ones are left out."""
    wanted = set(ids)
    if not wanted:
        return {}
    asked = select(col(t.Engineer.id), col(t.Engineer.name)).where(among(col(t.Engineer.id), wanted))
    return {str(id_): str(name) for id_, name in await session.execute(asked)}
