"""The activity that sends one message."""

from datetime import UTC, datetime

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.errors import typed_errors
from activities.notify.channels import Channel, ChannelRefusedError, Channels, Letter
from activities.notify.words import Written, write
from domain.customer_link import LinkKeys
from domain.messages import Deliver
from domain.vocabulary import MessageState
from models.repositories import deliveries, policies
from models.repositories.deliveries import Outgoing
from models.session import Database

WAYS = (Channel.EMAIL, Channel.SMS)
"""In this order a customer is reached: an e-mail says more, and costs nothing."""


class MessageActivities:
    """Holds the record, the channels, and the keys of the customers' links."""

    def __init__(self, database: Database, channels: Channels, keys: LinkKeys) -> None:
        self._database = database
        self._channels = channels
        self._keys = keys

    @activity.defn
    @typed_errors
    async def send_message(self, asked: Deliver) -> str:
        """Send a message; returns the state that it is in afterwards. Key: the message's row.

        A message that is sent, or cannot be, is left alone. If the worker dies after the channel took the letter and
        before that was written down, it is sent once more with the same id.
        """
        now = await self._now()
        async with self._database.transaction() as session:
            message = await deliveries.begin(session, asked.number, now)
        if message is None:
            return MessageState.SENT
        way = self._way(message)
        if isinstance(way, str):
            await self._settle(asked, MessageState.UNDELIVERABLE, reason=way)
            return MessageState.UNDELIVERABLE
        channel, addresses = way
        written = write(message, self._keys)
        try:
            references = [await self._send(channel, message, written, to) for to in addresses]
        except ChannelRefusedError:
            await self._settle(asked, MessageState.SENDING, channel=channel, reason="channel_refused")
            raise ApplicationError("The channel did not take the message.", type="channel_refused") from None
        await self._settle(asked, MessageState.SENT, channel=channel, reference=" ".join(filter(None, references)))
        return MessageState.SENT

    @activity.defn
    @typed_errors
    async def give_up_message(self, asked: Deliver) -> None:
        """Every attempt failed: staff see it, and may have it sent again. Key: the message's row."""
        await self._settle(asked, MessageState.FAILED, reason="channel_refused")

    def _way(self, message: Outgoing) -> tuple[Channel, tuple[str, ...]] | str:
        """The channel and the addresses, or the word for why there is none."""
        if message.outdated:
            return "outdated"
        known = self._channels.known
        if message.role is not None and Channel.STAFF in known:
            return Channel.STAFF, ("",)
        if not known & set(WAYS):
            return "no_channel"
        for channel in WAYS:
            found = tuple(p.email if channel is Channel.EMAIL else p.phone for p in message.people)
            reachable = tuple(address for address in found if address)
            if channel in known and reachable:
                return channel, reachable
        return "no_address"

    async def _send(self, channel: Channel, message: Outgoing, written: Written, to: str) -> str:
        text = written.sms if channel is Channel.SMS else written.body
        subject = "" if channel is Channel.SMS else written.subject
        letter = Letter(to, subject, text, f"M-{message.number}-{message.round}")
        return await self._channels.send(channel, letter)

    async def _settle(self, asked: Deliver, state: MessageState, **facts: str) -> None:
        now = await self._now()
        async with self._database.transaction() as session:
            await deliveries.settle(session, asked.number, state, now, **facts)

    async def _now(self) -> datetime:
        async with self._database.reading() as session:
            return (await policies.timebase(session)).virtual(datetime.now(UTC))
