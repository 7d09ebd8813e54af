"""One request to an address that was judged, under one deadline. Nothing here logs or repeats a URL.

httpx's transport is used without its client: so there are no cookies, no redirects, no proxies, no decoding,
and no "HTTP Request: GET <url>" in the log.
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

import httpx

from domain.fetching.addresses import Address
from domain.fetching.errors import FetchError, FetchErrorCode
from domain.fetching.policy import FetchPolicy
from domain.fetching.resolving import Resolver, judged_addresses, system_resolver
from domain.fetching.urls import Target, parse_url

MAX_ATTEMPTS = 4
HEADERS = {
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "fitness-gateway",
}

# It logs nothing but debug lines, with all headers of an answer: hosts repeat tokens in them (Location, Set-Cookie).
logging.getLogger("httpcore.http11").addFilter(lambda _: False)

T = TypeVar("T")
Reader = Callable[[httpx.Response], Awaitable[T]]


@dataclass(frozen=True)
class Call:
    """What is sent, and to whom beside the URL: the resolver and the authorities that are trusted."""

    method: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    resolver: Resolver = system_resolver
    tls: ssl.SSLContext | None = None


async def exchange(url: str, policy: FetchPolicy, call: Call, read: Reader[T]) -> T:
    """Send the call and read the answer; the total deadline covers the resolver and the last byte alike."""
    target = parse_url(url, policy)
    try:
        async with asyncio.timeout(policy.total_timeout):
            addresses = await judged_addresses(target, policy, call.resolver)
            return await _first_reached(addresses, target, policy, call, read)
    except (OSError, httpx.HTTPError, httpx.InvalidURL) as error:
        failure = _failure(error)
    raise failure from None  # outside the handler, so that httpx's error, which knows the URL, is no context


async def _first_reached(
    addresses: Sequence[Address],
    target: Target,
    policy: FetchPolicy,
    call: Call,
    read: Reader[T],
) -> T:
    """Nothing was sent where no connection came about, so the next address may be asked, even with a POST."""
    *others, last = addresses[:MAX_ATTEMPTS]
    for address in others:
        try:
            return await _ask(address, target, policy, call, read)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            if _is_tls(error):
                raise
    return await _ask(last, target, policy, call, read)


async def _ask(address: Address, target: Target, policy: FetchPolicy, call: Call, read: Reader[T]) -> T:
    async with httpx.AsyncHTTPTransport(
        verify=call.tls or trusted_authorities(), trust_env=False
    ) as transport:
        response = await transport.handle_async_request(_request(address, target, policy, call))
        async with aclosing(response):
            return await read(response)


def _request(address: Address, target: Target, policy: FetchPolicy, call: Call) -> httpx.Request:
    """The URL names the address that was judged; Host, SNI and the certificate's name are the host's."""
    timeout = httpx.Timeout(policy.read_timeout, connect=policy.connect_timeout)
    return httpx.Request(
        call.method,
        httpx.URL(
            scheme=target.scheme,
            host=str(address),
            port=target.port,
            raw_path=target.path.encode("ascii"),
        ),
        headers=_headers(target, call),
        content=call.body,
        extensions={"sni_hostname": target.host, "timeout": timeout.as_dict()},
    )


def _headers(target: Target, call: Call) -> httpx.Headers:
    headers = httpx.Headers(HEADERS)
    headers.update(call.headers)
    headers["Host"] = target.authority
    return headers


@cache
def trusted_authorities() -> ssl.SSLContext:
    """The authorities browsers trust, whatever the environment says; only alternative names count."""
    context = httpx.create_ssl_context(trust_env=False)
    context.hostname_checks_common_name = False
    return context


def _failure(error: Exception) -> FetchError:
    if isinstance(error, httpx.InvalidURL):
        return FetchError(FetchErrorCode.INVALID_URL, "The URL is not valid.")
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return FetchError(FetchErrorCode.TIMEOUT, "The host did not answer in time.")
    if _is_tls(error):
        return FetchError(FetchErrorCode.TLS, "The host's certificate or its TLS is not valid.")
    if isinstance(error, OSError | httpx.ConnectError):
        return FetchError(FetchErrorCode.UNREACHABLE, "The host could not be reached.")
    return FetchError(FetchErrorCode.BROKEN, "The connection broke off, or the answer was not proper HTTP.")


def _is_tls(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error is not None
