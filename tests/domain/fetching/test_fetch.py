import gzip

import pytest

from domain.fetching import FetchError, FetchPolicy, fetch
from tests.domain.fetching.hostile import BROKEN_ANSWERS, ENCODINGS, LENGTHS
from tests.domain.fetching.servers import chunks, response, serving

pytestmark = pytest.mark.anyio

LOCAL = FetchPolicy(max_bytes=1000, allow_private=True, connect_timeout=1, read_timeout=1, total_timeout=3)


async def refused(server, policy=LOCAL):
    with pytest.raises(FetchError) as refusal:
        await fetch(server.url, policy)
    return refusal.value


async def flood(writer):
    """A body of 16 MB, unless the reader hangs up."""
    for _ in range(256):
        writer.write(bytes(65536))
        await writer.drain()


async def test_a_file_is_fetched_whole_with_one_plain_request():
    async with serving(response(b"FIT" * 300)) as server:
        body = await fetch(server.url, LOCAL)

    head, *headers = server.requests[0].decode().strip().split("\r\n")
    assert body == b"FIT" * 300
    assert head == "GET /a.fit?token=secret HTTP/1.1"
    assert sorted(line.lower() for line in headers) == [
        "accept-encoding: identity",
        "accept: */*",
        "connection: close",
        f"host: 127.0.0.1:{server.port}",
        "user-agent: fitness-gateway",
    ]


async def test_a_signed_url_arrives_as_it_was_written():
    path = "/b%2Fc/~d+e/%E2%82%AC;v=1?X-Sig=a%2Fb%2Bc%3D&e=1,2&f=(g)*!'$:@"
    async with serving(response(b"FIT")) as server:
        await fetch(f"http://127.0.0.1:{server.port}{path}#part", LOCAL)

    assert server.requests[0].split()[1].decode() == path


async def test_a_file_of_exactly_the_limit_is_fetched():
    async with serving(response(bytes(1000))) as server:
        assert await fetch(server.url, LOCAL) == bytes(1000)


async def test_a_file_in_chunks_is_fetched():
    answer = response(chunks(b"FI", b"T", b""), content_length=None, transfer_encoding="chunked")
    async with serving(answer) as server:
        assert await fetch(server.url, LOCAL) == b"FIT"


async def test_a_file_that_ends_with_the_connection_is_fetched():
    async with serving(response(b"FIT", content_length=None)) as server:
        assert await fetch(server.url, LOCAL) == b"FIT"


async def test_neither_a_proxy_nor_a_netrc_of_the_environment_is_used(monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password mine\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    async with serving(response(b"FIT")) as server:
        assert await fetch(server.url, LOCAL) == b"FIT"

    assert b"uthorization" not in server.requests[0]


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
async def test_a_redirect_is_refused_and_not_followed(status):
    async with (
        serving(response(b"inside")) as inside,
        serving(response(status=status, location=inside.url)) as server,
    ):
        refusal = await refused(server)

    assert refusal.code == "redirected"
    assert not refusal.retryable
    assert inside.requests == []


@pytest.mark.parametrize(
    ("status", "retryable"),
    [
        (400, False), (401, False), (403, False), (404, False), (410, False), (304, False), (302, False),
        (204, False), (206, False),
        (408, True), (425, True), (429, True), (500, True), (502, True), (503, True), (504, True),
    ],
)  # fmt: skip
async def test_any_status_but_200_is_refused_and_may_pass_with_time_or_not(status, retryable):
    async with serving(response(b"", status=f"{status} Words")) as server:
        refusal = await refused(server)

    assert (refusal.code, refusal.status) == ("bad_status", status)
    assert refusal.retryable is retryable
    assert refusal.message == f"The host answered with status {status}."


async def test_a_file_that_announces_too_much_is_refused_before_its_body():
    async with serving(response(b"", content_length=1001)) as server:
        refusal = await refused(server)

    assert refusal.code == "too_large"
    assert not refusal.retryable


@pytest.mark.parametrize("announced", LENGTHS)
async def test_no_announced_length_upsets_the_reader(announced):
    async with serving(response(b"FIT", content_length=announced)) as server:
        refusal = await refused(server)

    assert refusal.code in {"too_large", "broken"}


async def test_a_body_without_a_length_is_cut_off_at_the_limit():
    sent = []

    async def answer(writer):
        writer.write(response(content_length=None))
        await flood(writer)
        sent.append("all")

    async with serving(answer) as server:
        refusal = await refused(server)

    assert refusal.code == "too_large"
    assert sent == []


async def test_endless_chunks_are_cut_off_at_the_limit():
    async def answer(writer):
        writer.write(response(content_length=None, transfer_encoding="chunked"))
        writer.write(chunks(b"a") * 2000)
        await writer.drain()

    async with serving(answer) as server:
        assert (await refused(server)).code == "too_large"


async def test_a_body_longer_than_its_announced_length_is_read_to_that_length():
    async with serving(response(bytes(5000), content_length=10)) as server:
        assert await fetch(server.url, LOCAL) == bytes(10)


@pytest.mark.parametrize("answer", BROKEN_ANSWERS.values(), ids=BROKEN_ANSWERS)
async def test_an_answer_that_breaks_off_or_is_not_http_is_an_error_to_retry(answer):
    async with serving(answer) as server:
        refusal = await refused(server)

    assert refusal.code == "broken"
    assert refusal.retryable


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_an_encoded_file_is_refused_and_never_unpacked(encoding):
    bomb = gzip.compress(bytes(1_000_000))[:900]
    async with serving(response(bomb, content_encoding=encoding)) as server:
        refusal = await refused(server)

    assert refusal.code == "encoded"
    assert not refusal.retryable


async def test_a_file_marked_as_not_encoded_is_fetched():
    async with serving(response(b"FIT", content_encoding="Identity")) as server:
        assert await fetch(server.url, LOCAL) == b"FIT"


async def test_a_port_where_nobody_listens_is_unreachable():
    async with serving(b"") as server:
        pass

    refusal = await refused(server)

    assert refusal.code == "unreachable"
    assert refusal.retryable
