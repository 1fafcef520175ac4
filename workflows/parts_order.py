"""One reservation of one visit: held, shipped where it must travel, ready, then consumed or released.

Stock itself is held by the transaction that published the booking. This workflow follows the part: it starts the
transfer, notices when it is late, and makes sure that stock which nobody used is free again, whatever happens.
"""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities import options
    from activities.parts_orders import PartsOrderActivities
    from domain.errors import WrongStateError
    from domain.ids import CommandId
    from domain.messages import (
        EventData,
        EventDraft,
        PartFact,
        PartReceived,
        PartsOrderEnd,
        PartsOrderStart,
        Receipt,
        ReservationChange,
    )
    from domain.people import SYSTEM, Actor
    from domain.vocabulary import PartSource, ReservationState
    from workflows.failures import answered, is_wrong_state
    from workflows.ids import visit_workflow_id
    from workflows.timekeeping import Timekeeper


@workflow.defn
class PartsOrderWorkflow:
    """Follows one reservation (``parts/{reservation_id}``)."""

    @workflow.init
    def __init__(self, start: PartsOrderStart) -> None:
        self._start = start
        self._part = start.reservation
        self._time = Timekeeper(start.timebase)
        self._state = ReservationState.HELD
        self._end: PartsOrderEnd | None = None
        self._late = False
        self._lock = asyncio.Lock()

    @workflow.run
    async def run(self, start: PartsOrderStart) -> str:
        """The story: hold, ship if it must travel, and in the end consumed or given back."""
        try:
            if start.reservation.source is PartSource.SHIPMENT:
                await self._ship_and_wait_for_it()
            await self._time.wait(lambda: self._end is not None or not self._state.is_active)
            if self._end is not None:
                async with self._lock:
                    ended = ReservationState.CONSUMED if self._end.consumed else ReservationState.RELEASED
                    await self._record(ended, "settled")
        except asyncio.CancelledError:
            # Compensation: a cancelled order gives its stock back before it ends.
            await asyncio.shield(self._record(ReservationState.RELEASED, "cancelled"))
            raise
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._state

    async def _ship_and_wait_for_it(self) -> None:
        try:
            await self._record(ReservationState.SHIPPED, "shipped")
        except (ActivityError, ApplicationError) as error:
            if not is_wrong_state(error):
                raise
            # The plan took another way before anything was sent, and gave the part back.
            self._state = ReservationState.RELEASED
            return
        due = self._part.ready_at or self._time.now()
        until = due + self._start.terms.receive_grace
        if not await self._time.wait(self._is_settled, until):
            self._late = True
            await self._tell_the_visit(late=True)
            await self._time.wait(self._is_settled)
        if self._state is ReservationState.READY:
            await self._tell_the_visit(late=self._late)

    @workflow.update
    async def received(self, message: PartReceived) -> Receipt:
        """The shipped part has arrived at the engineer."""
        with answered():
            async with self._lock:
                if self._state is ReservationState.HELD or self._part.source is not PartSource.SHIPMENT:
                    raise WrongStateError("part", self._part.id, self._state, "received", ReservationState.SHIPPED)
                if self._state is ReservationState.SHIPPED:
                    await self._record(ReservationState.READY, "received", message.command.actor, message.command.id)
        return Receipt(self._part.id, self._state, 0)

    @workflow.signal
    def end(self, message: PartsOrderEnd) -> None:
        """The visit consumed the part, or no longer needs it."""
        self._end = message

    @workflow.query
    def state(self) -> str:
        """Where the reservation stands."""
        return self._state

    def _is_settled(self) -> bool:
        return self._state is ReservationState.READY or self._end is not None

    async def _record(
        self, state: ReservationState, what: str, actor: Actor = SYSTEM, key: CommandId | None = None
    ) -> None:
        now = self._time.now()
        part = self._part
        about: EventData = {
            "reservation_id": part.id,
            "sku": part.sku,
            "quantity": part.quantity,
            "state": state.value,
        }
        event = EventDraft(f"part_{what}", now, actor, about)
        change = ReservationChange(
            workflow.info().workflow_id,
            key or CommandId(what),
            self._part.id,
            self._start.case_id,
            self._start.visit_id,
            state,
            event,
            now,
        )
        await workflow.execute_local_activity_method(
            PartsOrderActivities.record_reservation, change, **options.LOCAL_RECORD
        )
        self._state = state

    async def _tell_the_visit(self, *, late: bool) -> None:
        fact = PartFact(self._part.id, self._state, self._time.now(), late)
        try:
            await workflow.get_external_workflow_handle(visit_workflow_id(self._start.visit_id)).signal(
                "part_changed", fact
            )
        except ApplicationError:
            workflow.logger.info("visit_was_over", extra={"visit_id": self._start.visit_id})
