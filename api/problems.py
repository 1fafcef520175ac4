"""Errors as RFC 9457 problem details, with our stable codes, and the field and rule where there are any."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from domain.errors import CalloutError

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = "5"

log = logging.getLogger("callout.api")


def problem(
    status: int, code: str, detail: str, facts: Mapping[str, object] | None = None, headers: Any = None
) -> Response:
    """One problem document. ``code`` is stable; clients switch on it."""
    body: dict[str, object] = {
        "type": f"urn:callout:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    extra = {key: _plain(value) for key, value in (facts or {}).items() if key not in body}
    return JSONResponse(body | extra, status, headers, MEDIA_TYPE)


def of_error(error: CalloutError) -> Response:
    """The problem that an expected error is."""
    headers = {}
    if error.retryable or "retry_after_seconds" in error.facts:
        headers["Retry-After"] = str(error.facts.get("retry_after_seconds", RETRY_AFTER_SECONDS))
    if error.http_status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return problem(error.http_status, error.code, error.message, error.facts, headers)


def of_validation(error: RequestValidationError) -> Response:
    """Every field that breaks a rule; never its value, which may be personal data."""
    found = error.errors()
    if any(e["type"] == "json_invalid" for e in found):
        reason = str(found[0].get("ctx", {}).get("error", "not JSON"))
        return problem(400, "malformed_json", f"The body is not JSON: {reason}.")
    fields = [{"field": _field(e["loc"]), "rule": str(e["msg"]).removeprefix("Value error, ")} for e in found]
    detail = "; ".join(f"{f['field']}: {f['rule']}" for f in fields)
    return problem(422, "invalid_input", detail, {**fields[0], "errors": fields})


def of_http(error: HTTPException) -> Response:
    """What the router refuses by itself: unknown paths and methods."""
    code = {404: "no_such_path", 405: "method_not_allowed"}.get(error.status_code, "http_error")
    return problem(error.status_code, code, str(error.detail), headers=error.headers)


def of_fault() -> Response:
    """The problem that a fault of the program is. It tells nothing: the error may quote personal data."""
    return problem(500, "internal_error", "Something went wrong here; it was logged.")


def install(app: FastAPI, ill_formed: Callable[[Request], Awaitable[None]]) -> None:
    """Answer every error as a problem document.

    Args:
        ill_formed: What is to be done besides where a request breaks the form.
    """

    @app.exception_handler(CalloutError)
    async def _expected(_: Request, error: CalloutError) -> Response:
        if error.http_status >= 500 and not error.retryable:
            log.error("request_failed", extra={"code": error.code})
        return of_error(error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        await ill_formed(request)
        return of_validation(error)

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> Response:
        return of_http(error)


def _field(location: tuple[int | str, ...]) -> str:
    parts = location[1:] if location and location[0] in {"body", "query", "path", "header"} else location
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return key.removeprefix(".") or "body"


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)
