"""All simulated people together: look at the record, find out whose turn it is, let them act. Again and again.

Nothing is remembered between rounds but which acts are under way, so a crowd that was killed goes on where it
stopped, and since an act's command id follows from the record, nothing is done twice.
"""

import asyncio
import logging
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from api.commands import Commands, OpenCase
from api.opening import registrar
from domain.errors import CalloutError
from domain.ids import CaseId, CommandId, EngineerId
from domain.messages import Command
from domain.people import Actor
from domain.timebase import Timebase
from models.repositories import admissions, live, live_field
from models.session import Database
from samples.arrivals import Arrival
from simulation.acts import Act
from simulation.behaviour import Behaviour
from simulation.draws import Draws
from simulation.field import Field, TravelTime
from simulation.office import Office
from simulation.sending import Answer, Sender
from simulation.stores import Stores

log = logging.getLogger("callout.people")

ROUND_SECONDS = 0.2
AT_ONCE = 8
RETRY_SECONDS = 0.5
SEEN_SECONDS = 0.5
AROUND = timedelta(hours=36)


class Calls(Protocol):
    """Where new cases come from."""

    def between(self, start: datetime, end: datetime) -> Iterable[Arrival]:
        """Every arrival with ``start <= at < end``."""


@dataclass(frozen=True)
class Seen:
    """What the crowd saw of the record in one look."""

    cases: list[live.LiveCase]
    visits: list[live.LiveVisit]
    engineers: list[live_field.LiveEngineer]
    shipments: list[live_field.LiveShipment]
    shortages: list[live_field.Shortage]


async def look(database: Database, now: datetime) -> Seen:
    """One consistent look at the record."""
    async with database.reading() as session:
        return Seen(
            await live.open_cases(session),
            await live.open_visits(session),
            await live_field.engineers_around(session, now - AROUND, now + AROUND),
            await live_field.shipments(session),
            await live_field.shortages(session),
        )


@dataclass
class Minds:
    """Everybody's habits: turns what is seen into what people will do. Pure."""

    draws: Draws
    behaviour: Behaviour
    travel: TravelTime
    time_zone: str

    def acts(self, seen: Seen, now: datetime) -> list[Act]:
        """Everything that somebody will do as far as one can tell now, earliest first."""
        office = Office(self.draws, self.behaviour, self.time_zone)
        stores = Stores(self.draws, self.behaviour, self.time_zone)
        field_ = Field(self.draws, self.behaviour, self.travel, {case.id: case.given for case in seen.cases})
        booked: dict[EngineerId, list[live.LiveVisit]] = defaultdict(list)
        for visit in seen.visits:
            if visit.engineer is not None:
                booked[visit.engineer].append(visit)
        found = [office.act(case) for case in seen.cases]
        found += [act for person in seen.engineers for act in field_.acts(person, booked[person.id])]
        found += [stores.receive(shipment) for shipment in seen.shipments]
        found += [stores.restock(shortage, now) for shortage in seen.shortages]
        return sorted((act for act in found if act is not None), key=lambda act: (act.at, act.target))


@dataclass
class Crowd:
    """Lets everybody act in virtual time.

    Attributes:
        since: New cases are looked for from here on.
        lags: How much virtual time passed between the last acts and their record: the machine's slowness.
        waiting: Acts and calls that are under way, by command.
    """

    database: Database
    commands: Commands
    sender: Sender
    minds: Minds
    calls: Calls
    timebase: Timebase
    since: datetime
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    lags: deque[timedelta] = field(default_factory=lambda: deque(maxlen=500))
    waiting: set[str] = field(default_factory=set)
    not_before: dict[str, float] = field(default_factory=dict)
    opened: set[CaseId] = field(default_factory=set)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    def now(self) -> datetime:
        """Virtual time."""
        return self.timebase.virtual(self.clock())

    async def rounds(self) -> AsyncIterator[Seen | None]:
        """Round after round, for ever; the caller may look at what was seen, and stops by not asking on.

        While the record does not answer, nothing is seen, and the next round tries again.
        """
        while True:
            began = time.monotonic()
            try:
                yield await self.round()
            except CalloutError as error:
                if not error.retryable:
                    raise
                log.info("round_skipped", extra={"code": error.code})
                yield None
                await asyncio.sleep(RETRY_SECONDS)
            # A look that takes long must not take the machine from those who are looked at.
            await asyncio.sleep(max(ROUND_SECONDS, 1.5 * (time.monotonic() - began)))

    async def round(self) -> Seen:
        """One look, and everything that is due begins."""
        now = self.now()
        await self._answer_calls(now)
        seen = await look(self.database, now)
        for act in self.minds.acts(seen, now):
            if act.at > now:
                break
            key = act.message.command.id
            if key not in self.waiting and time.monotonic() >= self.not_before.get(key, 0.0):
                self._start(key, self._carry_out(act))
        return seen

    async def finish(self) -> None:
        """Wait until nothing is under way any more."""
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _answer_calls(self, now: datetime) -> None:
        due = [call for call in self.calls.between(self.since, now) if call.case_id not in self.opened]
        if due:
            async with self.database.reading() as session:
                self.opened |= await admissions.known_cases(session, [call.case_id for call in due])
        for call in due:
            key = f"call:{call.case_id}"
            if call.case_id not in self.opened and key not in self.waiting:
                self._start(key, self._open(call))
        if not any(call.case_id not in self.opened for call in due):
            self.since = now

    async def _open(self, call: Arrival) -> None:
        given = call.registration
        actor = Actor(registrar(given.channel), f"caller-of-{call.case_id}")
        head = Command(CommandId(f"sim:{call.case_id}:open"), actor, call.at)
        try:
            await self.commands.open_case(OpenCase(call.case_id, call.at, head, given, call.territory))
        except CalloutError as error:
            log.warning("call_not_answered", extra={"case": call.case_id, "code": error.code})
        else:
            self.opened.add(call.case_id)

    async def _carry_out(self, act: Act) -> None:
        answer = await self.sender.send(act)
        key = act.message.command.id
        if answer is Answer.DONE:
            self.lags.append(max(self.now() - act.at, timedelta(0)))
        # What was done is seen in the record at the next look; until then the same act would only be repeated.
        tries = self.sender.refused.get(key, 0)
        pause = SEEN_SECONDS if answer is Answer.DONE else RETRY_SECONDS * 2 ** min(tries, 6)
        self.not_before[key] = time.monotonic() + pause

    def _start(self, key: str, work: Coroutine[None, None, None]) -> None:
        self.waiting.add(key)
        task = asyncio.create_task(self._in_turn(key, work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _in_turn(self, key: str, work: Coroutine[None, None, None]) -> None:
        try:
            async with self.slots:
                await work
        finally:
            self.waiting.discard(key)
