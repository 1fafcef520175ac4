"""Engineers: who they are, and whether they can make a visit."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.because import Because, BecauseCode
from domain.errors import NotFoundError
from domain.registration import ArrivalWindow
from models import tables as t
from models.documents import from_json
from models.errors import EngineerUnfitError
from models.repositories.territories import territory


async def engineer(session: AsyncSession, engineer_id: str) -> t.Engineer:
    """One engineer.

    Raises:
        NotFoundError: There is none with this id.
    """
    found = await session.get(t.Engineer, engineer_id)
    if found is None:
        raise NotFoundError("engineer", engineer_id)
    return found


async def require_fit(
    session: AsyncSession, engineer_id: str, visit: t.Visit, arrival: datetime, finish: datetime
) -> None:
    """An engineer who makes a visit is there, has its skills and tools, and comes when the customer is at home.

    Raises:
        NotFoundError: There is no such engineer.
        EngineerUnfitError: Something is in the way; the error says what.
    """
    person = await engineer(session, engineer_id)
    area = await territory(session, visit.territory_id)
    day = finish.astimezone(ZoneInfo(area.time_zone)).date()
    held = await _skills(session, engineer_id)
    tools = set(await session.scalars(select(col(t.EngineerTool.tool)).where(_of(t.EngineerTool, engineer_id))))
    hindrances = [
        *([] if person.active else [Because(BecauseCode.NOT_EMPLOYED)]),
        *_missing_skills(visit.skills, held, day),
        *(Because(BecauseCode.TOOL_LACKING, {"tool": tool}) for tool in visit.tools if tool not in tools),
        *await _absences(session, engineer_id, arrival, finish),
        *_outside_windows(visit, arrival),
    ]
    if hindrances:
        raise EngineerUnfitError(engineer_id, hindrances)


async def _skills(session: AsyncSession, engineer_id: str) -> dict[str, t.EngineerSkill]:
    asked = select(t.EngineerSkill).where(_of(t.EngineerSkill, engineer_id))
    return {row.skill: row for row in await session.scalars(asked)}


def _missing_skills(needed: Mapping[str, int], held: Mapping[str, t.EngineerSkill], day: date) -> list[Because]:
    found = []
    for skill, level in sorted(needed.items()):
        has = held.get(skill)
        if has is None or has.level < level:
            of_it = has.level if has else 0
            found.append(Because(BecauseCode.SKILL_LOW, {"skill": skill, "needed": level, "level": of_it}))
        elif has.expires_on is not None and has.expires_on < day:
            until = {"skill": skill, "day": has.expires_on.isoformat()}
            found.append(Because(BecauseCode.CERTIFICATE_ENDS, until))
    return found


async def _absences(session: AsyncSession, engineer_id: str, start: datetime, end: datetime) -> list[Because]:
    row = t.Absence
    asked = select(row).where(_of(row, engineer_id), col(row.starts_at) < end, col(row.ends_at) > start)
    found = await session.scalars(asked.limit(1))
    return [Because(BecauseCode.ENGINEER_AWAY, {"absence": absence.kind}) for absence in found]


def _outside_windows(visit: t.Visit, arrival: datetime) -> list[Because]:
    windows = from_json(tuple[ArrivalWindow, ...], visit.windows)
    if not windows or any(window.start <= arrival <= window.end for window in windows):
        return []
    return [Because(BecauseCode.CUSTOMER_OUT)]


def _of(row: type[t.EngineerSkill | t.EngineerTool | t.Absence], engineer_id: str) -> ColumnElement[bool]:
    return col(row.engineer_id) == engineer_id
