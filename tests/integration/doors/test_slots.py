"""A window that was held and chosen, through the workflows, into the visit's record."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from models import tables as t
from models.columns import Row
from tests.builders import save
from tests.integration.doors.conftest import Doors

NEW = {
    "channel": "phone",
    "symptom": "does not heat",
    "contact": {"name": "Erika Mustermann", "phone": "+49 40 123456"},
    "site": {"address": "Ringstraße 7", "latitude": 53.55, "longitude": 9.95},
    "product_model": "M1",
    "classification": {"kind": "fault", "severity": "medium"},
}


async def post(doors: Doors, path: str, body: Any, key: str | None = None) -> Any:
    answer = await doors.http.post(path, json=body, headers={"Idempotency-Key": key} if key else {})
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


async def an_engineer_at_work(doors: Doors) -> None:
    """Somebody who works around the clock on the days that are planned."""
    now = await doors.queries.now()
    shift: Row = t.Shift(
        engineer_id="E1", starts_at=now.replace(microsecond=0), ends_at=(await later(doors, 96)), overtime_minutes=0
    )
    await save(doors.database, shift)
    async with doors.database.transaction() as session:
        area = await session.get_one(t.Territory, "T1")
        area.business_hours = [{"weekday": day, "opens": "08:00", "closes": "20:00"} for day in range(7)]
        area.policy = {"planning": {"horizon_days": 4}}


async def later(doors: Doors, hours: float) -> Any:
    return (await doors.queries.now()).replace(microsecond=0) + timedelta(hours=hours)


async def windows_of(doors: Doors, visit: str) -> Any:
    async with doors.database.reading() as session:
        return await session.scalar(select(col(t.Visit.windows)).where(col(t.Visit.id) == visit))


async def the_first_slot(doors: Doors, case: str) -> Any:
    offers = (await doors.http.get(f"/api/cases/{case}/slots")).json()
    return next(slot for day in offers["days"] for slot in day["slots"])


async def a_case_to_decide(doors: Doors) -> str:
    case: str = (await post(doors, "/api/cases", NEW))["case_id"]
    await post(doors, f"/api/cases/{case}/diagnose", {"findings": "defective"})
    return case


async def test_a_chosen_window_is_the_visits_arrival_window(doors: Doors, worker: None) -> None:
    await an_engineer_at_work(doors)
    case = await a_case_to_decide(doors)
    await post(doors, f"/api/cases/{case}/decide", {"decision": "on_site", "needs": {"minutes": 60}})
    while (await doors.http.get(f"/api/visits/{case}-V1")).status_code != 200:
        pass
    slot = await the_first_slot(doors, case)
    assert (slot["people"], slot["drawbacks"]) == ({"E1": "Engineer E1"}, [])
    held = await post(doors, f"/api/cases/{case}/slots/hold", {"start": slot["start"], "end": slot["end"]})
    receipt = await post(doors, f"/api/cases/{case}/slots/choose", {"hold": held["id"]}, "choose-1")
    assert receipt["id"] == f"{case}-V1"
    assert receipt == await post(doors, f"/api/cases/{case}/slots/choose", {"hold": held["id"]}, "choose-1")
    assert [window["start"][:16] for window in await windows_of(doors, f"{case}-V1")] == [slot["start"][:16]]
    events = (await doors.http.get(f"/api/cases/{case}/events")).json()["items"]
    assert [event["kind"] for event in events].count("slot_chosen") == 1


async def test_a_window_chosen_before_the_decision_waits_for_the_visit(doors: Doors, worker: None) -> None:
    await an_engineer_at_work(doors)
    case = await a_case_to_decide(doors)
    slot = await the_first_slot(doors, case)
    assert (slot["people"], slot["drawbacks"]) == ({"E1": "Engineer E1"}, [])
    held = await post(doors, f"/api/cases/{case}/slots/hold", {"start": slot["start"], "end": slot["end"]})
    receipt = await post(doors, f"/api/cases/{case}/slots/choose", {"hold": held["id"]})
    assert (receipt["id"], receipt["state"]) == (case, "deciding")
    await post(doors, f"/api/cases/{case}/decide", {"decision": "on_site", "needs": {"minutes": 60}})
    while not (windows := await windows_of(doors, f"{case}-V1")):
        pass
    assert [window["start"][:16] for window in windows] == [slot["start"][:16]]
    gone = await doors.http.post(f"/api/cases/{case}/slots/choose", json={"hold": "another"})
    assert (gone.status_code, gone.json()["code"]) == (409, "slot_gone")
    assert gone.json()["free"]
