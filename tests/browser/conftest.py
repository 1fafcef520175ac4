"""A real browser before a real stack: what people see and do in the console."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from console.local import PEOPLE
from console.system import environment
from runtime import state
from runtime.secrets import sign_in_passwords
from tests.browser import small
from tests.browser.small import PASSWORD, Office
from tests.e2e.stack import ROOT, RunningStack, a_running_stack

CHROMIUM = Path("/usr/bin/chromium")
DISPATCHER, AGENT, ADMIN = "dispatcher-1@example.com", "agent-1@example.com", "admin@example.com"
"""People of the sample company; their passwords are in the stack's home."""
ADMINS = ("ada@example.com", "ben@example.com")
"""Two administrators whom the tests add."""
BUILT = ROOT / "web" / "dist" / "index.html"
SCREENS = os.environ.get("CALLOUT_SCREENS")
"""Write pictures of the screens there, such as to docs/screens."""
SPEED = 30
PATIENCE_MS = 30_000
"""How long a page may take: the whole company works on the same two cores."""
expect.set_options(timeout=PATIENCE_MS)
PHONE = {"viewport": {"width": 412, "height": 915}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
"""An engineer's telephone."""
OPEN_CASES, VISITED_CASES = 12, 4
BUSY_WITHIN = 300.0
"""Seconds; ten times what a quiet machine needs."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser, or without a built console, nothing here can be tested."""
    missing = None
    if not CHROMIUM.exists():
        missing = f"{CHROMIUM} is not there; on Debian: apt install chromium"
    elif not BUILT.exists():
        missing = "the console is not built; `make test` builds it"
    for item in items:
        if Path(__file__).parent in item.path.parents:
            # The first one waits for the whole stack.
            item.add_marker(pytest.mark.timeout(600))
            if missing:
                item.add_marker(pytest.mark.skip(reason=missing))


@pytest.fixture(scope="package")
def company() -> Iterator[RunningStack]:
    """The sample company at work, whose people can sign in, and two more administrators."""
    with a_running_stack(speed=SPEED) as stack:
        for email in ADMINS:
            add_user(stack, email, email.partition("@")[0].title(), "--role", "admin")
        yield stack


@pytest.fixture(scope="package")
def busy_company(company: RunningStack) -> RunningStack:
    """The same company, as soon as it has open cases enough to fill a screen, and visits among them."""
    known = environment(company.environment)
    url = f"http://127.0.0.1:{company.environment['CALLOUT_API_PORT']}/api/operations/cases"
    headers = {"authorization": f"Bearer {known['CALLOUT_API_TOKEN']}"}

    def is_busy() -> bool:
        states = [line["state"] for line in http.get(url, params={"limit": 60}).raise_for_status().json()["items"]]
        return len(states) >= OPEN_CASES and states.count("visiting") >= VISITED_CASES

    with httpx.Client(headers=headers, timeout=30) as http:
        company.until(is_busy, f"{OPEN_CASES} open cases, {VISITED_CASES} of them with visits", BUSY_WITHIN)
    return company


@pytest.fixture(scope="package")
def small_company() -> Iterator[RunningStack]:
    """Two towns at work in real time, without simulated people who would press their buttons for them."""
    with a_running_stack(1, "--empty") as stack:
        url = environment(stack.environment)["CALLOUT_DATABASE_URL"]
        with ThreadPoolExecutor(1) as beside_the_browsers_own_loop:
            beside_the_browsers_own_loop.submit(lambda: asyncio.run(small.fill(url))).result()
        yield stack


@pytest.fixture(scope="package")
def office(small_company: RunningStack) -> Iterator[Office]:
    """The API of the small company with the environment's token."""
    known = environment(small_company.environment)
    url = f"http://127.0.0.1:{small_company.environment['CALLOUT_API_PORT']}/api"
    headers = {"authorization": f"Bearer {known['CALLOUT_API_TOKEN']}"}
    with httpx.Client(base_url=url, headers=headers, timeout=30) as http:
        yield Office(http, small_company)


@pytest.fixture
def munich(office: Office) -> Iterator[Office]:
    """The office, for a test in Munich: what it leaves there is cleared away, or the next would take hold of it."""
    yield office
    office.clear("T2")


def add_user(stack: RunningStack, email: str, name: str, *options: str) -> None:
    """Somebody who can sign in with the password of these tests."""
    command = [sys.executable, str(ROOT / "cli.py"), "user", "add", email, "--name", name, *options]
    given = PASSWORD + "\n"
    subprocess.run(
        [*command, "--password-stdin"], env=stack.environment, input=given, text=True, check=True, timeout=60
    )


@pytest.fixture
def colleagues_wait(company: RunningStack) -> Iterator[None]:
    """The sample company's agents and engineers hold still, so that nobody else works on the test's case."""
    [people] = [part.pid for part in state.status(company.home).parts if part.name == PEOPLE]
    assert people is not None
    os.kill(people, signal.SIGSTOP)
    yield
    os.kill(people, signal.SIGCONT)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window.

    Playwright keeps an event loop running in this thread as long as it lives, and no other test could run one: it must
    end with the tests of this folder. That is why the folder is a package.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@dataclass
class Console:
    """A page of the console, and what went wrong on it meanwhile."""

    page: Page
    origin: str
    passwords: dict[str, str] = field(repr=False)
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def sign_in(self, email: str = DISPATCHER, path: str = "/", shows: str = ".top-bar") -> None:
        """Sign in, as the sample company's dispatcher unless somebody else is named."""
        self.page.goto(self.origin + path)
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", self.passwords.get(email, PASSWORD))
        self.page.click("form button.primary")
        self.page.wait_for_selector(shows)

    def watch(self, page: Page) -> None:
        """Note what goes wrong on a page."""
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: _note(self, message))
        page.on("request", lambda request: _watch(self, request))

    def asked(self, path: str) -> Any:
        """What the API answers to whoever is signed in."""
        answer = self.page.request.get(f"{self.origin}/api{path}")
        assert answer.ok, answer.text()
        return answer.json()

    def picture(self, name: str) -> None:
        """Keep a picture of the page, if pictures are wanted."""
        if SCREENS:
            Path(SCREENS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=str(Path(SCREENS) / f"{name}.png"))


@pytest.fixture
def console(company: RunningStack, browser: Browser) -> Iterator[Console]:
    """A fresh browser before the console."""
    with a_console(company, browser) as console:
        yield console


@pytest.fixture
def other_console(company: RunningStack, browser: Browser) -> Iterator[Console]:
    """A second browser, of somebody else."""
    with a_console(company, browser) as console:
        yield console


@pytest.fixture
def phone(company: RunningStack, browser: Browser) -> Iterator[Console]:
    """A customer's telephone."""
    with a_console(company, browser, viewport={"width": 390, "height": 844}, has_touch=True) as console:
        yield console


@contextmanager
def a_console(stack: RunningStack, browser: Browser, **context: Any) -> Iterator[Console]:
    """A fresh browser, 1600 by 900 and in English unless told otherwise.

    At the end nothing was asked of another host and no script failed.
    """
    origin = f"http://127.0.0.1:{stack.environment['CALLOUT_API_PORT']}"
    fresh = browser.new_context(**{"viewport": {"width": 1600, "height": 900}, "locale": "en-GB"} | context)
    console = Console(fresh.new_page(), origin, sign_in_passwords(stack.home, (DISPATCHER, AGENT, ADMIN)))
    console.watch(console.page)
    yield console
    fresh.close()
    assert console.errors == []
    assert console.foreign == []


def _note(console: Console, message: Any) -> None:
    # A refused request is told by the console as well; what the page makes of it is what is tested.
    expected = ("status of 4", "ERR_INTERNET_DISCONNECTED")
    if message.type == "error" and not any(each in message.text for each in expected):
        console.errors.append(message.text)


def _watch(console: Console, request: Any) -> None:
    if not request.url.startswith((console.origin, "data:", "blob:")):
        console.foreign.append(request.url)
