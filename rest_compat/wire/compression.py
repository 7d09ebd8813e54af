"""Gzip and deflate for answers above 1 kB, unless the client wants none."""

import asyncio
import zlib
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rest_compat.wire.preferences import coding

MIN_SIZE = 1024
OFF_LOOP = 32 * 1024
LEVEL = 5
WINDOW = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
"""What HTTP calls deflate is zlib's format (RFC 9110, 8.4.1.2)."""
EVENTS = "text/event-stream"
TEXTUAL = ("application/json", "application/graphql-response+json", "text/")


class Compression:
    """Inside of whatever answers HEAD and 304; weak ETags stay true. A large body is compressed in a thread."""

    def __init__(self, app: ASGIApp, *, unless: str) -> None:
        self._app = app
        self._unless = unless

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            wanted = coding(", ".join(headers.getlist("Accept-Encoding")), WINDOW)
            send = Compressing(send, None if self._unless in headers else wanted)
        await self._app(scope, receive, send)


class Compressing:
    """Holds the head of the answer back until it is known whether the body comes in one piece.

    One that comes in pieces is longer than anybody knows: it is compressed as it goes.
    """

    def __init__(self, send: Send, wanted: str | None) -> None:
        self._send = send
        self._wanted = wanted
        self._start: Message | None = None
        self._flow: Any = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        if self._start is not None:
            await self._begin(self._start, message)
            self._start = None
        elif self._flow is not None:
            message["body"] = await _passed(self._flow, message)
        await self._send(message)

    async def _begin(self, start: Message, first: Message) -> None:
        headers = MutableHeaders(scope=start)
        in_pieces = first.get("more_body", False)
        if (in_pieces or len(first.get("body", b"")) >= MIN_SIZE) and _may_be_coded(headers):
            if "accept-encoding" not in headers.get("Vary", "").lower():
                headers.add_vary_header("Accept-Encoding")
            if self._wanted:
                await self._code(headers, first, self._wanted, in_pieces=in_pieces)
        await self._send(start)

    async def _code(self, headers: MutableHeaders, first: Message, name: str, *, in_pieces: bool) -> None:
        self._flow = zlib.compressobj(LEVEL, wbits=WINDOW[name])
        first["body"] = await _passed(self._flow, first)
        headers["Content-Encoding"] = name
        if in_pieces:
            del headers["Content-Length"]
        else:
            headers["Content-Length"] = str(len(first["body"]))


async def _passed(flow: Any, message: Message) -> bytes:
    """What comes out of the compressor for this piece, and behind the last one all that is still in it."""
    body, last = message.get("body", b""), not message.get("more_body", False)
    if len(body) > OFF_LOOP:
        return await asyncio.to_thread(_compress, flow, body, last=last)
    return _compress(flow, body, last=last)


def _compress(flow: Any, body: Any, *, last: bool) -> bytes:
    piece: bytes = flow.compress(body)
    return piece + flow.flush() if last else piece


def _may_be_coded(headers: MutableHeaders) -> bool:
    """Events are to arrive one by one, and a compressor holds them back."""
    kind = headers.get("Content-Type", "")
    return "Content-Encoding" not in headers and kind.startswith(TEXTUAL) and not kind.startswith(EVENTS)
