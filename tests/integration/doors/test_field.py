"""The engineer's day over HTTP: everything for a day without a network, and nothing that is not the engineer's."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from domain.people import Role
from domain.vocabulary import BookingState, CaseState, Outcome, VisitState
from models import tables as t
from tests.builders import (
    NOW,
    a_booking_row,
    a_case_row,
    a_customer,
    a_reservation,
    a_serial,
    a_site,
    a_visit_row,
    save,
    stock,
)
from tests.integration.doors.conftest import Doors

HOUR = timedelta(hours=1)
CONFIRMED = {"state": VisitState.CONFIRMED}


async def booked(doors: Doors, case_id: str, now: datetime, hours: float, engineer: str = "E1", **visit: Any) -> None:
    """A case at a customer's site with a visit so many hours from now."""
    visit_id, arrival = f"{case_id}-V1", now + hours * HOUR
    await save(
        doors.database,
        a_case_row(case_id, contact_id="CO-1", diagnosis={"findings": "E31 stays", "solved": False}),
        a_visit_row(visit_id, **visit),
        a_booking_row(
            f"{visit_id}-B1", engineer, arrival=arrival, finish=arrival + HOUR,
            window_start=arrival - HOUR, window_end=arrival + HOUR,
        ),
    )  # fmt: skip


async def a_contact(doors: Doors) -> None:
    person = t.Contact(id="CO-1", customer_id="CU-1", name="Erika Mustermann", phone="+49 40 123456", created_at=NOW)
    await save(doors.database, person)


@pytest.fixture
async def noon(doors: Doors) -> datetime:
    """Noon of the company's today, so that a few hours either way are today, too."""
    await a_contact(doors)
    return (await doors.queries.now()).replace(hour=11, minute=0, second=0, microsecond=0)


async def contacts_shown(doors: Doors) -> list[tuple[str | None, str]]:
    async with doors.database.reading() as session:
        row = t.CaseEvent
        asked = select(row).where(col(row.kind) == "contact_shown").order_by(col(row.id))
        return [(event.visit_id, event.actor_id) for event in await session.scalars(asked)]


async def test_the_day_is_in_route_order_and_the_engineers_own(doors: Doors, noon: datetime) -> None:
    await booked(doors, "C-2", noon, 2)
    await booked(doors, "C-1", noon, -2)
    await booked(doors, "C-3", noon, 0, engineer="E2")
    await booked(doors, "C-4", noon, 24)
    async with doors.signed_in(Role.ENGINEER, engineer_id="E1") as http:
        today = (await http.get("/api/field/day")).json()
        tomorrow = (await http.get("/api/field/day", params={"day": str(noon.date() + timedelta(days=1))})).json()

    assert [visit["id"] for visit in today["visits"]] == ["C-1-V1", "C-2-V1"]
    assert [visit["id"] for visit in tomorrow["visits"]] == ["C-4-V1"]
    assert today["time_zone"] == "Europe/Berlin"
    assert today["clock"]["speed"] == 1
    first = today["visits"][0]
    assert (first["symptom"], first["findings"], first["product"]["serial"]) == (
        "does not heat",
        "E31 stays",
        "SN-IP-1",
    )


async def test_a_contact_is_in_clear_once_accepted_and_recorded_once_per_day(doors: Doors, noon: datetime) -> None:
    await booked(doors, "C-1", noon, 0, **CONFIRMED)
    await booked(doors, "C-2", noon, 2, state=VisitState.OFFERED)
    await booked(doors, "C-3", noon, 48, **CONFIRMED)
    async with doors.signed_in(Role.ENGINEER, engineer_id="E1") as http:
        answers = [await http.get("/api/field/day") for _ in range(2)]
        later = (await http.get("/api/field/day", params={"day": str(noon.date() + timedelta(days=2))})).json()

    accepted, offered = answers[0].json()["visits"]
    assert accepted["contact"] == {
        "name": "Erika Mustermann", "phone": "+49 40 123456", "address": "Hafenstr. 1", "access_notes": "",
    }  # fmt: skip
    assert offered["contact"] is None
    assert later["visits"][0]["contact"] is None
    assert await contacts_shown(doors) == [("C-1-V1", "engineer-1")]


async def test_an_unchanged_day_is_not_sent_again(doors: Doors, noon: datetime) -> None:
    await booked(doors, "C-1", noon, 0, **CONFIRMED)
    async with doors.signed_in(Role.ENGINEER, engineer_id="E1") as http:
        first = await http.get("/api/field/day")
        same = await http.get("/api/field/day", headers={"if-none-match": first.headers["etag"]})
        await save(doors.database, stock("VAN-E1", "P1"))
        other = await http.get("/api/field/day", headers={"if-none-match": first.headers["etag"]})

    assert (same.status_code, same.content) == (304, b"")
    assert other.status_code == 200
    assert other.headers["etag"] != first.headers["etag"]


async def test_what_was_begun_yesterday_is_on_todays_list(doors: Doors, noon: datetime) -> None:
    await booked(doors, "C-1", noon, -24, state=VisitState.ON_SITE)
    await booked(doors, "C-2", noon, -26, state=VisitState.DONE, finished_at=noon - 25 * HOUR)
    async with doors.signed_in(Role.ENGINEER, engineer_id="E1") as http:
        today = (await http.get("/api/field/day")).json()

    assert [visit["id"] for visit in today["visits"]] == ["C-1-V1"]


async def test_parts_say_where_they_come_from_and_the_van_what_is_free(doors: Doors, noon: datetime) -> None:
    await booked(doors, "C-1", noon, 0, **CONFIRMED)
    await save(
        doors.database,
        stock("VAN-E1", "P1", on_hand=5, reserved=2),
        stock("W1", "S1", on_hand=1, reserved=1),
        stock("VAN-E1", "S1", on_hand=1),
        a_serial("A-1", "W1"),
        a_serial("A-2", "VAN-E1"),
        a_reservation("C-1-V1-B1-P1", "VAN-E1", "P1", 2),
        a_reservation("C-1-V1-B1-P2", "W1", "S1"),
        t.ReservationSerial(reservation_id="C-1-V1-B1-P2", sku="S1", serial="A-1"),
    )
    async with doors.signed_in(Role.ENGINEER, engineer_id="E1") as http:
        today = (await http.get("/api/field/day")).json()

    parts = [(p["sku"], p["quantity"], p["source"], p["place"], p["serials"]) for p in today["visits"][0]["parts"]]
    assert parts == [("P1", 2, "van", "", []), ("S1", 1, "warehouse", "W1", ["A-1"])]
    van = [(p["sku"], p["on_hand"], p["free"], p["serials"]) for p in today["van"]]
    assert van == [("P1", 5, 3, []), ("S1", 1, 1, ["A-2"])]
    assert [part["sku"] for part in today["catalogue"]] == ["P1", "P2", "S1"]


async def test_history_is_of_the_site_or_the_product_and_warns_of_danger(doors: Doors, noon: datetime) -> None:
    await booked(doors, "C-1", noon, 0, **CONFIRMED)
    await save(doors.database, a_customer("CU-2"), a_site("SI-2", customer="CU-2"))
    ended = {"state": VisitState.DONE, "outcome": Outcome.FIXED, "report": {"work_done": "Fan replaced"}}
    danger = ended | {"outcome": Outcome.UNSAFE, "report": {"work_done": "Live wires in the cellar"}}
    elsewhere = {"site_id": "SI-2", "installed_product_id": None}
    for number, (days, of_case, of_visit) in enumerate(
        [(10, {}, ended), (20, {}, ended), (30, {}, danger), (5, elsewhere, ended | {"site_id": "SI-2"})], start=7
    ):
        case_id, finished = f"C-{number}", noon - days * 24 * HOUR
        await save(
            doors.database,
            a_case_row(case_id, state=CaseState.ARCHIVED, **of_case),
            a_visit_row(f"{case_id}-V1", finished_at=finished, **of_visit),
        )
    async with doors.signed_in(Role.ENGINEER, engineer_id="E1") as http:
        visit = (await http.get("/api/field/day")).json()["visits"][0]

    assert [(line["visit_id"], line["work_done"]) for line in visit["history"]] == [
        ("C-7-V1", "Fan replaced"), ("C-8-V1", "Fan replaced"),
    ]  # fmt: skip
    assert [line["work_done"] for line in visit["unsafe_before"]] == ["Live wires in the cellar"]


async def test_what_was_released_is_nobodys_day(doors: Doors, noon: datetime) -> None:
    await booked(doors, "C-1", noon, 0)
    async with doors.database.transaction() as session:
        (await session.get_one(t.Booking, "C-1-V1-B1")).state = BookingState.RELEASED
    async with doors.signed_in(Role.ENGINEER, engineer_id="E1") as http:
        assert (await http.get("/api/field/day")).json()["visits"] == []


async def test_whoever_is_no_engineer_is_told_so(doors: Doors) -> None:
    async with doors.signed_in(Role.DISPATCHER) as http:
        answer = await http.get("/api/field/day")

    assert (answer.status_code, answer.json()["code"]) == (409, "no_engineer")
