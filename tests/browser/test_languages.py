"""The console in Chinese and in English: every word in the reader's language, every time in the site's zone."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Error, Response, expect

from tests.browser.conftest import ADMIN, Console, a_console
from tests.e2e.stack import RunningStack

SCREENS = {
    "board": ("/board", ".lane .stop"),
    "operations": ("/operations", ".case-row"),
    "charts": ("/operations?tab=charts", ".chart"),
    "cases": ("/cases", ".case-row"),
    "new case": ("/cases/new", "#symptom"),
    "desk": ("/cases/{case}", ".events li"),
    "admin": ("/admin/users", ".admin-table"),
    "policy": ("/admin/policy", "[data-field]"),
}
"""Where each main screen is, and what stands there when it is complete."""
SHOWN = """() => {
    const told = [];
    const hidden = (element) => element.closest("[lang]:not(html), code, kbd, script, style, .brand");
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (!hidden(walker.currentNode.parentElement)) told.push(walker.currentNode.data.trim());
    for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
        for (const name of hidden(element) ? [] : ["aria-label", "title", "placeholder", "alt"])
            told.push(element.getAttribute(name) ?? "");
    return [...new Set(told.filter(Boolean))];
}"""
BROKEN = re.compile(r"\{\w+\}|undefined|NaN|Invalid Date|\[object |\b[a-z]+(?:_[a-z]+)+\b")
"""A text that is missing, or whose values are: names of keys have underscores, and no word has."""
NAMED = {
    *("name", "names", "email", "actor_id", "made_by", "engineer", "engineer_id", "city", "address", "neighbourhood"),
    *(
        "site",
        "territory",
        "time_zone",
        "id",
        "case_id",
        "product",
        "product_model",
        "serial",
        "sku",
        "code",
        "label",
        "external_ref",
        "territories",
    ),
    *("error_code", "skill", "skills", "symptom", "findings", "done", "work_done", "note", "comment", "text"),
    *("territory_id", "changed_by", "location"),
}
"""What of the answers of the API is a name, a code, or somebody's own words."""
OWN_WORDS = {"/api/admin/policy": {"reason"}}
"""Where somebody's own words have a key that elsewhere holds a code."""
LANGUAGE_NAMES = ("English", "de", "en")
ALSO = {"Callout", "CSV", "API", "Webhook", "OR-Tools", "Temporal", "GMT", "km", *LANGUAGE_NAMES}
IN_ENGLISH = re.compile("^(?:原因：|查看了联系人：)")
"""Why the planner moved a visit is recorded in its own words, and why somebody looked at a contact in theirs."""
WORD = re.compile(r"[A-Za-z]{2,}")
FAR_AWAY = "Pacific/Honolulu"
"""Where the browser is: in no zone of the sample company."""


class Reader:
    """Somebody who reads the console's screens in a language, and knows the names in what the API answers."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._answers: list[Response] = []
        console.page.on("response", self._note)

    def speak(self, language: str) -> None:
        """Choose a language in the menu."""
        page = self.console.page
        page.click(".top-bar .menu summary")
        page.click(f".top-bar .menu button[lang='{language}']")
        expect(page.locator("html")).to_have_attribute("lang", language)

    def open(self, path: str, complete: str) -> None:
        """Go to a screen, and wait until it is complete."""
        self._answers.clear()
        self.console.page.goto(self.console.origin + path)
        self.console.page.wait_for_selector(complete)

    def texts(self) -> list[str]:
        """Everything that the screen says, also to a screen reader."""
        return list(self.console.page.evaluate(SHOWN))

    def foreign_words(self) -> dict[str, str]:
        """Texts with English words, and what of them is English; names and codes are not."""
        names = sorted(self._names() | ALSO, key=len, reverse=True)
        found = {}
        for text in self.texts():
            rest = text
            for name in names:
                rest = rest.replace(name, " ")
            if WORD.search(rest) and not IN_ENGLISH.match(text):
                found[text] = rest
        return found

    def _note(self, answer: Response) -> None:
        self._answers.append(answer)

    def _names(self) -> set[str]:
        found: set[str] = set()
        for answer in self._answers:
            if "/api/" in answer.url and "json" in answer.headers.get("content-type", "") and answer.status == 200:
                # An answer to the page that was left came too late for it.
                with suppress(Error):
                    own = next((keys for path, keys in OWN_WORDS.items() if path in answer.url), set())
                    found |= set(_names_in(answer.json(), NAMED | own))
        return found


def _names_in(given: Any, keys: set[str], key: str = "") -> Iterator[str]:
    match given:
        case dict():
            for name, value in given.items():
                if key in {"skills", "parts"}:
                    yield name
                yield from _names_in(value, keys, name)
        case list():
            for value in given:
                yield from _names_in(value, keys, key)
        case str() if key in keys and len(given) > 1:
            yield given


@pytest.fixture
def reader(busy_company: RunningStack, browser: Browser) -> Iterator[Reader]:
    """An administrator, who may see every screen, far away from every site."""
    with a_console(busy_company, browser, timezone_id=FAR_AWAY) as console:
        console.sign_in(ADMIN)
        yield Reader(console)


def a_case(console: Console) -> dict[str, Any]:
    """An open case with a visit to come."""
    return dict(console.asked("/operations/cases?state=visiting")["items"][0])


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_no_text_is_missing_on_any_screen(reader: Reader, language: str) -> None:
    reader.speak(language)
    case = a_case(reader.console)["id"]
    wrong: dict[str, list[str]] = {}
    english: dict[str, dict[str, str]] = {}
    for name, (path, complete) in SCREENS.items():
        reader.open(path.format(case=case), complete)
        wrong[name] = [text for text in reader.texts() if BROKEN.search(text)]
        if language == "zh-CN":
            english[name] = reader.foreign_words()
            reader.console.picture(f"{name.replace(' ', '-')}-zh")
    assert {name: texts for name, texts in wrong.items() if texts} == {}
    assert {name: texts for name, texts in english.items() if texts} == {}


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_times_are_those_of_the_site(reader: Reader, language: str) -> None:
    reader.speak(language)
    case = a_case(reader.console)
    zone = ZoneInfo(case["time_zone"])
    reader.open(f"/cases/{case['id']}", ".events li")
    opened = datetime.fromisoformat(case["opened_at"]).astimezone(zone)
    words = {"en": f"{opened:%a} {opened.day}", "zh-CN": f"{opened.month}月{opened.day}日"}
    step = reader.console.page.locator(".desk-step")
    expect(step).to_contain_text(f"{opened:%H:%M}")
    expect(step.locator("> div").last).to_contain_text(words[language])
