"""Counting under pressure: bursts, a Redis that hangs, and more buckets than there is room for."""

import asyncio
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis
from structlog.testing import capture_logs

from rest_compat.wire import counts
from rest_compat.wire.counts import InProcess
from rest_compat.wire.limits import Limiter
from rest_compat.wire.rates import MICROSECONDS, Rate
from rest_compat.wire.shared import CONNECTIONS
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
        verdicts = await burst(one, 10 * CONNECTIONS)
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


class Clock:
    """A time that stands still until it is told to go on, in seconds."""

    def __init__(self, now=0.0):
        self.now = now

    def __call__(self):
        return round(self.now * MICROSECONDS)


def test_a_burst_on_each_side_of_a_clock_minute_is_one_burst():
    clock = Clock(59.9)
    here = InProcess(clock)
    before = [here.take("a", MINUTE).allowed for _ in range(60)]
    clock.now = 60.1
    after = [here.take("a", MINUTE).allowed for _ in range(60)]
    clock.now = 59.9 + 60
    a_minute_later = [here.take("a", MINUTE).allowed for _ in range(60)]

    assert (sum(before), sum(after), sum(a_minute_later)) == (30, 0, 30)


@given(
    steps=st.lists(
        st.tuples(
            st.floats(0, 25) | st.sampled_from([0.0, 0.6, 60.0, 60.6, 1000.0]),
            st.sampled_from([1, 2, 7, 60]),
        ),
        max_size=40,
    ),
    amount=st.sampled_from([1, 3, 100, 101, 150]),
)
def test_a_window_lets_through_what_a_list_of_all_requests_would_and_no_more(steps, amount):
    """Of up to a hundred requests each counts to the microsecond; of more, for a hundredth of the window longer."""
    clock, passed = Clock(1_000_000.0), []
    here, rate = InProcess(clock), Rate("minute", amount, 60)
    longer = rate.length if amount <= 100 else rate.length + rate.length // 100
    for pause, requests in steps:
        clock.now += pause
        for _ in range(requests):
            verdict = here.take("a", rate)
            within = sum(clock() - rate.length < then for then in passed)
            nearly = sum(clock() - longer < then for then in passed)
            assert within < amount if verdict.allowed else nearly >= amount
            passed = passed[-amount:] + [clock()] * verdict.allowed


def test_of_too_many_windows_those_that_would_end_first_go(monkeypatch):
    monkeypatch.setattr(counts, "MOST_WINDOWS", 100)
    monkeypatch.setattr(counts, "KEPT_WHEN_FULL", 90)
    clock = Clock()
    here = InProcess(clock)
    here.take("a key", DAY)
    for number in range(1000):
        clock.now += 0.1
        here.take(f"address {number}", MINUTE)

    assert len(here) <= 100
    left = [
        here.take(bucket, rate).standings[0].remaining
        for bucket, rate in (("a key", DAY), ("address 999", MINUTE), ("address 0", MINUTE))
    ]
    assert left == [998, 28, 29]


def test_what_counts_no_more_is_swept():
    clock = Clock()
    here = InProcess(clock)
    here.take("gone", MINUTE)
    clock.now = 60
    here.take("here", MINUTE)

    assert len(here) == 1


async def test_what_is_counted_in_redis_goes_by_itself():
    need("Redis", REDIS)
    prefix = f"gateway-test-{uuid4().hex[:8]}"
    limiter = Limiter(REDIS, prefix=prefix)
    await limiter.take("a", MINUTE, DAY)
    await limiter.close()
    async with Redis.from_url(REDIS) as client:
        keys = sorted([key async for key in client.scan_iter(f"{prefix}:*")])
        lives = [await client.pttl(key) for key in keys]

    assert keys == [f"{prefix}:slots:{{a}}:{name}".encode() for name in ("60/1", "86400/864000000")]
    assert 59_000 < lives[0] <= 60_001
    assert 86_400_000 < lives[1] <= 86_400_000 + 864_000
