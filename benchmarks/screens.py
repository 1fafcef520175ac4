"""``python -m benchmarks.screens``: how long operations' lists and the case desk take with 10,000 open cases.

Real PostgreSQL, through the ASGI application, one request at a time; the first of each kind is not counted. On a busy
machine the wall says little: processor time is what a request costs.
"""

import argparse
import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import httpx2 as httpx
import psutil

from api.app import Serving, create_app
from api.commands import Commands
from api.composing import compose
from api.queries import Queries
from benchmarks import report, screens_company
from models.migrate import migrate
from models.session import Database
from runtime.postgres import EmbeddedPostgres

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
LINK_KEYS = {"k1": bytes(32)}
TOKEN = "the token of this measurement"
OF_LIST, OF_DESK = 100, 150
"""Limits of the 95th percentile, in milliseconds by the wall on a machine that does nothing else."""
HEAD = (
    "",
    f"| {'screen':<28} | p50 wall | p95 wall | p50 cpu  | p95 cpu  | limit |",
    f"|{'-' * 30}|---------:|---------:|---------:|---------:|------:|",
)


@dataclass(frozen=True)
class Asked:
    """One request; a body makes it a POST."""

    path: str
    params: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    limit: int | None = OF_LIST


SCREENS = {
    "list by hurt": Asked("/api/operations/cases"),
    "list by age": Asked("/api/operations/cases", {"sort": "opened"}),
    "one territory": Asked("/api/operations/cases", {"territory": "T3"}),
    "breached": Asked("/api/operations/cases", {"sla": "breached"}),
    "jeopardy": Asked("/api/operations/cases", {"sla": "jeopardy"}),
    "warning": Asked("/api/operations/cases", {"sla": "warning"}),
    "paused": Asked("/api/operations/cases", {"sla": "paused"}),
    "waiting for parts": Asked("/api/operations/cases", {"waiting": "part"}),
    "waiting for the customer": Asked("/api/operations/cases", {"waiting": "customer"}),
    "text in the symptom": Asked("/api/operations/cases", {"text": "leaks water"}),
    "text in the neighbourhood": Asked("/api/operations/cases", {"text": "Quarter 13"}),
    "text in nothing": Asked("/api/operations/cases", {"text": "zebra"}),
    "one engineer": Asked("/api/operations/cases", {"engineer": "E7"}),
    "ageing": Asked("/api/operations/ageing"),
    "counts": Asked("/api/operations/counts", limit=None),
    "counts, filtered": Asked(
        "/api/operations/counts", {"territory": "T3", "sla": ["breached", "jeopardy"]}, limit=None
    ),
    "figures": Asked("/api/operations", limit=None),
    "charts": Asked("/api/operations/charts", limit=None),
    "check before opening": Asked(
        "/api/cases/check",
        body={"product_model": "M8", "serial": "S7", "symptom": "leaks water", "error_code": "E7"},
        limit=OF_DESK,
    ),
}


class Frozen(Queries):
    """Questions at the moment for which the company was made."""

    async def now(self) -> datetime:
        """The moment."""
        return NOW


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point: 0 if every 95th percentile keeps its limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screens", description=__doc__)
    parser.add_argument("--open", type=int, default=10_000, help="open cases (default: 10,000)")
    parser.add_argument("--closed", type=int, default=40_000, help="closed cases (default: 40,000)")
    parser.add_argument("--rounds", type=int, default=40, help="requests of each kind (default: 40)")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="callout-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        server = EmbeddedPostgres(home, private_root=home / "private")
        server.start()
        try:
            return asyncio.run(_measure(server.create_database("screens"), given))
        finally:
            server.stop()


async def _measure(url: str, given: argparse.Namespace) -> int:
    await migrate(url)
    database = Database(url)
    began = time.perf_counter()
    await screens_company.write(database, given.open, given.closed)
    print(f"{given.open:,} open and {given.closed:,} closed cases written in {time.perf_counter() - began:.0f} s")
    print(report.facts(" ".join(["python -m benchmarks.screens", *sys.argv[1:]])))
    queries = Frozen(database)
    nobody = Commands(cast("Any", None), queries.timebase, queries.answered_before)
    app = create_app(compose(database, nobody, queries, LINK_KEYS), Serving(token=TOKEN))
    known = {"authorization": f"Bearer {TOKEN}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://api", headers=known, timeout=120) as http:
        late = await _table(http, given)
        took = await _timed(http, Asked("/api/operations/cases.csv"))
        print(f"\nall open cases as CSV: {took.wall / 1000:.1f} s by the wall, {took.cpu / 1000:.1f} s of processors")
    await database.close()
    return 1 if late else 0


async def _table(http: httpx.AsyncClient, given: argparse.Namespace) -> int:
    """Print a line for each screen; how many are over their limit."""
    print("\n".join(HEAD))
    rounds, late = given.rounds + 1, 0
    for name, asked in SCREENS.items():
        late += _line(name, [await _timed(http, asked) for _ in range(rounds)], asked.limit)
    deep = await _deep(http, 50)
    late += _line("page 50 of the list", [await _timed(http, deep) for _ in range(rounds)], deep.limit)
    numbers = range(1, given.open, max(1, given.open // rounds))
    desks = [await _timed(http, Asked(f"/api/cases/C-{number}/desk")) for number in numbers]
    return late + _line("case desk", desks, OF_DESK)


@dataclass(frozen=True)
class Took:
    """Milliseconds: by the wall, and of processors, the program's and the database's together."""

    wall: float
    cpu: float


async def _timed(http: httpx.AsyncClient, asked: Asked) -> Took:
    used, began = _processors(), time.perf_counter()
    if asked.body is None:
        answer = await http.get(asked.path, params=asked.params)
    else:
        answer = await http.post(asked.path, json=asked.body)
    took = Took((time.perf_counter() - began) * 1000, _processors() - used)
    if answer.status_code != 200:
        raise RuntimeError(f"{asked.path} answered {answer.status_code}: {answer.text[:300]}")
    return took


def _processors() -> float:
    """Milliseconds that this process and the database's have run so far (Linux counts them in nanoseconds)."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(OSError):
            total += int(Path(f"/proc/{process.pid}/schedstat").read_text().split()[0])
    return time.process_time() * 1000 + total / 1e6


async def _deep(http: httpx.AsyncClient, pages: int) -> Asked:
    cursor: str | None = None
    for _ in range(pages):
        params = {"cursor": cursor} if cursor else {}
        cursor = (await http.get("/api/operations/cases", params=params)).json()["next_cursor"] or cursor
    return Asked("/api/operations/cases", {"cursor": cursor})


def _line(name: str, times: list[Took], limit: int | None) -> int:
    wall = sorted(took.wall for took in times[1:])
    cpu = sorted(took.cpu for took in times[1:])
    high = _p95(wall)
    over = limit is not None and high >= limit
    figures = f"{statistics.median(wall):8.1f} | {high:8.1f} | {statistics.median(cpu):8.1f} | {_p95(cpu):8.1f}"
    print(f"| {name:<28} | {figures} | {limit or '-':>5} |{'  over' if over else ''}", flush=True)
    return int(over)


def _p95(ordered: list[float]) -> float:
    return ordered[max(0, round(0.95 * len(ordered)) - 1)]


if __name__ == "__main__":
    sys.exit(main())
