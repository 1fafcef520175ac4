"""The dispatchers' draft over HTTP, on a real record and a real Temporal: shared, undone, published, left alone."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from domain.people import Role
from domain.vocabulary import BookingState, PinKind, VisitState
from models import tables as t
from tests.builders import a_booking_row, a_case_row, a_site, a_visit_row, save, stock
from tests.integration.doors.conftest import Doors

pytestmark = pytest.mark.usefixtures("worker")

TOMORROW = datetime.combine(datetime.now(UTC).date() + timedelta(days=1), time(0), tzinfo=UTC)
ANNA, BERT = ({"Callout-Actor": f"dispatcher:{name}"} for name in ("anna", "bert"))


def at(hours: float) -> datetime:
    return TOMORROW + timedelta(hours=hours)


async def a_day(doors: Doors, visits: int = 2) -> list[str]:
    """Two engineers who work tomorrow; E1 has visits at 10, 12, ... of an hour each, all at one place."""
    await save(doors.database, *(t.Shift(engineer_id=e, starts_at=at(6), ends_at=at(20)) for e in ("E1", "E2")))
    ids = []
    for n in range(1, visits + 1):
        visit = f"C-{n}-V1"
        ids.append(visit)
        booked = a_booking_row(f"{visit}-B1", "E1", 0, arrival=at(8 + 2 * n), finish=at(9 + 2 * n), travel_seconds=600)
        await save(
            doors.database,
            a_site(f"SI-X{n}"),
            a_case_row(f"C-{n}", site_id=f"SI-X{n}"),
            a_visit_row(visit, site_id=f"SI-X{n}", state=VisitState.BOOKED, state_since=at(-30)),
            booked,
        )
    return ids


def move(visit: str, engineer: str | None = "E2", hours: float | None = 10, **more: Any) -> dict[str, Any]:
    arrival = None if hours is None else at(hours).isoformat()
    return {"visit_id": visit, "engineer_id": engineer, "arrival": arrival, **more}


async def draft(doors: Doors, base: int, *moves: dict[str, Any], who: dict[str, str] = ANNA) -> tuple[int, Any]:
    answer = await doors.http.post(
        "/api/territories/T1/draft", json={"moves": list(moves), "base_version": base}, headers=who
    )
    return answer.status_code, answer.json()


async def publish(doors: Doors, *visits: str, reason: str | None = "sick child") -> dict[str, Any]:
    seen = (await board(doors))["draft_version"]
    body: dict[str, Any] = {"reason": reason, "visit_ids": list(visits) or None, "base_version": seen}
    answer = await doors.http.post("/api/territories/T1/draft/publish", json=body, headers=ANNA)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def board(doors: Doors) -> dict[str, Any]:
    answer = await doors.http.get(
        "/api/territories/T1/board", params={"from": at(0).isoformat(), "to": at(24).isoformat()}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def booked(doors: Doors) -> dict[str, tuple[str, datetime]]:
    async with doors.database.reading() as session:
        asked = select(t.Booking).where(col(t.Booking.state).in_(t.OCCUPYING))
        return {row.visit_id: (row.engineer_id, row.arrival) for row in await session.scalars(asked)}


async def reasons(doors: Doors) -> dict[str, tuple[str, list[str]]]:
    """Why each visit was moved, in English and as codes."""
    async with doors.database.reading() as session:
        found = await session.scalars(select(t.CaseEvent).where(col(t.CaseEvent.kind) == "visit_moved"))
        return {
            event.visit_id or "": (event.data["reason"], [one["code"] for one in event.data.get("because", [])])
            for event in found
        }


async def test_a_move_is_drafted_previewed_shown_and_published(doors: Doors) -> None:
    one, _ = await a_day(doors)
    asked = await doors.http.post("/api/territories/T1/preview", json={"moves": [move(one)]})
    assert (asked.status_code, asked.json()["allowed"]) == (200, True), asked.text
    assert {route["engineer_id"] for route in asked.json()["routes"]} == {"E1", "E2"}
    late = await doors.http.post("/api/territories/T1/preview", json={"moves": [move(one, hours=19.9)]})
    [broken] = late.json()["broken"]
    assert (broken["rule"], broken["engineer_id"], broken["people"]) == ("overtime", "E2", {"E2": "Engineer E2"})
    assert datetime.fromisoformat(broken["at"]) > at(20)
    status, receipt = await draft(doors, 0, move(one))
    assert (status, receipt["state"], receipt["version"]) == (200, "drafted", 1)
    shown = (await board(doors))["draft"]
    assert shown["version"] == 1
    [change] = shown["changes"]
    assert (change["visit_id"], change["from"]["engineer_id"], change["to"]["engineer_id"]) == (one, "E1", "E2")
    assert (change["made_by"], change["stale"]) == ("dispatcher:anna", False)
    assert (await booked(doors))[one][0] == "E1"

    done = await publish(doors)
    assert (done["moved"], done["left_alone"], done["version"]) == ([one], [], 2)
    assert (await booked(doors))[one] == ("E2", at(10))
    found = await board(doors)
    assert (found["draft"], found["draft_version"]) == (None, 2)
    stop = next(stop for stop in found["stops"] if stop["visit_id"] == one)
    assert (stop["pin"], stop["movable"], stop["fixed_because"]) == ("both", False, "pinned")
    async with doors.database.reading() as session:
        event = (await session.scalars(select(t.CaseEvent).where(col(t.CaseEvent.kind) == "visit_moved"))).one()
    assert (event.actor_id, event.data["reason"], event.data["engineer"]) == ("anna", "sick child", "E2")


async def test_of_two_dispatchers_the_second_is_told_what_the_first_did(doors: Doors) -> None:
    one, two = await a_day(doors)
    assert (await draft(doors, 0, move(one)))[0] == 200
    status, problem = await draft(doors, 0, move(one, "E1", 15), who=BERT)
    assert (status, problem["code"], problem["version"], problem["visits"]) == (409, "draft_changed", "1", one)
    assert "dispatcher:anna" in problem["detail"]
    await doors.add_user("anna", Role.DISPATCHER, name="Anna Berg")
    assert (await board(doors))["draft_people"] == {"dispatcher:anna": "Anna Berg"}
    assert (await draft(doors, 1, move(two), who=BERT))[0] == 200
    await doors.add_user("bert", Role.DISPATCHER, name="Bert Lang")
    shown = await board(doors)
    assert shown["draft_people"] == {"dispatcher:anna": "Anna Berg", "dispatcher:bert": "Bert Lang"}
    changes = shown["draft"]["changes"]
    assert [(c["visit_id"], c["made_by"]) for c in changes] == [(one, "dispatcher:anna"), (two, "dispatcher:bert")]


async def test_undo_takes_the_own_last_change_back(doors: Doors) -> None:
    one, two = await a_day(doors)
    await draft(doors, 0, move(one, hours=10))
    await draft(doors, 1, move(two, hours=15), who=BERT)
    await draft(doors, 2, move(one, hours=18))
    undone = await doors.http.post("/api/territories/T1/draft/undo", headers=ANNA)
    assert undone.json()["version"] == 4
    changes = {c["visit_id"]: c["to"]["arrival"] for c in (await board(doors))["draft"]["changes"]}
    assert {v: datetime.fromisoformat(text) for v, text in changes.items()} == {one: at(10), two: at(15)}
    await doors.http.post("/api/territories/T1/draft/undo", headers=ANNA)
    refused = await doors.http.post("/api/territories/T1/draft/undo", headers=ANNA)
    assert refused.status_code == 404
    assert [c["visit_id"] for c in (await board(doors))["draft"]["changes"]] == [two]


async def test_a_command_that_is_sent_twice_counts_once(doors: Doors) -> None:
    one, _ = await a_day(doors)
    headers = ANNA | {"Idempotency-Key": "k-1"}
    assert (await draft(doors, 0, move(one), who=headers))[1]["version"] == 1
    assert (await draft(doors, 0, move(one), who=headers))[1]["version"] == 1


async def test_some_are_published_and_the_rest_stays_drafted(doors: Doors) -> None:
    one, two = await a_day(doors)
    await draft(doors, 0, move(one, hours=10), move(two, hours=14))
    assert (await publish(doors, two))["moved"] == [two]
    now = await booked(doors)
    assert (now[one][0], now[two][0]) == ("E1", "E2")
    assert [c["visit_id"] for c in (await board(doors))["draft"]["changes"]] == [one]


async def test_what_changed_meanwhile_is_left_alone_and_named(doors: Doors) -> None:
    one, two = await a_day(doors)
    await draft(doors, 0, move(one, hours=10), move(two, hours=14))
    async with doors.database.transaction() as session:
        await session.execute(text("UPDATE visit SET version = version + 1 WHERE id = :id"), {"id": one})
    assert [c["stale"] for c in (await board(doors))["draft"]["changes"]] == [True, False]
    done = await publish(doors)
    assert done["moved"] == [two]
    [left] = done["left_alone"]
    assert (left["visit_id"], left["why"]) == (one, "it was changed since it was moved in the draft")
    assert [(why["code"], why["facts"]) for why in left["because"]] == [("changed_since", {})]
    assert (await booked(doors))[one] == ("E1", at(10))
    assert [c["visit_id"] for c in (await board(doors))["draft"]["changes"]] == [one]


async def test_one_that_the_record_refuses_does_not_hold_up_the_others(doors: Doors) -> None:
    one, two = await a_day(doors)
    async with doors.database.transaction() as session:
        await session.execute(text("UPDATE visit SET skills = '{\"gas\": 3}' WHERE id = :id"), {"id": one})
    await draft(doors, 0, move(one, hours=10), move(two, hours=14))
    done = await publish(doors)
    assert (done["moved"], [left["visit_id"] for left in done["left_alone"]]) == ([two], [one])
    assert done["left_alone"][0]["why"] == "gas needs level 3, has 0"
    [why] = done["left_alone"][0]["because"]
    assert (why["code"], why["facts"]) == ("skill_low", {"skill": "gas", "needed": 3, "level": 0})
    assert (await booked(doors))[one] == ("E1", at(10))


async def test_two_visits_swap_their_places(doors: Doors) -> None:
    one, two = await a_day(doors)
    await draft(doors, 0, move(one, "E1", 12), move(two, "E1", 10))
    assert (await publish(doors))["left_alone"] == []
    assert {visit: arrival for visit, (_, arrival) in (await booked(doors)).items()} == {one: at(12), two: at(10)}


async def test_what_is_pushed_follows_and_keeps_its_freedom(doors: Doors) -> None:
    one, two = await a_day(doors)
    await draft(doors, 0, move(one, "E1", 11.5))
    done = await publish(doors)
    assert done["moved"] == [one, two]
    assert (await booked(doors))[two] == ("E1", at(12.5))
    stops = {stop["visit_id"]: stop for stop in (await board(doors))["stops"]}
    assert (stops[two]["movable"], stops[two]["pin"]) == (True, None)
    assert await reasons(doors) == {
        one: ("sick child", []),
        two: ("sick child, it follows a visit that was moved", ["words", "follows"]),
    }


async def test_without_a_reason_it_was_published_from_the_board(doors: Doors) -> None:
    one, two = await a_day(doors)
    await draft(doors, 0, move(one, "E1", 11.5))
    await publish(doors, reason=None)
    assert await reasons(doors) == {
        one: ("published from the board", ["from_board"]),
        two: ("published from the board, it follows a visit that was moved", ["from_board", "follows"]),
    }


async def test_a_visit_is_taken_off_and_its_parts_are_given_back(doors: Doors) -> None:
    one, _ = await a_day(doors)
    async with doors.database.transaction() as session:
        session.add(stock("VAN-E1", "P1", 3, reserved=1))
        await session.flush()
        session.add(
            t.Reservation(
                id=f"{one}-B1-P1", booking_id=f"{one}-B1", visit_id=one, location_id="VAN-E1", sku="P1", quantity=1,
                source="van", state="held", made_at=at(-30),
            )
        )  # fmt: skip
    await draft(doors, 0, move(one, None, None))
    assert (await publish(doors))["moved"] == [one]
    assert one not in await booked(doors)
    async with doors.database.reading() as session:
        assert await session.scalar(select(col(t.Stock.reserved))) == 0


async def test_a_discarded_draft_is_gone_and_its_version_counts_on(doors: Doors) -> None:
    one, _ = await a_day(doors)
    await draft(doors, 0, move(one))
    gone = await doors.http.delete("/api/territories/T1/draft", params={"base_version": 1}, headers=BERT)
    assert gone.json()["version"] == 2
    assert (await board(doors))["draft"] is None
    assert (await draft(doors, 2, move(one)))[0] == 200


async def test_a_draft_that_was_changed_since_it_was_looked_at_is_neither_published_nor_thrown_away(
    doors: Doors,
) -> None:
    one, two = await a_day(doors)
    before = await booked(doors)
    await draft(doors, 0, move(one))
    await draft(doors, 1, move(two, "E2", 12), who=BERT)
    url, seen = "/api/territories/T1/draft", {"base_version": 1}
    for refused in (
        await doors.http.post(f"{url}/publish", json=seen, headers=ANNA),
        await doors.http.post(f"{url}/publish", json={**seen, "visit_ids": [one]}, headers=ANNA),
        await doors.http.delete(url, params=seen, headers=ANNA),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "draft_changed")
        assert (refused.json()["version"], refused.json()["by"]) == ("2", "dispatcher:bert")
    assert await booked(doors) == before
    assert len((await board(doors))["draft"]["changes"]) == 2
    again = {**ANNA, "Idempotency-Key": "publish-once"}
    done = await doors.http.post(f"{url}/publish", json={"base_version": 2}, headers=again)
    assert sorted(done.json()["moved"]) == [one, two]
    # The same request once more is answered as it was, although the draft has gone on.
    assert (await doors.http.post(f"{url}/publish", json={"base_version": 2}, headers=again)).json() == done.json()


@pytest.mark.parametrize(
    ("moves", "status"),
    [
        ([{"visit_id": "C-1-V1", "engineer_id": "E1"}], 422),
        ([{"visit_id": "C-1-V1", "engineer_id": "E9", "arrival": at(10).isoformat()}], 404),
        ([{"visit_id": "C-9-V1", "engineer_id": "E1", "arrival": at(10).isoformat()}], 404),
        ([{"visit_id": "C-1-V1", "engineer_id": "E1", "arrival": at(-48).isoformat()}], 422),
        ([], 422),
    ],
)
async def test_what_makes_no_sense_is_refused(doors: Doors, moves: list[dict[str, Any]], status: int) -> None:
    await a_day(doors)
    assert (await draft(doors, 0, *moves))[0] == status


async def test_a_pin_fixes_a_booking_and_null_frees_it(doors: Doors) -> None:
    one, _ = await a_day(doors)
    for kind in ("resource", "time", None):
        answer = await doors.http.post(f"/api/visits/{one}/pin", json={"kind": kind}, headers=ANNA)
        assert answer.status_code == 200, answer.text
        async with doors.database.reading() as session:
            pin = await session.scalar(select(col(t.Booking.pin)).where(col(t.Booking.visit_id) == one))
        assert pin == (PinKind(kind) if kind else None)


async def test_a_visit_that_was_set_out_for_cannot_be_pinned(doors: Doors) -> None:
    one, _ = await a_day(doors)
    async with doors.database.transaction() as session:
        await session.execute(text("UPDATE booking SET state = :state"), {"state": BookingState.STARTED})
    answer = await doors.http.post(f"/api/visits/{one}/pin", json={"kind": "time"}, headers=ANNA)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


async def test_places_are_ranked_by_what_they_truly_cost(doors: Doors) -> None:
    one, _ = await a_day(doors)
    answer = await doors.http.get(f"/api/visits/{one}/places")
    assert answer.status_code == 200, answer.text
    places = answer.json()
    assert {place["engineer_id"] for place in places} == {"E1", "E2"}
    costs = [place["cost_change_cents"] for place in places]
    assert costs == sorted(costs)
    assert places[0]["engineer_id"] == "E1"  # is near the site anyway, and was published
    assert "would cost" in places[0]["sentence"]


async def test_the_board_is_confirmed_until_something_changes(doors: Doors) -> None:
    one, _ = await a_day(doors)
    params = {"from": at(0).isoformat(), "to": at(24).isoformat()}
    first = await doors.http.get("/api/territories/T1/board", params=params)
    headers = {"If-None-Match": first.headers["etag"]}
    # The minute may turn between two requests, once.
    answers = [await doors.http.get("/api/territories/T1/board", params=params, headers=headers) for _ in range(2)]
    assert 304 in {answer.status_code for answer in answers} or answers[0].headers["etag"] != first.headers["etag"]
    await draft(doors, 0, move(one))
    assert (await doors.http.get("/api/territories/T1/board", params=params, headers=headers)).status_code == 200


async def test_a_territory_that_is_not_there_has_neither_board_nor_draft(doors: Doors) -> None:
    assert (await doors.http.get("/api/territories/T9/board")).status_code == 404
    assert (await doors.http.delete("/api/territories/T9/draft", params={"base_version": 0})).status_code == 404
    assert (await doors.http.post("/api/territories/T9/preview", json={"moves": []})).status_code == 404
