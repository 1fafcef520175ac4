"""Checklists: kept by an administrator, carried by visits, pinned when the work begins, asked for at its end."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2 as httpx
import pytest
from temporalio.client import Client
from temporalio.service import RPCError

from activities.queues import CASES
from domain.case import VisitNeeds
from domain.ids import CaseId, TerritoryId, VisitId
from domain.messages import VisitStart
from domain.people import Role
from domain.policy import CaseTerms
from domain.vocabulary import BookingState, CaseKind, Severity, VisitState
from tests.builders import NOW, a_booking, a_booking_row, a_case_row, a_visit, a_visit_row, save
from tests.integration.doors.conftest import Doors
from workflows.ids import visit_workflow_id
from workflows.visit import VisitWorkflow

PATH = "/api/settings/checklists"


def words(text: str) -> dict[str, str]:
    return {"en": text, "zh-CN": f"{text}（中文）"}


SHUT = {"id": "shut", "kind": "tick", "label": words("Gas shut off")}
PRESSURE = {
    "id": "pressure", "kind": "value", "label": words("Pressure"), "unit": "bar", "lowest": 1.5, "highest": 2.5,
}  # fmt: skip
LEAK = {
    "id": "leak", "kind": "choice", "label": words("Leak test"), "required": False,
    "options": [{"id": "tight", "label": words("Tight")}, {"id": "leaks", "label": words("Leaks")}],
}  # fmt: skip
GAS = {"id": "gas", "name": words("Gas"), "skills": ["gas"], "items": [SHUT, PRESSURE, LEAK]}
YEARLY = {"id": "yearly", "name": words("Yearly"), "kinds": ["maintenance"], "items": [SHUT]}
SHUT_ONLY = GAS | {"items": [SHUT]}
VISIT = "/api/visits/C-1-V1"


async def put(http: httpx.AsyncClient, *lists: dict[str, Any], seen: str, key: str = "") -> httpx.Response:
    headers = {"if-match": seen} | ({"idempotency-key": key} if key else {})
    return await http.put(PATH, json={"lists": lists}, headers=headers)


async def keep(doors: Doors, *lists: dict[str, Any]) -> int:
    """Make an edition; returns its version."""
    seen = (await doors.http.get(PATH)).headers["etag"]
    answer = await put(doors.http, *lists, seen=seen)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["version"])


@pytest.fixture
async def on_the_way(doors: Doors, worker: None, temporal: Client) -> AsyncIterator[None]:
    """E1 drives to C-1-V1, which needs somebody who knows gas."""
    now = datetime.now(UTC)
    place = {"arrival": now, "finish": now + timedelta(hours=1)}
    needs = VisitNeeds(timedelta(hours=1), {"gas": 2})
    progress = a_visit(
        needs=needs, state=VisitState.EN_ROUTE, booking=replace(a_booking(), **place), accepted_at=now, departed_at=now
    )
    await save(
        doors.database,
        a_case_row(kind=CaseKind.FAULT),
        a_visit_row(state=VisitState.EN_ROUTE, skills=needs.skills, accepted_at=now, departed_at=now),
        a_booking_row(state=BookingState.STARTED, **place),
    )
    start = VisitStart(
        VisitId("C-1-V1"), CaseId("C-1"), TerritoryId("T1"), Severity.HIGH, CaseTerms(), needs, progress=progress
    )
    handle = await temporal.start_workflow(
        VisitWorkflow.run, start, id=visit_workflow_id(start.visit_id), task_queue=CASES
    )
    yield
    with suppress(RPCError):  # it is over where the test finished the visit
        await handle.terminate()


async def post(doors: Doors, command: str, **body: Any) -> httpx.Response:
    return await doors.http.post(f"{VISIT}/{command}", json=body)


def given(**answers: str) -> list[dict[str, str]]:
    return [{"item": item, "answer": answer} for item, answer in answers.items()]


async def test_an_administrator_keeps_them_by_version_and_every_edition_is_written_down(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        empty = await http.get(PATH)
        assert (empty.headers["etag"], empty.json()["checklists"]) == ('"0"', {"lists": []})
        for _ in range(2):
            made = await put(http, GAS, seen='"0"', key="once")
            assert (made.status_code, made.headers["etag"], made.json()["version"]) == (200, '"1"', 1)
        assert (await http.put(PATH, json={"lists": []})).status_code == 428
        late = await put(http, YEARLY, seen='"0"')
        assert (late.status_code, late.json()["changed_by"]) == (412, "admin-1")
        assert (await put(http, GAS | {"name": words("Gas works")}, YEARLY, seen='"1"')).json()["version"] == 2
        newest, _ = (await http.get(f"{PATH}/changes")).json()
    assert newest["before"] == {"lists.gas.name.en": "Gas", "lists.gas.name.zh-CN": "Gas（中文）", "order": ["gas"]}
    assert newest["after"]["lists.gas.name.en"] == "Gas works"
    assert newest["after"]["lists.yearly.kinds"] == ["maintenance"]


async def test_a_list_with_mistakes_is_refused_at_its_fields(doors: Doors) -> None:
    wrong = GAS | {"items": [SHUT, PRESSURE | {"lowest": 9}, LEAK | {"label": {"en": "Leak test"}}]}
    async with doors.signed_in(Role.ADMIN) as http:
        for answer in (await put(http, wrong, seen='"0"'), await http.post(f"{PATH}/preview", json={"lists": [wrong]})):
            assert answer.status_code == 422
            assert {each["field"]: each["rule"] for each in answer.json()["errors"]} == {
                "lists.0.items.1": "the lowest value lies above the highest one",
                "lists.0.items.2.label": "is missing in zh-CN",
            }


async def test_an_administrator_of_one_territory_changes_nothing_for_all(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN, territory_id="T1") as http:
        assert (await put(http, GAS, seen='"0"')).status_code == 403


async def test_a_preview_counts_the_visits_ahead_that_would_carry_each_list(doors: Doors) -> None:
    gas, begun = {"skills": {"gas": 1}}, {"arrived_at": NOW, "state": VisitState.ON_SITE}
    await save(
        doors.database,
        *(a_case_row(f"C-{number}", kind=CaseKind.FAULT) for number in (1, 2, 3, 4)),
        a_case_row("C-5", kind=CaseKind.MAINTENANCE),
        a_visit_row("C-1-V1", **gas),
        a_visit_row("C-2-V1", **gas, **begun),
        a_visit_row("C-3-V1", **gas, state=VisitState.CANCELLED),
        a_visit_row("C-4-V1"),
        a_visit_row("C-5-V1", **gas),
    )
    async with doors.signed_in(Role.ADMIN) as http:
        answer = await http.post(f"{PATH}/preview", json={"lists": [YEARLY, GAS]})
        assert (await http.get(PATH)).json()["version"] == 0
    assert answer.json() == {"visits": 3, "carry": {"yearly": 1, "gas": 1}, "without": 1}


async def test_a_list_is_for_the_model_of_the_product_that_stands_at_the_site(doors: Doors) -> None:
    await save(doors.database, a_case_row(kind=CaseKind.FAULT, product_model_code=None), a_visit_row())
    await keep(doors, GAS | {"skills": [], "product_models": ["M1"]})
    assert (await doors.http.get(VISIT)).json()["checklist"]["name"]["en"] == "Gas"
    await keep(doors, GAS | {"skills": [], "product_models": ["M2"]})
    assert (await doors.http.get(VISIT)).json()["checklist"] is None


@pytest.mark.usefixtures("on_the_way")
async def test_a_visit_keeps_the_list_with_which_its_work_began(doors: Doors) -> None:
    await keep(doors, SHUT_ONLY)
    await keep(doors, GAS)
    assert (await post(doors, "arrive")).status_code == 200
    await keep(doors, YEARLY)
    async with doors.signed_in(Role.ENGINEER, engineer_id="E1") as http:
        day = (await http.get("/api/field/day")).json()
    assert day["checklists"] == 3
    assert [item["id"] for item in day["visits"][0]["checklist"]["items"]] == ["shut", "pressure", "leak"]

    refused = await post(doors, "finish", outcome="fixed", checklist=given(leak="tight"))
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (422, "checklist_incomplete")
    assert (problem["missing"], problem["labels"]) == ("shut, pressure", "Gas shut off; Pressure")
    wrong = await post(doors, "finish", outcome="fixed", checklist=given(shut="done", pressure="high"))
    assert (wrong.status_code, wrong.json()["field"]) == (422, "report.checklist[1].answer")
    assert (await doors.http.get(VISIT)).json()["visit"]["state"] == "on_site"

    done = await post(doors, "finish", outcome="fixed", checklist=given(shut="done", pressure="2.8", leak="tight"))
    assert (done.status_code, done.json()["state"]) == (200, "done")
    for shown in (await checklist_of_visit(doors), await checklist_of_timeline(doors)):
        assert shown["name"] == GAS["name"]
        lines = {line["item"]: (line["answer"], line["out_of_range"], line["choice"]) for line in shown["lines"]}
        assert lines == {
            "shut": ("done", False, None),
            "pressure": ("2.8", True, None),
            "leak": ("tight", False, words("Tight")),
        }


@pytest.mark.usefixtures("on_the_way")
async def test_whoever_arrived_without_a_network_works_by_the_edition_at_hand(doors: Doors) -> None:
    at_hand = await keep(doors, SHUT_ONLY)
    await keep(doors, GAS)
    assert (await post(doors, "arrive", checklists=at_hand)).status_code == 200
    done = await post(doors, "finish", outcome="fixed", checklist=given(shut="done"))
    assert (done.status_code, done.json()["state"]) == (200, "done")


@pytest.mark.usefixtures("on_the_way")
async def test_a_visit_that_began_before_there_were_lists_needs_no_answers(doors: Doors) -> None:
    await keep(doors, GAS)
    assert (await post(doors, "arrive", checklists=0)).status_code == 200
    assert (await doors.http.get(VISIT)).json()["checklist"] is None
    refused = await post(doors, "finish", outcome="fixed", checklist=given(shut="done"))
    assert (refused.status_code, refused.json()["field"]) == (422, "report.checklist[0].item")
    assert (await post(doors, "finish", outcome="fixed")).json()["state"] == "done"


@pytest.mark.usefixtures("on_the_way")
async def test_an_edition_that_nobody_made_is_taken_for_the_newest(doors: Doors) -> None:
    await keep(doors, GAS)
    assert (await post(doors, "arrive", checklists=99)).status_code == 200
    assert (await doors.http.get(VISIT)).json()["checklist"]["name"] == GAS["name"]


@pytest.mark.usefixtures("on_the_way")
async def test_a_visit_that_was_unsafe_needs_no_answers_and_keeps_those_that_were_given(doors: Doors) -> None:
    await keep(doors, GAS)
    await post(doors, "arrive")
    assert (await post(doors, "finish", outcome="unsafe", checklist=given(pressure="9"))).json()["state"] == "done"
    lines = {line["item"]: line["answer"] for line in (await checklist_of_visit(doors))["lines"]}
    assert lines == {"shut": None, "pressure": "9", "leak": None}


async def checklist_of_visit(doors: Doors) -> dict[str, Any]:
    shown: dict[str, Any] = (await doors.http.get(VISIT)).json()["checklist"]
    return shown


async def checklist_of_timeline(doors: Doors) -> dict[str, Any]:
    events = (await doors.http.get("/api/cases/C-1/events")).json()["items"]
    [shown] = [event["checklist"] for event in events if event["kind"] == "finished"]
    assert all(event["checklist"] is None for event in events if event["kind"] != "finished")
    return dict(shown)
