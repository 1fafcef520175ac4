"""What if: an engineer were ill, or overtime were allowed. Asked over HTTP; nothing is recorded."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Self

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from api.access import Action, Resource, allow
from api.asking import App, Id, Parts, known_territory
from api.schemas import Strict, example
from api.trials import TrialScreen
from domain.errors import InvalidInputError
from domain.ids import EngineerId, TerritoryId
from domain.trial import SupposedAbsence, Supposition

router = APIRouter(tags=["board"])

TrialId = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$")]


class SupposedAbsenceIn(Strict):
    """An engineer might be away."""

    engineer_id: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    start: AwareDatetime
    end: AwareDatetime


class TrialIn(Strict):
    """What is supposed: engineers who are away, or overtime after every shift."""

    model_config = example(
        absences=[{"engineer_id": "E-07", "start": "2026-03-02T08:00:00+01:00", "end": "2026-03-02T18:00:00+01:00"}]
    )
    absences: Annotated[tuple[SupposedAbsenceIn, ...], Field(max_length=20)] = ()
    overtime_minutes: Annotated[int, Field(ge=15, le=480)] | None = None

    @model_validator(mode="after")
    def _supposes_something(self) -> Self:
        if not self.absences and self.overtime_minutes is None:
            raise ValueError("name absences, overtime_minutes or both")
        return self


@router.post("/territories/{territory_id}/trials", status_code=202, dependencies=allow(Resource.DRAFT, Action.PREVIEW))
async def ask_trial(app: App, id_: Id, territory_id: str, body: TrialIn) -> TrialScreen:
    """Ask which moves would answer what is supposed. Look in for the answer; the published plan stays as it is."""
    territory = await known_territory(app, territory_id)
    for number, absence in enumerate(body.absences):
        if absence.end <= absence.start:
            raise InvalidInputError(f"absences.{number}.end", "must be later than start")
        if await app.queries.territory_of_engineer(absence.engineer_id) != territory:
            raise InvalidInputError(f"absences.{number}.engineer_id", f"works in another territory than {territory}")
    overtime = None if body.overtime_minutes is None else timedelta(minutes=body.overtime_minutes)
    away = tuple(SupposedAbsence(EngineerId(a.engineer_id), a.start, a.end) for a in body.absences)
    return await _with_budget(app, territory, await app.trials.ask(territory, Supposition(away, overtime), id_))


@router.get("/territories/{territory_id}/trials/{trial_id}", dependencies=allow(Resource.DRAFT, Action.PREVIEW))
async def show_trial(app: App, territory_id: str, trial_id: TrialId) -> TrialScreen:
    """Where a what-if question stands and, once it is done, the moves that would answer it."""
    territory = await known_territory(app, territory_id)
    return await _with_budget(app, territory, await app.trials.look(territory, trial_id))


@router.delete(
    "/territories/{territory_id}/trials/{trial_id}",
    status_code=204,
    dependencies=allow(Resource.DRAFT, Action.PREVIEW),
)
async def cancel_trial(app: App, territory_id: str, trial_id: TrialId) -> None:
    """Stop a what-if question; one that is over stays as it is."""
    await app.trials.cancel(await known_territory(app, territory_id), trial_id)


async def _with_budget(app: Parts, territory: TerritoryId, screen: TrialScreen) -> TrialScreen:
    return replace(screen, budget_seconds=await app.queries.planning_budget(territory))
