"""The hands of a workflow test: opens cases, gives commands, books visits, lets time pass, reads the record."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from activities.queues import CASES
from domain.case import Diagnosis, Ruling, VisitNeeds
from domain.ids import CaseId, CommandId, EngineerId, Sku, VisitId, booking_id, van_of
from domain.messages import (
    BookingChanged,
    CaseStart,
    ClassifyCase,
    Command,
    DecideCase,
    RecordDiagnosis,
)
from domain.people import Actor, Role
from domain.registration import Classification, ContactDraft, Registration, SiteDraft
from domain.visit import Booking
from domain.vocabulary import BookingState, Channel, Decision, VisitState
from models import tables as t
from models.repositories import bookings, events
from models.session import Database
from workflows.case import ServiceCaseWorkflow
from workflows.ids import case_workflow_id, visit_workflow_id

AGENT = Actor(Role.AGENT, "agent-1")
CUSTOMER = Actor(Role.CUSTOMER, "customer-1")
HOUR = timedelta(hours=1)
Handle = WorkflowHandle[Any, Any]
_numbers = count(1)


def code_of(refused: WorkflowUpdateFailedError) -> str | None:
    """The stable code with which an update was refused."""
    return refused.cause.type if isinstance(refused.cause, ApplicationError) else None


def engineer(engineer_id: str) -> Actor:
    return Actor(Role.ENGINEER, engineer_id)


@dataclass
class House:
    """A sample company, its workflows, and a virtual clock for each of them."""

    env: WorkflowEnvironment
    database: Database
    engineers: tuple[EngineerId, ...]
    product: t.InstalledProduct
    site: t.Site
    step: timedelta

    @classmethod
    async def open(cls, env: WorkflowEnvironment, database: Database, step: timedelta) -> "House":
        async with database.transaction() as session:
            covered = col(t.InstalledProduct.warranty_until) > (datetime.now(UTC) + timedelta(days=60)).date()
            asked = select(t.InstalledProduct).where(covered).order_by(col(t.InstalledProduct.id)).limit(1)
            product = (await session.scalars(asked)).one()
            site = (await session.scalars(select(t.Site).where(col(t.Site.id) == product.site_id))).one()
            engineers = (await session.scalars(select(col(t.Engineer.id)).order_by(col(t.Engineer.id)))).all()
        return cls(env, database, tuple(EngineerId(e) for e in engineers), product, site, step)

    def command(self, actor: Actor = AGENT, *, key: str = "") -> Command:
        return Command(CommandId(key or f"test-{next(_numbers)}"), actor)

    def registration(self, **changes: Any) -> Registration:
        given = {
            "channel": Channel.PHONE,
            "symptom": "does not heat",
            "contact": ContactDraft(name="Test Person", phone="+49 40 123456"),
            "site": SiteDraft(latitude=self.site.latitude, longitude=self.site.longitude),
            "installed_product_id": self.product.id,
        }
        return Registration(**{**given, **changes})

    async def open_case(self, registration: Registration | None = None, **start: Any) -> Handle:
        """A case whose clock stands still until the test lets time pass."""
        case_id = CaseId(f"T-{next(_numbers)}")
        with self.env.with_time_skipping_disabled():
            return await self.env.client.start_workflow(
                ServiceCaseWorkflow.run,
                CaseStart(case_id, await self.now(), self.command(), registration or self.registration(), **start),
                id=case_workflow_id(case_id),
                task_queue=CASES,
            )

    async def now(self) -> datetime:
        return datetime.now(UTC)

    async def classify(self, case: Handle, classification: Classification | None = None) -> Any:
        message = ClassifyCase(self.command(), classification or Classification())
        return await case.execute_update(ServiceCaseWorkflow.classify, message)

    async def decide_on_visit(self, case: Handle, needs: VisitNeeds | None = None) -> Handle:
        """Classify, diagnose and decide for a visit; returns the visit's workflow."""
        await self.classify(case)
        found = RecordDiagnosis(self.command(), Diagnosis("pump blocked"))
        await case.execute_update(ServiceCaseWorkflow.diagnose, found)
        ruling = Ruling(Decision.ON_SITE, needs or VisitNeeds())
        await case.execute_update(ServiceCaseWorkflow.decide, DecideCase(self.command(), ruling))
        view = await case.query(ServiceCaseWorkflow.view)
        assert view.progress.open_visit
        visit = self.env.client.get_workflow_handle(visit_workflow_id(view.progress.open_visit))
        await self.until_visit(view.progress.open_visit, VisitState.REQUESTED)
        return visit

    async def book(
        self, visit: Handle, engineer_id: EngineerId, arrival: datetime, length: timedelta = HOUR
    ) -> Booking:
        """Publish a booking as the planner does: first the record, then the signal."""
        booking = await self.rebook_in_the_record_only(visit, engineer_id, arrival, length)
        visit_id = VisitId(visit.id.removeprefix("visit/"))
        await visit.signal("booking_changed", BookingChanged(visit_id, booking, "planned"))
        return booking

    async def rebook_in_the_record_only(
        self, visit: Handle, engineer_id: EngineerId, arrival: datetime, length: timedelta = HOUR
    ) -> Booking:
        """The first half of publishing; the signal is still on its way."""
        visit_id = VisitId(visit.id.removeprefix("visit/"))
        async with self.database.transaction() as session:
            row = await session.get(t.Visit, visit_id, with_for_update=True)
            assert row is not None
            old = await bookings.current(session, visit_id)
            await bookings.release(session, [old] if old else [], "replanned", arrival)
            number = await bookings.next_number(session, visit_id)
            new = t.Booking(
                id=booking_id(visit_id, number),
                visit_id=visit_id,
                engineer_id=engineer_id,
                number=number,
                arrival=arrival,
                finish=arrival + length,
                travel_seconds=1200,
                state=BookingState.PLANNED,
                made_at=arrival - HOUR,
                made_by_role=Role.SYSTEM,
                made_by="test",
                reason="planned",
            )
            session.add(new)
            row.version += 1
        return Booking(booking_id(visit_id, number), engineer_id, arrival, arrival + length, timedelta(seconds=1200))

    async def a_part_in_the_van_of(self, engineer_id: EngineerId) -> Sku:
        """A part without serial numbers that lies free in an engineer's van."""
        async with self.database.transaction() as session:
            asked = (
                select(col(t.Stock.sku))
                .join(t.Part, col(t.Part.sku) == col(t.Stock.sku))
                .where(col(t.Stock.location_id) == van_of(engineer_id), ~col(t.Part.serialised))
                .where(col(t.Stock.on_hand) > col(t.Stock.reserved))
                .order_by(col(t.Stock.sku))
            )
            return Sku((await session.scalars(asked.limit(1))).one())

    async def pass_time(self, workflow: Handle, span: timedelta) -> None:
        """Let virtual time pass for one workflow."""
        await self.env.fast_forward(workflow, span)

    async def story(self, case: Handle) -> list[str]:
        """The kinds of the case's events, in order."""
        return [entry.kind for entry in await self.timeline(case)]

    async def events_of(self, case: Handle, kind: str, number: int) -> list[events.TimelineEntry]:
        """The case's events of a kind, once there are so many; the record follows skipped time by a moment."""
        found: list[events.TimelineEntry] = []
        for _ in range(200):
            found = [entry for entry in await self.timeline(case) if entry.kind == kind]
            if len(found) >= number:
                break
            await asyncio.sleep(0.02)
        return found

    async def timeline(self, case: Handle) -> list[events.TimelineEntry]:
        async with self.database.transaction() as session:
            return await events.timeline(session, case.id.removeprefix("case/"))

    async def case_row(self, case: Handle) -> t.Case:
        row = await self.find_case(case)
        assert row is not None
        return row

    async def find_case(self, case: Handle) -> t.Case | None:
        async with self.database.transaction() as session:
            return await session.get(t.Case, case.id.removeprefix("case/"))

    async def visit_row(self, visit_id: str) -> t.Visit | None:
        async with self.database.transaction() as session:
            return await session.get(t.Visit, visit_id)

    async def until_visit(self, visit_id: str, state: VisitState) -> None:
        """Wait (real time) until the record shows a visit in a state."""
        for _ in range(200):
            row = await self.visit_row(visit_id)
            if row is not None and row.state is state:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{visit_id} did not become {state}")

    async def until_case(self, case: Handle, state: str) -> None:
        """Wait (real time) until the record shows the case in a state."""
        for _ in range(200):
            row = await self.find_case(case)
            if row is not None and row.state == state:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{case.id} did not become {state}")
