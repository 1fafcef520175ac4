"""One visit: planned, offered, accepted, travelled to, worked, reported.

The territory's plan arrives as signals, the engineer's commands as updates; their handlers record. ``run`` acts:
it makes the offer in time, follows the parts, tells case and territory, and dispatches anew when nobody answers.
"""

import asyncio
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import datetime

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ActivityError, ApplicationError, WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from activities import options
    from activities.visits import VisitActivities
    from domain import visit, visit_steps
    from domain.ids import BookingId, CommandId, ReservationId
    from domain.messages import (
        AcceptOffer,
        Arrive,
        BookingChanged,
        CancelVisit,
        ChooseSlot,
        Command,
        DeclineOffer,
        Depart,
        EventDraft,
        FinishVisit,
        PartFact,
        PartsOrderEnd,
        PartsOrderStart,
        Predicted,
        Receipt,
        RecordedVisit,
        SplitVisit,
        VisitChange,
        VisitStart,
        VisitView,
    )
    from domain.parts import ReservationFact
    from domain.steps import Announcement
    from domain.visit import TerritoryChanged, VisitFact, VisitProgress
    from domain.vocabulary import VisitState
    from workflows.ending import is_idle, until_idle
    from workflows.failures import (
        REST_AFTER_REFUSAL,
        RecordRefusedError,
        answered,
        is_stale_booking,
        recorded_version,
        unrefused,
    )
    from workflows.ids import case_workflow_id, parts_workflow_id
    from workflows.memory import remember
    from workflows.parts_order import PartsOrderWorkflow
    from workflows.timekeeping import Timekeeper
    from workflows.waking import wake

Story = Callable[[VisitProgress], list[EventDraft]]


@workflow.defn
class VisitWorkflow:
    """Carries one visit (``visit/{visit_id}``), child of its case."""

    @workflow.init
    def __init__(self, start: VisitStart) -> None:
        self._start = start
        self._time = Timekeeper(start.timebase)
        self._progress = start.progress or VisitProgress(
            visit_id=start.visit_id,
            case_id=start.case_id,
            territory=start.territory,
            severity=start.severity,
            terms=start.terms,
            needs=start.needs,
            preferred=start.preferred,
            dispatch_due=start.dispatch_due,
            on_site_due=start.on_site_due,
            resolve_due=start.resolve_due,
            after=start.after,
        )
        self._lock = asyncio.Lock()
        self._changes = 0
        self._outbox: list[VisitFact] = []
        self._to_wake: TerritoryChanged | None = None

    @workflow.run
    async def run(self, start: VisitStart) -> Receipt:
        """The story: wait for a place in the plan, offer it, follow the engineer to the outcome."""
        if start.progress is None:
            await self._step(CommandId("request"), lambda p: visit_steps.request(p, self._time.now()))
        watch = asyncio.create_task(self._announce_what_time_brings())
        await self._pass_on_what_happened()
        while not self._progress.state.is_final:
            match self._progress.state:
                case VisitState.BOOKED:
                    await self._offer_in_time()
                case VisitState.OFFERED:
                    await self._wait_for_the_answer()
                case VisitState.REQUESTED | VisitState.CONFIRMED | VisitState.EN_ROUTE | VisitState.ON_SITE:
                    await self._wait_for_a_change()
                case VisitState.DONE | VisitState.CANCELLED:
                    break
            await self._pass_on_what_happened()
            await self._continue_as_new_when_long()
        await self._until_nothing_is_under_way()
        watch.cancel()
        return self._receipt()

    # --- the steps of the story ------------------------------------------------------------------------------

    async def _offer_in_time(self) -> None:
        seen = self._changes
        if not await self._time.wait(lambda: self._changes != seen, visit.offer_at(self._progress)):
            await self._unless_replanned("offer", lambda p: visit_steps.offer(p, self._time.now()))

    async def _wait_for_the_answer(self) -> None:
        seen = self._changes
        step = self._progress.step
        if not await self._time.wait(lambda: self._changes != seen, step.due_at if step else None):
            await self._unless_replanned("silence", lambda p: visit_steps.give_up_on_silence(p, self._time.now()))

    async def _wait_for_a_change(self) -> None:
        seen = self._changes
        await self._time.wait(lambda: self._changes != seen or self._is_long())

    async def _unless_replanned(self, what: str, story: Story) -> None:
        """Record a step of the visit's own accord; a plan published meanwhile outdates it and is on its way here."""
        seen = self._changes
        key = CommandId(f"step:{self._progress.steps_opened}:{what}")
        if not await self._step(key, story):
            await self._time.wait(lambda: self._changes != seen)

    async def _pass_on_what_happened(self) -> None:
        """Send what the recorded changes left in the outbox: facts to the case, a wake-up to the territory.

        Sending takes a moment in which more may happen; whoever waits next for a change must find nothing unsent.
        """
        passed_on = -1
        while passed_on != self._changes:
            passed_on = self._changes
            while self._outbox:
                await self._tell_the_case(self._outbox.pop(0))
            change, self._to_wake = self._to_wake, None
            if change is not None:
                await wake(self._progress.territory, change, self._start.timebase)
            await self._follow_parts()

    async def _tell_the_case(self, fact: VisitFact) -> None:
        handle = workflow.get_external_workflow_handle(case_workflow_id(self._progress.case_id))
        try:
            await handle.signal("visit_changed", fact)
        except ApplicationError:
            # The case was closed meanwhile; the record keeps the visit's own story.
            workflow.logger.info("case_was_closed", extra={"visit_id": self._progress.visit_id})

    async def _follow_parts(self) -> None:
        followed = self._progress.parts_orders
        wanted = {part.id: part for part in visit_steps.parts_to_follow(self._progress)}
        consumed = self._progress.state is VisitState.DONE
        for reservation in [r for r in followed if r not in wanted]:
            await self._end_parts_order(reservation, consumed=consumed)
            followed.remove(reservation)
        for reservation, part in wanted.items():
            if reservation not in followed:
                await self._start_parts_order(part)
                followed.append(reservation)

    async def _start_parts_order(self, part: ReservationFact) -> None:
        p = self._progress
        start = PartsOrderStart(part, p.visit_id, p.case_id, p.terms, self._start.timebase)
        try:
            await workflow.start_child_workflow(
                PartsOrderWorkflow.run,
                start,
                id=parts_workflow_id(part.id),
                parent_close_policy=ParentClosePolicy.ABANDON,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            )
        except WorkflowAlreadyStartedError:
            return

    async def _end_parts_order(self, reservation: ReservationId, *, consumed: bool) -> None:
        try:
            handle = workflow.get_external_workflow_handle(parts_workflow_id(reservation))
            await handle.signal("end", PartsOrderEnd(consumed))
        except ApplicationError:
            workflow.logger.info("parts_order_was_over", extra={"reservation_id": reservation})

    # --- facts and commands --------------------------------------------------------------------------------------

    @workflow.signal
    async def booking_changed(self, change: BookingChanged) -> None:
        """The published plan gave the visit a place, another one, or none."""
        now = self._time.now()
        key = CommandId(f"booking:{self._progress.facts}:{change.booking.id if change.booking else 'none'}")
        if not await self._step(key, lambda p: visit_steps.change_booking(p, change, now), change.released):
            # A newer booking is already in the record; its own signal follows.
            workflow.logger.info("booking_was_outdated", extra={"visit_id": change.visit_id})

    @workflow.signal
    async def predicted(self, fact: Predicted) -> None:
        """The plan expects other times."""
        async with self._lock:
            # Nothing to record: the planner stored the prediction with the plan.
            draft = deepcopy(self._progress)
            visit_steps.predict(draft, fact, self._time.now())
            self._adopt(draft)

    @workflow.signal
    async def part_changed(self, fact: PartFact) -> None:
        """A shipped part is there, or late."""
        now = self._time.now()
        key = CommandId(f"part:{fact.reservation_id}:{fact.state}:{fact.late}")
        await self._step(key, lambda p: visit_steps.note_part(p, fact, now))

    @workflow.signal
    async def cancel(self, message: CancelVisit) -> None:
        """The case no longer needs the visit."""
        now = self._time.now()
        await self._step(CommandId("cancel"), lambda p: visit_steps.cancel(p, message, now))

    @workflow.update
    async def choose_slot(self, message: ChooseSlot) -> Receipt:
        """The customer chose an arrival window."""
        return await self._command(message.command, lambda p, at, now: visit_steps.choose_slot(p, message, at, now))

    @workflow.update
    async def accept(self, message: AcceptOffer) -> Receipt:
        """The engineer takes the visit."""
        return await self._command(message.command, lambda p, at, now: visit_steps.accept(p, message, at, now))

    @workflow.update
    async def decline(self, message: DeclineOffer) -> Receipt:
        """The engineer does not take the visit."""
        return await self._command(message.command, lambda p, at, now: visit_steps.decline(p, message, at, now))

    @workflow.update
    async def depart(self, message: Depart) -> Receipt:
        """The engineer is on the way."""
        return await self._command(message.command, lambda p, at, now: visit_steps.depart(p, message, at, now))

    @workflow.update
    async def arrive(self, message: Arrive) -> Receipt:
        """The engineer is at the site."""
        return await self._command(message.command, lambda p, at, now: visit_steps.arrive(p, message, at, now))

    @workflow.update
    async def finish(self, message: FinishVisit) -> Receipt:
        """The service report."""
        return await self._command(message.command, lambda p, at, _: visit_steps.finish(p, message, at))

    @workflow.update
    async def split(self, message: SplitVisit) -> Receipt:
        """A long job becomes two visits."""
        return await self._command(message.command, lambda p, at, now: visit_steps.split(p, message, at, now))

    @workflow.query
    def view(self) -> VisitView:
        """The visit as this workflow sees it."""
        return VisitView(self._progress, self._time.now())

    # --- mechanics ---------------------------------------------------------------------------------------------

    async def _command(
        self, command: Command, story: Callable[[VisitProgress, datetime, datetime], list[EventDraft]]
    ) -> Receipt:
        with answered():
            at, now = self._time.acted_at(command.at), self._time.now()
            await self._change(command.id, lambda p: story(p, at, now))
        return self._receipt()

    async def _change(self, key: CommandId, story: Story, released: BookingId | None = None) -> None:
        """Let the story change a copy, record it, and only then make it the state. The same key acts once.

        Args:
            released: The booking that somebody else took from the visit; None when the visit itself gives up its own.
        """
        async with self._lock:
            if key in self._progress.seen:
                return
            draft = deepcopy(self._progress)
            events = story(draft)
            if not events and draft == self._progress:
                return
            draft.version += 1
            remember(draft.seen, key)
            given_up = self._progress.booking if draft.booking is None else None
            releases = (released or given_up.id) if given_up else None
            change = VisitChange(
                workflow.info().workflow_id,
                key,
                draft,
                tuple(events),
                self._time.now(),
                releases=releases,
            )
            recorded = await self._record(change)
            if draft.state is VisitState.DONE:
                visit_steps.settle_parts(draft, recorded.parts_cents)
            self._adopt(draft)

    async def _step(self, key: CommandId, story: Story, released: BookingId | None = None) -> bool:
        """A change of the visit's own accord; False when a plan published meanwhile outdates it."""
        with unrefused():
            try:
                await self._change(key, story, released)
            except (ActivityError, ApplicationError) as error:
                if not is_stale_booking(error):
                    raise
                return False
        return True

    async def _record(self, change: VisitChange) -> RecordedVisit:
        try:
            return await workflow.execute_local_activity_method(
                VisitActivities.record_visit, change, **options.LOCAL_RECORD
            )
        except (ActivityError, ApplicationError) as error:
            known = recorded_version(error)
            if known is None:
                raise
            change.progress.version = known + 1
            return await self._record(change)

    def _adopt(self, draft: VisitProgress) -> None:
        self._outbox += draft.to_tell
        if draft.to_wake is not None and (self._to_wake is None or self._to_wake.prediction_only):
            self._to_wake = draft.to_wake
        draft.to_tell, draft.to_wake = [], None
        draft.parts_orders = self._progress.parts_orders  # kept by run alone, which may have changed it meanwhile
        self._progress = draft
        self._changes += 1

    async def _announce_what_time_brings(self) -> None:
        while True:
            for said in visit.announcements(self._progress, self._time.now()):
                await self._say(said)
            seen = self._changes
            until = visit.next_announcement_at(self._progress)
            await self._time.wait(lambda seen=seen: self._changes != seen, until)  # type: ignore[misc]

    async def _say(self, said: Announcement) -> None:
        try:
            done = await self._step(CommandId(said.key), lambda p: self._announce(p, said))
        except RecordRefusedError:
            workflow.logger.exception("announcement_refused", extra={"key": said.key})
            done = False
        if not done:
            await workflow.sleep(REST_AFTER_REFUSAL)  # nobody awaits the watch: it has to go on by itself

    def _announce(self, progress: VisitProgress, said: Announcement) -> list[EventDraft]:
        if said not in visit.announcements(progress, self._time.now()):
            return []
        visit.announce(progress, said)
        return [EventDraft(said.kind, said.at, data={"subject": said.subject, "rung": said.rung})]

    def _receipt(self) -> Receipt:
        p = self._progress
        return Receipt(
            p.visit_id,
            p.state,
            p.version,
            p.step.name if p.step else "",
            p.responsible if p.step else "",
            p.step.due_at if p.step else None,
        )

    def _is_long(self) -> bool:
        info = workflow.info()
        return info.is_continue_as_new_suggested() or info.get_current_history_length() > self._start.max_events

    async def _continue_as_new_when_long(self) -> None:
        if self._progress.state.is_final or not self._is_long():
            return
        await self._until_nothing_is_under_way()
        workflow.continue_as_new(replace(self._start, progress=self._progress))

    async def _until_nothing_is_under_way(self) -> None:
        """Until this run may end at once: no handler runs or waits for its turn, and everything is passed on."""
        passed_on = -1
        while passed_on != self._changes or not is_idle(self._lock):
            await until_idle(self._lock)
            await self._pass_on_what_happened()
            passed_on = self._changes
