"""Consequences before the drop: a territory's ground is prepared once for each state of the record and asked often.

Thinking happens in threads; nothing here searches, and nothing here solves.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from activities.planning.ground import load_ground, moves_of
from activities.planning.moves import Consequence, Ground, Move, Spot
from activities.planning.moving import consequence
from activities.planning.placing import Place, Placer
from activities.planning.planner import Travel
from activities.planning.splitting import SplitConsequence, split_consequence
from domain.errors import NotFoundError, WrongStateError
from domain.ids import TerritoryId, VisitId
from domain.messages import DraftMove, SplitVisit
from models.repositories import draft_moves, policies
from models.screens import changes
from models.screens.reasons import engineer_names
from models.session import Database

OLDEST = timedelta(minutes=5)
"""Virtual time after which a ground is prepared anew though nothing was recorded: engineers work on meanwhile."""


@dataclass
class _Prepared:
    version: str
    at: datetime
    ground: Ground
    draft: list[Move]
    placer: Placer | None = None


class Previews:
    """Holds the record, and the grounds of the territories that were asked about last."""

    def __init__(self, database: Database, travel: Travel) -> None:
        self._database = database
        self._travel = travel
        self._known: dict[TerritoryId, _Prepared] = {}
        self._locks: dict[TerritoryId, asyncio.Lock] = {}

    async def consequence(self, territory: TerritoryId, moves: Iterable[DraftMove]) -> Consequence:
        """What moves would do on top of what is published and drafted; without any, what the draft itself does.

        Raises:
            NotFoundError: There is no such territory.
        """
        known = await self._prepared(territory)
        asked = [Move(m.visit_id, Spot(m.engineer, m.arrival) if m.engineer and m.arrival else None) for m in moves]
        draft = known.draft if asked else []
        found = await asyncio.to_thread(consequence, known.ground, draft, asked or known.draft)
        return await self._named(found) if found.broken else found

    async def _named(self, found: Consequence) -> Consequence:
        """The answer with the names of the engineers who break rules."""
        async with self._database.reading() as session:
            names = await engineer_names(session, {one.engineer_id for one in found.broken if one.engineer_id})
        return replace(found, broken=tuple(replace(one, people=_of(names, one.engineer_id)) for one in found.broken))

    async def places(self, territory: TerritoryId, visit: VisitId) -> tuple[Place, ...]:
        """Where a visit would go on the published plan, the cheapest place first.

        Raises:
            NotFoundError: It is no open visit of the territory.
            WrongStateError: It has started.
        """
        known = await self._prepared(territory)
        open_visit = known.ground.visits.get(visit)
        if open_visit is None:
            raise NotFoundError("open visit", visit)
        if open_visit.has_started:
            raise WrongStateError("visit", visit, open_visit.state, "places", "not started")
        async with self._lock(territory):
            if known.placer is None:
                known.placer = await asyncio.to_thread(Placer, known.ground)
        found = await asyncio.to_thread(known.placer.places, visit)
        async with self._database.reading() as session:
            names = await engineer_names(session, {place.engineer_id for place in found})
        return tuple(replace(place, people=_of(names, place.engineer_id)) for place in found)

    async def split(self, territory: TerritoryId, visit: VisitId, asked: SplitVisit) -> SplitConsequence:
        """What splitting a visit would do on the published plan. Raises as ``split_consequence``."""
        known = await self._prepared(territory)
        found = await asyncio.to_thread(split_consequence, known.ground, visit, asked)
        places = [part.place for part in (found.first, found.second) if part.place]
        engineers = {one.engineer_id for one in (*places, found.gives_up) if one}
        async with self._database.reading() as session:
            return replace(found, people=await engineer_names(session, engineers))

    async def _prepared(self, territory: TerritoryId) -> _Prepared:
        async with self._lock(territory), self._database.reading() as session:
            version = await changes.version(session, territory)
            now = (await policies.timebase(session)).virtual(datetime.now(UTC))
            known = self._known.get(territory)
            if known is None or known.version != version or not timedelta(0) <= now - known.at < OLDEST:
                ground = await load_ground(session, self._travel, territory, now)
                draft = moves_of(await draft_moves.drafted(session, territory))
                known = self._known[territory] = _Prepared(version, now, ground, draft)
            return known

    def _lock(self, territory: TerritoryId) -> asyncio.Lock:
        return self._locks.setdefault(territory, asyncio.Lock())


def _of(names: Mapping[str, str], engineer: str | None) -> dict[str, str]:
    return {engineer: names[engineer]} if engineer is not None and engineer in names else {}
