"""Other systems are told of events: signed, once, and with a log that says what they answered."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from activities.notify.calling import WebhookActivities
from activities.notify.channels import NoChannels
from activities.notify.http import signature
from domain.messages import Deliver
from tests.builders import a_case_row, an_engineer, save
from tests.integration.doors.conftest import Doors
from tests.integration.doors.customers import command, opened
from tests.integration.doors.listeners import an_http_server
from tests.integration.doors.test_messages import happened, notifying


async def a_webhook(doors: Doors, url: str, **given: Any) -> tuple[str, str]:
    answer = await doors.http.post("/api/webhooks", json={"url": url, **given})
    assert answer.status_code == 201, answer.text
    return answer.json()["webhook"]["id"], answer.json()["secret"]


async def calls(doors: Doors, webhook: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await doors.http.get(f"/api/webhooks/{webhook}/calls")).json()
    return found


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(400):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen")


@pytest.mark.usefixtures("worker")
async def test_events_are_called_out_signed_and_once(doors: Doors, temporal: Client) -> None:
    async with an_http_server() as server, notifying(doors, temporal, NoChannels()) as relay:
        webhook, secret = await a_webhook(doors, f"{server.url}/hook?x=1", topics=["registered", "note"])
        case_id = await opened(doors)
        await command(doors, case_id, "classify", kind="fault", severity="high")
        await command(doors, case_id, "note", text="call Erika Mustermann")
        for _ in range(2):
            await relay.hand_over()
        await until(lambda: len(server.requests) >= 2)
        for _ in range(100):
            if {line["state"] for line in await calls(doors, webhook)} == {"sent"}:
                break
            await asyncio.sleep(0.05)
        await relay.hand_over()

        assert len(server.requests) == 2
        for path, headers, body in server.requests:
            assert path == "/hook?x=1"
            assert headers["callout-signature"] == signature(secret, headers["callout-timestamp"], body)
            assert b"Erika" not in body
        said = {json.loads(body)["topic"]: json.loads(body) for _, _, body in server.requests}
        assert set(said) == {"registered", "note"}
        assert said["registered"]["case_id"] == case_id
        log = await calls(doors, webhook)
        assert [(line["topic"], line["state"], line["last_status"]) for line in log] == [
            ("note", "sent", 200), ("registered", "sent", 200),
        ]  # fmt: skip


async def test_a_test_call_shows_what_was_answered_and_failures_are_tried_again(doors: Doors) -> None:
    activity = WebhookActivities(doors.database, allow_private=True)
    async with an_http_server(500, 302) as server:
        webhook, _ = await a_webhook(doors, f"{server.url}/")
        queued = await doors.http.post(f"/api/webhooks/{webhook}/test")
        assert queued.status_code == 202
        deliver = Deliver("webhook", queued.json()["id"])
        for status in (500, 302):
            with pytest.raises(ApplicationError, match=str(status)):
                await activity.call_webhook(deliver)
        (line,) = await calls(doors, webhook)
        assert (line["state"], line["last_status"], line["last_answer"]) == ("sending", 302, "answer 2")
        assert await activity.call_webhook(deliver) == "sent"
        await activity.give_up_call(deliver)
        assert await activity.call_webhook(deliver) == "sent"
    (line,) = await calls(doors, webhook)
    assert (line["state"], line["attempts"], line["last_answer"], len(server.requests)) == ("sent", 3, "answer 3", 3)


async def test_a_system_that_is_away_is_in_the_log(doors: Doors) -> None:
    activity = WebhookActivities(doors.database, allow_private=True)
    webhook, _ = await a_webhook(doors, "http://127.0.0.1:1/")
    deliver = Deliver("webhook", (await doors.http.post(f"/api/webhooks/{webhook}/test")).json()["id"])
    with pytest.raises(ApplicationError) as refused:
        await activity.call_webhook(deliver)
    assert refused.value.type == "call_failed"
    await activity.give_up_call(deliver)
    (line,) = await calls(doors, webhook)
    assert (line["state"], line["last_answer"]) == ("failed", "Nothing answered (ConnectionRefusedError).")


async def test_in_production_no_call_goes_into_the_own_network(doors: Doors) -> None:
    strict = WebhookActivities(doors.database, allow_private=False)
    async with an_http_server() as server:
        webhook, _ = await a_webhook(doors, f"{server.url}/")
        deliver = Deliver("webhook", (await doors.http.post(f"/api/webhooks/{webhook}/test")).json()["id"])
        assert await strict.call_webhook(deliver) == "undeliverable"
        assert server.requests == []
    (line,) = await calls(doors, webhook)
    assert "must begin with https://" in line["last_answer"]


async def test_a_webhook_that_is_switched_off_hears_nothing_and_secrets_are_shown_once(doors: Doors) -> None:
    await save(doors.database, a_case_row("C-1"))
    webhook, secret = await a_webhook(doors, "http://127.0.0.1:1/")
    await happened(doors, "note", "a", text="x")
    off = await doors.http.patch(f"/api/webhooks/{webhook}", json={"active": False})
    await happened(doors, "note", "b", text="x")

    (waiting,) = await calls(doors, webhook)

    assert off.json()["active"] is False
    activity = WebhookActivities(doors.database, allow_private=True)
    await activity.call_webhook(Deliver("webhook", waiting["id"]))
    assert (await calls(doors, webhook))[0]["state"] == "undeliverable"
    assert secret not in (await doors.http.get("/api/webhooks")).text
    bad = await doors.http.post("/api/webhooks", json={"url": "ftp://x"})
    assert (bad.status_code, bad.json()["field"]) == (422, "url")
    assert (await doors.http.get("/api/webhooks/WH-9/calls")).status_code == 404


async def test_a_calendars_address_can_be_changed_and_closed(doors: Doors) -> None:
    await save(doors.database, an_engineer("E7"))
    first = (await doors.http.post("/api/engineers/E7/calendar")).json()["path"]
    second = (await doors.http.post("/api/engineers/E7/calendar")).json()["path"]

    assert (await doors.http.get(first)).status_code == 404
    shown = await doors.http.get(second)
    assert shown.headers["content-type"].startswith("text/calendar")
    assert shown.text.startswith("BEGIN:VCALENDAR\r\n")
    assert (await doors.http.delete("/api/engineers/E7/calendar")).status_code == 204
    assert (await doors.http.get(second)).status_code == 404
    assert (await doors.http.get("/api/engineers/E7/calendar.ics")).status_code == 200
    assert (await doors.http.post("/api/engineers/E9/calendar")).status_code == 404
    found = await doors.http.get("/api/territories/T1/plan.geojson")
    assert (found.json()["type"], found.headers["content-type"]) == ("FeatureCollection", "application/geo+json")


async def test_metrics_count_by_route_and_hold_no_ids(doors: Doors) -> None:
    await save(doors.database, a_case_row("C-1"))
    for _ in range(3):
        await doors.http.get("/api/cases/C-1")
    await doors.http.get("/nothing/of/this/kind")
    await happened(doors, "registered", "a")

    text = (await doors.http.get("/api/metrics")).text

    assert 'callout_http_requests_total{method="GET",route="/api/cases/{case_id}",status="200"} 3.0' in text
    assert 'callout_messages{state="queued"} 1.0' in text
    assert "C-1" not in text
    assert "nothing" not in text
