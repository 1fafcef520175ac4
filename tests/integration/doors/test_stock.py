"""The stock keeper's lists through real doors: what lies where, what must be picked, what is on its way."""

from datetime import datetime, timedelta
from typing import Any

import httpx2 as httpx

from domain.people import Role
from domain.vocabulary import PartSource, ReservationState
from models import tables as t
from tests.builders import (
    a_booking_row,
    a_case_row,
    a_reservation,
    a_territory,
    a_van,
    a_visit_row,
    a_warehouse,
    an_engineer,
    save,
    stock,
)
from tests.integration.doors.conftest import Doors


async def two_territories(doors: Doors) -> None:
    """T1 with W1 and the vans of E1 and E2, T2 with W2 and the van of E7, W3 for all; some stock in each."""
    await save(doors.database, a_territory("T2"), an_engineer("E7", "T2"), a_van("E7"))
    await save(doors.database, *a_warehouse("W2", territory_id="T2"), *a_warehouse("W3"))
    async with doors.database.transaction() as session:
        (await session.get_one(t.Warehouse, "W1")).territory_id = "T1"
    await save(doors.database, stock("W1", "P1", 5, 2), stock("W1", "P2"), stock("VAN-E1", "P1", 3))
    await save(doors.database, stock("W2", "P1"), stock("VAN-E7", "P2"), stock("W3", "P2", 1, 1))


async def held(doors: Doors, case: str, engineer: str, arrival: datetime, territory: str = "T1", **part: Any) -> None:
    """A visit at that moment, with a part."""
    visit, booking = f"{case}-V1", f"{case}-V1-B1"
    end = arrival + timedelta(hours=1)
    await save(
        doors.database,
        a_case_row(case, territory_id=territory),
        a_visit_row(visit, territory_id=territory),
        a_booking_row(booking, engineer, arrival=arrival, finish=end),
    )
    given = {"id": f"{booking}-R1", "booking_id": booking, "visit_id": visit, "location_id": "W1"}
    async with doors.database.transaction() as session:
        session.add(a_reservation(**given | part))


async def items(http: httpx.AsyncClient, path: str) -> Any:
    answer = await http.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_a_territorys_stock_keeper_sees_its_own_places_and_those_for_all(doors: Doors) -> None:
    await two_territories(doors)
    async with doors.signed_in(Role.STOCK_KEEPER, territory_id="T1") as http:
        places = await items(http, "/api/stock/locations")
        lots = await items(http, "/api/stock")
        foreign = await items(http, "/api/stock?location=W2")

    assert [place["id"] for place in places] == ["W1", "W3", "VAN-E1", "VAN-E2"]
    assert places[0]["latitude"] == 53.53
    assert places[0]["opening_hours"] == []
    found = [(lot["location"], lot["sku"], lot["on_hand"], lot["reserved"], lot["free"]) for lot in lots]
    assert found == [("VAN-E1", "P1", 3, 0, 3), ("W1", "P1", 5, 2, 3), ("W1", "P2", 5, 0, 5), ("W3", "P2", 1, 1, 0)]
    assert foreign == []
    assert len(await items(doors.http, "/api/stock")) == 6


async def test_stock_is_searched_and_read_page_by_page(doors: Doors) -> None:
    await two_territories(doors)
    read, cursor = [], ""
    while True:
        page = (await doors.http.get(f"/api/stock?limit=2{cursor}")).json()
        read += [(lot["location"], lot["sku"]) for lot in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    wrong = await doors.http.get("/api/stock?cursor=x")

    assert len(read) == 6
    assert read == sorted(set(read))
    assert {lot["sku"] for lot in await items(doors.http, "/api/stock?text=part p2")} == {"P2"}
    assert await items(doors.http, "/api/stock?text=%25") == []
    assert (wrong.status_code, wrong.json()["field"]) == (422, "cursor")


async def test_the_stock_list_is_exported(doors: Doors) -> None:
    await two_territories(doors)
    answer = await doors.http.get("/api/stock.csv?location=W1")

    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.lstrip("\ufeff").splitlines() == [
        "location,location_name,kind,sku,name,on_hand,reserved,free,sent",
        "W1,W1,warehouse,P1,Part P1,5,2,3,0",
        "W1,W1,warehouse,P2,Part P2,5,0,5,0",
    ]


async def test_parts_of_today_and_tomorrow_are_to_be_picked(doors: Doors) -> None:
    await two_territories(doors)
    now = await doors.queries.now()
    await held(doors, "C-1", "E1", now + timedelta(days=1))
    await held(doors, "C-2", "E2", now + timedelta(days=4))
    await held(doors, "C-3", "E7", now + timedelta(days=1), "T2", location_id="W2")
    await held(doors, "C-4", "E2", now + timedelta(days=1), state=ReservationState.CONSUMED)
    async with doors.signed_in(Role.STOCK_KEEPER, territory_id="T1") as http:
        picks = await items(http, "/api/stock/picks")

    assert [pick["case_id"] for pick in picks] == ["C-1"]
    assert (picks[0]["engineer_id"], picks[0]["location"], picks[0]["sku"]) == ("E1", "W1", "P1")
    assert not picks[0]["late"]
    assert {pick["case_id"] for pick in await items(doors.http, "/api/stock/picks")} == {"C-1", "C-3"}


async def test_what_is_on_its_way_is_expected_and_the_late_part_comes_first(doors: Doors) -> None:
    await two_territories(doors)
    now = await doors.queries.now()
    sent = {"source": PartSource.SHIPMENT, "state": ReservationState.SHIPPED}
    await held(doors, "C-1", "E1", now + timedelta(days=5), ready_at=now + timedelta(days=2), **sent)
    await held(doors, "C-2", "E2", now + timedelta(days=5), ready_at=now - timedelta(hours=2), **sent)
    arrived = sent | {"state": ReservationState.READY}
    await held(doors, "C-3", "E2", now + timedelta(days=6), ready_at=now - timedelta(hours=3), **arrived)

    expected = await items(doors.http, "/api/stock/expected")
    assert [(part["case_id"], part["late"]) for part in expected] == [("C-2", True), ("C-1", False)]


async def test_nothing_comes_into_a_place_out_of_reach(doors: Doors) -> None:
    await two_territories(doors)
    body = {"territory": "T1", "location": "W2", "sku": "P1", "quantity": 1}
    async with doors.signed_in(Role.STOCK_KEEPER, territory_id="T1") as http:
        foreign = await http.post("/api/stock/receipts", json=body)
        missing = await http.post("/api/stock/receipts", json=body | {"location": "W9"})

    assert (foreign.status_code, foreign.text.replace("W2", "W9")) == (404, missing.text)
