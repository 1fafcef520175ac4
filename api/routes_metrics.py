"""Figures for Prometheus over HTTP, for a token with the scope metrics.view."""

from fastapi import APIRouter, Request, Response

from api.access import Action, Resource, allow
from api.asking import Outer
from api.metrics import CONTENT_TYPE, Metrics

router = APIRouter(tags=["status"])


@router.get("/metrics", response_class=Response, dependencies=allow(Resource.METRICS, Action.VIEW))
async def show_metrics(outer: Outer, request: Request) -> Response:
    """Requests, answering times, open streams, messages by state."""
    metrics: Metrics = request.app.state.metrics
    return Response(metrics.text(await outer.messages.by_state()), media_type=CONTENT_TYPE)
