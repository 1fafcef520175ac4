"""What may go wrong around the workflows: a record that is ahead, signals in awkward moments."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

import workflows.visit
from activities import options
from domain.because import Because, BecauseCode, told, words
from domain.case import VisitNeeds
from domain.ids import (
    BookingId,
    CaseId,
    CommandId,
    EngineerId,
    LocationId,
    PlanId,
    ReservationId,
    Sku,
    TerritoryId,
    VisitId,
)
from domain.messages import (
    AcceptOffer,
    BookingChanged,
    CancelVisit,
    CaseChange,
    CaseStart,
    Command,
    CompleteRegistration,
    PartsOrderStart,
    PlanningTerms,
    PlanOutcome,
    PlanRequest,
    PublishOutcome,
    PublishRequest,
    Receipt,
    RecordedVisit,
    RegisterCase,
    RegisteredCase,
    ReservationChange,
    TerritoryChanged,
    TerritoryProgress,
    TerritoryStart,
    VisitChange,
    VisitStart,
)
from domain.parts import ReservationFact
from domain.people import Actor, Role
from domain.policy import CaseTerms
from domain.registration import FieldProblem, Registration
from domain.visit import Booking, VisitFact
from domain.vocabulary import CaseState, Channel, PartSource, ReservationState, Severity, VisitState, Warranty
from workflows.case import ServiceCaseWorkflow
from workflows.ending import until_idle
from workflows.parts_order import PartsOrderWorkflow
from workflows.territory import TerritoryWorkflow
from workflows.visit import VisitWorkflow

QUEUE = "faults"
MINUTE = timedelta(minutes=1)
_numbers = count(1)


@dataclass
class FakeRecord:
    """Takes every change, unless it is ahead."""

    version: int = 0
    booked: str = ""
    taken: list[tuple[str, VisitState, int]] = field(default_factory=list)

    @activity.defn
    async def record_visit(self, change: VisitChange) -> RecordedVisit:
        progress = change.progress
        if progress.version < self.version:
            facts = {"given": str(progress.version), "current": str(self.version)}
            raise ApplicationError("older", facts, type="stale_version", non_retryable=True)
        if change.releases not in {None, self.booked}:
            raise ApplicationError("replaced", type="stale_booking", non_retryable=True)
        self.version = progress.version
        self.booked = progress.booking.id if progress.booking else ""
        self.taken.append((change.command_id, progress.state, progress.version))
        return RecordedVisit()


@workflow.defn
class Listener:
    """Stands for a case or a visit and remembers what it is told."""

    def __init__(self) -> None:
        self._told: list[str] = []

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.signal
    def visit_changed(self, fact: VisitFact) -> None:
        self._told.append(fact.state)

    @workflow.signal
    def booking_changed(self, change: BookingChanged) -> None:
        self._told.append(change.booking.id if change.booking else "none")

    @workflow.query
    def told(self) -> list[str]:
        return self._told


@workflow.defn
class Ending:
    """Wants to end while something holds the lock for a minute."""

    @workflow.init
    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._taken: list[str] = []

    @workflow.run
    async def run(self) -> list[str]:
        holding = asyncio.create_task(self._hold())
        await workflow.sleep(1)
        await until_idle(self._lock)
        await holding
        return self._taken

    async def _hold(self) -> None:
        async with self._lock:
            await workflow.sleep(MINUTE)

    @workflow.signal
    async def take(self, what: str) -> None:
        async with self._lock:
            await workflow.sleep(1)
            self._taken.append(what)


@dataclass
class FakePlanning:
    """Publishes one plan, but its word of it is lost."""

    changes: tuple[BookingChanged, ...]
    asked: list[bool] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    because: list[tuple[Because, ...]] = field(default_factory=list)

    @activity.defn
    async def planning_terms(self, _: TerritoryId) -> PlanningTerms:
        return PlanningTerms(timedelta(seconds=1), timedelta(hours=1), 10, last_number=7)

    @activity.defn
    async def optimise(self, asked: PlanRequest) -> PlanOutcome:
        self.numbers.append(asked.number)
        assert asked.reason == told(asked.because)
        self.because.append(asked.because)
        return PlanOutcome(PlanId(f"P{asked.number}"), 1, 0, 0, 1, 0)

    @activity.defn
    async def publish(self, asked: PublishRequest) -> PublishOutcome:
        self.asked.append(asked.recall)
        if len(self.asked) == 1:
            raise ApplicationError("away for longer than anybody waits", non_retryable=True)
        return PublishOutcome(asked.plan_id, self.changes if asked.recall else (), (), 0)


async def wake_slowly(*_: Any) -> None:
    """Reaching the territory takes a while, in which something may happen."""
    await workflow.sleep(MINUTE)


@dataclass
class Scene:
    env: WorkflowEnvironment
    record: FakeRecord

    async def start_visit(self, **start: Any) -> tuple[WorkflowHandle[Any, Any], WorkflowHandle[Any, Any]]:
        case_id = CaseId(f"F-{next(_numbers)}")
        given = VisitStart(
            VisitId(f"{case_id}-V1"), case_id, TerritoryId("T"), Severity.MEDIUM, CaseTerms(), VisitNeeds()
        )
        with self.env.with_time_skipping_disabled():
            case = await self.env.client.start_workflow("Listener", id=f"case/{case_id}", task_queue=QUEUE)
            visit = await self.env.client.start_workflow(
                VisitWorkflow.run, given, id=f"visit/{case_id}-V1", task_queue=QUEUE, **start
            )
        return case, visit


def a_booking(visit: WorkflowHandle[Any, Any]) -> BookingChanged:
    id_ = VisitId(visit.id.removeprefix("visit/"))
    arrival = datetime.now(UTC) + timedelta(hours=10)
    booking = Booking(BookingId(f"{id_}-B1"), EngineerId("E1"), arrival, arrival + timedelta(hours=1))
    return BookingChanged(id_, booking, "planned")


@pytest.fixture
async def scene(environment: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    monkeypatch.setattr(workflows.visit, "wake", wake_slowly)
    record = FakeRecord()
    async with Worker(
        environment.client,
        task_queue=QUEUE,
        workflows=[VisitWorkflow, Listener],
        activities=[record.record_visit],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        yield Scene(environment, record)


async def test_a_visit_called_off_before_its_first_step_stays_so(scene: Scene):
    called_off = {"start_signal": "cancel", "start_signal_args": [CancelVisit("case closed")]}
    _, visit = await scene.start_visit(**called_off)
    receipt = await visit.result()
    assert receipt.state == VisitState.CANCELLED
    assert [state for _, state, _ in scene.record.taken] == [VisitState.CANCELLED]


async def test_what_happens_while_something_is_passed_on_is_passed_on_too(scene: Scene):
    case, visit = await scene.start_visit()
    await visit.signal("booking_changed", a_booking(visit))
    await scene.env.fast_forward(visit, 5 * MINUTE)
    assert await case.query("told") == [VisitState.BOOKED]
    await visit.terminate()
    await case.terminate()


async def test_a_visit_catches_up_with_a_record_that_is_ahead_of_it(scene: Scene):
    case, visit = await scene.start_visit()
    await scene.env.fast_forward(visit, 5 * MINUTE)
    scene.record.version = 7
    await visit.signal("booking_changed", a_booking(visit))
    await scene.env.fast_forward(visit, MINUTE)
    view = await visit.query(VisitWorkflow.view)
    assert (view.progress.state, view.progress.version) == (VisitState.BOOKED, 8)
    await visit.terminate()
    await case.terminate()


async def test_word_that_an_older_booking_is_off_does_not_undo_a_newer_one(scene: Scene):
    case, visit = await scene.start_visit()
    change = a_booking(visit)
    await visit.signal("booking_changed", change)
    older = replace(change, booking=None, released=BookingId(f"{change.visit_id}-B0"))
    await visit.signal("booking_changed", older)
    await scene.env.fast_forward(visit, MINUTE)
    view = await visit.query(VisitWorkflow.view)
    assert view.progress.booking == change.booking
    await visit.signal("booking_changed", replace(older, released=change.booking.id))
    await scene.env.fast_forward(visit, MINUTE)
    view = await visit.query(VisitWorkflow.view)
    assert (view.progress.state, view.progress.booking) == (VisitState.REQUESTED, None)
    await visit.terminate()
    await case.terminate()


async def test_a_moment_without_a_time_zone_is_refused_and_the_visit_goes_on(scene: Scene):
    case, visit = await scene.start_visit()
    head = Command(CommandId("c1"), Actor(Role.ENGINEER, "E1"), datetime(2026, 3, 2, 12, 0))  # noqa: DTZ001 - the point
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await visit.execute_update(VisitWorkflow.accept, AcceptOffer(head))
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "invalid_input"
    await visit.terminate()
    await case.terminate()


async def test_a_part_that_was_given_back_before_it_was_sent_ends_its_order(environment: WorkflowEnvironment):
    @activity.defn(name="record_reservation")
    async def refuse(_: ReservationChange) -> None:
        raise ApplicationError("released", type="wrong_state", non_retryable=True)

    part = ReservationFact(ReservationId("R1"), Sku("P1"), 1, PartSource.SHIPMENT, LocationId("WH"))
    start = PartsOrderStart(part, VisitId("F-V1"), CaseId("F"), CaseTerms())
    async with Worker(environment.client, task_queue=QUEUE, workflows=[PartsOrderWorkflow], activities=[refuse]):
        ended = await environment.client.execute_workflow(
            PartsOrderWorkflow.run, start, id=f"parts/F-{next(_numbers)}", task_queue=QUEUE
        )
    assert ended == ReservationState.RELEASED


@dataclass
class FakeRegister:
    """Finds a registration incomplete that names a territory, and remembers who asked."""

    asked: list[tuple[str, TerritoryId | None]] = field(default_factory=list)

    @activity.defn
    async def register_case(self, given: RegisterCase) -> RegisteredCase:
        self.asked.append((given.command_id, given.territory))
        problems = (FieldProblem("territory", "there is none"),) if given.territory else ()
        return RegisteredCase(TerritoryId("T1"), Warranty.UNKNOWN, CaseTerms(), problems=problems)

    @activity.defn
    async def record_case(self, _: CaseChange) -> None:
        return None

    async def complete(self, environment: WorkflowEnvironment, *commands: str) -> list[Any]:
        """Open a case in a territory that there is not, then complete its registration, by several people at once."""
        case_id, agent = CaseId(f"F-{next(_numbers)}"), Actor(Role.AGENT, "agent-1")
        given = Registration(Channel.PHONE, "does not heat")
        opened = Command(CommandId("open"), agent)
        start = CaseStart(case_id, datetime.now(UTC), opened, given, territory=TerritoryId("NOWHERE"))
        with environment.with_time_skipping_disabled():
            case = await environment.client.start_workflow(
                ServiceCaseWorkflow.run, start, id=f"case/{case_id}", task_queue=QUEUE
            )
            messages = [CompleteRegistration(Command(CommandId(id_), agent), given) for id_ in commands]
            update = ServiceCaseWorkflow.complete_registration
            sent = [asyncio.create_task(case.execute_update(update, message)) for message in messages]
            await asyncio.sleep(0.5)  # they wait at the server: one workflow task brings them all
            async with Worker(
                environment.client,
                task_queue=QUEUE,
                workflows=[ServiceCaseWorkflow],
                activities=[self.register_case, self.record_case],
            ):
                answers = await asyncio.gather(*sent, return_exceptions=True)
                await case.terminate()
        return answers


async def test_a_territory_that_there_is_not_is_left_to_the_place_when_the_registration_is_completed(
    environment: WorkflowEnvironment,
):
    record = FakeRegister()
    (receipt,) = await record.complete(environment, "c2")
    assert receipt.state == CaseState.CLASSIFYING
    assert record.asked == [("open", TerritoryId("NOWHERE")), ("c2", None)]


async def test_of_two_people_who_complete_a_registration_one_is_refused(environment: WorkflowEnvironment):
    record = FakeRegister()
    answers = await record.complete(environment, "c2", "c3")
    assert {type(answer) for answer in answers} == {Receipt, WorkflowUpdateFailedError}
    assert len(record.asked) == 2


async def test_a_workflow_that_wants_to_end_still_takes_what_came_while_it_waited(environment: WorkflowEnvironment):
    async with Worker(environment.client, task_queue=QUEUE, workflows=[Ending]):
        with environment.with_time_skipping_disabled():
            ending = await environment.client.start_workflow(
                Ending.run, id=f"ending/{next(_numbers)}", task_queue=QUEUE
            )
        await environment.fast_forward(ending, timedelta(seconds=10))
        await ending.signal("take", "late")
        assert await ending.result() == ["late"]


async def test_visits_hear_of_a_plan_that_was_published_without_word_of_it(
    environment: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
):
    for config in (options.PLAN, options.PUBLISH):
        monkeypatch.setitem(config, "task_queue", QUEUE)
    visit_id = VisitId(f"F-{next(_numbers)}-V1")
    with environment.with_time_skipping_disabled():
        visit = await environment.client.start_workflow("Listener", id=f"visit/{visit_id}", task_queue=QUEUE)
    change = a_booking(visit)
    planning = FakePlanning((change,))
    async with Worker(
        environment.client,
        task_queue=QUEUE,
        workflows=[TerritoryWorkflow, Listener],
        activities=[planning.planning_terms, planning.optimise, planning.publish],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        with environment.with_time_skipping_disabled():
            territory = await environment.client.start_workflow(
                TerritoryWorkflow.run, TerritoryStart(TerritoryId("F")), id="territory/F", task_queue=QUEUE
            )
        await territory.signal("changed", TerritoryChanged("a visit"))
        await environment.fast_forward(territory, 5 * MINUTE)
        assert await visit.query("told") == [f"{visit_id}-B1"]
        assert planning.asked == [False, True, False]
        assert planning.numbers == [8, 9]  # those up to 7 are another run's
        assert planning.because == [(words("a visit"),), (Because(BecauseCode.ROUND_FAILED),)]
        await territory.terminate()
    await visit.terminate()


async def test_a_territory_from_before_there_were_codes_tells_its_reasons_in_its_own_words(
    environment: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
):
    for config in (options.PLAN, options.PUBLISH):
        monkeypatch.setitem(config, "task_queue", QUEUE)
    planning = FakePlanning((), asked=[False])
    absent = Because(BecauseCode.ENGINEER_ABSENT, {"engineer": "E1"})
    async with Worker(
        environment.client,
        task_queue=QUEUE,
        workflows=[TerritoryWorkflow],
        activities=[planning.planning_terms, planning.optimise, planning.publish],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        start = TerritoryStart(TerritoryId("G"), progress=TerritoryProgress(reasons=("C-1-V1 departed", "S1 came in")))
        with environment.with_time_skipping_disabled():
            territory = await environment.client.start_workflow(
                TerritoryWorkflow.run,
                start,
                id="territory/G",
                task_queue=QUEUE,
                start_signal="changed",
                start_signal_args=[TerritoryChanged("E1 is absent", because=(absent,))],
            )
        await environment.fast_forward(territory, 5 * MINUTE)
        assert planning.because == [(words("C-1-V1 departed"), words("S1 came in"), absent)]
        await territory.terminate()
