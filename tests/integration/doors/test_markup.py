"""What people wrote is data everywhere: no answer lets a browser, a spreadsheet or a calendar take it for more.

Every free text of the record is filled with markup, a formula and a line break, those of tables to come as well.
"""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2 as httpx
from sqlalchemy import Column, Enum, String, Table, update
from sqlmodel import AutoString

from domain.people import Role
from domain.vocabulary import BookingState, CaseState, MovementKind, VisitState, WriteOffReason
from models import tables as t
from models.columns import Row
from tests.builders import NOW, a_booking_row, a_case_row, a_reservation, a_visit_row, save, stock
from tests.integration.doors.conftest import Doors
from tests.integration.doors.walks import ask, guarded

EVIL = '=HYPERLINK("https://evil.example")<script>alert(1)</script>\r\nBEGIN:VALARM\r\nACTION:AUDIO'
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
JSON_KINDS = {"application/json", "application/problem+json", "application/geo+json"}
NOT_FREE = {
    # These have a form that is checked where they come in, or are made by the program.
    "time_zone", "language", "country", "subdivision", "email", "password_hash", "token_hash", "secret", "url",
    "command_id", "workflow_id", "key", "engine", "status", "state", "calendar", "code", "media_type", "sha256",
    "given_sha256", "secret_sha256", "occasion", "channel", "next_step", "booking_id", "open_visit_id", "sku",
    "checklist_id",
}  # fmt: skip

OURS = {
    "customer", "contact", "site", "service_case", "engineer", "territory", "warehouse", "part", "product_model",
    "booking", "visit", "installed_product",
}  # fmt: skip
"""The tables of which this company has rows."""


def free_texts(table: Table) -> Iterator[Column[str]]:
    """The columns of a table in which people's own words may lie."""
    for column in table.columns:
        is_text = isinstance(column.type, AutoString | String) and not isinstance(column.type, Enum)
        if is_text and not column.primary_key and not column.foreign_keys and column.name not in NOT_FREE:
            yield column


async def a_company_full_of_it(doors: Doors) -> set[str]:
    """A booked visit with a part, and markup in every text; returns which texts there are."""
    soon = datetime.now(UTC) + timedelta(hours=3)
    await save(
        doors.database,
        stock("W1", on_hand=9, reserved=1),
        a_case_row("C-1", open_visit_id="C-1-V1", site_id="SI-1", problems=[], opened_at=soon - timedelta(days=1)),
        a_case_row("C-2", state=CaseState.HANDED_OVER),
        a_visit_row("C-1-V1", state=VisitState.BOOKED, report={"outcome": "fixed", "work_done": EVIL}),
        *(
            t.CaseEvent(
                case_id="C-1",
                workflow_id="case/C-1",
                command_id=f"api:{kind}",
                seq=0,
                kind=kind,
                at=NOW,
                recorded_at=NOW,
                actor_role=Role.CUSTOMER,
                actor_id="L-1",
                data={said: EVIL},
            )
            for kind, said in (("note", "text"), ("rated", "comment"), ("cancelled", "reason"), ("confirmed", "note"))
        ),
        a_booking_row(
            "C-1-V1-B1", "E1", state=BookingState.PLANNED, arrival=soon, finish=soon + timedelta(hours=1), reason=EVIL
        ),
        a_reservation(location="W1"),
        t.StockMovement(
            at=NOW,
            kind=MovementKind.WRITTEN_OFF,
            location_id="W1",
            sku="P1",
            units=-1,
            on_hand=9,
            reason=WriteOffReason.BROKEN,
            note=EVIL,
            serials=[EVIL],
            actor_role=Role.STOCK_KEEPER,
            actor_id=EVIL,
        ),
    )
    filled = set[str]()
    async with doors.database.transaction() as session:
        for table in Row.metadata.sorted_tables:
            # The end makes a text another one for each row, where no two may be the same.
            texts = {c.name: EVIL + table.c.id if c.name == "external_ref" else EVIL for c in free_texts(table)}
            if texts and table.name in OURS:
                await session.execute(update(table).values(texts))
                filled |= {f"{table.name}.{name}" for name in texts}
    return filled


async def answers(doors: Doors) -> list[tuple[str, httpx.Response]]:
    """What an administrator who is an engineer, too, gets from every route that reads."""
    async with doors.signed_in(Role.ADMIN, Role.ENGINEER, engineer_id="E1") as http:
        return [
            (path, await ask(http, "GET", path.replace("{territory_id}", "T1")))
            for method, path, _ in guarded(doors.app)
            if method == "GET"
        ]


async def test_no_answer_lets_what_people_wrote_be_run(doors: Doors) -> None:
    filled = await a_company_full_of_it(doors)
    assert {"contact.name", "site.access_notes", "service_case.symptom", "engineer.name", "booking.reason"} <= filled
    seen: dict[str, int] = {}
    for path, answer in await answers(doors):
        kind = answer.headers.get("content-type", "").partition(";")[0]
        assert answer.status_code in {200, 404, 422}, f"{path}: {answer.status_code} {answer.text[:200]}"
        assert answer.headers["x-content-type-options"] == "nosniff", path
        seen[kind] = seen.get(kind, 0) + 1
        match kind:
            case "text/csv":
                _is_harmless_csv(path, answer.text)
            case "text/calendar":
                _is_harmless_calendar(path, answer.text)
            case "text/plain" | "":
                assert "<script>" not in answer.text, path
            case _:
                assert kind in JSON_KINDS, f"{path}: {kind}"
    assert (seen["text/csv"], seen["text/calendar"]) == (4, 1)


def _is_harmless_csv(path: str, text: str) -> None:
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) > 1, f"{path} lists nothing, so it shows nothing"
    assert len({len(row) for row in rows}) == 1, path
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.lstrip(" ").startswith(FORMULA) and not _is_number(cell)] == [], path
    assert f"'{EVIL}" in cells, f"{path} holds none of the texts"


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None


def _is_harmless_calendar(path: str, text: str) -> None:
    lines = text.replace("\r\n ", "").split("\r\n")
    names = {line.partition(":")[0].partition(";")[0] for line in lines if line}
    assert "BEGIN:VALARM" not in lines, path
    assert "ACTION" not in names, path
    assert any("BEGIN:VALARM" in line and "HYPERLINK" in line for line in lines), f"{path} holds none of the texts"
    assert not any("\n" in line or "\r" in line for line in lines), path


async def test_a_refusal_quotes_what_was_sent_as_data(doors: Doors) -> None:
    for path in (f"/api/cases/{EVIL[:30]}<script>", "/api/operations/cases?sort=<script>alert(1)</script>"):
        answer = await doors.http.get(path)
        assert answer.headers["content-type"] == "application/problem+json", path
        assert answer.headers["x-content-type-options"] == "nosniff"
