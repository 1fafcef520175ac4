"""The feed of changes over HTTP: quick, resumable, and without gaps when transactions overlap."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx2 as httpx
import pytest
import uvicorn
from sqlalchemy import text

from api.app import Serving, create_app
from api.feed import BEHIND, Feed, Interest
from domain.people import Role
from domain.vocabulary import BookingState
from models.screens import changes
from models.session import Database
from tests.builders import (
    a_booking_row,
    a_case_row,
    a_reservation,
    a_territory,
    a_visit_row,
    an_engineer,
    at,
    save,
    stock,
)
from tests.integration.doors.conftest import TOKEN, Doors, sign_in

SOON = 5.0
Event = tuple[str, str, dict[str, str]]


@asynccontextmanager
async def served(doors: Doors) -> AsyncIterator[httpx.AsyncClient]:
    """The application on a port of its own: a stream without end needs a real connection."""
    app = create_app(doors.parts, Serving(token=TOKEN))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, timeout_graceful_shutdown=1))
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=SOON) as client:
        yield client
    server.should_exit = True
    await running


@asynccontextmanager
async def following(
    client: httpx.AsyncClient, after: str | None = None, query: str = ""
) -> AsyncIterator[AsyncIterator[Event]]:
    headers = {"Last-Event-ID": after} if after else {}
    async with client.stream("GET", f"/api/changes{query}", headers=headers) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _events(answer.aiter_lines())


async def _events(lines: AsyncIterator[str]) -> AsyncIterator[Event]:
    found: dict[str, str] = {}
    async for line in lines:
        name, _, value = line.partition(": ")
        if name in {"id", "event", "data"}:
            found[name] = value
        elif not line and "data" in found:
            yield found["id"], found["event"], json.loads(found["data"])
            found = {}


async def following_until(events: AsyncIterator[Event], subject: str) -> list[Event]:
    found = []
    async with asyncio.timeout(SOON):
        async for event in events:
            found.append(event)
            if event[2].get("id") == subject:
                return found
    raise AssertionError(found)


async def touch(database: Database, case: str) -> None:
    async with database.transaction() as session:
        await session.execute(text("UPDATE service_case SET symptom = symptom || '!' WHERE id = :id"), {"id": case})


async def three_cases(doors: Doors) -> None:
    await save(doors.database, a_case_row("C-1"), a_case_row("C-2"), a_case_row("C-3"))


async def test_a_change_is_told_with_its_topic_and_its_case(doors: Doors) -> None:
    await three_cases(doors)
    async with served(doors) as client, following(client) as events:
        assert (await anext(events))[1] == "ready"
        await save(doors.database, a_visit_row("C-1-V1", case_id="C-1"))
        found = await following_until(events, "C-1-V1")
    assert found[-1][1:] == (
        "change",
        {"topic": "visit", "id": "C-1-V1", "territory": "T1", "case_id": "C-1"},
    )


async def test_who_comes_back_hears_what_was_missed_and_nothing_twice(doors: Doors) -> None:
    await three_cases(doors)
    async with served(doors) as client:
        async with following(client) as events:
            await anext(events)
            await touch(doors.database, "C-1")
            seen = (await following_until(events, "C-1"))[-1][0]
        await touch(doors.database, "C-2")
        async with following(client, seen) as events:
            await touch(doors.database, "C-3")
            found = await following_until(events, "C-3")
    assert [event[2]["id"] for event in found] == ["C-2", "C-3"]


async def test_a_transaction_that_commits_late_is_not_passed_over(doors: Doors) -> None:
    await three_cases(doors)
    early, late = doors.database, Database(doors.url)
    async with served(doors) as client, following(client) as events:
        await anext(events)
        async with early.transaction() as session:
            await session.execute(text("UPDATE service_case SET symptom = 'first' WHERE id = 'C-1'"))
            await touch(late, "C-2")  # begins later, commits first
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(events), 0.3)
        # The aborted read closed the stream's generator; a client that reconnects sees both, in order.
    async with served(doors) as client:
        async with doors.database.reading() as session:
            before = (await changes.read(session, changes.Position(0, 0))).lines[-3].position
        async with following(client, str(before)) as events:
            found = await following_until(events, "C-2")
    await late.close()
    assert [event[2]["id"] for event in found] == ["C-1", "C-2"]


async def test_two_overlapping_transactions_reach_a_listener_in_the_order_of_the_feed(doors: Doors) -> None:
    await three_cases(doors)
    other = Database(doors.url)
    async with served(doors) as client, following(client) as events:
        await anext(events)
        async with doors.database.transaction() as session:
            await session.execute(text("UPDATE service_case SET symptom = 'first' WHERE id = 'C-1'"))
            await touch(other, "C-2")
            await asyncio.sleep(0.1)
        found = await following_until(events, "C-2")
    await other.close()
    assert [event[2]["id"] for event in found] == ["C-1", "C-2"]


async def test_a_change_that_was_rolled_back_is_not_told(doors: Doors) -> None:
    await three_cases(doors)
    async with served(doors) as client, following(client) as events:
        await anext(events)
        with suppress(ZeroDivisionError):
            async with doors.database.transaction() as session:
                await session.execute(text("UPDATE service_case SET symptom = 'never' WHERE id = 'C-1'"))
                raise ZeroDivisionError
        await touch(doors.database, "C-2")
        found = await following_until(events, "C-2")
    assert [event[2]["id"] for event in found] == ["C-2"]


async def test_a_client_hears_of_its_territories_only(doors: Doors) -> None:
    await three_cases(doors)
    async with served(doors) as client, following(client, query="?territory=T2") as events:
        await anext(events)
        await touch(doors.database, "C-1")
        async with doors.database.transaction() as session:
            await session.execute(text("UPDATE territory SET name = name || '!' WHERE id = 'T1'"))
            await session.execute(text("INSERT INTO setting VALUES ('k', '1', 1, now(), 'x')"))
        found = await following_until(events, "k")
    assert [event[2]["id"] for event in found] == ["k"]


@pytest.mark.parametrize(
    ("roles", "query", "heard"),
    [
        ([Role.DISPATCHER], "", ["C-1", "C-1-V1", "C-1-V1-B1", "k"]),
        ([Role.DISPATCHER], "?territory=T2", ["k"]),
    ],
    ids=["a territory", "another territory"],
)
async def test_a_caller_hears_of_what_is_within_reach(
    doors: Doors, roles: list[Role], query: str, heard: list[str]
) -> None:
    await save(doors.database, a_territory("T2"), an_engineer("E7", "T2"))
    async with served(doors) as client:
        await doors.add_user("u1", *roles, territory_id="T1", engineer_id="E1")
        await sign_in(client, "u1")
        del client.headers["authorization"]
        async with following(client, query=query) as events:
            assert (await anext(events))[1] == "ready"
            for case, territory, engineer in (("C-3", None, ""), ("C-2", "T2", "E7"), ("C-1", "T1", "E1")):
                await save(doors.database, a_case_row(case, territory_id=territory))
                if territory:
                    visit = a_visit_row(f"{case}-V1", territory_id=territory)
                    await save(doors.database, visit, a_booking_row(f"{case}-V1-B1", engineer))
            async with doors.database.transaction() as session:
                await session.execute(text("INSERT INTO setting VALUES ('k', '1', 1, now(), 'x')"))
            found = await following_until(events, heard[-1])
    assert sorted({event[2]["id"] for event in found}) == heard


async def test_an_engineer_hears_of_the_own_visits_and_cases_at_once_and_of_no_others(doors: Doors) -> None:
    await save(
        doors.database,
        *(a_case_row(case) for case in ("C-1", "C-2", "C-3")),
        *(a_visit_row(visit) for visit in ("C-1-V1", "C-1-V2", "C-2-V1", "C-3-V1")),
        a_booking_row("C-1-V1-B1", "E1"),
        a_booking_row("C-1-V2-B1", "E2"),
        a_booking_row("C-2-V1-B1", "E2", 5),
        a_booking_row("C-3-V1-B1", "E1", 5, state=BookingState.RELEASED),
        stock("VAN-E1", on_hand=5, reserved=1),
        a_reservation("C-1-V1-B1-P1"),
    )
    touched = [
        "UPDATE visit SET offers = offers + 1 WHERE id = 'C-1-V1'",
        "UPDATE service_case SET symptom = symptom || '!' WHERE id = 'C-1'",
        "UPDATE reservation SET state = 'ready' WHERE booking_id = 'C-1-V1-B1'",
        "UPDATE booking SET reason = 'moved' WHERE id = 'C-1-V1-B1'",
    ]
    others = [
        "UPDATE visit SET offers = offers + 1 WHERE id IN ('C-1-V2', 'C-2-V1', 'C-3-V1')",
        "UPDATE service_case SET symptom = symptom || '!' WHERE id IN ('C-2', 'C-3')",
        "UPDATE booking SET reason = 'moved' WHERE engineer_id = 'E2'",
    ]
    async with served(doors) as client:
        await doors.add_user("u1", Role.ENGINEER, territory_id="T1", engineer_id="E1")
        await sign_in(client, "u1")
        del client.headers["authorization"]
        async with following(client) as events:
            assert (await anext(events))[1] == "ready"
            told = []
            for statement in touched:
                async with doors.database.transaction() as session:
                    for one in (*others, statement):
                        await session.execute(text(one))
                async with asyncio.timeout(SOON):
                    told.append((await anext(events))[2])
    assert [(each["topic"], each["id"]) for each in told] == [
        ("visit", "C-1-V1"), ("case", "C-1"), ("booking", "C-1-V1-B1"), ("booking", "C-1-V1-B1"),
    ]  # fmt: skip


async def test_a_stream_ends_so_that_its_caller_is_asked_anew(doors: Doors) -> None:
    feed = Feed(doors.database, heartbeat=0.05, life=0.2)
    running = asyncio.create_task(feed.run())
    async with asyncio.timeout(SOON):
        chunks = [chunk async for chunk in feed.events(None, Interest())]
    running.cancel()
    assert chunks[-1] == b": still here\n\n"


async def test_who_was_away_too_long_is_told_to_look_at_everything(doors: Doors) -> None:
    await three_cases(doors)
    async with served(doors) as client:
        async with following(client) as events:
            await anext(events)
            await touch(doors.database, "C-1")
            seen = (await following_until(events, "C-1"))[-1][0]
        async with doors.database.transaction() as session:
            await session.execute(text("DELETE FROM change"))
        await touch(doors.database, "C-2")
        async with following(client, seen) as events:
            assert (await anext(events))[1] == "reset"


async def test_the_feed_goes_on_when_the_database_cut_its_connection(doors: Doors) -> None:
    await three_cases(doors)
    async with served(doors) as client, following(client) as events:
        await anext(events)
        async with doors.database.transaction() as session:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
            assert (await session.execute(text(cut))).all()
        await touch(doors.database, "C-1")
        found = await following_until(events, "C-1")
    assert [event[2]["id"] for event in found] == ["C-1"]


async def test_who_does_not_keep_up_is_let_go_and_comes_back(doors: Doors) -> None:
    await three_cases(doors)
    feed = Feed(doors.database, heartbeat=0.2)
    running = asyncio.create_task(feed.run())
    stream = feed.events(None, Interest())
    assert b"event: ready" in await anext(stream)
    for _ in range(BEHIND // 50 + 1):
        async with doors.database.transaction() as session:
            many = "INSERT INTO change (topic, subject) SELECT 'case', 'C-1' FROM generate_series(1, 60)"
            await session.execute(text(many))
            await session.execute(text("SELECT pg_notify('callout_change', '')"))
    await asyncio.sleep(0.5)
    left = [chunk async for chunk in stream]
    assert len(left) <= BEHIND
    running.cancel()


async def test_a_quiet_stream_shows_that_it_lives(doors: Doors) -> None:
    feed = Feed(doors.database, heartbeat=0.1)
    running = asyncio.create_task(feed.run())
    stream = feed.events(None, Interest())
    await anext(stream)
    assert await anext(stream) == b": still here\n\n"
    running.cancel()


async def test_an_id_that_is_none_is_refused(doors: Doors) -> None:
    answer = await doors.http.get("/api/changes", headers={"Last-Event-ID": "yesterday"})
    assert (answer.status_code, answer.json()["field"]) == (422, "Last-Event-ID")


async def test_old_rows_go_when_new_ones_come(doors: Doors) -> None:
    async with doors.database.transaction() as session:
        old = "INSERT INTO change (topic, subject, at) SELECT 'case', 'old', :at FROM generate_series(1, 50)"
        await session.execute(text(old), {"at": at(-48)})
    async with doors.database.transaction() as session:
        await session.execute(
            text("INSERT INTO change (topic, subject) SELECT 'case', 'new' FROM generate_series(1, 100)")
        )
    async with doors.database.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM change WHERE subject = 'old'")) == 0
