"""Hands over what waits in the outbox: one workflow for each message and each call.

The workflow's id follows from the row, so handing over twice (two relays, or one that died before it wrote down what it
had done) starts it once. The relay itself holds no state and may die at any moment.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from activities.queues import CASES
from domain.errors import CalloutError
from domain.messages import Deliver
from models import tables as t
from models.repositories import outbox, policies
from models.repositories.outbox import Waiting
from models.session import Database

log = logging.getLogger("callout.relay")

REST_SECONDS = 1.0
REST_AFTER_TROUBLE_SECONDS = 5.0
AT_ONCE = 100


class Relay:
    """Holds a Temporal client and the record.

    Args:
        can_send: Whether any channel is configured; without one, messages are settled here as undeliverable.
    """

    def __init__(self, client: Client, database: Database, *, can_send: bool) -> None:
        self._client = client
        self._database = database
        self._can_send = can_send

    async def run(self) -> None:
        """Hand over, again and again, until cancelled."""
        while True:
            try:
                moved = await self.hand_over()
                rest = 0.0 if moved >= AT_ONCE else REST_SECONDS
            except (CalloutError, RPCError) as error:
                log.warning("relay_waits", extra={"kind": type(error).__name__})
                rest = REST_AFTER_TROUBLE_SECONDS
            await asyncio.sleep(rest)

    async def hand_over(self) -> int:
        """Hand over what waits now; returns how much that was, at most ``AT_ONCE`` of each kind."""
        async with self._database.reading() as session:
            now = (await policies.timebase(session)).virtual(datetime.now(UTC))
            messages = await outbox.waiting_messages(session, now, AT_ONCE) if self._can_send else []
            calls = await outbox.waiting_calls(session, AT_ONCE)
        await self._start("message", t.Message, messages, now)
        await self._start("webhook", t.WebhookDelivery, calls, now)
        if self._can_send:
            return max(len(messages), len(calls))
        async with self._database.transaction() as session:
            return max(len(calls), await outbox.nobody_can_send(session, now, AT_ONCE))

    async def _start(self, what: str, kind: Any, waiting: Sequence[Waiting], now: datetime) -> None:
        if not waiting:
            return
        for one in waiting:
            try:
                await self._client.start_workflow(
                    "DeliveryWorkflow",
                    Deliver(what, one.number),
                    id=f"delivery/{what}-{one.number}-{one.round}",
                    task_queue=CASES,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                )
            except WorkflowAlreadyStartedError:
                log.info("handed_over_before", extra={"what": what, "number": one.number})
        async with self._database.transaction() as session:
            await outbox.handed_over(session, kind, [one.number for one in waiting], now)
