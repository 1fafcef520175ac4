"""Engineers' skills, tools and whether they work, as administrators change them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import NotFoundError
from models import tables as t
from models.reach import Reach


@dataclass(frozen=True)
class HeldSkill:
    """A skill with its level, 1 to 5, and the last day of its certificate; None for ever."""

    skill: str
    level: int
    expires_on: date | None = None


@dataclass(frozen=True)
class Member:
    """A field engineer as the administration shows one: never the phone number or the home."""

    id: str
    name: str
    territory_id: str
    active: bool
    skills: tuple[HeldSkill, ...]
    tools: tuple[str, ...]


async def members(session: AsyncSession, reach: Reach) -> list[Member]:
    """Every engineer within reach, by name."""
    row = t.Engineer
    found = list(await session.scalars(select(row).where(reach.engineers).order_by(col(row.name), col(row.id))))
    skills, tools = await _held(session, [engineer.id for engineer in found])
    return [_member(engineer, skills[engineer.id], tools[engineer.id]) for engineer in found]


async def locked_member(session: AsyncSession, engineer_id: str) -> Member:
    """One engineer; nobody else changes the engineer here until the transaction ends.

    Raises:
        NotFoundError: There is none with this id.
    """
    engineer = await session.get(t.Engineer, engineer_id, with_for_update=True, populate_existing=True)
    if engineer is None:
        raise NotFoundError("engineer", engineer_id)
    skills, tools = await _held(session, [engineer_id])
    return _member(engineer, skills[engineer_id], tools[engineer_id])


async def replace_member(
    session: AsyncSession, engineer_id: str, skills: Iterable[HeldSkill], tools: Iterable[str], *, active: bool
) -> Member:
    """Replace what a locked engineer can do. Bookings stay; the next plan goes by it."""
    engineer = await session.get_one(t.Engineer, engineer_id)
    engineer.active = active
    await session.execute(delete(t.EngineerSkill).where(col(t.EngineerSkill.engineer_id) == engineer_id))
    await session.execute(delete(t.EngineerTool).where(col(t.EngineerTool.engineer_id) == engineer_id))
    session.expunge_all()
    session.add_all(
        t.EngineerSkill(engineer_id=engineer_id, skill=held.skill, level=held.level, expires_on=held.expires_on)
        for held in skills
    )
    session.add_all(t.EngineerTool(engineer_id=engineer_id, tool=tool) for tool in sorted(set(tools)))
    await session.flush()
    return await locked_member(session, engineer_id)


async def _held(session: AsyncSession, ids: list[str]) -> tuple[dict[str, list[HeldSkill]], dict[str, list[str]]]:
    skills: dict[str, list[HeldSkill]] = defaultdict(list)
    tools: dict[str, list[str]] = defaultdict(list)
    skill, tool = t.EngineerSkill, t.EngineerTool
    for held in await session.scalars(select(skill).where(col(skill.engineer_id).in_(ids)).order_by(col(skill.skill))):
        skills[held.engineer_id].append(HeldSkill(held.skill, held.level, held.expires_on))
    for has in await session.scalars(select(tool).where(col(tool.engineer_id).in_(ids)).order_by(col(tool.tool))):
        tools[has.engineer_id].append(has.tool)
    return skills, tools


def _member(row: t.Engineer, skills: list[HeldSkill], tools: list[str]) -> Member:
    return Member(row.id, row.name, row.territory_id, row.active, tuple(skills), tuple(tools))
