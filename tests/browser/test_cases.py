"""The case desk and a new case, on a running company."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ADMIN, AGENT, Console

PATIENCE_SECONDS = 180
pytestmark = pytest.mark.usefixtures("busy_company")


@pytest.fixture
def desk(console: Console) -> Console:
    """The list of cases before a service agent."""
    console.sign_in(AGENT)
    console.page.goto(f"{console.origin}/cases")
    console.page.wait_for_selector(".case-row >> nth=3")
    return console


def a_visited_case(console: Console) -> str:
    """An open case with a visit that has a place in the plan."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for line in console.asked("/operations/cases?state=visiting&limit=60")["items"]:
            visits = console.asked(f"/cases/{line['id']}/desk")["case"]["visits"]
            if any(visit["booking"] for visit in visits):
                return str(line["id"])
        console.page.wait_for_timeout(1000)
    raise AssertionError(f"no visit is booked within {PATIENCE_SECONDS} s")


def test_what_is_missing_is_named_at_once_and_nothing_is_sent(desk: Console) -> None:
    page = desk.page
    page.goto(f"{desk.origin}/cases/new")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.click("form .primary")
    assert page.locator("[aria-invalid]").evaluate_all("all => all.map(one => one.id)") == [
        "symptom", "product_model", "contact.name", "site.latitude",
    ]  # fmt: skip
    expect(page.locator("#symptom")).to_be_focused()
    assert sent == []


def test_an_agent_sees_the_agents_actions_only(desk: Console) -> None:
    page = desk.page
    page.goto(f"{desk.origin}/cases/{a_visited_case(desk)}")
    page.wait_for_selector("[data-command=note]")
    shown = set(page.locator("[data-command]").evaluate_all("all => all.map(one => one.dataset.command)"))
    assert shown & {"accept", "decline", "depart", "arrive", "finish"} == set()
    assert page.locator("text=Workflow").count() == 0
    expect(page.locator("section[aria-label='Photos and documents']")).to_contain_text(re.compile("No file yet|Photo"))
    desk.picture("case")


def test_an_administrator_sees_the_field_actions_and_the_workflow(console: Console) -> None:
    console.sign_in(ADMIN)
    page = console.page
    page.goto(f"{console.origin}/cases/{a_visited_case(console)}")
    page.wait_for_selector("[data-command=note]")
    address = page.locator("a:has-text('Workflow')").get_attribute("href")
    assert re.search(r"/namespaces/[^/]+/workflows/case%2FC-\d+$", address or "")


def test_a_note_is_written_in_the_page_and_stands_in_the_timeline(desk: Console) -> None:
    page = desk.page
    page.goto(f"{desk.origin}/cases/{a_visited_case(desk)}")
    page.wait_for_selector(".events li")
    page.keyboard.press("n")
    page.keyboard.type("Rings twice at the back door")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".events li").first).to_contain_text("Rings twice at the back door")
    page.click(".timeline-part .chip:has-text('Notes')")
    expect(page.locator(".events .event-text")).to_have_text(["Rings twice at the back door"])


def test_a_contact_is_masked_until_a_reason_is_given_which_is_recorded(desk: Console) -> None:
    page = desk.page
    page.goto(f"{desk.origin}/cases/{a_visited_case(desk)}")
    contact = page.locator("section[aria-label=Contact]")
    masked = contact.locator("dd").first.inner_text()
    contact.get_by_role("button", name="Show").click()
    page.keyboard.type("Calling back about the appointment")
    page.keyboard.press("Enter")
    expect(contact.locator("dd").first).not_to_have_text(masked)
    page.reload()
    expect(contact.locator("dd").first).to_have_text(masked)
    expect(page.locator(".events")).to_contain_text("Contact shown: Calling back about the appointment")


def test_the_search_finds_a_case_by_its_number(desk: Console) -> None:
    page = desk.page
    number = page.inner_text(".c-case a >> nth=1")
    page.keyboard.press("/")
    page.keyboard.type(number)
    expect(page.locator(".case-row a")).to_have_text([number])
    page.fill("#case-search", "no case is like this")
    expect(page.locator(".case-table")).to_contain_text("Nothing fits the filters")
