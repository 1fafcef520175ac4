"""What slot offers rest on: the case, the visit that asks, the territory with its plan."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.allowed import CASE_STATES, VISIT_STATES
from domain.case import Ruling, VisitNeeds
from domain.errors import InvalidInputError, WrongStateError
from domain.holding import HeldSlot
from domain.ids import CaseId, TerritoryId, visit_id
from domain.policy import PlanningSettings
from domain.vocabulary import CaseState, Severity, VisitState
from domain.world import OpenVisit, Point, World
from models import tables as t
from models.documents import from_json
from models.repositories import holds
from models.repositories.planning import load_world, planning_settings
from models.screens.cases import require


@dataclass(frozen=True)
class Asking:
    """A case that asks for windows.

    Attributes:
        visit: Its open visit, or the one that it is about to ask for; ``exists`` says which.
        holds: What others hold in the territory.
    """

    case_id: CaseId
    territory: t.Territory
    settings: PlanningSettings
    world: World
    visit: OpenVisit
    exists: bool
    holds: list[HeldSlot]


async def asking(session: AsyncSession, case_id: CaseId, needs: VisitNeeds | None, now: datetime) -> Asking:
    """Everything that offers for a case rest on.

    Args:
        needs: What the visit would need; None takes what is known: the visit's, the ruling's or the model's.

    Raises:
        NotFoundError: There is no such case.
        WrongStateError: The case's visit is under way or agreed already, or there will be none.
        InvalidInputError: The case's place is not known yet.
    """
    row = await require(session, case_id)
    site = await session.get(t.Site, row.site_id) if row.site_id else None
    area = await session.get(t.Territory, row.territory_id) if row.territory_id else None
    if site is None or area is None:
        raise InvalidInputError("site", "is not known yet: complete the registration first")
    territory = TerritoryId(area.id)
    settings = await planning_settings(session, territory)
    world = await load_world(session, territory, now, settings, case_id)
    known = next((one for one in world.visits if one.id == row.open_visit_id), None)
    if row.state is CaseState.VISITING and known is not None:
        if known.state not in VISIT_STATES["choose_slot"]:
            raise WrongStateError("visit", known.id, known.state, "choose_slot", "requested or booked")
    elif row.state not in CASE_STATES["choose_slot"]:
        allowed = " or ".join(CASE_STATES["choose_slot"])
        raise WrongStateError("case", row.id, row.state, "choose_slot", allowed)
    wanted = needs or (known.needs if known else await _usual(session, row))
    if known is None:
        visit = OpenVisit(
            id=visit_id(case_id, row.visits + 1),
            case_id=case_id,
            version=0,
            state=VisitState.REQUESTED,
            severity=row.severity or Severity.MEDIUM,
            point=Point(site.latitude, site.longitude),
            requested=now,
            needs=wanted,
            resolve_due=await _resolve_due(session, case_id),
        )
    else:
        visit = replace(known, needs=wanted)
    return Asking(
        case_id, area, settings, world, visit, known is not None, await holds.live(session, territory, now, case_id)
    )


async def _usual(session: AsyncSession, row: t.Case) -> VisitNeeds:
    if row.ruling:
        return from_json(Ruling, row.ruling).needs
    model = await session.get(t.ProductModel, row.product_model_code) if row.product_model_code else None
    return VisitNeeds(timedelta(minutes=model.visit_minutes), dict(model.skills)) if model else VisitNeeds()


async def _resolve_due(session: AsyncSession, case_id: CaseId) -> datetime | None:
    row = t.SlaClock
    asked = select(col(row.due_at)).where(
        col(row.case_id) == case_id, col(row.name) == "resolve", col(row.stopped_at).is_(None)
    )
    due: datetime | None = await session.scalar(asked)
    return due
