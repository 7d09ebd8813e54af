"""How many requests are let through: sliding windows shared by all processes, told in headers on every answer."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import Any

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATIENCE = 0.5
RETRY_AFTER_OUTAGE = 5.0
V6_PREFIX = 64
VERDICT = "limits.verdict"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds; the name stands in the headers."""

    name: str
    amount: int
    seconds: int

    def item(self, prefix: str) -> RateLimitItemPerSecond:
        """One strategy, one namespace: a key in Redis is never read by another strategy."""
        return RateLimitItemPerSecond(self.amount, self.seconds, f"{prefix}:sliding")


@dataclass(frozen=True)
class Standing:
    """How a bucket stands against one rate."""

    rate: Rate
    remaining: int
    frees_in: float


@dataclass(frozen=True)
class Verdict:
    """Whether a request is let through, and what its answer says about limits."""

    allowed: bool
    standings: tuple[Standing, ...]

    @property
    def retry_after(self) -> int:
        waits = [ceil(standing.frees_in) for standing in self.standings if standing.remaining < 1]
        return max([1, *waits])

    def headers(self) -> dict[str, str]:
        """draft-ietf-httpapi-ratelimit-headers, and the X- headers that came before it (the tightest rate)."""
        tightest = min(self.standings, key=lambda standing: standing.remaining)
        rates = [standing.rate for standing in self.standings]
        headers = {
            "RateLimit-Policy": ", ".join(
                f'"{rate.name}";q={rate.amount};w={rate.seconds}' for rate in rates
            ),
            "RateLimit": ", ".join(
                f'"{s.rate.name}";r={s.remaining};t={ceil(s.frees_in)}' for s in self.standings
            ),
            "X-RateLimit-Limit": str(tightest.rate.amount),
            "X-RateLimit-Remaining": str(tightest.remaining),
            "X-RateLimit-Reset": str(ceil(time.time() + tightest.frees_in)),
        }
        return headers if self.allowed else {**headers, "Retry-After": str(self.retry_after)}


class TooManyRequests(Exception):
    """The verdict tells when to come again; each surface words it."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(f"Too many requests; try again in {verdict.retry_after} seconds")
        self.verdict = verdict


class Limiter:
    """Counts in Redis where there is one, else in this process, and so, too, while Redis does not answer."""

    def __init__(self, redis_url: str = "", *, prefix: str = "gateway") -> None:
        self._prefix = prefix
        self._here = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._pool = ConnectionPool.from_url(redis_url, **TIMEOUTS) if redis_url else None
        self._shared = SlidingWindowCounterRateLimiter(_redis(redis_url, self._pool)) if self._pool else None
        self._away_until = 0.0

    async def take(self, bucket: str, *rates: Rate) -> Verdict:
        """Count a request against all rates, or against none if one of them is used up."""
        if self._shared is None or time.monotonic() < self._away_until:
            return await self._taken(self._here, bucket, rates)
        try:
            return await self._taken(self._shared, bucket, rates)
        except StorageError as error:
            self._away_until = time.monotonic() + RETRY_AFTER_OUTAGE
            log.warning("limits_not_shared", reason=type(error.storage_error).__name__)
            return await self._taken(self._here, bucket, rates)

    async def admit(self, scope: Scope, bucket: str, *rates: Rate) -> None:
        """Take, and leave the verdict for the answer's headers; raises TooManyRequests."""
        verdict = await self.take(bucket, *rates)
        scope.setdefault("state", {})[VERDICT] = verdict
        if not verdict.allowed:
            raise TooManyRequests(verdict)

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.disconnect()

    async def _taken(
        self, limiter: SlidingWindowCounterRateLimiter, bucket: str, rates: Sequence[Rate]
    ) -> Verdict:
        items = [rate.item(self._prefix) for rate in rates]
        stats = await asyncio.gather(*(limiter.get_window_stats(item, bucket) for item in items))
        allowed = all(stat.remaining >= 1 for stat in stats)
        if allowed:
            allowed = all(await asyncio.gather(*(limiter.hit(item, bucket) for item in items)))
        now, taken = time.time(), int(allowed)
        standings = tuple(
            Standing(
                rate,
                max(0, int(stat.remaining) - taken),
                stat.reset_time - now if stat.remaining < rate.amount else rate.seconds,
            )
            for rate, stat in zip(rates, stats, strict=True)
        )
        return Verdict(allowed, standings)


TIMEOUTS: dict[str, Any] = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}


def _redis(url: str, pool: ConnectionPool) -> Storage:
    options: dict[str, Any] = {"implementation": "redispy", "connection_pool": pool}
    return RedisStorage(f"async+{url}", wrap_exceptions=True, **options)


def address_of(scope: Scope) -> str:
    """Who asks, as uvicorn says it: it alone decides which proxies to believe. Of IPv6 the network counts."""
    host = (scope.get("client") or ("unknown", 0))[0]
    try:
        address = ip_address(host)
    except ValueError:
        return str(host)
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((int(address), V6_PREFIX), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


class LimitHeaders:
    """Puts what `admit` found on every answer, whoever makes it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def told(message: Message) -> None:
            verdict = state.get(VERDICT)
            if message["type"] == "http.response.start" and verdict is not None:
                MutableHeaders(scope=message).update(verdict.headers())
            await send(message)

        await self.app(scope, receive, told)
