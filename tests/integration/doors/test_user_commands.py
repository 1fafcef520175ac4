"""``callout user`` and ``callout token`` on a real record, and the doors that they open."""

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import cli
from api.accounts import Accounts
from console.sample import let_in
from console.server import require_production
from domain.errors import InvalidInputError
from domain.people import Role
from runtime import secrets
from samples.company import User
from settings import Settings
from tests.integration.doors.conftest import PASSWORD, Doors, sign_in

Run = Callable[..., Awaitable[tuple[int, str, str]]]
MIA = ("user", "add", "mia@example.com", "--name", "Mia Sommer", "--role", "agent", "--password-stdin")


@pytest.fixture
def run(doors: Doors, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command with an input; gives exit code, standard output and error."""
    for name, value in doors.environment.items():
        monkeypatch.setenv(name, value)

    async def work(*arguments: str, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        code = await asyncio.to_thread(cli.run, list(arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return work


async def test_a_user_is_added_signs_in_changes_and_is_disabled(doors: Doors, run: Run) -> None:
    assert (await run("user", "list"))[1].startswith("Nobody may sign in yet.")
    code, out, err = await run(*MIA, "--territory", "T1", given=f"{PASSWORD}\n")
    assert (code, err) == (0, "")
    assert PASSWORD not in out

    async with doors.visitor() as http:
        assert (await sign_in(http, "mia")).json()["user"]["territory_id"] == "T1"
        assert (await run("user", "password", "mia", "--password-stdin", given="a different sentence\n"))[0] == 0
        assert (await http.get("/api/session")).status_code == 401
        assert (await sign_in(http, "mia", "a different sentence")).status_code == 200
        listed = json.loads((await run("user", "list", "--json"))[1])
        assert (await run("user", "disable", "MIA@example.com"))[0] == 0
        assert (await http.get("/api/session")).status_code == 401

    (mia,) = listed
    assert (mia["id"], mia["roles"], mia["state"]) == ("mia", ["agent"], "password")
    assert mia["last_sign_in_at"]
    assert "hash" not in str(mia)


@pytest.mark.parametrize(
    ("arguments", "given", "said"),
    [
        (MIA, "short\n", "password: must have 12 to 200 characters"),
        (MIA, "mia@example.com!\n", "password: must not contain your name or e-mail address"),
        ((*MIA[:-1],), "", "there is no terminal to ask at; use --password-stdin"),
        ((*MIA, "--territory", "T9"), f"{PASSWORD}\n", "territory: there is no territory 'T9'"),
        ((*MIA, "--role", "engineer"), f"{PASSWORD}\n", "an engineer needs the id of a field engineer"),
        ((*MIA, "--role", "system"), f"{PASSWORD}\n", "system cannot sign in"),
        ((*MIA, "--id", "Mia Sommer"), f"{PASSWORD}\n", "--id: must be small letters"),
        (("user", "password", "nobody", "--password-stdin"), f"{PASSWORD}\n", "There is no user 'nobody'."),
        (("user", "disable", "nobody"), "", "There is no user 'nobody'."),
        (("token", "add", "shop", "--role", "agent", "--scope", "cases"), "", "there is no permission 'cases'"),
        (("token", "add", "shop", "--role", "customer", "--scope", "*"), "", "a machine cannot act as customer"),
        (("token", "revoke", "k9"), "", "There is no token 'k9'."),
    ],
)
async def test_a_wrong_command_says_what_is_wrong_and_changes_nothing(
    run: Run, arguments: tuple[str, ...], given: str, said: str
) -> None:
    code, out, err = await run(*arguments, given=given)

    assert code == 1
    assert said in " ".join((err + out).split())
    assert json.loads((await run("user", "list", "--json"))[1]) == []


async def test_the_same_address_is_not_added_twice(run: Run) -> None:
    await run(*MIA, given=f"{PASSWORD}\n")
    code, _, err = await run(*MIA[:2], "Mia@Example.com", *MIA[3:], "--id", "other", given=f"{PASSWORD}\n")

    assert code == 1
    assert "another user has this address" in err


async def test_a_token_is_shown_once_lets_in_and_is_revoked(doors: Doors, run: Run) -> None:
    made = json.loads((await run("token", "add", "web shop", "--role", "agent", "--scope", "case.*", "--json"))[1])
    async with doors.visitor() as http:
        http.headers["authorization"] = f"Bearer {made['token']}"
        assert (await http.get("/api/cases")).status_code == 200
        listed = (await run("token", "list", "--json"))[1]
        assert (await run("token", "revoke", made["id"]))[0] == 0
        assert (await http.get("/api/cases")).status_code == 401

    (row,) = json.loads(listed)
    assert (row["name"], row["state"], row["scopes"]) == ("web shop", "valid", ["case.*"])
    assert made["token"] not in listed
    assert json.loads((await run("token", "list", "--json"))[1])[0]["state"] == "revoked"


async def test_people_of_the_sample_company_get_passwords_once(doors: Doors, tmp_path: Path) -> None:
    people = [User("dispatcher-1", "Jörg", Role.DISPATCHER), User("dispatcher-2", "Priya", Role.DISPATCHER)]
    for person in people:
        await doors.add_user(person.id, person.role, password_hash=None)
    for _ in range(2):
        await let_in(doors.database, tmp_path, people)
    made = secrets.sign_in_passwords(tmp_path, [])

    assert list(made) == ["dispatcher-1@example.com"]
    async with doors.visitor() as http:
        assert (await sign_in(http, "dispatcher-1", made["dispatcher-1@example.com"])).status_code == 200


@pytest.mark.parametrize("key", [None, "short"])
async def test_production_refuses_to_serve_without_its_secrets(doors: Doors, key: str | None) -> None:
    def given(key: str | None) -> Settings:
        known: dict[str, Any] = {"database_url": SecretStr(doors.url), "payload_keys": SecretStr("k")}
        return Settings(**known, environment="production", signing_key=SecretStr(key) if key else None)

    accounts = Accounts(doors.database)
    with pytest.raises(InvalidInputError, match="CALLOUT_SIGNING_KEY: must be set, to 32 characters or more"):
        await require_production(given(key), accounts)
    with pytest.raises(InvalidInputError, match="nobody can sign in: add a first user"):
        await require_production(given("k" * 32), accounts)
    await doors.add_user("admin", Role.ADMIN)
    await require_production(given("k" * 32), accounts)
