"""The activities behind ``TerritoryWorkflow`` and ``TrialWorkflow``: optimise, publish, predict, try out."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from temporalio import activity

from activities.errors import typed_errors
from activities.planning.grid import points_of
from activities.planning.ground import load_ground, wanted_moves
from activities.planning.planner import Planner, Solver, Travel
from domain.draft import PlanDraft, plan_id
from domain.ids import TerritoryId, VisitId
from domain.messages import (
    MovesOutcome,
    PlanningTerms,
    PlanOutcome,
    PlanRequest,
    Predicted,
    PredictOutcome,
    PredictRequest,
    PublishMovesRequest,
    PublishOutcome,
    PublishRequest,
)
from domain.prediction import changed, predict
from domain.trial import Trial, TrialOutcome, outcome_of, supposed
from models.repositories import commands, draft_moves
from models.repositories.commands import CommandKey
from models.repositories.drafts import find_draft, last_number, store_draft
from models.repositories.moves import publish_moves
from models.repositories.planning import load_world, planning_settings
from models.repositories.publishing import publish, store_predictions
from models.session import Database

T = TypeVar("T")
BEAT_SECONDS = 1.0
"""How often a long activity says that it is alive; well below the heartbeat time-out."""


class PlanningActivities:
    """Holds the record, the solver's process and the travel times."""

    def __init__(self, database: Database, solver: Solver, travel: Travel) -> None:
        self._database = database
        self._planner = Planner(solver, travel)

    @activity.defn
    @typed_errors
    async def planning_terms(self, territory: TerritoryId) -> PlanningTerms:
        """What the territory's policy says about planning. Key: none needed, it only reads."""
        async with self._database.reading() as session:
            settings = await planning_settings(session, territory)
            last = await last_number(session, territory)
        return PlanningTerms(settings.gather, settings.retry_after, settings.max_moves, last)

    @activity.defn
    @typed_errors
    async def optimise(self, asked: PlanRequest) -> PlanOutcome:
        """Make and store a draft plan. Key: (territory, number); a retry finds the stored draft.

        Heartbeats every second. Cancelling it ends the solver's process; nothing is stored then.
        """
        return await _alive(self._optimise(asked))

    @activity.defn
    @typed_errors
    async def try_out(self, asked: Trial) -> TrialOutcome:
        """Plan a territory as if something were so. Key: none needed, it only reads.

        Heartbeats every second. Cancelling it ends the solver's process.
        """
        return await _alive(self._try_out(asked))

    @activity.defn
    @typed_errors
    async def publish(self, asked: PublishRequest) -> PublishOutcome:
        """Publish a draft, then predict what it leaves in place. Key: the plan; a second time nothing is changed."""
        async with self._database.transaction() as session:
            outcome = await publish(session, asked)
        if asked.recall:
            return outcome
        told = {change.visit_id for change in outcome.changes}
        facts = await self._predict(asked.territory, asked.now)
        return replace(outcome, predictions=tuple(fact for fact in facts if fact.visit_id not in told))

    @activity.defn
    @typed_errors
    async def publish_moves(self, asked: PublishMovesRequest) -> MovesOutcome:
        """Make drafted moves bookings, and let follow what they push. Key: (territory workflow, command)."""
        key = CommandKey(f"territory/{asked.territory}", asked.moves.command.id, "publish_moves")
        async with self._database.reading() as session:
            ground = await load_ground(session, self._planner.travel, asked.territory, asked.now)
            drafted = await draft_moves.drafted(session, asked.territory)
        wanted = await asyncio.to_thread(wanted_moves, ground, drafted, asked.moves)
        async with self._database.transaction() as session:
            return await commands.once(
                session, key, asked.now, MovesOutcome, lambda: publish_moves(session, asked, key, wanted)
            )

    @activity.defn
    @typed_errors
    async def repredict(self, asked: PredictRequest) -> PredictOutcome:
        """Predict every booking anew. Key: none needed; a second time nothing has changed."""
        return PredictOutcome(tuple(await self._predict(asked.territory, asked.now)))

    async def _optimise(self, asked: PlanRequest) -> PlanOutcome:
        async with self._database.reading() as session:
            known = await find_draft(session, plan_id(asked.territory, asked.number))
            if known is not None:
                return _outcome(known)
            settings = await planning_settings(session, asked.territory)
            world = await load_world(session, asked.territory, asked.now, settings)
        draft, worked = await self._planner.draft(world, settings, asked)
        async with self._database.transaction() as session:
            return _outcome(await store_draft(session, draft, worked))

    async def _try_out(self, asked: Trial) -> TrialOutcome:
        async with self._database.reading() as session:
            settings = await planning_settings(session, asked.territory)
            world = await load_world(session, asked.territory, asked.now, settings)
        request = PlanRequest(asked.territory, 0, asked.now, "what if", asked.speed)
        draft, _ = await self._planner.draft(supposed(world, asked.supposition), settings, request)
        return outcome_of(world, draft)

    async def _predict(self, territory: TerritoryId, now: datetime) -> list[Predicted]:
        """Store and return the predictions that differ noticeably from what was last told."""
        async with self._database.reading() as session:
            settings = await planning_settings(session, territory)
            world = await load_world(session, territory, now, settings)
        ways = await self._planner.travel.ways(points_of(world))
        found = changed(world.visits, predict(world, ways.way), settings.prediction_tolerance)
        facts = [Predicted(p.visit, p.arrival, p.finish) for p in found]
        if not facts:
            return []
        async with self._database.transaction() as session:
            told = set[VisitId](await store_predictions(session, facts))
        return [fact for fact in facts if fact.visit_id in told]


def _outcome(draft: PlanDraft) -> PlanOutcome:
    return PlanOutcome(
        plan_id=draft.id,
        added=draft.added,
        moved=draft.moved,
        unassigned=len(draft.left_out),
        open_visits=draft.open_visits,
        cost=draft.cost,
    )


async def _alive(work: Coroutine[Any, Any, T]) -> T:
    """Await some work and heartbeat meanwhile; cancelling cancels the work and waits until it has let go."""
    task = asyncio.ensure_future(work)
    try:
        while not (await asyncio.wait({task}, timeout=BEAT_SECONDS))[0]:
            activity.heartbeat()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    return task.result()
