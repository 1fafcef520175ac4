"""Figures for Prometheus over HTTP, for who has the token."""

from fastapi import APIRouter, Request, Response

from api.asking import Outer
from api.metrics import CONTENT_TYPE, Metrics

router = APIRouter(tags=["status"])


@router.get("/metrics", response_class=Response)
async def show_metrics(outer: Outer, request: Request) -> Response:
    """Requests, answering times, open streams, messages by state."""
    metrics: Metrics = request.app.state.metrics
    return Response(metrics.text(await outer.messages.by_state()), media_type=CONTENT_TYPE)
