"""Slot offers: what can be kept, holds that nobody else gets, and planning that leaves held time alone."""

from datetime import datetime
from typing import Any

import httpx2 as httpx

from activities.planning.activities import PlanningActivities
from domain.ids import VisitId
from domain.vocabulary import CaseState
from models.session import Database
from tests.builders import a_visit_row, at, save
from tests.integration.operations.conftest import Moment
from tests.integration.operations.rows import record
from tests.integration.operations.test_lists import get
from tests.integration.planning.field import InlineSolver, StraightTravel, a_shift, occupying, optimise, publish

ELEVEN = {"start": "2026-11-23T11:00:00+01:00", "end": "2026-11-23T13:00:00+01:00"}

TWO_HOURS = {"minutes": 120}


async def asks(database: Database, *numbers: int, hours: float = 1) -> None:
    """Cases whose visits wait for a place."""
    for number in numbers:
        id_ = f"C-{number}"
        await record(database, id_, open_visit=VisitId(f"{id_}-V1"), visits=1)
        await save(database, a_visit_row(f"{id_}-V1", duration_seconds=round(hours * 3600)))


async def decides(database: Database, number: int) -> None:
    """A case that has no visit yet."""
    await record(database, f"C-{number}", state=CaseState.DECIDING, row={"product_model_code": "M1"})


async def hold(http: httpx.AsyncClient, number: int, key: str = "k", **body: Any) -> httpx.Response:
    return await http.post(
        f"/api/cases/C-{number}/slots/hold", json=ELEVEN | body, headers={"Idempotency-Key": f"{key}-{number}"}
    )


def spans(offers: Any) -> list[tuple[str, list[str]]]:
    return [
        (day["day"], [f"{slot['start'][11:13]}-{slot['end'][11:13]}" for slot in day["slots"]])
        for day in offers["days"]
    ]


async def test_windows_are_offered_by_the_day_where_somebody_can_come(company: Database, http: httpx.AsyncClient):
    await save(company, a_shift("E1", 0, 9, overtime_minutes=0), a_shift("E1", 24, 27, overtime_minutes=0))
    await asks(company, 1)
    offers = await get(http, "/api/cases/C-1/slots")
    assert offers["time_zone"] == "Europe/Berlin"
    assert spans(offers) == [
        ("2026-11-23", ["10-12", "12-14", "14-16"]),
        ("2026-11-24", ["08-10"]),
        ("2026-11-25", []),
    ]
    slot = offers["days"][0]["slots"][0]
    assert (slot["engineer_id"], slot["late_seconds"]) == ("E1", 0)
    assert datetime.fromisoformat(slot["start"]) <= datetime.fromisoformat(slot["arrival"])
    assert offers["days"][2]["reason"]


async def free(http: httpx.AsyncClient, number: int) -> list[str]:
    """Today's windows for a case that needs two hours."""
    answer = await http.post(f"/api/cases/C-{number}/slots", json={"needs": TWO_HOURS})
    return spans(answer.json())[0][1]


async def test_a_held_window_is_nobody_elses_for_a_while(company: Database, http: httpx.AsyncClient, moment: Moment):
    await save(company, a_shift("E1", 1.5, 5, overtime_minutes=0))  # one visit of two hours, and no more
    await decides(company, 1)
    await decides(company, 2)
    assert await free(http, 1) == await free(http, 2) == ["10-12"]
    held = await hold(http, 1, needs=TWO_HOURS)
    assert held.status_code == 201, held.text
    assert (await hold(http, 1, needs=TWO_HOURS)).json() == held.json()  # sent again
    assert await free(http, 2) == []
    refused = await hold(http, 2, needs=TWO_HOURS)
    assert (refused.status_code, refused.json()["code"], refused.json()["free"]) == (409, "slot_gone", [])
    assert await free(http, 1) == ["10-12"]
    moment.now = at(0.2)
    late = await http.post("/api/cases/C-1/slots/choose", json={"hold": held.json()["id"]})
    assert (late.status_code, late.json()["code"]) == (409, "slot_gone")
    assert late.json()["free"][0]["start"] == "2026-11-23T10:00:00+00:00"
    assert (await hold(http, 2, "k2", needs=TWO_HOURS)).status_code == 201


async def test_a_visit_that_waits_longer_has_its_place_first(company: Database, http: httpx.AsyncClient):
    await save(company, a_shift("E1", 1.5, 5, overtime_minutes=0))
    await asks(company, 1, 2, hours=2)
    assert spans(await get(http, "/api/cases/C-1/slots"))[0][1] == ["10-12"]
    assert spans(await get(http, "/api/cases/C-2/slots"))[0][1] == []
    assert (await hold(http, 1)).status_code == 201
    assert (await hold(http, 2)).status_code == 409


async def test_a_case_without_a_visit_holds_the_engineers_time(company: Database, http: httpx.AsyncClient):
    await save(company, a_shift("E1", 1.5, 5, overtime_minutes=0))
    await decides(company, 1)
    held = await hold(http, 1, needs=TWO_HOURS)
    assert held.status_code == 201, held.text
    await asks(company, 2, hours=2)
    assert spans(await get(http, "/api/cases/C-2/slots"))[0][1] == []
    planner = PlanningActivities(company, InlineSolver(), StraightTravel())
    made = await optimise(planner, 1)
    assert (made.added, made.unassigned) == (0, 1)
    assert (await publish(planner, made.plan_id)).changes == ()
    later = await optimise(planner, 2, hours=0.3)  # the hold has expired
    assert later.added == 1


async def test_planning_keeps_a_waiting_visit_within_a_held_window(company: Database, http: httpx.AsyncClient):
    await save(company, a_shift("E1"))
    await asks(company, 1)
    offers = await get(http, "/api/cases/C-1/slots")
    chosen = offers["days"][0]["slots"][2]
    assert (await hold(http, 1, start=chosen["start"], end=chosen["end"])).status_code == 201
    planner = PlanningActivities(company, InlineSolver(), StraightTravel())
    await publish(planner, (await optimise(planner)).plan_id)
    booking = (await occupying(company))["C-1-V1"]
    assert datetime.fromisoformat(chosen["start"]) <= booking.arrival <= datetime.fromisoformat(chosen["end"])


async def test_only_a_case_whose_time_is_open_has_offers(company: Database, http: httpx.AsyncClient):
    await record(company, "C-1", state=CaseState.CONFIRMING)
    refused = await http.get("/api/cases/C-1/slots")
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    await record(company, "C-2", state=CaseState.DECIDING, row={"site_id": None})
    unknown = await http.get("/api/cases/C-2/slots")
    assert (unknown.status_code, unknown.json()["field"]) == (422, "site")
    assert (await http.get("/api/cases/C-404/slots")).status_code == 404
