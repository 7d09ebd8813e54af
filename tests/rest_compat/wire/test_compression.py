import gzip

import pytest
from fastapi import FastAPI
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from rest_compat.wire import compression
from rest_compat.wire.compression import Compression
from rest_compat.wire.cors import open_to_browsers
from rest_compat.wire.override import MethodOverride
from tests.rest_compat.wire.asgi import client_of

pytestmark = pytest.mark.anyio

GZIP = {"Accept-Encoding": "gzip"}


def app(answer):
    app = FastAPI()
    app.add_api_route("/", lambda: answer, methods=["GET", "PUT"], response_class=Response)
    app.add_middleware(Compression, unless="X-Plain")
    app.add_middleware(MethodOverride, refuse=lambda _: PlainTextResponse("no", 400))
    return open_to_browsers(app, exposed=["X-Told"])


async def get(answer, method="GET", **headers):
    async with client_of(app(answer)) as client:
        return await client.request(method, "/", headers={**GZIP, **headers})


@pytest.mark.parametrize("size", [1024, compression.OFF_LOOP + 1])
async def test_a_body_is_compressed_here_or_in_a_thread(size):
    answer = await get(PlainTextResponse("x" * size))

    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < size / 10
    assert answer.text == "x" * size
    assert "Accept-Encoding" in answer.headers["vary"]


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_a_body_in_pieces_is_compressed_as_it_goes(coding):
    pieces = ["x" * 2000, "", "y" * compression.OFF_LOOP * 2, "z"]
    headers = {"Accept-Encoding": coding}

    answer = await get(StreamingResponse(iter(pieces), media_type="text/csv"), **headers)

    assert (answer.headers["content-encoding"], answer.text) == (coding, "".join(pieces))
    assert "content-length" not in answer.headers
    plain = await get(StreamingResponse(iter(pieces), media_type="text/csv"), **headers, **{"X-Plain": ""})
    assert (plain.headers.get("content-encoding"), plain.text) == (None, "".join(pieces))


@pytest.mark.parametrize(
    "answer",
    [
        PlainTextResponse("x" * 1023),
        Response(b"x" * 2000, media_type="image/png"),
        Response(gzip.compress(b"x" * 2000), media_type="text/plain", headers={"Content-Encoding": "gzip"}),
        Response(status_code=204),
    ],
    ids=["small", "no text", "coded already", "empty"],
)
async def test_what_is_small_coded_or_no_text_goes_as_it_is(answer):
    before = answer.headers.get("content-encoding")

    assert (await get(answer)).headers.get("content-encoding") == before


async def test_a_client_that_wants_none_gets_none_and_caches_know_it_depends():
    plain = await get(JSONResponse(["x" * 2000]), **{"X-Plain": ""})

    assert "content-encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["vary"]


async def test_only_a_post_is_overridden_and_only_by_what_it_may_mean():
    put = await get(PlainTextResponse("done"), "POST", **{"X-HTTP-Method-Override": "put"})
    bad = await get(PlainTextResponse("done"), "POST", **{"X-HTTP-Method-Override": "TRACE"})
    none = await get(PlainTextResponse("done"), "POST")

    assert (put.text, bad.status_code, none.status_code) == ("done", 400, 405)


async def test_an_error_outside_of_everything_can_be_read_by_browsers():
    async with client_of(app(None)) as client:
        answer = await client.get("/nowhere", headers={"Origin": "https://app.example.org"})

    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (404, "*")
    assert answer.headers["access-control-expose-headers"] == "X-Told"
