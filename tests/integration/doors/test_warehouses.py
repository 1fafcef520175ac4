"""Warehouses and the catalogue of parts through real doors: rights, versions, rules per field, and the audit."""

import asyncio
from typing import Any

import httpx2 as httpx
import pytest

from domain.people import Role
from domain.vocabulary import PartSource, VisitState
from models import tables as t
from tests.builders import (
    a_booking_row,
    a_case_row,
    a_reservation,
    a_serial,
    a_territory,
    a_visit_row,
    a_warehouse,
    save,
    stock,
)
from tests.integration.doors.conftest import Doors

WEEK = [{"weekday": day, "opens": "07:00:00", "closes": "18:00:00"} for day in range(5)]
NORTH: dict[str, Any] = {
    "name": "North", "territory_id": "T1", "time_zone": "Europe/Berlin", "latitude": 53.6, "longitude": 10.1,
    "opening_hours": WEEK, "handling_minutes": 15, "active": True,
}  # fmt: skip
FAN: dict[str, Any] = {"name": "Fan", "price_cents": 4_900, "serialised": False, "active": True}


async def warehouse(http: httpx.AsyncClient, id_: str) -> dict[str, Any]:
    answer = await http.get("/api/admin/warehouses")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = next(each for each in answer.json() if each["id"] == id_)
    return found


async def part(http: httpx.AsyncClient, sku: str) -> dict[str, Any]:
    answer = await http.get("/api/admin/parts", params={"text": sku})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = next(each for each in answer.json()["items"] if each["sku"] == sku)
    return found


async def put(http: httpx.AsyncClient, path: str, shown: dict[str, Any], **changes: Any) -> httpx.Response:
    """Save what was shown, with changes, as a screen does."""
    body = {name: value for name, value in shown.items() if name not in {"id", "sku", "units", "etag"}}
    return await http.put(f"/api/admin/{path}", json=body | changes, headers={"if-match": shown["etag"]})


# --- warehouses ----------------------------------------------------------------------------------------------


async def test_a_new_warehouse_is_a_place_for_stock_and_stands_in_the_audit(doors: Doors) -> None:
    async with doors.signed_in(Role.OPERATIONS) as http:
        answer = await http.post("/api/admin/warehouses", json=NORTH | {"id": "WH-NORTH"})
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert made == NORTH | {"id": "WH-NORTH", "units": 0, "etag": made["etag"]}
        assert await warehouse(http, "WH-NORTH") == made
        places = (await http.get("/api/stock/locations")).json()["items"]
        assert {"WH-NORTH", "W1"} <= {place["id"] for place in places}
        (change,) = (await http.get("/api/admin/warehouses/WH-NORTH/changes")).json()
        assert (change["kind"], change["actor_id"], change["after"]["name"]) == ("added", "operations-1", "North")


async def test_a_new_warehouse_sent_twice_is_one(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        for _ in range(2):
            answer = await http.post(
                "/api/admin/warehouses", json=NORTH | {"id": "WH-NORTH"}, headers={"idempotency-key": "once"}
            )
            assert answer.status_code == 201
        assert len((await http.get("/api/admin/warehouses/WH-NORTH/changes")).json()) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"id": "W1"}, "id"),
        ({"id": "w1"}, "id"),
        ({"id": "van-x"}, "id"),
        ({"id": "two words"}, "id"),
        ({"name": " "}, "name"),
        ({"territory_id": "T9"}, "territory_id"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"latitude": 91}, "latitude"),
        ({"handling_minutes": 241}, "handling_minutes"),
        ({"opening_hours": [WEEK[0] | {"weekday": 7}]}, "opening_hours[0].weekday"),
        ({"opening_hours": [WEEK[0] | {"opens": "07:00:30"}]}, "opening_hours[0].opens"),
        ({"opening_hours": [WEEK[0], WEEK[1] | {"closes": "06:00"}]}, "opening_hours[1].closes"),
        ({"opening_hours": [WEEK[0], WEEK[0]]}, "opening_hours"),
        ({"opening_hours": [WEEK[0], WEEK[1] | {"closes": "07:14"}]}, "opening_hours[1]"),
    ],
)
async def test_rules_for_warehouses_are_told_by_field(doors: Doors, wrong: dict[str, Any], field: str) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        answer = await http.post("/api/admin/warehouses", json=NORTH | {"id": "WH-NORTH"} | wrong)
        assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
        assert len((await http.get("/api/admin/warehouses")).json()) == 1


async def test_a_warehouse_may_close_at_midnight(doors: Doors) -> None:
    late = [{"weekday": 4, "opens": "23:45:00", "closes": "00:00:00"}]
    async with doors.signed_in(Role.ADMIN) as http:
        answer = await put(http, "warehouses/W1", await warehouse(http, "W1"), opening_hours=late, handling_minutes=15)
        assert (answer.status_code, answer.json()["opening_hours"]) == (200, late), answer.text


async def test_a_warehouse_is_changed_on_the_version_that_was_seen(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        before = await warehouse(http, "W1")
        assert (await http.put("/api/admin/warehouses/W1", json=NORTH)).status_code == 428
        tries = [put(http, "warehouses/W1", before, name=f"House {n}") for n in range(3)]
        answers = await asyncio.gather(*tries)
        assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
        late = next(answer for answer in answers if answer.status_code == 412).json()
        assert (late["code"], late["changed_by"], late["changed"]) == ("version_changed", "admin-1", ["name"])
        (change,) = (await http.get("/api/admin/warehouses/W1/changes")).json()
        assert (change["before"], change["after"]["name"][:5]) == ({"name": "W1"}, "House")
        assert (await put(http, "warehouses/W9", before)).status_code == 404


async def test_a_warehouse_with_stock_is_not_retired_and_an_empty_one_takes_nothing_in(
    doors: Doors, worker: None
) -> None:
    receipt = {"territory": "T1", "location": "W1", "sku": "P1", "quantity": 1}
    async with doors.signed_in(Role.ADMIN) as http:
        assert (await http.post("/api/stock/receipts", json=receipt)).status_code == 200
        full = await warehouse(http, "W1")
        assert full["units"] == 1
        refused = await put(http, "warehouses/W1", full, active=False)
        assert (refused.status_code, refused.json()["code"]) == (409, "warehouse_not_empty")
        assert refused.json()["detail"].startswith("W1 is not empty: 1 × P1.")

        async with doors.database.transaction() as session:
            (await session.get_one(t.Stock, ("W1", "P1"))).on_hand = 0
        retired = await put(http, "warehouses/W1", full, active=False)
        assert (retired.status_code, retired.json()["active"]) == (200, False), retired.text
        hidden = (await http.get("/api/stock/locations")).json()["items"]
        assert [place["id"] for place in hidden] == ["VAN-E1", "VAN-E2"]
        assert (await http.get("/api/stock")).json()["items"] == []
        late = await http.post("/api/stock/receipts", json=receipt)
        assert late.status_code == 404

        again = await put(http, "warehouses/W1", retired.json(), active=True)
        assert again.status_code == 200
        assert (await http.post("/api/stock/receipts", json=receipt)).status_code == 200
        kinds = [change["kind"] for change in (await http.get("/api/admin/warehouses/W1/changes")).json()]
        assert kinds == ["enabled", "disabled"]


async def test_a_warehouse_serves_the_territories_whose_parts_it_holds(doors: Doors) -> None:
    await save(doors.database, a_territory("T2"), stock("W1", "P1", 1, 1))
    await save(doors.database, a_case_row(), a_visit_row(), a_booking_row())
    held = {"booking_id": "C-1-V1-B1", "visit_id": "C-1-V1", "location_id": "W1", "source": PartSource.WAREHOUSE}
    await save(doors.database, a_reservation("C-1-V1-B1-R1", **held))
    async with doors.signed_in(Role.ADMIN) as http:
        shown = await warehouse(http, "W1")
        refused = await put(http, "warehouses/W1", shown, territory_id="T2")
        assert (refused.status_code, refused.json()["code"]) == (409, "warehouse_holds_parts")
        assert refused.json()["visits"] == "C-1-V1"
        assert (await put(http, "warehouses/W1", shown, territory_id="T1")).status_code == 200


async def test_who_sees_one_territory_sees_its_warehouses_and_changes_none(doors: Doors) -> None:
    await save(doors.database, a_territory("T2"))
    await save(doors.database, *a_warehouse("W2", territory_id="T2"), *a_warehouse("W3", territory_id="T1"))
    async with doors.signed_in(Role.ADMIN, territory_id="T1") as http:
        assert [each["id"] for each in (await http.get("/api/admin/warehouses")).json()] == ["W1", "W3"]
        assert (await http.get("/api/admin/warehouses/W2/changes")).status_code == 404
        assert (await put(http, "warehouses/W3", await warehouse(http, "W3"), name="Mine")).status_code == 403
        assert (await http.post("/api/admin/warehouses", json=NORTH | {"id": "WH-NORTH"})).status_code == 403
        assert (await http.post("/api/admin/parts", json=FAN | {"sku": "FAN-1"})).status_code == 403


# --- parts ---------------------------------------------------------------------------------------------------


async def test_a_new_part_is_added_once(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        for _ in range(2):
            answer = await http.post(
                "/api/admin/parts", json=FAN | {"sku": "FAN-1"}, headers={"idempotency-key": "once"}
            )
            assert answer.status_code == 201, answer.text
        assert answer.json() == FAN | {"sku": "FAN-1", "units": 0, "etag": answer.json()["etag"]}
        (change,) = (await http.get("/api/admin/parts/FAN-1/changes")).json()
        assert (change["kind"], change["after"]["price_cents"]) == ("added", 4_900)
        for taken in ("FAN-1", "fan-1"):
            refused = await http.post("/api/admin/parts", json=FAN | {"sku": taken})
            assert (refused.status_code, refused.json()["field"]) == (422, "sku")
            assert "FAN-1" in refused.json()["rule"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"sku": "a/b"}, "sku"), ({"sku": ""}, "sku"), ({"name": ""}, "name"), ({"price_cents": -1}, "price_cents")],
)
async def test_rules_for_parts_are_told_by_field(doors: Doors, wrong: dict[str, Any], field: str) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        answer = await http.post("/api/admin/parts", json=FAN | {"sku": "FAN-1"} | wrong)
        assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text


async def test_parts_are_searched_and_read_page_by_page(doors: Doors) -> None:
    await save(doors.database, stock("W1", "P2", 4, 1), stock("VAN-E1", "P2", 2))
    async with doors.signed_in(Role.STOCK_KEEPER) as http:
        first = (await http.get("/api/admin/parts?limit=2")).json()
        rest = (await http.get(f"/api/admin/parts?limit=2&after={first['next_after']}")).json()
        found = (await http.get("/api/admin/parts", params={"text": "part p2"})).json()
        none = (await http.get("/api/admin/parts", params={"text": "%"})).json()
    assert [(each["sku"], each["units"]) for each in first["items"]] == [("P1", 0), ("P2", 6)]
    assert ([each["sku"] for each in rest["items"]], rest["next_after"]) == (["S1"], None)
    assert [each["sku"] for each in found["items"]] == ["P2"]
    assert none == {"items": [], "next_after": None}


async def test_a_part_is_changed_on_the_version_that_was_seen(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        before = await part(http, "P1")
        assert (await http.put("/api/admin/parts/P1", json=FAN)).status_code == 428
        answer = await put(http, "parts/P1", before, price_cents=1_700, serialised=True)
        assert (answer.status_code, answer.json()["price_cents"]) == (200, 1_700), answer.text
        assert (await put(http, "parts/P1", before, price_cents=9)).status_code == 412
        assert (await put(http, "parts/P9", before)).status_code == 404


async def test_whether_units_have_serial_numbers_is_settled_when_the_first_came_in(doors: Doors) -> None:
    await save(doors.database, stock("W1", "P1", 1), a_serial("A-1", "W1"))
    async with doors.signed_in(Role.ADMIN) as http:
        for sku in ("P1", "S1"):
            shown = await part(http, sku)
            refused = await put(http, f"parts/{sku}", shown, serialised=not shown["serialised"])
            assert (refused.status_code, refused.json()["field"]) == (422, "serialised")


async def test_a_part_is_retired_when_no_open_visit_needs_it_and_then_none_comes_in(doors: Doors, worker: None) -> None:
    await save(doors.database, a_case_row(), a_visit_row(parts=[{"sku": "P1", "quantity": 1}]))
    receipt = {"territory": "T1", "location": "W1", "sku": "P1", "quantity": 1}
    async with doors.signed_in(Role.ADMIN, Role.ENGINEER, engineer_id="E1") as http:
        shown = await part(http, "P1")
        refused = await put(http, "parts/P1", shown, active=False)
        assert (refused.status_code, refused.json()["code"], refused.json()["visits"]) == (409, "part_needed", "C-1-V1")

        async with doors.database.transaction() as session:
            (await session.get_one(t.Visit, "C-1-V1")).state = VisitState.DONE
        assert (await put(http, "parts/P1", shown, active=False)).status_code == 200
        late = await http.post("/api/stock/receipts", json=receipt)
        assert (late.status_code, late.json()["field"]) == (422, "sku"), late.text
        day = (await http.get("/api/field/day")).json()
        assert [each["sku"] for each in day["catalogue"]] == ["P2", "S1"]
