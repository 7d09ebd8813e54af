"""The keys that Firebase publishes for its ID tokens: fetched under guard, kept as long as their Cache-Control says."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import jwt
import orjson
import structlog
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from domain.errors import Unavailable
from domain.fetching import FetchError, FetchPolicy, fetch_with_age
from domain.settings import Settings

MAX_BYTES = 64 * 1024
LEAST_AGE, GREATEST_AGE = 60.0, 86400.0
REST, SHORT_REST = 30.0, 5.0
"""Seconds from one fetch to the next, failed ones included: while there are fresh keys, and while there are none."""
AHEAD = 0.9
"""Keys are asked for again at this part of their age, so that nobody waits when they end."""

Fetch = Callable[[str, FetchPolicy], Awaitable[tuple[bytes, int]]]
log = structlog.get_logger(__name__)


class PublishedKeys:
    """One for each process. Times are monotonic: a clock that is set does not keep old keys alive."""

    def __init__(self, fetch: Fetch = fetch_with_age, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch_page, self._clock = fetch, clock
        self._keys: dict[str, RSAPublicKey] = {}
        self._due_at = self._fresh_until = self._asked_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def find(self, kid: str, settings: Settings) -> RSAPublicKey | None:
        """The key of this id. A fresh one is answered at once, whatever is being fetched for others.

        Raises Unavailable where there are no fresh keys and none can be had.
        """
        known = self._known(kid)
        if known is not None and self._clock() < self._due_at:
            return known
        fetching = self._fetched(settings)
        if known is None and fetching is not None:
            await asyncio.shield(fetching)
            known = self._known(kid)
        if not self._fresh:
            raise Unavailable("The keys of the sign-in provider cannot be had now; try again")
        return known

    @property
    def _fresh(self) -> bool:
        return self._clock() < self._fresh_until

    def _known(self, kid: str) -> RSAPublicKey | None:
        return self._keys.get(kid) if self._fresh else None

    def _fetched(self, settings: Settings) -> asyncio.Task[None] | None:
        """The one fetch that is under way, begun here unless one was just now: a flood of made-up kids asks once."""
        now = self._clock()
        if self._fetching is None and now - self._asked_at >= (REST if self._fresh else SHORT_REST):
            self._asked_at = now
            self._fetching = asyncio.create_task(self._fetch(settings))
        return self._fetching

    async def _fetch(self, settings: Settings) -> None:
        """What goes wrong is told in the log: those who wait look at the keys that are there."""
        policy = FetchPolicy(
            max_bytes=MAX_BYTES, allow_private=settings.allow_private_callbacks, total_timeout=10
        )
        try:
            content, age = await self._fetch_page(settings.firebase_keys_url, policy)
            self._keys = keys_of(content)
        except (FetchError, jwt.PyJWTError, ValueError, TypeError, AttributeError) as error:
            log.warning("sign_in_keys_not_fetched", reason=str(error))
        else:
            now, kept = self._clock(), min(max(age, LEAST_AGE), GREATEST_AGE)
            self._due_at, self._fresh_until = now + AHEAD * kept, now + kept
        finally:
            self._fetching = None


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
