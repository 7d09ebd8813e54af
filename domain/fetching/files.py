"""The two calls to a partner: get a file, post a notice."""

import re
import ssl
from collections.abc import Mapping

import httpx

from domain.fetching.errors import FetchError, FetchErrorCode
from domain.fetching.exchange import Call, exchange
from domain.fetching.policy import FetchPolicy
from domain.fetching.resolving import Resolver, system_resolver

MAX_AGE = re.compile(r"(?:^|[\s,])max-age=([0-9]{1,9})(?:$|[\s,])", re.IGNORECASE)


async def fetch(
    url: str,
    policy: FetchPolicy,
    *,
    resolver: Resolver = system_resolver,
    tls: ssl.SSLContext | None = None,
) -> bytes:
    """The file behind a partner's URL: a 200, unencoded, and not a byte more than `policy.max_bytes`."""

    async def read(response: httpx.Response) -> bytes:
        return await _whole(response, policy)

    return await exchange(url, policy, Call("GET", resolver=resolver, tls=tls), read)


async def fetch_with_age(
    url: str,
    policy: FetchPolicy,
    *,
    resolver: Resolver = system_resolver,
    tls: ssl.SSLContext | None = None,
) -> tuple[bytes, int]:
    """The same, and for how many seconds its Cache-Control lets it be kept; 0 where it does not say."""

    async def read(response: httpx.Response) -> tuple[bytes, int]:
        content = await _whole(response, policy)
        age = MAX_AGE.search(response.headers.get("cache-control", ""))
        return content, int(age[1]) if age else 0

    return await exchange(url, policy, Call("GET", resolver=resolver, tls=tls), read)


async def post(
    url: str,
    policy: FetchPolicy,
    body: bytes,
    headers: Mapping[str, str],
    *,
    resolver: Resolver = system_resolver,
    tls: ssl.SSLContext | None = None,
) -> int:
    """Deliver a notice under the same guard; the status of a 2xx, whose body nobody reads."""

    async def read(response: httpx.Response) -> int:
        _refuse_redirect(response)
        if not response.is_success:
            raise _bad_status(response)
        return response.status_code

    return await exchange(url, policy, Call("POST", headers, body, resolver, tls), read)


async def _whole(response: httpx.Response, policy: FetchPolicy) -> bytes:
    _refuse_redirect(response)
    if response.status_code != httpx.codes.OK:
        raise _bad_status(response)
    _refuse_encoding(response)
    return await _body(response, policy.max_bytes)


def _refuse_redirect(response: httpx.Response) -> None:
    if response.has_redirect_location:
        raise FetchError(
            FetchErrorCode.REDIRECTED,
            "The host redirects elsewhere; send the URL it redirects to.",
            status=response.status_code,
        )


def _bad_status(response: httpx.Response) -> FetchError:
    status = response.status_code
    return FetchError(
        FetchErrorCode.BAD_STATUS,
        f"The host answered with status {status}.",
        status=status,
        retry_after=response.headers.get("retry-after"),
    )


def _refuse_encoding(response: httpx.Response) -> None:
    """Only identity was asked for; whatever would have to be unpacked may be a bomb."""
    if response.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        raise FetchError(FetchErrorCode.ENCODED, "The file came with a Content-Encoding; send it as it is.")


async def _body(response: httpx.Response, max_bytes: int) -> bytes:
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > max_bytes:
        raise _too_large(max_bytes)
    body = bytearray()  # not a list of chunks: a million chunks of one byte would weigh fifty times as much
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > max_bytes:
            raise _too_large(max_bytes)
    return bytes(body)


def _too_large(max_bytes: int) -> FetchError:
    return FetchError(FetchErrorCode.TOO_LARGE, f"The file is larger than {max_bytes} bytes.")
