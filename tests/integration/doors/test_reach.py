"""Every route that names something, tried by who may use it but not for that: the walk is over the OpenAPI document.

A route that is added later is walked too, with the example of its body. One whose example is refused as ill-formed
fails here, because that would not show whether the object is out of reach.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import select, update
from sqlmodel import col

from api.access import TABLE
from api.identity import Doorkeeper
from domain.customer_link import LinkKeys
from domain.ids import LinkId
from domain.people import Role
from models import tables as t
from tests.builders import NOW, at
from tests.integration.doors.conftest import LINK_KEYS, Doors
from tests.integration.doors.customers import Customer
from tests.integration.doors.walks import IDS, guarded, two_territories

SECRET = "what-only-the-other-may-see"
PAST = NOW - timedelta(days=999)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
OTHER_TERRITORY = {
    "case_id": "C-2", "visit_id": "C-2-V1", "plan_id": "T2-P1", "engineer_id": "E7", "territory_id": "T2",
    "link_id": "L-C-2", "attachment_id": "A-C-2",
}  # fmt: skip
OTHER_ENGINEER = {"case_id": "C-3", "visit_id": "C-3-V1", "engineer_id": "E2", "attachment_id": "A-C-3"}
MOMENTS = {"start": at(0).isoformat(), "end": at(9).isoformat(), "from": at(0).isoformat(), "to": at(9).isoformat()}


@dataclass(frozen=True)
class Named:
    """A route that names something."""

    method: str
    path: str
    names: frozenset[str]
    asked: dict[str, Any]

    def filled(self, ids: dict[str, str]) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], self.path)


def named(document: dict[str, Any]) -> Iterator[Named]:
    """Every route of the document with something in its path, and a request that it would take."""
    for path, routes in document["paths"].items():
        names = frozenset(re.findall(r"\{(\w+)\}", path))
        for method, route in routes.items():
            if names:
                request = _request(route.get("requestBody"), document)
                needed = [each for each in route.get("parameters", ()) if each["in"] == "query" and each["required"]]
                if needed:
                    request["params"] = {each["name"]: _value(each["schema"], document) for each in needed}
                yield Named(method.upper(), path, names, request)


def _request(body: dict[str, Any] | None, document: dict[str, Any]) -> dict[str, Any]:
    if body is None:
        return {}
    kinds = body["content"]
    if "application/json" in kinds:
        return {"json": _value(kinds["application/json"]["schema"], document)}
    assert "application/pdf" in kinds, f"neither JSON nor a file: {sorted(kinds)}"
    return {"content": PDF, "headers": {"content-type": "application/pdf"}}


def _value(schema: dict[str, Any], document: dict[str, Any]) -> Any:
    """A value that fits a schema: its example, or the least that it asks for."""
    if "$ref" in schema:
        return _value(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
    if "example" in schema:
        return schema["example"]
    if "anyOf" in schema:
        return _value(schema["anyOf"][0], document)
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            needed, fields = schema.get("required", ()), schema.get("properties", {})
            return {name: MOMENTS.get(name) or _value(fields[name], document) for name in needed}
        case "array":
            return [_value(schema["items"], document)] * schema.get("minItems", 0)
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case _:
            return (
                at(2).isoformat() if schema.get("format") == "date-time" else "x" * max(3, schema.get("minLength", 3))
            )


async def a_secret(doors: Doors, case: str) -> None:
    """Words of people in a case and in its file, which the timeline names."""
    async with doors.database.transaction() as session:
        await session.execute(update(t.Case).where(col(t.Case.id) == case).values(symptom=SECRET, closing_note=SECRET))
        content = t.AttachmentContent
        file = update(content).where(col(content.attachment_id) == f"A-{case}")
        await session.execute(file.values(content=SECRET.encode()))
        session.add(
            t.CaseEvent(
                case_id=case, workflow_id=f"case/{case}", command_id="api:a", seq=0, kind="attached", at=NOW,
                recorded_at=NOW, actor_role=Role.AGENT, actor_id="a", data={"attachment_id": f"A-{case}"},
            )
        )  # fmt: skip


async def open_to(http: httpx.AsyncClient, doors: Doors, role: Role, others: dict[str, str]) -> tuple[list[str], int]:
    """The routes that show or do something out of reach, and how many were tried."""
    permissions = {(method, path): permission for method, path, permission in guarded(doors.app)}
    found, tried = [], 0
    for route in named(doors.app.openapi()):
        permission = permissions.get((route.method, route.path))
        if permission is None or role not in TABLE[permission] or not route.names & others.keys():
            continue
        answer = await http.request(route.method, route.filled(IDS | others), **route.asked)
        tried += 1
        if answer.status_code not in {403, 404} or SECRET in answer.text:
            found.append(f"{role}: {route.method} {route.path}: {answer.status_code} {answer.text[:160]}")
    return found, tried


LIMITED = [role for role in Role if role not in {Role.SYSTEM, Role.CUSTOMER}]


@pytest.mark.parametrize("role", LIMITED)
async def test_nobody_of_another_territory_reaches_anything(doors: Doors, role: Role) -> None:
    await two_territories(doors)
    await a_secret(doors, "C-2")
    async with doors.signed_in(role, territory_id="T1", engineer_id="E1") as http:
        open_, tried = await open_to(http, doors, role, OTHER_TERRITORY)
    assert not open_, "\n".join(open_)
    assert tried > 1
    async with doors.database.reading() as session:
        assert await session.get(t.CustomerLink, "L-C-2") is not None


async def test_no_engineer_reaches_what_is_anothers(doors: Doors) -> None:
    await two_territories(doors)
    await a_secret(doors, "C-3")
    async with doors.signed_in(Role.ENGINEER, territory_id="T1", engineer_id="E1") as http:
        open_, tried = await open_to(http, doors, Role.ENGINEER, OTHER_ENGINEER)
    assert not open_, "\n".join(open_)
    assert tried > 20


async def test_what_is_ones_own_is_there(doors: Doors) -> None:
    """The walk above would find nothing open if nothing were there at all."""
    await two_territories(doors)
    await a_secret(doors, "C-1")
    async with doors.signed_in(Role.TEAM_LEAD, territory_id="T1") as http:
        shown = [
            (await http.get(route.filled(IDS | {"territory_id": "T1", "attachment_id": "A-C-1"}))).text
            for route in named(doors.app.openapi())
            if route.method == "GET" and route.path in {"/api/cases/{case_id}", "/api/attachments/{attachment_id}"}
        ]
    assert [SECRET in text for text in shown] == [True, True]


async def test_a_customers_link_reaches_nothing_of_another_case(doors: Doors) -> None:
    await two_territories(doors)
    for case in ("C-1", "C-2"):
        await a_secret(doors, case)
    async with doors.database.transaction() as session:
        await session.execute(update(t.Attachment).values(uploaded_by_role=Role.CUSTOMER))
        await session.execute(update(t.AttachmentContent).values(thumbnail=SECRET.encode()))
    customer = await Customer.of(doors, "C-1")
    tried = 0
    async with doors.visitor() as http:
        for route in named(doors.app.openapi()):
            if not route.path.startswith("/api/link/"):
                continue
            own, other = (route.filled({"attachment_id": f"A-{case}"}) for case in ("C-1", "C-2"))
            assert SECRET in (await http.request(route.method, own, headers=customer.headers)).text
            answer = await http.request(route.method, other, headers=customer.headers)
            assert (answer.status_code, SECRET in answer.text) == (404, False), route
            tried += 1
    assert tried == 1


async def test_a_customers_link_opens_no_door_of_staff(doors: Doors) -> None:
    await two_territories(doors)
    customer = await Customer.of(doors, "C-1")
    async with doors.visitor() as http:
        for route in named(doors.app.openapi()):
            if route.path.startswith(("/api/link/", "/api/feeds/")):
                continue
            doors.app.state.doorkeeper = Doorkeeper(None)
            headers = customer.headers | route.asked.get("headers", {})
            answer = await http.request(route.method, route.filled(IDS), **route.asked | {"headers": headers})
            assert answer.status_code == 401, f"{route.method} {route.path}: {answer.status_code}"


async def test_no_door_of_customers_opens_to_a_link_that_is_none(doors: Doors) -> None:
    await two_territories(doors)
    made, ended, over = [(await doors.http.post("/api/cases/C-1/links")).json() for _ in range(3)]
    other = (await doors.http.post("/api/cases/C-2/links")).json()
    await doors.http.delete(f"/api/links/{ended['id']}")
    async with doors.database.transaction() as session:
        row = await session.get_one(t.CustomerLink, over["id"])
        row.expires_at = PAST
    link_id, expiry, signature = made["token"].split(".")
    expired = LinkKeys(LINK_KEYS).token(LinkId(over["id"]), PAST)
    ends = datetime.fromtimestamp(int(expiry), UTC)
    none = {
        "prolonged": f"{link_id}.{int(expiry) + 86_400}.{signature}",
        "for another case": f"{other['id']}.{expiry}.{signature}",
        "signed by somebody else": LinkKeys({"k": b"0" * 32}).token(LinkId(link_id), ends),
        "unsigned": f"{link_id}.{expiry}.",
        "cut": made["token"][:-1],
        "revoked": ended["token"],
        "expired": expired,
        "with an end that the record does not know": over["token"],
        "never made": LinkKeys(LINK_KEYS).token(LinkId("L-nobody"), ends),
    }
    document, tried = doors.app.openapi(), 0
    async with doors.visitor() as http:
        for route in routes_of_customers(document):
            for what, token in none.items():
                doors.app.state.doorkeeper = Doorkeeper(None)
                headers = {"authorization": f"Link {token}", **route.asked.get("headers", {})}
                path = route.filled({"attachment_id": "A-C-1"})
                answer = await http.request(route.method, path, **route.asked | {"headers": headers})
                assert (answer.status_code, answer.json()["code"]) == (401, "link_refused"), f"{what}: {path}"
                tried += 1
    assert tried == len(none) * 9
    async with doors.database.reading() as session:
        assert list(await session.scalars(select(t.CaseEvent))) == []


def routes_of_customers(document: dict[str, Any]) -> Iterator[Named]:
    """Everything that a link opens, with a request that would be taken."""
    for path, routes in document["paths"].items():
        if path == "/api/link" or path.startswith("/api/link/"):
            for method, route in routes.items():
                yield Named(method.upper(), path, frozenset(), _request(route.get("requestBody"), document))
