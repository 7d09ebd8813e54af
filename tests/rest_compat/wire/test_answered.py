"""An unexpected error costs its own request, and not the connection."""

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from rest_compat.wire.answered import Answered
from tests.rest_compat.wire.asgi import client_of, served

pytestmark = pytest.mark.anyio


async def breaking(_):
    raise RuntimeError("a bug")


async def breaking_off(_):
    async def pieces():
        yield b"half of it"
        raise RuntimeError("a bug")

    return StreamingResponse(pieces())


async def told(*_):
    return PlainTextResponse("sorry", 500)


def app():
    routes = [Route("/", breaking), Route("/half", breaking_off)]
    return Answered(Starlette(routes=routes, exception_handlers={Exception: told}))


async def test_a_connection_outlives_an_error_that_was_answered():
    async with served(app()) as url:
        reader, writer = await asyncio.open_connection(*url.removeprefix("http://").split(":"))
        for _ in range(3):
            writer.write(b"GET / HTTP/1.1\r\nHost: api.test\r\n\r\n")
            assert b"500" in await reader.readuntil(b"\r\n")
            await reader.readuntil(b"sorry")
        writer.close()


async def test_an_answer_that_breaks_off_is_not_taken_for_a_whole_one():
    async with client_of(app()) as client:
        with pytest.raises(RuntimeError):
            await client.get("/half")
