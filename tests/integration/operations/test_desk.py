"""The case desk over HTTP: duplicates, repeats, hints, one case on one screen."""

from typing import Any

import httpx2 as httpx

from domain.because import Because, BecauseCode, WhyNot
from domain.clock import ClockName
from domain.ids import EngineerId, VisitId
from domain.messages import EventDraft
from domain.vocabulary import BookingState, CaseState, Outcome, PartSource, VisitState
from models.repositories import events
from models.repositories.commands import CommandKey
from models.session import Database
from tests.builders import a_booking_row, a_model, a_product, a_reservation, a_site, a_visit_row, at, save, stock
from tests.integration.operations.rows import a_clock, record
from tests.integration.operations.test_lists import get

FAULT = {"product_model_code": "M1", "error_code": "E31", "symptom": "outdoor unit does not start"}


async def what_was(database: Database) -> None:
    """An open case, closed ones of the same product, and some of other products."""
    await save(database, a_model("M2"), a_site("SI-2", latitude=53.6, longitude=10.1), a_product("IP-2", site="SI-2"))
    await record(database, "C-1", a_clock(ClockName.RESOLVE, 30), row=FAULT)
    closed = {"state": CaseState.ARCHIVED, "outcome": Outcome.FIXED, "visits": 1}
    for id_, days, row in (
        ("C-2", 10, FAULT),
        ("C-3", 40, FAULT),
        ("C-4", 10, FAULT | {"error_code": "", "symptom": "makes a loud noise at night"}),
        ("C-5", 10, FAULT | {"installed_product_id": "IP-2", "site_id": "SI-2", "error_code": "E99"}),
        ("C-6", 10, FAULT | {"product_model_code": "M2", "installed_product_id": None}),
    ):
        await record(database, id_, written=-24 * days, row=row, **closed)
        report = {"work_done": f"Board replaced ({id_})", "parts_used": [{"sku": "P1", "quantity": 2, "serial": None}]}
        done = {"arrived_at": at(-24 * days - 2), "finished_at": at(-24 * days - 1), "outcome": Outcome.FIXED}
        await save(database, a_visit_row(f"{id_}-V1", state=VisitState.DONE, report=report, **done))


async def check(http: httpx.AsyncClient, **body: Any) -> Any:
    answer = await http.post("/api/cases/check", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_duplicate_comes_before_a_repeat_and_each_says_why(company: Database, http: httpx.AsyncClient):
    await what_was(company)
    asked = {"product_model": "M1", "serial": "SN-IP-1", "symptom": "Outdoor unit won't start", "error_code": "E31"}
    found = await check(http, **asked)
    assert [(one["case_id"], one["kind"]) for one in found["alike"]] == [("C-1", "duplicate"), ("C-2", "repeat")]
    assert found["alike"][0]["reasons"] == ["same_product", "same_error_code", "same_symptom"]
    near = await check(http, product_model="M1", latitude=53.5451, longitude=9.9601, symptom="something else entirely")
    assert [(one["case_id"], one["reasons"]) for one in near["alike"]] == [("C-1", ["same_place_and_model"])]
    assert (await check(http, product_model="M1", latitude=53.7, longitude=9.96))["alike"] == []
    assert await check(http) == {"alike": [], "hints": []}
    assert (await http.post("/api/cases/check", json={"phone": "1"})).status_code == 422


async def test_hints_say_what_was_done_and_what_solved_it(company: Database, http: httpx.AsyncClient):
    await what_was(company)
    await record(
        company, "C-7", written=-100, row=FAULT | {"error_code": "", "symptom": "the outdoor unit does not start now"},
        state=CaseState.ARCHIVED,
    )  # fmt: skip
    hints = await get(http, "/api/cases/C-1/hints")
    assert [(hint["case_id"], hint["reasons"]) for hint in hints] == [
        ("C-2", ["same_error_code", "same_symptom"]),
        ("C-3", ["same_error_code", "same_symptom"]),
        ("C-5", ["same_symptom"]),
    ]
    assert (hints[0]["done"], hints[0]["parts"], hints[0]["minutes"]) == ("Board replaced (C-2)", {"P1": 2}, 60)
    assert (hints[0]["solved_by"], hints[0]["first_time"]) == ("visit", True)


ABSENT = (Because(BecauseCode.ENGINEER_ABSENT, {"engineer": "E1"}),)
NO_PLACE = (Because(BecauseCode.NO_PLACE, why_not=WhyNot("time", "Nobody has time.", nearest=EngineerId("E2"))),)


async def a_visited_case(database: Database) -> None:
    await record(
        database, "C-1", a_clock(ClockName.RESOLVE, 100), a_clock(ClockName.ON_SITE, -20), written=-50,
        open_visit=VisitId("C-1-V1"), visits=1,
    )  # fmt: skip
    await save(
        database,
        a_visit_row(state=VisitState.OFFERED, parts=[{"sku": "P1", "quantity": 1}, {"sku": "P2", "quantity": 2}]),
        a_booking_row("C-1-V1-B1", "E1", 2, state=BookingState.RELEASED, ended_at=at(-1), reason="first plan"),
        a_booking_row("C-1-V1-B2", "E2", 26, state=BookingState.OFFERED, reason="E1 is sick", plan_id=None),
        stock("W1", reserved=1),
        a_reservation("C-1-V1-B2-P1", "W1", source=PartSource.SHIPMENT, ready_at=at(20)),
    )
    key = CommandKey("visit/C-1-V1", "x", "record_visit")
    drafts = [
        EventDraft("visit_requested", at(-10), data={"visit_id": "C-1-V1", "engineer": None}),
        EventDraft("booked", at(-9), data={"booking_id": "C-1-V1-B1", "engineer": "E1"}),
        EventDraft("booking_lost", at(-1), data={"reason": "absence"}, because=NO_PLACE),
        EventDraft("booked", at(-0.5), data={"booking_id": "C-1-V1-B2", "engineer": "E2"}, because=ABSENT),
        EventDraft("note", at(-0.1), data={"text": "ring twice"}),
    ]
    async with database.transaction() as session:
        await events.append(session, key, drafts, at(-0.1), case_id="C-1", visit_id="C-1-V1")


async def test_the_desk_shows_where_a_case_stands(company: Database, http: httpx.AsyncClient):
    await a_visited_case(company)
    desk = await get(http, "/api/cases/C-1/desk")
    assert (desk["line"]["sla"], desk["line"]["cause"]["kind"]) == ("breached", "part")
    bars = {bar["name"]: bar for bar in desk["clocks"]}
    bar = bars["resolve"]
    assert (bar["state"], bar["used_share"], bar["warns_at_share"]) == ("running", 0.5, 0.75)
    assert (bars["on_site"]["state"], bars["on_site"]["used_share"]) == ("breached", 1.25)
    assert {clock["state"] for clock in desk["case"]["clocks"]} == {"running", "breached"}
    assert desk["case"]["contact"]["address"] == "•••"
    parts = [(part["sku"], part["state"], part["quantity"]) for part in desk["parts"]]
    assert parts == [("P1", "held", 1), ("P2", "needed", 2)]
    assert [visit["id"] for visit in desk["case"]["visits"]] == ["C-1-V1"]
    assert (await http.get("/api/cases/C-404/desk")).status_code == 404


async def test_the_timeline_is_newest_first_and_says_what_moved_and_why(company: Database, http: httpx.AsyncClient):
    await a_visited_case(company)
    first = await get(http, "/api/cases/C-1/events", limit=3)
    assert [event["kind"] for event in first["items"]] == ["note", "booked", "booking_lost"]
    rest = await get(http, "/api/cases/C-1/events", limit=3, cursor=first["next_cursor"])
    assert [event["kind"] for event in rest["items"]] == ["booked", "visit_requested", "changed"]
    assert rest["next_cursor"] is None
    plans = (await get(http, "/api/cases/C-1/events", kind="plan"))["items"]
    assert [event["move"]["sentence"] for event in plans] == [
        "Moved from Engineer E1, Mon 23 Nov 11:00, to Engineer E2, Tue 24 Nov 11:00: E1 is sick",
        "Engineer E1, Mon 23 Nov 11:00, is given up: absence",
        "Booked with Engineer E1, Mon 23 Nov 11:00: first plan",
    ]
    assert plans[0]["move"]["to_engineer"] == "Engineer E2"
    assert [[why["code"] for why in event["because"]] for event in plans] == [["engineer_absent"], ["no_place"], []]
    assert [event["people"] for event in plans] == [{"E1": "Engineer E1"}, {"E2": "Engineer E2"}, {}]
    assert plans[1]["because"][0]["why_not"]["code"] == "time"
    some = (await get(http, "/api/cases/C-1/events", kind=["note", "case"]))["items"]
    assert [event["kind"] for event in some] == ["note"]
    for params in ({"kind": "gossip"}, {"cursor": "x"}):
        assert (await http.get("/api/cases/C-1/events", params=params)).status_code == 422


async def test_what_is_possible_now_is_offered(company: Database, http: httpx.AsyncClient):
    await a_visited_case(company)
    desk = await get(http, "/api/cases/C-1/desk")
    assert desk["commands"] == ["pause", "resume", "cancel", "note", "attach"]
    assert desk["visit_commands"] == ["accept", "decline"]
