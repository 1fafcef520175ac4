"""The HTTP application. Commands go to workflows, questions to the record; nothing is written here."""

from typing import Any

from fastapi import Depends, FastAPI

from api import (
    problems,
    routes_attachments,
    routes_calendars,
    routes_cases,
    routes_link,
    routes_links,
    routes_messages,
    routes_metrics,
    routes_plans,
    routes_system,
    routes_visits,
    routes_webhooks,
)
from api.asking import Parts
from api.guard import AccessLog, BodyLimit, token_check
from api.metrics import Measured, Metrics

GUARDED = (
    routes_system,
    routes_metrics,
    routes_cases,
    routes_visits,
    routes_plans,
    routes_attachments,
    routes_links,
    routes_messages,
    routes_webhooks,
    routes_calendars,
)
"""Where the caller needs a token."""

PROBLEM: dict[str, Any] = {"content": {problems.MEDIA_TYPE: {}}}
ANSWERS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, **PROBLEM}
    for status, text in {
        400: "The body is not JSON.",
        401: "The token is missing or wrong.",
        404: "There is no such thing.",
        409: "The state forbids it, or it changed meanwhile.",
        413: "The body is too large.",
        415: "The file is of no kind that is kept.",
        422: "A field breaks a rule.",
        429: "Too often in a short time.",
        503: "Something does not answer; try again.",
    }.items()
}


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
    app.state.metrics = Metrics()
    app.include_router(routes_system.open_router)
    guarded = [Depends(token_check(token))]
    for module in GUARDED:
        app.include_router(module.router, dependencies=guarded)
    # These bring a key of their own: the customer's link, the calendar's secret address.
    app.include_router(routes_link.router)
    app.include_router(routes_calendars.open_router)
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Measured, metrics=app.state.metrics)
    app.add_middleware(AccessLog)
    return app
