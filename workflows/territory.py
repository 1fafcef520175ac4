"""One territory's plan, for ever.

It gathers what changed, waits a moment, runs one optimisation, publishes, and tells the visits. People's commands
that change what the plan rests on (absence, move, pin, stock, publishing a draft) come as updates, and so do the moves
that dispatchers draft.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities import options
    from activities.drafts import DraftActivities
    from activities.planning.activities import PlanningActivities
    from activities.stock import StockActivities
    from activities.territories import TerritoryActivities
    from domain.because import Because, BecauseCode, told, words
    from domain.ids import PlanId, VisitId
    from domain.messages import (
        AbsenceRequest,
        BookingChanged,
        Bookings,
        ChangeDraft,
        ChangeDraftRequest,
        Command,
        CountRequest,
        CountStock,
        DiscardDraft,
        DraftOutcome,
        DraftRequest,
        MoveRequest,
        MovesReceipt,
        MoveVisit,
        PinRequest,
        PinVisit,
        PlanningTerms,
        PlanOutcome,
        PlanRequest,
        Predicted,
        PredictRequest,
        PublishDraft,
        PublishMoves,
        PublishMovesRequest,
        PublishOutcome,
        PublishRequest,
        Receipt,
        ReceiveStock,
        ReportAbsence,
        StockKept,
        StockRequest,
        TerritoryChanged,
        TerritoryProgress,
        TerritoryStart,
        TerritoryView,
        TransferRequest,
        TransferStock,
        UndoDraft,
        WriteOffRequest,
        WriteOffStock,
    )
    from domain.people import SYSTEM, Actor
    from workflows.failures import answered
    from workflows.ids import visit_workflow_id
    from workflows.memory import REMEMBERED
    from workflows.timekeeping import Timekeeper
    from workflows.waking import wake

# A visit that the record refuses again and again (a conflict that planning does not see) must not keep the territory
# planning without end: after so many rounds it waits for a change, or for the policy's next try.
ROUNDS_FOR_THE_LEFT_ALONE = 3

# After a round that failed for good (the solver crashed three times, the database is away) the territory rests.
REST_AFTER_FAILURE = timedelta(seconds=30)


@workflow.defn
class TerritoryWorkflow:
    """Plans one territory (``territory/{territory_id}``)."""

    @workflow.init
    def __init__(self, start: TerritoryStart) -> None:
        self._start = start
        self._time = Timekeeper(start.timebase)
        self._progress = start.progress
        self._lock = asyncio.Lock()

    @workflow.run
    async def run(self, start: TerritoryStart) -> None:
        """The story: gather, optimise, publish, tell; again and again."""
        while True:
            terms = await workflow.execute_local_activity_method(
                PlanningActivities.planning_terms, start.territory, **options.LOCAL_RECORD
            )
            await self._gather(terms)
            await self._continue_as_new_when_long()
            try:
                await self._plan_once(terms)
            except ActivityError as error:
                workflow.logger.warning(
                    "planning_failed", extra={"territory": start.territory, "cause": str(error.cause)}
                )
                self._note(Because(BecauseCode.ROUND_FAILED))
                await workflow.sleep(REST_AFTER_FAILURE)

    # --- the steps of the story ------------------------------------------------------------------------------

    async def _gather(self, terms: PlanningTerms) -> None:
        p = self._progress
        again = p.last_planned + terms.retry_after if p.last_planned and p.unplanned else None
        if not await self._time.wait(lambda: bool(self._progress.reasons) or self._is_long(), again):
            self._note(Because(BecauseCode.VISITS_WITHOUT_PLACE, {"count": self._progress.unplanned}))
        if self._progress.reasons:
            await self._time.sleep(terms.gather)

    async def _plan_once(self, terms: PlanningTerms) -> None:
        await self._tell_what_was_published_unheard()
        if not self._progress.reasons:
            return
        because, only_predict = _known(self._progress), self._progress.predictions_only
        self._progress = replace(self._progress, reasons=(), because=(), predictions_only=True)
        if only_predict:
            await self._predict()
            return
        self._progress = replace(self._progress, plans=max(self._progress.plans, terms.last_number))
        outcome = await self._optimise(because[:3], hold=False)
        if outcome.moved > terms.max_moves:
            # Too many people would be moved without being asked: a dispatcher decides about that draft, and what
            # is new is placed around the bookings as they stand.
            outcome = await self._optimise((Because(BecauseCode.AROUND_PLAN),), hold=True)
        self._progress = replace(self._progress, publishing=outcome.plan_id)
        published = await self._publish(outcome.plan_id, SYSTEM)
        left = len(published.left_alone)
        rounds = self._progress.left_alone_rounds + 1 if left else 0
        self._progress = replace(
            self._progress,
            last_planned=self._time.now(),
            unplanned=published.unassigned + left,
            left_alone_rounds=rounds,
        )
        if 0 < rounds <= ROUNDS_FOR_THE_LEFT_ALONE:
            self._note(Because(BecauseCode.VISITS_CHANGED, {"count": left}))
        await self._tell(published.changes, published.predictions)
        self._progress = replace(self._progress, publishing=None)

    async def _tell_what_was_published_unheard(self) -> None:
        """The record may have taken a plan and gone away before it could say so: its visits still have to hear of it.

        What a later plan or a person changed since is in the record too, so that a visit ignores what is outdated.
        """
        plan = self._progress.publishing
        if plan is None:
            return
        asked = PublishRequest(self._start.territory, plan, self._time.now(), recall=True)
        outcome = await workflow.execute_activity_method(PlanningActivities.publish, asked, **options.PUBLISH)
        await self._tell(outcome.changes, ())
        self._progress = replace(self._progress, publishing=None)

    async def _predict(self) -> None:
        asked = PredictRequest(self._start.territory, self._time.now())
        outcome = await workflow.execute_activity_method(PlanningActivities.repredict, asked, **options.PUBLISH)
        await self._tell((), outcome.predictions)

    async def _optimise(self, because: tuple[Because, ...], *, hold: bool) -> PlanOutcome:
        number = self._progress.plans + 1
        self._progress = replace(self._progress, plans=number)
        speed, now = self._start.timebase.speed, self._time.now()
        asked = PlanRequest(self._start.territory, number, now, told(because), speed, hold, because)
        return await workflow.execute_activity_method(PlanningActivities.optimise, asked, **options.PLAN)

    async def _publish(self, plan: PlanId, actor: Actor) -> PublishOutcome:
        asked = PublishRequest(self._start.territory, plan, self._time.now(), actor)
        return await workflow.execute_activity_method(PlanningActivities.publish, asked, **options.PUBLISH)

    async def _tell(self, changes: tuple[BookingChanged, ...], predictions: tuple[Predicted, ...]) -> None:
        """Tell each visit what was published; a visit that ended meanwhile needs no word."""
        await asyncio.gather(
            *(self._signal(c.visit_id, "booking_changed", c) for c in changes),
            *(self._signal(p.visit_id, "predicted", p) for p in predictions),
        )

    async def _signal(self, visit: VisitId, name: str, message: BookingChanged | Predicted) -> None:
        try:
            await workflow.get_external_workflow_handle(visit_workflow_id(visit)).signal(name, message)
        except ApplicationError:
            workflow.logger.info("visit_was_over", extra={"visit_id": visit})

    # --- facts and commands --------------------------------------------------------------------------------------

    @workflow.signal
    def changed(self, change: TerritoryChanged) -> None:
        """Something that the plan depends on."""
        self._note(*(change.because or [words(change.reason)]), prediction_only=change.prediction_only)

    @workflow.update
    async def report_absence(self, message: ReportAbsence) -> Receipt:
        """An engineer is away: bookings in that time are released and planned anew."""

        async def act() -> Bookings:
            asked = AbsenceRequest(self._start.territory, message, self._time.now())
            return await workflow.execute_local_activity_method(
                TerritoryActivities.record_absence, asked, **options.LOCAL_RECORD
            )

        return await self._command(
            message.command, Because(BecauseCode.ENGINEER_ABSENT, {"engineer": message.engineer}), act
        )

    @workflow.update
    async def move_visit(self, message: MoveVisit) -> Receipt:
        """A person moves a booking, with a reason."""

        async def act() -> Bookings:
            asked = MoveRequest(self._start.territory, message, self._time.now())
            return await workflow.execute_local_activity_method(
                TerritoryActivities.move_visit, asked, **options.LOCAL_RECORD
            )

        return await self._command(message.command, Because(BecauseCode.MOVED, visit=message.visit_id), act)

    @workflow.update
    async def receive_stock(self, message: ReceiveStock) -> Receipt:
        """Parts came into a stock location."""

        async def act() -> Bookings:
            asked = StockRequest(self._start.territory, message, self._time.now())
            await workflow.execute_local_activity_method(StockActivities.receive_stock, asked, **options.LOCAL_RECORD)
            return Bookings()

        return await self._command(message.command, Because(BecauseCode.STOCK_CAME_IN, {"sku": message.sku}), act)

    @workflow.update
    async def transfer_stock(self, message: TransferStock) -> Receipt:
        """Parts went from one stock location to another."""

        async def act() -> StockKept:
            asked = TransferRequest(self._start.territory, message, self._time.now())
            return await workflow.execute_local_activity_method(
                StockActivities.transfer_stock, asked, **options.LOCAL_RECORD
            )

        because = Because(BecauseCode.STOCK_TRANSFERRED, {"sku": message.sku, "to": message.to})
        return await self._keep_stock(message.command, because, act)

    @workflow.update
    async def write_off_stock(self, message: WriteOffStock) -> Receipt:
        """Parts are broken, lost or expired."""

        async def act() -> StockKept:
            asked = WriteOffRequest(self._start.territory, message, self._time.now())
            return await workflow.execute_local_activity_method(
                StockActivities.write_off_stock, asked, **options.LOCAL_RECORD
            )

        because = Because(BecauseCode.STOCK_WRITTEN_OFF, {"sku": message.sku})
        return await self._keep_stock(message.command, because, act)

    @workflow.update
    async def count_stock(self, message: CountStock) -> Receipt:
        """Parts were counted."""

        async def act() -> StockKept:
            asked = CountRequest(self._start.territory, message, self._time.now())
            return await workflow.execute_local_activity_method(
                StockActivities.count_stock, asked, **options.LOCAL_RECORD
            )

        because = Because(BecauseCode.STOCK_COUNTED, {"sku": message.sku})
        return await self._keep_stock(message.command, because, act)

    @workflow.update
    async def publish_draft(self, message: PublishDraft) -> Receipt:
        """A dispatcher publishes a draft that was held back."""

        async def act() -> Bookings:
            outcome = await self._publish(message.plan_id, message.command.actor)
            return Bookings(outcome.changes)

        return await self._command(message.command, Because(BecauseCode.PLAN_PUBLISHED, {"plan": message.plan_id}), act)

    @workflow.update
    async def pin_visit(self, message: PinVisit) -> Receipt:
        """A person fixes what planning may not change about a booking, or sets it free."""

        async def act() -> Bookings:
            asked = PinRequest(self._start.territory, message, self._time.now())
            return await workflow.execute_local_activity_method(
                TerritoryActivities.pin_visit, asked, **options.LOCAL_RECORD
            )

        return await self._command(message.command, Because(BecauseCode.PINNED, visit=message.visit_id), act)

    @workflow.update
    async def change_draft(self, message: ChangeDraft) -> Receipt:
        """A dispatcher moves visits in the draft; the plan stands until it is published."""
        asked = ChangeDraftRequest(self._start.territory, message, self._time.now())
        with answered():
            async with self._lock:
                done = await workflow.execute_local_activity_method(
                    DraftActivities.change_draft, asked, **options.LOCAL_RECORD
                )
        return self._drafted(done)

    @workflow.update
    async def undo_draft(self, message: UndoDraft) -> Receipt:
        """A dispatcher takes the own last change of the draft back."""
        asked = DraftRequest(self._start.territory, message.command, self._time.now())
        with answered():
            async with self._lock:
                done = await workflow.execute_local_activity_method(
                    DraftActivities.undo_draft, asked, **options.LOCAL_RECORD
                )
        return self._drafted(done)

    @workflow.update
    async def discard_draft(self, message: DiscardDraft) -> Receipt:
        """Nothing of the draft is kept."""
        asked = DraftRequest(self._start.territory, message.command, self._time.now(), message.base_version)
        with answered():
            async with self._lock:
                done = await workflow.execute_local_activity_method(
                    DraftActivities.discard_draft, asked, **options.LOCAL_RECORD
                )
        return self._drafted(done)

    @workflow.update
    async def publish_moves(self, message: PublishMoves) -> MovesReceipt:
        """The draft's moves become bookings; what changed meanwhile is left alone and named."""
        asked = PublishMovesRequest(self._start.territory, message, self._time.now())
        with answered():
            async with self._lock:
                done = await workflow.execute_activity_method(
                    PlanningActivities.publish_moves, asked, **options.PUBLISH
                )
                if done.changes and message.command.id not in self._progress.seen:
                    seen = (*self._progress.seen, message.command.id)[-REMEMBERED:]
                    self._progress = replace(self._progress, seen=seen)
                    self._note(Because(BecauseCode.VISITS_MOVED, {"count": len(done.changes)}))
                await self._tell(done.changes, ())
        return MovesReceipt(
            id=self._start.territory,
            state="published",
            version=done.version,
            moved=tuple(change.visit_id for change in done.changes),
            left_alone=done.left_alone,
        )

    @workflow.query
    def view(self) -> TerritoryView:
        """What the territory waits for."""
        return TerritoryView(self._progress, self._time.now())

    # --- mechanics ---------------------------------------------------------------------------------------------

    async def _command(self, command: Command, because: Because, act: Callable[[], Awaitable[Bookings]]) -> Receipt:
        with answered():
            async with self._lock:
                if command.id not in self._progress.seen:
                    done = await act()
                    seen = (*self._progress.seen, command.id)[-REMEMBERED:]
                    self._progress = replace(self._progress, seen=seen)
                    self._note(because)
                    await self._tell(done.changes, ())
        return Receipt(self._start.territory, "planned", self._progress.plans)

    async def _keep_stock(self, command: Command, because: Because, act: Callable[[], Awaitable[StockKept]]) -> Receipt:
        """Carry out what changes stock; every territory whose plan may count on it plans again, this one included."""
        with answered():
            async with self._lock:
                if command.id not in self._progress.seen:
                    kept = await act()
                    seen = (*self._progress.seen, command.id)[-REMEMBERED:]
                    self._progress = replace(self._progress, seen=seen)
                    if self._start.territory in kept.planners:
                        self._note(because)
                    await self._tell(kept.changes, ())
                    for planner in kept.planners:
                        if planner != self._start.territory:
                            changed = TerritoryChanged(because.sentence, because=(because,))
                            await wake(planner, changed, self._start.timebase)
        return Receipt(self._start.territory, "planned", self._progress.plans)

    def _drafted(self, done: DraftOutcome) -> Receipt:
        return Receipt(self._start.territory, "drafted", done.version)

    def _note(self, *because: Because, prediction_only: bool = False) -> None:
        p = self._progress
        # A storm brings hundreds of reasons for one plan; the first few tell the story.
        known = _known(p)
        new = tuple(one for one in because if one not in known) if len(known) < 50 else ()
        self._progress = replace(
            p,
            reasons=(*p.reasons, *(one.sentence for one in new)),
            because=(*known, *new),
            predictions_only=p.predictions_only and prediction_only,
        )

    def _is_long(self) -> bool:
        info = workflow.info()
        return info.is_continue_as_new_suggested() or info.get_current_history_length() > self._start.max_events

    async def _continue_as_new_when_long(self) -> None:
        if self._is_long():
            await workflow.wait_condition(workflow.all_handlers_finished)
            workflow.continue_as_new(replace(self._start, progress=self._progress))


def _known(progress: TerritoryProgress) -> tuple[Because, ...]:
    """What changed; of a progress from before there were codes, in its own words."""
    return progress.because or tuple(words(reason) for reason in progress.reasons)
