"""Nobody sees or changes what is out of reach: other territories, and other engineers' work."""

import json
import re
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import select

from api.access import TABLE
from domain.people import Role
from domain.vocabulary import BookingState, CaseState, MessageState
from models import tables as t
from tests.builders import NOW, a_booking_row, a_case_row, a_visit_row, at, save
from tests.integration.doors.conftest import Doors
from tests.integration.doors.walks import (
    IDS,
    ask,
    guarded,
    nobody_was_here,
    two_territories,
)

A_REGISTRATION = {"channel": "phone", "symptom": "No heating", "contact": {"name": "n", "phone": "+49 40 123456"}}
OF_T2: list[tuple[str, str, Any]] = [
    ("GET", "/api/cases/C-2", None),
    ("GET", "/api/cases/C-2/timeline", None),
    ("POST", "/api/cases/C-2/note", {"text": "x"}),
    ("POST", "/api/cases/C-2/contact", {"reason": "curious"}),
    ("GET", "/api/cases/C-2/desk", None),
    ("GET", "/api/cases/C-2/events", None),
    ("GET", "/api/cases/C-2/hints", None),
    ("GET", "/api/cases/C-2/slots", None),
    ("POST", "/api/cases/C-2/slots", {"needs": {"minutes": 60}}),
    ("POST", "/api/cases/C-2/slots/hold", {"start": at(4).isoformat(), "end": at(6).isoformat()}),
    ("POST", "/api/cases/C-2/slots/choose", {"hold": "h"}),
    ("GET", "/api/cases/C-2/attachments", None),
    ("POST", "/api/cases/C-2/attachments", "a file"),
    ("GET", "/api/visits/C-2-V1/attachments", None),
    ("POST", "/api/visits/C-2-V1/attachments", "a file"),
    ("GET", "/api/cases/C-2/links", None),
    ("POST", "/api/cases/C-2/links", {}),
    ("DELETE", "/api/links/L-C-2", None),
    ("GET", "/api/cases/C-2/messages", None),
    ("GET", "/api/engineers/E7/calendar.ics", None),
    ("POST", "/api/engineers/E7/calendar", None),
    ("DELETE", "/api/engineers/E7/calendar", None),
    ("GET", "/api/territories/T2/plan.geojson", None),
    ("GET", "/api/visits/C-2-V1", None),
    ("GET", "/api/visits/C-2-V1/why", None),
    ("POST", "/api/visits/C-2-V1/accept", {}),
    ("POST", "/api/visits/C-2-V1/move", {"engineer": "E1", "arrival": at(4).isoformat(), "reason": "r"}),
    ("POST", "/api/visits/C-1-V1/move", {"engineer": "E7", "arrival": at(4).isoformat(), "reason": "r"}),
    ("GET", "/api/territories/T2/plan", None),
    ("GET", "/api/plans/T2-P1", None),
    ("POST", "/api/plans/T2-P1/publish", None),
    ("GET", "/api/territories/T2/board", None),
    ("POST", "/api/territories/T2/preview", {"moves": []}),
    ("POST", "/api/territories/T2/draft", {"moves": [{"visit_id": "C-2-V1"}], "base_version": 0}),
    ("POST", "/api/territories/T2/draft/undo", None),
    ("POST", "/api/territories/T2/draft/publish", {"base_version": 0}),
    ("DELETE", "/api/territories/T2/draft?base_version=0", None),
    ("POST", "/api/visits/C-2-V1/pin", {"kind": "both"}),
    ("GET", "/api/visits/C-2-V1/places", None),
    ("GET", "/api/engineers/E7/day", None),
    ("POST", "/api/engineers/E7/absences", {"start": at(0).isoformat(), "end": at(9).isoformat()}),
    ("POST", "/api/cases/C-2/complete_registration", {"registration": A_REGISTRATION}),
    ("POST", "/api/cases/C-2/pause", {"reason": "waiting_for_customer"}),
    ("POST", "/api/cases/C-2/resume", {"reason": "waiting_for_customer"}),
    ("POST", "/api/visits/C-2-V1/decline", {"reason": "distance"}),
    ("POST", "/api/visits/C-2-V1/finish", {"outcome": "fixed"}),
    ("POST", "/api/territories/T2/trials", {"overtime_minutes": 60}),
    ("POST", "/api/visits/C-2-V1/split", {"first_minutes": 60, "second_minutes": 60}),
    ("POST", "/api/visits/C-2-V1/split/preview", {"first_minutes": 60, "second_minutes": 60}),
]

TRIED = {(method, path.partition("?")[0]) for method, path, _ in OF_T2}


def nowhere(text: str) -> str:
    """The same request for things that do not exist, so that both refusals can be compared."""
    return text.replace("C-2", "C-9").replace("T2", "T9").replace("E7", "E9")


@pytest.mark.parametrize(("method", "path", "body"), OF_T2, ids=[f"{m} {p}" for m, p, _ in OF_T2])
async def test_another_territory_is_answered_like_what_does_not_exist(
    doors: Doors, method: str, path: str, body: dict[str, Any] | None
) -> None:
    await two_territories(doors)
    async with doors.signed_in(Role.DISPATCHER, territory_id="T1") as http:
        foreign = await http.request(method, path, json=body)
        other = json.loads(nowhere(json.dumps(body)))
        missing = await http.request(method, nowhere(path), json=other)

    assert foreign.status_code == missing.status_code == 404
    assert nowhere(foreign.text) == missing.text
    async with doors.database.reading() as session:
        assert list(await session.scalars(select(t.CaseEvent))) == []


OF_THE_OTHER = IDS | {
    "case_id": "C-2", "visit_id": "C-2-V1", "plan_id": "T2-P1", "engineer_id": "E7", "territory_id": "T2",
    "link_id": "L-C-2", "attachment_id": "A-C-2",
}  # fmt: skip
BOUND = {name for name, id_ in OF_THE_OTHER.items() if IDS[name] != id_}
"""Names in paths of what belongs to one territory."""


async def test_no_route_that_names_something_is_forgotten(doors: Doors) -> None:
    await two_territories(doors)
    open_, tried = [], 0
    async with doors.signed_in(Role.DISPATCHER, territory_id="T1") as http:
        for method, path, permission in guarded(doors.app):
            if not BOUND & set(re.findall(r"\{(\w+)\}", path)) or Role.DISPATCHER not in TABLE[permission]:
                continue
            filled = re.sub(r"\{(\w+)\}", lambda found: OF_THE_OTHER[found[1]], path)
            answer = await http.request(method, filled, **({} if method == "GET" else {"json": {}}))
            tried += 1
            # A body that is refused says nothing about reach: that route is tried above with one that is complete.
            if answer.status_code != 404 and not (answer.status_code == 422 and (method, filled) in TRIED):
                open_.append(f"{method} {path}: {answer.status_code}")

    assert not open_, "\n".join(open_)
    assert tried > len(OF_T2) / 2


async def test_ones_own_territory_is_open(doors: Doors) -> None:
    await two_territories(doors)
    async with doors.signed_in(Role.DISPATCHER, territory_id="T1") as http:
        for path in ("/api/cases/C-1", "/api/visits/C-1-V1", "/api/territories/T1/plan", "/api/plans/T1-P1",
                     "/api/engineers/E1/day", "/api/territories/T1/board"):  # fmt: skip
            assert (await http.get(path)).status_code == 200, path


async def test_a_preview_knows_nothing_of_another_territory(doors: Doors) -> None:
    await two_territories(doors)
    async with doors.signed_in(Role.DISPATCHER, territory_id="T1") as http:
        asked = {"visit_id": "C-2-V1", "engineer_id": "E7", "arrival": at(4).isoformat()}
        foreign = await http.post("/api/territories/T1/preview", json={"moves": [asked]})
        missing = await http.post(
            "/api/territories/T1/preview", json=json.loads(nowhere(json.dumps({"moves": [asked]})))
        )

    assert foreign.status_code == missing.status_code == 200
    assert not foreign.json()["allowed"]
    assert nowhere(foreign.text) == missing.text


def a_failed_message(case: str) -> t.Message:
    return t.Message(
        case_id=case, occasion="registered", key="registered", recipient="role:agent", language="en",
        state=MessageState.FAILED, not_before=NOW, created_at=NOW, updated_at=NOW,
    )  # fmt: skip


async def test_messages_are_listed_and_sent_again_within_reach(doors: Doors) -> None:
    await two_territories(doors)
    await save(doors.database, *map(a_failed_message, ("C-1", "C-2")))
    ids = {m["case_id"]: m["id"] for m in (await doors.http.get("/api/messages")).json()["items"]}
    async with doors.signed_in(Role.AGENT, territory_id="T1") as http:
        listed = (await http.get("/api/messages")).json()["items"]
        again = await http.post(f"/api/messages/{ids['C-2']}/resend")
        missing = await http.post("/api/messages/999999/resend")
        own = await http.post(f"/api/messages/{ids['C-1']}/resend")

    assert [line["case_id"] for line in listed] == ["C-1"]
    assert (again.status_code, again.text) == (404, missing.text.replace("999999", str(ids["C-2"])))
    assert own.json()["state"] == "queued"


async def test_files_are_seen_within_reach(doors: Doors) -> None:
    await two_territories(doors)
    for case in ("C-1", "C-2", "C-3"):
        event = t.CaseEvent(
            case_id=case, workflow_id=f"case/{case}", command_id="api:a", seq=0, kind="attached", at=NOW,
            recorded_at=NOW, actor_role=Role.AGENT, actor_id="a", data={"attachment_id": f"A-{case}"},
        )  # fmt: skip
        await save(doors.database, event)

    async def found(http: httpx.AsyncClient) -> list[int]:
        answers = [await http.get(f"/api/attachments/A-{case}") for case in ("C-1", "C-2", "C-3", "C-9")]
        assert {nowhere(a.text).replace("C-3", "C-9") for a in answers if a.status_code == 404} == {answers[-1].text}
        return [answer.status_code for answer in answers]

    assert await found(doors.http) == [200, 200, 200, 404]
    async with doors.signed_in(Role.AGENT, territory_id="T1") as http:
        assert await found(http) == [200, 404, 200, 404]
        assert (await http.get("/api/attachments/A-C-2/thumbnail")).status_code == 404
    async with doors.signed_in(Role.ENGINEER, engineer_id="E1") as http:
        assert await found(http) == [200, 404, 404, 404]


async def test_a_link_reaches_its_own_case_and_no_door_of_staff(doors: Doors) -> None:
    await two_territories(doors)
    token = (await doors.http.post("/api/cases/C-1/links")).json()["token"]
    async with doors.visitor() as http:
        http.headers["authorization"] = f"Link {token}"
        assert (await http.get("/api/link")).json()["number"] == "C-1"
        for method, path, _ in guarded(doors.app):
            nobody_was_here(doors)
            assert (await ask(http, method, path)).status_code == 401, f"{method} {path}"


async def test_only_territories_within_reach_can_be_chosen(doors: Doors) -> None:
    await two_territories(doors)
    async with doors.signed_in(Role.DISPATCHER, territory_id="T1") as http:
        own = (await http.get("/api/territories")).json()
    every = (await doors.http.get("/api/territories")).json()

    assert [item["id"] for item in own["items"]] == ["T1"]
    assert {item["id"] for item in every["items"]} == {"T1", "T2"}
    assert set(own["items"][0]) == {"id", "name", "time_zone"}


async def test_lists_and_figures_hold_only_what_is_within_reach(doors: Doors) -> None:
    await two_territories(doors)

    async def seen(http: httpx.AsyncClient, **query: Any) -> set[str]:
        return {item["id"] for item in (await http.get("/api/cases", params=query)).json()["items"]}

    async with doors.signed_in(Role.DISPATCHER, territory_id="T1") as http:
        assert await seen(http) == {"C-1", "C-3"}
        assert await seen(http, territory="T2") == set()
        overview = (await http.get("/api/status")).json()["overview"]
        assert (overview["cases"], overview["engineers"]) == ({"visiting": 2}, 2)
        assert [plan["id"] for plan in overview["last_plans"]] == ["T1-P1"]
    async with doors.signed_in(Role.ENGINEER, engineer_id="E1", territory_id="T1") as http:
        assert await seen(http) == {"C-1"}
    async with doors.signed_in(Role.ENGINEER, id_="lost") as http:
        assert await seen(http) == set()
    async with doors.signed_in(Role.MANAGER) as http:
        assert await seen(http) == {"C-1", "C-2", "C-3"}


async def test_figures_and_saved_views_stay_within_reach(doors: Doors) -> None:
    await two_territories(doors)
    async with doors.signed_in(Role.OPERATIONS, territory_id="T1") as http:

        async def get(path: str, **params: str) -> Any:
            return (await http.get(f"/api/operations{path}", params=params)).json()

        assert {line["id"] for line in (await get("/cases"))["items"]} == {"C-1", "C-3"}
        assert (await get("/cases", territory="T2"))["items"] == []
        assert "C-2" not in (await http.get("/api/operations/cases.csv")).text
        counts = await get("/counts", territory="T1")
        assert (counts["total"], counts["facets"]["territories"]) == (2, {"T1": 2})
        assert all(figure["cases"]["territory"] == ["T1"] for figure in (await get(""))["figures"])
        charts = await get("/charts")
        assert {bar["key"].partition(" ")[0] for bar in charts["load"]}.isdisjoint({"E7"})
        assert sum(bar["values"]["open"] for bar in charts["backlog"]) == 2
        for path in ("", "/charts"):
            assert (await get(path, territory="T2"))["code"] == "not_found"
        assert (await http.put("/api/operations/views/mine", json={})).status_code == 200
    async with doors.signed_in(Role.OPERATIONS, id_="other") as http:
        assert (await http.get("/api/operations/views")).json() == []
        assert (await http.delete("/api/operations/views/mine")).status_code == 404
        every = (await http.get("/api/operations/counts")).json()
    assert every["facets"]["territories"] == {"T1": 2, "T2": 1}


async def test_cases_like_another_are_shown_within_reach(doors: Doors) -> None:
    await two_territories(doors)
    fault = {"product_model": "M1", "serial": "SN-IP-1", "symptom": "x"}
    async with doors.signed_in(Role.AGENT, territory_id="T1") as http:
        own = (await http.post("/api/cases/check", json=fault)).json()["alike"]
    every = (await doors.http.post("/api/cases/check", json=fault)).json()["alike"]

    assert {one["case_id"] for one in own} == {"C-1", "C-3"}
    assert {one["case_id"] for one in every} == {"C-1", "C-2", "C-3"}


@pytest.mark.parametrize(
    ("role", "commands"),
    [(Role.AGENT, {"classify", "cancel", "note", "choose_slot", "attach"}),
     (Role.DISPATCHER, {"choose_slot", "note", "attach"}), (Role.ENGINEER, {"note", "attach"}),
     (Role.DIRECTOR, {"note"})],
)  # fmt: skip
async def test_the_desk_offers_what_the_caller_may_do(doors: Doors, role: Role, commands: set[str]) -> None:
    await save(
        doors.database,
        a_case_row("C-1", state=CaseState.CLASSIFYING),
        a_visit_row("C-1-V1"),
        a_booking_row("C-1-V1-B1", "E1"),
    )
    async with doors.signed_in(role, engineer_id="E1") as http:
        desk = (await http.get("/api/cases/C-1/desk")).json()

    assert set(desk["commands"]) - {"pause", "resume"} == commands


OF_OTHERS = [
    ("GET", "/api/cases/C-3/attachments", None),
    ("POST", "/api/visits/C-3-V1/attachments", "a file"),
    ("GET", "/api/engineers/E2/calendar.ics", None),
    ("POST", "/api/engineers/E2/calendar", None),
    ("GET", "/api/cases/C-3", None),
    ("GET", "/api/cases/C-3/timeline", None),
    ("GET", "/api/cases/C-3/desk", None),
    ("GET", "/api/cases/C-3/events", None),
    ("GET", "/api/cases/C-3/hints", None),
    ("POST", "/api/cases/C-3/note", {"text": "x"}),
    ("POST", "/api/cases/C-3/contact", {"reason": "curious"}),
    ("GET", "/api/visits/C-3-V1", None),
    ("POST", "/api/visits/C-3-V1/arrive", {}),
    ("GET", "/api/engineers/E2/day", None),
    ("POST", "/api/engineers/E2/absences", {"start": at(0).isoformat(), "end": at(9).isoformat()}),
]


@pytest.mark.parametrize(("method", "path", "body"), OF_OTHERS, ids=[f"{m} {p}" for m, p, _ in OF_OTHERS])
async def test_an_engineer_sees_own_work_alone(doors: Doors, method: str, path: str, body: Any) -> None:
    await two_territories(doors)
    async with doors.signed_in(Role.ENGINEER, engineer_id="E1", territory_id="T1") as http:
        answer = await http.request(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        own = await http.get("/api/visits/C-1-V1")
        assert own.status_code == (await http.get("/api/cases/C-1")).status_code == 200


async def test_a_visit_that_went_to_somebody_else_is_out_of_reach_but_a_repeated_command_is_not(doors: Doors) -> None:
    await two_territories(doors)
    async with doors.database.transaction() as session:
        booking = await session.get_one(t.Booking, "C-1-V1-B1")
        booking.state = BookingState.RELEASED
        session.add(
            t.CaseEvent(
                case_id="C-1", visit_id="C-1-V1", workflow_id="visit/C-1-V1", command_id="api:engineer-1:d1", seq=0,
                kind="declined", at=NOW, recorded_at=NOW, actor_role=Role.ENGINEER, actor_id="engineer-1", data={},
            )
        )  # fmt: skip
    async with doors.signed_in(Role.ENGINEER, engineer_id="E1") as http:
        decline = {"reason": "overloaded"}
        again = await http.post("/api/visits/C-1-V1/decline", json=decline, headers={"idempotency-key": "d1"})
        new = await http.post("/api/visits/C-1-V1/decline", json=decline, headers={"idempotency-key": "d2"})

        assert (again.status_code, again.json().get("state")) == (200, "requested"), again.text
        assert new.status_code == 404
        assert (await http.get("/api/visits/C-1-V1")).status_code == 404


async def test_nobody_receives_parts_for_another_territory(doors: Doors) -> None:
    await two_territories(doors)
    async with doors.signed_in(Role.STOCK_KEEPER, territory_id="T1") as http:
        body = {"territory": "T2", "location": "W1", "sku": "P1", "quantity": 4}
        answer = await http.post("/api/stock/receipts", json=body)
        missing = await http.post("/api/stock/receipts", json=body | {"territory": "T9"})

    assert answer.status_code == missing.status_code == 422
    assert nowhere(answer.text) == missing.text
