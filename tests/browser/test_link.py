"""The customer's page on a telephone: opened by a link, without an account."""

import time
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ADMINS, Console

PATIENCE_SECONDS = 60


def test_a_forged_link_is_refused_in_plain_words(phone: Console) -> None:
    phone.page.goto(f"{phone.origin}/link#L-1.1999999999.forged")
    expect(phone.page.locator("h1")).to_have_text("This link does not work, or not any more")
    expect(phone.page.locator("[role=alert]")).to_contain_text("ask for a new link")
    assert phone.page.url == f"{phone.origin}/link"
    phone.picture("link-refused")


def test_an_address_without_a_link_says_what_to_open(phone: Console) -> None:
    phone.page.goto(f"{phone.origin}/link")
    expect(phone.page.locator("h1")).to_have_text("This address opens nothing")
    phone.page.click("button[lang='zh-CN']")
    expect(phone.page.locator("h1")).to_have_text("此地址没有内容")


def test_the_page_tells_nobody_where_it_was_opened(phone: Console) -> None:
    answer = phone.page.request.get(f"{phone.origin}/link")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "link-" in answer.text()


@pytest.mark.usefixtures("colleagues_wait")
def test_a_customer_confirms_and_rates(phone: Console, console: Console) -> None:
    office = Office(console)
    token = office.link_to(office.solved_by_phone())
    page = phone.page
    page.goto(f"{phone.origin}/link#{token}")
    expect(page.locator("h1")).to_have_text("We think that this is solved.")
    assert token not in page.url
    phone.picture("link-confirm")
    page.reload()
    page.click("text=Yes, it is solved")
    expect(page.locator(".done")).to_have_text("Thank you for telling us.")
    expect(page.locator("h1")).to_have_text("This is solved. Thank you.")
    page.click("text=Send my rating")
    expect(page.locator("[role=alert]")).to_have_text("Choose one of the five answers.")
    page.click("text=Very satisfied")
    page.fill("#comment", "Quick and clean.")
    phone.picture("link-rate")
    page.click("text=Send my rating")
    expect(page.locator(".done")).to_have_text("Thank you for your rating.")
    expect(page.locator(".story")).to_contain_text("You rated our work: 5 of 5.")
    phone.picture("link-rated")


@pytest.mark.usefixtures("colleagues_wait")
def test_a_photo_is_added_and_a_note_written(phone: Console, console: Console) -> None:
    office = Office(console)
    token = office.link_to(office.new_case())
    page = phone.page
    page.goto(f"{phone.origin}/link#{token}")
    page.set_input_files("#photos", {"name": "plate.png", "mimeType": "image/png", "buffer": a_picture(page)})
    expect(page.locator(".photos li")).to_contain_text("Sent")
    page.set_input_files("#photos", {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no picture"})
    expect(page.locator(".photos li").nth(1)).to_contain_text("Send a photo (JPEG, PNG, WebP) or a PDF.")
    page.fill("#note", "The bell does not work, please knock.")
    page.click("text=Send >> nth=-1")
    expect(page.locator(".done")).to_have_text("Your message has arrived.")
    expect(page.locator(".story")).to_contain_text("You wrote: The bell does not work, please knock.")
    phone.picture("link-photo")


def a_picture(page: Any) -> bytes:
    """A picture larger than what is sent."""
    drawn = page.evaluate(
        """() => new Promise((resolve) => {
            const canvas = Object.assign(document.createElement("canvas"), { width: 3000, height: 1500 });
            canvas.getContext("2d").fillRect(0, 0, 1500, 1500);
            canvas.toBlob(async (blob) => resolve([...new Uint8Array(await blob.arrayBuffer())]), "image/png");
        })"""
    )
    return bytes(drawn)


class Office:
    """Somebody in the office, who works with cases through the console's own session."""

    def __init__(self, console: Console) -> None:
        console.sign_in(ADMINS[0])
        self._console, self._page = console, console.page

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Give a command; answers what the API answers."""
        status, answer = self._page.evaluate(
            """async ([path, body]) => {
                const session = await (await fetch("/api/session")).json();
                const headers = { "X-CSRF-Token": session.csrf_token, "Content-Type": "application/json" };
                const answer = await fetch(`/api${path}`, { method: "POST", headers, body: JSON.stringify(body) });
                return [answer.status, await answer.json()];
            }""",
            [path, body],
        )
        assert status < 300, answer
        return dict(answer)

    def link_to(self, case_id: str) -> str:
        """The token of a new link."""
        return str(self.post(f"/cases/{case_id}/links", {})["token"])

    def new_case(self) -> str:
        """A fresh case of a customer in the sample company's city."""
        contact = {"name": "Erika Mustermann", "phone": "+49 40 123456", "email": "erika@example.org"}
        site = {"address": "Ringstraße 7", "latitude": 53.551, "longitude": 10.001}
        case = {"channel": "phone", "symptom": "No heat", "product_model": "WP-08", "contact": contact, "site": site}
        case_id = str(self.post("/cases", case)["case_id"])
        self.wait_until(case_id, "classifying")
        return case_id

    def wait_until(self, case_id: str, state: str) -> None:
        """Wait until the workers have brought a case so far."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (now := self._console.asked(f"/cases/{case_id}")["case"]["state"]) != state:
            assert time.monotonic() < deadline, f"{case_id} is still {now} after {PATIENCE_SECONDS} s"
            self._page.wait_for_timeout(300)

    def solved_by_phone(self) -> str:
        """A case that waits for its customer's word."""
        case_id = self.new_case()
        self.post(f"/cases/{case_id}/classify", {"kind": "fault", "severity": "high"})
        self.wait_until(case_id, "diagnosing")
        self.post(f"/cases/{case_id}/diagnose", {"findings": "switched on again", "solved": True})
        self.wait_until(case_id, "confirming")
        return case_id
