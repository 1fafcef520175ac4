"""Good requests become the messages of the domain, with the caller's key as command id."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.schemas import CASE_COMMANDS, VISIT_COMMANDS
from domain import messages as m
from domain.case import Diagnosis, Ruling, VisitNeeds
from domain.clock import PauseReason
from domain.ids import BookingId, CommandId, EngineerId, LocationId, PlanId, Sku, VisitId
from domain.parts import PartNeed, PartUsed
from domain.people import Actor, Role
from domain.registration import ArrivalWindow, Classification, ContactDraft, Registration, SiteDraft
from domain.visit import CheckAnswer, VisitReport
from domain.vocabulary import CaseKind, Channel, Decision, DeclineReason, Outcome, Severity, WriteOffReason
from tests.unit.api.fakes import NOW, an_api

AT = "2026-03-02T08:30:00+01:00"
ACTED = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
ANNA = Actor(Role.DISPATCHER, "anna")
HEADERS = {"idempotency-key": "key-1", "callout-actor": "dispatcher:anna"}
HEAD = m.Command(CommandId("api:key-1"), ANNA)
WH, FAN = LocationId("WH"), Sku("FAN")
CASE = {
    "channel": "phone", "symptom": " No heat ", "contact": {"name": "Erika", "phone": "+49 40 123456"},
    "site": {"address": "Ringstraße 7", "latitude": 53.5, "longitude": 9.9}, "product_model": "WP-08",
    "windows": [{"start": "2026-03-02T08:00:00Z", "end": "2026-03-02T12:00:00Z"}],
    "classification": {"kind": "fault", "severity": "high"}, "suggested_skills": {"gas": 2}, "suggested_minutes": 60,
}  # fmt: skip
WINDOW = ArrivalWindow(datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 12, tzinfo=UTC))
GIVEN = Registration(
    channel=Channel.PHONE,
    symptom="No heat",
    contact=ContactDraft("Erika", "+49 40 123456"),
    site=SiteDraft("Ringstraße 7", 53.5, 9.9),
    product_model="WP-08",
    windows=(WINDOW,),
    classification=Classification(CaseKind.FAULT, severity=Severity.HIGH),
    suggested_skills={"gas": 2},
    suggested_minutes=60,
)

CASE_ROWS: list[tuple[str, dict[str, Any], Any]] = [
    ("complete_registration", {"registration": CASE}, m.CompleteRegistration(HEAD, GIVEN)),
    ("classify", {"kind": "fault", "severity": "high"},
     m.ClassifyCase(HEAD, Classification(CaseKind.FAULT, severity=Severity.HIGH))),
    ("diagnose", {"findings": "Inverter", "solved": True}, m.RecordDiagnosis(HEAD, Diagnosis("Inverter", True))),
    ("decide", {"decision": "on_site", "needs": {"minutes": 90, "skills": {"gas": 2}, "tools": ["ladder"],
                "parts": [{"sku": "FAN"}], "windows": CASE["windows"]}, "quote_cents": 12_000},
     m.DecideCase(HEAD, Ruling(Decision.ON_SITE, VisitNeeds(timedelta(minutes=90), {"gas": 2}, ("ladder",),
                                                            (PartNeed(Sku("FAN")),), (WINDOW,)), 12_000))),
    ("answer_quote", {"accepted": False}, m.AnswerQuote(HEAD, False)),
    ("settle", {"outcome": "fixed", "note": "sent"}, m.SettleHandOver(HEAD, Outcome.FIXED, "sent")),
    ("confirm", {"solved": True}, m.ConfirmCase(HEAD, True)),
    ("call_back", {"satisfaction": 4}, m.RecordCallBack(HEAD, False, 4)),
    ("pause", {"reason": "site_closed"}, m.PauseCase(HEAD, PauseReason.SITE_CLOSED)),
    ("resume", {"reason": "site_closed"}, m.PauseCase(HEAD, PauseReason.SITE_CLOSED)),
    ("cancel", {"reason": "bought anew"}, m.CancelCase(HEAD, "bought anew")),
    ("note", {"text": "call first"}, m.AddNote(HEAD, "call first")),
]  # fmt: skip
VISIT_ROWS: list[tuple[str, dict[str, Any], Any]] = [
    ("accept", {"booking": "B-1"}, m.AcceptOffer(HEAD, BookingId("B-1"))),
    ("decline", {"reason": "skill", "note": "no gas", "booking": "B-1"},
     m.DeclineOffer(HEAD, DeclineReason.SKILL, "no gas", BookingId("B-1"))),
    ("depart", {}, m.Depart(HEAD)),
    ("arrive", {"checklists": 3}, m.Arrive(HEAD, 3)),
    ("finish", {"outcome": "part_missing", "work_done": "opened", "parts_used": [{"sku": "FAN", "serial": "S1"}],
                "needed_parts": [{"sku": "PUMP", "quantity": 2}], "labour_minutes": 45, "signed_by_customer": True,
                "checklist": [{"item": "pressure", "answer": " 2.1 "}]},
     m.FinishVisit(HEAD, VisitReport(Outcome.PART_MISSING, "opened", (PartUsed(Sku("FAN"), 1, "S1"),),
                                     (PartNeed(Sku("PUMP"), 2),), timedelta(minutes=45), True,
                                     checklist=(CheckAnswer("pressure", "2.1"),)))),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "message"), CASE_ROWS, ids=[row[0] for row in CASE_ROWS])
async def test_a_case_command_becomes_its_update(name: str, body: dict[str, Any], message: Any) -> None:
    async with an_api() as api:
        answer = await api.post(f"/api/cases/C-1/{name}", body, **HEADERS)

        assert answer.status_code == 200, answer.text
        assert api.commands.sent == [("C-1", name, message)]
        assert answer.json()["id"] == "C-1"


@pytest.mark.parametrize(("name", "body", "message"), VISIT_ROWS, ids=[row[0] for row in VISIT_ROWS])
async def test_a_visit_command_becomes_its_update(name: str, body: dict[str, Any], message: Any) -> None:
    async with an_api() as api:
        answer = await api.post(f"/api/visits/C-1-V1/{name}", body, **HEADERS)

        assert answer.status_code == 200, answer.text
        assert api.commands.sent == [("C-1-V1", name, message)]


def test_every_update_of_the_workflows_has_a_route() -> None:
    assert set(CASE_COMMANDS) == {row[0] for row in CASE_ROWS}
    assert set(VISIT_COMMANDS) == {row[0] for row in VISIT_ROWS}


async def test_territory_commands_find_their_territory() -> None:
    start, end = datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 18, tzinfo=UTC)
    span = {"start": start.isoformat(), "end": end.isoformat()}
    async with an_api() as api:
        await api.post("/api/engineers/E-1/absences", {**span, "kind": "leave"}, **HEADERS)
        await api.post(
            "/api/visits/C-1-V1/move", {"engineer": "E-1", "arrival": start.isoformat(), "reason": "r"}, **HEADERS
        )
        await api.post(
            "/api/stock/receipts", {"territory": "T-1", "location": "WH", "sku": "FAN", "quantity": 1}, **HEADERS
        )
        line = {"location": "WH", "sku": "FAN"}
        await api.post("/api/stock/transfers", {**line, "to": "VAN-E-1", "quantity": 2, "note": "n"}, **HEADERS)
        write_off = {**line, "quantity": 1, "reason": "lost", "note": "n", "serials": ["A"], "release": True}
        await api.post("/api/stock/write-offs", write_off, **HEADERS)
        await api.post("/api/stock/counts", {**line, "counted": 0}, **HEADERS)
        await api.post("/api/plans/T-1-P1/publish", **HEADERS)

        assert api.commands.sent == [
            ("T-1", "report_absence", m.ReportAbsence(HEAD, EngineerId("E-1"), start, end, "leave")),
            ("T-1", "move_visit", m.MoveVisit(HEAD, VisitId("C-1-V1"), EngineerId("E-1"), start, "r")),
            ("T-1", "receive_stock", m.ReceiveStock(HEAD, LocationId("WH"), Sku("FAN"), 1)),
            ("T-1", "transfer_stock", m.TransferStock(HEAD, WH, LocationId("VAN-E-1"), FAN, 2, note="n")),
            ("T-1", "write_off_stock", m.WriteOffStock(HEAD, WH, FAN, 1, WriteOffReason.LOST, "n", ("A",), True)),
            ("T-1", "count_stock", m.CountStock(HEAD, WH, FAN, 0)),
            ("T-1", "publish_draft", m.PublishDraft(HEAD, PlanId("T-1-P1"))),
        ]


async def test_a_command_may_have_been_given_earlier() -> None:
    async with an_api() as api:
        await api.post("/api/visits/C-1-V1/arrive", {"at": AT})

        (_, _, message) = api.commands.sent[0]
        assert message.command.at == ACTED


async def test_without_a_key_each_request_is_a_command_of_its_own() -> None:
    async with an_api() as api:
        await api.post("/api/cases/C-1/note", {"text": "x"})
        await api.post("/api/cases/C-1/note", {"text": "x"})

        first, second = (message.command for _, _, message in api.commands.sent)
        assert first.id != second.id
        assert first.actor == Actor(Role.AGENT, "api")


async def test_a_new_case_has_a_number_and_says_what_comes_next() -> None:
    async with an_api() as api:
        answer = await api.post("/api/cases", CASE, **HEADERS)

        assert (answer.status_code, answer.headers["location"]) == (201, "/api/cases/C-100001")
        assert answer.json()["state"] == "classifying"
        (opened,) = api.commands.opened
        assert (opened.case_id, opened.opened_at, opened.registration) == ("C-100001", NOW, GIVEN)
        assert opened.command == HEAD


async def test_the_same_key_opens_the_same_case() -> None:
    async with an_api() as api:
        first = await api.post("/api/cases", CASE, **HEADERS)
        again = await api.post("/api/cases", CASE, **HEADERS)
        other = await api.post("/api/cases", CASE)

        assert first.json()["case_id"] == again.json()["case_id"] == "C-100001"
        assert (first.json()["is_new"], again.json()["is_new"]) == (True, False)
        assert other.json()["case_id"] == "C-100002"


async def test_a_number_that_belongs_to_another_case_is_refused() -> None:
    async with an_api() as api:
        await api.post("/api/cases", CASE)
        api.queries.numbers.clear()  # as after restoring an old backup

        answer = await api.post("/api/cases", CASE)

        assert (answer.status_code, answer.json()["code"]) == (500, "number_taken")
        assert answer.json()["case_id"] == "C-100001"


async def test_a_case_that_no_worker_has_registered_yet_is_accepted() -> None:
    async with an_api() as api:
        api.commands.worker_answers = False

        answer = await api.post("/api/cases", CASE)

        assert (answer.status_code, answer.json()["state"]) == (202, "registering")


async def test_an_incomplete_case_is_opened_when_that_is_asked() -> None:
    async with an_api() as api:
        answer = await api.post("/api/cases", {"channel": "phone", "allow_incomplete": True})

        assert answer.status_code == 201
        assert api.commands.opened[0].registration == Registration(Channel.PHONE, "")


@pytest.mark.parametrize(("channel", "role"), [("phone", Role.AGENT), ("web", Role.CUSTOMER)])
async def test_only_a_spoken_contact_counts_as_taken_by_an_agent(channel: str, role: Role) -> None:
    async with an_api() as api:
        await api.post("/api/cases", {**CASE, "channel": channel})

        assert api.commands.opened[0].command.actor == Actor(role, "api")


async def test_the_documentation_has_examples() -> None:
    async with an_api() as api:
        schema = (await api.client.get("/api/openapi.json")).json()

        assert schema["components"]["schemas"]["DecideIn"]["example"]["decision"] == "on_site"
        assert "/api/cases/{case_id}/answer_quote" in schema["paths"]
