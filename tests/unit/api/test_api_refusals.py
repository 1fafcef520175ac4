"""Bad requests are refused as problem documents that name field and rule, and nothing happens."""

import json
import logging
from typing import Any

import pytest

from api.guard import MAX_BODY_BYTES
from domain.errors import UnavailableError
from tests.unit.api.fakes import TOKEN, an_api, refused

CASE = {
    "channel": "phone", "symptom": "No heat", "contact": {"name": "Erika"}, "product_model": "WP-08",
    "site": {"latitude": 53.5, "longitude": 9.9},
}  # fmt: skip
MOVE = {"engineer": "E-1", "arrival": "2026-03-02T10:00:00Z", "reason": "asked for"}
ABSENCE = {"start": "2026-03-02T08:00:00Z", "end": "2026-03-02T18:00:00Z"}
STOCK = {"territory": "T-1", "location": "WH-1", "sku": "FAN", "quantity": 2}
LINE = {"location": "WH-1", "sku": "FAN"}
Row = tuple[str, Any, int, str, str]

BAD: list[Row] = [
    ("/api/cases", {**CASE, "channel": "pigeon"}, 422, "channel", "Input should be 'phone', 'web'"),
    ("/api/cases", {**CASE, "symptom": "  "}, 422, "symptom", "is missing"),
    ("/api/cases", {**CASE, "symptom": "x" * 4001}, 422, "symptom", "at most 4000 characters"),
    ("/api/cases", {**CASE, "contact": {}}, 422, "contact.name", "is missing and no customer_id is given"),
    ("/api/cases", {**CASE, "contact": {"name": "E", "phone": "call me"}}, 422, "contact.phone",
     "is not a phone number"),
    ("/api/cases", {**CASE, "contact": {"name": "E", "email": "x"}}, 422, "contact.email", "is not an e-mail address"),
    ("/api/cases", {**CASE, "site": {}}, 422, "site", "needs latitude and longitude"),
    ("/api/cases", {**CASE, "site": {"latitude": 0, "longitude": 0}}, 422, "site", "0/0 is not a place"),
    ("/api/cases", {**CASE, "site": {"latitude": 91, "longitude": 9}}, 422, "site.latitude", "must lie in -90..90"),
    ("/api/cases", {**CASE, "site": {"latitude": "north"}}, 422, "site.latitude", "valid number"),
    ("/api/cases", {**CASE, "product_model": ""}, 422, "product_model", "is missing"),
    ("/api/cases", {**CASE, "colour": "red"}, 422, "colour", "Extra inputs are not permitted"),
    ("/api/cases", {**CASE, "suggested_skills": {"gas": 6}}, 422, "suggested_skills.gas", "less than or equal to 5"),
    ("/api/cases", {**CASE, "suggested_minutes": 0}, 422, "suggested_minutes", "greater than or equal to 5"),
    ("/api/cases", {**CASE, "windows": [{"start": "2026-03-02T08:00:00", "end": "2026-03-02T09:00:00Z"}]}, 422,
     "windows[0].start", "should have timezone info"),
    ("/api/cases", {**CASE, "windows": [{"start": "2026-03-02T10:00:00Z", "end": "2026-03-02T09:00:00Z"}]}, 422,
     "windows[0]", "ends before it starts"),
    ("/api/cases", [], 422, "body", "valid dictionary"),
    ("/api/cases/C-1/classify", {"kind": "fault"}, 422, "severity", "Field required"),
    ("/api/cases/C-1/classify", {"kind": "fault", "severity": "huge"}, 422, "severity", "Input should be 'low'"),
    ("/api/cases/c-1/classify", {"kind": "fault", "severity": "low"}, 422, "case_id", "must look like C-100042"),
    ("/api/cases/C-1/diagnose", {"findings": ""}, 422, "findings", "at least 1 character"),
    ("/api/cases/C-1/decide", {"decision": "wait"}, 422, "decision", "Input should be 'remote'"),
    ("/api/cases/C-1/decide", {"decision": "on_site", "needs": {"minutes": 1}}, 422, "needs.minutes", "equal to 5"),
    ("/api/cases/C-1/decide", {"decision": "on_site", "needs": {"parts": [{"sku": "A", "quantity": 0}]}}, 422,
     "needs.parts[0].quantity", "greater than or equal to 1"),
    ("/api/cases/C-1/decide", {"decision": "on_site", "quote_cents": -1}, 422, "quote_cents", "equal to 0"),
    ("/api/cases/C-1/answer_quote", {"accepted": "perhaps"}, 422, "accepted", "valid boolean"),
    ("/api/cases/C-1/settle", {"outcome": "great"}, 422, "outcome", "Input should be 'fixed'"),
    ("/api/cases/C-1/call_back", {"satisfaction": 6}, 422, "satisfaction", "less than or equal to 5"),
    ("/api/cases/C-1/pause", {"reason": "lunch"}, 422, "reason", "Input should be 'waiting_for_customer'"),
    ("/api/cases/C-1/cancel", {}, 422, "reason", "Field required"),
    ("/api/cases/C-1/note", {"text": "x" * 4001}, 422, "text", "at most 4000 characters"),
    ("/api/cases/C-1/note", {"text": "x", "at": "yesterday"}, 422, "at", "valid datetime"),
    ("/api/cases/C-1/sing", {}, 404, "", ""),
    ("/api/visits/C-1/accept", {}, 404, "", ""),
    ("/api/visits/x-V1/accept", {}, 422, "case_id", "must look like C-100042"),
    ("/api/visits/C-1-V1/decline", {"reason": "rain"}, 422, "reason", "Input should be 'overloaded'"),
    ("/api/visits/C-1-V1/finish", {"outcome": "fixed", "labour_minutes": -5}, 422, "labour_minutes", "equal to 0"),
    ("/api/visits/C-1-V1/finish", {"outcome": "fixed", "parts_used": [{"quantity": 1}]}, 422, "parts_used[0].sku",
     "Field required"),
    ("/api/visits/C-1-V1/move", {**MOVE, "reason": " "}, 422, "reason", "at least 1 character"),
    ("/api/visits/C-1-V1/move", {**MOVE, "arrival": "2026-03-02T10:00:00"}, 422, "arrival",
     "should have timezone info"),
    ("/api/visits/C-2-V1/move", MOVE, 404, "", ""),
    ("/api/engineers/E-1/absences", {**ABSENCE, "end": ABSENCE["start"]}, 422, "end", "must be later than start"),
    ("/api/engineers/E-1/absences", {**ABSENCE, "kind": "On holiday!"}, 422, "kind", "should match pattern"),
    ("/api/engineers/E-9/absences", ABSENCE, 404, "", ""),
    ("/api/stock/receipts", {**STOCK, "quantity": 0}, 422, "quantity", "greater than or equal to 1"),
    ("/api/stock/receipts", {**STOCK, "serials": ["A", "A"]}, 422, "serials", "must name each unit once"),
    ("/api/stock/receipts", {**STOCK, "territory": "T-9"}, 422, "territory", "there is no territory 'T-9'"),
    ("/api/stock/transfers", {**LINE, "to": "", "quantity": 1}, 422, "to", "at least 1 character"),
    ("/api/stock/write-offs", {**LINE, "quantity": 1, "reason": "gone", "note": "x"}, 422, "reason", "'broken'"),
    ("/api/stock/write-offs", {**LINE, "quantity": 1, "reason": "lost", "note": " "}, 422, "note", "at least 1"),
    ("/api/stock/counts", {**LINE, "counted": -1}, 422, "counted", "greater than or equal to 0"),
    ("/api/plans/T-1-P9/publish", None, 404, "", ""),
]  # fmt: skip


@pytest.mark.parametrize("row", BAD, ids=[f"{path} {field or status}" for path, _, status, field, _ in BAD])
async def test_a_bad_request_names_field_and_rule_and_nothing_happens(row: Row) -> None:
    path, body, status, field, rule = row
    async with an_api() as api:
        answer = await api.post(path, body)

        problem = answer.json()
        assert (answer.status_code, problem.get("field", "")) == (status, field)
        assert rule in problem.get("rule", "")
        assert answer.headers["content-type"] == "application/problem+json"
        assert problem["status"] == status
        assert problem["type"] == f"urn:callout:problem:{problem['code']}"
        assert api.nothing_happened()


async def test_every_bad_field_is_named_at_once() -> None:
    async with an_api() as api:
        answer = await api.post("/api/cases", {"channel": "phone"})

        assert [error["field"] for error in answer.json()["errors"]] == [
            "symptom", "contact.name", "site", "product_model",
        ]  # fmt: skip


async def test_a_refusal_never_repeats_what_was_sent() -> None:
    async with an_api() as api:
        answer = await api.post("/api/cases", {**CASE, "contact": {"name": "Erika Mustermann", "phone": ["+49 40 1"]}})

        assert answer.status_code == 422
        assert "Erika" not in answer.text
        assert "+49" not in answer.text


@pytest.mark.parametrize(("body", "code"), [(b"{", "malformed_json"), (b"\xff\xfe", "malformed_json")])
async def test_a_body_that_is_no_json_is_refused(body: bytes, code: str) -> None:
    async with an_api() as api:
        answer = await api.client.post("/api/cases", content=body, headers={"content-type": "application/json"})

        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert api.nothing_happened()


async def test_a_body_above_the_limit_is_refused_unread() -> None:
    async with an_api() as api:
        fits = json.dumps({"text": "x"}).ljust(MAX_BODY_BYTES).encode()
        headers = {"content-type": "application/json"}

        assert (await api.client.post("/api/cases/C-1/note", content=fits, headers=headers)).status_code == 200
        answer = await api.client.post("/api/cases/C-1/note", content=fits + b" ", headers=headers)

        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
        assert len(api.commands.sent) == 1


@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({"idempotency-key": "two words"}, "Idempotency-Key"),
        ({"idempotency-key": "x" * 101}, "Idempotency-Key"),
        ({"callout-actor": "anna"}, "Callout-Actor"),
        ({"callout-actor": "system:callout"}, "Callout-Actor"),
        ({"callout-actor": "agent:Anna Berg"}, "Callout-Actor"),
    ],
)
async def test_bad_headers_are_named(headers: dict[str, str], field: str) -> None:
    async with an_api() as api:
        answer = await api.post("/api/cases/C-1/note", {"text": "x"}, **headers)

        assert (answer.status_code, answer.json()["field"]) == (422, field)
        assert api.nothing_happened()


async def test_what_a_workflow_refuses_reaches_the_caller_with_its_code_and_facts() -> None:
    async with an_api() as api:
        api.commands.refuse = refused()

        answer = await api.post("/api/cases/C-1/note", {"text": "x"})

        assert answer.status_code == 409
        assert answer.json() == {
            "type": "urn:callout:problem:wrong_state",
            "title": "Conflict",
            "status": 409,
            "detail": "case C-1 is archived: 'classify' is possible when it is classifying.",
            "code": "wrong_state",
            "state": "archived",
        }


async def test_what_does_not_answer_may_be_asked_again() -> None:
    async with an_api() as api:
        api.commands.refuse = UnavailableError("Temporal does not answer at the moment.")

        answer = await api.post("/api/cases/C-1/note", {"text": "x"})

        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.json()["code"] == "unavailable"


async def test_a_fault_tells_nothing_and_logs_no_message(caplog: pytest.LogCaptureFixture) -> None:
    async with an_api() as api:
        with caplog.at_level(logging.INFO, "callout"):
            answer = await api.client.get("/api/visits/C-1-V1")

        assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
        logged = " ".join(str(vars(record)) for record in caplog.records)
        assert "Erika" not in answer.text + logged
        assert "RuntimeError" in logged
        assert "fakes.py" in logged


async def test_the_access_log_leaves_out_queries(caplog: pytest.LogCaptureFixture) -> None:
    async with an_api() as api:
        with caplog.at_level(logging.INFO, "callout.access"):
            await api.client.get("/api/cases/C-1?name=Erika")
            await api.client.get("/health/live")

        (line,) = [vars(record) for record in caplog.records if record.name == "callout.access"]
        assert (line["method"], line["path"], line["status"]) == ("GET", "/api/cases/C-1", 404)
        assert "Erika" not in str(line)


@pytest.mark.parametrize("header", [None, "Bearer wrong", f"Basic {TOKEN}", "Bearer ", TOKEN])
async def test_without_the_token_everything_but_health_is_refused(header: str | None) -> None:
    async with an_api(TOKEN) as api:
        api.client.headers.pop("authorization")
        headers = {"authorization": header} if header else {}

        answer = await api.post("/api/cases/C-1/note", {"text": "x"}, **headers)

        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")
        assert api.nothing_happened()
        assert (await api.client.get("/health/live")).status_code == 200


async def test_the_token_lets_in() -> None:
    async with an_api(TOKEN) as api:
        assert (await api.post("/api/cases/C-1/note", {"text": "x"})).status_code == 200


async def test_unknown_paths_and_methods_are_problems_too() -> None:
    async with an_api() as api:
        unknown, method = await api.client.get("/nowhere"), await api.client.delete("/api/cases")

        assert (unknown.status_code, unknown.json()["code"]) == (404, "no_such_path")
        assert (method.status_code, method.json()["code"]) == (405, "method_not_allowed")
        assert method.headers["allow"]


async def test_ready_says_what_does_not_answer() -> None:
    async with an_api() as api:
        assert (await api.client.get("/health/ready")).status_code == 200
        api.queries.away = True

        answer = await api.client.get("/health/ready")

        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
