"""Who may do what, through real doors: every route for every role."""

import pytest

from api.access import TABLE, Action, Anyone, SignedIn
from domain.people import Role
from tests.integration.doors.conftest import Doors
from tests.integration.doors.walks import OPEN_TO_ALL, OWN, ask, guarded, nobody_was_here, routes

ROLES = [role for role in Role if role is not Role.SYSTEM]


async def test_every_route_names_its_door(doors: Doors) -> None:
    found = list(routes(doors.app))

    assert [f"{m} {p}" for m, p, doors_ in found if len(doors_) != 1] == []
    assert {(m, p) for m, p, doors_ in found if isinstance(doors_[0], Anyone)} == OPEN_TO_ALL
    assert {(m, p) for m, p, doors_ in found if isinstance(doors_[0], SignedIn)} == OWN
    assert all(p.startswith(("/api/", "/health/")) for _, p, _ in found)
    assert {permission for _, _, permission in guarded(doors.app)} == set(TABLE)


async def test_nobody_gets_in_without_signing_in(doors: Doors) -> None:
    async with doors.visitor() as http:
        for method, path, doors_ in routes(doors.app):
            if isinstance(doors_[0], Anyone):
                continue
            nobody_was_here(doors)
            answer = await ask(http, method, path)
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised"), f"{method} {path}"
            assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_gets_as_far_as_the_table_says(doors: Doors, role: Role) -> None:
    async with doors.signed_in(role, engineer_id="E1") as http:
        for method, path, permission in guarded(doors.app):
            answer = await ask(http, method, path)
            refused = answer.status_code == 403
            assert refused == (role not in TABLE[permission]), f"{role}: {method} {path} {answer.text}"
            assert answer.status_code != 401
            if refused:
                assert answer.json()["permission"] == ".".join(permission)


async def test_a_user_without_roles_may_nothing(doors: Doors) -> None:
    async with doors.signed_in(id_="guest") as http:
        assert (await http.get("/api/session")).json()["permissions"] == []
        for method, path, _ in guarded(doors.app):
            assert (await ask(http, method, path)).status_code == 403


def test_the_administrator_may_everything_and_the_director_changes_nothing() -> None:
    assert all(Role.ADMIN in roles for roles in TABLE.values())
    assert {p[1] for p, roles in TABLE.items() if Role.DIRECTOR in roles} == {Action.VIEW, Action.NOTE}
    assert not any(Role.SYSTEM in roles or Role.CUSTOMER in roles for roles in TABLE.values())


async def test_the_documentation_names_the_ways_in_and_the_refusals(doors: Doors) -> None:
    document = (await doors.http.get("/api/openapi.json")).json()

    assert set(document["components"]["securitySchemes"]) == {"session", "token"}
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            assert {"401", "403", "429"} <= set(described["responses"]), f"{method} {path}"
            if path.startswith("/api/") and (method.upper(), path) not in OPEN_TO_ALL:
                assert described["security"], f"{method} {path}"
