"""A key belongs to one request: repeated it is answered as before, with another body it is refused."""

from typing import Any

import pytest

from domain.people import Role
from tests.integration.doors.conftest import Doors
from tests.integration.doors.customers import Customer, opened

pytestmark = pytest.mark.usefixtures("worker")

KEY = {"idempotency-key": "k-1"}
JSON = {"content-type": "application/json"}


async def notes(doors: Doors, case: str) -> list[str]:
    entries = (await doors.http.get(f"/api/cases/{case}/timeline")).json()
    return [entry["data"]["text"] for entry in entries if entry["kind"] == "note"]


async def test_the_same_body_gets_the_same_answer_and_another_one_is_refused(doors: Doors) -> None:
    case = await opened(doors)
    path = f"/api/cases/{case}/note"
    first = await doors.http.post(path, json={"text": "call first", "at": None}, headers=KEY)
    again = await doors.http.post(path, content=b'{"at":null,   "text":"call first"}', headers=KEY | JSON)
    other = await doors.http.post(path, json={"text": "do not call"}, headers=KEY)
    once_more = await doors.http.post(path, json={"text": "call first", "at": None}, headers=KEY)

    assert first.status_code == 200
    assert first.json() == again.json() == once_more.json()
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_used")
    assert "with a new key" in other.json()["detail"]
    assert await notes(doors, case) == ["call first"]


async def test_a_key_is_not_another_commands_even_where_one_workflow_would_take_both(doors: Doors) -> None:
    body = {"start": "2026-11-24T08:00:00Z", "end": "2026-11-24T12:00:00Z"}
    first = await doors.http.post("/api/engineers/E1/absences", json=body, headers=KEY)
    other = await doors.http.post("/api/engineers/E2/absences", json=body, headers=KEY)
    assert (first.status_code, other.status_code, other.json()["code"]) == (200, 409, "idempotency_key_used")


async def test_a_new_case_is_not_opened_under_the_key_of_another(doors: Doors) -> None:
    body: dict[str, Any] = {
        "channel": "phone", "symptom": "No heat", "product_model": "M1",
        "contact": {"name": "Erika Mustermann", "phone": "+49 40 123456"},
        "site": {"address": "Ringstraße 7", "latitude": 53.551, "longitude": 10.001},
    }  # fmt: skip
    first = await doors.http.post("/api/cases", json=body, headers=KEY)
    again = await doors.http.post("/api/cases", json=body, headers=KEY)
    other = await doors.http.post("/api/cases", json=body | {"symptom": "Leak"}, headers=KEY)
    assert (first.status_code, again.json()["case_id"]) == (201, first.json()["case_id"])
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_used")
    assert "case_id" not in other.json()


async def test_each_callers_keys_are_their_own(doors: Doors) -> None:
    case = await opened(doors)
    async with doors.signed_in(Role.AGENT) as http:
        for client, text in ((doors.http, "one"), (http, "two")):
            answer = await client.post(f"/api/cases/{case}/note", json={"text": text}, headers=KEY)
            assert answer.status_code == 200, answer.text
    assert await notes(doors, case) == ["one", "two"]


async def test_an_ill_formed_request_does_not_use_its_key_up(doors: Doors) -> None:
    case = await opened(doors)
    wrong = await doors.http.post(f"/api/cases/{case}/note", json={"txt": "call first"}, headers=KEY)
    mended = await doors.http.post(f"/api/cases/{case}/note", json={"text": "call first"}, headers=KEY)
    late = await doors.http.post(f"/api/cases/{case}/note", json={"txt": "call first"}, headers=KEY)
    other = await doors.http.post(f"/api/cases/{case}/note", json={"text": "do not call"}, headers=KEY)
    assert (wrong.status_code, mended.status_code) == (422, 200)
    assert late.json()["code"] == other.json()["code"] == "idempotency_key_used"
    assert await notes(doors, case) == ["call first"]


async def test_a_customers_key_is_not_used_twice_either(doors: Doors) -> None:
    customer = await Customer.of(doors, await opened(doors))
    first = await customer.post("note", {"text": "the bell is broken"}, **KEY)
    again = await customer.post("note", {"text": "the bell is broken"}, **KEY)
    other = await customer.post("note", {"text": "use the back door"}, **KEY)
    assert first[0] == 200
    assert first == again
    assert (other[0], other[1]["code"]) == (409, "idempotency_key_used")


async def test_another_file_under_the_same_key_is_refused(doors: Doors) -> None:
    case = await opened(doors)
    path = f"/api/cases/{case}/attachments?kind=document"
    headers = KEY | {"content-type": "application/pdf"}
    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    first = await doors.http.post(path, content=pdf, headers=headers)
    again = await doors.http.post(path, content=pdf, headers=headers)
    other = await doors.http.post(path, content=pdf.replace(b"%%EOF", b"%other\n%%EOF"), headers=headers)
    assert first.status_code == 201, first.text
    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_used")
