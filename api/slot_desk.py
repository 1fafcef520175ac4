"""Slot offers: arrival windows that can be kept, held while the customer decides, and chosen."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from activities.planning.engines import MatrixTravel
from activities.planning.grid import Ways, points_of
from activities.promises import calendar_of
from api.commands import Commands
from domain.because import WhyNot
from domain.case import VisitNeeds
from domain.holding import HeldSlot, SlotGoneError, arrival_windows
from domain.ids import CaseId, EngineerId, TerritoryId
from domain.messages import ChooseSlot, Command, Receipt
from domain.registration import ArrivalWindow
from models.reach import EVERYTHING, Reach
from models.repositories import holds
from models.screens.cases import require
from models.screens.reasons import ReasonLine, engineer_names, reason_line
from models.screens.receipts import was_carried_out
from models.screens.slots import Asking, asking
from models.session import Database, Session
from travel.great_circle import GreatCircleTravel
from workflows.ids import case_workflow_id, visit_workflow_id

OTHERS_LATE = WhyNot("others_late", "Others would miss their promises.")

AHEAD = timedelta(minutes=30)
"""A window that begins sooner is not offered: somebody has to set out."""


@dataclass(frozen=True)
class Slot:
    """A window that can be kept.

    Attributes:
        engineer_id, arrival, finish: How it would be kept now; planning may find a better way within the window.
        extra_cost_cents, extra_travel_seconds: What it costs more than leaving the visit out.
        late_seconds: How long after the case's promise; 0 if in time.
        drawbacks: What speaks against the engineer: ``moved``, ``not_preferred``, ``overqualified``.
        people: The engineer's name, by id.
    """

    start: datetime
    end: datetime
    engineer_id: str
    arrival: datetime
    finish: datetime
    extra_cost_cents: int
    extra_travel_seconds: int
    late_seconds: int
    sentence: str
    drawbacks: tuple[str, ...] = ()
    people: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Day:
    """A local day's windows; where there is none, why not: in words, and with the facts."""

    day: date
    slots: list[Slot] = field(default_factory=list)
    reason: str = ""
    why: ReasonLine | None = None


@dataclass(frozen=True)
class Hold:
    """A window that is kept until ``expires_at``."""

    id: str
    case_id: str
    start: datetime
    end: datetime
    engineer_id: str
    arrival: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Offers:
    """What can be offered to a case's customer now, by the day, and what is held for it."""

    case_id: str
    time_zone: str
    as_of: datetime
    days: list[Day]
    hold: Hold | None


class SlotDesk:
    """Holds the record.

    Args:
        database: The record.
        now: Tells the virtual present.
        reach: Whose cases may be offered windows.
    """

    def __init__(self, database: Database, now: Callable[[], Awaitable[datetime]], reach: Reach = EVERYTHING) -> None:
        self._database, self._now, self._reach = database, now, reach
        self._travel = MatrixTravel(GreatCircleTravel())

    async def offers(self, case_id: CaseId, needs: VisitNeeds | None = None) -> Offers:
        """The windows that can be kept, those that others hold left out.

        Raises:
            CalloutError: There is no such case, its place is unknown, or no window is to be chosen now.
        """
        now = await self._now()
        async with self._database.reading() as session:
            await self._reach.require_case(session, case_id)
            asked = await asking(session, case_id, needs, now)
            held = await holds.of_case(session, case_id)
        return await self._named(await self._offers(asked, held, now))

    async def hold(
        self, case_id: CaseId, window: ArrivalWindow, needs: VisitNeeds | None, hold_id: str, by: str
    ) -> Hold:
        """Keep a window for a while, in place of what the case held before. The same id again answers the same.

        Written here and not by a workflow: a hold is no promise, it ends by itself, and nothing waits for it.

        Raises:
            SlotGoneError: The window cannot be kept (any more); the error says what is free.
        """
        now = await self._now()
        async with self._database.transaction() as session:
            await self._reach.require_case(session, case_id)
            before = await holds.of_case(session, case_id)
            if before is not None and before.id == hold_id:
                return _shown(before)
            territory = await _territory(session, case_id)
            await holds.one_at_a_time(session, territory)
            asked = await asking(session, case_id, needs, now)
            offers = await self._offers(asked, None, now)
            slot = next((one for day in offers.days for one in day.slots if _is(one, window)), None)
            if slot is None:
                raise SlotGoneError("This window cannot be kept.", _free(offers))
            held = HeldSlot(
                id=hold_id,
                case_id=case_id,
                window=ArrivalWindow(slot.start, slot.end),
                engineer=EngineerId(slot.engineer_id),
                arrival=slot.arrival,
                finish=slot.finish,
                point=asked.visit.point,
                needs=replace(asked.visit.needs, windows=()),
                held_at=now,
                expires=now + asked.settings.slot_hold,
            )
            await holds.keep(session, territory, held, by)
            return _shown(held)

    async def choose(self, commands: Commands, case_id: CaseId, hold_id: str, command: Command) -> Receipt:
        """Make a held window the visit's arrival window; without an open visit yet, that of the one to come.

        Raises:
            SlotGoneError: The hold has expired; the error says what is free.
            CalloutError: The case or visit refuses it, or the system does not answer.
        """
        now = await self._now()
        async with self._database.reading() as session:
            await self._reach.require_case(session, case_id)
            asked = await asking(session, case_id, None, now)
            held = await holds.of_case(session, case_id)
            workflow = visit_workflow_id(asked.visit.id) if asked.exists else case_workflow_id(case_id)
            repeated = await was_carried_out(session, workflow, command.id)
        if held is None or held.id != hold_id or (held.expires <= now and not repeated):
            free = _free(await self._offers(asked, None, now))
            raise SlotGoneError("The window is not held any more.", free)
        message = ChooseSlot(command, held.window)
        if asked.exists:
            return await commands.visit(asked.visit.id, "choose_slot", message)
        return await commands.case(case_id, "choose_slot", message)

    async def _offers(self, asked: Asking, held: HeldSlot | None, now: datetime) -> Offers:
        windows = _windows(asked, now)
        world = replace(asked.world, visits=(*asked.world.visits, asked.visit))
        ways = await self._travel.ways(points_of(world))
        slots, against = await asyncio.to_thread(_slots, asked, ways, windows)
        zone = ZoneInfo(asked.territory.time_zone)
        days = sorted({window.start.astimezone(zone).date() for window in windows})
        return Offers(
            case_id=asked.case_id,
            time_zone=asked.territory.time_zone,
            as_of=now,
            days=[
                Day(day, found) if found or why is None else Day(day, found, why.sentence, reason_line(why, {}))
                for day in days
                for found in [[slot for slot in slots if slot.start.astimezone(zone).date() == day]]
                for why in [against.get(day)]
            ],
            hold=_shown(held) if held is not None and held.expires > now else None,
        )

    async def _named(self, offers: Offers) -> Offers:
        """The offers with the names of the engineers who would come."""
        async with self._database.reading() as session:
            names = await engineer_names(session, {slot.engineer_id for day in offers.days for slot in day.slots})

        def named(slot: Slot) -> Slot:
            id_ = slot.engineer_id
            return replace(slot, people={id_: names[id_]} if id_ in names else {})

        return replace(offers, days=[replace(day, slots=[named(slot) for slot in day.slots]) for day in offers.days])


def _windows(asked: Asking, now: datetime) -> list[ArrivalWindow]:
    zone = ZoneInfo(asked.territory.time_zone)
    midnight = datetime.combine(now.astimezone(zone).date(), time(0), tzinfo=zone)
    calendar = calendar_of(asked.territory, now.astimezone(zone).year)
    every = arrival_windows(calendar, midnight, asked.world.horizon_end, asked.settings.arrival_window)
    return [window for window in every if window.start >= now + AHEAD]


def _slots(asked: Asking, ways: Ways, windows: list[ArrivalWindow]) -> tuple[list[Slot], dict[date, WhyNot]]:
    # The scheduler's numbers take half a second to load, which no other question should wait for.
    from activities.planning.offering import tried  # noqa: PLC0415

    zone = ZoneInfo(asked.territory.time_zone)
    slots, against = [], dict[date, WhyNot]()
    for one in tried(asked.world, ways, asked.settings, asked.visit, windows, asked.holds) if windows else ():
        place = one.place
        if place is None or place.others_late > timedelta(0):
            against[one.window.start.astimezone(zone).date()] = one.why or OTHERS_LATE
            continue
        slots.append(
            Slot(
                start=one.window.start,
                end=one.window.end,
                engineer_id=place.engineer,
                arrival=place.arrival,
                finish=place.finish,
                extra_cost_cents=place.extra_cost,
                extra_travel_seconds=round(place.extra_travel.total_seconds()),
                late_seconds=round(place.late.total_seconds()),
                sentence=place.sentence,
                drawbacks=place.drawbacks,
            )
        )
    return slots, against


async def _territory(session: Session, case_id: CaseId) -> TerritoryId:
    return TerritoryId((await require(session, case_id)).territory_id or "")


def _is(slot: Slot, window: ArrivalWindow) -> bool:
    return (slot.start, slot.end) == (window.start, window.end)


def _free(offers: Offers) -> list[dict[str, Any]]:
    return [
        {"start": slot.start.isoformat(), "end": slot.end.isoformat(), "late_seconds": slot.late_seconds}
        for day in offers.days
        for slot in day.slots
    ]


def _shown(held: HeldSlot) -> Hold:
    return Hold(
        id=held.id,
        case_id=held.case_id,
        start=held.window.start,
        end=held.window.end,
        engineer_id=held.engineer,
        arrival=held.arrival,
        expires_at=held.expires,
    )
