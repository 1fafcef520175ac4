"""The HTTP application. Commands go to workflows, questions to the record; of the business nothing is written here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.security import APIKeyCookie, HTTPBearer
from opentelemetry.trace import Tracer

from api import (
    problems,
    routes_admin_checklists,
    routes_admin_engineers,
    routes_admin_messages,
    routes_admin_parts,
    routes_admin_policy,
    routes_admin_territories,
    routes_admin_users,
    routes_admin_warehouses,
    routes_attachments,
    routes_board,
    routes_calendars,
    routes_cases,
    routes_changes,
    routes_codec,
    routes_contact,
    routes_desk,
    routes_field,
    routes_link,
    routes_links,
    routes_messages,
    routes_metrics,
    routes_oidc,
    routes_operations,
    routes_plans,
    routes_session,
    routes_slots,
    routes_stock,
    routes_system,
    routes_trials,
    routes_visits,
    routes_webhooks,
)
from api.asking import Parts, unclaim
from api.guard import AccessLog, BodyLimit
from api.identity import COOKIE, Doorkeeper
from api.metrics import Measured, Metrics
from api.oidc import Oidc
from api.pages import DOCS, Console, SafeHeaders
from api.traced import Traced

PREFIX = "/api"
PROBLEM: dict[str, Any] = {"content": {problems.MEDIA_TYPE: {}}}
ANSWERS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, **PROBLEM}
    for status, text in {
        400: "The body is not JSON.",
        401: "Nobody is signed in, or the token is wrong, expired or revoked.",
        403: "The caller may not do this, or another site sent it.",
        404: "There is no such thing within the caller's reach.",
        409: "The state forbids it, or it changed meanwhile.",
        413: "The body is too large.",
        415: "The file is of no kind that is kept.",
        422: "A field breaks a rule.",
        429: "The caller sends too much; `Retry-After` says how many seconds to wait.",
        503: "Something does not answer; try again.",
    }.items()
}
_WAYS_IN = [
    Depends(APIKeyCookie(name=COOKIE, scheme_name="session", auto_error=False, description="A signed-in browser.")),
    Depends(HTTPBearer(scheme_name="token", auto_error=False, description="A machine, by `callout token add`.")),
]
"""For the documentation; who calls is found out by ``api.identity``."""

_GUARDED = (
    routes_session,
    routes_system,
    routes_desk,
    routes_cases,
    routes_contact,
    routes_slots,
    routes_operations,
    routes_visits,
    routes_plans,
    routes_stock,
    routes_board,
    routes_trials,
    routes_changes,
    routes_attachments,
    routes_links,
    routes_messages,
    routes_webhooks,
    routes_calendars,
    routes_metrics,
    routes_field,
    routes_admin_users,
    routes_admin_policy,
    routes_admin_engineers,
    routes_admin_territories,
    routes_admin_warehouses,
    routes_admin_parts,
    routes_codec,
    routes_admin_checklists,
    routes_admin_messages,
)


@dataclass(frozen=True)
class Serving:
    """How the application is served.

    Attributes:
        token: The environment's own bearer token, an administrator's; None when there is none.
        origin: Where browsers reach it, such as ``https://callout.example``; empty for wherever they say.
        tile_url: The template of map tiles; empty without maps.
        workflows: The namespace's page in the Temporal UI, for administrators; empty without one.
        console: The built console's folder; None without one.
        oidc: The company's identity provider; None without one.
        tracer: Makes a span of each request; None makes none.
        docs: Whether to serve the interactive documentation, whose scripts come from elsewhere.
    """

    token: str | None = None
    origin: str = ""
    tile_url: str = ""
    workflows: str = ""
    console: Path | None = None
    oidc: Oidc | None = None
    tracer: Tracer | None = None
    docs: bool = True


@asynccontextmanager
async def _following(app: FastAPI) -> AsyncIterator[None]:
    """While the application serves, it follows what changes in the record."""
    feed = asyncio.create_task(app.state.parts.feed.run())
    yield
    feed.cancel()
    with suppress(asyncio.CancelledError):
        await feed


def create_app(parts: Parts, serving: Serving) -> FastAPI:
    """The application.

    Args:
        parts: What it is made of.
        serving: How it is served.
    """
    app = FastAPI(
        title="Callout",
        summary="A durable field-service dispatcher.",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=DOCS if serving.docs else None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        responses=ANSWERS,
        lifespan=_following,
    )
    app.state.parts = parts
    app.state.serving = serving
    app.state.doorkeeper = Doorkeeper(serving.token, serving.origin)
    app.state.metrics = Metrics()
    app.include_router(routes_system.open_router)
    # These bring a key of their own: sign-in's state, the customer's link, the calendar's secret address.
    for router in (routes_oidc.router, routes_link.router, routes_calendars.open_router):
        app.include_router(router, prefix=PREFIX)
    for module in _GUARDED:
        app.include_router(module.router, prefix=PREFIX, dependencies=_WAYS_IN)
    if serving.console is not None and (serving.console / "index.html").is_file():
        app.mount("/", Console(serving.console), name="console")
    problems.install(app, unclaim)
    app.add_middleware(BodyLimit)
    app.add_middleware(Measured, metrics=app.state.metrics, prefix=PREFIX)
    app.add_middleware(SafeHeaders, tile_url=serving.tile_url)
    if serving.tracer is not None:
        app.add_middleware(Traced, tracer=serving.tracer, prefix=PREFIX)
    app.add_middleware(AccessLog)
    return app
