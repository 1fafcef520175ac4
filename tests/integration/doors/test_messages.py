"""Messages: written with what they tell of, sent once over real channels, and openly undeliverable without one."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from activities.notify.calling import WebhookActivities
from activities.notify.channels import (
    AppriseChannels,
    Channel,
    ChannelRefusedError,
    Channels,
    Letter,
    NoChannels,
    channels,
)
from activities.notify.relay import Relay
from activities.notify.sending import MessageActivities
from activities.queues import NOTIFY
from domain.customer_link import LinkKeys
from domain.errors import InvalidInputError
from domain.messages import Deliver, EventDraft
from domain.people import Role
from domain.vocabulary import CaseState, VisitState
from models import tables as t
from models.repositories import commands, events
from tests.builders import NOW, a_booking_row, a_case_row, a_visit_row, at, save
from tests.integration.doors.conftest import LINK_KEYS, Doors
from tests.integration.doors.customers import Customer, opened, to_confirm
from tests.integration.doors.listeners import Mailbox, a_mail_server, an_http_server

KEYS = LinkKeys(LINK_KEYS)
ERIKA = {"id": "CO-1", "customer_id": "CU-1", "name": "Erika", "created_at": NOW}
ALWAYS_AWAKE = {"quiet_from": "00:00", "quiet_until": "00:00", "company": "Heat Ltd"}


def by_mail(mailbox: Mailbox) -> AppriseChannels:
    url = f"mailto://127.0.0.1:{mailbox.port}/?from=service@example.org&smtp=127.0.0.1&to={{to}}&mode=insecure"
    return AppriseChannels({Channel.EMAIL: (url,)})


@asynccontextmanager
async def notifying(doors: Doors, temporal: Client, ways: Channels) -> AsyncIterator[Relay]:
    """A worker of the queue ``notify``; the test itself moves the relay."""
    messages = MessageActivities(doors.database, ways, KEYS)
    calls = WebhookActivities(doors.database, allow_private=True)
    activities = [messages.send_message, messages.give_up_message, calls.call_webhook, calls.give_up_call]
    async with Worker(
        temporal, task_queue=NOTIFY, activities=activities, graceful_shutdown_timeout=timedelta(seconds=2)
    ):
        yield Relay(temporal, doors.database, can_send=bool(ways.known))


async def messages_of(doors: Doors, case_id: str) -> dict[str, dict[str, Any]]:
    found = (await doors.http.get(f"/api/cases/{case_id}/messages")).json()
    return {line["occasion"]: line for line in found}


async def until(condition: Callable[[], Any]) -> None:
    for _ in range(400):
        if await condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen")


async def happened(doors: Doors, kind: str, command: str, *, visit_id: str | None = None, **data: Any) -> None:
    """Record an event of case C-1 as the activities do."""
    async with doors.database.transaction() as session:
        key = commands.CommandKey("case/C-1", command, "test")
        await events.append(session, key, [EventDraft(kind, NOW, data=data)], NOW, case_id="C-1", visit_id=visit_id)


async def a_case_with_a_contact(doors: Doors, **contact: str) -> None:
    await save(
        doors.database,
        t.Contact(**ERIKA | {"email": "erika@example.org", "phone": "+49 40 123456"} | contact),
        a_case_row("C-1", contact_id="CO-1", state=CaseState.VISITING),
    )
    await change_settings(doors, ALWAYS_AWAKE)


async def change_settings(doors: Doors, settings: dict[str, Any]) -> None:
    seen = (await doors.http.get("/api/settings/messages")).headers["etag"]
    answer = await doors.http.put("/api/settings/messages", json=settings, headers={"if-match": seen})
    assert answer.status_code == 200, answer.text


@pytest.mark.usefixtures("worker")
async def test_a_customer_is_told_by_mail_and_the_mails_link_opens_the_case(
    doors: Doors, temporal: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await change_settings(doors, ALWAYS_AWAKE)
    with a_mail_server() as mailbox:
        async with notifying(doors, temporal, by_mail(mailbox)) as relay:
            case_id = await to_confirm(doors)
            await relay.hand_over()
            await until(lambda: _all_sent(doors, case_id, 2))
            await relay.hand_over()

    assert [to for to, _ in mailbox.taken] == [["erika@example.org"]] * 2
    subjects = {str(mail["subject"]) for _, mail in mailbox.taken}
    assert subjects == {f"We have your report {case_id}", f"Is everything in order? {case_id}"}
    sent = await messages_of(doors, case_id)
    assert {(m["state"], m["channel"], m["attempts"]) for m in sent.values()} == {("sent", "email", 1)}
    links = {text.partition("/link#")[2].split()[0] for text in mailbox.texts()}
    assert len(links) == 1  # one link per case, not one per message
    assert (await Customer(doors, links.pop()).page())["number"] == case_id
    ours = [record for record in caplog.records if record.name != "mail.log"]  # that is the mail server's
    assert ours
    assert not any("erika" in str(vars(record)) for record in ours)


async def _all_sent(doors: Doors, case_id: str, number: int) -> bool:
    found = await messages_of(doors, case_id)
    return [m["state"] for m in found.values()] == ["sent"] * number


@pytest.mark.usefixtures("worker")
async def test_without_a_channel_it_is_written_down_that_nothing_was_sent(doors: Doors, temporal: Client) -> None:
    case_id = await opened(doors)
    await change_settings(doors, ALWAYS_AWAKE)
    relay = Relay(temporal, doors.database, can_send=False)
    async with doors.database.transaction() as session:
        await session.execute(t.Message.__table__.update().values(not_before=NOW - timedelta(days=1)))  # type: ignore[attr-defined]

    await relay.hand_over()

    (message,) = (await messages_of(doors, case_id)).values()
    assert (message["state"], message["reason"]) == ("undeliverable", "no_channel")
    again = await doors.http.post(f"/api/messages/{message['id']}/resend")
    assert (again.status_code, again.json()["state"]) == (200, "queued")
    twice = await doors.http.post(f"/api/messages/{message['id']}/resend")
    assert (twice.status_code, twice.json()["code"]) == (409, "wrong_state")


async def test_the_same_event_recorded_twice_is_told_once(doors: Doors) -> None:
    await a_case_with_a_contact(doors)

    await happened(doors, "confirmed", "a")
    await happened(doors, "confirmed_by_silence", "b")

    assert list(await messages_of(doors, "C-1")) == ["please_rate"]


async def test_an_event_that_is_rolled_back_tells_nothing(doors: Doors) -> None:
    await a_case_with_a_contact(doors)

    with pytest.raises(RuntimeError):
        async with doors.database.transaction() as session:
            key = commands.CommandKey("case/C-1", "a", "test")
            await events.append(session, key, [EventDraft("confirmed", NOW)], NOW, case_id="C-1")
            raise RuntimeError

    assert await messages_of(doors, "C-1") == {}


async def test_a_visit_is_announced_then_moved_then_called_off(doors: Doors) -> None:
    await a_case_with_a_contact(doors)
    await save(doors.database, a_visit_row("C-1-V1", state=VisitState.CONFIRMED))

    await happened(doors, "booking_lost", "a", visit_id="C-1-V1")  # nobody was told of it
    for number, kind in enumerate(("accepted", "booking_lost", "declined", "accepted", "visit_cancelled")):
        await happened(doors, kind, f"b{number}", visit_id="C-1-V1")

    async with doors.database.reading() as session:
        said = await session.scalars(select(col(t.Message.occasion)).order_by(col(t.Message.id)))
    assert list(said) == ["visit_booked", "visit_unplanned", "visit_moved", "visit_cancelled"]


async def test_what_is_not_true_any_more_is_not_sent(doors: Doors) -> None:
    await a_case_with_a_contact(doors)
    await save(doors.database, a_visit_row("C-1-V1", state=VisitState.REQUESTED))
    await happened(doors, "accepted", "a", visit_id="C-1-V1")
    with a_mail_server() as mailbox:
        activity = MessageActivities(doors.database, by_mail(mailbox), KEYS)
        state = await activity.send_message(Deliver("message", await _number(doors)))

    assert (state, mailbox.taken) == ("undeliverable", [])
    assert (await messages_of(doors, "C-1"))["visit_booked"]["reason"] == "outdated"


async def test_a_visit_is_told_with_window_and_first_name_in_chinese(doors: Doors) -> None:
    await a_case_with_a_contact(doors, language="zh-CN")
    await save(
        doors.database,
        a_visit_row("C-1-V1", state=VisitState.CONFIRMED),
        a_booking_row("C-1-V1-B1", "E1", start=25, window_start=at(24), window_end=at(27)),
    )
    await happened(doors, "accepted", "a", visit_id="C-1-V1")
    with a_mail_server() as mailbox:
        activity = MessageActivities(doors.database, by_mail(mailbox), KEYS)
        await activity.send_message(Deliver("message", await _number(doors)))
        assert await activity.send_message(Deliver("message", await _number(doors))) == "sent"

    ((_, mail),) = mailbox.taken
    assert str(mail["subject"]) == "上门时间：11月24日（周二） 09:00–12:00"
    assert "Engineer将于 11月24日（周二） 09:00–12:00 上门。" in mailbox.texts()[0]


async def test_a_refusing_channel_is_tried_again_and_given_up_openly(doors: Doors) -> None:
    await a_case_with_a_contact(doors)
    await happened(doors, "registered", "a")
    with a_mail_server() as mailbox:
        mailbox.refuses = True
        activity = MessageActivities(doors.database, by_mail(mailbox), KEYS)
        deliver = Deliver("message", await _number(doors))
        for _ in range(2):
            with pytest.raises(ApplicationError) as refused:
                await activity.send_message(deliver)
            assert (refused.value.type, refused.value.non_retryable) == ("channel_refused", False)
            assert "erika" not in str(refused.value)
        message = (await messages_of(doors, "C-1"))["registered"]
        assert (message["state"], message["attempts"], message["reason"]) == ("sending", 2, "channel_refused")
        mailbox.refuses = False
        assert await activity.send_message(deliver) == "sent"
        await activity.give_up_message(deliver)  # too late: what was sent stays sent

    assert (await messages_of(doors, "C-1"))["registered"]["state"] == "sent"
    assert len(mailbox.taken) == 1


async def test_given_up_is_failed_and_may_be_sent_again(doors: Doors) -> None:
    await a_case_with_a_contact(doors)
    await happened(doors, "registered", "a")
    number = await _number(doors)
    activity = MessageActivities(doors.database, NoChannels(), KEYS)
    await activity.give_up_message(Deliver("message", number))
    assert (await messages_of(doors, "C-1"))["registered"]["state"] == "failed"
    (listed,) = (await doors.http.get("/api/messages", params={"state": "failed"})).json()["items"]
    assert listed["id"] == number
    assert (await doors.http.post(f"/api/messages/{number}/resend")).json()["state"] == "queued"


async def test_a_contact_without_an_address_is_undeliverable(doors: Doors) -> None:
    await a_case_with_a_contact(doors, email="", phone="")
    await happened(doors, "registered", "a")
    with a_mail_server() as mailbox:
        activity = MessageActivities(doors.database, by_mail(mailbox), KEYS)
        assert await activity.send_message(Deliver("message", await _number(doors))) == "undeliverable"
    assert (await messages_of(doors, "C-1"))["registered"]["reason"] == "no_address"


async def test_a_phone_gets_the_short_form_through_a_gateway(doors: Doors) -> None:
    await a_case_with_a_contact(doors, email="")
    await happened(doors, "registered", "a")
    async with an_http_server() as gateway:
        url = f"json://127.0.0.1:{gateway.port}/send?:to={{to}}&+Idempotency-Key={{id}}"
        activity = MessageActivities(doors.database, AppriseChannels({Channel.SMS: (url,)}), KEYS)
        number = await _number(doors)
        await activity.send_message(Deliver("message", number))

    ((path, headers, body),) = gateway.requests
    sent = json.loads(body)
    assert (path.partition("?")[0], headers["idempotency-key"]) == ("/send", f"M-{number}-1")
    assert sent["to"] == "+49 40 123456"
    assert sent["message"].startswith("Heat Ltd: we have your report C-1. Follow it here: http")


async def test_staff_are_told_in_their_group_or_else_by_mail(doors: Doors) -> None:
    await a_case_with_a_contact(doors)
    here, elsewhere = ("U1", "lead@example.org", "T1"), ("U2", "other@example.org", "T2")
    await save(doors.database, t.Territory(**_territory("T2")))
    for id_, email, territory in (here, elsewhere):
        user = t.User(id=id_, name=id_, email=email, territory_id=territory, created_at=NOW)
        await save(doors.database, user, t.UserRole(user_id=id_, role=Role.TEAM_LEAD))
    await happened(doors, "step_escalated", "a", rung="team_lead", subject="classify")
    with a_mail_server() as mailbox:
        activity = MessageActivities(doors.database, by_mail(mailbox), KEYS)
        await activity.send_message(Deliver("message", await _number(doors)))
    assert [to for to, _ in mailbox.taken] == [["lead@example.org"]]
    await happened(doors, "step_escalated", "b", rung="manager", subject="classify")
    async with an_http_server() as group:
        ways = AppriseChannels({Channel.STAFF: (f"json://127.0.0.1:{group.port}/",)})
        await MessageActivities(doors.database, ways, KEYS).send_message(Deliver("message", await _number(doors)))
    assert json.loads(group.requests[0][2])["title"] == "C-1: classify is overdue"


async def test_own_words_and_silent_occasions_count(doors: Doors) -> None:
    await a_case_with_a_contact(doors)
    own = {"en": {"registered": {"subject": "Hello from ${company}"}}}
    await change_settings(doors, ALWAYS_AWAKE | {"words": own, "silent": ["please_rate"]})
    await happened(doors, "registered", "a")
    await happened(doors, "confirmed", "b")
    with a_mail_server() as mailbox:
        await MessageActivities(doors.database, by_mail(mailbox), KEYS).send_message(
            Deliver("message", await _number(doors))
        )
    assert [str(mail["subject"]) for _, mail in mailbox.taken] == ["Hello from Heat Ltd"]
    assert list(await messages_of(doors, "C-1")) == ["registered"]


async def test_quiet_hours_hold_back_what_can_wait(doors: Doors, temporal: Client) -> None:
    await a_case_with_a_contact(doors)
    now = datetime.now(UTC)
    quiet = {"quiet_from": "00:00", "quiet_until": "23:59:59"}
    await change_settings(doors, quiet)
    await save(doors.database, a_visit_row("C-1-V1", state=VisitState.EN_ROUTE))
    async with doors.database.transaction() as session:
        key = commands.CommandKey("case/C-1", "a", "test")
        drafts = [EventDraft("registered", now), EventDraft("departed", now)]
        await events.append(session, key, drafts, now, case_id="C-1", visit_id="C-1-V1")

    found = await messages_of(doors, "C-1")

    assert datetime.fromisoformat(found["on_the_way"]["not_before"]) == now
    assert datetime.fromisoformat(found["registered"]["not_before"]) > now


def test_a_channel_that_cannot_work_is_refused_at_the_start_without_its_password() -> None:
    for urls, named in (
        ({Channel.EMAIL: ("mailto://u:geheim@example.org/",)}, "must contain {to}"),
        ({Channel.SMS: ("pigeon://geheim/{to}",)}, "no URL that apprise knows"),
    ):
        with pytest.raises(InvalidInputError, match=named) as refused:
            AppriseChannels(urls)
        assert "geheim" not in refused.value.message
    assert channels({Channel.EMAIL: ()}).known == frozenset()


@pytest.mark.parametrize(
    "url", ["wecombot://abcdef12-ab12", "dingtalk://abcdefgh1234/", "feishu://abc-def", "jsons://host/path"]
)
def test_the_groups_of_the_companys_messengers_are_known(url: str) -> None:
    assert AppriseChannels({Channel.STAFF: (url,)}).known == {Channel.STAFF}


async def test_the_id_of_a_letter_stays_the_same_over_repetitions() -> None:
    async with an_http_server(500) as server:
        ways = AppriseChannels({Channel.STAFF: (f"json://127.0.0.1:{server.port}/?+X-Id={{id}}",)})
        letter = Letter("", "s", "t", "M-7-1")
        with pytest.raises(ChannelRefusedError):
            await ways.send(Channel.STAFF, letter)
        await ways.send(Channel.STAFF, letter)
    assert [headers["x-id"] for _, headers, _ in server.requests] == ["M-7-1", "M-7-1"]


async def _number(doors: Doors) -> int:
    async with doors.database.reading() as session:
        return await session.scalar(select(func.max(col(t.Message.id)))) or 0


def _territory(id_: str) -> dict[str, Any]:
    from tests.builders import a_territory

    return a_territory(id_).model_dump()
