"""Around every request: the size of its body, one line in the log."""

import logging
import re
import time
import traceback
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import of_fault, problem

MAX_BODY_BYTES = 100_000
_SECRETS = re.compile(r"/feeds/[^/]+")
_LARGE = re.compile(r"/((cases|visits)/[^/]+/attachments|link/photo|codec/decode)$")

log = logging.getLogger("callout.access")


class BodyLimit:
    """Refuses bodies above 100 KB before anything reads them whole.

    Uploads and histories have a larger limit: their routes read them piece by piece, once they know the caller.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or _is_large(scope):
            await self._app(scope, receive, send)
            return
        chunks: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            more = message.get("more_body", False)
            if size > MAX_BODY_BYTES:
                detail = f"The body is larger than {MAX_BODY_BYTES:,} bytes."
                await problem(413, "body_too_large", detail)(scope, receive, send)
                return
        await self._app(scope, _replay(b"".join(chunks), receive), send)


def _is_large(scope: Scope) -> bool:
    return scope["method"] == "POST" and _LARGE.search(scope["path"]) is not None


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def next_message() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return next_message


class AccessLog:
    """The outermost layer: one line per request, and an answer where the program failed.

    The line names method, path, status and duration; queries and bodies may hold personal data.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith("/health/"):
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status, started = 500, False

        async def noting(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                status, started = message["status"], True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            # The message may quote what was sent, so only kind and place are logged.
            log.error("unexpected_error", extra={"kind": type(error).__name__, "where": _where(error)})  # noqa: TRY400
            if not started:
                await of_fault()(scope, receive, noting)
        finally:
            taken = round((time.perf_counter() - began) * 1000, 1)
            facts = {"method": scope["method"], "path": _shown(scope["path"]), "status": status, "ms": taken}
            log.info("request", extra=facts)


def _shown(path: str) -> str:
    """A path as it may be logged: a calendar's address is a secret."""
    return _SECRETS.sub("/feeds/***", path)


def _where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-4:])
