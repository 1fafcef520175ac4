"""What administrators change, through real doors: rights, versions, rules per field, and the audit."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import text

from api.accounts import digest
from domain.clock import ClockName
from domain.errors import CalloutError
from domain.people import Role
from domain.policy import ServicePolicy
from domain.sla import SlaState
from domain.vocabulary import CaseKind, CaseState, Category, Severity, Warranty
from models import tables as t
from models.repositories import policies
from tests.builders import a_case_row, save
from tests.integration.doors.conftest import Doors, sign_in

REASON = "the board decided so"


async def policy_of(http: httpx.AsyncClient) -> tuple[dict[str, Any], str]:
    answer = await http.get("/api/admin/policy")
    assert answer.status_code == 200
    return answer.json()["policy"], answer.headers["etag"]


async def put_policy(
    http: httpx.AsyncClient, policy: dict[str, Any], seen: str | None, reason: str = REASON, key: str = ""
) -> httpx.Response:
    headers = ({"if-match": seen} if seen else {}) | ({"idempotency-key": key} if key else {})
    return await http.put("/api/admin/policy", json={"policy": policy, "reason": reason}, headers=headers)


# --- policy --------------------------------------------------------------------------------------------------


async def test_a_policy_is_changed_with_a_reason_and_the_audit_says_what_differs(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        policy, seen = await policy_of(http)
        policy["warn_fraction"] = 0.5
        policy["promises"][-1]["respond"] = "PT6H"

        answer = await put_policy(http, policy, seen)

        assert answer.status_code == 200, answer.text
        assert answer.headers["etag"] != seen
        assert answer.json()["changed_by"] == "admin:admin-1"
        (change,) = (await http.get("/api/admin/policy/changes")).json()
        assert (change["actor_role"], change["actor_id"], change["reason"]) == ("admin", "admin-1", REASON)
        assert set(change["after"]) == {"promises", "warn_fraction"}
        assert (change["before"]["warn_fraction"], change["after"]["warn_fraction"]) == (0.75, 0.5)
    async with doors.database.reading() as session:
        stored = await policies.service_policy(session)
    assert stored.promises[-1].respond == timedelta(hours=6)


async def test_a_policy_needs_the_version_that_it_is_based_on(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        policy, seen = await policy_of(http)
        missing = await put_policy(http, policy, None)
        assert (missing.status_code, missing.json()["code"]) == (428, "version_missing")

        assert (await put_policy(http, policy | {"warn_fraction": 0.6}, seen)).status_code == 200
        late = await put_policy(http, policy | {"warn_fraction": 0.9}, seen)

        assert (late.status_code, late.json()["code"]) == (412, "version_changed")
        assert late.json()["changed_by"] == "admin-1"
        assert late.json()["changed"] == ["warn_fraction"]
        assert (await policy_of(http))[0]["warn_fraction"] == 0.6


async def test_of_two_first_changes_at_once_one_wins(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        policy, seen = await policy_of(http)
        tries = [put_policy(http, policy | {"warn_fraction": 0.5 + n / 10}, seen) for n in range(4)]
        found = sorted(answer.status_code for answer in await asyncio.gather(*tries))
        assert found == [200, 412, 412, 412]
        assert len((await http.get("/api/admin/policy/changes")).json()) == 1


async def test_a_repeated_command_counts_once(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        policy, seen = await policy_of(http)
        for _ in range(2):
            answer = await put_policy(http, policy | {"warn_fraction": 0.6}, seen, key="once")
            assert answer.status_code == 200
        assert len((await http.get("/api/admin/policy/changes")).json()) == 1


async def test_every_field_that_breaks_a_rule_is_named(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        policy, seen = await policy_of(http)
        policy["warn_fraction"] = 2
        policy["promises"][0]["respond"] = "PT0S"
        policy["steps"]["unknown"] = "PT1H"
        for answer in (await put_policy(http, policy, seen), await http.post("/api/admin/policy/preview", json=policy)):
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
            found = {each["field"] for each in answer.json()["errors"]}
            assert found == {"warn_fraction", "promises.0.respond", "steps.unknown"}
        ladder = policy | {"warn_fraction": 0.5, "ladder": []}
        ladder["promises"], ladder["steps"] = ServicePolicy().model_dump(mode="json")["promises"], {}
        answer = await put_policy(http, ladder, seen)
        assert (answer.status_code, answer.json()["field"]) == (422, "policy")
        assert "at least one rung" in answer.json()["rule"]
        assert (await put_policy(http, policy, seen, reason="")).json()["field"] == "reason"


async def test_the_preview_counts_open_cases_and_stores_nothing(doors: Doors) -> None:
    now = await doors.queries.now()
    about = {"kind": CaseKind.FAULT, "category": Category.PRODUCT_DEFECT, "severity": Severity.MEDIUM}
    rows = [
        a_case_row(id=f"C-{n}", state=state, warranty=Warranty.COVERED, territory_id="T1", **about)
        for n, state in enumerate([CaseState.VISITING, CaseState.VISITING, CaseState.ARCHIVED], 1)
    ]
    clocks = [
        t.SlaClock(
            case_id=f"C-{n}",
            name=ClockName.RESOLVE,
            target_seconds=48 * 3600,
            calendar="always",
            started_at=now - timedelta(hours=hours),
            state=SlaState.RUNNING,
            stops=[],
        )
        for n, hours in ((1, 10), (2, 22), (3, 22))
    ]
    await save(doors.database, *rows)
    await save(doors.database, *clocks)
    async with doors.signed_in(Role.MANAGER) as http:
        policy, seen = await policy_of(http)
        covered = next(rule for rule in policy["promises"] if rule["warranty"] == "covered")
        assert covered["resolve"] == "P2D"
        covered["resolve"] = "PT20H"

        answer = await http.post("/api/admin/policy/preview", json=policy)

        assert answer.status_code == 200, answer.text
        assert answer.json()["open_cases"] == 2
        shift = next(each for each in answer.json()["clocks"] if each["clock"] == "resolve")
        assert (shift["newly_warning"], shift["newly_breached"]) == (0, 1)
        assert shift["after"] == {"warning": 0, "jeopardy": 0, "breached": 1}
        assert set(answer.json()["after"]) == {"promises"}
        assert (await policy_of(http))[1] == seen
        assert (await put_policy(http, policy, seen)).status_code == 403


async def test_the_audit_cannot_be_rewritten(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        policy, seen = await policy_of(http)
        await put_policy(http, policy | {"warn_fraction": 0.6}, seen)
    for statement in ("UPDATE admin_change SET reason = ''", "DELETE FROM admin_change", "TRUNCATE admin_change"):
        with pytest.raises(CalloutError, match="admin_change_append_only"):
            async with doors.database.transaction() as session:
                await session.execute(text(statement))


# --- users and tokens ----------------------------------------------------------------------------------------

AGENT = {"email": "New.Agent@example.com", "name": "New Agent", "roles": ["agent"]}


async def test_a_new_user_signs_in_with_the_password_that_was_shown_once(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http, doors.visitor() as visitor:
        answer = await http.post("/api/admin/users", json=AGENT, headers={"idempotency-key": "k"})
        assert answer.status_code == 201, answer.text
        given = answer.json()
        assert (given["user"]["id"], given["user"]["roles"]) == ("new.agent", ["agent"])
        assert (await sign_in(visitor, "new.agent", given["password"])).status_code == 200

        again = await http.post("/api/admin/users", json=AGENT, headers={"idempotency-key": "k"})
        assert (again.status_code, again.json()["code"]) == (409, "secret_not_shown_again")
        assert given["password"] not in (await http.get("/api/admin/users")).text
        (change,) = (await http.get("/api/admin/users/new.agent/changes")).json()
        assert (change["kind"], change["actor_id"], change["after"]["roles"]) == ("added", "admin-1", ["agent"])
        assert "example.com" not in str(change)


async def test_rules_for_users_are_told_by_field(doors: Doors) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"email": "nobody"}, "email"),
        ({"roles": ["customer"]}, "roles"),
        ({"roles": ["king"]}, "roles[0]"),
        ({"roles": ["engineer"]}, "engineer_id"),
        ({"territory_id": "T9"}, "territory"),
        ({"id": "Not An Id"}, "id"),
        ({"name": " "}, "name"),
    ]
    async with doors.signed_in(Role.ADMIN) as http:
        for change, field in wrong:
            answer = await http.post("/api/admin/users", json=AGENT | change)
            assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text


async def test_a_user_is_changed_on_the_version_that_was_seen(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http, doors.signed_in(Role.AGENT) as agent:
        before = next(user for user in (await http.get("/api/admin/users")).json() if user["id"] == "agent-1")
        body = {"name": "Ann", "roles": ["agent", "dispatcher"], "territory_id": "T1"}
        assert (await http.put("/api/admin/users/agent-1", json=body)).status_code == 428
        seen = {"if-match": before["etag"]}
        assert (await http.put("/api/admin/users/agent-1", json=body, headers=seen)).status_code == 200
        late = await http.put("/api/admin/users/agent-1", json=body | {"roles": []}, headers=seen)
        assert (late.status_code, late.json()["changed_by"]) == (412, "admin-1")
        # Rights count from the next request on.
        session = (await agent.get("/api/session")).json()
        assert session["user"]["territory_id"] == "T1"
        assert "plan.publish" in session["permissions"]


async def test_who_is_disabled_is_out_at_once_and_can_come_back(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http, doors.signed_in(Role.AGENT) as agent:
        for active, status in ((False, 401), (True, 401)):
            user = next(each for each in (await http.get("/api/admin/users")).json() if each["id"] == "agent-1")
            body = {"name": user["name"], "roles": user["roles"], "active": active}
            answer = await http.put("/api/admin/users/agent-1", json=body, headers={"if-match": user["etag"]})
            assert answer.status_code == 200
            assert (await agent.get("/api/session")).status_code == status
        assert (await sign_in(agent, "agent-1")).status_code == 200
        kinds = [change["kind"] for change in (await http.get("/api/admin/users/agent-1/changes")).json()]
        assert kinds == ["enabled", "disabled"]


async def test_a_reset_password_signs_out_everywhere_and_is_shown_once(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http, doors.signed_in(Role.AGENT) as agent:
        answer = await http.post("/api/admin/users/agent-1/password", headers={"idempotency-key": "r"})
        assert answer.status_code == 200
        assert (await agent.get("/api/session")).status_code == 401
        again = await http.post("/api/admin/users/agent-1/password", headers={"idempotency-key": "r"})
        assert (again.status_code, again.json()["code"]) == (409, "secret_not_shown_again")
        assert (await sign_in(agent, "agent-1", answer.json()["password"])).status_code == 200


async def test_the_last_administrator_stays(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        (me,) = (await http.get("/api/admin/users")).json()
        for change in ({"roles": ["agent"]}, {"roles": ["admin"], "active": False}):
            body = {"name": me["name"]} | change
            answer = await http.put("/api/admin/users/admin-1", json=body, headers={"if-match": me["etag"]})
            assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
        assert (await http.get("/api/admin/users")).json() == [me]


async def test_an_administrator_of_one_territory_makes_nobody(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN, territory_id="T1") as http:
        assert (await http.post("/api/admin/users", json=AGENT)).status_code == 403
        token = {"name": "x", "role": "admin", "scopes": ["*"]}
        assert (await http.post("/api/admin/tokens", json=token)).status_code == 403


async def test_a_token_works_until_it_is_revoked_and_makes_no_others(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http, doors.visitor() as machine:
        body = {"name": "web shop", "role": "admin", "scopes": ["case.view", "token.*"]}
        made = (await http.post("/api/admin/tokens", json=body)).json()
        machine.headers["authorization"] = f"Bearer {made['secret']}"
        assert (await machine.get("/api/cases")).status_code == 200
        assert (await machine.post("/api/admin/tokens", json=body)).status_code == 403
        listed = (await http.get("/api/admin/tokens")).text
        assert made["secret"] not in listed
        assert digest(made["secret"]) not in listed
        assert (await http.delete(f"/api/admin/tokens/{made['token']['id']}")).json()["state"] == "revoked"
        assert (await machine.get("/api/cases")).status_code == 401
        wrong = await http.post("/api/admin/tokens", json=body | {"scopes": ["case.fly"]})
        assert (wrong.status_code, wrong.json()["field"]) == (422, "scopes")


# --- engineers and territories -------------------------------------------------------------------------------


async def test_an_engineers_skills_are_replaced_with_audit(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        before = next(each for each in (await http.get("/api/admin/engineers")).json() if each["id"] == "E1")
        skills = [{"skill": "cooling", "level": 3, "expires_on": "2027-05-31"}, {"skill": "gas", "level": 1}]
        body = {"skills": skills, "tools": ["ladder"], "active": True}
        assert (await http.put("/api/admin/engineers/E1", json=body)).status_code == 428
        seen = {"if-match": before["etag"]}
        answer = await http.put("/api/admin/engineers/E1", json=body, headers=seen)
        assert answer.status_code == 200, answer.text
        assert [each["skill"] for each in answer.json()["skills"]] == ["cooling", "gas"]
        assert (await http.put("/api/admin/engineers/E1", json=body, headers=seen)).status_code == 412
        (change,) = (await http.get("/api/admin/engineers/E1/changes")).json()
        assert change["after"]["skills.cooling.expires_on"] == "2027-05-31"
        twice = body | {"skills": [skills[0], skills[0]]}
        refused = await http.put("/api/admin/engineers/E1", json=twice, headers={"if-match": answer.json()["etag"]})
        assert (refused.status_code, refused.json()["field"]) == (422, "skills")
        high = body | {"skills": [{"skill": "gas", "level": 6}]}
        assert (await http.put("/api/admin/engineers/E1", json=high)).json()["field"] == "skills[0].level"


async def test_a_team_lead_changes_the_engineers_of_the_own_territory(doors: Doors) -> None:
    await save(doors.database, t.Territory(id="T9", name="Else", city="", country="CN", time_zone="Asia/Shanghai",
                                           latitude=0, longitude=0, business_hours=[]))  # fmt: skip
    async with doors.signed_in(Role.TEAM_LEAD, territory_id="T9") as http:
        assert (await http.get("/api/admin/engineers")).json() == []
        body = {"skills": [], "tools": [], "active": True}
        answer = await http.put("/api/admin/engineers/E1", json=body, headers={"if-match": '"x"'})
        assert answer.status_code == 404


async def test_a_territory_is_drawn_anew_and_an_outline_does_not_cross_itself(doors: Doors) -> None:
    async with doors.signed_in(Role.ADMIN) as http:
        before = next(each for each in (await http.get("/api/admin/territories")).json() if each["id"] == "T1")
        square = [[31.0, 121.0], [31.0, 122.0], [32.0, 122.0], [32.0, 121.0]]
        body = {"latitude": 31.5, "longitude": 121.5, "radius_km": None, "polygon": square}
        seen = {"if-match": before["etag"]}
        crossed = body | {"polygon": [square[0], square[2], square[1], square[3]]}
        refused = await http.put("/api/admin/territories/T1", json=crossed, headers=seen)
        assert (refused.status_code, refused.json()["field"]) == (422, "polygon")
        assert (await http.put("/api/admin/territories/T1", json=body)).status_code == 428
        answer = await http.put("/api/admin/territories/T1", json=body, headers=seen)
        assert answer.json()["area"]["polygon"] == square
        assert (await http.put("/api/admin/territories/T1", json=body, headers=seen)).status_code == 412
        assert (await http.put("/api/admin/territories/T1", json=body | {"latitude": 91})).json()["field"] == "latitude"
