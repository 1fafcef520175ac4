"""What the application keeps for people and systems outside: files, links, messages, webhooks, calendars."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.attaching import Attachments
from api.calendars import Calendars
from api.commands import Commands
from api.customer import CustomerDesk
from api.linking import Links
from api.messaging import Messages
from api.queries import Queries
from api.slots import NoSlots, Slots
from api.webhooks import Webhooks
from domain.customer_link import LinkKeys
from models.session import Database

NO_SLOTS = NoSlots()


@dataclass(frozen=True)
class Outside:
    """The services behind these routes."""

    attachments: Attachments
    links: Links
    customers: CustomerDesk
    messages: Messages
    webhooks: Webhooks
    calendars: Calendars

    @classmethod
    def of(
        cls,
        database: Database,
        commands: Commands,
        queries: Queries,
        link_keys: Mapping[str, bytes],
        *,
        slots: Slots = NO_SLOTS,
        webhooks_to_private: bool = False,
    ) -> "Outside":
        """Put them together.

        Args:
            link_keys: Sign the customers' links; the active key first.
            slots: Finds times that a customer may choose from.
            webhooks_to_private: Whether a webhook may go to an address of the own network.
        """
        attachments = Attachments(database, commands, queries.now)
        return cls(
            attachments=attachments,
            links=Links(database, queries.now, LinkKeys(link_keys)),
            customers=CustomerDesk(database, commands, queries.now, attachments, slots),
            messages=Messages(database, queries.now),
            webhooks=Webhooks(database, queries.now, allow_private=webhooks_to_private),
            calendars=Calendars(database, queries.now),
        )
