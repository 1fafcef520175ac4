"""The engineer's phone: a day's work in a cellar arrives once, in order, with the times of the acts."""

import io
import os
from collections.abc import Iterator
from datetime import datetime

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, Console, a_console
from tests.browser.hands import main_button, open_stop, sign
from tests.browser.small import ENGINEER, OTHER, Office
from tests.e2e.stack import RunningStack

SLOW_CAMERA = """() => {
    const read = window.createImageBitmap;
    const told = new Promise((resolve) => (window.goOn = resolve));
    window.createImageBitmap = async (...given) => (await told, read(...given));
}"""
"""Large photos take a phone a while: these take until they are told to go on."""

SHUT_OFF = {"id": "off", "kind": "tick", "label": {"en": "Shut off", "zh-CN": "已停机"}}
SUPPLY = {
    "id": "supply", "kind": "value", "label": {"en": "Supply pressure", "zh-CN": "供水压力"},
    "unit": "bar", "lowest": 1.5, "highest": 2.5,
}  # fmt: skip
LEAKS = {
    "id": "leaks", "kind": "choice", "label": {"en": "Leak test", "zh-CN": "检漏"},
    "options": [
        {"id": "tight", "label": {"en": "Tight", "zh-CN": "无泄漏"}},
        {"id": "leaks", "label": {"en": "Leaks", "zh-CN": "泄漏"}},
    ],
}  # fmt: skip
PUMP_CHECK = {
    "id": "pump", "name": {"en": "Pump check", "zh-CN": "水泵检查"}, "product_models": ["M1"],
    "items": [SHUT_OFF, SUPPLY, LEAKS],
}  # fmt: skip


@pytest.fixture
def phone(small_company: RunningStack, browser: Browser) -> Iterator[Console]:
    """A fresh phone, before signing in."""
    with a_console(small_company, browser, **PHONE) as console:
        yield console


def a_photo() -> bytes:
    """A noisy picture, larger than what is kept of it."""
    output = io.BytesIO()
    Image.frombytes("RGB", (600, 450), os.urandom(600 * 450 * 3)).resize((2400, 1800)).save(output, "JPEG")
    return output.getvalue()


def moments(page: Page) -> list[datetime]:
    """The times of the acts as the phone keeps them."""
    kept = page.evaluate(
        """() => new Promise((resolve) => {
            indexedDB.open('callout-field').onsuccess = ({target: {result: database}}) =>
                database.transaction('outbox').objectStore('outbox').getAll().onsuccess = ({target}) => {
                    database.close();
                    resolve(target.result.map(({kind, at}) => [kind, at]));
                };
        })"""
    )
    return [datetime.fromisoformat(at) for kind, at in kept if kind in {"depart", "arrive", "finish"}]


def test_a_days_work_without_a_network_arrives_once_in_order_with_its_times(phone: Console, office: Office) -> None:
    office.keep_checklists(PUMP_CHECK)
    visit_id = office.a_visit_to("Hafenstr. 7, Hamburg")
    page, context = phone.page, phone.page.context
    phone.sign_in(ENGINEER, "/field", ".field-stop")
    open_stop(page, visit_id)
    expect(page.locator(".field-stop")).not_to_contain_text("Hafenstr. 7")
    main_button(page, "Accept").click()
    expect(page.locator(".field-stop")).to_contain_text("Hafenstr. 7")
    expect(page.locator(".field-stop")).to_contain_text("Ring twice")
    phone.picture("field")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")

    expect(page.locator(".field-stop")).to_contain_text("Pump check: 3 items")
    context.set_offline(True)
    # What is changed while the phone hears nothing does not change the list in the engineer's hand.
    office.keep_checklists(PUMP_CHECK | {"items": [SHUT_OFF | {"id": "other"}]})
    main_button(page, "On my way").click()
    expect(page.locator(".field-strip")).to_contain_text("1 waiting to send")
    page.reload()
    expect(page.locator(".field-strip")).to_contain_text("Offline")
    main_button(page, "Arrived").click()
    page.get_by_label("Shut off").check()
    page.get_by_label("Supply pressure").fill("2,8")
    expect(page.locator(".field-checks")).to_contain_text("Out of range: 1.5–2.5 bar")
    expect(page.locator(".field-checks legend")).to_have_text("Pump check · 2 of 3")
    phone.picture("field-checklist")
    main_button(page, "Finish").click()
    page.get_by_role("button", name="Fixed", exact=True).click()
    page.fill("textarea[name=work_done]", "Fan replaced, unit runs")
    page.locator("select").select_option("P1")
    page.set_input_files("input[type=file]", {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": a_photo()})
    expect(page.locator(".field-photos")).to_contain_text("kept, waits to be sent")
    sign(page)
    phone.picture("field-report")

    # The phone dies in the middle of the report, and comes up without a network: nothing has to be written again.
    page.close()
    page = phone.page = context.new_page()
    phone.watch(page)
    page.goto(f"{phone.origin}/field")
    open_stop(page, visit_id)
    main_button(page, "Finish").click()
    expect(page.locator("textarea[name=work_done]")).to_have_value("Fan replaced, unit runs")
    page.fill("input[name=labour]", "25")
    main_button(page, "Finish visit").click()
    expect(page.get_by_role("alert")).to_contain_text("from the checklist: Leak test")
    page.get_by_role("button", name="Tight").click()
    expect(page.locator(".field-checks legend")).to_have_text("Pump check · 3 of 3")
    main_button(page, "Finish visit").click()
    expect(page.locator(".field-strip")).to_contain_text("5 waiting to send")
    kept = moments(page)
    page.close()
    assert office.state_of(visit_id) == "confirmed"

    page = phone.page = context.new_page()
    phone.watch(page)
    page.goto(f"{phone.origin}/field")
    expect(page.locator(".field-strip")).to_contain_text("5 waiting to send")
    context.set_offline(False)
    expect(page.locator(".field-strip")).to_contain_text("All sent")

    acts = office.events(visit_id, "accepted", "departed", "arrived", "finished")
    assert [event["kind"] for event in acts] == ["accepted", "departed", "arrived", "finished"]
    assert {event["actor_id"] for event in acts} == {"engineer.one"}
    assert [datetime.fromisoformat(event["at"]) for event in acts[1:]] == kept
    assert all(datetime.fromisoformat(event["recorded_at"]) > kept[-1] for event in acts[1:])
    files = office.get(f"/visits/{visit_id}/attachments")
    assert [file["kind"] for file in files] == ["photo", "signature"]
    assert max(files[0]["width"], files[0]["height"]) == 1920
    report = office.get(f"/visits/{visit_id}")["report"]
    assert (report["work_done"], report["signed_by_customer"]) == ("Fan replaced, unit runs", True)
    assert [part["sku"] for part in report["parts_used"]] == ["P1"]
    checks = office.get(f"/visits/{visit_id}")["checklist"]["lines"]
    answers = {line["item"]: (line["answer"], line["out_of_range"]) for line in checks}
    assert answers == {"off": ("done", False), "supply": ("2.8", True), "leaks": ("tight", False)}
    assert len(office.events(visit_id, "contact_shown")) == 1


def test_what_is_written_while_a_photo_is_made_smaller_stays(phone: Console, office: Office) -> None:
    office.keep_checklists()
    visit_id = office.a_visit_to("Hafenstr. 6, Hamburg")
    page = phone.page
    phone.sign_in(ENGINEER, "/field", ".field-stop")
    open_stop(page, visit_id)
    for step in ("Accept", "On my way", "Arrived", "Finish"):
        main_button(page, step).click()
    page.get_by_role("button", name="Fixed", exact=True).click()
    page.evaluate(SLOW_CAMERA)
    page.set_input_files("input[type=file]", {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": a_photo()})
    page.fill("textarea[name=work_done]", "Fan replaced, unit runs")
    page.evaluate("goOn()")
    expect(page.locator(".field-photos li")).to_have_count(1)
    expect(page.locator("textarea[name=work_done]")).to_have_value("Fan replaced, unit runs")
    page.locator(".field-tick input").check()
    main_button(page, "Finish visit").click()
    office.until(lambda: office.state_of(visit_id) == "done", "the report")
    assert office.get(f"/visits/{visit_id}")["report"]["work_done"] == "Fan replaced, unit runs"
    assert [file["kind"] for file in office.get(f"/visits/{visit_id}/attachments")] == ["photo"]


def test_what_the_server_refuses_is_explained_and_holds_nothing_up(phone: Console, office: Office) -> None:
    visit_id = office.a_visit_to("Hafenstr. 8, Hamburg")
    page, context = phone.page, phone.page.context
    phone.sign_in(ENGINEER, "/field", ".field-stop")
    open_stop(page, visit_id)
    main_button(page, "Accept").click()
    expect(page.locator(".field-stop")).to_contain_text("Hafenstr. 8")
    context.set_offline(True)
    page.get_by_role("button", name="Decline").click()
    page.get_by_role("button", name="Too far away").click()
    for step in ("depart", "arrive"):
        office.post(f"/visits/{visit_id}/{step}")
    context.set_offline(False)

    told = page.locator(".field-refused")
    expect(told).to_contain_text("The visit is already in another state: On site.")
    expect(told).to_contain_text("The server said: visit")
    phone.picture("field-refused")
    told.get_by_role("button", name="Throw away").click()
    expect(told).to_have_count(0)
    expect(page.locator(".field-strip")).to_contain_text("All sent")


def test_another_user_of_the_phone_sends_nothing_of_the_first(phone: Console, office: Office) -> None:
    visit_id = office.a_visit_to("Hafenstr. 9, Hamburg")
    page, context = phone.page, phone.page.context
    phone.sign_in(ENGINEER, "/field", ".field-stop")
    open_stop(page, visit_id)
    context.set_offline(True)
    main_button(page, "Accept").click()
    expect(page.locator(".field-strip")).to_contain_text("1 waiting to send")
    context.clear_cookies()
    context.set_offline(False)
    page.get_by_role("button", name="Sign in").click()
    page.fill("input[name=email]", OTHER)
    page.fill("input[name=password]", "a password of the browser tests")
    page.click("form button.primary")
    expect(page.locator(".field-top")).to_contain_text("Acts of another user wait on this phone: 1")
    expect(page.locator(".field-day")).to_contain_text("No visits")
    assert office.state_of(visit_id) in {"booked", "offered"}

    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.fill("input[name=email]", ENGINEER)
    page.fill("input[name=password]", "a password of the browser tests")
    page.click("form button.primary")
    office.until(lambda: office.state_of(visit_id) == "confirmed", "the first user's act arrives")
