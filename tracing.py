"""Traces: one from the request over the workflow's update and its activities to SQL (OpenTelemetry).

Off unless ``OTEL_EXPORTER_OTLP_ENDPOINT`` (or ``…_TRACES_ENDPOINT``) is set; the standard's other variables
count as well. A span names routes by their pattern and statements without their parameters: no path, no header, no body
and no argument of a workflow is in it, as any of them may hold personal data or a secret.
"""

import os
from collections.abc import Sequence
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, Status, StatusCode, Tracer
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.contrib.opentelemetry import TracingInterceptor, TracingWorkflowInboundInterceptor
from temporalio.contrib.opentelemetry._context import attached_context
from temporalio.worker import HandleUpdateInput, WorkflowInboundInterceptor, WorkflowInterceptorClassInput

SWITCHES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
LONGEST_STATEMENT = 2_000


def provider_of(service: str) -> TracerProvider | None:
    """Where spans go, as the environment says; None when it names nowhere. Shut it down before the process ends.

    Args:
        service: What this process is called where ``OTEL_SERVICE_NAME`` does not say.
    """
    if not any(os.environ.get(name) for name in SWITCHES):
        return None
    named = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": service}
    provider = TracerProvider(resource=Resource.create(named))
    provider.add_span_processor(BatchSpanProcessor(WithoutMessages(OTLPSpanExporter())))
    return provider


class WithoutMessages(SpanExporter):
    """Hands spans on without what exceptions said: a refused row of the record is quoted there."""

    def __init__(self, to: SpanExporter) -> None:
        self._to = to

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Hand on spans that tell of a failure only that there was one."""
        return self._to.export([_quiet(span) for span in spans])

    def shutdown(self) -> None:
        """Shut down what they are handed to."""
        self._to.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Flush what they are handed to."""
        return self._to.force_flush(timeout_millis)


def _quiet(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=span.attributes,
        links=span.links,
        kind=span.kind,
        instrumentation_scope=span.instrumentation_scope,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
    )


class UpdatesInTheirTrace(TracingWorkflowInboundInterceptor):
    """What a command makes a workflow do belongs to the command's trace, not to that of the case's first day."""

    async def handle_update_handler(self, input: HandleUpdateInput) -> Any:  # noqa: A002 - the SDK's name
        """Carry an update out below the request that sent it."""
        header = input.headers.get(self.header_key)
        if header is None:
            return await super().handle_update_handler(input)
        [carrier] = self.payload_converter.from_payloads([header])
        with attached_context(self._set_on_context(self.text_map_propagator.extract(carrier))):
            self._completed_span(f"HandleUpdate:{input.update}", kind=SpanKind.SERVER)
            return await WorkflowInboundInterceptor.handle_update_handler(self, input)


class WorkflowTracing(TracingInterceptor):
    """Spans of a client's calls, and of what a worker with this client does."""

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[UpdatesInTheirTrace]:  # noqa: A002
        """The interceptor inside of workflows."""
        super().workflow_interceptor_class(input)
        return UpdatesInTheirTrace


def trace_sql(engine: AsyncEngine, tracer: Tracer) -> None:
    """A span for each statement that the engine executes."""

    def begin(_connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
        operation = statement.split(maxsplit=1)[0].upper() if statement.strip() else "SQL"
        span = tracer.start_span(operation, kind=SpanKind.CLIENT)
        span.set_attribute("db.system.name", "postgresql")
        span.set_attribute("db.query.text", statement[:LONGEST_STATEMENT])
        context.callout_span = span

    def end(_connection: Any, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool) -> None:
        _span_of(context).end()

    def fail(failure: Any) -> None:
        # The message may quote the row that was refused.
        if failure.execution_context is not None:
            span = _span_of(failure.execution_context)
            span.set_status(Status(StatusCode.ERROR))
            span.end()

    event.listen(engine.sync_engine, "before_cursor_execute", begin)
    event.listen(engine.sync_engine, "after_cursor_execute", end)
    event.listen(engine.sync_engine, "handle_error", fail)


def _span_of(context: Any) -> Span:
    span: Span = getattr(context, "callout_span", None) or INVALID_SPAN
    return span
