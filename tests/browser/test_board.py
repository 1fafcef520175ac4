"""The dispatcher's board on a running company."""

import re
import time

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Console
from tests.browser.hands import drag

PATIENCE_SECONDS = 240
MOVABLE = ".lane .stop:not(.stop-fixed):not(.stop-draft)"


@pytest.fixture
def board(console: Console) -> Console:
    """The board of the signed-in dispatcher."""
    console.sign_in()
    console.page.goto(f"{console.origin}/board")
    console.page.wait_for_selector(".board-row")
    return console


def movable(console: Console) -> Locator:
    """A visit that may be moved, in whichever territory has one first."""
    page = console.page
    areas = page.locator(".board-bar select >> nth=0 >> option").evaluate_all("all => all.map(each => each.value)")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for area in areas:
            page.select_option(".board-bar select >> nth=0", area)
            page.wait_for_url(f"**territory={area}*")
            page.wait_for_selector(".board-row")
            page.wait_for_timeout(1000)
            if page.locator(MOVABLE).count():
                return page.locator(MOVABLE).first
    raise AssertionError(f"no visit could be moved within {PATIENCE_SECONDS} s")


def test_every_engineer_has_a_row_and_every_bar_says_what_it_is(board: Console) -> None:
    movable(board)
    words = board.page.locator(".lane .stop").first.get_attribute("aria-label")
    promise = "(On time|Warning|In jeopardy|Breached|No promise)"
    assert re.fullmatch(rf"C-\d+, stop \d+ of .+, \d\d:\d\d to \d\d:\d\d, .*, {promise}", words)


def test_dragging_says_what_it_would_do_and_dropping_only_drafts(board: Console) -> None:
    page = board.page
    visit = movable(board)
    name = visit.get_attribute("data-visit")
    drag(board, visit, page.locator(".board-row").nth(2))
    board.picture("board-dragging")
    assert page.inner_text(".proposal-drag .changes").split("\n")[0] == "Travel"
    page.mouse.up()
    drafted = page.locator(f".stop-draft[data-visit='{name}']")
    expect(drafted).to_have_count(1)
    expect(page.locator(".board-bar")).to_contain_text("Draft: 1")
    page.keyboard.press("c")
    expect(page.locator(".differences li")).to_have_count(1)
    page.keyboard.press("u")
    expect(drafted).to_have_count(0)


def test_letting_go_outside_of_the_rows_changes_nothing(board: Console) -> None:
    page = board.page
    drag(board, movable(board), page.locator(".board-row").nth(1))
    page.mouse.move(800, 20)
    page.mouse.up()
    expect(page.locator(".proposal")).to_have_count(0)
    expect(page.locator(".board-bar")).to_contain_text("Nothing drafted")


def test_a_visit_says_why_it_is_there_and_where_else_it_could_be(board: Console) -> None:
    movable(board).click()
    panel = board.page.locator(".visit-panel")
    expect(panel).to_contain_text("Why here")
    # The first question of this kind waits for the compiled planner.
    expect(panel).to_contain_text("Alternatives", timeout=90_000)
    expect(panel.locator(".history li").first).to_be_visible()
    board.picture("board-visit")


def test_pinning_is_done_by_key_and_taken_back_by_key(board: Console) -> None:
    visit = movable(board)
    name = visit.get_attribute("data-visit")
    visit.click()
    board.page.keyboard.press("p")
    fixed = board.page.locator(f".stop-fixed[data-visit='{name}']")
    expect(fixed).to_have_count(1)
    board.page.keyboard.press("p")
    expect(fixed).to_have_count(0)


def test_the_search_leaves_the_rows_that_fit_and_says_when_none_does(board: Console) -> None:
    name = board.page.inner_text(".row-name >> nth=0")
    board.page.keyboard.press("/")
    board.page.keyboard.type(name)
    expect(board.page.locator(".row-name").first).to_have_text(name)
    board.page.fill("#board-search", "nobody is called so")
    expect(board.page.locator(".no-rows")).to_contain_text("Nothing fits the filters")


def test_the_keys_are_listed(board: Console) -> None:
    board.page.keyboard.press("?")
    expect(board.page.get_by_role("dialog")).to_contain_text("Best place for the selected visit")
    board.page.keyboard.press("Escape")
    expect(board.page.get_by_role("dialog")).to_have_count(0)
