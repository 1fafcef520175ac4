"""One after-sales case, from the first call to the archive.

Commands of people come as updates: their handlers record what happened. ``run`` acts: it starts the visit, waits
for those who must act, and lets silence have its consequences. Everything that time alone makes true (warnings,
breaches, escalations) is announced by a watch beside it.
"""

import asyncio
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import replace
from datetime import datetime

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ActivityError, ApplicationError, WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from activities import options
    from activities.cases import CaseActivities
    from domain import case, case_steps, customer_steps, sla
    from domain.case import CaseProgress
    from domain.clock import ClockName
    from domain.ids import CommandId, EngineerId, VisitId
    from domain.messages import (
        AddNote,
        AnswerQuote,
        AskForTime,
        AttachFile,
        CancelCase,
        CancelVisit,
        CaseChange,
        CaseStart,
        CaseView,
        ChooseSlot,
        ClassifyCase,
        Command,
        CompleteRegistration,
        ConfirmCase,
        DecideCase,
        EventDraft,
        PauseCase,
        RateCase,
        Receipt,
        RecordCallBack,
        RecordDiagnosis,
        RegisterCase,
        RegisteredCase,
        ResolveTerms,
        SettleHandOver,
        VisitFact,
        VisitStart,
    )
    from domain.registration import Registration
    from domain.steps import Announcement
    from domain.vocabulary import CaseState, Severity
    from workflows import attributes
    from workflows.ending import until_idle
    from workflows.failures import REST_AFTER_REFUSAL, RecordRefusedError, answered, recorded_version, unrefused
    from workflows.ids import visit_workflow_id
    from workflows.memory import remember
    from workflows.timekeeping import Timekeeper
    from workflows.visit import VisitWorkflow

Story = Callable[[CaseProgress], list[EventDraft]]


@workflow.defn
class ServiceCaseWorkflow:
    """Carries one case (``case/{case_id}``)."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        self._start = start
        self._time = Timekeeper(start.timebase)
        self._progress = start.progress or CaseProgress(start.case_id, start.opened_at)
        self._lock = asyncio.Lock()
        self._registering = asyncio.Lock()
        self._changes = 0
        self._is_open = start.progress is not None
        self._shown: attributes.Shown | None = None

    @workflow.run
    async def run(self, start: CaseStart) -> Receipt:
        """The story: register, classify, diagnose, decide, visit or hand over, confirm, call back, archive."""
        if start.progress is None and start.registration is not None:
            with unrefused():
                await self._register(start.command, start.registration)
        self._is_open = True
        watch = asyncio.create_task(self._announce_what_time_brings())
        while not self._progress.state.is_final:
            await self._call_off_what_nobody_needs()
            match self._progress.state:
                case (
                    CaseState.REGISTERING
                    | CaseState.CLASSIFYING
                    | CaseState.DIAGNOSING
                    | CaseState.DECIDING
                    | CaseState.QUOTING
                    | CaseState.HANDED_OVER
                ):
                    await self._wait_for_someone_to_act()
                case CaseState.VISITING:
                    await self._see_the_visit_through()
                case CaseState.CONFIRMING:
                    await self._wait_for_confirmation()
                case CaseState.CALLING_BACK:
                    await self._wait_for_the_call_back()
                case CaseState.ARCHIVED | CaseState.CANCELLED:
                    break
            await self._continue_as_new_when_long()
        await self._call_off(self._progress.visits_under_way)
        await until_idle(self._lock)
        watch.cancel()
        return self._receipt()

    # --- the steps of the story ------------------------------------------------------------------------------

    async def _register(self, command: Command, given: Registration) -> None:
        found = await self._write_registration(command, given)
        now = self._time.now()
        await self._change(command.id, lambda p: case_steps.register(p, given, found, command.actor, now))
        if given.classification and self._progress.state is CaseState.CLASSIFYING:
            known = ClassifyCase(replace(command, id=CommandId(f"{command.id}:classify")), given.classification)
            await self._classify(known)

    async def _wait_for_someone_to_act(self) -> None:
        seen = self._changes
        await self._time.wait(lambda: self._changes != seen or self._is_long())

    async def _see_the_visit_through(self) -> None:
        # Starting takes a moment, in which a visit that runs since before may end and call for the next one.
        visits, here = self._progress.visits_under_way, self._progress.steps_opened
        for visit in visits:
            await self._start_visit(visit)
        await self._time.wait(
            lambda: (
                self._progress.steps_opened != here
                or not set(self._progress.visits_under_way) <= set(visits)
                or self._is_final()
                or self._is_long()
            )
        )

    async def _wait_for_confirmation(self) -> None:
        step = self._progress.step
        until = step.due_at if step else None
        if not await self._time.wait(lambda: self._progress.step != step or self._is_long(), until):
            now = self._time.now()
            await self._step(self._key("silence"), lambda p: case_steps.confirm_by_silence(p, now))

    async def _wait_for_the_call_back(self) -> None:
        step = self._progress.step
        until = step.due_at if step else None
        if not await self._time.wait(lambda: self._progress.step != step or self._is_long(), until):
            now = self._time.now()
            await self._step(
                self._key("not-reached"),
                lambda p: case_steps.archive(p, now, "nobody was reached for the call back") if p.step == step else [],
            )

    async def _start_visit(self, visit: VisitId) -> None:
        p = self._progress
        assert p.ruling is not None, "a visited case has a ruling"  # noqa: S101 - a programming error
        now = self._time.now()
        second = p.second if p.second and p.second.visit == visit else None
        start = VisitStart(
            visit_id=visit,
            case_id=p.case_id,
            territory=p.territory,
            severity=p.classification.severity if p.classification else Severity.MEDIUM,
            terms=p.terms,
            needs=second.needs if second else p.ruling.needs,
            timebase=self._start.timebase,
            preferred=EngineerId(p.last_engineer) if p.last_engineer else None,
            # Who comes first keeps these promises; the second part has only the end of the job to keep.
            dispatch_due=None if second else self._due(ClockName.DISPATCH, now),
            on_site_due=None if second else self._due(ClockName.ON_SITE, now),
            resolve_due=self._due(ClockName.RESOLVE, now),
            max_events=self._start.max_events,
            after=p.open_visit if second else None,
        )
        try:
            # The visit tells how it goes by signal, so it may outlive this run of the case.
            await workflow.start_child_workflow(
                VisitWorkflow.run,
                start,
                id=visit_workflow_id(visit),
                parent_close_policy=ParentClosePolicy.ABANDON,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            )
        except WorkflowAlreadyStartedError:
            return

    async def _call_off_what_nobody_needs(self) -> None:
        visits = tuple(self._progress.to_call_off)
        await self._call_off(visits)
        self._progress.to_call_off = [visit for visit in self._progress.to_call_off if visit not in visits]

    async def _call_off(self, visits: Iterable[VisitId]) -> None:
        for visit in visits:
            called_off = CancelVisit(self._progress.closing_note or "the case goes on without it")
            try:
                await workflow.get_external_workflow_handle(visit_workflow_id(visit)).signal("cancel", called_off)
            except ApplicationError:
                workflow.logger.info("visit_was_over", extra={"visit_id": visit})

    # --- commands ----------------------------------------------------------------------------------------------

    @workflow.update
    async def complete_registration(self, message: CompleteRegistration) -> Receipt:
        """The registration again, with what was missing."""
        await self._until_open()
        with answered():
            # Two people completing it at once would both create the customer, the site and the product.
            async with self._registering:
                if message.command.id not in self._progress.seen:
                    case.require(self._progress, "complete_registration")
                    await self._register(message.command, message.registration)
        return self._receipt()

    @workflow.update
    async def classify(self, message: ClassifyCase) -> Receipt:
        """Kind, category, severity; the promises follow."""
        await self._until_open()
        with answered():
            if message.command.id not in self._progress.seen:
                await self._classify(message)
        return self._receipt()

    @workflow.update
    async def diagnose(self, message: RecordDiagnosis) -> Receipt:
        """Findings of the remote diagnosis."""
        return await self._command(message.command, lambda p, at, now: case_steps.diagnose(p, message, at, now))

    @workflow.update
    async def decide(self, message: DecideCase) -> Receipt:
        """How the case goes on."""
        return await self._command(message.command, lambda p, at, now: case_steps.decide(p, message, at, now))

    @workflow.update
    async def choose_slot(self, message: ChooseSlot) -> Receipt:
        """The customer chose an arrival window before there is a visit."""
        return await self._command(message.command, lambda p, at, now: case_steps.choose_slot(p, message, at, now))

    @workflow.update
    async def answer_quote(self, message: AnswerQuote) -> Receipt:
        """The customer accepts or refuses the price."""
        return await self._command(message.command, lambda p, at, now: case_steps.answer_quote(p, message, at, now))

    @workflow.update
    async def settle(self, message: SettleHandOver) -> Receipt:
        """A depot repair or exchange has ended."""
        return await self._command(message.command, lambda p, at, now: case_steps.settle(p, message, at, now))

    @workflow.update
    async def confirm(self, message: ConfirmCase) -> Receipt:
        """The customer confirms, or reopens."""
        return await self._command(message.command, lambda p, at, now: case_steps.confirm(p, message, at, now))

    @workflow.update
    async def call_back(self, message: RecordCallBack) -> Receipt:
        """The call after some days."""
        return await self._command(message.command, lambda p, at, now: case_steps.call_back(p, message, at, now))

    @workflow.update
    async def pause(self, message: PauseCase) -> Receipt:
        """The clocks rest."""
        return await self._command(message.command, lambda p, at, _: case_steps.pause(p, message, at))

    @workflow.update
    async def resume(self, message: PauseCase) -> Receipt:
        """The clocks go on."""
        return await self._command(message.command, lambda p, at, _: case_steps.resume(p, message, at))

    @workflow.update
    async def cancel(self, message: CancelCase) -> Receipt:
        """The customer no longer wants it."""
        return await self._command(message.command, lambda p, at, _: case_steps.cancel(p, message, at))

    @workflow.update
    async def note(self, message: AddNote) -> Receipt:
        """A remark in the timeline."""
        actor, text = message.command.actor, message.text
        return await self._command(message.command, lambda _p, at, _: [EventDraft("note", at, actor, {"text": text})])

    @workflow.update
    async def attach(self, message: AttachFile) -> Receipt:
        """A file belongs to the case."""
        return await self._command(message.command, lambda p, at, _: customer_steps.attach(p, message, at))

    @workflow.update
    async def rate(self, message: RateCase) -> Receipt:
        """How satisfied the customer is."""
        return await self._command(message.command, lambda p, at, _: customer_steps.rate(p, message, at))

    @workflow.update
    async def ask_for_time(self, message: AskForTime) -> Receipt:
        """The customer would rather be visited at another time."""
        return await self._command(message.command, lambda p, at, now: customer_steps.ask_for_time(p, message, at, now))

    @workflow.signal
    async def visit_changed(self, fact: VisitFact) -> None:
        """The visit moved on."""
        now = self._time.now()
        await self._step(CommandId(f"{fact.visit_id}:{fact.sequence}"), lambda p: case_steps.follow_visit(p, fact, now))

    @workflow.query
    def view(self) -> CaseView:
        """The case as this workflow sees it."""
        now = self._time.now()
        return CaseView(self._progress, now, case.sla_state(self._progress, now))

    # --- mechanics ---------------------------------------------------------------------------------------------

    async def _command(
        self, command: Command, story: Callable[[CaseProgress, datetime, datetime], list[EventDraft]]
    ) -> Receipt:
        await self._until_open()
        with answered():
            at, now = self._time.acted_at(command.at), self._time.now()
            await self._change(command.id, lambda p: story(p, at, now))
        return self._receipt()

    async def _until_open(self) -> None:
        # A command may come in the moment in which the registration is being written.
        await workflow.wait_condition(lambda: self._is_open)

    async def _classify(self, message: ClassifyCase) -> None:
        now = self._time.now()
        at = self._time.acted_at(message.command.at)
        asked = ResolveTerms(self._progress.case_id, message.classification, self._progress.warranty, now)
        terms = await workflow.execute_local_activity_method(
            CaseActivities.resolve_terms, asked, **options.LOCAL_RECORD
        )
        await self._change(message.command.id, lambda p: case_steps.classify(p, message, terms, at, now))

    async def _write_registration(self, command: Command, given: Registration) -> RegisteredCase:
        p = self._progress
        # A territory that there is not leaves it to the place, or nobody could ever complete the registration.
        unknown = any(problem.field == "territory" for problem in p.problems)
        territory = None if unknown else self._start.territory
        return await workflow.execute_local_activity_method(
            CaseActivities.register_case,
            RegisterCase(p.case_id, command.id, command.actor, p.opened_at, self._time.now(), given, territory),
            **options.LOCAL_RECORD,
        )

    async def _change(self, key: CommandId, story: Story) -> None:
        """Let the story change a copy, record it, and only then make it the state. The same key acts once."""
        async with self._lock:
            if key in self._progress.seen:
                return
            draft = deepcopy(self._progress)
            events = story(draft)
            if not events and draft == self._progress:
                return
            draft.version += 1
            remember(draft.seen, key)
            await self._record(CaseChange(workflow.info().workflow_id, key, draft, tuple(events), self._time.now()))
            self._progress = draft
            self._changes += 1
            self._shown = attributes.show_case(draft, self._time.now(), self._shown)

    async def _step(self, key: CommandId, story: Story) -> None:
        """A change of the case's own accord: nobody is there to be told of a refusal."""
        with unrefused():
            await self._change(key, story)

    async def _record(self, change: CaseChange) -> None:
        try:
            await workflow.execute_local_activity_method(CaseActivities.record_case, change, **options.LOCAL_RECORD)
        except (ActivityError, ApplicationError) as error:
            known = recorded_version(error)
            if known is None:
                raise
            change.progress.version = known + 1
            await self._record(change)

    async def _announce_what_time_brings(self) -> None:
        while True:
            for said in case.announcements(self._progress, self._time.now()):
                await self._say(said)
            seen = self._changes
            until = case.next_announcement_at(self._progress, self._time.now())
            await self._time.wait(lambda seen=seen: self._changes != seen, until)  # type: ignore[misc]

    async def _say(self, said: Announcement) -> None:
        try:
            await self._step(CommandId(said.key), lambda p: self._announce(p, said))
        except RecordRefusedError:
            workflow.logger.exception("announcement_refused", extra={"key": said.key})
            await workflow.sleep(REST_AFTER_REFUSAL)  # nobody awaits the watch: it has to go on by itself

    def _announce(self, progress: CaseProgress, said: Announcement) -> list[EventDraft]:
        still_true = case.announcements(progress, self._time.now())
        if said not in still_true:
            return []
        case.announce(progress, said)
        return [EventDraft(said.kind, said.at, data={"subject": said.subject, "rung": said.rung})]

    def _receipt(self) -> Receipt:
        p = self._progress
        return Receipt(
            p.case_id,
            p.state,
            p.version,
            p.step.name if p.step else "",
            p.responsible if p.step else "",
            p.step.due_at if p.step else None,
        )

    def _due(self, name: ClockName, now: datetime) -> datetime | None:
        clock = self._progress.clocks.get(name)
        return sla.due_at(clock, now) if clock and clock.stopped_at is None else None

    def _key(self, what: str) -> CommandId:
        step = self._progress.step
        return CommandId(f"step:{step.number if step else 0}:{what}")

    def _is_final(self) -> bool:
        return self._progress.state.is_final

    def _is_long(self) -> bool:
        info = workflow.info()
        return info.is_continue_as_new_suggested() or info.get_current_history_length() > self._start.max_events

    async def _continue_as_new_when_long(self) -> None:
        if self._is_final() or not self._is_long():
            return
        await until_idle(self._lock)
        workflow.continue_as_new(replace(self._start, registration=None, progress=self._progress))
