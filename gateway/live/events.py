"""Streams over HTTP: server-sent events as graphql-sse has them, or the parts that Apollo's clients read."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from enum import Enum

import orjson
from starlette.datastructures import Headers
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway.http.answers import HEADERS, answer_of
from gateway.http.media import GRAPHQL
from gateway.live.streams import Told
from gateway.operations import Outcome
from rest_compat.wire.preferences import ranges

ALIVE_EVERY, SOON = 12.0, 0.5


class End(Enum):
    """What comes after the last outcome."""

    END = "end"


END = End.END


@dataclass(frozen=True)
class Framing:
    """How a stream begins, how an outcome is framed, what tells that the stream lives, and what ends it.

    A part ends with the boundary of the next: clients read it once they have seen that.
    """

    media_type: str
    begun: bytes
    before: bytes
    after: bytes
    alive: bytes
    complete: bytes

    def framed(self, outcome: Outcome) -> bytes:
        return self.before + orjson.dumps(outcome.formatted()) + self.after


EVENTS = Framing(
    "text/event-stream", b":\n\n", b"event: next\ndata: ", b"\n\n", b":\n\n", b"event: complete\ndata:\n\n"
)
BOUNDARY, JSON = b"\r\n--graphql", b"\r\nContent-Type: application/json\r\n\r\n"
PARTS = Framing(
    'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
    BOUNDARY,
    JSON + b'{"payload":',
    b"}" + BOUNDARY,
    JSON + b"{}" + BOUNDARY,
    b"--\r\n",
)


def framing_of(headers: Headers) -> Framing | None:
    """None for a client that wants one answer."""
    accept = ", ".join(headers.getlist("Accept")).lower()
    given = ranges(accept)
    if given.get(EVENTS.media_type, 0) > 0:
        return EVENTS
    return PARTS if given.get("multipart/mixed", 0) > 0 and "subscriptionspec=1.0" in accept else None


async def stream_of(outcomes: AsyncGenerator[Told, None], framing: Framing, *, most: int) -> Response:
    """What is refused before it begins, or at its first event, is answered as any request; whoever watches what does
    not change hears soon that the stream has begun.
    """
    waiting = asyncio.ensure_future(anext(outcomes, END))
    if await waiting is None:
        waiting = asyncio.ensure_future(anext(outcomes, END))
        await asyncio.wait([waiting], timeout=SOON)
    if waiting.done() and isinstance(first := waiting.result(), Outcome) and not first.executed:
        await outcomes.aclose()
        return answer_of(first, GRAPHQL, most=most)
    return Streamed(waiting, outcomes, framing)


class Streamed(StreamingResponse):
    """Whatever becomes of its client, and however early: what it watched is let go."""

    def __init__(
        self, waiting: asyncio.Future[Told | End], outcomes: AsyncGenerator[Told, None], framing: Framing
    ) -> None:
        headers = {**HEADERS, "X-Accel-Buffering": "no"}
        super().__init__(self._frames(framing), headers=headers, media_type=framing.media_type)
        self._waiting = waiting
        self._outcomes = outcomes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._outcomes):
            try:
                await super().__call__(scope, receive, send)
            finally:
                self._waiting.cancel()
                with suppress(asyncio.CancelledError, StopAsyncIteration):
                    await self._waiting

    async def _frames(self, framing: Framing) -> AsyncIterator[bytes]:
        yield framing.begun
        while True:
            done, _ = await asyncio.wait([self._waiting], timeout=ALIVE_EVERY)
            if not done:
                yield framing.alive
            elif isinstance(outcome := self._waiting.result(), Outcome):
                yield framing.framed(outcome)
                self._waiting = asyncio.ensure_future(anext(self._outcomes, END))
            else:
                break
        yield framing.complete
