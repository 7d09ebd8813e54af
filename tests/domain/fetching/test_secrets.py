import logging

import pytest

from domain.fetching import FetchError, FetchErrorCode, FetchPolicy, fetch
from domain.fetching.urls import parse_url
from tests.domain.fetching.hostile import HOSTILE_URLS
from tests.domain.fetching.servers import response, serving

pytestmark = pytest.mark.anyio

LOCAL = FetchPolicy(max_bytes=10, allow_private=True, connect_timeout=0.3, read_timeout=0.3, total_timeout=1)
FAILURES = {
    "redirected": response(status="302 Found", location="/elsewhere?token=secret"),
    "bad_status": response(status="404 No secret here", set_cookie="token=secret"),
    "encoded": response(b"FIT", content_encoding="gzip", link="</a.fit?token=secret>"),
    "too_large": response(bytes(11), x_asked_for="/a.fit?token=secret"),
    "broken": b"HTTP/1.1 200 OK\r\nno header but a secret\r\n\r\n",
}


def everything_known(error):
    """The error, what it came from and what was being handled meanwhile."""
    while error is not None:
        yield repr(error), str(error), repr(vars(error))
        error = error.__cause__ or error.__context__


async def test_a_file_is_fetched_without_a_word_about_its_url_in_the_log(caplog):
    caplog.set_level(logging.DEBUG)
    async with serving(response(b"FIT")) as server:
        await fetch(server.url, LOCAL)

    assert b"secret" in server.requests[0]
    assert "secret" not in caplog.text
    assert "a.fit" not in caplog.text


@pytest.mark.parametrize(("code", "answer"), FAILURES.items(), ids=FAILURES)
async def test_a_failure_tells_nothing_of_the_url_or_the_address(code, answer, caplog):
    caplog.set_level(logging.DEBUG)
    async with serving(answer) as server:
        with pytest.raises(FetchError) as failure:
            await fetch(server.url, LOCAL)

    told = str(list(everything_known(failure.value)))
    assert failure.value.code == code
    assert failure.value.__context__ is None
    assert "127.0.0.1" not in told
    assert "secret" not in told + caplog.text


async def test_a_failed_connection_tells_neither_the_url_nor_the_address():
    async with serving(b"") as server:
        pass

    with pytest.raises(FetchError) as failure:
        await fetch(server.url, LOCAL)

    assert failure.value.__context__ is None
    assert "127.0.0.1" not in str(list(everything_known(failure.value)))


def test_a_refused_url_is_not_repeated():
    for url, _ in (pair for pairs in HOSTILE_URLS.values() for pair in pairs):
        with pytest.raises(FetchError) as refusal:
            parse_url(f"{url}?token=secret", FetchPolicy(max_bytes=10))

        assert "secret" not in str(list(everything_known(refusal.value)))


def test_a_target_that_is_printed_does_not_show_its_path():
    target = parse_url("https://files.example.org/a.fit?token=secret", LOCAL)

    assert target.path == "/a.fit?token=secret"
    assert "secret" not in repr(target)


def test_every_code_is_one_of_those_that_are_promised():
    assert set(FetchErrorCode) == {
        "invalid_url", "forbidden_url", "unreachable", "timeout", "tls", "redirected", "bad_status",
        "encoded", "too_large", "broken",
    }  # fmt: skip
