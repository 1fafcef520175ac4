"""Walks over every route, and two territories to walk through."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2 as httpx
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from api.access import Allow, Anyone, Permission, SignedIn
from api.identity import Doorkeeper
from domain.people import Role
from domain.vocabulary import AttachmentKind
from models import tables as t
from tests.builders import NOW, a_booking_row, a_case_row, a_territory, a_visit_row, an_engineer, save
from tests.integration.doors.conftest import TOKEN, Doors

IDS = {
    "case_id": "C-1", "visit_id": "C-1-V1", "plan_id": "T1-P1", "engineer_id": "E1", "territory_id": "T9",
    "name": "mine", "attachment_id": "A-1", "link_id": "L-1", "number": "1", "webhook_id": "WH-1", "secret": "none",
    "user_id": "nobody", "token_id": "none", "trial_id": "0" * 24, "warehouse_id": "W1",
    "sku": "P1",
}  # fmt: skip
OPEN_TO_ALL = {
    ("GET", "/health/live"), ("GET", "/health/ready"), ("POST", "/api/session"), ("GET", "/api/session/ways"),
    ("GET", "/api/session/oidc/start"), ("GET", "/api/session/oidc/callback"), ("OPTIONS", "/api/codec/decode"),
    ("GET", "/api/link"), ("GET", "/api/link/photos/{attachment_id}"), ("GET", "/api/feeds/{secret}/calendar.ics"),
    *(("POST", f"/api/link/{what}") for what in ("confirm", "quote", "rating", "note", "windows", "slot", "photo")),
}  # fmt: skip
OWN = {
    ("GET", "/api/session"), ("DELETE", "/api/session"), ("DELETE", "/api/session/everywhere"),
    ("POST", "/api/session/password"),
}  # fmt: skip
NO_ROUTES_OF_OURS = {"/api/openapi.json", "/api/docs"}


def routes(app: FastAPI) -> Iterator[tuple[str, str, list[Any]]]:
    """Method, path and doors of every route that the application has."""
    for route in iter_route_contexts(app.routes):
        if not isinstance(route.original_route, APIRoute):
            assert route.path in NO_ROUTES_OF_OURS, f"{route.path} is no route of the API: who guards it?"
            continue
        found = [d.dependency for d in route.dependencies if isinstance(d.dependency, Allow | Anyone | SignedIn)]
        found += [d.call for d in route.dependant.dependencies if isinstance(d.call, SignedIn)]
        for method in route.methods or ():
            yield method, str(route.path), found


def guarded(app: FastAPI) -> list[tuple[str, str, Permission]]:
    return [(m, p, doors[0].permission) for m, p, doors in routes(app) if isinstance(doors[0], Allow)]


async def ask(http: httpx.AsyncClient, method: str, path: str) -> httpx.Response:
    filled = re.sub(r"\{(\w+)\}", lambda found: IDS[found[1]], path)
    headers = {"last-event-id": "none"}  # so that the stream of changes refuses and ends
    return await http.request(method, filled, headers=headers, **({} if method == "GET" else {"json": {}}))


def nobody_was_here(doors: Doors) -> None:
    """There are more routes than a stranger may try at once."""
    doors.app.state.doorkeeper = Doorkeeper(TOKEN)


def outside_of_case(case: str) -> list[Any]:
    """A link, and a file that the case's timeline names."""
    file, link = f"A-{case}", f"L-{case}"
    given = {"media_type": "application/pdf", "size": 1, "sha256": "x", "given_sha256": "x"}
    return [
        t.CustomerLink(
            id=link, case_id=case, made_at=NOW, made_by_role=Role.AGENT, made_by="a", expires_at=NOW + timedelta(days=9)
        ),
        t.Attachment(
            id=file, case_id=case, kind=AttachmentKind.DOCUMENT, uploaded_by_role=Role.AGENT, uploaded_by="a",
            uploaded_at=NOW, **given,
        ),
        t.AttachmentContent(attachment_id=file, content=b"x"),
    ]  # fmt: skip


async def two_territories(doors: Doors) -> None:
    """C-1 in T1 with E1, C-2 in T2 with E7, C-3 in T1 with E2; each with a visit and a plan of its territory."""
    await save(doors.database, a_territory("T2"), an_engineer("E7", "T2"))
    for case, territory, engineer in (("C-1", "T1", "E1"), ("C-2", "T2", "E7"), ("C-3", "T1", "E2")):
        visit = f"{case}-V1"
        await save(
            doors.database,
            a_case_row(case, territory_id=territory),
            a_visit_row(visit, territory_id=territory),
            a_booking_row(f"{visit}-B1", engineer),
        )
        await save(doors.database, *outside_of_case(case))
    for territory in ("T1", "T2"):
        await save(
            doors.database,
            t.Plan(
                id=f"{territory}-P1", territory_id=territory, number=1, state="draft", engine="routing",
                horizon_start=NOW, problem={}, plan={}, visit_versions={}, score={}, cost=0, seconds=0.1,
                created_at=NOW,
            ),
        )  # fmt: skip
