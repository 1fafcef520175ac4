"""What a role must not see: screens by their address, other people's visits, and contacts in clear."""

import re
from typing import Any

import pytest
from playwright.sync_api import Response, expect

from tests.browser.conftest import AGENT, Console

STOCK_KEEPER, ENGINEER, ENGINEER_ID = "stock-1@example.com", "e001@example.com", "E001"
OFFICE = ("/board", "/operations", "/cases", "/cases/new", "/cases/C-100001", "/admin", "/admin/users")
"""Addresses that neither an engineer nor a stock keeper may open."""
BEHIND = ("/operations", "/operations/cases", "/operations/charts", "/admin/users", "/admin/tokens", "/webhooks")
"""What these screens ask for."""
PHONE_NUMBER = re.compile(r"\+\d[\d ]{7,}")
pytestmark = pytest.mark.usefixtures("busy_company")


def expect_refusals(console: Console, *paths: str) -> None:
    """Each address says that it is not for this role; what its screen would ask for is refused as well."""
    for path in paths:
        console.page.goto(console.origin + path)
        expect(console.page.locator(".empty")).to_contain_text("Your roles do not open this screen")
    for path in BEHIND:
        assert console.page.request.get(f"{console.origin}/api{path}").status == 403, path


def booked_visits(console: Console) -> list[dict[str, Any]]:
    """Visits with a place in the plan, as the office finds them."""
    lines = console.asked("/operations/cases?state=visiting&limit=60")["items"]
    found = [console.asked(f"/visits/{line['open_visit_id']}")["visit"] for line in lines if line["open_visit_id"]]
    booked: list[dict[str, Any]] = [visit for visit in found if visit["booking"]]
    assert booked, "the sample company has no booked visit"
    return booked


@pytest.mark.usefixtures("colleagues_wait")
def test_an_engineer_sees_the_own_work_and_no_other(console: Console, other_console: Console) -> None:
    console.sign_in(AGENT)
    visit = next(each for each in booked_visits(console) if each["booking"]["engineer_id"] != ENGINEER_ID)

    stranger = other_console
    stranger.sign_in(ENGINEER, shows=".field-day")
    assert stranger.page.url == f"{stranger.origin}/field"
    expect_refusals(stranger, *OFFICE)
    links = stranger.page.locator(".top-bar nav a")
    assert links.evaluate_all("all => all.map(each => each.getAttribute('href'))") == ["/field"]
    for path in (f"/visits/{visit['id']}", f"/visits/{visit['id']}/why", f"/visits/{visit['id']}/attachments"):
        answer = stranger.page.request.get(f"{stranger.origin}/api{path}")
        assert (answer.status, answer.json()["code"]) == (404, "not_found"), path
    assert visit["id"] not in {each["id"] for each in stranger.asked("/field/day")["visits"]}


def test_a_stock_keeper_sees_stock_and_no_other_screen(console: Console) -> None:
    console.sign_in(STOCK_KEEPER, shows=".stock-screen")
    links = console.page.locator(".top-bar nav a")
    assert links.evaluate_all("all => all.map(each => each.getAttribute('href'))") == ["/stock"]
    expect_refusals(console, *OFFICE, "/field")


@pytest.mark.usefixtures("colleagues_wait")
def test_a_contact_reaches_the_browser_only_when_a_reason_was_given(console: Console) -> None:
    console.sign_in()
    case_id = booked_visits(console)[0]["case_id"]
    heard = Heard(console)
    page = console.page
    page.goto(f"{console.origin}/cases/{case_id}")
    contact = page.locator("section[aria-label=Contact]")
    expect(page.locator(".events li").first).to_be_visible()
    assert not heard.phone_numbers()
    contact.get_by_role("button", name="Show").click()
    page.keyboard.type("The engineer is late")
    page.keyboard.press("Enter")
    number = contact.locator("a[href^='tel:']")
    expect(number).to_be_visible()
    assert number.inner_text() in heard.phone_numbers()

    heard = Heard(console)
    page.reload()
    shown = page.locator(".events li").first
    expect(shown).to_contain_text("Contact shown: The engineer is late")
    expect(shown).to_contain_text("dispatcher-1")
    expect(number).to_have_count(0)
    assert not heard.phone_numbers()


class Heard:
    """What the API has told a page since."""

    def __init__(self, console: Console) -> None:
        self._answers: list[Response] = []
        console.page.on("response", self._note)

    def phone_numbers(self) -> set[str]:
        """Whatever looks like one; `masked` ones have stars."""
        return {number for answer in self._answers for number in PHONE_NUMBER.findall(answer.text())}

    def _note(self, answer: Response) -> None:
        if "/api/" in answer.url and "application/json" in answer.headers.get("content-type", ""):
            self._answers.append(answer)
