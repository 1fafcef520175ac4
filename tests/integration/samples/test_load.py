"""The sample company in a real database: consistent, loaded once, never mixed with another company."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlmodel import col

from models import tables as t
from models.migrate import migrate
from models.repositories import events, policies
from models.repositories.territories import serving
from models.session import Database
from runtime.postgres import EmbeddedPostgres
from samples.load import OtherCompanyError, continue_roster, load, next_morning

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)  # a Sunday
TABLES = (t.Engineer, t.InstalledProduct, t.Part, t.Case, t.Visit)


@pytest.fixture(scope="module")
async def loaded(postgres_server: EmbeddedPostgres) -> AsyncIterator[Database]:
    """A database with the sample company in it; tests leave it as it is."""
    url = postgres_server.create_database("samples_loaded")
    await migrate(url)
    record = Database(url, pool_size=2)
    await load(record, NOW)
    yield record
    await record.close()
    postgres_server.drop_database("samples_loaded")


@pytest.fixture
async def database(postgres_server: EmbeddedPostgres) -> AsyncIterator[Database]:
    url = postgres_server.create_database("samples")
    await migrate(url)
    record = Database(url, pool_size=2)
    yield record
    await record.close()
    postgres_server.drop_database("samples")


async def count(database: Database, table: type) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_it_loads_and_again_changes_nothing(database: Database) -> None:
    first = await load(database, NOW)
    sizes = [await count(database, table) for table in TABLES]
    assert first.is_new
    assert sizes[:4] == [40, 400, 60, 300]
    shifts = await count(database, t.Shift)
    second = await load(database, NOW, seed=99)
    assert not second.is_new
    assert second.company == first.company
    assert [
        await count(database, table) for table in (t.Engineer, t.InstalledProduct, t.Part, t.Case, t.Visit)
    ] == sizes
    assert await count(database, t.Shift) == shifts


async def test_closed_cases_have_clocks_events_and_costs_that_fit_together(loaded: Database) -> None:
    company = (await load(loaded, NOW)).company
    async with loaded.reading() as session:
        for past in company.history[:20]:
            case = await session.get_one(t.Case, past.id)
            clocks = (await session.scalars(select(t.SlaClock).where(col(t.SlaClock.case_id) == past.id))).all()
            visits = (await session.scalars(select(t.Visit).where(col(t.Visit.case_id) == past.id))).all()
            assert (case.state, case.closed_at, case.sla_due_at) == ("archived", past.archived_at, None)
            assert len(clocks) == (4 if visits else 2)
            assert all(clock.state in {"kept", "missed"} for clock in clocks)
            assert case.labour_cents == sum(v.labour_cents for v in visits)
            assert case.travel_cents == sum(v.travel_cents for v in visits)
            assert case.parts_cents == sum(v.parts_cents for v in visits)
            timeline = await events.timeline(session, past.id)
            assert [e.kind for e in timeline][-1] == "archived"
            assert [e.at for e in timeline] == sorted(e.at for e in timeline)


async def test_time_begins_on_a_working_morning(loaded: Database) -> None:
    async with loaded.reading() as session:
        timebase = await policies.timebase(session)
    assert timebase.virtual(NOW) == datetime(2026, 11, 23, 5, 30, tzinfo=UTC)
    assert timebase.virtual(NOW + timedelta(seconds=1)) == datetime(2026, 11, 23, 5, 31, tzinfo=UTC)
    assert next_morning(datetime(2026, 11, 24, 20, tzinfo=UTC)) == datetime(2026, 11, 24, 5, 30, tzinfo=UTC)


async def test_the_roster_goes_on_as_time_does(loaded: Database) -> None:
    company = (await load(loaded, NOW)).company
    before = await count(loaded, t.Shift)
    async with loaded.transaction() as session:
        assert await continue_roster(session, company, company.founded_on) == 0
        added = await continue_roster(session, company, company.founded_on + timedelta(days=7))
    assert added > 150
    assert await count(loaded, t.Shift) == before + added


async def test_every_site_lies_in_its_territory(loaded: Database) -> None:
    company = (await load(loaded, NOW)).company
    async with loaded.reading() as session:
        for customer in company.customers[::7]:
            found = await serving(session, customer.site.latitude, customer.site.longitude)
            assert found == customer.territory


async def test_another_company_is_left_alone(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(insert(t.Customer).values(id="X", name="Somebody", language="en", created_at=NOW))
    with pytest.raises(OtherCompanyError, match="another company"):
        await load(database, NOW)
    assert await count(database, t.Territory) == 0
