"""A list says at any moment what the domain says, without a write in between."""

import random
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlmodel import col

from domain import sla
from domain.clock import Clock, ClockName, Pause, PauseReason
from models import tables as t
from models.screens.standing import AGEING, case_standing, clock_standing, share_used, standing, stands_in
from models.session import Database
from tests.builders import at
from tests.integration.operations.rows import a_clock, record


def a_random_clock(rng: random.Random, name: ClockName) -> Clock:
    clock = a_clock(name, rng.uniform(-60, 60), warns=rng.choice((0.5, 0.75, 0.9)))
    pauses: tuple[Pause, ...] = ()
    if rng.random() < 0.3:
        begun = rng.uniform(-99, -91)
        pauses = (Pause(PauseReason.SITE_CLOSED, at(begun), at(-90.5) if rng.random() < 0.4 else None),)
    stopped = at(rng.uniform(-99, -91)) if rng.random() < 0.2 else None
    predicted = at(rng.uniform(-60, 80)) if rng.random() < 0.5 else None
    return Clock(clock.terms, clock.started_at, pauses, stopped, predicted)


@pytest.mark.parametrize("seed", range(2))
async def test_what_is_read_later_is_what_the_domain_says_then(company: Database, seed: int):
    rng = random.Random(seed)
    cases = {}
    for number in range(40):
        clocks = [a_random_clock(rng, name) for name in ClockName if rng.random() < 0.7]
        cases[f"C-{number}"] = await record(company, f"C-{number}", *clocks, written=-90)
    seen = set()
    for moment in (at(-90), at(-30), at(-1), at(10), at(59), at(200)):
        async with company.reading() as session:
            column = standing(moment)
            found = dict((await session.execute(select(col(t.Case.id), column))).all())
            rows = {row.id: row for row in await session.scalars(select(t.Case))}
            written = list(await session.scalars(select(t.SlaClock)))
            filtered = {
                state: set(await session.scalars(select(col(t.Case.id)).where(stands_in([state], moment))))
                for state in sla.SlaState
            }
        for id_, case in cases.items():
            wanted = sla.worst_state(case.clocks.values(), moment)
            assert (found[id_], case_standing(rows[id_], moment)) == (wanted, wanted), (id_, moment, case.clocks)
            assert [state for state, ids in filtered.items() if id_ in ids] == [wanted]
            seen.add(wanted)
        for row in written:
            assert clock_standing(row, moment) == sla.state(cases[row.case_id].clocks[row.name], moment)
    assert seen >= {*AGEING, sla.SlaState.PAUSED}


def the_share(clock: Clock, written: datetime, now: datetime) -> float:
    row = t.SlaClock(
        case_id="C-1", name=clock.terms.name, target_seconds=round(clock.terms.target.total_seconds()),
        calendar="always", started_at=clock.started_at, warn_at=sla.warn_at(clock, written),
        due_at=sla.due_at(clock, written), state=sla.state(clock, written),
        used_seconds=sla.used(clock, written).total_seconds(), stops=[],
    )  # fmt: skip
    return share_used(row, written, now)


def test_the_share_of_a_running_clock_grows_with_the_wall():
    clock = a_clock(ClockName.RESOLVE, 100)
    assert [round(the_share(clock, at(-50), at(hour)), 4) for hour in (-50, 0, 50, 100, 150)] == [
        0.25, 0.5, 0.75, 1.0, 1.25,
    ]  # fmt: skip


def test_the_share_of_a_paused_clock_stands():
    clock = a_clock(ClockName.RESOLVE, 100, pauses=(Pause(PauseReason.WAITING_FOR_CUSTOMER, at(-50)),))
    assert the_share(clock, at(-40), at(90)) == 0.25
