"""Counting under pressure: bursts, a Redis that hangs, and more buckets than there is room for."""

import asyncio
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from rest_compat.wire import counts, shared
from rest_compat.wire.counts import InProcess
from rest_compat.wire.limits import Limiter, Rate
from tests.services import REDIS, need

pytestmark = pytest.mark.anyio

MINUTE, DAY = Rate("minute", 30, 60), Rate("day", 1000, 86_400)


async def burst(limiter, size):
    return await asyncio.gather(*(limiter.take("a", MINUTE, DAY) for _ in range(size)))


async def test_a_burst_wider_than_the_pool_is_counted_together_and_refusals_cost_no_day():
    need("Redis", REDIS)
    prefix = f"gateway-test-{uuid4().hex[:8]}"
    one, other = Limiter(REDIS, prefix=prefix), Limiter(REDIS, prefix=prefix)
    with capture_logs() as logged:
        verdicts = await burst(one, 10 * shared.CONNECTIONS)
    last = await other.take("a", MINUTE, DAY)
    await one.close()
    await other.close()

    assert logged == []
    assert sum(verdict.allowed for verdict in verdicts) == 30
    assert [standing.remaining for standing in last.standings] == [0, 970]
    for verdict in verdicts:
        assert verdict.allowed or verdict.headers()["X-RateLimit-Remaining"] == "0"


async def test_a_redis_that_hangs_costs_one_wait_and_one_line_however_many_ask():
    connections = []

    async def hang(reader, writer):
        connections.append(writer)
        await reader.read()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    limiter = Limiter(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")
    with capture_logs() as logged:
        async with asyncio.timeout(4):
            verdicts = await burst(limiter, 100)
    for writer in connections:
        writer.close()
    server.close()
    await limiter.close()

    assert sum(verdict.allowed for verdict in verdicts) == 30
    assert [line["event"] for line in logged] == ["limits_not_shared"]


async def test_of_too_many_buckets_those_that_would_go_first_go(monkeypatch):
    monkeypatch.setattr(counts, "MOST_ENTRIES", 100)
    monkeypatch.setattr(counts, "KEPT_WHEN_FULL", 90)
    here = InProcess()
    await here.incr("a key's day", 86_400)
    for number in range(1000):
        await here.incr(f"address {number}", 60)

    assert len(here.storage) == len(here.expirations) <= 100
    assert (await here.get("a key's day"), await here.get("address 0"), await here.get("address 999")) == (
        1,
        0,
        1,
    )


async def test_what_expired_is_swept(monkeypatch):
    monkeypatch.setattr(counts, "SWEEP_EVERY", 0)
    here = InProcess()
    await here.incr("gone", -1)
    await here.incr("here", 60)

    assert list(here.storage) == ["here"]
