"""Signing in and out: cookies, CSRF, lifetimes, throttling, and what tells nothing to whom guesses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pwdlib import PasswordHash
from sqlalchemy import select, text, update

from api import accounts
from api.accounts import Accounts, digest
from api.identity import COOKIE, PEOPLE, STRANGERS
from api.rates import Buckets
from domain.people import Role
from models import tables as t
from models.repositories import users
from tests.integration.doors.conftest import ORIGIN, PASSWORD, Doors, sign_in

NEW = "quite another sentence"
AGENT = "agent-1"
WORKFLOWS = "https://temporal.example/namespaces/default"


async def test_signing_in_says_who_one_is_and_what_one_may_do(doors: Doors) -> None:
    async with doors.signed_in(Role.DISPATCHER, territory_id="T1") as http:
        shown = (await http.get("/api/session")).json()

    assert shown["user"] == {
        "id": "dispatcher-1", "name": "dispatcher-1", "roles": ["dispatcher"], "language": "en",
        "territory_id": "T1", "engineer_id": None,
    }  # fmt: skip
    assert {"case.view", "visit.move", "plan.publish"} <= set(shown["permissions"])
    assert not {"case.settle", "stock.receive"} & set(shown["permissions"])
    assert shown["csrf_token"]


@pytest.mark.parametrize(("role", "shown"), [(Role.ADMIN, WORKFLOWS), (Role.AGENT, ""), (Role.MANAGER, "")])
async def test_only_administrators_are_led_to_workflows(doors: Doors, role: Role, shown: str) -> None:
    doors.app.state.serving = replace(doors.app.state.serving, workflows=WORKFLOWS)
    async with doors.signed_in(role) as http:
        assert (await http.get("/api/session")).json()["temporal_ui"] == shown


async def test_the_cookie_is_for_our_own_pages_and_encrypted_connections(doors: Doors) -> None:
    await doors.add_user(AGENT, Role.AGENT)
    async with doors.visitor() as http:
        answer = await sign_in(http, AGENT)
        cookie = answer.headers["set-cookie"]
        assert answer.headers["cache-control"] == "no-store"
        http.base_url = "http://127.0.0.1:8080"
        on_this_machine = (await sign_in(http, AGENT)).headers["set-cookie"]

    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(cookie.split("; "))
    assert "Secure" not in on_this_machine


async def test_nothing_that_lets_in_is_stored(doors: Doors) -> None:
    async with doors.signed_in(Role.AGENT) as http:
        token = http.cookies[COOKIE]
        async with doors.database.reading() as session:
            (row,) = await session.scalars(select(t.UserSession))
            user = await session.get_one(t.User, AGENT)

    assert row.token_hash == digest(token)
    assert token not in str(vars(row))
    assert user.password_hash.startswith("$argon2id$")
    assert user.last_sign_in_at is not None


@pytest.mark.parametrize("email", [AGENT, "nobody", "retired-1", "elsewhere-1"])
async def test_a_wrong_password_and_an_unknown_user_are_answered_alike(doors: Doors, email: str) -> None:
    await doors.add_user(AGENT, Role.AGENT)
    await doors.add_user("retired-1", Role.AGENT, active=False)
    await doors.add_user("elsewhere-1", Role.AGENT, password_hash=None)
    async with doors.visitor() as http:
        wrong = await sign_in(http, email, PASSWORD if email != AGENT else "not the password")
        reference = await sign_in(http, "also-nobody", "x" * 12)

    assert (wrong.status_code, wrong.json()) == (reference.status_code, reference.json())
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_password")
    assert "set-cookie" not in wrong.headers


async def test_an_unknown_user_costs_a_password_check_too(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    def remember(_hasher: PasswordHash, _password: str, stored: str) -> tuple[bool, None]:
        checked.append(stored[:9])
        return False, None

    monkeypatch.setattr(PasswordHash, "verify_and_update", remember)
    await doors.add_user(AGENT, Role.AGENT)
    async with doors.visitor() as http:
        await sign_in(http, AGENT)
        await sign_in(http, "nobody")

    assert checked == ["$argon2id", "$argon2id"]


@pytest.mark.parametrize("header", [None, "", "0" * 64])
async def test_without_the_sessions_csrf_token_nothing_is_changed(doors: Doors, header: str | None) -> None:
    async with doors.signed_in(Role.AGENT) as http:
        http.headers.pop("x-csrf-token")
        headers = {} if header is None else {"x-csrf-token": header}
        answer = await http.post("/api/cases/C-1/note", json={"text": "x"}, headers=headers)
        still = await http.get("/api/session")

    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
    assert still.status_code == 200


async def test_the_csrf_token_of_another_session_does_not_fit(doors: Doors) -> None:
    async with doors.signed_in(Role.AGENT) as one, doors.visitor() as other:
        await sign_in(other, AGENT)
        one.headers["x-csrf-token"] = other.headers["x-csrf-token"]
        answer = await one.delete("/api/session")

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": ORIGIN}, 204),
        ({"sec-fetch-site": "same-origin"}, 204),
        ({}, 204),
        ({"origin": "https://evil.test"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://callout.test"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
async def test_what_another_site_made_the_browser_send_is_refused(
    doors: Doors, headers: dict[str, str], status: int
) -> None:
    async with doors.signed_in(Role.AGENT) as http:
        answer = await http.delete("/api/session", headers=headers)
        again = await http.post("/api/session", json={"email": "x@y.z", "password": PASSWORD}, headers=headers)

    assert answer.status_code == status
    assert again.status_code == (403 if status == 403 else 401)


async def test_a_session_that_was_planted_is_not_taken_over(doors: Doors) -> None:
    await doors.add_user(AGENT, Role.AGENT)
    async with doors.visitor() as http:
        http.cookies.set(COOKIE, "planted", domain="callout.test")
        await sign_in(http, AGENT)
        first = http.cookies.get(COOKIE, domain="callout.test", path="/")
        await sign_in(http, AGENT)
        async with doors.visitor() as thief:
            for known in ("planted", first):
                thief.cookies.set(COOKIE, str(known), domain="callout.test")
                assert (await thief.get("/api/session")).status_code == 401


async def test_signing_out_ends_this_session_alone(doors: Doors) -> None:
    async with doors.signed_in(Role.AGENT) as one, doors.visitor() as other:
        await sign_in(other, AGENT)
        token = one.cookies[COOKIE]
        assert (await one.delete("/api/session")).status_code == 204
        one.cookies.set(COOKIE, token, domain="callout.test")

        assert (await one.get("/api/session")).status_code == 401
        assert (await other.get("/api/session")).status_code == 200


async def test_signing_out_everywhere_ends_ones_own_sessions_alone(doors: Doors) -> None:
    async with doors.signed_in(Role.AGENT) as here, doors.visitor() as there, doors.signed_in(Role.ADMIN) as colleague:
        await sign_in(there, AGENT)
        token = here.cookies[COOKIE]
        assert (await here.delete("/api/session/everywhere")).status_code == 204
        assert COOKIE not in here.cookies
        here.cookies.set(COOKIE, token, domain="callout.test")

        assert (await here.get("/api/session")).status_code == 401
        assert (await there.get("/api/session")).status_code == 401
        assert (await colleague.get("/api/session")).status_code == 200
        assert (await sign_in(there, AGENT)).status_code == 200
    assert (await doors.http.delete("/api/session/everywhere")).json()["field"] == "session"


async def test_a_new_password_signs_out_everywhere_but_here(doors: Doors) -> None:
    async with doors.signed_in(Role.AGENT) as here, doors.visitor() as elsewhere:
        await sign_in(elsewhere, AGENT)
        before = here.cookies[COOKIE]
        answer = await here.post("/api/session/password", json={"current_password": PASSWORD, "new_password": NEW})
        here.headers["x-csrf-token"] = answer.json()["csrf_token"]

        assert answer.status_code == 200
        assert here.cookies[COOKIE] != before
        assert (await here.get("/api/session")).status_code == 200
        assert (await elsewhere.get("/api/session")).status_code == 401
        assert (await sign_in(elsewhere, AGENT)).status_code == 401
        assert (await sign_in(elsewhere, AGENT, NEW)).status_code == 200


@pytest.mark.parametrize(
    ("current", "new", "field", "rule"),
    [
        ("wrong", NEW, "current_password", "is wrong"),
        (PASSWORD, "too short", "password", "must have 12 to 200 characters"),
        (PASSWORD, "aaaaaaaaaaaaaaaa", "password", "repeats too few characters"),
        (PASSWORD, "my name is Agent-1 really", "password", "must not contain your name or e-mail address"),
    ],
)
async def test_a_bad_new_password_is_refused(doors: Doors, current: str, new: str, field: str, rule: str) -> None:
    async with doors.signed_in(Role.AGENT) as http:
        answer = await http.post("/api/session/password", json={"current_password": current, "new_password": new})

        assert (answer.status_code, answer.json()["field"], answer.json()["rule"]) == (422, field, rule)
        assert PASSWORD not in answer.text
        assert (await http.get("/api/session")).status_code == 200


@pytest.mark.parametrize(
    ("changes", "is_over"),
    [
        ("seen_at = now() - interval '11 hours 59 minutes'", False),
        ("seen_at = now() - interval '12 hours 1 minute'", True),
        ("expires_at = now() - interval '1 second'", True),
        ("version = version - 1", True),
        ("token_hash = 'another'", True),
    ],
)
async def test_a_session_ends_by_itself(doors: Doors, changes: str, is_over: bool) -> None:
    async with doors.signed_in(Role.AGENT) as http:
        async with doors.database.transaction() as session:
            await session.execute(text(f"UPDATE user_session SET {changes}"))
        assert (await http.get("/api/session")).status_code == (401 if is_over else 200)


async def test_use_keeps_a_session_alive_but_not_beyond_its_end(doors: Doors) -> None:
    now = datetime.now(UTC)
    known = Accounts(doors.database, lambda: now)
    await doors.add_user(AGENT, Role.AGENT)
    token = (await known.sign_in(f"{AGENT}@example.com", PASSWORD, "here")).token
    hours = 0
    while await known.session(token):
        now += timedelta(hours=8)
        hours += 8

    assert hours == 7 * 24


async def test_whoever_is_disabled_is_out_at_once(doors: Doors) -> None:
    async with doors.signed_in(Role.AGENT) as http:
        async with doors.database.transaction() as session:
            await users.disable(session, AGENT)
        assert (await http.get("/api/session")).status_code == 401
        assert (await sign_in(http, AGENT)).status_code == 401


async def test_a_role_that_is_taken_away_is_gone_at_once(doors: Doors) -> None:
    async with doors.signed_in(Role.AGENT) as http:
        async with doors.database.transaction() as session:
            await session.execute(update(t.UserRole).values(role=Role.STOCK_KEEPER))
        assert (await http.get("/api/cases")).status_code == 403


async def test_guessing_one_accounts_password_is_slowed_down_from_wherever(doors: Doors) -> None:
    await doors.add_user(AGENT, Role.AGENT)
    now = datetime.now(UTC)
    processes = [Accounts(doors.database, lambda: now) for _ in range(2)]
    for nth in range(accounts.ACCOUNT_TRIES):
        with pytest.raises(accounts.WrongPasswordError):
            await processes[nth % 2].sign_in(f"{AGENT}@example.com", "wrong", f"10.0.0.{nth}")

    for process in processes:
        with pytest.raises(accounts.TooManyError, match="Wait 900 seconds"):
            await process.sign_in(f"{AGENT}@EXAMPLE.com ", PASSWORD, "10.0.1.1")
    now += accounts.WINDOW + timedelta(seconds=1)
    assert (await processes[0].sign_in(f"{AGENT}@example.com", PASSWORD, "10.0.1.1")).token


async def test_accounts_that_do_not_exist_are_slowed_down_alike(doors: Doors) -> None:
    async with doors.visitor() as http:
        answers = [await sign_in(http, "nobody") for _ in range(accounts.ACCOUNT_TRIES + 1)]

    assert [answer.status_code for answer in answers] == [401] * accounts.ACCOUNT_TRIES + [429]
    assert int(answers[-1].headers["retry-after"]) == answers[-1].json()["retry_after_seconds"] > 800


async def test_guessing_many_accounts_from_one_address_is_slowed_down(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "ADDRESS_TRIES", 3)
    await doors.add_user(AGENT, Role.AGENT)
    known = Accounts(doors.database)
    for nth in range(3):
        assert (await known.sign_in(f"{AGENT}@example.com", PASSWORD, "10.0.0.1")).token  # these do not count
        with pytest.raises(accounts.WrongPasswordError):
            await known.sign_in(f"nobody-{nth}@example.com", "wrong", "10.0.0.1")

    with pytest.raises(accounts.TooManyError):
        await known.sign_in(f"{AGENT}@example.com", PASSWORD, "10.0.0.1")
    assert (await known.sign_in(f"{AGENT}@example.com", PASSWORD, "10.0.0.2")).token


async def test_whoever_sends_too_much_is_told_when_to_go_on(doors: Doors) -> None:
    async with doors.signed_in(Role.AGENT) as http, doors.visitor() as stranger:
        doors.app.state.doorkeeper._buckets = buckets = Buckets(lambda: 0.0)
        buckets.take(AGENT, PEOPLE, PEOPLE.at_once)
        buckets.take("address:127.0.0.1", STRANGERS, STRANGERS.at_once)
        for answer in (await http.get("/api/session"), await stranger.get("/api/session")):
            assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
            assert answer.headers["retry-after"] == "1"
