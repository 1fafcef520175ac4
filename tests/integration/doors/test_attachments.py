"""Files over HTTP: stored once, shown once the case says so, handed out safely."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from api.uploads import MAX_BYTES
from domain.vocabulary import CaseState, VisitState
from models import tables as t
from tests.builders import a_case_row, a_visit_row, save
from tests.integration.doors.conftest import Doors
from tests.integration.doors.customers import Customer, opened
from tests.unit.outside.pictures import PDF, a_photo, a_photo_with_a_place

JPEG = {"content-type": "image/jpeg"}


async def attach(doors: Doors, path: str, content: bytes, key: str = "", **query: str) -> tuple[int, dict[str, Any]]:
    headers = JPEG | ({"idempotency-key": key} if key else {})
    answer = await doors.http.post(f"{path}/attachments", content=content, headers=headers, params=query)
    return answer.status_code, answer.json()


async def stored(doors: Doors) -> int:
    async with doors.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(t.Attachment)) or 0


@pytest.mark.usefixtures("worker")
async def test_a_photo_is_in_the_timeline_and_comes_back_without_its_place(doors: Doors) -> None:
    case_id = await opened(doors)

    status, body = await attach(doors, f"/api/cases/{case_id}", a_photo_with_a_place(), "p1")
    again = await attach(doors, f"/api/cases/{case_id}", a_photo_with_a_place(), "p1")

    assert status == 201
    assert again == (201, body)
    (line,) = (await doors.http.get(f"/api/cases/{case_id}/attachments")).json()
    assert (line["id"], line["kind"], line["media_type"]) == (body["attachment_id"], "photo", "image/jpeg")
    timeline = (await doors.http.get(f"/api/cases/{case_id}/timeline")).json()
    assert [e["data"]["attachment_id"] for e in timeline if e["kind"] == "attached"] == [line["id"]]
    file = await doors.http.get(f"/api/attachments/{line['id']}")
    assert b"Camera of Erika" not in file.content
    assert hashlib.sha256(file.content).hexdigest() == line["sha256"]
    assert file.headers["x-content-type-options"] == "nosniff"
    assert file.headers["content-disposition"].startswith("attachment;")
    assert file.headers["content-security-policy"].startswith("sandbox")
    small = await doors.http.get(f"/api/attachments/{line['id']}/thumbnail")
    assert (small.status_code, small.headers["content-type"]) == (200, "image/jpeg")
    unchanged = await doors.http.get(f"/api/attachments/{line['id']}", headers={"if-none-match": file.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


@pytest.mark.usefixtures("worker")
async def test_another_file_under_the_same_key_is_refused(doors: Doors) -> None:
    case_id = await opened(doors)
    await attach(doors, f"/api/cases/{case_id}", a_photo(), "p1")

    status, problem = await attach(doors, f"/api/cases/{case_id}", a_photo("PNG"), "p1")

    assert (status, problem["code"]) == (409, "idempotency_key_used")
    assert await stored(doors) == 1


@pytest.mark.usefixtures("worker")
async def test_hostile_and_broken_files_leave_nothing_behind(doors: Doors) -> None:
    case_id = await opened(doors)
    for content, status, code in (
        (b"<script>alert(1)</script>", 415, "unknown_file"),
        (a_photo()[:100], 415, "unknown_file"),
        (PDF, 422, "invalid_input"),
        (b"", 422, "invalid_input"),
        (b"\xff\xd8\xff" + b"x" * MAX_BYTES, 413, "upload_too_large"),
    ):
        found = await attach(doors, f"/api/cases/{case_id}", content)
        assert (found[0], found[1]["code"]) == (status, code)
    form = await doors.http.post(f"/api/cases/{case_id}/attachments", files={"file": a_photo()})
    assert (form.status_code, form.json()["field"]) == (422, "Content-Type")
    assert await stored(doors) == 0
    assert (await doors.http.get(f"/api/cases/{case_id}/attachments")).json() == []


@pytest.mark.usefixtures("worker")
async def test_a_closed_case_takes_no_file_and_keeps_none(doors: Doors) -> None:
    await save(doors.database, a_case_row("C-1", state=CaseState.ARCHIVED))

    status, problem = await attach(doors, "/api/cases/C-1", a_photo())

    assert (status, problem["code"]) == (409, "wrong_state")
    assert await stored(doors) == 0
    assert (await attach(doors, "/api/cases/C-9", a_photo()))[0] == 404
    assert (await attach(doors, "/api/visits/C-1-V7", a_photo()))[0] == 404


async def test_an_upload_that_no_case_announced_is_shown_to_nobody(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save(doors.database, a_case_row("C-1"))
    monkeypatch.setattr("api.commands.ANSWER_WITHIN", timedelta(seconds=0.5))

    status, problem = await attach(doors, "/api/cases/C-1", a_photo(), "p1")

    assert (status, problem["code"]) == (503, "unavailable")
    assert await stored(doors) == 1  # the same upload, sent again, completes it
    assert (await doors.http.get("/api/cases/C-1/attachments")).json() == []


@pytest.mark.usefixtures("worker")
async def test_a_file_of_a_visit_belongs_to_its_case(doors: Doors) -> None:
    case_id = await opened(doors)
    visit = a_visit_row(f"{case_id}-V1", case_id=case_id, state=VisitState.ON_SITE)
    await save(doors.database, visit)

    status, body = await attach(doors, f"/api/visits/{case_id}-V1", PDF, kind="document")

    assert status == 201
    of_case = (await doors.http.get(f"/api/cases/{case_id}/attachments")).json()
    of_visit = (await doors.http.get(f"/api/visits/{case_id}-V1/attachments")).json()
    assert of_case == of_visit
    assert of_visit[0]["visit_id"] == f"{case_id}-V1"
    small = await doors.http.get(f"/api/attachments/{body['attachment_id']}/thumbnail")
    assert (small.status_code, small.json()["code"]) == (404, "not_found")


@pytest.mark.usefixtures("worker")
async def test_a_photo_that_a_phone_sends_later_keeps_its_time(doors: Doors) -> None:
    case_id = await opened(doors)
    await save(doors.database, a_visit_row(f"{case_id}-V1", case_id=case_id, state=VisitState.ON_SITE))
    taken = (await doors.queries.now() - timedelta(minutes=20)).replace(microsecond=0)

    status, _ = await attach(doors, f"/api/visits/{case_id}-V1", a_photo(), at=taken.isoformat())

    assert status == 201
    timeline = (await doors.http.get(f"/api/cases/{case_id}/timeline")).json()
    (event,) = [each for each in timeline if each["kind"] == "attached"]
    assert datetime.fromisoformat(event["at"]) == taken


@pytest.mark.usefixtures("worker")
async def test_a_customer_sees_the_own_photos_of_the_own_case_alone(doors: Doors) -> None:
    case_id, other_id = await opened(doors), await opened(doors)
    customer, other = await Customer.of(doors, case_id), await Customer.of(doors, other_id)
    _, of_staff = await attach(doors, f"/api/cases/{case_id}", a_photo())

    status, own = await customer.post("photo", a_photo("PNG"), **{"content-type": "image/png"})

    assert status == 201
    for holder, id_, expected in (
        (customer, own["attachment_id"], 200),
        (customer, of_staff["attachment_id"], 404),
        (other, own["attachment_id"], 404),
    ):
        answer = await doors.http.get(f"/api/link/photos/{id_}", headers=holder.headers)
        assert answer.status_code == expected
