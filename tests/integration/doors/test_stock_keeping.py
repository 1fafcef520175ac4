"""Moving, writing off and counting stock through real doors: who may, what it wakes, and what the list shows."""

from typing import Any

import httpx2 as httpx
import pytest
from temporalio.client import Client

from domain.messages import TerritoryView
from domain.people import Role
from models import tables as t
from tests.builders import (
    a_booking_row,
    a_case_row,
    a_reservation,
    a_serial,
    a_territory,
    a_van,
    a_visit_row,
    a_warehouse,
    an_engineer,
    save,
    stock,
)
from tests.integration.doors.conftest import Doors

TRANSFER: dict[str, Any] = {"location": "W1", "to": "VAN-E1", "sku": "P1", "quantity": 2, "note": "For Monday"}
WRITE_OFF: dict[str, Any] = {"location": "W1", "sku": "P1", "quantity": 1, "reason": "broken", "note": "Fell down"}
COUNT: dict[str, Any] = {"location": "W1", "sku": "P1", "counted": 4}


async def two_territories(doors: Doors) -> None:
    """T1 with W1 and two vans, T2 with W2 and a van, W3 for all."""
    await save(doors.database, a_territory("T2"), an_engineer("E7", "T2"), a_van("E7"))
    await save(doors.database, *a_warehouse("W2", territory_id="T2"), *a_warehouse("W3"))
    async with doors.database.transaction() as session:
        (await session.get_one(t.Warehouse, "W1")).territory_id = "T1"
    await save(doors.database, stock("W1"), stock("W3"))


async def lines(http: httpx.AsyncClient, query: str = "") -> list[tuple[str, str, int, int]]:
    """What the list shows: kind, location, units, what lay there afterwards."""
    answer = await http.get(f"/api/stock/movements{query}")
    assert answer.status_code == 200, answer.text
    return [(each["kind"], each["location"], each["units"], each["on_hand"]) for each in answer.json()["items"]]


async def reasons(temporal: Client, territory: str) -> tuple[str, ...]:
    """Why a territory is about to plan."""
    handle = temporal.get_workflow_handle(f"territory/{territory}")
    view: TerritoryView = await handle.query("view", result_type=TerritoryView)
    return view.progress.reasons


@pytest.mark.usefixtures("worker")
async def test_a_keeper_moves_writes_off_and_counts_and_the_list_shows_it(doors: Doors) -> None:
    await save(doors.database, stock("W1"))
    async with doors.signed_in(Role.STOCK_KEEPER) as http:
        for path, body in (("transfers", TRANSFER), ("write-offs", WRITE_OFF), ("counts", COUNT)):
            for _ in range(2):
                answer = await http.post(f"/api/stock/{path}", json=body, headers={"idempotency-key": path})
                assert answer.status_code == 200, answer.text
        assert await lines(http) == [
            ("counted", "W1", 2, 4),
            ("written_off", "W1", -1, 2),
            ("transferred", "VAN-E1", 2, 2),
            ("transferred", "W1", -2, 3),
        ]
        first = (await http.get("/api/stock/movements?limit=3")).json()
        rest = (await http.get(f"/api/stock/movements?limit=3&cursor={first['next_cursor']}")).json()
        assert [each["kind"] for each in rest["items"]] == ["transferred"]
        assert rest["next_cursor"] is None
        assert await lines(http, "?location=VAN-E1") == [("transferred", "VAN-E1", 2, 2)]
        assert [line[0] for line in await lines(http, "?kind=counted&kind=written_off")] == ["counted", "written_off"]
        assert await lines(http, "?text=p2") == []
        wrong = await http.get("/api/stock/movements?cursor=x")
        assert (wrong.status_code, wrong.json()["field"]) == (422, "cursor")
        table = (await http.get("/api/stock/movements.csv?kind=written_off")).text.lstrip("\ufeff").splitlines()
    written_off = first["items"][1]
    assert (written_off["reason"], written_off["note"], written_off["actor_role"], written_off["actor_id"]) == (
        "broken", "Fell down", "stock_keeper", "stock_keeper-1",
    )  # fmt: skip
    assert table[0].startswith("at,kind,location,location_name,sku,name,units,held,on_hand,counted,other_location,")
    assert table[1].partition(",")[2] == (
        "written_off,W1,W1,P1,Part P1,-1,0,2,,,,broken,Fell down,,stock_keeper,stock_keeper-1"
    )


@pytest.mark.usefixtures("worker")
async def test_every_territory_whose_plan_may_count_on_the_stock_plans_again(doors: Doors, temporal: Client) -> None:
    await two_territories(doors)
    async with doors.signed_in(Role.STOCK_KEEPER, territory_id="T1") as http:
        assert (await http.post("/api/stock/transfers", json=TRANSFER | {"location": "W3"})).status_code == 200
        assert await reasons(temporal, "T1") == await reasons(temporal, "T2") == ("P1 was moved to VAN-E1",)
        assert (await http.post("/api/stock/counts", json=COUNT | {"counted": 5})).status_code == 200
        assert (await http.post("/api/stock/counts", json=COUNT)).status_code == 200
    assert await reasons(temporal, "T1") == ("P1 was moved to VAN-E1", "P1 was counted")
    assert await reasons(temporal, "T2") == ("P1 was moved to VAN-E1",)


@pytest.mark.usefixtures("worker")
async def test_what_visits_hold_is_told_and_given_up_only_when_asked(doors: Doors, temporal: Client) -> None:
    await save(doors.database, stock("W1", on_hand=1, reserved=1))
    await save(doors.database, a_case_row(), a_visit_row(), a_booking_row(), a_reservation(location="W1"))
    async with doors.signed_in(Role.OPERATIONS) as http:
        refused = await http.post("/api/stock/write-offs", json=WRITE_OFF)
        assert (refused.status_code, refused.json()["code"]) == (409, "stock_reserved")
        assert refused.json()["detail"].startswith("W1 has 0 of P1 free; the others are held for C-1-V1. Check")
        moved = await http.post("/api/stock/transfers", json=TRANSFER | {"quantity": 1})
        assert (moved.status_code, moved.json()["code"]) == (409, "stock_reserved")
        done = await http.post("/api/stock/write-offs", json=WRITE_OFF | {"release": True})
        assert done.status_code == 200, done.text
        assert await lines(http) == [("written_off", "W1", -1, 0), ("released", "W1", 0, 1)]
        (_, released) = (await http.get("/api/stock/movements")).json()["items"]
        assert (released["visit_id"], released["held"], released["actor_id"]) == ("C-1-V1", -1, None)
    assert await reasons(temporal, "T1") == ("P1 was written off",)


@pytest.mark.usefixtures("worker")
async def test_what_is_out_of_reach_does_not_exist(doors: Doors) -> None:
    await two_territories(doors)
    async with doors.signed_in(Role.STOCK_KEEPER, territory_id="T1") as http:
        for path, body, place in (
            ("transfers", TRANSFER, "location"),
            ("transfers", TRANSFER, "to"),
            ("write-offs", WRITE_OFF, "location"),
            ("counts", COUNT, "location"),
        ):
            foreign = await http.post(f"/api/stock/{path}", json=body | {place: "W2"})
            missing = await http.post(f"/api/stock/{path}", json=body | {place: "W9"})
            assert (foreign.status_code, foreign.text.replace("W2", "W9")) == (404, missing.text)

    given = {"location": "W3", "sku": "P1", "quantity": 1, "to": "VAN-E7"}
    assert (await doors.http.post("/api/stock/transfers", json=given)).status_code == 200
    await save(doors.database, a_case_row("C-2", territory_id="T2"), a_visit_row("C-2-V1", territory_id="T2"))
    held = {"location_id": "W3", "sku": "P1", "units": 0, "held": 1, "on_hand": 4, "at": await doors.queries.now()}
    await save(doors.database, t.StockMovement(kind="reserved", visit_id="C-2-V1", serials=[], **held))
    async with doors.signed_in(Role.STOCK_KEEPER, territory_id="T1", id_="other") as http:
        answer = (await http.get("/api/stock/movements")).json()["items"]
    assert [(each["kind"], each["location"], each["other_location"], each["visit_id"]) for each in answer] == [
        ("reserved", "W3", None, None),
        ("transferred", "W3", None, None),
    ]
    whole = (await doors.http.get("/api/stock/movements")).json()["items"]
    assert [(each["location"], each["other_location"], each["visit_id"]) for each in whole] == [
        ("W3", None, "C-2-V1"),
        ("VAN-E7", "W3", None),
        ("W3", "VAN-E7", None),
    ]


@pytest.mark.usefixtures("worker")
async def test_a_warehouse_is_emptied_retired_and_still_in_the_list(doors: Doors) -> None:
    await save(doors.database, stock("W1", "S1", 1), a_serial("X-1", "W1"))
    move = {"location": "W1", "to": "VAN-E2", "sku": "S1", "quantity": 1, "serials": ["X-1"]}
    async with doors.signed_in(Role.ADMIN) as http:
        assert (await http.post("/api/stock/transfers", json=move)).status_code == 200
        (house,) = (await http.get("/api/admin/warehouses")).json()
        body = {name: value for name, value in house.items() if name not in {"id", "units", "etag"}}
        retired = await http.put(
            "/api/admin/warehouses/W1", json=body | {"active": False}, headers={"if-match": house["etag"]}
        )
        assert retired.status_code == 200, retired.text
        assert [line[1] for line in await lines(http)] == ["VAN-E2", "W1"]
        answer = (await http.get("/api/stock/movements?location=W1")).json()["items"]
        assert (answer[0]["serials"], answer[0]["other_location"]) == ("X-1", "VAN-E2")
        back = await http.post("/api/stock/transfers", json=move | {"location": "VAN-E2", "to": "W1"})
        assert back.status_code == 404


async def test_a_warehouse_that_serves_nobody_says_so(doors: Doors) -> None:
    async with doors.database.transaction() as session:
        (await session.get_one(t.Territory, "T1")).active = False
    answer = await doors.http.post("/api/stock/counts", json=COUNT)
    assert (answer.status_code, answer.json()["field"]) == (422, "location")
