"""Migrations: they make what the program describes, forwards and backwards, and wait for one another."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from domain.errors import UnavailableError
from models import migrate as tool
from models.drift import drift
from models.migrate import current, downgrade, main, migrate
from models.session import Database
from runtime.postgres import EmbeddedPostgres
from tests.builders import a_booking_row, a_case_row, a_company, a_visit_row, save

HEAD = "0005"
NOBODY = "postgresql+asyncpg://callout:x@127.0.0.1:1/nothing"


@pytest.fixture
async def url(postgres_server: EmbeddedPostgres) -> AsyncIterator[str]:
    yield postgres_server.create_database("migrations")
    postgres_server.drop_database("migrations")


async def tables(url: str) -> list[str]:
    database = Database(url)
    async with database.reading() as session:
        found = await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"))
        names = [str(name) for name in found]
    await database.close()
    return names


async def test_migrations_and_program_describe_the_same_database(url: str, postgres_server: EmbeddedPostgres) -> None:
    await migrate(url)
    migrated, empty = Database(url), Database(postgres_server.create_database("program"))
    differences = await drift(migrated.engine, empty.engine)
    await migrated.close()
    await empty.close()
    postgres_server.drop_database("program")
    assert differences == []


async def test_a_forgotten_guard_is_noticed(url: str, postgres_server: EmbeddedPostgres) -> None:
    await migrate(url)
    migrated, empty = Database(url), Database(postgres_server.create_database("program"))
    async with migrated.transaction() as session:
        await session.execute(text("ALTER TABLE booking DROP CONSTRAINT booking_engineer_excl"))
        await session.execute(text("DROP TRIGGER case_event_append_only ON case_event"))
    differences = await drift(migrated.engine, empty.engine)
    await migrated.close()
    await empty.close()
    postgres_server.drop_database("program")
    assert [line.split(" ")[:4] for line in differences] == [
        ["only", "in", "the", "program:"],
        ["only", "in", "the", "program:"],
        ["only", "in", "the", "program:"],
    ]
    assert "booking_engineer_excl" in differences[0]
    assert "case_event_append_only" in differences[2]


async def test_up_with_data_down_and_up_again(url: str) -> None:
    await migrate(url)
    database = Database(url)
    await save(database, *a_company(), a_case_row(), a_visit_row(), a_booking_row())
    await database.close()
    await downgrade(url, "0001")
    database = Database(url)
    async with database.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM booking")) == 1
    await database.close()
    await migrate(url)
    assert await current(url) == HEAD
    await downgrade(url, "base")
    assert (await tables(url), await current(url)) == (["alembic_version"], None)
    await migrate(url)
    assert await current(url) == HEAD
    database = Database(url)
    await save(database, *a_company())
    await database.close()


async def test_several_processes_may_migrate_at_once(url: str) -> None:
    await asyncio.gather(*(migrate(url) for _ in range(3)))
    assert await current(url) == HEAD


async def test_an_absent_database_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnavailableError, match="does not answer"):
        await migrate(NOBODY)


async def test_the_command_line_goes_up_down_and_says_where_it_is(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLOUT_DATABASE_URL", url)

    async def call(*arguments: str) -> tuple[int, str]:
        code = await asyncio.to_thread(main, list(arguments))
        return code, capsys.readouterr().out.strip()

    assert await call("current") == (0, "empty")
    assert await call() == (0, HEAD)
    assert await call("down", "base") == (0, "empty")
    assert await call("up") == (0, HEAD)


async def test_the_command_line_needs_a_database(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CALLOUT_DATABASE_URL", raising=False)
    with pytest.raises(SystemExit):
        main(["up"])
    assert "CALLOUT_DATABASE_URL" in capsys.readouterr().err
    assert await asyncio.to_thread(tool.main, ["--url", NOBODY, "current"]) == 1
    assert "does not answer" in capsys.readouterr().err
