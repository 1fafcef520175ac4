"""Opening a case, for the API and the command line: checked, numbered, started, and answered as far as it got."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from api.commands import Commands, OpenCase
from api.queries import Queries
from domain.case import CaseProgress
from domain.errors import CalloutError
from domain.ids import CaseId, CommandId
from domain.messages import Command
from domain.people import Actor, Role
from domain.registration import FieldProblem, Registration, problems
from domain.vocabulary import CaseState, Channel

TAKEN_BY_PEOPLE = {Channel.PHONE, Channel.SHOP, Channel.CHAT}
"""Channels on which somebody of the company speaks with the customer."""
REGISTERED_WITHIN = 8.0
"""Seconds; usually it takes a tenth of one."""


class IncompleteError(CalloutError):
    """A registration lacks fields; every one is named."""

    code = "invalid_input"
    http_status = 422

    def __init__(self, found: list[FieldProblem]) -> None:
        errors = [{"field": problem.field, "rule": problem.rule} for problem in found]
        detail = "; ".join(f"{problem.field}: {problem.rule}" for problem in found)
        super().__init__(detail, field=found[0].field, rule=found[0].rule, errors=errors)


class NumberTakenError(CalloutError):
    """The record gave out a number that Temporal knows already: the record is older than Temporal's."""

    code = "number_taken"
    http_status = 500

    def __init__(self, case_id: CaseId) -> None:
        super().__init__(
            f"{case_id} is another case in Temporal: was the database restored from a backup? "
            "Advance the sequence case_number beyond the newest case, then send it again with another key.",
            case_id=case_id,
        )


@dataclass(frozen=True)
class Opened:
    """A case that is there now.

    Attributes:
        state: ``registering`` while no worker has written it yet, or fields are missing.
        problems: What somebody must complete.
        is_new: False when the same command had opened it before.
    """

    case_id: CaseId
    state: str
    next_step: str
    responsible: str
    due_at: datetime | None
    problems: list[FieldProblem]
    is_new: bool


def registrar(channel: Channel) -> Role:
    """Who registers a case on a channel when nobody is named."""
    return Role.AGENT if channel in TAKEN_BY_PEOPLE else Role.CUSTOMER


async def open_case(
    commands: Commands,
    queries: Queries,
    given: Registration,
    command_id: CommandId,
    actor: Actor,
    *,
    allow_incomplete: bool = False,
) -> Opened:
    """Open a case, and wait a moment for its registration.

    Raises:
        IncompleteError: Fields are missing or ill-formed, and that is not allowed; nothing was opened.
        NumberTakenError: The case's number belongs to another case; nothing was opened.
        UnavailableError: The system does not answer.
    """
    if not allow_incomplete and (found := problems(given)):
        raise IncompleteError(found)
    case_id = await queries.number_of(command_id)
    opening = OpenCase(case_id, await queries.now(), Command(command_id, actor), given)
    is_new = await commands.open_case(opening)
    progress = await _registered(commands, case_id)
    if progress and not is_new and command_id not in progress.seen:
        raise NumberTakenError(case_id)
    step = progress.step if progress else None
    return Opened(
        case_id,
        state=progress.state if progress else CaseState.REGISTERING,
        next_step=step.name if step else "",
        responsible=progress.responsible if progress else Role.AGENT,
        due_at=step.due_at if step else None,
        problems=progress.problems if progress else [],
        is_new=is_new,
    )


async def _registered(commands: Commands, case_id: CaseId) -> CaseProgress | None:
    """The case once its registration is in the record; None when that takes longer than a caller should wait."""
    deadline = asyncio.get_running_loop().time() + REGISTERED_WITHIN
    while asyncio.get_running_loop().time() < deadline:
        view = await commands.view_case(case_id)
        if view is None:
            break
        if view.progress.version > 0:
            return view.progress
        await asyncio.sleep(0.1)
    return None
