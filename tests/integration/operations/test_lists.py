"""Operations' lists over HTTP: order, causes, filters, counts, pages, exports, views."""

import csv
import io
from typing import Any

import httpx2 as httpx
import pytest

from domain.clock import ClockName, Pause, PauseReason
from domain.ids import VisitId
from domain.people import Role
from domain.vocabulary import BookingState, CaseKind, CaseState, Outcome, PartSource, Severity, VisitState
from models import tables as t
from models.session import Database
from tests.builders import (
    a_booking_row,
    a_product,
    a_reservation,
    a_site,
    a_territory,
    a_visit_row,
    at,
    save,
    stock,
)
from tests.integration.operations.rows import a_clock, record

RESOLVE = ClockName.RESOLVE


async def get(http: httpx.AsyncClient, path: str, **params: Any) -> Any:
    answer = await http.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ids(http: httpx.AsyncClient, **params: Any) -> list[str]:
    return [line["id"] for line in (await get(http, "/api/operations/cases", **params))["items"]]


async def a_busy_company(database: Database) -> None:
    """Six open cases, each with another trouble, and a closed one."""
    await save(database, a_territory("T2", time_zone="Asia/Shanghai"), a_site("SI-2", neighbourhood="Eimsbüttel"))
    await record(database, "C-1", a_clock(RESOLVE, 30), open_visit=VisitId("C-1-V1"))
    await record(database, "C-2", a_clock(RESOLVE, -2), a_clock(ClockName.ON_SITE, 4), open_visit=VisitId("C-2-V1"))
    await record(database, "C-3", a_clock(RESOLVE, 20, predicted=at(25)), open_visit=VisitId("C-3-V1"))
    await record(database, "C-4", a_clock(RESOLVE, 3), state=CaseState.CLASSIFYING, row={"site_id": "SI-2"})
    paused = a_clock(RESOLVE, 50, pauses=(Pause(PauseReason.WAITING_FOR_CUSTOMER, at(-95)),))
    await record(database, "C-5", paused, state=CaseState.QUOTING, responsible=Role.CUSTOMER)
    await record(database, "C-6", a_clock(RESOLVE, 70), state=CaseState.HANDED_OVER, territory="T2")
    await record(database, "C-7", a_clock(RESOLVE, 10, stopped_at=at(-92)), state=CaseState.ARCHIVED)
    await save(
        database,
        a_visit_row("C-1-V1", requested_at=at(-90)),
        a_visit_row("C-2-V1", state=VisitState.BOOKED),
        a_booking_row("C-2-V1-B1", "E1", -1, predicted_arrival=at(1)),
        a_visit_row("C-3-V1", state=VisitState.BOOKED),
        a_booking_row("C-3-V1-B1", "E2", 24),
        stock("W1", reserved=1),
        a_reservation("C-3-V1-B1-P1", "W1", source=PartSource.SHIPMENT, ready_at=at(22), made_at=at(-30)),
        t.Plan(
            id="T1-1", territory_id="T1", number=1, state=t.PlanState.PUBLISHED, engine="callout",
            horizon_start=at(-80), problem={}, plan={}, visit_versions={}, score={}, cost=0, seconds=1.0,
            created_at=at(-80),
        ),
        t.UnassignedVisit(
            plan_id="T1-1", visit_id="C-1-V1",
            reasons=[{"code": "skill", "sentence": "Nobody knows gas.", "nearest": "E1"}],
        ),
    )  # fmt: skip


async def test_what_hurts_first_comes_first_with_its_cause(company: Database, http: httpx.AsyncClient):
    await a_busy_company(company)
    lines = (await get(http, "/api/operations/cases"))["items"]
    assert [(line["id"], line["sla"], line["clock"]) for line in lines] == [
        ("C-2", "breached", "resolve"),
        ("C-4", "warning", "resolve"),
        ("C-3", "jeopardy", "resolve"),
        ("C-1", "warning", "resolve"),
        ("C-6", "running", "resolve"),
        ("C-5", "paused", None),
    ]
    causes = {line["id"]: line["cause"] for line in lines}
    assert (causes["C-2"]["kind"], causes["C-2"]["seconds"]) == ("engineer_late", 7200)
    assert causes["C-2"]["sentence"] == "Engineer E1 is 2 h 0 min late, expected Mon 23 Nov 10:00"
    assert (causes["C-3"]["kind"], causes["C-3"]["sku"]) == ("part", "P1")
    assert causes["C-3"]["sentence"] == "Part P1 due Tue 24 Nov 07:00"
    assert causes["C-1"]["sentence"] == "No place in the plan: Nobody knows gas."
    assert [causes[id_]["kind"] for id_ in ("C-4", "C-5", "C-6")] == ["step", "customer", "depot"]
    worst = lines[0]
    assert (worst["seconds_to_go"], worst["age_seconds"], worst["time_zone"]) == (-7200, 360_000, "Europe/Berlin")
    assert [(chip["name"], chip["state"]) for chip in worst["clocks"]] == [
        ("resolve", "breached"),
        ("on_site", "warning"),
    ]
    assert lines[4]["time_zone"] == "Asia/Shanghai"


async def test_each_filter_shows_what_it_says(company: Database, http: httpx.AsyncClient):
    await a_busy_company(company)
    for params, wanted in (
        ({"territory": "T2"}, ["C-6"]),
        ({"state": ["quoting", "handed_over"]}, ["C-6", "C-5"]),
        ({"sla": "breached"}, ["C-2"]),
        ({"sla": ["jeopardy", "paused"]}, ["C-3", "C-5"]),
        ({"responsible": "customer"}, ["C-5"]),
        ({"waiting": "part"}, ["C-3"]),
        ({"waiting": "customer"}, ["C-5"]),
        ({"waiting": ["depot", "part"]}, ["C-3", "C-6"]),
        ({"clock": "resolve", "territory": "T2"}, ["C-6"]),
        ({"text": "eimsb"}, ["C-4"]),
        ({"text": "c-3 HEAT"}, ["C-3"]),
        ({"text": "100%"}, []),
        ({"engineer": "E2"}, ["C-3"]),
        ({"sort": "opened", "closed": "true", "state": "archived"}, ["C-7"]),
        ({"promise": "kept", "closed": "true"}, ["C-7"]),
    ):
        assert await ids(http, **params) == wanted, params
    refused = await http.get("/api/operations/cases", params={"sla": "fine"})
    assert (refused.status_code, refused.json()["field"]) == (422, "sla[0]")


async def test_counts_are_what_the_list_would_show(company: Database, http: httpx.AsyncClient):
    await a_busy_company(company)
    counted = await get(http, "/api/operations/counts", territory="T1", sla=["warning", "breached"])
    assert counted["total"] == 3
    assert counted["facets"]["territories"] == {"T1": 3}
    assert counted["facets"]["sla"] == {"breached": 1, "warning": 2, "jeopardy": 1, "paused": 1}
    names = {"territories": "territory", "states": "state", "clocks": "clock"}
    everything = await get(http, "/api/operations/counts")
    for facet, choices in everything["facets"].items():
        for choice, count in choices.items():
            assert len(await ids(http, **{names.get(facet, facet): choice})) == count, (facet, choice)
    assert everything["facets"]["waiting"] == {"part": 1, "customer": 1, "depot": 1}


async def test_pages_show_each_case_once_while_others_change(company: Database, http: httpx.AsyncClient):
    for number in range(9):
        await record(company, f"C-{number}", a_clock(RESOLVE, 10 * number))
    await record(company, "C-91", state=CaseState.CONFIRMING)
    await record(company, "C-90", state=CaseState.CONFIRMING)
    for sort in ("hurts", "opened"):
        first = await get(http, "/api/operations/cases", limit=4, sort=sort)
        seen, cursor = [line["id"] for line in first["items"]], first["next_cursor"]
        await record(company, f"C-0{sort}", a_clock(RESOLVE, -50))  # comes where the reader was already
        while cursor:
            page = await get(http, "/api/operations/cases", limit=4, sort=sort, cursor=cursor)
            assert page["as_of"] == first["as_of"]
            seen += [line["id"] for line in page["items"]]
            cursor = page["next_cursor"]
        assert [id_ for id_ in seen if not id_.startswith("C-0h")][-2:] == ["C-90", "C-91"]
        assert len(seen) == len(set(seen))
        assert {f"C-{number}" for number in (*range(9), 90, 91)} <= set(seen)
    other = await http.get("/api/operations/cases", params={"sort": "hurts", "cursor": first["next_cursor"]})
    spoilt = await http.get("/api/operations/cases", params={"cursor": "nonsense"})
    assert [(a.status_code, a.json()["field"]) for a in (other, spoilt)] == [(422, "cursor")] * 2


async def test_an_export_holds_everything_and_runs_no_formula(company: Database, http: httpx.AsyncClient):
    await a_busy_company(company)
    await record(company, "C-8", a_clock(RESOLVE, 9), row={"symptom": '=HYPERLINK("http://x","y")'})
    answer = await http.get("/api/operations/cases.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line["id"] for line in lines] == await ids(http)
    assert {line["id"]: line["symptom"] for line in lines}["C-8"] == '\'=HYPERLINK("http://x","y")'
    assert lines[0]["seconds_to_go"] == "-7200"  # a number stays one
    waiting = list(
        csv.DictReader(io.StringIO((await http.get("/api/operations/ageing.csv")).content.decode("utf-8-sig")))
    )
    assert [(line["waits_for"], line["who"], line["case_id"]) for line in waiting] == [
        ("customer", "customer", "C-5"),
        ("depot", "operations", "C-6"),
        ("part", "stock_keeper", "C-3"),
    ]


@pytest.mark.parametrize("path", ["cases", "cases.csv", "ageing", "ageing.csv"])
async def test_what_the_record_cannot_look_for_is_refused_before_an_answer_begins(http: httpx.AsyncClient, path: str):
    answer = await http.get(f"/api/operations/{path}", params={"text": "\0"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


async def test_waiting_repairs_say_since_when_why_and_who(company: Database, http: httpx.AsyncClient):
    await a_busy_company(company)
    first = await get(http, "/api/operations/ageing", limit=2)
    rest = await get(http, "/api/operations/ageing", limit=2, cursor=first["next_cursor"])
    assert [line["waits_for"] for line in first["items"] + rest["items"]] == ["customer", "depot", "part"]
    part = rest["items"][0]
    assert (part["seconds"], part["why"], part["from_"]) == (30 * 3600, "Part P1 due Tue 24 Nov 07:00", "W1")
    assert [line["case"]["id"] for line in (await get(http, "/api/operations/ageing", waiting="depot"))["items"]] == [
        "C-6"
    ]


async def test_figures_and_bars_lead_to_the_cases_behind_them(company: Database, http: httpx.AsyncClient):
    await a_busy_company(company)
    fault = {"kind": CaseKind.FAULT, "product_model_code": "M1", "error_code": "E31"}
    await save(company, a_product("IP-9", serial="S9"))
    for number, visits in ((11, 1), (12, 2)):
        clock = a_clock(RESOLVE, 10, stopped_at=at(-1))
        given = {"row": fault, "state": CaseState.CONFIRMING, "outcome": Outcome.FIXED, "visits": visits}
        await record(company, f"C-{number}", clock, written=-0.5, **given)
        for visit in range(1, visits + 1):
            id_, over = f"C-{number}-V{visit}", visit == visits
            done = {"departed_at": at(-3), "arrived_at": at(-2), "finished_at": at(-1) if over else at(-30)}
            outcome = Outcome.FIXED if over else Outcome.PART_MISSING
            await save(
                company,
                a_visit_row(id_, number=visit, state=VisitState.DONE, outcome=outcome, booking_id=f"{id_}-B1", **done),
                a_booking_row(f"{id_}-B1", "E1", -30 - number + visit, state=BookingState.DONE, ended_at=at(-1)),
            )
    found = {figure["name"]: figure for figure in (await get(http, "/api/operations"))["figures"]}
    assert [(name, figure["value"], figure["before"]) for name, figure in found.items()] == [
        ("kept_today", 2, 0),
        ("jeopardy", 1, 0),
        ("breached", 1, 0),
        ("waiting_for_parts", 1, 1),
        ("oldest", 360_000, 360_000 - 86_400),
    ]
    for name in ("kept_today", "jeopardy", "breached", "waiting_for_parts"):
        assert len(await ids(http, **found[name]["cases"])) == found[name]["value"], name
    charts = await get(http, "/api/operations/charts", days=7, zone="Europe/Berlin")
    assert charts["promises"][-1]["values"] == {"kept": 2, "missed": 0}
    assert charts["first_time_fix"][-1]["values"] == {"first_time": 1, "later": 1}
    assert charts["faults"][0]["key"] == "M1 E31"
    assert charts["travel"][-1]["values"] == {"travel_hours": 2.0, "work_hours": 2.0, "share": 0.5}
    assert {bar["key"]: bar["values"]["visits"] for bar in charts["load"]} == {"E1": 1, "E2": 1}
    bars = 0
    for name in ("promises", "first_time_fix", "backlog", "faults"):
        for bar in charts[name]:
            for value, params in bar["cases"].items():
                assert len(await ids(http, **params)) == bar["values"][value], (name, bar)
                bars += 1
    assert bars >= 20
    assert (await http.get("/api/operations", params={"zone": "Mars/Base"})).json()["field"] == "zone"


async def test_an_empty_company_has_empty_lists(company: Database, http: httpx.AsyncClient):
    assert (await get(http, "/api/operations/cases"))["items"] == []
    assert (await get(http, "/api/operations/ageing")) == {"items": [], "next_cursor": None}
    assert (await get(http, "/api/operations/counts"))["total"] == 0
    assert [figure["value"] for figure in (await get(http, "/api/operations"))["figures"]] == [0] * 5


async def test_everybody_keeps_views_of_their_own(company: Database, http: httpx.AsyncClient):
    ann, ben = ({"Callout-Actor": f"operations:{name}"} for name in ("ann", "ben"))
    view = {"sla": ["breached"], "territory": ["T1"], "sort": "opened"}
    for _ in range(2):
        saved = await http.put("/api/operations/views/My breaches", json=view, headers=ann)
        assert (saved.status_code, saved.json()["query"]) == (200, view)
    listed = await http.get("/api/operations/views", headers=ann)
    assert [one["name"] for one in listed.json()] == ["My breaches"]
    assert (await http.get("/api/operations/views", headers=ben)).json() == []
    assert (await http.put("/api/operations/views/x", json={"colour": "red"}, headers=ann)).status_code == 422
    assert (await http.delete("/api/operations/views/My breaches", headers=ben)).status_code == 404
    assert (await http.delete("/api/operations/views/My breaches", headers=ann)).status_code == 204
    assert (await http.get("/api/operations/views", headers=ann)).json() == []


async def test_a_severity_is_counted(company: Database, http: httpx.AsyncClient):
    await record(company, "C-1", a_clock(RESOLVE, 9), row={"severity": Severity.SAFETY})
    assert (await get(http, "/api/operations/counts"))["facets"]["severities"] == {"safety": 1}
