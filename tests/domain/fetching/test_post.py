import pytest

from domain.fetching import FetchError, FetchPolicy, post
from tests.domain.fetching.hostile import HOSTILE_ANSWERS, HOSTILE_URLS
from tests.domain.fetching.servers import response, serving

pytestmark = pytest.mark.anyio

LOCAL = FetchPolicy(max_bytes=10, allow_private=True, connect_timeout=1, read_timeout=1, total_timeout=3)
PUBLIC = FetchPolicy(max_bytes=10)
NOTICE = b'{"type":"import.completed"}'
HEADERS = {"Content-Type": "application/json", "webhook-id": "msg_1", "host": "inside.example.org"}


async def test_a_notice_arrives_with_its_headers_and_under_the_name_of_the_host():
    async def resolver(_host, _port):
        return ["127.0.0.1"]

    async with serving(response(status="202 Accepted")) as server:
        url = f"http://hooks.example.org:{server.port}/hook"
        assert await post(url, LOCAL, NOTICE, HEADERS, resolver=resolver) == 202

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    head = head.decode().lower() + "\r\n"
    assert body == NOTICE
    assert head.startswith("post /hook http/1.1\r\n")
    assert "webhook-id: msg_1\r\n" in head
    assert f"content-length: {len(NOTICE)}\r\n" in head
    assert f"host: hooks.example.org:{server.port}\r\n" in head
    assert "inside.example.org" not in head


async def test_the_body_of_the_answer_is_of_no_interest():
    async with serving(response(bytes(5000), content_encoding="gzip")) as server:
        assert await post(server.url, LOCAL, NOTICE, {}) == 200


@pytest.mark.parametrize(
    ("status", "code", "retryable"),
    [
        ("302 Found", "redirected", False),
        ("410 Gone", "bad_status", False),
        ("503 Later", "bad_status", True),
    ],
)
async def test_a_notice_that_is_not_taken_is_an_error_with_the_status(status, code, retryable):
    async with serving(response(status=status, location="http://127.0.0.1/")) as server:
        with pytest.raises(FetchError) as failure:
            await post(server.url, LOCAL, NOTICE, {})

    assert (failure.value.code, failure.value.status) == (code, int(status[:3]))
    assert failure.value.retryable is retryable


async def test_a_notice_goes_to_no_hostile_url(attempts):
    for url, code in (pair for pairs in HOSTILE_URLS.values() for pair in pairs):
        with pytest.raises(FetchError) as refusal:
            await post(url, PUBLIC, NOTICE, {})

        assert refusal.value.code == code

    assert attempts == []


async def test_a_notice_goes_to_no_hostile_answer(attempts):
    for answers in HOSTILE_ANSWERS.values():

        async def resolver(_host, _port, answers=answers):
            return answers

        with pytest.raises(FetchError, match="not on the public internet"):
            await post("https://hooks.example.org/", PUBLIC, NOTICE, {}, resolver=resolver)

    assert attempts == []
