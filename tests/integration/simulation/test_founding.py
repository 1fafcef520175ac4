"""The simulated company in a real database: founded once, the same for both dispatchers, readable for the report."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from domain.ids import CaseId, TerritoryId
from domain.registration import SiteDraft
from domain.timebase import Timebase
from models import tables as t
from models.migrate import migrate
from models.repositories import policies
from models.repositories.planning import load_world
from models.session import Database
from runtime.postgres import EmbeddedPostgres
from samples.arrivals import Arrival
from simulation import reading
from simulation.crowd import look
from simulation.draws import Draws, world_key
from simulation.founding import City, found
from simulation.population import DISPATCHERS, populate
from tests.unit.simulation.builders import NOON, a_request

ZONE = "America/Los_Angeles"
CITY = City("San Francisco", "US", ZONE)
STARTED = datetime(2026, 11, 22, tzinfo=UTC)
BASE = Timebase(NOON, STARTED, 720)


def a_call(number: int) -> Arrival:
    site = SiteDraft(latitude=37.75 + number / 1_000, longitude=-122.42)
    return Arrival(CaseId(f"SF311-{number}"), NOON, a_request(site=site), TerritoryId("SIM-C"))


CALLS = tuple(a_call(n) for n in range(6))
PEOPLE = populate(Draws(1), CALLS, 6, date(2014, 12, 10), date(2014, 12, 16), ZONE)


@pytest.fixture(scope="module")
async def database(postgres_server: EmbeddedPostgres) -> AsyncIterator[Database]:
    url = postgres_server.create_database("simulated")
    await migrate(url)
    record = Database(url, pool_size=2)
    yield record
    await record.close()
    postgres_server.drop_database("simulated")


async def test_a_company_that_was_founded_keeps_its_clock(database: Database) -> None:
    assert await found(database, PEOPLE, CALLS, CITY, BASE) == BASE
    later = Timebase(NOON, STARTED + timedelta(hours=1), 720)
    assert await found(database, PEOPLE, CALLS, CITY, later) == BASE
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(t.Engineer)) == 12


async def test_both_dispatchers_plan_the_same_world_with_their_own_engine(database: Database) -> None:
    await found(database, PEOPLE, CALLS, CITY, BASE)
    async with database.reading() as session:
        settings = [(await policies.service_policy(session, d.territory)).planning for d in DISPATCHERS]
        worlds = [await load_world(session, d.territory, NOON, s) for d, s in zip(DISPATCHERS, settings, strict=True)]
    engines = [s.engine for s in settings]
    assert engines == ["callout", "first_come"]
    seen = [
        [(world_key(e.id), e.home, e.duties, dict(e.skills), dict(e.van)) for e in world.engineers] for world in worlds
    ]
    assert seen[0] == seen[1]
    assert len(seen[0]) == 6
    stocks = [[(world_key(w.id), w.point, dict(w.stock)) for w in world.warehouses] for world in worlds]
    assert stocks[0] == stocks[1]
    assert len(stocks[0]) == 1


async def test_the_crowd_sees_engineers_and_no_shortage_at_the_beginning(database: Database) -> None:
    await found(database, PEOPLE, CALLS, CITY, BASE)
    seen = await look(database, NOON)
    assert len(seen.engineers) == 12
    assert (seen.cases, seen.visits, seen.shipments, seen.shortages) == ([], [], [], [])
    assert all(e.shifts for e in seen.engineers)


async def test_a_run_without_cases_reads_as_empty(database: Database) -> None:
    await found(database, PEOPLE, CALLS, CITY, BASE)
    async with database.reading() as session:
        for dispatcher in DISPATCHERS:
            records = await reading.records(session, dispatcher.territory)
            tally = await reading.tally(session, dispatcher.territory)
            assert (records.cases, records.visits) == ((), ())
            assert len(records.shifts) == len(PEOPLE.shifts)
            assert (tally.cases, tally.kept, tally.broken, tally.visits_done, tally.plans) == ({}, 0, 0, 0, 0)
