"""What operators see of GraphQL operations: figures for Prometheus, a span for OpenTelemetry, a line in the log.

Names, codes and costs; never variables, and of a document only its hash. Spans go nowhere until an OpenTelemetry SDK
is set up around the process.
"""

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from graphql import OperationDefinitionNode
from opentelemetry import context, trace
from opentelemetry.propagate import extract
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from domain.viewer import Viewer
from gateway.errors import code_of
from gateway.metrics import Metrics
from gateway.operations import OK, Outcome

CANCELLED = "CANCELLED"
HASH_LENGTH = 16

log = structlog.get_logger(__name__)


@dataclass
class Observation:
    """`outcome` is set by whoever runs the operation; one without was cancelled, unless it `failed` as a whole."""

    outcome: Outcome | None = None
    failed: str | None = None

    @property
    def code(self) -> str:
        return self.outcome.code if self.outcome else self.failed or CANCELLED

    @property
    def cost(self) -> int | None:
        cost = self.outcome.extensions.get("cost") if self.outcome else None
        return cost["actual"] if cost else None


class Observer:
    def __init__(self, metrics: Metrics, tracer: trace.Tracer | None = None) -> None:
        self._metrics = metrics
        self._tracer = tracer or trace.get_tracer("fitness-gateway")

    def refused(self, reason: str) -> None:
        """A request of which nothing was executed; one that got as far as its operation is observed besides."""
        self._metrics.refused(reason)

    @contextmanager
    def observing(
        self, text: str, operation: OperationDefinitionNode, viewer: Viewer
    ) -> Iterator[Observation]:
        kind, name = operation.operation.value, operation.name.value if operation.name else None
        started, seen = time.perf_counter(), Observation()
        with self._tracer.start_as_current_span(
            f"{kind} {name}" if name else kind, kind=SpanKind.SERVER
        ) as span:
            try:
                yield seen
            except Exception as error:
                seen.failed = code_of(error)
                raise
            finally:
                took = time.perf_counter() - started
                self._metrics.operation(name, kind, seen.code, took, seen.cost)
                _describe(span, kind, name, seen)
                log.info(
                    "graphql",
                    operation=name,
                    type=kind,
                    document=hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH],
                    by=viewer.kind.value,
                    outcome=seen.code,
                    cost=seen.cost,
                    milliseconds=round(took * 1000, 1),
                )


@contextmanager
def in_trace_of(headers: Mapping[str, str]) -> Iterator[None]:
    """The trace a request belongs to by its `traceparent`, unless somebody has begun a span for the request itself."""
    if trace.get_current_span().get_span_context().is_valid:
        yield
        return
    token = context.attach(extract(headers))
    try:
        yield
    finally:
        context.detach(token)


def _describe(span: Span, kind: str, name: str | None, seen: Observation) -> None:
    """OpenTelemetry's conventions for GraphQL, and what only we know."""
    span.set_attribute("graphql.operation.type", kind)
    if name:
        span.set_attribute("graphql.operation.name", name)
    if seen.cost is not None:
        span.set_attribute("graphql.operation.cost", seen.cost)
    if seen.code != OK:
        span.set_status(Status(StatusCode.ERROR, seen.code))
