"""An answer that leaves early lets the client finish sending first, within bounds."""

import asyncio
import urllib.error
import urllib.request

import pytest
from starlette.responses import PlainTextResponse

from rest_compat.wire import draining
from rest_compat.wire.draining import Drained
from tests.rest_compat.wire.asgi import served

pytestmark = pytest.mark.anyio

MOST = 100


async def refusing(scope, receive, send):
    await PlainTextResponse("no", 401)(scope, receive, send)


async def reading(scope, receive, send):
    await receive()
    await PlainTextResponse("yes")(scope, receive, send)


class Client:
    """Sends chunks as it is asked for them, and keeps what comes back; without more it says nothing."""

    def __init__(self, *chunks, headers=()):
        self.scope = {"type": "http", "method": "POST", "path": "/", "headers": list(headers)}
        self.unsent, self.sent = list(chunks), []

    async def receive(self):
        if not self.unsent:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": self.unsent.pop(0), "more_body": True}

    async def send(self, message):
        self.sent.append((message["type"], len(self.unsent)))

    async def asks(self, app, most=MOST):
        await Drained(app, most=most)(self.scope, self.receive, self.send)
        assert [kind for kind, _ in self.sent] == ["http.response.start", "http.response.body"]
        return self.sent[0][1]


CHUNKED = [(b"transfer-encoding", b"chunked")]


async def test_what_was_not_read_is_received_before_the_answer_leaves():
    endless = [b"0123456789"] * 50

    assert await Client(*endless, headers=CHUNKED).asks(refusing) == 40
    assert await Client(*endless, headers=CHUNKED).asks(reading) == 40
    assert await Client(*endless, headers=[(b"content-length", b"500")]).asks(refusing) == 40


async def test_nothing_is_waited_for_without_a_body_or_before_it_was_asked_for():
    asks_first = [*CHUNKED, (b"expect", b"100-continue")]

    for headers in ((), [(b"content-length", b"0")], asks_first):
        assert await Client(b"unread", headers=headers).asks(refusing) == 1


async def test_a_client_that_stops_sending_is_not_waited_for_long(monkeypatch):
    monkeypatch.setattr(draining, "PATIENCE", 0.01)

    assert await Client(b"0123456789", headers=CHUNKED).asks(refusing) == 0


async def test_a_client_that_trickles_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr(draining, "LONGEST", 0.05)
    client = Client(headers=CHUNKED)

    async def trickle():
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"", "more_body": True}

    client.receive = trickle
    async with asyncio.timeout(5):
        assert await client.asks(refusing) == 0


def status_of(url, body):
    """A client that reads nothing until it has sent everything."""
    try:
        return urllib.request.urlopen(url, data=body, timeout=30).status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


async def test_a_client_that_reads_nothing_until_it_has_sent_everything_sees_why_it_is_refused():
    body = bytes(8 << 20)
    async with served(Drained(refusing, most=len(body))) as url:
        assert await asyncio.to_thread(status_of, url, body) == 401
