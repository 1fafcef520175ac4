"""``python -m benchmarks.screens``: how long operations' lists and the case desk take with 10,000 open cases.

Real PostgreSQL, through the ASGI application, one request at a time; the first request of each kind is not counted.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import httpx2 as httpx

from api.app import create_app
from api.asking import Parts
from api.queries import Queries
from benchmarks import report, screens_company
from models.migrate import migrate
from models.session import Database
from runtime.postgres import EmbeddedPostgres

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
LISTS: dict[str, tuple[str, dict[str, Any]]] = {
    "list by hurt": ("/operations/cases", {}),
    "list by hurt, 200 lines": ("/operations/cases", {"limit": 200}),
    "list by age": ("/operations/cases", {"sort": "opened"}),
    "one territory": ("/operations/cases", {"territory": "T3"}),
    "breached": ("/operations/cases", {"sla": "breached"}),
    "jeopardy": ("/operations/cases", {"sla": "jeopardy"}),
    "warning": ("/operations/cases", {"sla": "warning"}),
    "paused": ("/operations/cases", {"sla": "paused"}),
    "waiting for parts": ("/operations/cases", {"waiting": "part"}),
    "waiting for the customer": ("/operations/cases", {"waiting": "customer"}),
    "text in the symptom": ("/operations/cases", {"text": "leaks water"}),
    "text in the neighbourhood": ("/operations/cases", {"text": "Quarter 13"}),
    "text in nothing": ("/operations/cases", {"text": "zebra"}),
    "one engineer": ("/operations/cases", {"engineer": "E7"}),
    "ageing": ("/operations/ageing", {}),
    "counts": ("/operations/counts", {}),
    "counts, filtered": ("/operations/counts", {"territory": "T3", "sla": ["breached", "jeopardy"]}),
    "figures": ("/operations", {}),
    "charts": ("/operations/charts", {}),
}
LIMIT_MS = {"list": 100, "desk": 150}


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
    print(
        {key: value for key, value in report.facts(" ".join(["python -m benchmarks.screens", *sys.argv[1:]])).items()}
    )
    app = create_app(Parts(cast("Any", None), Frozen(database)), None)
    late = 0
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as http:
        print(
            f"\n| {'screen':<28} | p50 ms | p95 ms | max ms | limit |\n|{'-' * 30}|-------:|-------:|-------:|------:|"
        )
        for name, (path, params) in LISTS.items():
            late += _line(name, [await _timed(http, path, params) for _ in range(given.rounds + 1)], LIMIT_MS["list"])
        deep = await _deep(http, 50)
        late += _line("page 50 of the list", [await _timed(http, *deep) for _ in range(given.rounds + 1)], 100)
        numbers = range(1, given.open, max(1, given.open // given.rounds))
        desks = [await _timed(http, f"/cases/C-{number}/desk", {}) for number in numbers]
        late += _line("case desk", desks, LIMIT_MS["desk"])
        body = {"product_model": "M8", "serial": "S7", "symptom": "leaks water", "error_code": "E7"}
        checks = [await _timed(http, "/cases/check", {}, body) for _ in range(given.rounds + 1)]
        late += _line("check before opening", checks, LIMIT_MS["desk"])
        took = await _timed(http, "/operations/cases.csv", {})
        print(f"\nexport of all open cases as CSV: {took / 1000:.1f} s")
    await database.close()
    return 1 if late else 0


async def _timed(http: httpx.AsyncClient, path: str, params: dict[str, Any], body: Any = None) -> float:
    began = time.perf_counter()
    answer = await (http.get(path, params=params, timeout=120) if body is None else http.post(path, json=body))
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}: {answer.text[:300]}")
    return took


async def _deep(http: httpx.AsyncClient, pages: int) -> tuple[str, dict[str, Any]]:
    cursor: str | None = None
    for _ in range(pages):
        params = {"cursor": cursor} if cursor else {}
        cursor = (await http.get("/operations/cases", params=params)).json()["next_cursor"] or cursor
    return "/operations/cases", {"cursor": cursor}


def _line(name: str, times: list[float], limit: int) -> int:
    counted = sorted(times[1:])
    middle, high = statistics.median(counted), counted[max(0, round(0.95 * len(counted)) - 1)]
    mark = "" if high < limit else "  over"
    print(f"| {name:<28} | {middle:6.1f} | {high:6.1f} | {counted[-1]:6.1f} | {limit:5d} |{mark}", flush=True)
    return 0 if high < limit else 1


if __name__ == "__main__":
    sys.exit(main())
