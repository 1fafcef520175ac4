"""The activity that calls one webhook."""

import asyncio
import json
from datetime import UTC, datetime

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.errors import typed_errors
from activities.notify.http import Answer, CallFailedError, post, signature
from domain.errors import InvalidInputError
from domain.messages import Deliver
from domain.vocabulary import MessageState
from models.repositories import policies, webhooks
from models.repositories.webhooks import Call
from models.session import Database


class WebhookActivities:
    """Holds the record.

    Args:
        allow_private: Whether calls may go to addresses of the own network.
    """

    def __init__(self, database: Database, *, allow_private: bool = False) -> None:
        self._database = database
        self._allow_private = allow_private

    @activity.defn
    @typed_errors
    async def call_webhook(self, asked: Deliver) -> str:
        """Call another system; returns the state that the call is in afterwards. Key: the call's row.

        It may be made twice if the worker dies in between; receivers tell repetitions by ``Callout-Delivery``.
        """
        now = await self._now()
        async with self._database.transaction() as session:
            call = await webhooks.begin(session, asked.number, now)
        if call is None:
            return MessageState.SENT
        try:
            answer = await asyncio.to_thread(self._post, call)
        except InvalidInputError as error:
            await self._settle(asked, MessageState.UNDELIVERABLE, None, error.message)
            return MessageState.UNDELIVERABLE
        except CallFailedError as error:
            await self._settle(asked, MessageState.SENDING, None, error.message)
            raise ApplicationError(error.message, type=error.code) from None
        if not answer.is_taken:
            await self._settle(asked, MessageState.SENDING, answer.status, answer.text)
            raise ApplicationError(f"The other system answered {answer.status}.", type="call_refused")
        await self._settle(asked, MessageState.SENT, answer.status, answer.text)
        return MessageState.SENT

    @activity.defn
    @typed_errors
    async def give_up_call(self, asked: Deliver) -> None:
        """Every attempt failed; the log says what the last answer was. Key: the call's row."""
        now = await self._now()
        async with self._database.transaction() as session:
            await webhooks.give_up(session, asked.number, now)

    def _post(self, call: Call) -> Answer:
        body = json.dumps(call.document, ensure_ascii=False, separators=(",", ":")).encode()
        # Receivers compare it with their own clock, so it is real time.
        timestamp = str(int(datetime.now(UTC).timestamp()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Callout",
            "Callout-Delivery": str(call.document["id"]),
            "Callout-Topic": str(call.document["topic"]),
            "Callout-Timestamp": timestamp,
            "Callout-Signature": signature(call.secret, timestamp, body),
        }
        return post(call.url, body, headers, allow_private=self._allow_private)

    async def _settle(self, asked: Deliver, state: MessageState, status: int | None, answer: str) -> None:
        now = await self._now()
        async with self._database.transaction() as session:
            await webhooks.settle(session, asked.number, state, now, status, answer)

    async def _now(self) -> datetime:
        async with self._database.reading() as session:
            return (await policies.timebase(session)).virtual(datetime.now(UTC))
