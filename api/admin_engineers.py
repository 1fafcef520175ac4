"""Engineers as administrators see and change them: skills with level and expiry, tools, whether they work."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.errors import InvalidInputError
from models.reach import Reach
from models.repositories import administration, staff
from models.repositories.administration import By, ChangeLine, etag_of
from models.repositories.staff import HeldSkill, Member
from models.session import Database


@dataclass(frozen=True)
class EngineerLine:
    """An engineer in the list. ``etag`` is what If-Match needs."""

    id: str
    name: str
    territory_id: str
    active: bool
    skills: tuple[HeldSkill, ...]
    tools: tuple[str, ...]
    etag: str


@dataclass(frozen=True)
class EngineerDraft:
    """What an administrator says of an engineer."""

    skills: tuple[HeldSkill, ...]
    tools: tuple[str, ...]
    active: bool


class EngineerDesk:
    """Holds the record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def engineers(self, reach: Reach) -> list[EngineerLine]:
        """Everybody within reach, by name."""
        async with self._database.reading() as session:
            return [line(member) for member in await staff.members(session, reach)]

    async def history(self, engineer_id: str, reach: Reach) -> list[ChangeLine]:
        """What was changed of an engineer, the newest first.

        Raises:
            NotFoundError: There is none within reach.
        """
        async with self._database.reading() as session:
            await reach.require_engineer(session, engineer_id)
            return await administration.history(session, f"engineer:{engineer_id}")

    async def change(
        self, engineer_id: str, draft: EngineerDraft, seen: str | None, by: By, reach: Reach
    ) -> EngineerLine:
        """Change what an engineer can do. Bookings stay as they are; the next plan goes by it.

        Raises:
            NotFoundError: There is none within reach.
            InvalidInputError: A skill is named twice.
            VersionMissingError, VersionChangedError: The caller has not seen the present state.
        """
        names = [held.skill for held in draft.skills]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise InvalidInputError("skills", f"name {twice!r} once only")
        async with self._database.transaction() as session:
            await reach.require_engineer(session, engineer_id)
            before = await staff.locked_member(session, engineer_id)
            if await administration.is_done(session, by):
                return line(before)
            subject = f"engineer:{engineer_id}"
            await administration.require_version(session, "This engineer", subject, seen, line(before).etag)
            after = await staff.replace_member(session, engineer_id, draft.skills, draft.tools, active=draft.active)
            await administration.write_down(session, subject, "changed", by, _plain(before), _plain(after))
            return line(after)


def line(member: Member) -> EngineerLine:
    """An engineer as the list shows one."""
    etag = etag_of(_plain(member))
    return EngineerLine(member.id, member.name, member.territory_id, member.active, member.skills, member.tools, etag)


def _plain(member: Member) -> dict[str, Any]:
    return {
        "active": member.active,
        "skills": {held.skill: {"level": held.level, "expires_on": _day(held.expires_on)} for held in member.skills},
        "tools": list(member.tools),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
