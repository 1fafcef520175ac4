"""Engineers' skills and tools over HTTP."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from api.access import Action, Resource, allow
from api.admin_engineers import EngineerDraft, EngineerLine
from api.asking import VERSIONED, App, Id, IfMatch, Who
from api.changing import by
from api.schemas import Level, Strict
from models.repositories.administration import ChangeLine
from models.repositories.staff import HeldSkill

router = APIRouter(prefix="/admin/engineers", tags=["administration"])
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class SkillIn(Strict):
    """A skill, and the last day of its certificate if it has one."""

    skill: Word
    level: Level
    expires_on: date | None = None


class EngineerIn(Strict):
    """What an engineer can do."""

    skills: Annotated[list[SkillIn], Field(max_length=100)]
    tools: Annotated[list[Word], Field(max_length=100)]
    active: bool

    def to_draft(self) -> EngineerDraft:
        """As the administration takes it."""
        skills = tuple(HeldSkill(each.skill, each.level, each.expires_on) for each in self.skills)
        return EngineerDraft(skills, tuple(self.tools), self.active)


@router.get("", dependencies=allow(Resource.ENGINEER, Action.VIEW))
async def list_engineers(app: App, who: Who) -> list[EngineerLine]:
    """Engineers with skills, tools and whether they work."""
    return await app.administration.engineers.engineers(who.reach)


@router.put("/{engineer_id}", responses=VERSIONED, dependencies=allow(Resource.ENGINEER, Action.EDIT))
async def change_engineer(
    app: App, id_: Id, who: Who, engineer_id: str, body: EngineerIn, seen: IfMatch = None
) -> EngineerLine:
    """Replace skills and tools; needs ``If-Match``. Bookings stay; the next plan goes by it."""
    desk = app.administration.engineers
    return await desk.change(engineer_id, body.to_draft(), seen, by(who, id_), who.reach)


@router.get("/{engineer_id}/changes", dependencies=allow(Resource.ENGINEER, Action.EDIT))
async def list_engineer_changes(app: App, who: Who, engineer_id: str) -> list[ChangeLine]:
    """Who changed what of an engineer; the newest first."""
    return await app.administration.engineers.history(engineer_id, who.reach)
