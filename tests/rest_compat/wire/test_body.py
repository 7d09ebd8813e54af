import json
import time

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import JSONResponse

from rest_compat.wire.body import BadJson, BodyTooLarge, parse_json, read_body, read_json
from tests.rest_compat.wire.asgi import client_of

pytestmark = pytest.mark.anyio

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


async def app(scope, receive, send):
    try:
        answer = JSONResponse(await read_json(Request(scope, receive), limit=20))
    except BodyTooLarge as error:
        answer = JSONResponse(str(error), 413)
    except BadJson as error:
        answer = JSONResponse(str(error), 400)
    await answer(scope, receive, send)


def request_of(*chunks, length=None):
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    messages.append({"type": "http.request", "body": b""})
    read = iter(messages)

    async def receive():
        return next(read)

    lengths = [] if length is None else [(b"content-length", length)]
    return Request({"type": "http", "method": "POST", "headers": lengths}, receive), read


async def test_json_is_read():
    async with client_of(app) as client:
        answer = await client.post("/", content=b'{"a": [1, "b:\\"{"]}')

    assert answer.json() == {"a": [1, 'b:"{']}


async def test_too_much_and_no_json_are_told_apart():
    async with client_of(app) as client:
        assert (await client.post("/", content=b"1" * 21)).json() == "the body may have 20 bytes at most"
        assert (await client.post("/", content=b"1" * 20)).status_code == 200
        assert (await client.post("/", content=b"")).status_code == 400


async def test_a_declared_length_above_the_limit_is_refused_unread():
    request, unread = request_of(b"1", length=b"21")

    with pytest.raises(BodyTooLarge):
        await read_body(request, limit=20)
    assert len(list(unread)) == 2


@pytest.mark.parametrize("length", [b"1", b"0", b"-5", b"nonsense", b"", b"0020", "²".encode("latin-1")])
async def test_a_length_that_lies_does_not_help(length):
    request, unread = request_of(b"x" * 15, b"x" * 15, b"x" * 15, length=length)

    with pytest.raises(BodyTooLarge):
        await read_body(request, limit=20)
    assert len(list(unread)) == 2


async def test_an_endless_length_is_refused():
    with pytest.raises(BodyTooLarge):
        await read_body(request_of(length=b"9" * 5000)[0], limit=20)


async def test_a_body_of_exactly_the_limit_is_read():
    assert (
        await read_body(request_of(b"x" * 10, b"y" * 10, length=b"20")[0], limit=20) == b"x" * 10 + b"y" * 10
    )
    assert await read_body(request_of(length=b"0")[0], limit=0) == b""


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"{'a': 1}",
        b"NaN",
        b"1e999",
        b"\xff",
        b'"\\ud800"',
        b'"\x00"',
        b"[1,]",
        b"1 2",
        b"nul",
    ],
)
def test_what_is_no_json_is_refused(body):
    with pytest.raises(BadJson, match="not JSON"):
        parse_json(body)


@pytest.mark.parametrize(("open_", "close"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_depth_is_bounded(open_, close):
    assert parse_json(open_ * 64 + b"1" + close * 64)

    with pytest.raises(BadJson, match="deeper than 64 levels"):
        parse_json(open_ * 65 + b"1" + close * 65)


@pytest.mark.parametrize("body", [b"[" * 1_000_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 200_000])
def test_a_very_deep_body_is_refused_fast(body):
    start = time.process_time()

    with pytest.raises(BadJson):
        parse_json(body)
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    "body", [b'{"a": 1, "a": 1}', b'{"a": 1, "\\u0061": 2}', b'[{"x": {"a": {}, "b": 1, "a": []}}]']
)
def test_a_name_given_twice_is_refused(body):
    with pytest.raises(BadJson, match="same name twice"):
        parse_json(body)


@given(JSON)
def test_other_json_is_read_as_it_is(value):
    assert parse_json(orjson.dumps(value)) == value
    assert parse_json(json.dumps(value, indent=1).encode()) == value


@given(st.binary() | st.text(alphabet='{}[]":,\\1 a').map(str.encode))
def test_random_bytes_are_read_or_refused(body):
    try:
        parse_json(body)
    except BadJson:
        return
