"""The crowd between two looks: each due act begins once, a refused one is tried again under another id."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import pytest

from api.commands import Commands, OpenCase
from domain.errors import UnavailableError, WrongStateError
from domain.ids import CaseId
from domain.messages import ClassifyCase, Receipt
from domain.timebase import Timebase
from domain.vocabulary import CaseState
from models.repositories import admissions
from models.session import Database
from samples.arrivals import Arrival
from simulation import crowd as crowds
from simulation.crowd import Crowd, Minds, Seen
from simulation.draws import Draws
from simulation.sending import Answer, Sender
from tests.unit.simulation.builders import HOUR, MINUTE, NOON, a_case, a_request
from tests.unit.simulation.test_people import PLAIN, ZONE, quarter_of_an_hour


@dataclass
class FakeCommands:
    """Answers as told, in turn; then always with success."""

    answers: list[Exception] = field(default_factory=list)
    heard: list[tuple[str, str, str]] = field(default_factory=list)
    opened: list[OpenCase] = field(default_factory=list)

    async def case(self, case_id: CaseId, update: str, message: Any) -> Receipt:
        self.heard.append((case_id, update, message.command.id))
        if self.answers:
            raise self.answers.pop(0)
        return Receipt(case_id, "diagnosing", 5)

    async def open_case(self, case: OpenCase) -> bool:
        self.opened.append(case)
        return True


class NoDatabase:
    """A record that only says which cases it knows."""

    def reading(self) -> "NoDatabase":
        return self

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, *_: object) -> None:
        return None


class Calls:
    """One call at noon."""

    def __init__(self) -> None:
        self.call = Arrival(CaseId("SIM-C.1"), NOON, a_request(), a_case(CaseState.CLASSIFYING).territory)

    def between(self, start: datetime, end: datetime) -> list[Arrival]:
        return [self.call] if start <= self.call.at < end else []


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> set[CaseId]:
    """The cases that the record knows, and what the crowd sees: one case that waits to be classified."""
    cases: set[CaseId] = set()

    async def known_cases(_session: object, ids: list[CaseId]) -> frozenset[CaseId]:
        return frozenset(cases & set(ids))

    async def look(_database: object, _now: datetime) -> Seen:
        return Seen([a_case(CaseState.CLASSIFYING)], [], [], [], [])

    monkeypatch.setattr(admissions, "known_cases", known_cases)
    monkeypatch.setattr(crowds, "look", look)
    monkeypatch.setattr(crowds, "RETRY_SECONDS", 0.0)
    monkeypatch.setattr(crowds, "SEEN_SECONDS", 0.0)
    return cases


def a_crowd(commands: FakeCommands, now: datetime) -> Crowd:
    base = Timebase(now, now, 1)
    return Crowd(
        database=cast(Database, NoDatabase()),
        commands=cast(Commands, commands),
        sender=Sender(cast(Commands, commands), cast(Any, None)),
        minds=Minds(Draws(3), PLAIN, quarter_of_an_hour, ZONE),
        calls=Calls(),
        timebase=base,
        since=NOON - HOUR,
        clock=lambda: now,
    )


async def test_nothing_happens_before_its_time(known: set[CaseId]) -> None:
    commands = FakeCommands()
    crowd = a_crowd(commands, NOON + PLAIN.classify - MINUTE)
    known.add(CaseId("SIM-C.1"))
    await crowd.round()
    await crowd.finish()
    assert (commands.heard, commands.opened) == ([], [])


async def test_an_act_that_is_due_is_done_once_while_it_is_under_way(known: set[CaseId]) -> None:
    commands = FakeCommands()
    crowd = a_crowd(commands, NOON + HOUR)
    await crowd.round()
    await crowd.round()
    await crowd.finish()
    assert commands.heard == [("SIM-C.241450", "classify", "sim:SIM-C.241450:step:1")]
    assert crowd.sender.sent[Answer.DONE] == 1


async def test_a_refused_act_is_tried_again_under_another_id(known: set[CaseId]) -> None:
    commands = FakeCommands([WrongStateError("case", "SIM-C.241450", "quoting", "classify", "classifying")])
    crowd = a_crowd(commands, NOON + HOUR)
    for _ in range(2):
        await crowd.round()
        await crowd.finish()
    assert [id_ for _, _, id_ in commands.heard] == ["sim:SIM-C.241450:step:1", "sim:SIM-C.241450:step:1:r1"]
    assert (crowd.sender.sent[Answer.REFUSED], crowd.sender.sent[Answer.DONE]) == (1, 1)


async def test_an_unanswered_act_is_sent_again_under_the_same_id(known: set[CaseId]) -> None:
    commands = FakeCommands([UnavailableError("away")])
    crowd = a_crowd(commands, NOON + HOUR)
    for _ in range(2):
        await crowd.round()
        await crowd.finish()
    assert [id_ for _, _, id_ in commands.heard] == ["sim:SIM-C.241450:step:1"] * 2
    assert crowd.sender.sent[Answer.UNANSWERED] == 1


async def test_a_call_is_answered_once_and_not_again_after_a_restart(known: set[CaseId]) -> None:
    commands = FakeCommands()
    crowd = a_crowd(commands, NOON + MINUTE)
    await crowd.round()
    await crowd.finish()
    await crowd.round()
    await crowd.finish()
    assert [(c.case_id, c.opened_at, c.command.id) for c in commands.opened] == [
        ("SIM-C.1", NOON, "sim:SIM-C.1:open"),
    ]
    known.add(CaseId("SIM-C.1"))
    after_restart = a_crowd(commands, NOON + MINUTE)
    await after_restart.round()
    await after_restart.finish()
    assert len(commands.opened) == 1


async def test_a_round_without_a_record_is_skipped_and_tried_again(
    known: set[CaseId], monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles: list[Exception] = [UnavailableError("away")]
    usual = crowds.look

    async def look(database: Any, now: datetime) -> Seen:
        if troubles:
            raise troubles.pop()
        return await usual(database, now)

    monkeypatch.setattr(crowds, "look", look)
    crowd = a_crowd(FakeCommands(), NOON)
    found = []
    async for seen in crowd.rounds():
        found.append(seen is not None)
        if len(found) == 2:
            break
    assert found == [False, True]
    await asyncio.sleep(0)


def test_minds_put_the_earliest_act_first() -> None:
    early = a_case(CaseState.CLASSIFYING, id=CaseId("SIM-C.2"), since=NOON - HOUR)
    seen = Seen([a_case(CaseState.CLASSIFYING), early], [], [], [], [])
    found = Minds(Draws(3), PLAIN, quarter_of_an_hour, ZONE).acts(seen, NOON)
    assert [act.target for act in found] == ["SIM-C.2", "SIM-C.241450"]
    assert all(isinstance(act.message, ClassifyCase) for act in found)
