"""Streams over HTTP: server-sent events as graphql-sse has them, or the parts that Apollo's clients read."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from dataclasses import dataclass

import orjson
from starlette.datastructures import Headers
from starlette.responses import Response, StreamingResponse

from gateway.http.answers import HEADERS, answer_of
from gateway.http.media import GRAPHQL
from gateway.operations import Outcome
from rest_compat.wire.preferences import ranges

ALIVE_EVERY = 12.0


@dataclass(frozen=True)
class Framing:
    """How an outcome is framed, what tells that the stream lives, and what ends it."""

    media_type: str
    before: bytes
    after: bytes
    alive: bytes
    complete: bytes

    def framed(self, outcome: Outcome) -> bytes:
        return self.before + orjson.dumps(outcome.formatted()) + self.after


EVENTS = Framing(
    "text/event-stream", b"event: next\ndata: ", b"\n\n", b":\n\n", b"event: complete\ndata:\n\n"
)
PART = b"\r\n--graphql\r\nContent-Type: application/json\r\n\r\n"
PARTS = Framing(
    'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
    PART + b'{"payload":',
    b"}",
    PART + b"{}",
    b"\r\n--graphql--\r\n",
)


def framing_of(headers: Headers) -> Framing | None:
    """None for a client that wants one answer."""
    accept = ", ".join(headers.getlist("Accept")).lower()
    given = ranges(accept)
    if given.get(EVENTS.media_type, 0) > 0:
        return EVENTS
    return PARTS if given.get("multipart/mixed", 0) > 0 and "subscriptionspec=1.0" in accept else None


async def stream_of(outcomes: AsyncGenerator[Outcome, None], framing: Framing, *, most: int) -> Response:
    """What is refused before it begins is answered as any request; a stream has begun with its first event."""
    first = await anext(outcomes)
    if not first.executed:
        await outcomes.aclose()
        return answer_of(first, GRAPHQL, most=most)
    headers = {**HEADERS, "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _frames(first, outcomes, framing), headers=headers, media_type=framing.media_type
    )


async def _frames(
    first: Outcome, outcomes: AsyncGenerator[Outcome, None], framing: Framing
) -> AsyncIterator[bytes]:
    async with aclosing(outcomes):
        yield framing.framed(first)
        waiting = asyncio.ensure_future(anext(outcomes, None))
        try:
            while True:
                done, _ = await asyncio.wait([waiting], timeout=ALIVE_EVERY)
                if not done:
                    yield framing.alive
                elif (outcome := waiting.result()) is None:
                    break
                else:
                    yield framing.framed(outcome)
                    waiting = asyncio.ensure_future(anext(outcomes, None))
        finally:
            waiting.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await waiting
    yield framing.complete
