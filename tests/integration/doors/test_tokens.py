"""Machines: what a token may, and when it is over."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.accounts import digest, new_token
from domain.people import Role
from models import tables as t
from models.repositories import users
from tests.builders import NOW
from tests.integration.doors.conftest import TOKEN, Doors
from tests.integration.doors.walks import ask, two_territories


async def a_token(doors: Doors, role: Role, *scopes: str, **changes: Any) -> dict[str, str]:
    secret = new_token()
    given = {"id": "k1", "name": "web shop", "token_hash": digest(secret), "created_at": NOW, "scopes": list(scopes)}
    async with doors.database.transaction() as session:
        await users.add_token(session, t.ApiToken(**given | {"role": role} | changes))
    return {"authorization": f"Bearer {secret}"}


async def test_a_token_may_what_its_role_and_its_scopes_allow(doors: Doors) -> None:
    await two_territories(doors)
    headers = await a_token(doors, Role.AGENT, "case.*", "stock.receive", territory_id="T1")
    async with doors.visitor() as http:
        http.headers.update(headers)
        shown = (await http.get("/api/session")).json()
        asked = ["GET /api/cases/C-1", "GET /api/visits/C-1-V1", "POST /api/stock/receipts", "GET /api/cases/C-2"]
        answers = [await ask(http, *question.split()) for question in asked]

    assert [answer.status_code for answer in answers] == [200, 403, 403, 404]
    assert shown["csrf_token"] == ""
    assert {p.partition(".")[0] for p in shown["permissions"]} == {"case"}


@pytest.mark.parametrize(
    "changes",
    [
        {"revoked_at": NOW},
        {"expires_at": datetime.now(UTC) - timedelta(seconds=1)},
        {"token_hash": digest("callout_another")},
    ],
    ids=["revoked", "expired", "another"],
)
async def test_a_token_that_is_over_lets_nobody_in(doors: Doors, changes: dict[str, Any]) -> None:
    headers = await a_token(doors, Role.AGENT, "*", **changes)
    async with doors.visitor() as http:
        answer = await http.get("/api/cases", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")


async def test_a_revoked_token_is_out_at_once(doors: Doors) -> None:
    headers = await a_token(doors, Role.AGENT, "*")
    async with doors.visitor() as http:
        assert (await http.get("/api/cases", headers=headers)).status_code == 200
        async with doors.database.transaction() as session:
            await users.revoke_token(session, "k1", NOW)
        assert (await http.get("/api/cases", headers=headers)).status_code == 401


async def test_a_wrong_token_is_not_made_good_by_a_cookie(doors: Doors) -> None:
    async with doors.signed_in(Role.AGENT) as http:
        assert (await http.get("/api/cases", headers={"authorization": "Bearer wrong"})).status_code == 401
        assert (await http.get("/api/cases", headers={"authorization": f"Basic {TOKEN}"})).status_code == 401
