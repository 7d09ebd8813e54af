"""Spans of GraphQL operations belong to the trace of whoever asked, if there is one."""

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from gateway.observing import in_trace_of
from tests.databases import ONE_DATABASE

pytestmark = pytest.mark.anyio

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
HEADERS = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
QUERY = {"query": "{ viewer { kind } }"}


@pytest.fixture
def provider():
    return TracerProvider()


@pytest.fixture
def spans(provider, monkeypatch):
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    return exporter


@ONE_DATABASE
async def test_an_operation_is_a_span_in_the_trace_of_its_request(opened, spans):
    async with opened() as client:
        await client.post("/graphql", json=QUERY, headers=HEADERS)
        await client.post("/graphql", json=QUERY, headers=HEADERS | {"Accept": "text/event-stream"})

    seen = spans.get_finished_spans()
    assert [f"{span.context.trace_id:032x}" for span in seen] == [TRACE] * 2
    assert {f"{span.parent.span_id:016x}" for span in seen} == {PARENT}


@ONE_DATABASE
@pytest.mark.parametrize("headers", [{}, {"traceparent": "00-what-ever-01"}])
async def test_without_one_that_can_be_read_each_operation_begins_a_trace(opened, spans, headers):
    async with opened() as client:
        for _ in range(2):
            await client.post("/graphql", json=QUERY, headers=headers)

    seen = spans.get_finished_spans()
    assert [span.parent for span in seen] == [None, None]
    assert len({span.context.trace_id for span in seen}) == 2


def test_a_span_that_was_begun_for_the_request_stays_the_parent(spans, provider):
    with provider.get_tracer("server").start_as_current_span("POST /graphql") as begun, in_trace_of(HEADERS):
        assert trace.get_current_span() is begun

    assert not trace.get_current_span().get_span_context().is_valid
