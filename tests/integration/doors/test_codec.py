"""The Temporal UI reads encrypted histories: for administrators, from its own page, and it is written down."""

import base64
import json
from dataclasses import replace
from typing import Any

import httpx2 as httpx
import pytest
from google.protobuf.json_format import MessageToDict
from temporalio.api.common.v1 import Payloads
from temporalio.client import Client

from domain.people import Role
from models.repositories import administration
from tests.integration.doors.conftest import Doors
from tests.integration.doors.customers import opened

UI = "http://127.0.0.1:8233"
PATH = "/api/codec/decode"
FROM_UI = {"origin": UI, "x-namespace": "callout-tests", "sec-fetch-site": "same-site"}


@pytest.fixture
async def encrypted(doors: Doors, temporal: Client, worker: None) -> dict[str, Any]:
    """The input of a case's workflow as the server keeps it; this server's UI is at ``UI``."""
    doors.app.state.serving = replace(doors.app.state.serving, workflows=f"{UI}/namespaces/default")
    case_id = await opened(doors)
    history = await temporal.get_workflow_handle(f"case/{case_id}").fetch_history()
    given = history.events[0].workflow_execution_started_event_attributes.input
    found: dict[str, Any] = MessageToDict(Payloads(payloads=given.payloads))
    assert base64.b64decode(found["payloads"][0]["metadata"]["encoding"]) == b"binary/encrypted"
    assert case_id.encode() not in base64.b64decode(found["payloads"][0]["data"])
    return {"case": case_id, **found}


async def decode(http: httpx.AsyncClient, encrypted: dict[str, Any], **headers: str) -> httpx.Response:
    body = {"payloads": encrypted["payloads"]}
    return await http.post(PATH, json=body, headers=FROM_UI | headers)


async def test_an_administrator_reads_what_is_encrypted_and_that_is_written_down(
    doors: Doors, encrypted: dict[str, Any]
) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        del http.headers["x-csrf-token"]  # the UI's page has none
        answer = await decode(http, encrypted)
    assert answer.status_code == 200, answer.text
    [payload] = answer.json()["payloads"]
    assert encrypted["case"].encode() in base64.b64decode(payload["data"])
    assert answer.headers["access-control-allow-origin"] == UI
    assert answer.headers["access-control-allow-credentials"] == "true"
    async with doors.database.reading() as session:
        [line] = await administration.history(session, "histories")
    assert (line.kind, line.actor_id, line.after) == ("read", "admin-1", {"payloads": 1, "namespace": "callout-tests"})


async def test_nobody_else_and_no_other_page_reads_anything(doors: Doors, encrypted: dict[str, Any]) -> None:
    async with doors.signed_in(Role.MANAGER) as http:
        assert (await decode(http, encrypted)).status_code == 403
    async with doors.visitor() as http:
        assert (await decode(http, encrypted)).status_code == 401
    async with doors.signed_in(Role.ADMIN) as http:
        del http.headers["x-csrf-token"]
        for other in ("http://127.0.0.1:8234", "https://evil.example", "null"):
            answer = await decode(http, encrypted, origin=other)
            assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
            assert "access-control-allow-origin" not in answer.headers
            asked = await http.options(PATH, headers={"origin": other, "access-control-request-method": "POST"})
            assert "access-control-allow-origin" not in asked.headers
        # Its page reads, and does nothing else.
        note = await http.post(f"/api/cases/{encrypted['case']}/note", json={"text": "x"}, headers=FROM_UI)
        assert (note.status_code, note.json()["code"]) == (403, "cross_site")
    async with doors.database.reading() as session:
        assert await administration.history(session, "histories") == []


async def test_the_uis_page_may_ask_first(doors: Doors, encrypted: dict[str, Any]) -> None:
    async with doors.visitor() as http:
        asked = await http.options(PATH, headers={"origin": UI, "access-control-request-method": "POST"})
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == UI
    assert "X-Namespace" in asked.headers["access-control-allow-headers"]


async def test_what_is_no_payload_is_refused(doors: Doors, encrypted: dict[str, Any]) -> None:
    def strange(data: str = "", **metadata: str) -> str:
        known = {"encoding": base64.b64encode(b"binary/encrypted").decode()}
        return json.dumps({"payloads": [{"metadata": known | metadata, "data": data}]})

    other, ours = {"encryption-key-id": "bm9uZQ=="}, {"encryption-key-id": base64.b64encode(b"k1").decode()}
    for body in ("", "{", "[]", '{"payloads": 1}', strange(), strange(**other), strange("AAAA", **ours)):
        answer = await doors.http.post(PATH, content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 422, (body, answer.text)
    clear = {"payloads": [{"metadata": {"encoding": base64.b64encode(b"json/plain").decode()}, "data": "MQ=="}]}
    answer = await doors.http.post(PATH, json=clear)
    assert answer.json() == clear
