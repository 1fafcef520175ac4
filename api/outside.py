"""What the application keeps for people and systems outside: files, links, messages, webhooks, calendars."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from api.attaching import Attachments
from api.calendars import Calendars
from api.commands import Commands
from api.customer import CustomerDesk
from api.linking import Links
from api.messaging import Messages
from api.queries import Queries
from api.slots import CustomerSlots
from api.webhooks import Webhooks
from domain.customer_link import LinkKeys
from models.reach import Reach
from models.session import Database


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
        webhooks_to_private: bool = False,
    ) -> "Outside":
        """Put them together.

        Args:
            link_keys: Sign the customers' links; the active key first.
            webhooks_to_private: Whether a webhook may go to an address of the own network.
        """
        attachments = Attachments(database, commands, queries.now)
        slots = CustomerSlots(database, commands, queries.slots, queries.now)
        return cls(
            attachments=attachments,
            links=Links(database, queries.now, LinkKeys(link_keys)),
            customers=CustomerDesk(database, commands, queries.now, attachments, slots),
            messages=Messages(database, queries.now),
            webhooks=Webhooks(database, queries.now, allow_private=webhooks_to_private),
            calendars=Calendars(database, queries.now),
        )

    def within(self, reach: Reach, commands: Commands) -> "Outside":
        """The same for a caller who does not see everything; customers and webhooks are not limited by it.

        Args:
            commands: Those that the caller may give.
        """
        return replace(
            self,
            attachments=self.attachments.within(reach, commands),
            links=self.links.within(reach),
            messages=self.messages.within(reach),
            calendars=self.calendars.within(reach),
        )
