"""Signing in at a real identity provider: only its fresh answer to this browser's own question lets in."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import pytest
from joserfc.jwk import RSAKey

from api import oidc
from api.oidc import Oidc, Provider
from domain.people import Role
from tests.integration.doors.conftest import Doors
from tests.integration.doors.provider import CLIENT, SECRET, SmallProvider, running_provider

KEY = "a signing key of the tests, long enough"


@pytest.fixture
async def provider(doors: Doors) -> AsyncIterator[SmallProvider]:
    """A provider that the application trusts; it vouches for agent-1, whom we know."""
    await doors.add_user("agent-1", Role.AGENT, password_hash=None)
    async with running_provider() as found:
        trusted = Oidc(Provider(found.issuer, CLIENT, SECRET), KEY)
        doors.app.state.serving = replace(doors.app.state.serving, oidc=trusted)
        yield found


async def leave(http: httpx.AsyncClient, page: str = "/board") -> str:
    """Go to the provider, and answer where it sends the browser back to."""
    there = await http.get("/api/session/oidc/start", params={"page": page})
    assert there.status_code == 303, there.text
    async with httpx.AsyncClient() as network:
        return str((await network.get(there.headers["location"])).headers["location"])


async def problem(http: httpx.AsyncClient, back: str) -> str:
    answer = await http.get(back)
    assert answer.status_code == 303
    assert (await http.get("/api/session")).status_code == 401
    return parse_qs(urlsplit(answer.headers["location"]).query)["sign_in_problem"][0]


async def test_there_and_back_again_signs_in(doors: Doors, provider: SmallProvider) -> None:
    provider.email = "Agent-1@Example.com"
    async with doors.visitor() as http:
        assert (await http.get("/api/session/ways")).json() == {"password": True, "oidc": True}
        there = await http.get("/api/session/oidc/start")
        answer = await http.get(await leave(http))
        shown = (await http.get("/api/session")).json()

    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/api/session/oidc"} <= set(
        there.headers["set-cookie"].split("; ")
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/board")
    assert (shown["user"]["id"], shown["user"]["roles"]) == ("agent-1", ["agent"])


@pytest.mark.parametrize("page", ["//evil.test", "https://evil.test", "/\\evil.test", "evil"])
async def test_it_never_leads_to_another_site(doors: Doors, provider: SmallProvider, page: str) -> None:
    async with doors.visitor() as http:
        assert (await http.get(await leave(http, page))).headers["location"] == "/"


async def test_an_answer_counts_once(doors: Doors, provider: SmallProvider) -> None:
    async with doors.visitor() as http:
        back = await leave(http)
        cookie = http.cookies[oidc.COOKIE]
        await http.get(back)
        await http.delete(
            "/api/session", headers={"x-csrf-token": (await http.get("/api/session")).json()["csrf_token"]}
        )
        http.cookies.set(oidc.COOKIE, cookie, domain="callout.test", path="/api/session/oidc")
        assert await problem(http, back) == "provider_refused"


async def test_an_answer_to_another_browser_does_not_count(doors: Doors, provider: SmallProvider) -> None:
    async with doors.visitor() as attacker, doors.visitor() as victim, doors.visitor() as nobody:
        back = await leave(attacker)
        await leave(victim)
        assert await problem(victim, back) == "started_elsewhere"
        assert await problem(nobody, back) == "started_elsewhere"


async def test_a_cookie_that_is_old_or_forged_does_not_count(
    doors: Doors, provider: SmallProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with doors.visitor() as http:
        monkeypatch.setattr(oidc, "LASTING_SECONDS", -1)
        assert await problem(http, await leave(http)) == "started_elsewhere"
        monkeypatch.undo()
        back = await leave(http)
        forged = Oidc(Provider(provider.issuer, CLIENT, SECRET), "another key, which is also long enough")
        departure = await forged.depart("https://callout.test/api/session/oidc/callback", "/")
        http.cookies.set(oidc.COOKIE, departure.cookie, domain="callout.test", path="/api/session/oidc")
        assert await problem(http, back) == "started_elsewhere"


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "https://evil.test"},
        {"exp": int(time.time()) - 3600},
    ],
    ids=["nonce", "audience", "party", "issuer", "expired"],
)
async def test_an_id_token_that_is_not_ours_does_not_count(
    doors: Doors, provider: SmallProvider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    async with doors.visitor() as http:
        assert await problem(http, await leave(http)) == "bad_id_token"


async def test_an_id_token_that_another_signed_does_not_count(doors: Doors, provider: SmallProvider) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "k1"})
    async with doors.visitor() as http:
        assert await problem(http, await leave(http)) == "bad_id_token"


@pytest.mark.parametrize("verified", [False, None, "true"])
async def test_an_address_that_is_not_verified_does_not_count(
    doors: Doors, provider: SmallProvider, verified: Any
) -> None:
    provider.claims = {"email_verified": verified}
    async with doors.visitor() as http:
        assert await problem(http, await leave(http)) == "no_verified_email"


async def test_only_whom_we_know_gets_in(doors: Doors, provider: SmallProvider) -> None:
    await doors.add_user("retired-1", Role.AGENT, active=False)
    async with doors.visitor() as http:
        for provider.email in ("nobody@example.com", "retired-1@example.com"):
            assert await problem(http, await leave(http)) == "unknown_user"
        provider.refuses = True
        assert await problem(http, await leave(http)) == "provider_refused"


async def test_a_provider_that_is_away_is_said_so(doors: Doors) -> None:
    async with doors.visitor() as http:
        assert (await http.get("/api/session/oidc/start")).status_code == 404
        away = Oidc(Provider("http://127.0.0.1:1", CLIENT, SECRET), KEY)
        doors.app.state.serving = replace(doors.app.state.serving, oidc=away)
        answer = await http.get("/api/session/oidc/start")

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
