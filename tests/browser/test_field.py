"""The engineer's phone: a day's work in a cellar arrives once, in order, with the times of the acts."""

import asyncio
import io
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2 as httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from console.system import environment
from models import tables as t
from models.session import Database
from tests.browser.conftest import Console, a_console, add_user
from tests.builders import a_company, a_territory, save, stock
from tests.e2e.stack import RunningStack, a_running_stack

ENGINEER, OTHER = "engineer.one@example.com", "engineer.two@example.com"
PHONE = {"viewport": {"width": 412, "height": 915}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}


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


@dataclass
class Office:
    """The API as the office uses it."""

    http: httpx.Client
    stack: RunningStack

    def a_visit_to(self, address: str) -> str:
        """The id of a new visit that the plan has given to the engineer."""
        case_id = self.post(
            "/cases",
            channel="phone",
            symptom="Outdoor unit does not start",
            error_code="E31",
            contact={"name": "Erika Mustermann", "phone": "+49 40 123456"},
            site={"address": address, "latitude": 53.56, "longitude": 10.03, "access_notes": "Ring twice"},
            product_model="M1",
            classification={"kind": "fault", "severity": "high"},
        )["case_id"]
        self.until(lambda: self.get(f"/cases/{case_id}")["case"]["state"] == "diagnosing", "diagnosis")
        self.post(f"/cases/{case_id}/diagnose", findings="E31 stays after a reset")
        self.post(f"/cases/{case_id}/decide", decision="on_site", needs={"minutes": 30, "parts": [{"sku": "P1"}]})
        visit_id = f"{case_id}-V1"
        self.until(lambda: self.state_of(visit_id) in {"booked", "offered"}, "a place in the plan")
        return visit_id

    def state_of(self, visit_id: str) -> str:
        """How far a visit is; empty before there is one."""
        answer = self.http.get(f"/visits/{visit_id}")
        return str(answer.json()["visit"]["state"]) if answer.status_code == 200 else ""

    def get(self, path: str) -> Any:
        """What a question is answered."""
        return self.http.get(path).raise_for_status().json()

    def events(self, visit_id: str, *kinds: str) -> list[dict[str, Any]]:
        """A visit's events of some kinds, in the order in which they were recorded."""
        case_id = visit_id.rpartition("-V")[0]
        return [event for event in self.get(f"/cases/{case_id}/timeline") if event["kind"] in kinds]

    def until(self, holds: Any, what: str, seconds: float = 180) -> None:
        """Wait until something holds."""
        self.stack.until(holds, what, seconds)

    def keep_checklists(self, *lists: dict[str, Any]) -> None:
        """What engineers work through from now on."""
        seen = self.http.get("/settings/checklists").headers["etag"]
        self.http.put("/settings/checklists", json={"lists": lists}, headers={"if-match": seen}).raise_for_status()

    def post(self, path: str, **body: Any) -> Any:
        """What a command is answered."""
        answer = self.http.post(path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def small_company() -> Iterator[RunningStack]:
    """Two engineers at work in real time, without simulated people who would press their buttons for them."""
    with a_running_stack(1, "--empty") as stack:
        url = environment(stack.environment)["CALLOUT_DATABASE_URL"]
        with ThreadPoolExecutor(1) as beside_the_browsers_own_loop:
            beside_the_browsers_own_loop.submit(lambda: asyncio.run(_fill(url))).result()
        add_user(stack, ENGINEER, "Engin Feldmann", "--role", "engineer", "--engineer", "E1")
        add_user(stack, OTHER, "Olga Feldmann", "--role", "engineer", "--engineer", "E2")
        yield stack


async def _fill(url: str) -> None:
    database = Database(url, pool_size=1)
    now = datetime.now(UTC)
    others = a_company()[1:]
    # A place where it is nine in the morning, whenever the test runs: no visit slips into tomorrow.
    territory = a_territory(time_zone=f"Etc/GMT{now.hour - 9:+d}" if now.hour < 22 else "Etc/GMT+12")
    on_duty = t.Shift(engineer_id="E1", starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=9))
    try:
        await save(database, territory, *others, stock("VAN-E1", "P1"), stock("VAN-E1", "P2"), on_duty)
    finally:
        await database.close()


@pytest.fixture(scope="module")
def office(small_company: RunningStack) -> Iterator[Office]:
    """The API with the environment's token."""
    known = environment(small_company.environment)
    url = f"http://127.0.0.1:{small_company.environment['CALLOUT_API_PORT']}/api"
    headers = {"authorization": f"Bearer {known['CALLOUT_API_TOKEN']}"}
    with httpx.Client(base_url=url, headers=headers, timeout=30) as http:
        yield Office(http, small_company)


@pytest.fixture
def phone(small_company: RunningStack, browser: Browser) -> Iterator[Console]:
    """A fresh phone, before signing in."""
    with a_console(small_company, browser, **PHONE) as console:
        yield console


def main_button(page: Page, name: str) -> Locator:
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


def a_photo() -> bytes:
    """A noisy picture, larger than what is kept of it."""
    output = io.BytesIO()
    Image.frombytes("RGB", (600, 450), os.urandom(600 * 450 * 3)).resize((2400, 1800)).save(output, "JPEG")
    return output.getvalue()


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
    page.get_by_role("button", name="Sign out").click()
    page.fill("input[name=email]", ENGINEER)
    page.fill("input[name=password]", "a password of the browser tests")
    page.click("form button.primary")
    office.until(lambda: office.state_of(visit_id) == "confirmed", "the first user's act arrives")
