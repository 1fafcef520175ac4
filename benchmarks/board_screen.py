"""``python -m benchmarks.board_screen``: the dispatcher's board in a browser, 100 engineers with 10 visits each.

A real PostgreSQL, the API as it is served, the built console in Debian's Chromium. How long from the address to a board
that can be worked with, from the last move of the hand to the consequence beside it, and from a change that somebody
else commits to its sight. The page itself takes the times.
"""

import argparse
import asyncio
import statistics
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import uvicorn
from playwright.async_api import Browser, Locator, Page, async_playwright
from sqlalchemy import text

from api.app import Serving, create_app
from api.commands import Commands
from api.composing import compose
from api.passwords import hash_now
from api.queries import Queries
from api.serve import collect_seldom
from benchmarks import report
from benchmarks.board_day import fill
from domain.people import Role
from models import tables as t
from models.migrate import migrate
from models.repositories import users
from models.session import Database
from runtime import ports
from tests.stack import running_postgres

if TYPE_CHECKING:
    from temporalio.client import Client

LINK_KEYS = {"k1": bytes(32)}
EMAIL, PASSWORD = "dispatcher@example.com", "the password of this measurement"
CHROMIUM = Path("/usr/bin/chromium")
CONSOLE = Path(__file__).parents[1] / "web" / "dist"
SIZE = {"width": 1600, "height": 1000}
LIMITS = {"open": 1500, "consequence": 300, "elsewhere": 1000}
"""Milliseconds; what was asked of each."""
MAY_DIFFER = 2.0
"""Pixels that a bar may lie elsewhere without having moved."""

WORKABLE = """
() => {
  // Workable: a visit lies in a row, and the page answers within a frame or two.
  const look = () => {
    if (!document.querySelector(".lane .stop[data-visit]")) return requestAnimationFrame(look);
    const drawn = performance.now();
    setTimeout(() => {
      if (performance.now() - drawn > 50) return requestAnimationFrame(look);
      window.workable = performance.now();
    });
  };
  requestAnimationFrame(look);
}
"""
CONSEQUENCE = """
() => {
  window.moved = 0; window.told = 0;
  addEventListener("pointermove", () => { if (!window.told) window.moved = performance.now(); }, true);
  new MutationObserver(() => {
    if (window.moved && !window.told && document.querySelector(".proposal-drag .consequence"))
      window.told = performance.now();
  }).observe(document.body, { childList: true, subtree: true });
}
"""
WAIT = """
(what) => new Promise((done) => {
  const look = () => (window[what] ? done(window[what]) : setTimeout(look, 5));
  look();
})
"""
SEEN_ELSEWHERE = """
([visit, before, differ]) => new Promise((done) => {
  const look = () => {
    const bar = document.querySelector(`.lane .stop[data-visit="${visit}"]`);
    const left = bar?.getBoundingClientRect().left;
    return left !== undefined && Math.abs(left - before) > differ ? done(Date.now()) : requestAnimationFrame(look);
  };
  look();
})
"""


@asynccontextmanager
async def _served(database: Database) -> AsyncIterator[str]:
    """The API with the console, until the end; its origin."""
    queries = Queries(database)
    nobody = Commands(cast("Client", None), queries.timebase, queries.answered_before)
    app = create_app(compose(database, nobody, queries, LINK_KEYS), Serving(console=CONSOLE))
    port = ports.any_free()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    collect_seldom()
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - it has no event for that
        await asyncio.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


async def _add_dispatcher(database: Database) -> None:
    user = t.User(id="dora", name="Dora", email=EMAIL, language="en", created_at=datetime.now(UTC))
    user.password_hash, user.password_changed_at = hash_now(PASSWORD), user.created_at
    async with database.transaction() as session:
        await users.add(session, user, [Role.DISPATCHER])


async def _signed_in(browser: Browser, origin: str) -> Page:
    page = await browser.new_page(viewport=SIZE)  # type: ignore[arg-type] # a typed dictionary of its own
    page.set_default_timeout(60_000)
    await page.goto(f"{origin}/board")
    await page.fill("input[name=email]", EMAIL)
    await page.fill("input[name=password]", PASSWORD)
    await page.click("form button.primary")
    await page.wait_for_selector(".lane .stop[data-visit]")
    return page


async def _open(page: Page, origin: str) -> float:
    """Milliseconds from the address to a workable board."""
    await page.goto("about:blank")
    await page.goto(f"{origin}/board")
    return cast("float", await page.evaluate(WAIT, "workable"))


def _busy_rows(page: Page) -> Locator:
    return page.locator(".board-row").filter(has=page.locator(".stop[data-visit]"))


async def _consequence(page: Page, number: int) -> float:
    """Milliseconds from the last move of a hand that drags a visit to another row until its consequence is shown."""
    await page.evaluate(CONSEQUENCE)
    rows = _busy_rows(page)
    bar = rows.nth(number).locator(".lane .stop[data-visit]").nth(4)
    start, goal = await bar.bounding_box(), await rows.nth(number + 2).locator(".lane").bounding_box()
    if start is None or goal is None:
        raise RuntimeError(f"row {number} has nothing to drag")
    await page.mouse.move(start["x"] + 12, start["y"] + 10)
    await page.mouse.down()
    await page.mouse.move(start["x"] + 40, start["y"] + 30, steps=4)
    await page.mouse.move(goal["x"] + goal["width"] * 0.7, goal["y"] + goal["height"] / 2, steps=8)
    told = cast("float", await page.evaluate(WAIT, "told"))
    moved = cast("float", await page.evaluate("window.moved"))
    await page.keyboard.press("Escape")
    await page.mouse.up()
    await page.wait_for_selector(".proposal-drag", state="detached")
    return told - moved


async def _elsewhere(page: Page, database: Database, minutes: int) -> float:
    """Milliseconds from the commit of another time for a visit until its bar lies there."""
    bar = _busy_rows(page).first.locator(".lane .stop[data-visit]").first
    visit = await bar.get_attribute("data-visit")
    box = await bar.bounding_box()
    if visit is None or box is None:
        raise RuntimeError("no row has a visit")
    seen = asyncio.create_task(page.evaluate(SEEN_ELSEWHERE, [visit, box["x"], MAY_DIFFER]))
    await asyncio.sleep(0.3)
    async with database.transaction() as session:
        await session.execute(
            text("UPDATE booking SET arrival = arrival + make_interval(mins => :m) WHERE visit_id = :v").bindparams(
                m=minutes, v=visit
            )
        )
        await session.execute(text("UPDATE visit SET version = version + 1 WHERE id = :v").bindparams(v=visit))
    committed = datetime.now(UTC).timestamp() * 1000
    return cast("float", await asyncio.wait_for(seen, 60)) - committed


def _line(name: str, times: list[float], limit: int) -> int:
    """Print a measurement; 1 if it is over its limit."""
    over = statistics.median(times) > limit
    print(
        f"{name:<44} median {statistics.median(times):7.0f} ms, worst {max(times):7.0f} ms "
        f"({len(times)} times, limit {limit}){'  over' if over else ''}",
        flush=True,
    )
    return int(over)


async def run(engineers: int, visits: int, times: int) -> int:
    """Measure one territory; how many medians are over their limit."""
    with running_postgres() as server:
        url = server.create_database("board")
        await migrate(url)
        database = Database(url, pool_size=8)
        await fill(database, engineers, visits)
        await _add_dispatcher(database)
        async with _served(database) as origin, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
            page = await _signed_in(browser, origin)
            await page.add_init_script(f"({WORKABLE})()")
            opened = [await _open(page, origin) for _ in range(times)]
            bars = await page.locator(".lane .stop[data-visit]").count()
            print(f"{engineers} engineers, {engineers * visits} visits, {bars} of them drawn at first")
            over = _line("from the address to a workable board", opened, LIMITS["open"])
            told = [await _consequence(page, number) for number in range(times)]
            over += _line("from the hand's last move to the consequence", told, LIMITS["consequence"])
            seen = [await _elsewhere(page, database, 10 if n % 2 else -10) for n in range(times)]
            over += _line("from a commit elsewhere to its sight", seen, LIMITS["elsewhere"])
            await browser.close()
        await database.close()
        return over


def main() -> int:
    """Entry point: 0 if every median keeps its limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.board_screen", description=__doc__)
    parser.add_argument("--engineers", type=int, default=100)
    parser.add_argument("--visits", type=int, default=10, help="for each engineer")
    parser.add_argument("--times", type=int, default=10)
    given = parser.parse_args()
    print(report.facts(" ".join(["python -m benchmarks.board_screen", *sys.argv[1:]])))
    return 1 if asyncio.run(run(given.engineers, given.visits, given.times)) else 0


if __name__ == "__main__":
    sys.exit(main())
