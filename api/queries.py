"""Questions of people, answered from the record. Personal data leaves here masked."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import uuid4

from api.choices import Choice, WhatIf, change_with_names, with_names
from api.desk import CaseDesk
from api.masking import mask_address, mask_email, mask_name, mask_phone
from api.operations import Operations
from api.slot_desk import SlotDesk
from api.stock_desk import StockDesk
from domain.because import Because, BecauseCode, told
from domain.draft import LeftOut
from domain.errors import NotFoundError
from domain.ids import CaseId, CommandId, TerritoryId
from domain.messages import EventDraft, Receipt
from domain.people import Actor, Role
from domain.timebase import Timebase
from models.reach import EVERYTHING, Reach
from models.repositories import admissions, events, policies
from models.repositories.commands import CommandKey, begin
from models.repositories.events import TimelineEntry
from models.repositories.planning import planning_settings
from models.screens import board, cases, changes, engineers, field, overview, plans, receipts, territories, visits
from models.screens.board_lines import Board
from models.screens.cases import CaseFilter, CasePage, CaseScreen, ContactLine
from models.screens.engineers import EngineerDay, EngineerName
from models.screens.field import FieldDay
from models.screens.overview import Overview
from models.screens.plans import Documents, PlanLine, PlanScreen, TerritoryPlan
from models.screens.reasons import LeftOutLine, ReasonLine, engineer_names, left_out_lines
from models.screens.territories import TerritoryPage
from models.screens.visits import BookingLine, VisitScreen
from models.session import Database
from workflows.ids import case_workflow_id


@dataclass(frozen=True)
class Status:
    """The company at a virtual moment; ``speed`` is virtual seconds per second."""

    now: datetime
    speed: float
    overview: Overview


@dataclass(frozen=True)
class Why:
    """Why a visit is where it is.

    Attributes:
        answer: In one sentence.
        booking: Its place, if it has one.
        choice: How the plan chose the engineer, and who was next best.
        reasons: What stood against a place in the last plan that left it out.
        last_plan: The territory's newest plan.
        changes: What would give it a place in that plan, the easiest first.
    """

    visit_id: str
    state: str
    answer: str
    booking: BookingLine | None
    choice: Choice | None
    reasons: list[ReasonLine]
    last_plan: PlanLine | None
    changes: tuple[WhatIf, ...] = ()


class Queries:
    """Holds the record.

    Args:
        reach: What may be seen of it; the rest is answered as what does not exist.
    """

    def __init__(self, database: Database, reach: Reach = EVERYTHING) -> None:
        self._database = database
        self._reach = reach
        self.operations = Operations(database, self.now, reach)
        self.desk = CaseDesk(database, self.now, reach)
        self.slots = SlotDesk(database, self.now, reach)
        self.stock = StockDesk(database, self.now, reach)

    def within(self, reach: Reach) -> "Queries":
        """The same questions, answered within a caller's reach."""
        return Queries(self._database, reach)

    async def require_target(self, workflow_id: str, command_id: CommandId) -> None:
        """Go on only if a command's target is within reach, or it was carried out when it still was.

        The second happens when an engineer's phone repeats a decline whose answer was lost.

        Raises:
            NotFoundError: The case, the visit or the territory is out of reach, or does not exist.
        """
        what, _, key = workflow_id.partition("/")
        require = {
            "case": self._reach.require_case,
            "visit": self._reach.require_visit,
            "territory": self._reach.require_territory,
        }[what]
        async with self._database.reading() as session:
            try:
                await require(session, key)
            except NotFoundError:
                if not await receipts.was_carried_out(session, workflow_id, command_id):
                    raise

    async def timebase(self) -> Timebase:
        """The timebase that new cases start with."""
        async with self._database.reading() as session:
            return await policies.timebase(session)

    async def now(self) -> datetime:
        """The virtual time."""
        return (await self.timebase()).virtual(datetime.now(UTC))

    async def status(self) -> Status:
        """The whole company in figures."""
        async with self._database.reading() as session:
            base = await policies.timebase(session)
            now = base.virtual(datetime.now(UTC))
            return Status(now, base.speed, await overview.overview(session, now, self._reach))

    async def check_record(self) -> None:
        """Whether the record answers.

        Raises:
            UnavailableError: It does not.
        """
        async with self._database.reading() as session:
            await policies.setting(session, "timebase")

    async def number_of(self, command_id: CommandId) -> CaseId:
        """The number of the case that a command opens; the same again for the same command."""
        now = await self.now()
        async with self._database.transaction() as session:
            return await admissions.case_number(session, command_id, now)

    async def known_cases(self, ids: Iterable[str]) -> frozenset[CaseId]:
        """Which of these cases exist."""
        async with self._database.reading() as session:
            return await admissions.known_cases(session, ids)

    async def cases(
        self, wanted: CaseFilter, cursor: str | None = None, limit: int = 50, *, overdue: bool = False
    ) -> CasePage:
        """A page of cases, the newest first; only those whose next step is overdue, if that is asked."""
        if overdue:
            wanted = replace(wanted, overdue_at=await self.now())
        async with self._database.reading() as session:
            return await cases.cases(session, wanted, cursor, limit, self._reach)

    async def case(self, case_id: str) -> CaseScreen:
        """One case, its contact masked."""
        async with self._database.reading() as session:
            await self._reach.require_case(session, case_id)
            return masked(await cases.case(session, case_id))

    async def contact(self, case_id: CaseId, actor: Actor, reason: str) -> ContactLine:
        """A case's contact in clear; who saw it and why goes into the audit, what was seen does not.

        The event is written here and not by the case's workflow: a record of access changes nothing of the case, it
        must be there also for cases that are closed, and nothing may be shown before it is written. Asking again is
        another access, so there is no key under which it would count once.
        """
        now = await self.now()
        key = CommandKey(f"access/{case_id}", uuid4().hex, "show_contact")
        async with self._database.transaction() as session:
            await self._reach.require_case(session, case_id)
            shown = (await cases.case(session, case_id)).contact
            event = EventDraft("contact_shown", now, actor, {"reason": reason})
            await events.append(session, key, [event], now, case_id=case_id)
        return shown

    async def timeline(self, case_id: str, after: int = 0, limit: int = 500) -> list[TimelineEntry]:
        """What happened to a case, in order."""
        async with self._database.reading() as session:
            await self._reach.require_case(session, case_id)
            await cases.require(session, case_id)
            return await events.timeline(session, case_id, after=after, limit=limit)

    async def visit(self, visit_id: str) -> VisitScreen:
        """One visit."""
        async with self._database.reading() as session:
            await self._reach.require_visit(session, visit_id)
            return await visits.visit(session, visit_id)

    async def territories(self) -> list[TerritoryId]:
        """Every active territory."""
        async with self._database.reading() as session:
            return [TerritoryId(id_) for id_ in await plans.territory_ids(session, self._reach)]

    async def territory_page(self) -> TerritoryPage:
        """Every active territory, with its name and zone."""
        async with self._database.reading() as session:
            return await territories.territory_page(session, self._reach)

    async def territory_plan(self, territory: str) -> TerritoryPlan:
        """The published plan of a territory."""
        async with self._database.reading() as session:
            await self._reach.require_territory(session, territory)
            return await plans.territory_plan(session, territory)

    async def planning_budget(self, territory: TerritoryId) -> float:
        """The longest that planning a territory may search, in real seconds."""
        async with self._database.reading() as session:
            return (await planning_settings(session, territory)).budget_seconds

    async def board_version(self, territory: str) -> str:
        """Another text whenever something that a board shows has changed."""
        async with self._database.reading() as session:
            await self._reach.require_territory(session, territory)
            return await changes.version(session, territory)

    async def board(self, territory: str, start: datetime | None, end: datetime | None) -> tuple[Board, str]:
        """A territory's board and the version of the record that it shows; today and tomorrow if no time is named."""
        async with self._database.reading() as session:
            await self._reach.require_territory(session, territory)
            now = (await policies.timebase(session)).virtual(datetime.now(UTC))
            version = await changes.version(session, territory)
            shown = await board.shown_span(session, territory, now, start, end)
            return await board.board(session, territory, now, *shown), version

    async def plan(self, plan_id: str) -> PlanScreen:
        """One plan."""
        async with self._database.reading() as session:
            await self._reach.require_plan(session, plan_id)
            return await plans.plan(session, plan_id)

    async def why(self, visit_id: str) -> Why:
        """Why a visit is where it is, or nowhere."""
        async with self._database.reading() as session:
            await self._reach.require_visit(session, visit_id)
            line = (await visits.visit(session, visit_id)).visit
            booking = line.booking
            reasons = [] if booking else (await plans.reasons_of(session, [visit_id])).get(visit_id, [])
            newest = await plans.newest_plan(session, line.territory)
            asked = booking.plan_id if booking else newest.id if newest else None
            made_by = await plans.documents(session, asked) if asked else None
        choice = await asyncio.to_thread(_choice, made_by, visit_id) if made_by and booking else None
        changes = await asyncio.to_thread(_changes, made_by, visit_id) if made_by and not booking else ()
        names = await self.engineer_names(_spoken_of(choice, changes))
        choice = choice and with_names(choice, names)
        changes = tuple(change_with_names(change, names) for change in changes)
        answer = _answer(booking, choice, reasons, newest)
        return Why(line.id, line.state, answer, booking, choice, reasons, newest, changes)

    async def left_out(self, found: Iterable[LeftOut]) -> tuple[LeftOutLine, ...]:
        """Visits that a plan leaves out, with the names of the engineers that its reasons speak of."""
        async with self._database.reading() as session:
            return await left_out_lines(session, found)

    async def engineer_names(self, ids: Iterable[str]) -> dict[str, str]:
        """The names of engineers by their ids; unknown ones are left out."""
        async with self._database.reading() as session:
            return await engineer_names(session, ids)

    async def engineers_called(self, text: str) -> list[EngineerName]:
        """The engineer with this id, or everybody whose name contains the text."""
        async with self._database.reading() as session:
            return await engineers.engineers_called(session, text, self._reach)

    async def engineer_day(self, engineer_id: str, day: date | None = None) -> EngineerDay:
        """An engineer's day; today when no day is named."""
        now = await self.now()
        async with self._database.reading() as session:
            await self._reach.require_engineer(session, engineer_id)
            return await engineers.engineer_day(session, engineer_id, day, now)

    async def field_day(self, day: date | None, user: str) -> FieldDay:
        """The own day of the engineer whose work this reach is, recording once per day whose contact it shows.

        Args:
            user: Who looks, for the audit.
        """
        now = await self.now()
        async with self._database.transaction() as session:
            found = await field.field_day(session, self._reach, day, now)
            for visit in found.visits:
                if visit.contact is None:
                    continue
                command_id = CommandId(f"field:{user}:{visit.id}:{found.today}")
                key = CommandKey(case_workflow_id(CaseId(visit.case_id)), command_id, "show_contact")
                if await begin(session, key, now):
                    why = (Because(BecauseCode.PHONE_DAY),)
                    event = EventDraft("contact_shown", now, Actor(Role.ENGINEER, user), {"reason": told(why)}, why)
                    await events.append(session, key, [event], now, case_id=visit.case_id, visit_id=visit.id)
        return found

    async def territory_of_engineer(self, engineer_id: str) -> TerritoryId:
        """Where an engineer works."""
        async with self._database.reading() as session:
            await self._reach.require_engineer(session, engineer_id)
            return TerritoryId((await engineers.engineer(session, engineer_id)).territory_id)

    async def territory_of_visit(self, visit_id: str) -> TerritoryId:
        """Where a visit is planned."""
        return TerritoryId((await self.visit(visit_id)).visit.territory)

    async def territory_of_plan(self, plan_id: str) -> TerritoryId:
        """What a plan is a plan of."""
        return TerritoryId((await self.plan(plan_id)).plan.territory)

    async def answered_before(self, workflow_id: str, command_id: CommandId) -> Receipt:
        """The answer to a command that was sent to a workflow that has ended."""
        async with self._database.reading() as session:
            return await receipts.receipt_after_end(session, workflow_id, command_id)


def _choice(made_by: Documents, visit_id: str) -> Choice | None:
    # The scheduler's numbers take half a second to load, which no other question should wait for.
    from api.explaining import explain  # noqa: PLC0415

    return explain(made_by.problem, made_by.solution, visit_id)


def _changes(made_by: Documents, visit_id: str) -> tuple[WhatIf, ...]:
    from api.explaining import what_if  # noqa: PLC0415

    return what_if(made_by.solution, made_by.origin, visit_id)


def _spoken_of(choice: Choice | None, changes: Iterable[WhatIf]) -> set[str]:
    chosen = {choice.engineer_id, *(other.engineer_id for other in choice.alternatives)} if choice else set()
    return chosen | {one for change in changes for one in (change.engineer_id, change.goes_to) if one}


def masked(screen: CaseScreen) -> CaseScreen:
    """A case as it is shown to whom the contact is none of business."""
    person = screen.contact
    hidden = replace(
        person,
        name=mask_name(person.name),
        phone=mask_phone(person.phone),
        email=mask_email(person.email),
        address=mask_address(person.address),
        latitude=None if person.latitude is None else round(person.latitude, 2),
        longitude=None if person.longitude is None else round(person.longitude, 2),
    )
    return replace(screen, contact=hidden)


def _answer(
    booking: BookingLine | None, choice: Choice | None, reasons: list[ReasonLine], plan: PlanLine | None
) -> str:
    if booking:
        by = booking.plan_id or booking.made_by
        why = f": {booking.reason}" if booking.reason else ""
        chosen = f" {choice.sentence}" if choice else ""
        return f"{booking.engineer} comes; booked by {by}{why}.{chosen}"
    if reasons:
        return "No engineer can take it: " + " ".join(reason.sentence for reason in reasons)
    if plan is None:
        return "It waits for the first plan of its territory."
    return "It waits for the next plan, or it needs no place any more."
