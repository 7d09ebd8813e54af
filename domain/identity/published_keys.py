"""The keys that Firebase publishes for its ID tokens: fetched under guard, kept as long as their Cache-Control says."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import jwt
import orjson
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from domain.errors import Unavailable
from domain.fetching import FetchError, FetchPolicy, fetch_with_age
from domain.settings import Settings

MAX_BYTES = 64 * 1024
LEAST_AGE, GREATEST_AGE = 60.0, 86400.0
REST = 30.0
"""Seconds between two fetches for a kid that nobody knows: a flood of made-up kids asks Google once."""

Fetch = Callable[[str, FetchPolicy], Awaitable[tuple[bytes, int]]]


class PublishedKeys:
    """One for each process. Times are monotonic: a clock that is set does not keep old keys alive."""

    def __init__(self, fetch: Fetch = fetch_with_age, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch_page, self._clock = fetch, clock
        self._keys: dict[str, RSAPublicKey] = {}
        self._fresh_until = -1.0
        self._fetched_at = float("-inf")
        self._turn = asyncio.Lock()

    async def find(self, kid: str, settings: Settings) -> RSAPublicKey | None:
        """The key of this id. Raises Unavailable where keys are due and cannot be had."""
        async with self._turn:
            now = self._clock()
            stale = now >= self._fresh_until
            if stale or (kid not in self._keys and now - self._fetched_at >= REST):
                await self._fetch(settings)
        return self._keys.get(kid)

    async def _fetch(self, settings: Settings) -> None:
        policy = FetchPolicy(
            max_bytes=MAX_BYTES, allow_private=settings.allow_private_callbacks, total_timeout=10
        )
        try:
            content, age = await self._fetch_page(settings.firebase_keys_url, policy)
            keys = keys_of(content)
        except (FetchError, jwt.PyJWTError, ValueError, TypeError, AttributeError) as error:
            raise Unavailable("The keys of the sign-in provider cannot be had now; try again") from error
        now = self._clock()
        self._keys, self._fetched_at = keys, now
        self._fresh_until = now + min(max(age, LEAST_AGE), GREATEST_AGE)


def keys_of(content: bytes) -> dict[str, RSAPublicKey]:
    """From a JWK set, or from an object of X.509 certificates by kid: Firebase publishes both."""
    published: Any = orjson.loads(content)
    if "keys" in published:
        found = {jwk.key_id: jwk.key for jwk in jwt.PyJWKSet.from_dict(published).keys}
    else:
        found = {
            kid: x509.load_pem_x509_certificate(pem.encode()).public_key() for kid, pem in published.items()
        }
    keys = {kid: key for kid, key in found.items() if kid and isinstance(key, RSAPublicKey)}
    if not keys:
        raise ValueError("no RSA key is published there")
    return keys
