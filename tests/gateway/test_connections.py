"""How many sockets and streams are open, and for how long."""

import asyncio
import json
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from starlette.requests import ClientDisconnect
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from gateway.live import events, sockets
from tests.databases import ONE_DATABASE
from tests.gateway.test_subscriptions import PATIENCE, PROTOCOL, said, socket, subscribe

pytestmark = pytest.mark.anyio


@ONE_DATABASE
@pytest.mark.parametrize("bound", ["MOST_STRANGERS", "MOST_OF_ALL_STRANGERS"])
async def test_strangers_take_so_many_connections_and_none_of_those_who_sign_in(
    url, world, monkeypatch, bound
):
    monkeypatch.setattr(sockets, bound, 2)
    address = url.replace("http", "ws")
    async with AsyncExitStack() as stack:

        async def stranger():
            return await stack.enter_async_context(connect(address, subprotocols=[PROTOCOL], proxy=None))

        first, _ = await stranger(), await stranger()
        with pytest.raises(InvalidStatus) as refused:
            await stranger()
        await first.send(json.dumps({"type": "connection_init", "payload": world.bearer("admin")}))
        assert (await said(first))["type"] == "connection_ack"
        await stranger()

    answer = refused.value.response
    [error] = json.loads(answer.body)["errors"]
    assert (answer.status_code, error["extensions"]["code"]) == (429, "TOO_MANY_CONNECTIONS")
    assert int(answer.headers["Retry-After"]) > 0


@ONE_DATABASE
async def test_a_viewer_has_so_many_connections(url, world, monkeypatch):
    monkeypatch.setattr(sockets, "MOST_OF_A_VIEWER", 1)
    async with socket(url, **world.bearer("admin")) as first:
        await said(first)
        async with (
            socket(url, **world.bearer("joe")) as another,
            socket(url, **world.bearer("admin")) as second,
        ):
            assert (await said(another))["type"] == "connection_ack"
            with pytest.raises(ConnectionClosed):
                await said(second)

    assert second.close_code == 1013
    assert "close one of them" in second.close_reason


@ONE_DATABASE
async def test_a_key_that_made_too_many_requests_is_told_so_and_not_that_it_is_wrong(url, records, store):
    store.settings = store.settings.model_copy(update={"key_requests_per_minute": 2})
    key = records.headers("key")
    async with socket(url, **key) as opened:
        assert (await said(opened))["type"] == "connection_ack"
        await subscribe(opened, "{ viewer { kind } }", "1")
        served = [await said(opened), await said(opened)]
        await subscribe(opened, "{ viewer { kind } }", "2")
        refused = await said(opened)
    async with socket(url, **key) as closed:
        with pytest.raises(ConnectionClosed):
            await said(closed)

    assert [one["type"] for one in served] == ["next", "complete"]
    assert refused["payload"][0]["extensions"] == {"code": "TOO_MANY_REQUESTS"}
    assert closed.close_code == 1013
    assert closed.close_reason.startswith("Too many requests; try again in")


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(sockets, "PATIENCE", timedelta(seconds=0.2))


@ONE_DATABASE
async def test_a_socket_that_says_nothing_is_closed(hasty, url):
    async with connect(url.replace("http", "ws"), subprotocols=[PROTOCOL], proxy=None) as silent:
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(silent.recv(), PATIENCE)

    assert closed.value.rcvd.code == 4408


async def test_a_stream_whose_head_nobody_takes_lets_go_of_what_it_watches(monkeypatch):
    monkeypatch.setattr(events, "SOON", 0)
    let_go = []

    async def outcomes():
        try:
            yield None
            await asyncio.Event().wait()
        finally:
            let_go.append("watched")

    async def gone(_):
        raise OSError("the client has left")

    stream = await events.stream_of(outcomes(), events.EVENTS, most=1)
    with pytest.raises(ClientDisconnect):
        await stream({"type": "http", "asgi": {"spec_version": "2.4"}}, gone, gone)

    assert let_go == ["watched"]
