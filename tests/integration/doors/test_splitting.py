"""A long job in two visits over HTTP: what it would do, doing it, and where both are seen."""

import asyncio
from typing import Any

import pytest

from domain.people import Role
from domain.vocabulary import PinKind, VisitState
from models import tables as t
from tests.builders import a_visit_row, save
from tests.integration.doors.conftest import Doors
from tests.integration.doors.test_api import opened, post
from tests.integration.doors.test_drafts import a_day, at, board, move

pytestmark = pytest.mark.usefixtures("worker")

SPLIT = {"first_minutes": 40, "second_minutes": 20}


async def visits_of(doors: Doors, case: str, number: int) -> list[dict[str, Any]]:
    """The case's visits once there are so many; a second part is asked for by the case's workflow."""
    found: list[dict[str, Any]] = []
    for _ in range(200):
        found = (await doors.http.get(f"/api/cases/{case}")).json()["visits"]
        if len(found) >= number:
            break
        await asyncio.sleep(0.05)
    return found


async def a_second_part(doors: Doors, first: str = "C-1-V1", **changes: Any) -> str:
    second = f"{first.rpartition('-V')[0]}-V2"
    row = a_visit_row(second, number=2, site_id="SI-X1", after_visit_id=first, **changes)
    await save(doors.database, row)
    return second


async def test_a_visit_is_split_into_two_of_its_case(doors: Doors) -> None:
    case = await opened(doors)
    await post(doors, f"/api/cases/{case}/classify", {"kind": "fault", "severity": "high"})
    await post(doors, f"/api/cases/{case}/diagnose", {"findings": "compressor"})
    needs = {"minutes": 360, "parts": [{"sku": "P1", "quantity": 1}, {"sku": "P2", "quantity": 1}]}
    await post(doors, f"/api/cases/{case}/decide", {"decision": "on_site", "needs": needs})
    [whole] = await visits_of(doors, case, 1)
    body = {"first_minutes": 240, "second_minutes": 120, "second_parts": ["P2"]}
    status, receipt = await post(doors, f"/api/visits/{whole['id']}/split", body, key="split-1")
    assert (status, receipt["state"]) == (200, "requested"), receipt
    assert await post(doors, f"/api/visits/{whole['id']}/split", body, key="split-1") == (status, receipt)

    first, second = await visits_of(doors, case, 2)
    assert (first["after_visit_id"], second["after_visit_id"]) == (None, first["id"])
    shown = [(await doors.http.get(f"/api/visits/{visit['id']}")).json() for visit in (first, second)]
    assert [(one["minutes"], [p["sku"] for p in one["parts"]]) for one in shown] == [(240, ["P1"]), (120, ["P2"])]
    told = (await doors.http.get(f"/api/cases/{case}/timeline")).json()
    [split] = [entry for entry in told if entry["kind"] == "visit_split"]
    assert (split["visit_id"], split["actor_role"], split["data"]["second_parts"]) == (first["id"], "dispatcher", "P2")
    status, problem = await post(doors, f"/api/visits/{whole['id']}/split", body)
    assert (status, problem["code"]) == (409, "already_split")


async def test_what_splitting_would_do_is_told_before(doors: Doors) -> None:
    one, _ = await a_day(doors)
    answer = await doors.http.post(f"/api/visits/{one}/split/preview", json=SPLIT)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["gives_up"]["engineer_id"], told["gives_up"]["state"]) == ("E1", "planned")
    assert told["people"]["E1"] == "Engineer E1"
    first, second = told["first"], told["second"]
    assert (first["minutes"], second["minutes"], second["visit_id"]) == (40, 20, "C-1-V2")
    assert first["place"]["finish"] <= second["place"]["arrival"]
    async with doors.database.reading() as session:
        row = await session.get(t.Visit, one)
        assert row is not None
        assert row.duration_seconds == 3600  # nothing is stored


@pytest.mark.parametrize(
    ("body", "field"),
    [({"first_minutes": 1, "second_minutes": 20}, "first_minutes"), (SPLIT | {"second_parts": ["P9"]}, "second_parts")],
)
async def test_what_cannot_be_a_part_is_named(doors: Doors, body: dict[str, Any], field: str) -> None:
    one, _ = await a_day(doors)
    answer = await doors.http.post(f"/api/visits/{one}/split/preview", json=body)
    assert answer.status_code == 422, answer.text
    assert field in answer.text


async def test_what_is_pinned_split_or_under_way_is_refused_with_the_reason(doors: Doors) -> None:
    one, two = await a_day(doors)

    async def refused(visit: str) -> tuple[int, str]:
        answer = await doors.http.post(f"/api/visits/{visit}/split/preview", json=SPLIT)
        return answer.status_code, answer.json()["code"]

    async with doors.database.transaction() as session:
        (await session.get_one(t.Booking, f"{one}-B1")).pin = PinKind.BOTH
        (await session.get_one(t.Visit, two)).state = VisitState.EN_ROUTE
    assert await refused(one) == (409, "visit_pinned")
    assert await refused(two) == (409, "wrong_state")
    second = await a_second_part(doors)
    assert await refused(second) == (409, "already_split")
    assert await refused(one) == (409, "already_split")


async def test_the_board_says_which_visits_belong_together(doors: Doors) -> None:
    one, two = await a_day(doors)
    second = await a_second_part(doors)
    shown = await board(doors)
    parts = {stop["visit_id"]: stop["other_part"] for stop in shown["stops"]}
    assert parts == {one: {"visit_id": second, "number": 1}, two: None}
    [waiting] = [visit for visit in shown["unplanned"] if visit["visit_id"] == second]
    assert waiting["other_part"] == {"visit_id": one, "number": 2}


async def test_nobody_puts_the_second_part_before_the_first_is_over(doors: Doors) -> None:
    await a_day(doors)
    second = await a_second_part(doors)
    told = await doors.http.post("/api/territories/T1/preview", json={"moves": [move(second, "E2", 10.5)]})
    assert [broken["rule"] for broken in told.json()["broken"]] == ["order"]
    body = {"engineer": "E2", "arrival": at(10.5).isoformat(), "reason": "sooner"}
    status, problem = await post(doors, f"/api/visits/{second}/move", body)
    assert (status, problem["code"]) == (409, "out_of_order")
    assert second in problem["detail"]
    assert (await post(doors, f"/api/visits/{second}/move", body | {"arrival": at(11).isoformat()}))[0] == 200


async def test_the_phone_says_which_part_a_stop_is(doors: Doors) -> None:
    await a_day(doors)
    await a_second_part(doors)
    async with doors.signed_in(Role.ENGINEER, engineer_id="E1") as http:
        day = (await http.get("/api/field/day", params={"day": at(12).date().isoformat()})).json()
    assert [(visit["id"], visit["part"]) for visit in day["visits"]] == [("C-1-V1", 1), ("C-2-V1", None)]
