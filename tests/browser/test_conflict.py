"""Two dispatchers before one board: what one does the other sees, and nothing of anybody is overwritten."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Console, a_console
from tests.browser.hands import bar, drafted, drag, row_of
from tests.browser.small import DIRK, DORA, MUNICH, Office
from tests.e2e.stack import RunningStack


def open_board(console: Console, who: str) -> Console:
    console.sign_in(who, "/board", ".board-row")
    return console


@pytest.fixture
def dora(small_company: RunningStack, browser: Browser) -> Iterator[Console]:
    """The board of a dispatcher."""
    with a_console(small_company, browser) as console:
        yield open_board(console, DORA)


@pytest.fixture
def dirk(small_company: RunningStack, browser: Browser) -> Iterator[Console]:
    """The same board before another dispatcher."""
    with a_console(small_company, browser) as console:
        yield open_board(console, DIRK)


@pytest.fixture
def visit(munich: Office) -> str:
    """A visit in Munich that the plan has given to one of the two engineers."""
    return munich.a_visit_to("Isarweg 7, Munich", MUNICH)


def test_what_one_drafts_and_takes_back_the_other_sees(
    dora: Console, dirk: Console, office: Office, visit: str
) -> None:
    drag(dora, bar(dora, visit), row_of(dora, office.other_than(visit)))
    dora.page.mouse.up()
    expect(drafted(dora, visit)).to_have_count(1)
    expect(drafted(dirk, visit)).to_have_count(1)
    expect(dirk.page.locator(".toasts")).to_contain_text("Dora changed the draft: 1")
    dirk.page.keyboard.press("c")
    expect(dirk.page.locator(".differences li")).to_contain_text("Dora")
    expect(dora.page.locator(".board-bar")).to_contain_text("Draft: 1")
    dora.page.keyboard.press("u")
    expect(drafted(dirk, visit)).to_have_count(0)
    expect(dirk.page.locator(".differences")).to_contain_text("The draft is empty")


def test_who_moves_a_visit_from_an_older_draft_is_told_and_overwrites_nothing(
    dora: Console, dirk: Console, office: Office, visit: str
) -> None:
    name = office.other_than(visit)
    # Dirk's board stands still on what it knows now: nothing of what Dora does reaches it.
    expect(bar(dirk, visit)).to_have_count(1)
    dirk.page.route("**/api/territories/T2/board*", lambda route: route.abort())
    drag(dora, bar(dora, visit), row_of(dora, name))
    dora.page.mouse.up()
    expect(drafted(dora, visit)).to_have_count(1)
    # The board shows a draft while it is still being stored.
    office.until(lambda: office.drafted(visit), "Dora's move in the draft")
    doras = office.drafted(visit)["to"]

    drag(dirk, bar(dirk, visit), row_of(dirk, name), 0.8)
    dirk.page.unroute("**/api/territories/T2/board*")
    dirk.page.mouse.up()
    told = dirk.page.locator(".toasts")
    expect(told).to_contain_text("Dora changed the draft meanwhile. The board now shows it; yours was not added.")
    dirk.errors[:] = [error for error in dirk.errors if "ERR_FAILED" not in error]  # those are ours
    expect(drafted(dirk, visit)).to_have_count(1)
    assert office.drafted(visit)["to"] == doras

    told.get_by_role("button", name="Add mine on top").click()
    office.until(lambda: office.drafted(visit)["to"] != doras, "Dirk's move on top of Dora's")
    assert office.drafted(visit)["made_by"] == "dispatcher:dirk"
    dirk.page.keyboard.press("u")
    office.until(lambda: office.drafted(visit)["to"] == doras, "Dora's move again")
    dora.page.keyboard.press("u")
    expect(drafted(dora, visit)).to_have_count(0)


def test_a_draft_that_changed_since_it_was_looked_at_is_not_published(
    dora: Console, dirk: Console, office: Office, visit: str
) -> None:
    before = office.engineer_of(visit)
    drag(dora, bar(dora, visit), row_of(dora, office.other_than(visit)))
    dora.page.mouse.up()
    expect(drafted(dirk, visit)).to_have_count(1)
    office.until(lambda: office.drafted(visit), "Dora's move in the draft")
    doras = office.drafted(visit)["to"]
    dirk.page.route("**/api/territories/T2/board*", lambda route: route.abort())
    drag(dora, drafted(dora, visit), row_of(dora, office.other_than(visit)), 0.8)
    dora.page.mouse.up()
    office.until(lambda: office.drafted(visit)["to"] != doras, "the time that Dora chose then")

    dirk.page.click(".board-bar >> text=Publish")
    told = dirk.page.locator(".toasts")
    expect(told).to_contain_text("Dora changed the draft meanwhile. Nothing was done.")
    dirk.errors[:] = [error for error in dirk.errors if "ERR_FAILED" not in error]  # those are ours
    assert office.engineer_of(visit) == before
    dirk.page.unroute("**/api/territories/T2/board*")
    dirk.page.reload()
    dirk.page.click(".board-bar >> text=Publish")
    expect(told).to_contain_text("Published: 1")
    assert office.engineer_of(visit) != before


def test_publishing_under_a_hand_that_drags_loses_neither(
    dora: Console, dirk: Console, office: Office, visit: str
) -> None:
    before, name = office.engineer_of(visit), office.other_than(visit)
    drag(dora, bar(dora, visit), row_of(dora, name))
    dora.page.mouse.up()
    expect(drafted(dirk, visit)).to_have_count(1)
    drag(dirk, drafted(dirk, visit), row_of(dirk, before), 0.8)
    dora.page.click(".board-bar >> text=Publish")
    expect(dora.page.locator(".toasts")).to_contain_text("Published: 1")
    after = office.engineer_of(visit)
    assert after != before

    # What Dirk holds is still in his hand when his board has learnt of it; he lets go on top of what is published now.
    expect(dirk.page.locator(".board-bar")).to_contain_text("Nothing drafted")
    dirk.page.mouse.up()
    expect(dirk.page.locator(".toasts")).to_contain_text("Added to the draft: 1")
    moved = office.drafted(visit)
    assert (moved["to"]["engineer_id"], moved["made_by"]) == (before, "dispatcher:dirk")
    assert office.engineer_of(visit) == after
