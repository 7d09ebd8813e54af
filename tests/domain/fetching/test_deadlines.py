import asyncio
import time

import pytest

from domain.fetching import FetchError, FetchPolicy, fetch
from tests.domain.fetching.servers import chunks, response, serving

pytestmark = pytest.mark.anyio

HASTY = FetchPolicy(
    max_bytes=1000, allow_private=True, connect_timeout=0.2, read_timeout=0.2, total_timeout=0.5
)


async def times_out(url, **options):
    started = time.monotonic()
    with pytest.raises(FetchError) as refusal:
        await fetch(url, HASTY, **options)

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
    async with serving(lambda _writer: asyncio.sleep(5)) as server:
        assert 0.1 < await times_out(server.url) < 0.45


async def test_a_body_that_stops_runs_into_the_read_timeout():
    async def answer(writer):
        writer.write(response(b"FIT", content_length=900))
        await asyncio.sleep(5)

    async with serving(answer) as server:
        assert 0.1 < await times_out(server.url) < 0.45


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
        assert 0.4 < await times_out(server.url) < 1


async def test_a_flood_of_interim_answers_runs_into_the_total_deadline():
    async def answer(writer):
        while True:
            writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)
            await writer.drain()

    async with serving(answer) as server:
        assert 0.4 < await times_out(server.url) < 1.5


async def test_a_slow_resolver_runs_into_the_total_deadline():
    async def resolver(_host, _port):
        await asyncio.sleep(5)

    assert 0.4 < await times_out("http://files.example.org/", resolver=resolver) < 1


async def test_a_host_that_never_shakes_hands_runs_into_the_connect_timeout():
    async with serving(lambda _writer: asyncio.sleep(5)) as server:
        assert 0.1 < await times_out(f"https://127.0.0.1:{server.port}/") < 0.45


async def test_a_caller_that_gives_up_is_not_answered_with_a_timeout():
    async with serving(lambda _writer: asyncio.sleep(5)) as server:
        task = asyncio.create_task(fetch(server.url, HASTY))
        await asyncio.sleep(0.05)
        task.cancel()

        with pytest.raises(asyncio.CancelledError):
            await task
