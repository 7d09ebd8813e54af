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
    """Holds the head of the answer back until it is known whether the body comes in one piece."""

    def __init__(self, send: Send, wanted: str | None) -> None:
        self._send = send
        self._wanted = wanted
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        if self._start is not None:
            await self._begin(self._start, message)
            self._start = None
        await self._send(message)

    async def _begin(self, start: Message, first: Message) -> None:
        headers = MutableHeaders(scope=start)
        body = first.get("body", b"")
        if len(body) >= MIN_SIZE and not first.get("more_body", False) and _may_be_coded(headers):
            if "accept-encoding" not in headers.get("Vary", "").lower():
                headers.add_vary_header("Accept-Encoding")
            if self._wanted:
                first["body"] = await compressed(body, self._wanted)
                headers["Content-Encoding"] = self._wanted
                headers["Content-Length"] = str(len(first["body"]))
        await self._send(start)


async def compressed(body: bytes | memoryview, name: str) -> bytes:
    if len(body) > OFF_LOOP:
        return await asyncio.to_thread(_compress, body, name)
    return _compress(body, name)


def _compress(body: Any, name: str) -> bytes:
    compressor = zlib.compressobj(LEVEL, wbits=WINDOW[name])
    return compressor.compress(body) + compressor.flush()


def _may_be_coded(headers: MutableHeaders) -> bool:
    return "Content-Encoding" not in headers and headers.get("Content-Type", "").startswith(TEXTUAL)
