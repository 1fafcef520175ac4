"""A span for each request."""

from opentelemetry.propagate import extract
from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.patterns import route_pattern

SERVER_ERROR = 500


class Traced:
    """A span for each request, named by its route's pattern; it goes on what a proxy in front has begun.

    Args:
        prefix: What the API's routes begin with.
    """

    def __init__(self, app: ASGIApp, tracer: Tracer, prefix: str) -> None:
        self._app = app
        self._tracer = tracer
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith("/health/"):
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        above = extract(Headers(scope=scope))
        with self._tracer.start_as_current_span(method, above, SpanKind.SERVER) as span:
            span.set_attribute("http.request.method", method)

            async def noting(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                    if message["status"] >= SERVER_ERROR:
                        span.set_status(Status(StatusCode.ERROR))
                await send(message)

            try:
                await self._app(scope, receive, noting)
            finally:
                if route := route_pattern(scope, self._prefix):
                    span.update_name(f"{method} {route}")
                    span.set_attribute("http.route", route)
