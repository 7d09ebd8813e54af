"""What Prometheus is told of this service: requests by surface, and GraphQL operations. Nobody's data.

With several server processes each writes into files that PROMETHEUS_MULTIPROC_DIR names, and any of them tells of all.
"""

import os
import re
import time
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SHARED = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
COSTS = (1, 10, 50, 100, 500, 1000, 5000, 10_000, 50_000, 150_000)
MOST_REASONS = 100
MOST_NAMES, OTHER, UNNAMED = 200, "(other)", "(unnamed)"
NAME = re.compile(r"[A-Za-z_]\w{0,79}", re.ASCII)
STREAMS = ("text/event-stream", "multipart/mixed")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass
class Metrics:
    """What one process counts. Clients choose operation names, so only the first few hundred are told apart."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    names: set[str] = field(default_factory=set)
    reasons: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.requests = Counter(
            "gateway_requests", "HTTP requests.", ("surface", "method", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "gateway_request_seconds",
            "How long requests took.",
            ("surface",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.operations = Counter(
            "gateway_graphql_operations",
            "GraphQL operations; outcome is ok or the code of the first error.",
            ("operation", "type", "outcome"),
            registry=self.registry,
        )
        self.operation_seconds = Histogram(
            "gateway_graphql_operation_seconds",
            "How long GraphQL operations took.",
            ("operation", "type"),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.refusals = Counter(
            "gateway_graphql_refused",
            "GraphQL requests of which nothing was executed, by the code they were answered with.",
            ("reason",),
            registry=self.registry,
        )
        self.operation_cost = Histogram(
            "gateway_graphql_operation_cost",
            "What GraphQL operations cost by the documented model.",
            ("operation",),
            buckets=COSTS,
            registry=self.registry,
        )

    def request(self, surface: str, method: str, status: int, seconds: float | None) -> None:
        """`seconds`: None of a stream, which takes as long as its client likes."""
        known = method if method in METHODS else OTHER
        self.requests.labels(surface, known, str(status)).inc()
        if seconds is not None:
            self.seconds.labels(surface).observe(seconds)

    def operation(self, name: str | None, kind: str, outcome: str, seconds: float, cost: int | None) -> None:
        known = self._bounded(name)
        self.operations.labels(known, kind, outcome).inc()
        self.operation_seconds.labels(known, kind).observe(seconds)
        if cost is not None:
            self.operation_cost.labels(known).observe(cost)

    def refused(self, reason: str) -> None:
        if len(self.reasons) >= MOST_REASONS and reason not in self.reasons:
            reason = OTHER
        self.reasons.add(reason)
        self.refusals.labels(reason).inc()

    def _bounded(self, name: str | None) -> str:
        if not name:
            return UNNAMED
        if name not in self.names and (len(self.names) >= MOST_NAMES or not NAME.fullmatch(name)):
            return OTHER
        self.names.add(name)
        return name

    def exposition(self) -> bytes:
        """For a thread: of hundreds of operations, and of several processes' files, it takes a fifth of a second."""
        if SHARED not in os.environ:
            return generate_latest(self.registry)
        of_all = CollectorRegistry()
        MultiProcessCollector(of_all)  # type: ignore[no-untyped-call]  # it registers itself
        return generate_latest(of_all)


class Measured:
    """Around one surface: counts and times its requests."""

    def __init__(self, app: ASGIApp, metrics: Metrics, surface: str) -> None:
        self._app, self._metrics, self._surface = app, metrics, surface

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status, streams = time.perf_counter(), 500, False

        async def watched(message: Message) -> None:
            nonlocal status, streams
            if message["type"] == "http.response.start":
                status = message["status"]
                streams = Headers(raw=message["headers"]).get("Content-Type", "").startswith(STREAMS)
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            seconds = None if streams else time.perf_counter() - started
            self._metrics.request(self._surface, scope["method"], status, seconds)
