"""What hands do on the board and on the phone."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Console

GRIP = (12, 10)
"""Where a bar is taken hold of, in pixels from its corner."""


def bar(console: Console, visit_id: str) -> Locator:
    """A visit on the board, where the plan has it or where the draft would put it."""
    return console.page.locator(f".lane .stop[data-visit='{visit_id}']")


def drafted(console: Console, visit_id: str) -> Locator:
    """A visit on the board where the draft would put it."""
    return console.page.locator(f".stop-draft[data-visit='{visit_id}']")


def row_of(console: Console, name: str) -> Locator:
    """An engineer's row."""
    return console.page.locator(".board-row").filter(has=console.page.locator(".row-name", has_text=name))


def drag(console: Console, what: Locator, row: Locator, part: float | None = 0.6) -> None:
    """Take hold of something and hold it over a row until the card says what it would do.

    Args:
        part: How far into the row's day; None leaves the time as it is.
    """
    start, goal = what.bounding_box(), row.locator(".lane").bounding_box()
    assert start is not None
    assert goal is not None
    mouse = console.page.mouse
    what.hover(position={"x": GRIP[0], "y": GRIP[1]})  # and not something that lies on it
    mouse.down()
    mouse.move(start["x"] + 40, start["y"] + 30, steps=4)
    across = start["x"] + GRIP[0] if part is None else goal["x"] + goal["width"] * part
    mouse.move(across, goal["y"] + goal["height"] / 2, steps=8)
    console.page.wait_for_selector(".proposal-drag .consequence")


def main_button(page: Page, name: str) -> Locator:
    """What the engineer does next."""
    return page.locator(".field-main").get_by_role("button", name=name)


def open_stop(page: Page, visit_id: str) -> None:
    """Show a visit, wherever it stands in the day."""
    stop = page.locator(f"[data-visit='{visit_id}']")
    buttons = page.locator(".field-list button")
    expect(buttons.first).to_be_visible()
    for number in range(buttons.count()):
        if stop.count():
            return
        buttons.nth(number).click()
        page.wait_for_timeout(100)
    expect(stop).to_be_visible()


def sign(page: Page) -> None:
    """Two strokes with a finger."""
    pad = page.locator(".field-signature canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    for height in (0.35, 0.7):
        page.mouse.move(box["x"] + 30, box["y"] + box["height"] * height)
        page.mouse.down()
        page.mouse.move(box["x"] + 200, box["y"] + box["height"] * (1 - height), steps=5)
        page.mouse.up()
