import asyncio
import dataclasses
import socket
import ssl

import pytest

from domain.fetching import FetchError, FetchPolicy, fetch
from domain.fetching.exchange import trusted_authorities
from tests.domain.fetching.certificates import OPENSSL, Authority
from tests.domain.fetching.servers import response, serving

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(
        OPENSSL is None, reason="certificates are made with the openssl command, which is not here"
    ),
]

LOCAL = FetchPolicy(max_bytes=1000, allow_private=True, connect_timeout=2, read_timeout=2, total_timeout=5)


def has_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


IPV6 = has_ipv6()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


async def resolver(_host, _port):
    return ["127.0.0.1"]


async def fetch_over_tls(context, *, host="files.example.org", trusted=None):
    async with serving(response(b"FIT"), tls=context) as server:
        try:
            return await fetch(f"https://{host}:{server.port}/a.fit", LOCAL, resolver=resolver, tls=trusted)
        finally:
            fetch_over_tls.requests = server.requests


async def refused(context, **options):
    with pytest.raises(FetchError) as refusal:
        await fetch_over_tls(context, **options)

    assert fetch_over_tls.requests == []
    return refusal.value


async def test_a_certificate_of_a_trusted_authority_is_accepted_for_the_name_that_was_asked_for(authority):
    context = authority.server("DNS:files.example.org")
    asked_for = []
    context.sni_callback = lambda _socket, name, _context: asked_for.append(name)

    assert await fetch_over_tls(context, trusted=authority.trusted) == b"FIT"
    assert asked_for == ["files.example.org"]
    assert b"Host: files.example.org:" in fetch_over_tls.requests[0]


async def test_no_proxy_of_the_environment_is_asked(authority, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert (
        await fetch_over_tls(authority.server("DNS:files.example.org"), trusted=authority.trusted) == b"FIT"
    )


async def test_a_certificate_for_another_name_is_refused(authority):
    refusal = await refused(authority.server("DNS:other.example.org"), trusted=authority.trusted)

    assert refusal.code == "tls"


async def test_a_certificate_for_the_address_alone_does_not_stand_for_the_name(authority):
    refusal = await refused(authority.server("IP:127.0.0.1"), trusted=authority.trusted)

    assert refusal.code == "tls"


async def test_a_certificate_for_an_address_is_accepted_when_the_address_is_the_host(authority):
    context = authority.server("IP:127.0.0.1")

    assert await fetch_over_tls(context, host="127.0.0.1", trusted=authority.trusted) == b"FIT"


@pytest.mark.skipif(not IPV6, reason="this machine has no IPv6 loopback")
async def test_a_certificate_for_an_address_of_ipv6_is_accepted_too(authority):
    async with serving(response(b"FIT"), tls=authority.server("IP:::1"), host="::1") as server:
        url = f"https://[::1]:{server.port}/"

        assert await fetch(url, LOCAL, tls=authority.trusted) == b"FIT"

    assert f"Host: [::1]:{server.port}".encode() in server.requests[0]


async def test_a_self_signed_certificate_is_refused(authority):
    context = authority.server("DNS:files.example.org", self_signed=True)
    refusal = await refused(context, trusted=authority.trusted)

    assert refusal.code == "tls"
    assert refusal.retryable
    assert refusal.message == "The host's certificate or its TLS is not valid."
    assert refusal.__context__ is None


async def test_an_unknown_authority_is_refused_by_default_whatever_the_environment_says(
    authority, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.cert))
    refusal = await refused(authority.server("DNS:files.example.org"))

    assert refusal.code == "tls"


async def test_an_expired_certificate_is_refused(authority):
    context = authority.server("DNS:files.example.org", days=-1)
    refusal = await refused(context, trusted=authority.trusted)

    assert refusal.code == "tls"


async def test_a_host_that_speaks_no_tls_is_refused(authority):
    async with serving(response(b"FIT"), at_once=True) as server:
        with pytest.raises(FetchError) as refusal:
            await fetch(f"https://127.0.0.1:{server.port}/", LOCAL, tls=authority.trusted)

    assert refusal.value.code == "tls"


def test_the_common_name_of_a_certificate_does_not_count_by_default():
    assert trusted_authorities().check_hostname
    assert not trusted_authorities().hostname_checks_common_name
    assert trusted_authorities().verify_mode is ssl.CERT_REQUIRED


async def test_a_certificate_that_is_refused_is_not_asked_for_at_the_next_address(authority):
    async def two_addresses(_host, _port):
        return ["127.0.0.1", "127.0.0.2"]

    context = authority.server("DNS:other.example.org")
    good = authority.server("DNS:files.example.org")
    async with (
        serving(response(b"bad"), tls=context) as first,
        serving(response(b"good"), tls=good, host="127.0.0.2", port=first.port) as second,
    ):
        url = f"https://files.example.org:{first.port}/"
        with pytest.raises(FetchError, match="certificate"):
            await fetch(url, LOCAL, resolver=two_addresses, tls=authority.trusted)

    assert second.requests == []


async def test_a_body_in_drops_over_tls_runs_into_the_total_deadline(authority):
    async def answer(writer):
        writer.write(response(content_length=900))
        while True:
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.02)

    hasty = dataclasses.replace(LOCAL, total_timeout=0.5)
    async with serving(answer, tls=authority.server("IP:127.0.0.1")) as server:
        with pytest.raises(FetchError) as refusal:
            await fetch(f"https://127.0.0.1:{server.port}/", hasty, tls=authority.trusted)

    assert refusal.value.code == "timeout"
