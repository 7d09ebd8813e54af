import asyncio
import time
from dataclasses import replace

import pytest

from domain.fetching import FetchError, FetchPolicy, fetch
from tests.domain.fetching.servers import chunks, response, serving

pytestmark = pytest.mark.anyio

HASTY = FetchPolicy(
    max_bytes=1000, allow_private=True, connect_timeout=0.2, read_timeout=0.2, total_timeout=30
)
BUSY = replace(HASTY, connect_timeout=30, read_timeout=30, total_timeout=0.5)
SOON = 10
"""However busy the machine is; whoever waited for the other timeouts would come later."""


async def times_out(url, policy=HASTY, **options):
    started = time.monotonic()
    with pytest.raises(FetchError) as refusal:
        await fetch(url, policy, **options)

    assert refusal.value.code == "timeout"
    assert refusal.value.retryable
    return time.monotonic() - started


async def drip(writer, head, drop):
    writer.write(head)
    while True:
        writer.write(drop)
        await writer.drain()
        await asyncio.sleep(0.02)


async def test_a_host_that_says_nothing_runs_into_the_read_timeout():
    async with serving(lambda _writer: asyncio.sleep(60)) as server:
        assert 0.1 < await times_out(server.url) < SOON


async def test_a_body_that_stops_runs_into_the_read_timeout():
    async def answer(writer):
        writer.write(response(b"FIT", content_length=900))
        await asyncio.sleep(60)

    async with serving(answer) as server:
        assert 0.1 < await times_out(server.url) < SOON


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nx: ", b"a", id="headers"),
        pytest.param(response(content_length=900), b"a", id="a body"),
        pytest.param(response(content_length=None, transfer_encoding="chunked"), chunks(b"a"), id="chunks"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n", id="interim answers"),
    ],
)
async def test_what_comes_in_drops_runs_into_the_total_deadline(head, drop):
    async with serving(lambda writer: drip(writer, head, drop)) as server:
        assert 0.4 < await times_out(server.url, BUSY) < SOON


async def test_a_flood_of_interim_answers_runs_into_the_total_deadline():
    async def answer(writer):
        while True:
            writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)
            await writer.drain()

    async with serving(answer) as server:
        assert 0.4 < await times_out(server.url, BUSY) < SOON


async def test_a_slow_resolver_runs_into_the_total_deadline():
    async def resolver(_host, _port):
        await asyncio.sleep(60)

    assert 0.4 < await times_out("http://files.example.org/", BUSY, resolver=resolver) < SOON


async def test_a_host_that_never_shakes_hands_runs_into_the_connect_timeout():
    async with serving(lambda _writer: asyncio.sleep(60)) as server:
        assert 0.1 < await times_out(f"https://127.0.0.1:{server.port}/") < SOON


async def test_a_caller_that_gives_up_is_not_answered_with_a_timeout():
    async with serving(lambda _writer: asyncio.sleep(60)) as server:
        task = asyncio.create_task(fetch(server.url, HASTY))
        await asyncio.sleep(0.05)
        task.cancel()

        with pytest.raises(asyncio.CancelledError):
            await task
