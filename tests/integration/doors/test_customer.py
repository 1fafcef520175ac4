"""The customer's page: plain words, one thing to do, and nothing that belongs to others."""

import json
import logging
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlmodel import col

from api.linking import KNOCKS
from domain.people import Role
from domain.vocabulary import BookingState, CaseState, VisitState
from models import tables as t
from tests.builders import a_booking_row, a_case_row, a_visit_row, save
from tests.integration.doors.conftest import Doors
from tests.integration.doors.customers import Customer, opened, to_confirm, to_quote


@pytest.mark.usefixtures("worker")
async def test_a_new_case_in_the_customers_language(doors: Doors) -> None:
    case_id = await opened(doors, contact={"name": "王芳", "phone": "+86 21 123456", "language": "zh-CN"})
    customer = await Customer.of(doors, case_id)

    page = await customer.page()

    assert (page["number"], page["language"], page["product"]) == (case_id, "zh-CN", "M1")
    assert page["standing"] == "已收到您的报修，我们正在处理。"
    assert [line["sentence"] for line in page["story"]] == ["您提交了报修。"]
    assert page["action"] is None
    assert (await customer.page("en"))["standing"] == "We have your report and are looking into it."


@pytest.mark.usefixtures("worker")
async def test_a_price_is_shown_accepted_once_and_leads_to_a_visit(doors: Doors) -> None:
    case_id = await to_quote(doors)
    customer = await Customer.of(doors, case_id)
    page = await customer.page()
    assert page["standing"] == "The repair costs 120.00 EUR. We begin once you accept."
    assert (page["action"]["name"], page["quote"]["amount_cents"]) == ("quote", 12_000)

    status, receipt = await customer.post("quote", {"accepted": True}, **{"idempotency-key": "yes"})
    again = await customer.post("quote", {"accepted": True}, **{"idempotency-key": "yes"})
    refused = await customer.post("quote", {"accepted": False})

    assert (status, receipt["state"], again[0]) == (200, "visiting", 200)
    assert (refused[0], refused[1]["code"]) == (409, "not_now")
    assert refused[1]["detail"] == "There is no price to answer at the moment. We are planning a visit to you."
    page = await customer.page()
    assert (page["action"]["name"], page["quote"]) == ("windows", None)


@pytest.mark.usefixtures("worker")
async def test_the_customer_confirms_and_rates_and_the_audit_names_the_link(doors: Doors) -> None:
    case_id = await to_confirm(doors)
    customer = await Customer.of(doors, case_id)
    assert (await customer.page())["action"]["name"] == "confirm"

    await customer.post("confirm", {"solved": True, "note": "warm again"})
    page = await customer.page()
    assert (page["standing"], page["action"]["name"]) == ("This is solved. Thank you.", "rating")
    status, _ = await customer.post("rating", {"csat": 5, "comment": "quick"})

    assert status == 200
    page = await customer.page()
    assert (page["rating"], page["action"]) == (5, None)
    assert (await customer.post("rating", {"csat": 6}))[0] == 422
    timeline = (await doors.http.get(f"/api/cases/{case_id}/timeline")).json()
    rated = next(event for event in timeline if event["kind"] == "rated")
    (link,) = (await doors.http.get(f"/api/cases/{case_id}/links")).json()
    assert (rated["actor_role"], rated["actor_id"], rated["data"]["satisfaction"]) == ("customer", link["id"], 5)
    confirmed = next(event for event in timeline if event["kind"] == "confirmed")
    assert confirmed["data"] == {"note": "warm again"}


@pytest.mark.usefixtures("worker")
async def test_what_is_not_solved_opens_again(doors: Doors) -> None:
    case_id = await to_confirm(doors)
    customer = await Customer.of(doors, case_id)

    status, receipt = await customer.post("confirm", {"solved": False, "note": "cold again"})

    assert (status, receipt["state"]) == (200, "diagnosing")
    assert (await customer.page())["story"][-1]["sentence"] == "It is open again."


@pytest.mark.usefixtures("worker")
async def test_another_time_is_asked_for_and_remarks_are_kept(doors: Doors) -> None:
    case_id = await to_quote(doors)
    customer = await Customer.of(doors, case_id)
    start = datetime.now(UTC) + timedelta(days=2)
    windows = [{"start": start.isoformat(), "end": (start + timedelta(hours=4)).isoformat()}]

    asked = await customer.post("windows", {"windows": windows, "note": "after work"})
    noted = await customer.post("note", {"text": "the bell is broken"})
    backwards = [{"start": windows[0]["end"], "end": windows[0]["start"]}]
    wrong = await customer.post("windows", {"windows": backwards})

    assert (asked[0], noted[0]) == (200, 200)
    assert (wrong[0], wrong[1]["field"]) == (422, "windows[0]")
    sentences = [line["sentence"] for line in (await customer.page())["story"]]
    assert sentences[-2:] == ["You asked for another time.", "You wrote: the bell is broken"]
    messages = (await doors.http.get(f"/api/cases/{case_id}/messages")).json()
    assert [m["recipient"] for m in messages if m["occasion"] == "time_asked"] == ["role:dispatcher"]
    slot = await customer.post("slot", {"slot": "x"})
    assert (slot[0], slot[1]["code"]) == (409, "not_now")


@pytest.mark.usefixtures("worker")
async def test_what_staff_wrote_and_who_they_are_is_not_shown(doors: Doors) -> None:
    case_id = await opened(doors)
    await doors.http.post(f"/api/cases/{case_id}/note", json={"text": "difficult customer"})
    customer = await Customer.of(doors, case_id)

    shown = json.dumps(await customer.page(), ensure_ascii=False)

    for secret in ("difficult", "Erika", "+49", "erika@example.org", "Ringstraße", "agent"):
        assert secret not in shown


async def booked(doors: Doors, state: VisitState, **booking: object) -> Customer:
    now = datetime.now(UTC)
    await save(
        doors.database,
        a_case_row("C-1", open_visit_id="C-1-V1"),
        a_visit_row("C-1-V1", state=state),
        a_booking_row("C-1-V1-B1", "E1", state=BookingState.CONFIRMED, arrival=now + timedelta(minutes=20),
                      finish=now + timedelta(minutes=80), **booking),
    )  # fmt: skip
    return await Customer.of(doors, "C-1")


async def test_on_the_day_the_customer_sees_who_comes_and_when(doors: Doors) -> None:
    predicted = datetime.now(UTC) + timedelta(minutes=5)
    customer = await booked(doors, VisitState.EN_ROUTE, predicted_arrival=predicted)
    berlin = ZoneInfo("Europe/Berlin")
    same_day = predicted.astimezone(berlin).date() == datetime.now(berlin).date()

    page = await customer.page()

    assert page["standing"] == "Engineer is on the way to you."
    assert page["visit"]["engineer"] == "Engineer"
    assert page["visit"]["live"] is True
    assert page["action"] is None
    if same_day:
        assert page["visit"]["arrival"] == predicted.isoformat().replace("+00:00", "Z")
    assert "E1" not in json.dumps(page)


async def test_before_it_is_confirmed_no_name_is_told(doors: Doors) -> None:
    customer = await booked(doors, VisitState.OFFERED)

    page = await customer.page()

    assert page["standing"].startswith("A visit is planned:")
    assert (page["visit"]["engineer"], page["visit"]["arrival"]) == ("", None)
    assert page["action"]["name"] == "windows"


async def test_every_link_that_opens_nothing_gets_the_same_answer(doors: Doors) -> None:
    await save(doors.database, a_case_row("C-1"), a_case_row("C-2"))
    made = (await doors.http.post("/api/cases/C-1/links")).json()
    other = (await doors.http.post("/api/cases/C-2/links", json={"days": 1})).json()
    ended = (await doors.http.post("/api/cases/C-1/links")).json()
    assert (await doors.http.delete(f"/api/links/{ended['id']}")).json()["state"] == "revoked"
    async with doors.database.transaction() as session:
        link = t.CustomerLink
        await session.execute(
            update(link).where(col(link.id) == other["id"]).values(expires_at=datetime.now(UTC) - timedelta(days=1))
        )
    good = made["token"]
    forged = [
        "",
        "nonsense",
        good[:-2] + ("AA" if not good.endswith("AA") else "BB"),
        good.replace(made["id"], other["id"]),  # another case's link with this one's signature
        other["token"],  # expired
        ended["token"],  # revoked
    ]

    answers = [
        await doors.http.get("/api/link", headers={"authorization": given})
        for given in [*(f"Link {token}" for token in forged), f"Bearer {good}", ""]
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert (await doors.http.get("/api/link", headers={"authorization": f"Link {good}"})).status_code == 200
    states = {line["state"] for line in (await doors.http.get("/api/cases/C-1/links")).json()}
    assert states == {"active", "revoked"}


async def test_a_link_to_a_closed_case_still_shows_it_and_refuses_in_plain_words(doors: Doors) -> None:
    await save(doors.database, a_case_row("C-1", state=CaseState.ARCHIVED, responsible=Role.AGENT))
    customer = await Customer.of(doors, "C-1")

    page = await customer.page("zh-CN")
    status, problem = await customer.post("note", {"text": "it is back"}, **{"callout-language": "zh-CN"})

    assert (page["standing"], page["may_write"]) == ("此单已结束，谢谢您。", False)
    assert (status, problem["detail"]) == (409, "此单已结束，不能再补充。 此单已结束，谢谢您。")


async def test_no_token_is_in_any_log_or_list(doors: Doors, caplog: pytest.LogCaptureFixture) -> None:
    await save(doors.database, a_case_row("C-1"))
    caplog.set_level(logging.DEBUG)
    made = (await doors.http.post("/api/cases/C-1/links")).json()
    customer = Customer(doors, made["token"])
    await customer.page()

    listed = (await doors.http.get("/api/cases/C-1/links")).text

    secret = made["token"].rpartition(".")[2]
    assert secret not in caplog.text
    assert secret not in listed


async def test_a_link_that_knocks_too_often_has_to_wait(doors: Doors) -> None:
    await save(doors.database, a_case_row("C-1"))
    customer = await Customer.of(doors, "C-1")

    statuses = []
    for _ in range(KNOCKS.at_once + 10):
        answer = await doors.http.get("/api/link", headers=customer.headers)
        statuses.append(answer.status_code)

    assert statuses[: KNOCKS.at_once] == [200] * KNOCKS.at_once
    assert 429 in statuses
    assert answer.headers.get("retry-after")
