"""One trace from the request over the workflow's update and its activity to SQL, and nothing personal in it."""

from collections.abc import AsyncIterator

import httpx2 as httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from api.app import Serving, create_app
from api.commands import Commands
from api.composing import compose
from connection import connect
from runtime.temporal import NAMESPACE, EmbeddedTemporal
from tests.integration.doors.conftest import KEYS, LINK_KEYS, ORIGIN, TOKEN, Doors, a_worker
from tests.integration.doors.customers import opened
from tracing import WithoutMessages, provider_of, trace_sql

SECRET = "the key is under the third flowerpot"


@pytest.fixture
async def traced(
    doors: Doors, temporal_server_of_ours: EmbeddedTemporal
) -> AsyncIterator[tuple[Doors, InMemorySpanExporter]]:
    """The same company behind doors, and with a worker, that make spans."""
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(WithoutMessages(spans)))
    tracer = provider.get_tracer("test")
    client = await connect(temporal_server_of_ours.address, NAMESPACE, KEYS, tracer=tracer)
    trace_sql(doors.database.engine, tracer)
    commands = Commands(client, doors.queries.timebase, doors.queries.answered_before)
    parts = compose(doors.database, commands, doors.queries, LINK_KEYS)
    app = create_app(parts, Serving(token=TOKEN, tracer=tracer))
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with (
        a_worker(client, doors.database),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN, headers=headers) as http,
    ):
        yield Doors(doors.url, doors.database, doors.queries, commands, parts, http, doors.environment, app), spans
    provider.shutdown()


def told(span: ReadableSpan) -> str:
    """Everything that a span says."""
    return str(span.to_json())


async def test_a_command_is_one_trace_from_the_request_to_sql(traced: tuple[Doors, InMemorySpanExporter]) -> None:
    doors, spans = traced
    case_id = await opened(doors)
    spans.clear()

    answer = await doors.http.post(f"/api/cases/{case_id}/note", json={"text": SECRET})

    assert answer.status_code == 200, answer.text
    found = spans.get_finished_spans()
    [request] = [span for span in found if span.name == "POST /api/cases/{case_id}/note"]
    assert request.attributes is not None
    assert request.attributes["http.response.status_code"] == 200
    trace = [span for span in found if span.context.trace_id == request.context.trace_id]
    names = {span.name.partition(":")[0] for span in trace}
    assert {"StartWorkflowUpdate", "HandleUpdate", "StartActivity", "RunActivity", "INSERT", "SELECT"} <= names
    by_id = {span.context.span_id: span for span in trace}
    inserted = next(span for span in trace if span.name == "INSERT")
    above = []
    span: ReadableSpan | None = inserted
    while span is not None and span.parent is not None:
        span = by_id.get(span.parent.span_id)
        above.append(span.name.partition(":")[0] if span else "")
    assert above[0] == "RunActivity"
    assert above[-1] == request.name.partition(":")[0]


async def test_spans_hold_nothing_of_a_person_and_no_secret(traced: tuple[Doors, InMemorySpanExporter]) -> None:
    doors, spans = traced
    case_id = await opened(doors)
    link = (await doors.http.post(f"/api/cases/{case_id}/links")).json()["token"]
    await doors.http.post(f"/api/cases/{case_id}/note", json={"text": SECRET})
    await doors.http.post(f"/api/cases/{case_id}/contact", json={"reason": "call back"})
    contact = (await doors.http.post(f"/api/cases/{case_id}/contact", json={"reason": "again"})).json()
    await doors.http.get("/api/link", headers={"authorization": f"Link {link}"})
    await doors.http.get(f"/api/feeds/{link}/calendar.ics")
    await doors.http.post(f"/api/cases/{case_id}/note", json={"text": ""})

    everything = "\n".join(told(span) for span in spans.get_finished_spans())
    assert "/api/feeds/{secret}/calendar.ics" in everything
    for personal in (contact["name"], contact["phone"], contact["email"], SECRET, link, TOKEN):
        assert personal
        assert personal not in everything


def test_nothing_is_traced_unless_the_environment_says_where_to(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    assert provider_of("callout-api") is None
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    provider = provider_of("callout-api")
    assert provider is not None
    assert provider.resource.attributes["service.name"] == "callout-api"
    provider.shutdown()
