"""Administration: the policy with its preview and a second administrator, a user with a password shown once."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ADMINS, Console

ADA, BEN = ADMINS


def open_section(console: Console, who: str, section: str) -> Page:
    """The section of an administrator who has just signed in."""
    console.sign_in(who)
    console.page.goto(f"{console.origin}/admin/{section}")
    return console.page


def setting(page: Page, path: str) -> Locator:
    """The input of a setting of the policy."""
    return page.locator(f"[data-field='{path}'] input")


def save_policy(page: Page, reason: str) -> None:
    page.click("text=Preview the change")
    page.fill("input[name=reason]", reason)
    page.click("text=Save the policy")


def test_a_promise_is_changed_after_a_preview_and_a_second_administrator_is_told(
    console: Console, other_console: Console
) -> None:
    ada, ben = open_section(console, ADA, "policy"), open_section(other_console, BEN, "policy")
    expect(setting(ben, "promises.3.resolve")).to_be_visible()
    setting(ada, "promises.3.resolve").fill("1")
    expect(ada.locator(".policy-preview")).to_contain_text("Promises 4 › Resolved within")
    ada.click("text=Preview the change")
    expect(ada.locator(".policy-preview")).to_contain_text("open cases had been promised this")
    console.picture("admin-policy")
    ada.fill("input[name=reason]", "One day is what we can keep.")
    ada.click("text=Save the policy")
    expect(ada.locator(".policy-history li").first).to_contain_text("One day is what we can keep.")

    setting(ben, "steps.classify_within").fill("25")
    setting(ben, "promises.3.resolve").fill("3")
    save_policy(ben, "More time to classify.")
    conflict = ben.locator(".policy-conflict")
    expect(conflict).to_contain_text("ada saved another version meanwhile: “One day is what we can keep.”")
    expect(conflict).to_contain_text("They changed: Promises 4 › Resolved within")
    other_console.picture("admin-policy-conflict")

    ben.click("text=Continue on their version with my changes")
    expect(ben.locator("aside")).to_contain_text("You both changed Promises 4 › Resolved within")
    expect(setting(ben, "steps.classify_within")).to_have_value("25")
    save_policy(ben, "More time to classify.")
    expect(ben.locator(".policy-history > ol > li")).to_have_count(2)


def test_a_wrong_number_is_told_beside_its_field(console: Console) -> None:
    page = open_section(console, ADA, "policy")
    setting(page, "warn_fraction").fill("3")
    page.click("text=Preview the change")
    expect(page.locator("[data-field='warn_fraction'] .policy-wrong")).to_contain_text("less than 1")


def test_a_new_user_signs_in_with_the_password_that_is_shown_once(console: Console, other_console: Console) -> None:
    page = open_section(console, ADA, "users")
    page.click("text=Add a user")
    page.fill("form.admin-form input[name=name]", "Carla Desk")
    page.fill("form.admin-form input[name=email]", "carla@example.com")
    page.check("input[name=roles][value=agent]")
    console.picture("admin-users")
    page.click("form.admin-form button.primary")
    password = page.inner_text(".secret code")
    page.click("text=I have it")
    expect(page.locator(".secret")).to_have_count(0)
    expect(page.locator(".admin-table")).to_contain_text("carla@example.com")

    guest = other_console.page
    guest.goto(other_console.origin)
    guest.fill("input[name=email]", "carla@example.com")
    guest.fill("input[name=password]", password)
    guest.click("form button.primary")
    guest.wait_for_selector(".top-bar")
    expect(guest.locator(".top-bar nav")).not_to_contain_text("Administration")


def test_an_outline_is_drawn_and_a_corner_dragged(console: Console) -> None:
    page = open_section(console, ADA, "territories")
    page.wait_for_selector(".area-map .area-own")
    if page.locator("text=Draw an outline from the circle").count():
        page.click("text=Draw an outline from the circle")
    corner = page.locator(".corner:not(.corner-new)").first
    place = corner.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 7, place["y"] + 7)
    page.mouse.down()
    page.mouse.move(place["x"] + 30, place["y"] + 27, steps=5)
    page.mouse.up()
    console.picture("admin-territories")
    page.click("form.admin-form button.primary")
    expect(page.locator(".toast")).to_contain_text("is saved")


def test_a_warehouse_is_added_by_map_and_hours_and_retired_only_when_empty(console: Console) -> None:
    page = open_section(console, ADA, "warehouses")
    page.click("text=Add a warehouse")
    form = page.get_by_role("form", name="Add a warehouse")
    form.get_by_label("Name").fill("Veddel")
    form.get_by_label("Number").fill("WH-VEDDEL")
    page.locator(".place-map").click(position={"x": 40, "y": 60})
    before = form.get_by_label("Latitude").input_value()
    page.locator(".place-map").click(position={"x": 120, "y": 90})
    assert form.get_by_label("Latitude").input_value() != before
    expect(form.get_by_role("status")).to_have_text("Open around the clock")
    form.get_by_label("Add hours on Monday").click()
    form.get_by_label("Monday: closes").fill("07:30")
    form.get_by_text("Tuesday to Friday as Monday").click()
    form.get_by_text("Save").click()
    expect(form.get_by_role("alert")).to_contain_text("Monday: the end must be later than the beginning.")
    form.get_by_label("Monday: closes").fill("16:00")
    form.get_by_text("Tuesday to Friday as Monday").click()
    console.picture("admin-warehouses")
    form.get_by_text("Save").click()
    row = page.get_by_role("row").filter(has_text="WH-VEDDEL")
    expect(row).to_contain_text("Mon–Fri 08:00–16:00")

    page.click("text=Billbrook")
    billbrook = page.get_by_role("form", name="Billbrook")
    billbrook.get_by_label("In use").uncheck()
    billbrook.get_by_text("Save").click()
    expect(billbrook.get_by_role("alert")).to_contain_text("The warehouse is not empty:")
    page.get_by_role("button", name="Veddel").click()
    veddel = page.get_by_role("form", name="Veddel")
    veddel.get_by_label("In use").uncheck()
    veddel.get_by_text("Save").click()
    expect(row).to_have_count(0)
    page.get_by_label("Show retired ones").check()
    expect(row).to_contain_text("Retired")


def test_a_part_is_added_found_and_not_added_again(console: Console) -> None:
    page = open_section(console, ADA, "parts")
    page.click("text=Add a part")
    form = page.get_by_role("form", name="Add a part")
    form.locator("input[name=sku]").fill("BELT-7")
    form.get_by_label("Name").fill("Belt, 7 mm")
    form.get_by_label("Price").fill("12,50")
    console.picture("admin-parts")
    form.get_by_text("Save").click()
    row = page.get_by_role("row").filter(has_text="BELT-7")
    expect(row).to_contain_text("12.50")

    page.click("text=Add a part")
    form.locator("input[name=sku]").fill("belt-7")
    form.get_by_label("Name").fill("Another belt")
    form.get_by_label("Price").fill("1")
    form.get_by_text("Save").click()
    expect(form.get_by_role("alert")).to_contain_text("This number is taken.")
    page.get_by_label("Find").fill("belt, 7")
    page.get_by_label("Find").press("Enter")
    expect(page.locator(".admin-table tbody tr")).to_have_count(1)


def test_a_checklist_is_kept_once_nothing_is_missing_in_it(console: Console) -> None:
    page = open_section(console, ADA, "checklists")
    lists, said = page.locator(".checklists > nav"), page.locator(".checklists > aside")
    expect(lists).to_contain_text("1. Gas appliance")
    expect(lists).to_contain_text("visits ahead have none")
    console.picture("admin-checklists")
    page.click("text=Add a checklist")
    expect(said).to_contain_text("Something is missing")
    expect(lists).to_contain_text("not complete")
    for label, words in (("Name", ("Dishwasher", "洗碗机")), ("Text", ("Runs without noise", "运行无异响"))):
        page.get_by_label(f"{label} English").fill(words[0])
        page.get_by_label(f"{label} 中文").fill(words[1])
    page.get_by_label("Skills that the visit needs").fill("water")
    expect(said).not_to_contain_text("Something is missing")
    said.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("Work that begins from now on follows it.")
    expect(said).to_contain_text("Nothing is changed")


@pytest.mark.parametrize(
    ("section", "shows"),
    [
        ("engineers", "Engineers"),
        ("calendar", "Shifts and absences"),
        ("tokens", "API tokens"),
        ("webhooks", "Webhooks"),
    ],
)
def test_every_section_opens(console: Console, section: str, shows: str) -> None:
    page = open_section(console, ADA, section)
    expect(page.locator(".admin-head h1")).to_have_text(shows)
    expect(page.locator(".admin main")).not_to_contain_text("Loading")
    expect(page.locator(".problem")).to_have_count(0)
    console.picture(f"admin-{section}")


def test_who_is_no_administrator_does_not_see_it(console: Console) -> None:
    console.sign_in()
    expect(console.page.locator(".top-bar nav")).not_to_contain_text("Administration")
    console.page.goto(f"{console.origin}/admin/users")
    expect(console.page.locator(".empty")).to_contain_text("Your roles do not open this screen")
