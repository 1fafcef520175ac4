"""What a customer sees and does through a link."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from activities.wording import Wording
from api.attaching import Attachments
from api.commands import Commands
from api.customer_view import CustomerPage, CustomerView, is_to_choose
from api.linking import OpenLink
from api.slots import CustomerSlots
from domain.errors import CalloutError, WrongStateError
from domain.holding import SlotGoneError
from domain.ids import AttachmentId
from domain.messages import Command, Receipt
from domain.vocabulary import AttachmentKind
from models.repositories import message_settings
from models.screens import customer
from models.session import Database


class NotNowError(CalloutError):
    """The command does not fit where things stand; the message is for the customer."""

    code = "not_now"
    http_status = 409


class CustomerDesk:
    """Holds the record and the commands; every call is for one case that a link has opened."""

    def __init__(
        self,
        database: Database,
        commands: Commands,
        now: Callable[[], Awaitable[datetime]],
        attachments: Attachments,
        slots: CustomerSlots,
    ) -> None:
        self._database = database
        self._commands = commands
        self._now = now
        self._attachments = attachments
        self._slots = slots

    async def view(self, link: OpenLink, language: str | None = None) -> CustomerView:
        """The customer's page.

        Args:
            language: None takes the contact's.
        """
        return (await self._page(link, language)).view()

    async def tell(self, link: OpenLink, what: str, update: str, message: Any, language: str | None) -> Receipt:
        """Carry out a command.

        Args:
            what: The command as the customer knows it, for the words of a refusal.
            update: The command as the case's workflow knows it.

        Raises:
            NotNowError: It does not fit where things stand.
            CalloutError: The input breaks a rule, or the system does not answer.
        """
        try:
            return await self._commands.case(link.case_id, update, message)
        except WrongStateError as error:
            raise NotNowError((await self._page(link, language)).refusal(what)) from error

    async def choose(self, link: OpenLink, slot_id: str, command: Command, language: str | None) -> Receipt:
        """Take one of the offered times. Raises as ``tell`` does."""
        try:
            return await self._slots.choose(link.case_id, slot_id, command)
        except (WrongStateError, SlotGoneError) as error:
            raise NotNowError((await self._page(link, language)).refusal("slot")) from error

    async def attach(
        self, link: OpenLink, given: bytes, command: Command, language: str | None
    ) -> tuple[AttachmentId, Receipt]:
        """Add a photo or a document. Raises as ``tell`` does."""
        kind = AttachmentKind.DOCUMENT if given.startswith(b"%PDF-") else AttachmentKind.PHOTO
        try:
            return await self._attachments.add(link.case_id, None, kind, given, command)
        except WrongStateError as error:
            raise NotNowError((await self._page(link, language)).refusal("photo")) from error

    async def _page(self, link: OpenLink, language: str | None) -> CustomerPage:
        now = await self._now()
        async with self._database.reading() as session:
            facts = await customer.facts(session, link.case_id)
            settings = await message_settings.load(session)
        slots = await self._slots.offers(link.case_id) if is_to_choose(facts) else []
        words = Wording(language or facts.language, facts.time_zone)
        return CustomerPage(facts, words, now, settings.company, settings.currency, slots)
