"""Where promises stand at a moment: what time alone changes is compared with that moment, not read as it was written.

The rules are those of ``domain.sla``; a test holds the two against each other.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, or_
from sqlmodel import col

from domain.sla import SlaState
from models import tables as t

AGEING = (SlaState.BREACHED, SlaState.JEOPARDY, SlaState.WARNING, SlaState.RUNNING)
"""The states of a promise that is open and not paused. The others change only when somebody does something."""


def standing(now: datetime) -> ColumnElement[str]:
    """The worst state among a case's clocks at a moment, as a column of ``service_case``."""
    conditions = [(_is(state, now), literal(state.value)) for state in AGEING]
    written: Any = col(t.Case.sla_state)
    return case(*conditions, else_=written)


def stands_in(states: Iterable[SlaState], now: datetime) -> ColumnElement[bool]:
    """Whether a case stands in one of these states at a moment; spelled so that indexes answer it."""
    wanted = set(states)
    conditions = [_is(state, now) for state in AGEING if state in wanted]
    if others := wanted - set(AGEING):
        conditions.append(and_(col(t.Case.sla_due_at).is_(None), col(t.Case.sla_state).in_(sorted(others))))
    return or_(*conditions)


def _is(state: SlaState, now: datetime) -> ColumnElement[bool]:
    row = t.Case
    due, warns, missed = col(row.sla_due_at), col(row.sla_warn_at), col(row.sla_jeopardy)
    if state is SlaState.BREACHED:
        return due <= now
    if state is SlaState.JEOPARDY:
        return and_(due > now, missed)
    warned = and_(due > now, ~missed)
    return and_(warned, warns <= now) if state is SlaState.WARNING else and_(warned, or_(warns > now, warns.is_(None)))


def case_standing(row: t.Case, now: datetime) -> SlaState:
    """The worst state among a case's clocks at a moment."""
    if row.sla_due_at is None:
        return row.sla_state
    return _open_state(row.sla_due_at, row.sla_warn_at, now, missed=row.sla_jeopardy)


def clock_standing(row: t.SlaClock, now: datetime) -> SlaState:
    """The state of one clock at a moment."""
    if row.stopped_at is not None or row.due_at is None:
        return row.state
    missed = row.predicted is not None and row.predicted > row.due_at
    if row.state is SlaState.BREACHED:  # also one that is paused: a breach wins over a pause
        return SlaState.BREACHED
    return _open_state(row.due_at, row.warn_at, now, missed=missed)


def _open_state(due: datetime, warns: datetime | None, now: datetime, *, missed: bool) -> SlaState:
    if due <= now:
        return SlaState.BREACHED
    if missed:
        return SlaState.JEOPARDY
    return SlaState.WARNING if warns is not None and warns <= now else SlaState.RUNNING


def share_used(row: t.SlaClock, written_at: datetime, now: datetime) -> float:
    """How much of a clock's target is used at a moment; 1 is the breach, more than 1 is overdue.

    Exact when the row was written, at the warning and at the breach; a straight line in between, so that closed hours
    are spread evenly. Overdue time after the breach counts by the wall.

    Args:
        row: The clock.
        written_at: When its row was written.
        now: The moment.
    """
    share = row.used_seconds / row.target_seconds
    if row.stopped_at is not None or row.due_at is None or now <= written_at:
        return share
    if now >= row.due_at:
        return max(share, 1 + (now - row.due_at).total_seconds() / row.target_seconds)
    left = (row.due_at - written_at).total_seconds()
    return share + (1 - share) * (now - written_at).total_seconds() / left
