"""Who gives a command, and who sees whom to call."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from domain.people import Role
from domain.vocabulary import CaseState
from models import tables as t
from tests.builders import a_case_row, save
from tests.integration.doors.conftest import Doors

CASE = {
    "channel": "phone", "symptom": "No heat", "contact": {"name": "Erika Mustermann", "phone": "+49 40 123456"},
    "site": {"address": "Ringstraße 7", "latitude": 53.551, "longitude": 10.001}, "product_model": "M1",
}  # fmt: skip


async def actors(doors: Doors, kind: str) -> list[tuple[str, str]]:
    async with doors.database.reading() as session:
        found = await session.scalars(select(t.CaseEvent).where(col(t.CaseEvent.kind) == kind))
        return [(event.actor_role, event.actor_id) for event in found]


@pytest.mark.usefixtures("worker")
async def test_a_command_is_given_by_who_is_signed_in_whatever_a_header_says(doors: Doors) -> None:
    async with doors.signed_in(Role.TEAM_LEAD, Role.AGENT, id_="kim") as http:
        http.headers["callout-actor"] = "director:somebody"
        case = (await http.post("/api/cases", json=CASE)).json()["case_id"]
        assert (await http.post(f"/api/cases/{case}/note", json={"text": "x"})).status_code == 200

    assert await actors(doors, "registered") == [(Role.AGENT, "kim")]
    assert await actors(doors, "note") == [(Role.AGENT, "kim")]


@pytest.mark.usefixtures("worker")
async def test_the_same_key_of_another_caller_is_another_command(doors: Doors) -> None:
    headers = {"idempotency-key": "one"}
    async with doors.signed_in(Role.AGENT) as one, doors.signed_in(Role.AGENT, id_="agent-2") as other:
        first = (await one.post("/api/cases", json=CASE, headers=headers)).json()
        second = (await other.post("/api/cases", json=CASE, headers=headers)).json()

    assert first["case_id"] != second["case_id"]
    assert second["is_new"]


@pytest.mark.usefixtures("worker")
async def test_the_contact_is_masked_until_somebody_says_why_and_that_is_recorded(doors: Doors) -> None:
    async with doors.signed_in(Role.AGENT) as http:
        case = (await http.post("/api/cases", json=CASE)).json()["case_id"]
        masked = (await http.get(f"/api/cases/{case}")).json()["contact"]
        refused = await http.post(f"/api/cases/{case}/contact", json={"reason": "  "})
        body, headers = {"reason": "Calling back"}, {"idempotency-key": "k1"}
        shown = [await http.post(f"/api/cases/{case}/contact", json=body, headers=headers) for _ in range(2)]
        await http.post(f"/api/cases/{case}/note", json={"text": "x"}, headers=headers)
        timeline = (await http.get(f"/api/cases/{case}/timeline")).json()

    assert (masked["name"], masked["phone"], masked["address"]) == ("E••• M•••", "•••56", "•••")
    assert (refused.status_code, refused.json()["field"]) == (422, "reason")
    for answer in shown:
        assert (answer.json()["name"], answer.json()["phone"]) == ("Erika Mustermann", "+49 40 123456")
        assert answer.headers["cache-control"] == "no-store"
    assert [event["kind"] for event in timeline] == ["registered", "contact_shown", "contact_shown", "note"]
    for event in timeline[1:3]:  # each look is another access, whatever key it has
        assert (event["actor_role"], event["actor_id"]) == ("agent", "agent-1")
        assert event["data"] == {"reason": "Calling back"}


async def test_the_contact_of_a_closed_case_is_shown_and_recorded_too(doors: Doors) -> None:
    await save(doors.database, a_case_row("C-1", state=CaseState.ARCHIVED))
    async with doors.signed_in(Role.AGENT) as http:
        answer = await http.post("/api/cases/C-1/contact", json={"reason": "Warranty question"})

    assert (answer.status_code, answer.json()["address"]) == (200, "Hafenstr. 1")
    assert await actors(doors, "contact_shown") == [(Role.AGENT, "agent-1")]


async def test_the_director_sees_no_contact(doors: Doors) -> None:
    await save(doors.database, a_case_row("C-1"))
    async with doors.signed_in(Role.DIRECTOR) as http:
        answer = await http.post("/api/cases/C-1/contact", json={"reason": "Curious"})

    assert answer.status_code == 403
    assert await actors(doors, "contact_shown") == []
