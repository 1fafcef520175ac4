"""Cases over HTTP, through real workflows into the real record."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from api import commands
from domain.people import Role
from domain.vocabulary import CaseState, Severity
from models import tables as t
from tests.builders import a_booking_row, a_case_row, a_visit_row, at, save
from tests.integration.doors.conftest import Doors

CASE = {
    "channel": "phone", "symptom": "No heat", "contact": {"name": "Erika Mustermann", "phone": "+49 40 123456"},
    "site": {"address": "Ringstraße 7", "latitude": 53.551, "longitude": 10.001}, "product_model": "M1",
}  # fmt: skip


async def opened(doors: Doors, **changes: Any) -> str:
    answer = await doors.http.post("/api/cases", json=CASE | changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["case_id"])


async def post(doors: Doors, path: str, body: dict[str, Any], key: str = "") -> tuple[int, dict[str, Any]]:
    answer = await doors.http.post(path, json=body, headers={"idempotency-key": key} if key else {})
    return answer.status_code, answer.json()


async def kinds(doors: Doors, case_id: str) -> list[str]:
    return [event["kind"] for event in (await doors.http.get(f"/api/cases/{case_id}/timeline")).json()]


@pytest.mark.usefixtures("worker")
async def test_a_case_is_opened_classified_and_cancelled(doors: Doors) -> None:
    case_id = await opened(doors)

    shown = (await doors.http.get(f"/api/cases/{case_id}")).json()
    assert (shown["case"]["state"], shown["case"]["next_step"]) == ("classifying", "classify")
    assert shown["contact"]["name"] == "E••• M•••"
    assert shown["contact"]["phone"] == "•••56"
    assert shown["contact"]["address"] == "•••"
    assert {clock["name"] for clock in shown["clocks"]} == {"respond", "dispatch", "on_site", "resolve"}

    status, receipt = await post(doors, f"/api/cases/{case_id}/classify", {"kind": "fault", "severity": "high"})
    assert (status, receipt["state"], receipt["next_step"]) == (200, "diagnosing", "diagnose")
    status, receipt = await post(doors, f"/api/cases/{case_id}/cancel", {"reason": "bought anew"})
    assert (status, receipt["state"]) == (200, "cancelled")
    assert await kinds(doors, case_id) == ["registered", "classified", "cancelled"]


@pytest.mark.usefixtures("worker")
async def test_a_command_sent_twice_counts_once_even_after_the_end(doors: Doors) -> None:
    case_id = await opened(doors)

    first = await post(doors, f"/api/cases/{case_id}/note", {"text": "call first"}, "n1")
    again = await post(doors, f"/api/cases/{case_id}/note", {"text": "call first"}, "n1")
    assert first == again
    ended = await post(doors, f"/api/cases/{case_id}/cancel", {"reason": "bought anew"}, "c1")
    late = await post(doors, f"/api/cases/{case_id}/cancel", {"reason": "bought anew"}, "c1")

    assert ended[0] == late[0] == 200
    assert (ended[1]["state"], late[1]["state"]) == ("cancelled", "cancelled")
    assert await kinds(doors, case_id) == ["registered", "note", "cancelled"]


@pytest.mark.usefixtures("worker")
async def test_a_command_that_does_not_fit_is_refused_with_the_state(doors: Doors) -> None:
    case_id = await opened(doors)

    status, problem = await post(doors, f"/api/cases/{case_id}/confirm", {"solved": True})

    assert (status, problem["code"], problem["state"]) == (409, "wrong_state", "classifying")
    assert await kinds(doors, case_id) == ["registered"]


@pytest.mark.usefixtures("worker")
async def test_a_command_to_a_closed_case_is_refused_with_its_state(doors: Doors) -> None:
    await save(doors.database, a_case_row("C-1", state=CaseState.ARCHIVED))

    status, problem = await post(doors, "/api/cases/C-1/note", {"text": "late"})

    assert (status, problem["code"], problem["state"]) == (409, "wrong_state", "archived")


@pytest.mark.usefixtures("worker")
async def test_what_does_not_exist_is_not_found(doors: Doors) -> None:
    for path in ("/api/cases/C-9", "/api/cases/C-9/timeline", "/api/visits/C-9-V1", "/api/visits/C-9-V1/why",
                 "/api/plans/P9", "/api/territories/T9/plan", "/api/engineers/E9/day"):  # fmt: skip
        answer = await doors.http.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    assert (await post(doors, "/api/cases/C-9/note", {"text": "x"}))[0] == 404
    assert (await post(doors, "/api/visits/C-9-V1/accept", {}))[0] == 404


@pytest.mark.usefixtures("worker")
async def test_references_that_do_not_exist_keep_a_case_open_for_completion(doors: Doors) -> None:
    answer = await doors.http.post("/api/cases", json=CASE | {"product_model": "M9", "customer_id": "CU-9"})

    body = answer.json()
    assert (answer.status_code, body["state"], body["next_step"]) == (201, "registering", "complete_registration")
    assert [problem["field"] for problem in body["problems"]] == ["customer_id", "product_model"]
    status, receipt = await post(
        doors, f"/api/cases/{body['case_id']}/complete_registration", {"registration": CASE}, "again"
    )
    assert (status, receipt["state"]) == (200, "classifying")


@pytest.mark.usefixtures("worker")
async def test_the_same_key_opens_one_case(doors: Doors) -> None:
    headers = {"idempotency-key": "one-and-only"}

    answers = await asyncio.gather(*(doors.http.post("/api/cases", json=CASE, headers=headers) for _ in range(4)))

    assert {answer.json()["case_id"] for answer in answers} == {answers[0].json()["case_id"]}
    assert sorted(answer.json()["is_new"] for answer in answers) == [False, False, False, True]
    assert len((await doors.http.get("/api/cases")).json()["items"]) == 1


async def test_without_a_worker_a_command_is_answered_as_unavailable(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "ANSWER_WITHIN", timedelta(seconds=0.6))

    answer = await doors.http.post("/api/cases", json=CASE)
    status, problem = await post(doors, f"/api/cases/{answer.json()['case_id']}/note", {"text": "x"})

    assert (answer.status_code, answer.json()["state"]) == (202, "registering")
    assert (status, problem["code"]) == (503, "unavailable")
    assert "Send it again with the same id" in problem["detail"]


@pytest.mark.usefixtures("worker")
async def test_received_stock_is_in_the_record_once(doors: Doors) -> None:
    body = {"territory": "T1", "location": "W1", "sku": "P1", "quantity": 4}

    for _ in range(2):
        status, receipt = await post(doors, "/api/stock/receipts", body, "delivery-7")
        assert (status, receipt["id"]) == (200, "T1")
    status, problem = await post(doors, "/api/stock/receipts", body | {"sku": "P9"})

    assert (status, problem["code"]) == (404, "not_found")
    async with doors.database.reading() as session:
        stock = await session.get_one(t.Stock, ("W1", "P1"))
    assert stock.on_hand == 4


@pytest.mark.usefixtures("worker")
async def test_an_absence_is_recorded(doors: Doors) -> None:
    body = {"start": at(24).isoformat(), "end": at(32).isoformat(), "kind": "leave"}

    status, _ = await post(doors, "/api/engineers/E1/absences", body, "a1")

    assert status == 200
    day = (await doors.http.get("/api/engineers/E1/day", params={"day": "2026-11-24"})).json()
    assert [absence["kind"] for absence in day["absences"]] == ["leave"]


async def test_lists_are_filtered_and_paged(doors: Doors) -> None:
    severities = [Severity.LOW, Severity.HIGH]
    rows = [
        a_case_row(f"C-{n}", opened_at=at(n // 2), severity=severities[n % 2], state=CaseState.DIAGNOSING)
        for n in range(1, 8)
    ]
    await save(doors.database, *rows, a_case_row("C-8", state=CaseState.ARCHIVED, opened_at=at(9)))

    async def ids(**query: Any) -> list[str]:
        answer = await doors.http.get("/api/cases", params=query)
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    assert await ids(state="archived") == ["C-8"]
    assert await ids(open=True, severity="low") == ["C-6", "C-4", "C-2"]
    assert await ids(territory="T9") == []
    pages: list[list[str]] = []
    cursor = None
    while True:
        query = {"limit": 3, "open": True} | ({"cursor": cursor} if cursor else {})
        page = (await doors.http.get("/api/cases", params=query)).json()
        pages.append([item["id"] for item in page["items"]])
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert pages == [["C-7", "C-6", "C-5"], ["C-4", "C-3", "C-2"], ["C-1"]]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"state": "sleeping"}, "state[0]"),
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"cursor": "abc"}, "cursor"),
        ({"cursor": "WyIyMDI2LTAxLTAxIiwgIngiXQ=="}, "cursor"),
        ({"open": "perhaps"}, "open"),
    ],
)
async def test_bad_queries_are_named(doors: Doors, query: dict[str, str], field: str) -> None:
    answer = await doors.http.get("/api/cases", params=query)

    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_the_published_plan_shows_routes_and_what_has_no_place(doors: Doors) -> None:
    await save(doors.database, a_case_row("C-1"), a_visit_row("C-1-V1"), a_booking_row("C-1-V1-B1", "E1", 2))
    await save(doors.database, a_case_row("C-2"), a_visit_row("C-2-V1", case_id="C-2"))

    plan = (await doors.http.get("/api/territories/T1/plan")).json()

    stops = {route["engineer_id"]: [stop["visit_id"] for stop in route["stops"]] for route in plan["routes"]}
    assert stops == {"E1": ["C-1-V1"], "E2": []}
    assert [line["visit_id"] for line in plan["unplanned"]] == ["C-2-V1"]
    day = (await doors.http.get("/api/engineers/E1/day", params={"day": "2026-11-23"})).json()
    assert [stop["booking"]["id"] for stop in day["stops"]] == ["C-1-V1-B1"]
    assert (day["engineer"]["name"], day["time_zone"]) == ("Engineer E1", "Europe/Berlin")


async def test_why_names_the_booking_or_the_reasons(doors: Doors) -> None:
    await save(doors.database, a_case_row("C-1"), a_visit_row("C-1-V1"), a_booking_row("C-1-V1-B1", "E1", 2))
    await save(doors.database, a_case_row("C-2"), a_visit_row("C-2-V1", case_id="C-2"))

    booked = (await doors.http.get("/api/visits/C-1-V1/why")).json()
    waiting = (await doors.http.get("/api/visits/C-2-V1/why")).json()

    assert booked["booking"]["engineer_id"] == "E1"
    assert booked["answer"].startswith("Engineer E1 comes")
    assert (waiting["booking"], waiting["answer"]) == (None, "It waits for the first plan of its territory.")


async def test_status_counts_what_there_is(doors: Doors) -> None:
    await save(doors.database, a_case_row("C-1"), a_visit_row("C-1-V1"), a_case_row("C-2", state=CaseState.ARCHIVED))

    found = (await doors.http.get("/api/status")).json()["overview"]

    assert found["cases"]["archived"] == 1
    assert found["unplanned"] == {"T1": 1}
    assert found["engineers"] == 2


async def test_ready_asks_the_record_and_temporal(doors: Doors) -> None:
    assert (await doors.http.get("/health/ready")).status_code == 200


@pytest.mark.usefixtures("worker")
async def test_who_gave_a_command_is_in_the_audit(doors: Doors) -> None:
    case_id = await opened(doors)
    await doors.http.post(f"/api/cases/{case_id}/note", json={"text": "x"}, headers={"callout-actor": "manager:kim"})

    async with doors.database.reading() as session:
        asked = select(t.CaseEvent).where(col(t.CaseEvent.kind) == "note")
        (event,) = await session.scalars(asked)
    assert (event.actor_role, event.actor_id, event.workflow_id) == (Role.MANAGER, "kim", f"case/{case_id}")
