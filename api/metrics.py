"""Figures for Prometheus: requests, how long they took, who listens, messages by state."""

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.patterns import route_pattern

CONTENT_TYPE = CONTENT_TYPE_LATEST
UNKNOWN = "unknown"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The figures of one application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "callout_http_requests", "Requests.", ("method", "route", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "callout_http_request_seconds",
            "Time until a request was answered whole.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self._registry,
        )
        self.listeners = Gauge("callout_sse_clients", "Open streams of server-sent events.", registry=self._registry)
        self.messages = Gauge("callout_messages", "Messages by state.", ("state",), registry=self._registry)

    def text(self, messages: dict[str, int]) -> bytes:
        """All figures in Prometheus' text format.

        Args:
            messages: How many messages are in each state.
        """
        for state, number in messages.items():
            self.messages.labels(state).set(number)
        return generate_latest(self._registry)


class Measured:
    """Counts every request by its route's pattern: paths hold ids, and secret ones.

    Args:
        prefix: What the API's routes begin with.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, prefix: str) -> None:
        self._app = app
        self._metrics = metrics
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, listening = time.perf_counter(), 500, False

        async def noting(message: Message) -> None:
            nonlocal status, listening
            if message["type"] == "http.response.start":
                status = message["status"]
                kinds = [value for name, value in message["headers"] if name.lower() == b"content-type"]
                listening = any(kind.startswith(b"text/event-stream") for kind in kinds)
                if listening:
                    self._metrics.listeners.inc()
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            route = route_pattern(scope, self._prefix) or UNKNOWN
            method = scope["method"] if route != UNKNOWN else UNKNOWN
            self._metrics.requests.labels(method, route, status).inc()
            if listening:
                self._metrics.listeners.dec()  # a stream lasts for hours, which is no answering time
            else:
                self._metrics.seconds.labels(method, route).observe(time.perf_counter() - began)
