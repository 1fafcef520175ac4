"""The import itself: good rows go in, bad rows are listed, and whatever is already there stays as it is."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Protocol

from domain.ids import CaseId
from domain.registration import FieldProblem
from intake.rejects import Rejects
from intake.requests import ImportedRequest, Reject

BATCH = 200
"""Rows that are looked up, and written as history, at once."""

AT_ONCE = 16
"""Cases that are opened at the same time; also how many a stop waits for."""


class ImportAs(StrEnum):
    """What rows become.

    ``BY_STATE``: closed ones archived history, the others open cases. ``OPEN``: every row an open case, as if it
    had not been closed. ``HISTORY``: closed ones history; open ones are left out.
    """

    BY_STATE = "by-state"
    OPEN = "open"
    HISTORY = "history"


class ImportTarget(Protocol):
    """Where requests go."""

    async def known(self, ids: Sequence[CaseId]) -> frozenset[CaseId]:
        """Which of these cases exist."""

    def problem(self, request: ImportedRequest) -> FieldProblem | None:
        """What keeps a good row out of this company; None lets it in."""

    async def open_case(self, request: ImportedRequest) -> bool:
        """Start a case's workflow; False when it is already there."""

    async def archive(self, requests: Sequence[ImportedRequest]) -> int:
        """Write closed cases in one transaction; the number of those that were new."""


@dataclass
class ImportProgress:
    """How far an import has come. ``line`` is the last one of which everything before is done, too."""

    rows: int = 0
    line: int = 0
    opened: int = 0
    archived: int = 0
    already_there: int = 0
    left_out: int = 0
    rejected: int = 0
    stopped: bool = False
    reasons: dict[str, int] = field(default_factory=dict)

    def reject(self, reject: Reject) -> None:
        """Count a bad row under its first problem."""
        self.rejected += 1
        first = reject.problems[0]
        # Quoted values differ from row to row; a reason is counted once whatever the value.
        reason = f"{first.field}: {_without_values(first.rule)}"
        self.reasons[reason] = self.reasons.get(reason, 0) + 1


async def import_requests(
    source: Iterable[ImportedRequest | Reject],
    target: ImportTarget,
    rejects: Rejects,
    progress: ImportProgress,
    what: ImportAs = ImportAs.BY_STATE,
    stop: Callable[[], bool] = lambda: False,
    report: Callable[[ImportProgress], None] = lambda _: None,
) -> ImportProgress:
    """Take in every good row, in order; a second run takes in only what the first one did not reach.

    Args:
        stop: Asked between small steps; when it says yes, what has begun is finished and nothing more begun.
        report: Told after every step.

    Raises:
        UnavailableError: The system stopped answering; ``progress`` says how far the import had come.
    """
    rows = iter(source)
    while batch := list(islice(rows, BATCH)):
        await _take(batch, _Import(target, rejects, progress, what, stop, report))
        if progress.stopped:
            break
    return progress


@dataclass(frozen=True)
class _Import:
    target: ImportTarget
    rejects: Rejects
    progress: ImportProgress
    what: ImportAs
    stop: Callable[[], bool]
    report: Callable[[ImportProgress], None]


async def _take(found: Sequence[ImportedRequest | Reject], to: _Import) -> None:
    batch = [_checked(row, to.target) for row in found]
    good = [row for row in batch if isinstance(row, ImportedRequest)]
    known = await to.target.known([row.case_id for row in good]) if good else frozenset()
    new = [row for row in good if row.case_id not in known]
    history = [row for row in new if row.closed_at and to.what is not ImportAs.OPEN]
    cases = [] if to.what is ImportAs.HISTORY else [row for row in new if not row.closed_at or to.what is ImportAs.OPEN]
    if to.stop():
        to.progress.stopped = True
        return
    if history:
        added = await to.target.archive(history)
        to.progress.archived += added
        to.progress.already_there += len(history) - added
    for some in _pieces(cases, AT_ONCE):
        if to.stop():
            to.progress.stopped = True
            return
        opened = await asyncio.gather(*map(to.target.open_case, some))
        to.progress.opened += sum(opened)
        to.progress.already_there += len(opened) - sum(opened)
        to.report(to.progress)
    for row in batch:
        if isinstance(row, Reject):
            to.rejects.add(row)
            to.progress.reject(row)
    to.progress.already_there += len(good) - len(new)
    to.progress.left_out += len(new) - len(history) - len(cases)
    to.progress.rows += len(batch)
    to.progress.line = batch[-1].line
    to.report(to.progress)


def _checked(row: ImportedRequest | Reject, target: ImportTarget) -> ImportedRequest | Reject:
    problem = target.problem(row) if isinstance(row, ImportedRequest) else None
    return Reject(row.line, row.key, (problem,)) if problem else row


def _pieces(rows: Sequence[ImportedRequest], size: int) -> Iterator[Sequence[ImportedRequest]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _without_values(rule: str) -> str:
    parts = rule.split("'")
    return "…".join(parts[::2]) if len(parts) > 2 else rule
