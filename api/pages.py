"""The built console at ``/``, and what browsers are told about every answer."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ASSETS = "assets/"
"""Files below it are named after a hash of what they hold, so browsers may keep them for ever."""
FOR_EVER = "public, max-age=31536000, immutable"
NO_PATHS_OF_PAGES = ("api/", "health/")
CUSTOMER_PAGE, CUSTOMER_FILE = "link", "link.html"
_CUSTOMER_HEADERS = {"Cache-Control": "no-cache", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
"""The customer's page is a small bundle of its own; what its link opens is nobody else's business."""

DOCS = "/api/docs"
_DOCS_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' https://cdn.jsdelivr.net; "
    "style-src 'self' 'unsafe-inline' https://cdn.jsdelivr.net; img-src 'self' data: https://fastapi.tiangolo.com; "
    "frame-ancestors 'none'"
)
"""FastAPI's page loads Swagger from elsewhere; it is served on a laptop alone."""


class Console(StaticFiles):
    """The files of ``web/dist``; every path that is no file is a page of the console, which finds it by itself."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)
        self._folder = folder

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, or the console's page.

        Raises:
            HTTPException: 404 for an asset that is not there any more, and for what belongs to the API.
        """
        try:
            answer = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or path.startswith((ASSETS, *NO_PATHS_OF_PAGES)):
                raise
            return self._page(path)
        if path in {"", ".", "index.html", CUSTOMER_FILE}:
            return self._page(path)
        answer.headers["Cache-Control"] = FOR_EVER if path.startswith(ASSETS) else "no-cache"
        return answer

    def _page(self, path: str) -> Response:
        if path in {CUSTOMER_PAGE, CUSTOMER_FILE}:
            return FileResponse(self._folder / CUSTOMER_FILE, headers=_CUSTOMER_HEADERS)
        return FileResponse(self._folder / "index.html", headers={"Cache-Control": "no-cache"})


class SafeHeaders:
    """Tells browsers to load nothing from elsewhere, to be framed by nobody, and to keep no answer of the API."""

    def __init__(self, app: ASGIApp, tile_url: str) -> None:
        self._app = app
        self._policy = policy(tile_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers(scope["path"]).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, adding)

    def _headers(self, path: str) -> Mapping[str, str]:
        return {
            "Content-Security-Policy": _DOCS_POLICY if path == DOCS else self._policy,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "geolocation=(self), camera=(self), microphone=()",
            "Cache-Control": "no-store",
        }


def policy(tile_url: str) -> str:
    """The console's Content-Security-Policy: everything from here, map tiles from their server.

    Args:
        tile_url: Such as ``https://{s}.tiles.example/{z}/{x}/{y}.png``; empty without maps.
    """
    images = " ".join(["'self'", "data:", "blob:", *_origin_of(tile_url)])
    return (
        f"default-src 'self'; img-src {images}; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


def _origin_of(tile_url: str) -> list[str]:
    parts = urlsplit(tile_url)
    if not parts.scheme or not parts.netloc:
        return []
    host = ".".join("*" if "{" in label else label for label in parts.netloc.split("."))
    return [f"{parts.scheme}://{host}"]
