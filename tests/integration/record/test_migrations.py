"""Migrations: they make what the program describes, forwards and backwards, and wait for one another."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from domain.errors import UnavailableError
from domain.people import Role
from models import migrate as tool
from models import tables as t
from models.drift import drift
from models.migrate import current, downgrade, main, migrate
from models.session import Database
from runtime.postgres import EmbeddedPostgres
from tests.builders import NOW, a_booking_row, a_case_row, a_company, a_visit_row, save, stock

HEAD = "0010"
BEFORE_ACCESS, BEFORE_THE_FEED, BEFORE_WHAT_HURTS = "0001", "0002", "0003"
BEFORE_CHECKLISTS, BEFORE_RETIRING, BEFORE_MOVEMENTS = "0006", "0007", "0009"
OLD_CASE = """
INSERT INTO service_case (id, channel, source, symptom, error_code, windows, problems, warranty, state, state_since,
  step_number, responsible, sla_state, quote_cents, visits, closing_note, reopened, labour_cents, travel_cents,
  parts_cents, opened_at, updated_at, version)
VALUES ('C-1', 'phone', 'phone', 'cold', '', '[]', '[]', 'covered', 'visiting', now(), 1, 'dispatcher', 'running', 0, 1,
  '', 0, 0, 0, 0, now(), now(), 1)
"""
OLD_CLOCKS = """
INSERT INTO sla_clock (case_id, name, target_seconds, calendar, remedy, started_at, stopped_at, warn_at, due_at,
  predicted, state, used_seconds, stops)
SELECT 'C-1', name, 3600, 'always', '', now(), stopped::timestamptz, warn::timestamptz, due::timestamptz,
  predicted::timestamptz, 'running', 0, '[]'
FROM (VALUES
  ('respond', '2026-11-23 09:00Z', '2026-11-23 09:30Z', '2026-11-23 10:00Z', NULL),
  ('on_site', NULL, '2026-11-23 15:00Z', '2026-11-23 16:00Z', '2026-11-23 17:00Z'),
  ('resolve', NULL, '2026-11-24 15:00Z', '2026-11-24 16:00Z', NULL),
  ('dispatch', NULL, '2026-11-23 08:00Z', NULL, NULL)
) AS clocks (name, stopped, warn, due, predicted)
"""
OLD_VISIT = """
INSERT INTO visit (id, case_id, territory_id, site_id, number, state, state_since, step_number, responsible, severity,
  priority, duration_seconds, skills, tools, parts, windows, excluded_engineers, offers, requested_at, arrived_at,
  labour_cents, travel_cents, parts_cents, updated_at, version, progress_version)
VALUES ('C-1-V1', 'C-1', 'T1', 'SI-1', 1, 'on_site', now(), 1, 'engineer', 'high', 4, 3600, '{}', '[]', '[]', '[]',
  '[]', 0, now(), now(), 0, 0, 0, now(), 1, 1)
"""
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


async def test_access_comes_to_people_who_are_there_already_and_goes_again(url: str) -> None:
    await migrate(url, BEFORE_ACCESS)
    before = (
        "INSERT INTO app_user (id, name, email, language, active, created_at) "
        "VALUES ('u1', 'Mia', 'Mia.Sommer@Example.com', 'en', true, now())"
    )
    asked = text("SELECT email, session_version, password_hash FROM app_user")
    database = Database(url)
    async with database.transaction() as session:
        await session.execute(text(before))
    await migrate(url)
    async with database.reading() as session:
        assert (await session.execute(asked)).all() == [("mia.sommer@example.com", 1, None)]
    user = t.User(id="u2", name="Kim", email="kim@example.com", created_at=NOW, password_hash="h")
    here = t.UserSession(token_hash="x", user_id="u2", version=1, created_at=NOW, seen_at=NOW, expires_at=NOW)
    machine = t.ApiToken(id="k", name="CRM", token_hash="y", role=Role.AGENT, scopes=["*"], created_at=NOW)
    await save(database, user, here, machine, t.SignInAttempts(subject="address:here", failures=1, since=NOW))
    await database.close()

    await downgrade(url, BEFORE_ACCESS)
    assert not {"user_session", "api_token", "sign_in_attempts"} & set(await tables(url))
    await migrate(url)
    database = Database(url)
    async with database.reading() as session:
        found = {(row.email, row.session_version, row.password_hash) for row in await session.execute(asked)}
    await database.close()
    assert found == {("mia.sommer@example.com", 1, None), ("kim@example.com", 1, None)}


async def test_what_a_person_chose_is_pinned_from_the_feed_on(url: str) -> None:
    await migrate(url)
    database = Database(url)
    by_person = a_booking_row(plan_id=None, made_by_role=Role.DISPATCHER, made_by="d-1")
    await save(database, *a_company(), a_case_row(), a_visit_row(), by_person)
    await database.close()
    await downgrade(url, BEFORE_THE_FEED)
    assert {"change", "draft", "draft_change"}.isdisjoint(await tables(url))
    await migrate(url)
    database = Database(url)
    async with database.reading() as session:
        assert await session.scalar(text("SELECT pin FROM booking")) == "both"
    await database.close()


async def test_what_a_promise_looks_like_later_is_found_in_the_clocks_of_older_cases(url: str) -> None:
    await migrate(url)
    await downgrade(url, BEFORE_WHAT_HURTS)
    database = Database(url)
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text(OLD_CASE))
        await session.execute(text(OLD_CLOCKS))
    await database.close()
    await migrate(url)
    database = Database(url)
    async with database.reading() as session:
        asked = "SELECT sla_clock, sla_warn_at = '2026-11-23 15:00Z', sla_jeopardy FROM service_case WHERE id = 'C-1'"
        assert tuple((await session.execute(text(asked))).one()) == ("on_site", True, True)
    await database.close()
    await downgrade(url, BEFORE_WHAT_HURTS)
    await migrate(url)


async def test_visits_that_began_before_there_were_checklists_stay_without_one(url: str) -> None:
    await migrate(url, BEFORE_CHECKLISTS)
    database = Database(url)
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text(OLD_VISIT))
    await migrate(url)
    asked = text("SELECT id, checklist_edition, checklist_id FROM visit ORDER BY id")
    async with database.transaction() as session:
        assert (await session.execute(asked)).all() == [("C-1-V1", None, None)]
        session.add(t.ChecklistEdition(version=1, checklists={"lists": []}, made_at=NOW))
        await session.flush()
        await session.execute(text("UPDATE visit SET checklist_edition = 1, checklist_id = 'gas'"))
    await database.close()
    await downgrade(url, BEFORE_CHECKLISTS)
    assert "checklist_edition" not in await tables(url)
    await migrate(url)
    database = Database(url)
    async with database.reading() as session:
        assert (await session.execute(asked)).all() == [("C-1-V1", None, None)]
    await database.close()


async def test_warehouses_and_parts_that_are_there_already_are_in_use(url: str) -> None:
    await migrate(url)
    database = Database(url)
    await save(database, *a_company())
    async with database.transaction() as session:
        await session.execute(text("UPDATE part SET active = false WHERE sku = 'P1'"))
    await database.close()
    await downgrade(url, BEFORE_RETIRING)
    await migrate(url)
    asked = "SELECT active FROM warehouse UNION ALL SELECT active FROM part"
    database = Database(url)
    async with database.reading() as session:
        assert list(await session.scalars(text(asked))) == [True] * 4
    await database.close()


async def test_what_lies_there_already_is_the_beginning_of_the_list_of_movements(url: str) -> None:
    await migrate(url)
    database = Database(url)
    lost = t.SerialNumber(sku="S1", serial="X-1", state=t.SerialState.WRITTEN_OFF)
    await save(database, *a_company(), stock("W1", "P1", 5, 2), stock("W1", "P2", 0), stock("VAN-E1", "S1", 1), lost)
    await database.close()
    await downgrade(url, BEFORE_MOVEMENTS)
    assert "stock_movement" not in await tables(url)
    await migrate(url)
    listed = text("SELECT kind, location_id, sku, units, held, on_hand FROM stock_movement ORDER BY id")
    database = Database(url)
    async with database.reading() as session:
        assert (await session.execute(listed)).all() == [
            ("opening", "VAN-E1", "S1", 1, 0, 1),
            ("opening", "W1", "P1", 5, 2, 5),
        ]
        unit = await session.get_one(t.SerialNumber, ("S1", "X-1"))
        assert (unit.state, unit.location_id) == (t.SerialState.USED, None)
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
