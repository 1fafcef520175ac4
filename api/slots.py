"""Times that a customer may choose from: the same windows that the desk offers, without what they cost."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.commands import Commands
from api.slot_desk import SlotDesk
from domain.errors import InvalidInputError, WrongStateError
from domain.holding import SlotGoneError
from domain.ids import CaseId
from domain.messages import Command, Receipt
from domain.registration import ArrivalWindow
from models.screens import cases, changes
from models.session import Database

FRESH = timedelta(minutes=1)
"""Virtual time for which offers are shown again while nothing changes: a page looks every few seconds."""

REMEMBERED = 1_000


@dataclass(frozen=True)
class SlotOffer:
    """A span in which an engineer can come. ``id`` chooses it."""

    id: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class _Known:
    version: str
    at: datetime
    offers: list[SlotOffer]


class CustomerSlots:
    """Finds times for a case, and takes one."""

    def __init__(
        self, database: Database, commands: Commands, desk: SlotDesk, now: Callable[[], Awaitable[datetime]]
    ) -> None:
        self._database = database
        self._commands = commands
        self._desk = desk
        self._now = now
        self._known: OrderedDict[CaseId, _Known] = OrderedDict()

    async def offers(self, case_id: CaseId) -> list[SlotOffer]:
        """Times to choose from, the earliest first; none when nothing is to be chosen now."""
        now = await self._now()
        async with self._database.reading() as session:
            territory = (await cases.require(session, case_id)).territory_id
            version = await changes.version(session, territory) if territory else ""
        known = self._known.get(case_id)
        if known is None or known.version != version or not timedelta(0) <= now - known.at < FRESH:
            known = self._known[case_id] = _Known(version, now, await self._found(case_id))
            self._known.move_to_end(case_id)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return known.offers

    async def choose(self, case_id: CaseId, slot_id: str, command: Command) -> Receipt:
        """Take one; the same command again takes the same.

        Raises:
            SlotGoneError: It is not to be had any more.
            CalloutError: The case or visit refuses it, or the system does not answer.
        """
        by = f"{command.actor.role}:{command.actor.id}"
        held = await self._desk.hold(case_id, _window(slot_id), None, command.id, by)
        return await self._desk.choose(self._commands, case_id, held.id, command)

    async def _found(self, case_id: CaseId) -> list[SlotOffer]:
        try:
            offers = await self._desk.offers(case_id)
        except (WrongStateError, InvalidInputError):
            return []
        return [SlotOffer(_id_of(one.start, one.end), one.start, one.end) for day in offers.days for one in day.slots]


def _id_of(start: datetime, end: datetime) -> str:
    return f"{start.isoformat()}/{end.isoformat()}"


def _window(slot_id: str) -> ArrivalWindow:
    start, _, end = slot_id.partition("/")
    try:
        window = ArrivalWindow(datetime.fromisoformat(start), datetime.fromisoformat(end))
    except ValueError as error:
        raise SlotGoneError("There is no such time.", []) from error
    if window.start.tzinfo is None or window.end.tzinfo is None:
        raise SlotGoneError("There is no such time.", [])
    return window
