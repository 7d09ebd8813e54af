"""How many requests are let through: sliding windows shared by all processes, told in headers on every answer."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from limits import RateLimitItemPerSecond
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rest_compat.wire.counts import InProcess, in_redis
from rest_compat.wire.shared import Shared

V6_PREFIX = 64
VERDICT = "limits.verdict"


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
        self._here = SlidingWindowCounterRateLimiter(InProcess())
        self.shared = Shared(redis_url) if redis_url else None
        self._together = SlidingWindowCounterRateLimiter(in_redis(self.shared)) if self.shared else None

    async def take(self, bucket: str, *rates: Rate) -> Verdict:
        """Count a request against all rates in their order, the shortest first, until one of them is used up."""
        together = self._together
        if self.shared is not None and together is not None:
            verdict = await self.shared.ask(lambda: self._taken(together, bucket, rates))
            if verdict is not None:
                return verdict
        return await self._taken(self._here, bucket, rates)

    async def admit(self, scope: Scope, bucket: str, *rates: Rate) -> None:
        """Take, and leave the verdict for the answer's headers; raises TooManyRequests."""
        verdict = await self.take(bucket, *rates)
        scope.setdefault("state", {})[VERDICT] = verdict
        if not verdict.allowed:
            raise TooManyRequests(verdict)

    async def close(self) -> None:
        if self.shared is not None:
            await self.shared.close()

    async def _taken(
        self, limiter: SlidingWindowCounterRateLimiter, bucket: str, rates: Sequence[Rate]
    ) -> Verdict:
        """Read after the hits, so that the headers tell what these hits left; what refused has nothing left."""
        items = [rate.item(self._prefix) for rate in rates]
        refusing = await self._refusing(limiter, bucket, items)
        standings = []
        for rate, item in zip(rates, items, strict=True):
            stat = await limiter.get_window_stats(item, bucket)
            left = 0 if item is refusing else int(stat.remaining)
            frees_in = stat.reset_time - time.time() if stat.remaining < rate.amount else rate.seconds
            standings.append(Standing(rate, left, frees_in))
        return Verdict(refusing is None, tuple(standings))

    async def _refusing(
        self,
        limiter: SlidingWindowCounterRateLimiter,
        bucket: str,
        items: Sequence[RateLimitItemPerSecond],
    ) -> RateLimitItemPerSecond | None:
        """The first that refuses: nothing behind it counts, and a day that is used up costs no minute."""
        for item in items[1:]:
            if not await limiter.test(item, bucket):
                return item
        for item in items:
            if not await limiter.hit(item, bucket):
                return item
        return None


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
