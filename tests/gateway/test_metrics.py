"""`/metrics` tells of every surface and of the jobs that wait, to this host or to who has the token."""

import asyncio
import threading
from datetime import timedelta

import httpx
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from starlette.responses import Response
from structlog.testing import capture_logs

from domain.errors import Unavailable
from domain.viewer import ANONYMOUS
from gateway.documents.library import Library
from gateway.limits import Limits, refusal
from gateway.metrics import COSTS, MOST_NAMES, MOST_REASONS, Measured, Metrics
from gateway.observing import Observer
from gateway.operations import Outcome
from gateway.schema import schema
from tests.databases import ONE_DATABASE
from tests.workers.chores import Chore

pytestmark = pytest.mark.anyio


def values(text):
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@ONE_DATABASE
async def test_requests_are_counted_by_surface_method_and_status(client):
    await client.get("/api/workout-templates")
    await client.get("/api/workout-templates")
    await client.post("/graphql", json={"query": "{ viewer { kind } }"})

    told = values((await client.get("/metrics")).text)

    def count(surface, method, status):
        labels = (("method", method), ("status", status), ("surface", surface))
        return told["gateway_requests_total", *labels]

    assert count("smartrunning", "GET", "401") == 2
    assert count("gateway", "POST", "200") == 1
    assert told["gateway_request_seconds_count", ("surface", "smartrunning")] == 2


@pytest.mark.parametrize(("kind", "timed"), [("application/json", 1), ("text/event-stream", 0)])
async def test_a_stream_is_counted_and_not_timed(kind, timed):
    metrics = Metrics()
    app = Measured(Response("", media_type=kind), metrics, "gateway")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://gateway.test"
    ) as client:
        await client.get("/")

    told = values(metrics.exposition().decode())
    assert sum(value for (name, *_), value in told.items() if name == "gateway_requests_total") == 1
    assert told.get(("gateway_request_seconds_count", ("surface", "gateway")), 0) == timed


@ONE_DATABASE
async def test_nobody_waits_while_what_was_counted_is_written_down(client, monkeypatch):
    threads, written = [], Metrics.exposition

    def heard(metrics):
        threads.append(threading.current_thread())
        return written(metrics)

    monkeypatch.setattr(Metrics, "exposition", heard)
    answer = await client.get("/metrics")

    assert answer.status_code == 200
    assert threads
    assert threading.current_thread() not in threads


@ONE_DATABASE
async def test_jobs_that_wait_are_counted_by_kind(client, store):
    async with store.writing() as unit:
        await unit.later_all([Chore("a"), Chore("b")])
        unit_began = unit.now
    store.clock = lambda: unit_began + timedelta(seconds=90)

    told = values((await client.get("/metrics")).text)

    assert told["gateway_jobs", ("kind", "Chore"), ("state", "waiting")] == 2
    assert told["gateway_jobs_overdue_seconds", ("kind", "Chore"), ("state", "waiting")] == 90


@ONE_DATABASE
async def test_other_hosts_need_the_token(gateway, client):
    forwarded = await client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    transport = httpx.ASGITransport(gateway, client=("203.0.113.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as abroad:
        strange = await abroad.get("/metrics")

    assert (forwarded.status_code, strange.status_code) == (403, 403)
    assert "GATEWAY_METRICS_TOKEN" in strange.json()["error"]


@ONE_DATABASE
async def test_when_live_even_this_host_needs_the_token(client, store):
    store.settings = store.settings.model_copy(update={"env": "live"})

    assert (await client.get("/metrics")).status_code == 403


@ONE_DATABASE
@pytest.mark.parametrize("sent", [None, "Bearer wrong", "Bearer", "Basic c2VjcmV0"])
async def test_where_a_token_is_set_even_this_host_needs_it(client, store, sent):
    store.settings = store.settings.model_copy(update={"metrics_token": SecretStr("secret")})

    refused = await client.get("/metrics", headers={"Authorization": sent} if sent else {})
    taken = await client.get("/metrics", headers={"Authorization": "Bearer secret"})

    assert (refused.status_code, taken.status_code) == (401, 200)
    assert refused.headers["www-authenticate"] == "Bearer"


def test_names_that_clients_make_up_do_not_fill_the_memory():
    metrics = Metrics()
    for number in range(MOST_NAMES + 50):
        metrics.operation(f"Q{number}", "query", "ok", 0.001, 1)
    metrics.operation("a name, with blanks", "query", "ok", 0.001, None)

    told = values(metrics.exposition().decode())
    names = {dict(labels)["operation"] for name, *labels in told if name.endswith("operations_total")}

    assert len(names) == MOST_NAMES + 1
    assert "(other)" in names


@ONE_DATABASE
async def test_operations_are_counted_traced_and_logged_without_what_they_carry(client, gateway, world):
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    observer = Observer(gateway.metrics, provider.get_tracer("test"))
    text = "query Secret($id: ID!) { user(id: $id) { id } }"
    document = Library(schema.graphql).document(text)
    refused = Outcome(errors=[refusal("TOO_DEEP", "secret sentence")], extensions={"cost": {"actual": 3}})

    with capture_logs() as lines:
        await client.post("/graphql", json={"query": "query Me { viewer { kind } }"})
        with observer.observing(text, document.operation(None), ANONYMOUS) as seen:
            seen.outcome = refused
    told = values((await client.get("/metrics")).text)

    def count(name, outcome):
        return told[
            "gateway_graphql_operations_total",
            ("operation", name), ("outcome", outcome), ("type", "query"),
        ]  # fmt: skip

    assert (count("Me", "ok"), count("Secret", "TOO_DEEP")) == (1, 1)
    assert told["gateway_graphql_operation_cost_sum", ("operation", "Secret")] == 3
    [span] = spans.get_finished_spans()
    assert (span.name, span.status.description) == ("query Secret", "TOO_DEEP")
    assert span.attributes["graphql.operation.cost"] == 3
    [me, secret] = [line for line in lines if line["event"] == "graphql"]
    assert (me["operation"], me["outcome"], me["by"]) == ("Me", "ok", "anonymous")
    assert (secret["outcome"], secret["cost"]) == ("TOO_DEEP", 3)
    assert "secret sentence" not in str(lines)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Unavailable("The database is busy"), "SERVICE_UNAVAILABLE"),
        (KeyError("bug"), "INTERNAL_SERVER_ERROR"),
        (asyncio.CancelledError(), "CANCELLED"),
    ],
)
def test_an_operation_that_fails_as_a_whole_is_counted_by_why(error, outcome):
    metrics, text = Metrics(), "query Q { viewer { kind } }"
    operation = Library(schema.graphql).document(text).operation(None)

    with pytest.raises(type(error)), Observer(metrics).observing(text, operation, ANONYMOUS):
        raise error

    [labels] = [
        labels for name, *labels in values(metrics.exposition().decode()) if name.endswith("operations_total")
    ]
    assert dict(labels)["outcome"] == outcome


def test_costs_are_told_apart_up_to_what_an_operation_may_cost():
    assert COSTS[-1] == Limits().cost


@ONE_DATABASE
async def test_what_is_refused_before_it_runs_is_counted_by_reason(client, store, world):
    digest = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "ab" * 32}}}
    refused = {
        "GRAPHQL_PARSE_FAILED": {"query": "{"},
        "GRAPHQL_VALIDATION_FAILED": {"query": "{ nothing }"},
        "TOO_DEEP": {"query": "{ viewer" + " { user" * 60 + " { id" + " }" * 62},
        "TOO_MANY_NODES": {
            "query": "{ users(first: 100) { nodes { fitFiles(first: 100) { nodes { id } } } } }"
        },
        "OPERATION_RESOLUTION_FAILURE": {"query": "query A { viewer { kind } }", "operationName": "B"},
        "PERSISTED_QUERY_NOT_FOUND": digest,
        "BAD_REQUEST": [],
        "SUBSCRIPTION_IS_STREAMED": {"query": 'subscription { paiUpdates(userId: "x") { id } }'},
    }
    for body in refused.values():
        await client.post("/graphql", json=body)
    await client.post(
        "/graphql", json={"query": "{ viewer { kind } }"}, headers={"Authorization": "Bearer x"}
    )
    await client.post("/graphql", content="{}", headers={"Content-Type": "text/plain"})
    store.settings = store.settings.model_copy(update={"cost_budget": 10})
    await client.post("/graphql", json={"query": "{ users(first: 100) { nodes { id } } }"})
    told = values((await client.get("/metrics")).text)

    counted = {
        dict(labels)["reason"]: value
        for (name, *labels), value in told.items()
        if name == "gateway_graphql_refused_total"
    }
    assert counted == dict.fromkeys((*refused, "UNAUTHORIZED", "UNSUPPORTED_MEDIA_TYPE", "THROTTLED"), 1)


def test_reasons_are_bounded():
    metrics = Metrics()
    for number in range(MOST_REASONS + 50):
        metrics.refused(f"REASON_{number}")

    told = values(metrics.exposition().decode())
    reasons = [dict(labels)["reason"] for name, *labels in told if name.endswith("refused_total")]

    assert len(reasons) == MOST_REASONS + 1
    assert "(other)" in reasons
