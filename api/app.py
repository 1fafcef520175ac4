"""The HTTP application. Commands go to workflows, questions to the record; nothing is written here."""

from typing import Any

from fastapi import Depends, FastAPI

from api import (
    problems,
    routes_cases,
    routes_desk,
    routes_operations,
    routes_plans,
    routes_slots,
    routes_system,
    routes_visits,
)
from api.asking import Parts
from api.guard import AccessLog, BodyLimit, token_check

PROBLEM: dict[str, Any] = {"content": {problems.MEDIA_TYPE: {}}}
ANSWERS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, **PROBLEM}
    for status, text in {
        400: "The body is not JSON.",
        401: "The token is missing or wrong.",
        404: "There is no such thing.",
        409: "The state forbids it, or it changed meanwhile.",
        413: "The body is too large.",
        422: "A field breaks a rule.",
        503: "Something does not answer; try again.",
    }.items()
}

ROUTES = (routes_system, routes_desk, routes_cases, routes_slots, routes_operations, routes_visits, routes_plans)


def create_app(parts: Parts, token: str | None) -> FastAPI:
    """The application.

    Args:
        parts: What it is made of.
        token: The bearer token of every caller; None lets everybody in, for a server on the loopback alone.
    """
    app = FastAPI(
        title="Callout",
        summary="A durable field-service dispatcher.",
        redoc_url=None,
        responses=ANSWERS,
    )
    app.state.parts = parts
    app.include_router(routes_system.open_router)
    guarded = [Depends(token_check(token))]
    for module in ROUTES:
        app.include_router(module.router, dependencies=guarded)
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(AccessLog)
    return app
