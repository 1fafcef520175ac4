"""The record of a case, written from the state of its workflow."""

from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, delete
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain import sla
from domain.case import CaseProgress, Diagnosis, Ruling, sla_state
from domain.clock import Clock, ClockName, Pause
from domain.messages import CaseChange
from domain.registration import ArrivalWindow, FieldProblem, Registration
from domain.vocabulary import Channel
from models import tables as t
from models.documents import to_json
from models.errors import StaleVersionError
from models.repositories import commands, events
from models.repositories.registrations import blank_case
from models.repositories.rows import locked, table_of

_CLOCKS, _PAUSES = table_of(t.SlaClock), table_of(t.ClockPause)


def _written_over(table: Table) -> Insert:
    """Rows are added, or take the place of those with the same key."""
    statement, keys = insert(table), [column.name for column in table.primary_key]
    changed = {name: column for name, column in statement.excluded.items() if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


_WRITE_CLOCKS, _WRITE_PAUSES = _written_over(_CLOCKS), _written_over(_PAUSES)
# A promise that was taken back takes its pauses with it (foreign key).
_DROP_CLOCKS = delete(_CLOCKS).where(
    _CLOCKS.c.case_id == bindparam("case"), _CLOCKS.c.name.not_in(bindparam("kept", expanding=True))
)


async def record(session: AsyncSession, change: CaseChange) -> None:
    """Write a case's new state and its events.

    A repeated command adds no event. It still writes a state that is newer than the record's: a workflow that was
    interrupted may bring the same command again on top of another one.

    Raises:
        StaleVersionError: The record is at a later version.
    """
    progress, now = change.progress, change.now
    key = commands.CommandKey(change.workflow_id, change.command_id, "record_case")
    is_new = await commands.begin(session, key, now)
    row = await locked(session, t.Case, progress.case_id, lambda: _unregistered(progress, now))
    if is_new and progress.version < row.version:
        raise StaleVersionError("case", progress.case_id, progress.version, row.version)
    if is_new or progress.version > row.version:
        _project(row, progress, now)
        await session.flush()
        await _write_clocks(session, progress, now)
    if is_new:
        await events.append(session, key, change.events, now, case_id=progress.case_id)


def _unregistered(progress: CaseProgress, now: datetime) -> t.Case:
    # A command may overtake the registration; that fills in what it knows when it comes.
    return blank_case(progress.case_id, progress.opened_at, now, Registration(Channel.API, symptom=""))


def _project(row: t.Case, progress: CaseProgress, now: datetime) -> None:
    step, given, ruling = progress.step, progress.classification, progress.ruling
    if row.state != progress.state:
        row.state, row.state_since = progress.state, now
    row.next_step = step.name if step else None
    row.step_number = progress.steps_opened
    row.step_since = step.since if step else None
    row.due_at = step.due_at if step else None
    row.responsible = progress.responsible
    row.territory_id = progress.territory or None
    row.problems = to_json(list[FieldProblem], progress.problems)
    row.windows = to_json(tuple[ArrivalWindow, ...], progress.windows)
    if given is not None:
        row.kind, row.category, row.severity = given.kind, given.category, given.severity
    row.warranty, row.repeat_of = progress.warranty, progress.repeat_of
    row.diagnosis = to_json(Diagnosis, progress.diagnosis) if progress.diagnosis else None
    row.ruling = to_json(Ruling, ruling) if ruling else None
    row.decision = ruling.decision if ruling else None
    row.quote_cents = ruling.quote_cents if ruling else 0
    row.open_visit_id, row.visits, row.outcome = progress.open_visit, progress.visits, progress.outcome
    row.closing_note, row.satisfaction = progress.closing_note, progress.satisfaction
    row.reopened, row.call_back_from = progress.reopened, progress.call_back_from
    row.labour_cents, row.travel_cents = progress.costs.labour, progress.costs.travel
    row.parts_cents = progress.costs.parts
    _project_promises(row, progress, now)
    if progress.state.is_final:
        row.closed_at = row.closed_at or now
    row.updated_at, row.version = now, progress.version


def _project_promises(row: t.Case, progress: CaseProgress, now: datetime) -> None:
    """What readers need to know how the case stands at any later moment, until the next change."""
    running = [(due, name, clock) for name, clock in progress.clocks.items() if (due := _open_due(clock, now))]
    row.sla_state = sla_state(progress, now)
    row.sla_due_at, row.sla_clock = min(((due, name) for due, name, _ in running), default=(None, None))
    row.sla_warn_at = min((warn for *_, clock in running if (warn := sla.warn_at(clock, now))), default=None)
    row.sla_jeopardy = any(clock.predicted is not None and clock.predicted > due for due, _, clock in running)


def _open_due(clock: Clock, now: datetime) -> datetime | None:
    """When a promise that is still open breaks or broke; None while a pause leaves that open."""
    return sla.due_at(clock, now) if clock.stopped_at is None else None


async def _write_clocks(session: AsyncSession, progress: CaseProgress, now: datetime) -> None:
    case_id, clocks = progress.case_id, progress.clocks
    await session.execute(_DROP_CLOCKS, {"case": case_id, "kept": list(clocks)})
    if clocks:
        await session.execute(_WRITE_CLOCKS, [_clock(case_id, name, clock, now) for name, clock in clocks.items()])
    pauses = [
        _pause(case_id, name, position, pause)
        for name, clock in clocks.items()
        for position, pause in enumerate(clock.pauses)
    ]
    if pauses:
        await session.execute(_WRITE_PAUSES, pauses)


def _clock(case_id: str, name: ClockName, clock: Clock, now: datetime) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "name": name,
        "target_seconds": round(clock.terms.target.total_seconds()),
        "calendar": clock.terms.calendar.name,
        "remedy": clock.terms.remedy,
        "started_at": clock.started_at,
        "stopped_at": clock.stopped_at,
        "warn_at": sla.warn_at(clock, now),
        "due_at": sla.due_at(clock, now),
        "predicted": clock.predicted,
        "state": sla.state(clock, now),
        "used_seconds": sla.used(clock, now).total_seconds(),
        "stops": [{"start": stop.start.isoformat(), "end": stop.end.isoformat()} for stop in clock.stops],
    }


def _pause(case_id: str, name: ClockName, position: int, pause: Pause) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "clock": name,
        "position": position,
        "reason": pause.reason,
        "started_at": pause.start,
        "ended_at": pause.end,
    }
