"""Reading what an application left of a request's body before its answer leaves.

A connection that is closed on bytes nobody read is reset, and many clients that still send never see the answer.
"""

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATIENCE, LONGEST = 2.0, 30.0
"""Seconds for the next bytes, and for all of them."""


class Drained:
    """For bodies that may be large. At most so many bytes of one are received, whether read or thrown away."""

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _has_body(headers := Headers(scope=scope)):
            asks_first = headers.get("Expect", "").lower() == "100-continue"
            body = _Body(receive, send, self._most, asks_first=asks_first)
            receive, send = body.receive, body.send
        await self._app(scope, receive, send)


class _Body:
    """`asks_first`: the client sends nothing before we ask for it, so that there is nothing to throw away."""

    def __init__(self, receive: Receive, send: Send, most: int, *, asks_first: bool) -> None:
        self._receive, self._send = receive, send
        self._left = most
        self._asks_first = asks_first
        self._ended = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._asks_first = False
        self._left -= len(message.get("body", b""))
        self._ended = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and not (self._ended or self._asks_first):
            await self._drain()
        await self._send(message)

    async def _drain(self) -> None:
        try:
            async with asyncio.timeout(LONGEST):
                while not self._ended and self._left > 0:
                    async with asyncio.timeout(PATIENCE):
                        await self.receive()
        except TimeoutError:
            self._ended = True


def _has_body(headers: Headers) -> bool:
    return "Transfer-Encoding" in headers or headers.get("Content-Length", "0").strip("0") != ""
