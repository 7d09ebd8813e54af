"""Whoever floods a socket waits, and nobody else does."""

import asyncio
import json
import time

import httpx
import pytest

from gateway.live import sockets
from gateway.live.pace import Pace
from tests.databases import ONE_DATABASE
from tests.gateway.test_subscriptions import PAI, said, socket, subscribe

pytestmark = pytest.mark.anyio
PING = json.dumps({"type": "ping"})


@ONE_DATABASE
async def test_messages_of_a_socket_are_read_at_a_pace_and_others_are_served_meanwhile(url, monkeypatch):
    monkeypatch.setattr(sockets, "MESSAGES_AT_ONCE", 20)
    beyond = 60
    async with socket(url) as opened, httpx.AsyncClient(trust_env=False) as client:
        await said(opened)
        started = time.monotonic()
        for _ in range(20 + beyond):
            await opened.send(PING)
        served = await client.post(url, json={"query": "{ viewer { kind } }"})
        while_flooded = time.monotonic() - started
        pongs = [await said(opened) for _ in range(20 + beyond)]
        took = time.monotonic() - started

    assert served.json()["data"] == {"viewer": {"kind": "ANONYMOUS"}}
    assert pongs == [{"type": "pong"}] * (20 + beyond)
    assert took >= beyond / sockets.MESSAGES_A_SECOND
    assert while_flooded < beyond / sockets.MESSAGES_A_SECOND


@ONE_DATABASE
async def test_a_long_message_is_waited_for_before_it_is_read(url, monkeypatch):
    """To read one of 60 kB takes ten milliseconds, and a stranger may send it."""
    monkeypatch.setattr(sockets, "MESSAGES_AT_ONCE", 20)
    long = json.dumps({"type": "pong", "payload": {"a": [[]] * 15_000}})
    async with socket(url) as opened:
        await said(opened)
        started = time.monotonic()
        await opened.send(long)
        await opened.send(PING)
        assert await said(opened) == {"type": "pong"}

    beyond = len(long) // sockets.LENGTHY - 20
    assert time.monotonic() - started >= beyond / sockets.MESSAGES_A_SECOND > 0.5


async def test_a_pace_lets_everybody_else_have_a_turn_between_two_messages():
    pace, turns = Pace(at_once=10, a_second=1), []

    async def other():
        turns.append("other")

    for _ in range(3):
        waiting = asyncio.create_task(other())
        await pace.turn()
        turns.append("ours")
        await waiting

    assert turns == ["other", "ours"] * 3


@ONE_DATABASE
async def test_a_socket_runs_so_many_operations_at_once_and_says_so(url, world, monkeypatch):
    monkeypatch.setattr(sockets, "MOST_ON_A_CONNECTION", 1)
    joe = str(world.joe)
    async with socket(url, **world.bearer("admin")) as opened:
        await said(opened)
        await subscribe(opened, PAI, "a", id=joe)
        await subscribe(opened, PAI, "b", id=joe)
        refused = await said(opened)
        await opened.send(json.dumps({"id": "a", "type": "complete"}))
        await subscribe(opened, "{ viewer { kind } }", "c")
        answer = await said(opened)

    assert (refused["id"], refused["type"]) == ("b", "error")
    assert refused["payload"][0]["extensions"] == {"code": "TOO_MANY_SUBSCRIPTIONS"}
    assert (answer["id"], answer["type"]) == ("c", "next")
