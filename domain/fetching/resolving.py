"""A host name becomes addresses once, and all of them are judged before one is used."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence

from domain.fetching.addresses import Address, address_of, may_connect
from domain.fetching.errors import FetchError, FetchErrorCode, forbidden_url
from domain.fetching.policy import FetchPolicy
from domain.fetching.urls import Target

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """What the machine's own resolver answers, in its order of preference."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


async def judged_addresses(target: Target, policy: FetchPolicy, resolver: Resolver) -> list[Address]:
    """Every address of the host; one that is not allowed, among many that are, refuses the host."""
    literal = address_of(target.host)
    if literal is not None:
        return [literal]
    found = [address_of(text) for text in await resolver(target.host, target.port)]
    addresses = [
        address
        for address in found
        if address is not None and may_connect(address, allow_private=policy.allow_private)
    ]
    if len(addresses) != len(found):
        raise forbidden_url("The URL's host is not on the public internet.")
    if not addresses:
        raise FetchError(FetchErrorCode.UNREACHABLE, "The URL's host has no address.")
    return addresses
