import socket

import pytest

from domain.fetching import FetchError, FetchPolicy, fetch, system_resolver
from tests.domain.fetching.servers import response, serving

pytestmark = pytest.mark.anyio

LOCAL = FetchPolicy(max_bytes=1000, allow_private=True, connect_timeout=0.3, read_timeout=1, total_timeout=3)
STRICT = FetchPolicy(max_bytes=1000, connect_timeout=0.3, read_timeout=1, total_timeout=3)


class Rebinding:
    """A resolver that answers differently each time it is asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    async def __call__(self, host, port):
        self.asked.append((host, port))
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


async def test_a_name_that_rebinds_is_asked_once_and_its_first_answer_connected_to():
    resolver = Rebinding(["127.0.0.1"], ["127.0.0.2"])
    async with (
        serving(response(b"first")) as first,
        serving(response(b"second"), host="127.0.0.2", port=first.port) as second,
    ):
        body = await fetch(f"http://files.example.org:{first.port}/", LOCAL, resolver=resolver)

    assert body == b"first"
    assert resolver.asked == [("files.example.org", first.port)]
    assert second.requests == []


async def test_a_name_that_rebinds_from_a_public_address_to_loopback_never_reaches_it(attempts):
    resolver = Rebinding(["1.1.1.1"], ["127.0.0.1"])
    with pytest.raises(FetchError, match="could not be reached"):
        await fetch("https://files.example.org/", STRICT, resolver=resolver)

    assert resolver.asked == [("files.example.org", 443)]
    assert attempts == [("1.1.1.1", 443)]


async def test_the_host_is_told_its_name_and_not_the_address():
    async with serving(response(b"FIT")) as server:
        url = f"http://Files.Example.org:{server.port}/"
        await fetch(url, LOCAL, resolver=Rebinding(["127.0.0.1"]))

    assert f"Host: files.example.org:{server.port}\r\n".encode() in server.requests[0]


async def test_the_next_address_is_asked_when_one_is_down():
    resolver = Rebinding(["127.0.0.3", "127.0.0.2", "127.0.0.1"])
    async with serving(response(b"FIT")) as server:
        assert await fetch(f"http://files.example.org:{server.port}/", LOCAL, resolver=resolver) == b"FIT"


async def test_no_more_than_four_addresses_are_tried(attempts):
    resolver = Rebinding([f"1.1.1.{number}" for number in range(1, 9)])
    with pytest.raises(FetchError, match="could not be reached"):
        await fetch("https://files.example.org/", STRICT, resolver=resolver)

    assert [address for address, _ in attempts] == ["1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4"]


@pytest.mark.parametrize("error", [socket.gaierror(socket.EAI_NONAME, "unknown"), OSError("no resolver")])
async def test_a_name_that_cannot_be_resolved_is_unreachable(error):
    async def resolver(_host, _port):
        raise error

    with pytest.raises(FetchError) as refusal:
        await fetch("https://files.example.org/", STRICT, resolver=resolver)

    assert refusal.value.code == "unreachable"
    assert refusal.value.retryable


async def test_a_name_without_addresses_is_unreachable():
    with pytest.raises(FetchError, match="has no address"):
        await fetch("https://files.example.org/", STRICT, resolver=Rebinding([]))


async def test_the_system_resolver_understands_odd_spellings_which_are_then_judged_as_addresses():
    assert await system_resolver("127.1", 443) == ["127.0.0.1"]
    assert set(await system_resolver("localhost", 443)) <= {"127.0.0.1", "::1"}


async def test_the_system_resolver_is_the_default():
    async with serving(response(b"FIT")) as server:
        assert await fetch(f"http://localhost:{server.port}/", LOCAL) == b"FIT"
