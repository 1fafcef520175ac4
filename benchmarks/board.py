"""``python -m benchmarks.board``: the dispatcher's board on a real PostgreSQL, 100 engineers with 10 visits each.

How long the board's query and answer take, how soon a committed change reaches a client, and how long consequences
of a move are thought about.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import httpx2 as httpx
from sqlalchemy import text

from api.app import Serving, create_app
from api.commands import Commands
from api.composing import compose
from api.feed import Feed, Interest
from api.previewing import Previews
from api.queries import Queries
from api.serve import collect_seldom
from benchmarks.board_day import MORNING, NOW, SLOT, T1, fill
from domain.ids import EngineerId, VisitId
from domain.messages import DraftMove
from models.migrate import migrate
from models.session import Database
from tests.stack import running_postgres

if TYPE_CHECKING:
    from temporalio.client import Client

LINK_KEYS = {"k1": bytes(32)}
TOKEN = "the token of this measurement"


async def measured(name: str, times: int, work: Callable[[], Awaitable[object]]) -> None:
    """Print how long something takes by the clock, the first time and then, and on this process's core."""
    taken, on_core = [], []
    for _ in range(times):
        began, used = time.perf_counter(), time.process_time()
        await work()
        taken.append((time.perf_counter() - began) * 1000)
        on_core.append((time.process_time() - used) * 1000)
    rest = sorted(taken[1:])
    print(
        f"{name:<28} first {taken[0]:8.1f} ms ({on_core[0]:7.1f} on core), then median {statistics.median(rest):7.1f} "
        f"({statistics.median(on_core[1:]):6.1f} on core), worst {rest[-1]:7.1f} ({times} times)"
    )


async def change(database: Database) -> None:
    """Something small happens in the territory."""
    async with database.transaction() as session:
        await session.execute(text("UPDATE visit SET version = version + 1 WHERE id = 'C-1-V1'"))


async def latency(database: Database, times: int) -> None:
    """How long from the commit of a change to its event."""
    feed = Feed(database)
    running = asyncio.create_task(feed.run())
    stream = feed.events(None, Interest(frozenset({"T1"})))
    await anext(stream)

    taken = []
    for _ in range(times):
        await change(database)
        committed = time.perf_counter()
        await anext(stream)
        taken.append((time.perf_counter() - committed) * 1000)
    running.cancel()
    print(f"{'from commit to client':<28} median {statistics.median(taken):7.1f} ms, worst {max(taken):7.1f} ms")


async def run(engineers: int, visits: int, times: int) -> None:
    """Measure one territory."""
    with running_postgres() as server:
        url = server.create_database("board")
        await migrate(url)
        database = Database(url, pool_size=4)
        await fill(database, engineers, visits)
        queries = Queries(database)
        nobody = Commands(cast("Client", None), queries.timebase, queries.answered_before)
        parts = compose(database, nobody, queries, LINK_KEYS)
        app = create_app(parts, Serving(token=TOKEN))
        collect_seldom()
        known = {"authorization": f"Bearer {TOKEN}"}
        span = {"from": NOW.isoformat(), "to": (NOW + timedelta(hours=12)).isoformat()}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api", headers=known) as http:
            path = "/api/territories/T1/board"
            answer = await http.get(path, params=span)
            answer.raise_for_status()
            found = answer.json()
            counts = ", ".join(f"{len(found[name])} {name}" for name in ("engineers", "stops", "unplanned"))
            print(f"{counts}, {len(answer.content) / 1000:.0f} kB")
            start, end = NOW, NOW + timedelta(hours=12)
            await measured("board, query alone", times, lambda: queries.board("T1", start, end))
            await measured("board, whole answer", times, lambda: http.get(path, params=span))
            tag = {"If-None-Match": answer.headers["etag"]}
            await measured(
                "board, 304 (until the minute turns)", times, lambda: http.get(path, params=span, headers=tag)
            )
        await measured_previews(database, parts.previews, times)
        await latency(database, times)
        await database.close()


async def measured_previews(database: Database, previews: Previews, times: int) -> None:
    """Consequences of a move between two full routes, and places for a visit that waits."""
    moves = [DraftMove(VisitId("C-3-V1"), EngineerId("EN001"), MORNING + 3 * SLOT)]
    await measured("preview of a move", times, lambda: previews.consequence(T1, moves))

    async def after_a_change() -> None:
        await change(database)
        await previews.consequence(T1, moves)

    await measured("preview after a change", times, after_a_change)
    many = [DraftMove(VisitId(f"C-{e * 100 + 3}-V1"), EngineerId(f"EN{e + 1:03}"), MORNING) for e in range(10)]
    await measured("preview of ten moves", times, lambda: previews.consequence(T1, many))
    waiting = VisitId("C-11-V1")
    await measured("places of a visit", max(2, times // 5), lambda: previews.places(T1, waiting))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.board", description=__doc__)
    parser.add_argument("--engineers", type=int, default=100)
    parser.add_argument("--visits", type=int, default=10, help="for each engineer")
    parser.add_argument("--times", type=int, default=20)
    given = parser.parse_args()
    asyncio.run(run(given.engineers, given.visits, given.times))


if __name__ == "__main__":
    main()
