"""Operations' screen on a running company."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Console

pytestmark = pytest.mark.usefixtures("busy_company")


@pytest.fixture
def operations(console: Console) -> Console:
    """Operations' list."""
    console.sign_in()
    console.page.goto(f"{console.origin}/operations")
    console.page.wait_for_selector(".case-row >> nth=3")
    return console


def test_every_line_says_which_promise_hurts_when_and_whose_turn_it_is(operations: Console) -> None:
    page = operations.page
    state = "(On time|Warning|In jeopardy|Breached|Paused|No promise)"
    assert re.fullmatch(rf"(Respond|Dispatch|On site|Resolve) · {state}", page.inner_text(".c-promise >> nth=1"))
    assert re.search(r"\d+ (d|h|min)", page.inner_text(".c-when >> nth=1"))
    for column in ("step", "who", "cause", "age"):
        assert page.inner_text(f".c-{column} >> nth=1").strip()
    assert page.locator(".figure").count() == 5
    operations.picture("operations")


def test_a_figure_leads_to_exactly_its_cases(operations: Console) -> None:
    page = operations.page
    for figure in operations.asked("/operations")["figures"]:
        if figure["name"] in {"jeopardy", "breached"}:
            query = "&".join(f"{name}={value}" for name, values in figure["cases"].items() for value in values)
            page.goto(f"{operations.origin}/operations?{query}")
            page.wait_for_selector(".case-head")
            word = {"jeopardy": "In jeopardy", "breached": "Breached"}[figure["name"]]
            expect(page.locator(f".chip[aria-pressed=true]:has-text('{word}')")).to_have_count(1)
            assert all(word in text for text in page.locator(".case-row .c-promise .promise").all_inner_texts())


def test_chips_narrow_the_list_and_a_view_keeps_them(operations: Console) -> None:
    page = operations.page
    chip = page.locator("[aria-label=Responsible] .chip").first
    count = int(chip.locator("b").inner_text())
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".operations-bar")).to_contain_text(re.compile(r"Cases: \d+"))
    assert count > 0
    page.click("text=Save view")
    page.keyboard.type("Mine")
    page.keyboard.press("Enter")
    page.goto(f"{operations.origin}/operations")
    page.click(".view .chip:has-text('Mine')")
    expect(chip).to_have_attribute("aria-pressed", "true")
    page.click("[aria-label='Delete the view Mine']")
    expect(page.locator(".view")).to_have_count(0)


def test_a_case_is_chosen_and_opened_by_keys(operations: Console) -> None:
    page = operations.page
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    number = page.inner_text(".case-row[aria-current] a")
    assert number == page.inner_text(".c-case a >> nth=0")
    page.keyboard.press("Enter")
    expect(page.locator(".desk h1")).to_have_text(number)


def test_nothing_jumps_under_the_pointer(operations: Console) -> None:
    page = operations.page
    page.hover(".case-row >> nth=3")
    before = page.locator(".c-case a").all_inner_texts()
    with page.expect_response(lambda answer: "/operations/cases?" in answer.url, timeout=90_000):
        pass
    page.wait_for_timeout(300)
    assert page.locator(".c-case a").all_inner_texts()[: len(before)] == before


def test_charts_have_tables_and_lead_to_the_list(operations: Console) -> None:
    page = operations.page
    page.click("role=tab[name=Charts]")
    page.wait_for_selector(".chart")
    expect(page.locator(".chart")).to_have_count(6)
    operations.picture("operations-charts")
    backlog = page.locator(".chart", has_text="Open cases by age")
    backlog.locator("summary").click()
    backlog.locator("td a").first.click()
    expect(page.locator(".chip-drilled")).to_contain_text("Opened")
    page.wait_for_selector(".case-table")


def test_long_repairs_say_what_they_wait_for(operations: Console) -> None:
    page = operations.page
    page.click("role=tab[name='Long repairs']")
    expect(page.locator(".ageing, .empty").first).to_be_visible()
    operations.picture("operations-ageing")


def test_the_whole_list_can_be_taken_as_csv(operations: Console) -> None:
    page = operations.page
    with page.expect_download() as download:
        page.click("a:has-text('CSV')")
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("id,sla,clock,hurts_at")
    assert len(lines) > 3
