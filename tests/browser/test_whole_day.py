"""The board in the middle of a day: everything that is planned is in its row and on the map."""

from playwright.sync_api import expect

from tests.browser.conftest import Console
from tests.e2e.stack import RunningStack

MOVING = 2
"""Visits that may have come or gone between two looks: the company is at work."""


def test_every_stop_of_a_busy_day_is_in_a_row_and_on_the_map(console: Console, busy_company: RunningStack) -> None:
    console.sign_in()
    page = console.page
    areas = [area["id"] for area in console.asked("/territories")["items"]]
    boards = {area: console.asked(f"/territories/{area}/board") for area in areas}
    busiest = max(areas, key=lambda area: len(boards[area]["stops"]))
    assert boards[busiest]["stops"]

    page.goto(f"{console.origin}/board?territory={busiest}")
    expect(page.locator(".lane .stop").first).to_be_visible()
    bars, dots = page.locator(".lane .stop"), page.locator(".leaflet-container .dot:not(.dot-open)")
    expect(dots.first).to_be_visible()
    # Bars of visits that are outside of the shown hours have a dot all the same.
    assert 0 < bars.count() <= dots.count() + MOVING
    console.picture("board")
    page.emulate_media(color_scheme="dark")
    console.picture("board-dark")
